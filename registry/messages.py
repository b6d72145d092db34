"""Inbox and outbox: one transaction writes, one claim takes, nothing is lost in between.

Order holds within a contact; a row that a dead worker left leased is swept back. The inbox counts in wall
time (it retries machines), the outbox in the time of the service, which the simulator may stop.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased, joinedload

from registry import clock, programme
from registry.models import Contact, InboxMessage, OutboxMessage
from registry.rules import quiet

Kind = Literal["reply", "alert", "reminder", "confirmation", "broadcast", "staff"]
LEASE = timedelta(seconds=60)  # longer than every HTTP timeout of a turn or a send
DANGER, ANSWER, REMINDER, BROADCAST = 0, 1, 3, 5  # priorities, smaller first


@dataclass(frozen=True)
class Draft:
    """What is to be said, before it knows to whom: text, and what may stand under it."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()  # (title, payload)
    rows: tuple[tuple[str, str, str], ...] = ()  # (title, description, payload)
    image: str | None = None
    ask_contact: bool = False
    template: str | None = None  # name of the approved template, for the time outside the 24-hour window

    def extras(self) -> dict[str, Any] | None:
        """Everything but the text, as the outbox keeps it."""
        pairs = {"buttons": self.buttons, "rows": self.rows, "image": self.image, "ask_contact": self.ask_contact}
        return {name: value for name, value in pairs.items() if value} or None


def receive(
    session: Session, contact: Contact, *, external_id: str, content: dict[str, Any], priority: int,
    now: datetime, wall: datetime,
) -> InboxMessage | None:  # fmt: skip
    """Store what came in; None when this external id was stored before (a redelivery)."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(InboxMessage).values(
        channel=contact.channel,
        external_id=external_id,
        contact_id=contact.id,
        content=content,
        priority=priority,
        received_at=now,
        due_at=wall,
    )
    new_id = session.execute(row.on_conflict_do_nothing().returning(InboxMessage.id)).scalar()
    return None if new_id is None else session.get_one(InboxMessage, new_id)


def is_first(session: Session, message: InboxMessage) -> bool:
    """Whether this contact had never written before this message."""
    earlier = exists().where(InboxMessage.contact_id == message.contact_id, InboxMessage.id < message.id)
    return not session.scalar(select(earlier))


def claim_inbox(session: Session, wall: datetime, limit: int = 20) -> list[InboxMessage]:
    """Take due messages: per contact only the oldest, but a danger sign overtakes whatever waits or runs."""
    before = aliased(InboxMessage)
    blocked = exists().where(
        before.contact_id == InboxMessage.contact_id,
        before.id != InboxMessage.id,
        or_(
            before.status == "leased",
            and_(
                before.status == "queued",
                tuple_(before.priority, before.id) < tuple_(InboxMessage.priority, InboxMessage.id),
            ),
        ),
    )
    head = (
        select(InboxMessage.id)
        .where(InboxMessage.status == "queued", InboxMessage.due_at <= wall)
        .where(or_(InboxMessage.priority == DANGER, ~blocked))
        .order_by(InboxMessage.priority, InboxMessage.due_at, InboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        update(InboxMessage)
        .where(InboxMessage.id.in_(head))
        .values(status="leased", attempts=InboxMessage.attempts + 1, lease_until=wall + LEASE)
        .returning(InboxMessage.id)
    ).all()
    rows = select(InboxMessage).where(InboxMessage.id.in_(taken)).options(joinedload(InboxMessage.contact))
    return list(session.scalars(rows.order_by(InboxMessage.priority, InboxMessage.id)))


def finish(session: Session, message_id: int, trace: dict[str, Any]) -> None:
    """The message has been answered."""
    session.execute(
        update(InboxMessage).where(InboxMessage.id == message_id).values(status="done", lease_until=None, trace=trace)
    )


def postpone(session: Session, message_id: int, until: datetime, trace: dict[str, Any]) -> None:
    """The message cannot be understood now; it keeps its place and is tried again at ``until`` (wall time)."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == message_id)
        .values(status="queued", lease_until=None, due_at=until, trace=trace)
    )


def queue(
    session: Session, contact: Contact, draft: Draft, *, kind: Kind, priority: int, now: datetime,
    key: str | None = None, inbox_id: int | None = None, due_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Put a message to a contact into the outbox; False when the same ``key`` is there already."""
    due = due_at or now
    if priority >= REMINDER and kind != "alert" and contact.stopped_at is not None:
        return False  # she said STOP: answers, staff and emergencies only
    if priority >= REMINDER:
        due = quiet.next_allowed(due, _quiet_hours(session, now))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(OutboxMessage).values(
        contact_id=contact.id,
        channel=contact.channel,
        kind=kind,
        priority=priority,
        key=key,
        text=draft.text,
        extras=draft.extras(),
        template=draft.template,
        inbox_id=inbox_id,
        due_at=due,
        created_at=now,
    )
    return session.execute(row.on_conflict_do_nothing().returning(OutboxMessage.id)).scalar() is not None


def claim_outbox(session: Session, now: datetime, limit: int = 20) -> list[OutboxMessage]:
    """Take due messages by priority; per contact one at a time, so that they arrive in their order.

    In the quiet hours only what answers somebody or is an emergency is taken, whatever was planned; and nothing that
    its reader has stopped since it was queued.
    """
    least = REMINDER - 1 if quiet.is_quiet(now, _quiet_hours(session, now)) else BROADCAST
    before = aliased(OutboxMessage)
    blocked = exists().where(
        before.contact_id == OutboxMessage.contact_id,
        before.id != OutboxMessage.id,
        or_(
            before.status == "leased",
            and_(
                before.status == "queued",
                before.due_at <= now,
                tuple_(before.priority, before.id) < tuple_(OutboxMessage.priority, OutboxMessage.id),
            ),
        ),
    )
    head = (
        select(OutboxMessage.id)
        .where(OutboxMessage.status == "queued", OutboxMessage.due_at <= now, OutboxMessage.priority <= least)
        .where(~blocked, ~_unwanted())
        .order_by(OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(head))
        .values(
            status="leased",
            attempts=OutboxMessage.attempts + 1,
            lease_until=now + LEASE,
            lease_token=secrets.token_hex(8),
        )
        .returning(OutboxMessage.id)
    ).all()
    rows = select(OutboxMessage).where(OutboxMessage.id.in_(taken)).options(joinedload(OutboxMessage.contact))
    return list(session.scalars(rows.order_by(OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)))


def _unwanted() -> ColumnElement[bool]:
    """A reminder or broadcast to someone who said STOP."""
    stopped = exists().where(Contact.id == OutboxMessage.contact_id, Contact.stopped_at.is_not(None))
    return and_(OutboxMessage.priority >= REMINDER, OutboxMessage.kind != "alert", stopped)


def _quiet_hours(session: Session, now: datetime) -> tuple[str, str]:
    start, end = programme.value(session, "quiet_hours", clock.today(now))
    return start, end


def mark_sent(session: Session, row: OutboxMessage, external_ids: Sequence[str], now: datetime) -> None:
    """The provider took it. Ignored when the lease has passed to another worker."""
    _settle(session, row, status="sent", delivery="sent", sent_at=now, external_id=",".join(external_ids) or None)


def mark_retry(session: Session, row: OutboxMessage, error: str, due_at: datetime) -> None:
    """Try again at ``due_at``."""
    _settle(session, row, status="queued", last_error=error, due_at=due_at)


def mark_dead(session: Session, row: OutboxMessage, error: str) -> None:
    """No further try; the row stays to be looked at."""
    _settle(session, row, status="dead", delivery="failed", last_error=error)


def _settle(session: Session, row: OutboxMessage, **values: Any) -> None:
    owned = (OutboxMessage.id == row.id, OutboxMessage.lease_token == row.lease_token)
    leased = OutboxMessage.status == "leased"
    session.execute(update(OutboxMessage).where(*owned, leased).values(lease_until=None, lease_token=None, **values))


FORWARD = {"queued": 0, "sent": 1, "failed": 2, "delivered": 2, "read": 3}


def mark_delivery(session: Session, channel: str, external_id: str, state: str) -> None:
    """A status report of the provider; they come in any order, a state only steps forward."""
    row = session.scalar(
        select(OutboxMessage).where(OutboxMessage.channel == channel, OutboxMessage.external_id == external_id)
    )
    if row is not None and FORWARD.get(state, -1) > FORWARD[row.delivery]:
        row.delivery = state


def sweep_inbox(session: Session, wall: datetime) -> int:
    """Give back what a dead worker left half understood; returns how many rows."""
    overdue = update(InboxMessage).where(InboxMessage.status == "leased", InboxMessage.lease_until < wall)
    return len(session.scalars(overdue.values(status="queued").returning(InboxMessage.id)).all())


def sweep_outbox(session: Session, now: datetime) -> int:
    """Give back what a dead worker left half sent, returns how many rows; and drop what its reader has stopped."""
    dropped = update(OutboxMessage).where(OutboxMessage.status == "queued", _unwanted())
    session.execute(dropped.values(status="cancelled"), execution_options={"synchronize_session": False})
    overdue = update(OutboxMessage).where(OutboxMessage.status == "leased", OutboxMessage.lease_until < now)
    return len(session.scalars(overdue.values(status="queued", lease_token=None).returning(OutboxMessage.id)).all())


def next_due(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The next moment in (after, until] at which something queued falls due."""
    return session.scalar(
        select(OutboxMessage.due_at)
        .where(OutboxMessage.status == "queued", OutboxMessage.due_at > after, OutboxMessage.due_at <= until)
        .order_by(OutboxMessage.due_at)
        .limit(1)
    )
