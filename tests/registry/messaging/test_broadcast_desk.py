"""Each result of a broadcast is counted, in whatever order the provider told it, and by whoever's business it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.messaging import broadcast_desk, broadcasts, deliveries, outbox
from registry.messaging.audiences import Audience
from registry.messaging.broadcast_desk import Progress
from registry.models import Broadcast, Contact, OutboxMessage
from tests import factories
from tests.conftest import NOW

SENT = Progress(sent=1)
READ = Progress(sent=1, delivered=1, read=1)
REPORTS: dict[str, tuple[list[str], Progress]] = {
    "nothing told": ([], SENT),
    "delivered": (["delivered"], Progress(sent=1, delivered=1)),
    "read": (["sent", "delivered", "read"], READ),
    "read before delivered": (["read", "delivered"], READ),
    "read without delivered": (["read"], READ),
    "failed after all": (["failed"], Progress(failed=1)),
}


@pytest.fixture
def row(session: Session) -> Broadcast:
    """A broadcast to one mother, in the outbox."""
    person = factories.person(session)
    factories.pregnancy(session, person)
    factories.contact(session, person.phone, last_wrote_at=NOW)
    staff = factories.staff(session)
    made, _ = broadcasts.prepare(session, staff, staff.phone, Audience(), "posyandu", NOW)
    broadcasts.confirm(session, made, NOW)
    return made


def message(session: Session) -> OutboxMessage:
    return session.scalars(select(OutboxMessage)).one()


def go_out(session: Session) -> OutboxMessage:
    claimed = outbox.claim_outbox(session, NOW)
    outbox.mark_sent(session, claimed[0], ["wamid.1"], NOW)
    session.expire_all()
    return message(session)


@pytest.mark.parametrize(("told", "expected"), REPORTS.values(), ids=REPORTS)
def test_counted_is_what_was_told_last(session: Session, row: Broadcast, told: list[str], expected: Progress) -> None:
    sent = go_out(session)
    for state in told:
        deliveries.mark_delivery(session, sent.channel, "wamid.1", state)
    assert broadcast_desk.progress(session, row) == expected


def test_everything_before_it_is_out_is_waiting(session: Session, row: Broadcast) -> None:
    assert broadcast_desk.progress(session, row) == Progress(queued=1)
    claimed = outbox.claim_outbox(session, NOW)[0]
    assert broadcast_desk.progress(session, row) == Progress(queued=1)
    outbox.mark_unknown(session, claimed, "timeout", NOW)
    assert broadcast_desk.progress(session, row) == Progress(queued=1)


def test_dead_letter_has_failed(session: Session, row: Broadcast) -> None:
    outbox.mark_dead(session, outbox.claim_outbox(session, NOW)[0], "131026")
    assert broadcast_desk.progress(session, row) == Progress(failed=1)


def test_who_says_stop_while_it_waits_is_cancelled(session: Session, row: Broadcast) -> None:
    session.scalars(select(Contact)).one().stopped_at = NOW
    session.flush()
    outbox.sweep_outbox(session, NOW)
    assert broadcast_desk.progress(session, row) == Progress(cancelled=1)


@pytest.mark.parametrize(
    ("hours", "counted"), [(-1.0, 0), (0.0, 1), (1.0, 1), (48.0, 1), (48.1, 0)],
    ids=["before it", "with it", "soon", "at the last", "too late"],
)  # fmt: skip
def test_reply_is_what_comes_within_two_days(session: Session, row: Broadcast, hours: float, counted: int) -> None:
    sent = go_out(session)
    for _ in range(2):
        factories.inbox_message(session, sent.contact, "ya", now=NOW + timedelta(hours=hours))
    assert broadcast_desk.progress(session, row).replied == counted


def test_nobody_replies_to_what_has_not_gone_out(session: Session, row: Broadcast) -> None:
    factories.inbox_message(session, message(session).contact, "halo", now=NOW)
    assert broadcast_desk.progress(session, row).replied == 0


@pytest.mark.parametrize(
    ("found", "is_waiting"), [(SENT, False), (Progress(queued=1), True), (Progress(undecided=1), True)]
)
def test_waiting_is_what_may_still_go_out(found: Progress, is_waiting: bool) -> None:
    assert found.is_waiting is is_waiting
