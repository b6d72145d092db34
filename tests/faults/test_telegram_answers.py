"""Everything the Bot API may answer to a message, at the wire."""

from __future__ import annotations

import pytest

from registry.db import Database
from registry.messaging import pictures
from tests import factories
from tests.doubles.telegram_api import (
    BAD_PICTURE,
    BLOCKED,
    CHAT_NOT_FOUND,
    DEACTIVATED,
    INTERNAL,
    MIGRATED,
    NEVER_STARTED,
    NOT_FOUND,
    UNAUTHORIZED,
    UNREADABLE,
    refused,
    throttled,
)
from tests.doubles.wire import (
    DROPPED,
    FIREWALL,
    SLOW,
    TOO_MANY_FOR_A_GATEWAY,
    Fault,
)
from tests.faults.lines import NO_ANSWER_OF_A_PROVIDER, TelegramLine
from tests.faults.office import FIRST, Expected, Office, check

pytestmark = pytest.mark.anyio
A_LITTLE = Expected(after_s=(3.75, 6.25))
STOPPED = Expected(after_s=(300, 300), others_after_s=(300, 300), notices=("resumed", "stopped"), attempts=1)


@pytest.fixture
def office(sqlite_database: Database, telegram: TelegramLine) -> Office:
    """One that sends on Telegram alone."""
    return Office(sqlite_database, [telegram])


def dead(error: str, *, blocked: bool = False) -> Expected:
    return Expected(0, 1, dead_for=error, blocked=blocked)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(throttled(7), Expected(after_s=(7, 7), others_after_s=(7, 7)), id="429 that says for how long"),
        pytest.param(TOO_MANY_FOR_A_GATEWAY, Expected(after_s=(1, 2), others_after_s=(1, 2)), id="429 of a gateway"),
        pytest.param(INTERNAL, A_LITTLE, id="500 in Telegram's words"),
        pytest.param(FIREWALL, A_LITTLE, id="403 of a firewall: she has not blocked us"),
        pytest.param(Fault(404, b"<html>"), A_LITTLE, id="404 of a gateway: the token is good"),
        pytest.param(Fault(400, b'{"error": "bad"}'), A_LITTLE, id="400 of a gateway: the message is good"),
        pytest.param(UNAUTHORIZED, STOPPED, id="token revoked"),
        pytest.param(NOT_FOUND, STOPPED, id="token malformed"),
        pytest.param(BLOCKED, dead("Stopped:Forbidden: bot was blocked by the user", blocked=True), id="blocked"),
        pytest.param(DEACTIVATED, dead("Stopped:Forbidden: user is deactivated", blocked=True), id="account deleted"),
        pytest.param(
            NEVER_STARTED,
            dead("Stopped:Forbidden: bot can't initiate conversation with a user", blocked=True),
            id="never started the bot",
        ),
        pytest.param(CHAT_NOT_FOUND, dead("Rejected:Chat not found"), id="chat not found"),
        pytest.param(MIGRATED, dead("Rejected:Group migrated to supergroup"), id="group became a supergroup"),
        pytest.param(
            UNREADABLE,
            dead("Rejected:Can't parse entities: unsupported start tag at byte offset 5"),
            id="text not parsed",
        ),
        pytest.param(
            refused(400, "Bad Request: message is too long"), dead("Rejected:Message is too long"), id="too long"
        ),
    ],
)
async def test_answer_that_says_it_was_not_taken(office: Office, fault: Fault, expected: Expected) -> None:
    await check(office, [fault], expected)


NOBODY_KNOWS = [
    *NO_ANSWER_OF_A_PROVIDER,
    pytest.param(Fault(200, b'{"ok": true, "result": {}}'), id="no message in the answer"),
    pytest.param(Fault(200, b'{"ok": true, "resu'), id="half a JSON"),
]


@pytest.mark.parametrize("fault", NOBODY_KNOWS)
@pytest.mark.parametrize("is_taken", [False, True], ids=["it had been lost", "it had arrived"])
async def test_outcome_nobody_knows(office: Office, fault: Fault, is_taken: bool) -> None:
    """Telegram reports nothing: once more, and counted."""
    expected = Expected(times=1 + is_taken, doubts=1, after_s=(3.75, 6.25))
    await check(office, [fault.taken() if is_taken else fault], expected)


async def test_answer_after_our_deadline(office: Office) -> None:
    await check(office, [SLOW], Expected(times=2, doubts=1, after_s=(3.75, 6.25)))


async def test_outcome_nobody_knows_twice_is_a_dead_letter(office: Office, telegram: TelegramLine) -> None:
    telegram.fail(DROPPED, DROPPED)
    office.queue(FIRST)
    await office.settle()
    (row,) = office.rows
    assert (row.status, row.last_error, telegram.calls(FIRST)) == ("dead", "Unreachable:Timed out", 2)
    assert row.doubts == 2
    assert await office.requeue() == 1
    assert (office.rows[0].status, telegram.times(FIRST)) == ("sent", 1)


@pytest.mark.parametrize(("faults", "methods"), [(2, ["sendphoto"] * 3), (3, ["sendphoto"] * 3 + ["sendmessage"])])
async def test_picture_is_tried_three_times_then_the_words_go_alone(
    office: Office, telegram: TelegramLine, faults: int, methods: list[str]
) -> None:
    with office.database.write() as session:
        mother = factories.person(session)
        factories.pregnancy(session, mother)
        image = pictures.reference(mother)
    telegram.api.fail("sendPhoto", *[BAD_PICTURE] * faults)
    office.queue("ini kartu Ibu", image=image)
    await office.settle()
    assert [call.method.lower() for call in telegram.api.calls] == methods
    assert (office.rows[0].status, telegram.times("ini kartu Ibu")) == ("sent", 1)
