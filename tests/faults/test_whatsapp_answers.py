"""Everything the Cloud API may answer to a message, at the wire: the error table of docs/channels.md, code by code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.intake import store
from registry.db import Database
from registry.messaging import messages, pictures, senders
from registry.models import OutboxMessage
from tests import factories
from tests.conftest import NOW
from tests.doubles import whatsapp_webhooks as webhooks
from tests.doubles.whatsapp_api import Template, refused
from tests.doubles.wire import (
    BAD_GATEWAY,
    CUT,
    DROPPED,
    EMPTY,
    FIREWALL,
    SLOW,
    TOO_MANY_FOR_A_GATEWAY,
    Fault,
)
from tests.faults.lines import NO_ANSWER_OF_A_PROVIDER, WhatsAppLine
from tests.faults.office import FIRST, Expected, Office, check

pytestmark = pytest.mark.anyio
SECOND = timedelta(seconds=1)
A_LITTLE = Expected(after_s=(3.75, 6.25))
SLOWED = Expected(after_s=(1, 2), others_after_s=(1, 2))
ENDS: dict[str, tuple[tuple[int, ...], Expected]] = {
    "slow down": ((4, 613, 80007, 130429, 133016), SLOWED),
    "too many to one person": ((131056,), Expected(after_s=(6, 6))),
    "ill": ((1, 2, 131000, 131016, 131057, 133004), A_LITTLE),
    "people complain": ((131048, 131064), Expected(after_s=(60, 60), notices=("bulk_paused",))),
    "account": (
        (0, 3, 10, 190, 200, 299, 368, 130497, 131005, 131031, 131037, 131042, 131044, 131045, 133010),
        Expected(after_s=(300, 300), others_after_s=(300, 300), notices=("resumed", "stopped"), attempts=1),
    ),
}
DEAD: dict[str, tuple[tuple[int, ...], str, bool]] = {
    "not on WhatsApp, opted out": ((131026, 131050), "Stopped", True),
    "this message to this person": ((131021, 131030, 130472), "Rejected", False),
    "window closed, no other form": ((470, 131047), "WindowClosed", False),
    "our mistake": ((100, 131008, 131009, 131051, 131052, 300, 999999), "Rejected", False),
    "template": (
        (132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069), "Rejected", False,
    ),
    "number": ((133000, 133005, 133006, 133008, 133009, 133015), "Rejected", False),
}  # fmt: skip
TRIED_AGAIN = [pytest.param(code, end, id=f"{name} {code}") for name, (codes, end) in ENDS.items() for code in codes]
DEAD_AT_ONCE = [
    pytest.param(code, Expected(0, 1, dead_for=f"{error}:{code}", blocked=blocked), id=f"{name} {code}")
    for name, (codes, error, blocked) in DEAD.items()
    for code in codes
]


@pytest.fixture
def office(sqlite_database: Database, whatsapp: WhatsAppLine) -> Office:
    """One that sends on WhatsApp alone."""
    return Office(sqlite_database, [whatsapp])


@pytest.mark.parametrize(("code", "expected"), [*TRIED_AGAIN, *DEAD_AT_ONCE])
async def test_refusal_with_a_code(office: Office, code: int, expected: Expected) -> None:
    await check(office, [refused(code)], expected)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(
            refused(130429, 429, {"Retry-After": "17"}),
            Expected(after_s=(17, 17), others_after_s=(17, 17)),
            id="429 that says for how long",
        ),
        pytest.param(refused(80007, 429, {"Retry-After": "Sun, 22 Nov 2026"}), SLOWED, id="429 with a date"),
        pytest.param(refused(777777, 429), SLOWED, id="429 with a strange code"),
        pytest.param(TOO_MANY_FOR_A_GATEWAY, SLOWED, id="429 of a gateway"),
        pytest.param(refused(777777, 500), A_LITTLE, id="500 with a strange code"),
        pytest.param(refused(777777, 400, is_transient=True), A_LITTLE, id="400 that says it will pass"),
        pytest.param(FIREWALL, A_LITTLE, id="a firewall on the way"),
    ],
)
async def test_answer_that_says_it_was_not_taken(office: Office, fault: Fault, expected: Expected) -> None:
    await check(office, [fault], expected)


NOBODY_KNOWS = [
    *NO_ANSWER_OF_A_PROVIDER,
    pytest.param(Fault(200, b'{"messages": []}'), id="no message in the answer"),
    pytest.param(Fault(200, b'{"messages": [{"id": "wam'), id="half a JSON"),
    pytest.param(Fault(400, b'{"error": {}}'), id="an error without a code"),
]


@pytest.mark.parametrize("fault", NOBODY_KNOWS)
@pytest.mark.parametrize("is_taken", [False, True], ids=["it had been lost", "it had arrived"])
async def test_outcome_nobody_knows(office: Office, fault: Fault, is_taken: bool) -> None:
    expected = Expected(times=1 + is_taken, doubts=1, after_s=(60, 70))
    await check(office, [fault.taken() if is_taken else fault], expected)


async def test_answer_after_our_deadline(office: Office) -> None:
    await check(office, [SLOW], Expected(times=2, doubts=1, after_s=(60, 70)))


@pytest.mark.parametrize(
    ("fault", "state"),
    [(BAD_GATEWAY, "sent"), (CUT, "delivered"), (DROPPED, "read"), (EMPTY, "sent"), (SLOW, "delivered")],
    ids=["502", "cut off", "dropped", "empty answer", "slow"],
)
async def test_report_makes_a_second_try_needless(
    office: Office, whatsapp: WhatsAppLine, fault: Fault, state: str
) -> None:
    whatsapp.fail(fault.taken())
    office.queue(FIRST)
    await office.outbox.drain()
    assert office.rows[0].status == "unknown"
    (tracker,) = whatsapp.api.trackers
    report(office, whatsapp, webhooks.status("wamid.double1", state, tracker))
    await office.settle()
    assert (whatsapp.times(FIRST), whatsapp.calls(FIRST)) == (1, 1)
    assert (office.rows[0].status, office.rows[0].delivery) == ("sent", state)


def report(office: Office, whatsapp: WhatsAppLine, told: dict[str, Any]) -> None:
    """As Meta posts it, read and stored."""
    body, _ = webhooks.signed(webhooks.post(told))
    store(office.database, whatsapp.channel.receive(body))


@pytest.mark.parametrize(
    ("code", "status", "times", "after_s"),
    [
        pytest.param(131000, "sent", 2, (3.75, 6.25), id="ill"),
        pytest.param(130429, "sent", 2, (1, 2), id="too fast"),
        pytest.param(131056, "sent", 2, (6, 6), id="too many to one person"),
        pytest.param(131048, "sent", 2, (60, 60), id="people complain"),
        pytest.param(131042, "sent", 2, (300, 300), id="payment"),
        pytest.param(131026, "dead", 1, None, id="not on WhatsApp"),
        pytest.param(130472, "dead", 1, None, id="an experiment of Meta's"),
        pytest.param(131051, "dead", 1, None, id="our mistake"),
        pytest.param(999999, "dead", 1, None, id="a strange code"),
        pytest.param(131047, "dead", 1, None, id="window closed, no other form"),
    ],
)
async def test_refusal_told_later(
    office: Office, whatsapp: WhatsAppLine, code: int, status: str, times: int, after_s: tuple[float, float] | None
) -> None:
    office.queue(FIRST)
    await office.outbox.drain()
    report(office, whatsapp, webhooks.status("wamid.double1", "failed", whatsapp.api.trackers[0], code))
    await office.settle()
    row = office.rows[0]
    assert (row.status, whatsapp.times(FIRST)) == (status, times)
    assert after_s is None or after_s[0] <= office.seconds(row) <= after_s[1]


@pytest.mark.parametrize("code", [470, 131047])
@pytest.mark.parametrize("is_late", [False, True], ids=["in the answer", "in a report"])
async def test_template_follows_when_the_window_is_closed(
    office: Office, whatsapp: WhatsAppLine, code: int, is_late: bool
) -> None:
    whatsapp.api.templates["pengingat"] = Template("pengingat")
    if not is_late:
        whatsapp.fail(refused(code))
    office.queue(FIRST, template="pengingat")
    await office.outbox.drain()
    if is_late:
        report(office, whatsapp, webhooks.status("wamid.double1", "failed", whatsapp.api.trackers[0], code))
    await office.settle()
    (row,) = office.rows
    assert (row.status, row.used_template, row.attempts) == ("sent", True, 1 + is_late)
    assert whatsapp.times("pengingat") == 1


@pytest.mark.parametrize("code", [131048, 131064, 131049], ids=["spam", "advertising", "she has had enough for today"])
async def test_broadcasts_wait_a_day_when_people_complain(office: Office, whatsapp: WhatsAppLine, code: int) -> None:
    whatsapp.api.templates["kabar"] = Template("kabar")
    whatsapp.fail(refused(code))
    broadcast: dict[str, Any] = {"kind": "broadcast", "priority": messages.BROADCAST, "template": "kabar"}
    office.queue("kabar", 0, **broadcast)
    await office.drain_at(NOW)
    office.queue("kabar", 1, **broadcast)
    await office.settle()
    assert [office.seconds(row) for row in office.rows] == [senders.BULK_PAUSE.total_seconds()] * 2
    assert sorted(to for to, _ in whatsapp.delivered) == [whatsapp.address(0), whatsapp.address(1)]


def with_picture(office: Office, words: str) -> None:
    """A message with her card."""
    with office.database.write() as session:
        mother = factories.person(session)
        factories.pregnancy(session, mother)
        image = pictures.reference(mother)
    office.queue(words, image=image)


PICTURE_REFUSED = refused(131053)


@pytest.mark.parametrize(
    ("endpoint", "faults", "kinds"),
    [
        pytest.param("media", 1, ["image"], id="once: the picture goes in the second try"),
        pytest.param("media", 2, ["image"], id="twice: it goes in the third"),
        pytest.param("media", 3, ["text"], id="three times at the upload: the words go alone"),
        pytest.param("messages", 3, ["image", "image", "image", "text"], id="three times at the message"),
    ],
)
async def test_picture_is_tried_three_times(
    office: Office, whatsapp: WhatsAppLine, endpoint: str, faults: int, kinds: list[str]
) -> None:
    whatsapp.api.fail(endpoint, *[PICTURE_REFUSED] * faults)
    with_picture(office, "ini kartu Ibu")
    await office.settle()
    (row,) = office.rows
    assert [body["type"] for body in whatsapp.api.called("messages")] == kinds
    assert (row.status, whatsapp.times("ini kartu Ibu"), row.doubts) == ("sent", 1, 0)
    assert row.last_error == "Unreachable:131053"


async def test_picture_that_is_refused_in_reports_is_tried_three_times(office: Office, whatsapp: WhatsAppLine) -> None:
    with_picture(office, "ini kartu Ibu")
    for number in (1, 2, 3):
        await office.settle()
        sent = f"wamid.double{2 * number}"  # uploads have numbers too
        report(office, whatsapp, webhooks.status(sent, "failed", whatsapp.api.trackers[-1], 131053))
    await office.settle()
    assert [body["type"] for body in whatsapp.api.called("messages")] == ["image"] * 3 + ["text"]
    assert office.rows[0].status == "sent"


async def test_picture_without_words_is_a_dead_letter_that_says_so(office: Office, whatsapp: WhatsAppLine) -> None:
    whatsapp.api.fail("media", *[PICTURE_REFUSED] * 3)
    with_picture(office, "")
    await office.settle()
    (row,) = office.rows
    assert (row.status, row.last_error, row.attempts) == ("dead", "Unreachable:131053", 3)


async def test_row_is_the_same_when_the_form_changes(office: Office, whatsapp: WhatsAppLine) -> None:
    whatsapp.api.fail("media", *[PICTURE_REFUSED] * 3)
    with_picture(office, "ini kartu Ibu")
    await office.settle()
    with office.database.read() as session:
        assert [row.extras for row in session.scalars(select(OutboxMessage))] == [None]
