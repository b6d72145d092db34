"""The inbox: stored once, claimed in order, given back when a worker dies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.messaging import messages
from registry.messaging.messages import ANSWER, DANGER, LEASE
from registry.models import InboxMessage
from tests import factories
from tests.conftest import NOW

SECOND = timedelta(seconds=1)


def _texts(rows: list[InboxMessage]) -> list[str]:
    return [row.content["text"] for row in rows]


def _claimed(session: Session, limit: int = 20) -> list[str]:
    return _texts(messages.claim_inbox(session, NOW, limit))


def test_a_redelivery_is_stored_once(session: Session) -> None:
    sender = factories.contact(session)
    factories.inbox_message(session, sender, "halo", external_id="wamid.1")
    again = messages.receive(
        session, sender, external_id="wamid.1", content={"text": "halo"}, priority=ANSWER, now=NOW, wall=NOW
    )
    assert again is None
    assert session.scalar(select(func.count(InboxMessage.id))) == 1


def test_a_redelivery_of_an_answered_message_is_not_answered_again(session: Session) -> None:
    sender = factories.contact(session)
    row = factories.inbox_message(session, sender, external_id="wamid.1")
    messages.claim_inbox(session, NOW)
    messages.finish(session, row.id, {"intent": "greet"})
    messages.receive(session, sender, external_id="wamid.1", content={}, priority=ANSWER, now=NOW, wall=NOW)
    assert _claimed(session) == []


def test_two_channels_may_use_the_same_external_id(session: Session) -> None:
    for channel in ("whatsapp", "telegram"):
        factories.inbox_message(session, factories.contact(session, channel=channel), external_id="1")
    assert len(_claimed(session)) == 2


def test_an_emoji_and_a_line_break_come_back_as_they_were(session: Session) -> None:
    text = "tolong 🙏🏽\nketuban «pecah» {nik} %s \u2028"
    factories.inbox_message(session, factories.contact(session), text)
    assert _claimed(session) == [text]


def test_a_contact_is_answered_in_the_order_she_wrote(session: Session) -> None:
    sender = factories.contact(session)
    rows = [factories.inbox_message(session, sender, text) for text in ("satu", "dua", "tiga")]
    seen = []
    for row in rows:
        seen += _claimed(session)
        messages.finish(session, row.id, {})
    assert seen == ["satu", "dua", "tiga"]


def test_contacts_do_not_wait_for_each_other(session: Session) -> None:
    for number in range(3):
        factories.inbox_message(session, factories.contact(session), f"ibu {number}")
    assert _claimed(session) == ["ibu 0", "ibu 1", "ibu 2"]


def test_no_more_is_claimed_than_asked_for(session: Session) -> None:
    for _ in range(5):
        factories.inbox_message(session, factories.contact(session))
    assert [len(_claimed(session, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize("before", ["waits", "is being answered", "is postponed"])
def test_danger_overtakes_a_message_that(session: Session, before: str) -> None:
    sender = factories.contact(session)
    first = factories.inbox_message(session, sender, "surat apa saja")
    if before != "waits":
        messages.claim_inbox(session, NOW)
    if before == "is postponed":
        messages.postpone(session, first.id, NOW + LEASE, {})
    factories.inbox_message(session, sender, "keluar darah", priority=DANGER)
    assert _claimed(session) == ["keluar darah"]


def test_what_danger_overtook_is_answered_after_it(session: Session) -> None:
    sender = factories.contact(session)
    factories.inbox_message(session, sender, "surat apa saja")
    danger = factories.inbox_message(session, sender, "keluar darah", priority=DANGER)
    assert _claimed(session) == ["keluar darah"]
    assert _claimed(session) == []
    messages.finish(session, danger.id, {})
    assert _claimed(session) == ["surat apa saja"]


def test_danger_of_one_contact_is_claimed_before_older_messages_of_others(session: Session) -> None:
    for number in range(3):
        factories.inbox_message(session, factories.contact(session), f"ibu {number}")
    factories.inbox_message(session, factories.contact(session), "kejang", priority=DANGER)
    assert _claimed(session, limit=1) == ["kejang"]


def test_a_postponed_message_keeps_its_place(session: Session) -> None:
    sender = factories.contact(session)
    first = factories.inbox_message(session, sender, "satu")
    factories.inbox_message(session, sender, "dua")
    messages.claim_inbox(session, NOW)
    messages.postpone(session, first.id, NOW + 5 * SECOND, {"intent": None})
    assert _claimed(session) == []
    assert _texts(messages.claim_inbox(session, NOW + 5 * SECOND)) == ["satu"]


def test_a_message_is_tried_again_with_its_number_of_tries(session: Session) -> None:
    row = factories.inbox_message(session, factories.contact(session))
    for attempt in (1, 2, 3):
        (claimed,) = messages.claim_inbox(session, NOW)
        assert claimed.attempts == attempt
        messages.postpone(session, row.id, NOW, {})


def test_a_finished_message_keeps_its_trace(session: Session) -> None:
    row = factories.inbox_message(session, factories.contact(session))
    messages.claim_inbox(session, NOW)
    messages.finish(session, row.id, {"intent": "greet", "confidence": 0.98})
    session.expire(row)
    assert (row.status, row.lease_until, row.trace) == ("done", None, {"intent": "greet", "confidence": 0.98})


@pytest.mark.parametrize(
    ("later", "given_back"),
    [
        pytest.param(LEASE - SECOND, 0, id="before the lease ends: nothing"),
        pytest.param(LEASE + SECOND, 1, id="after it: the message"),
    ],
)
def test_what_a_dead_worker_held_is_given_back(session: Session, later: timedelta, given_back: int) -> None:
    factories.inbox_message(session, factories.contact(session), "satu")
    messages.claim_inbox(session, NOW)
    assert messages.sweep_inbox(session, NOW + later) == given_back
    assert len(messages.claim_inbox(session, NOW + later)) == given_back


def test_a_sweep_leaves_alone_what_is_done_or_waits(session: Session) -> None:
    done = factories.inbox_message(session, factories.contact(session))
    messages.claim_inbox(session, NOW)
    messages.finish(session, done.id, {})
    factories.inbox_message(session, factories.contact(session))
    assert messages.sweep_inbox(session, NOW + timedelta(days=1)) == 0


def test_the_first_message_of_a_contact_is_known_as_such(session: Session) -> None:
    sender = factories.contact(session)
    factories.inbox_message(session, factories.contact(session))
    first, second = (factories.inbox_message(session, sender) for _ in range(2))
    assert [messages.is_first(session, row) for row in (first, second)] == [True, False]
