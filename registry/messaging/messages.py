"""Inbox and outbox: one transaction writes, one claim takes, nothing is lost in between.

Order holds within a contact; a row that a dead worker left leased is swept back. The inbox counts in wall
time (it retries machines), the outbox in the time of the service, which the simulator may stop. What happens to a
message that goes out stands in ``registry.messaging.outbox``; its names are known here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, and_, bindparam, exists, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from registry import sealing
from registry.messaging.deliveries import mark_delivery
from registry.messaging.leases import (
    ANSWER,
    BROADCAST,
    DANGER,
    IN,
    LEASE,
    REMINDER,
    UNREAD,
    Kind,
    claim,
    earlier_rows,
    is_earlier,
    is_in,
    reread,
    sweep,
    taken,
)
from registry.messaging.outbox import (
    backlog,
    claim_outbox,
    dead_letters,
    has_work,
    hold_conversation,
    leave_picture_out,
    mark_all_sent,
    mark_dead,
    mark_retry,
    mark_sent,
    mark_unknown,
    next_due,
    note_part,
    quiet_hours,
    requeue,
    sweep_outbox,
)
from registry.messaging.senders import room_outside_window
from registry.models import Contact, InboxMessage, OutboxMessage
from registry.rules import quiet

__all__ = [
    "ANSWER",
    "BROADCAST",
    "DANGER",
    "LEASE",
    "REMINDER",
    "UNREAD",
    "Draft",
    "Kind",
    "Received",
    "backlog",
    "claim_inbox",
    "claim_outbox",
    "dead_letters",
    "finish",
    "has_work",
    "hold_conversation",
    "is_first",
    "known",
    "leave_picture_out",
    "mark_all_sent",
    "mark_dead",
    "mark_delivery",
    "mark_retry",
    "mark_sent",
    "mark_unknown",
    "next_due",
    "note_part",
    "postpone",
    "queue",
    "rank",
    "receive",
    "receive_all",
    "requeue",
    "room_outside_window",
    "sweep_inbox",
    "sweep_outbox",
    "unread",
]


def _claim_inbox() -> Executable:
    stands_before = and_(is_in(earlier_rows(IN), "queued"), is_earlier(IN))
    return claim(IN, ("queued", "leased"), stands_before, IN.c.priority >= DANGER).returning(IN.c.id)


_STORE = {
    name: insert(IN).on_conflict_do_nothing().returning(IN.c.external_index, IN.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_CLAIM_INBOX = _claim_inbox()
_TAKEN_INBOX = taken(InboxMessage, InboxMessage.priority, InboxMessage.id)
_SWEEP_INBOX = sweep(IN)
_IS_UNREAD = literal_column("inbox.priority") < literal_column("0")  # as its partial index spells it


@dataclass(frozen=True)
class Draft:
    """What is to be said, before it knows to whom: text, and what may stand under it."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()  # (title, payload)
    rows: tuple[tuple[str, str, str], ...] = ()  # (title, description, payload)
    image: str | None = None  # a reference to a picture (registry/messaging/pictures.py)
    ask_contact: bool = False
    template: str | None = None  # name of the approved template, for the time outside the 24-hour window
    values: tuple[str, ...] = ()  # its parameters, in order

    def extras(self) -> dict[str, Any] | None:
        """Everything but the text, as the outbox keeps it."""
        pairs: dict[str, Any] = {
            "buttons": self.buttons,
            "rows": self.rows,
            "image": self.image,
            "ask_contact": self.ask_contact,
        }
        if self.template is not None:
            pairs["values"] = self.values
        return {name: value for name, value in pairs.items() if value} or None


@dataclass(frozen=True)
class Received:
    """A message as it came in: from whom, under the channel's name for it, and how urgent it looks (or ``UNREAD``)."""

    contact: Contact
    external_id: str
    content: dict[str, Any]
    priority: int


def receive_all(session: Session, received: Sequence[Received], *, now: datetime, wall: datetime) -> dict[str, int]:
    """Store what came in, in order; the ids by external id of those that had not come before."""
    session.flush()
    if not received:
        return {}
    names = {sealing.index("message", row.external_id): row.external_id for row in received}
    rows = [
        {
            "channel": row.contact.channel,
            "external_index": sealing.index("message", row.external_id),
            "contact_id": row.contact.id,
            "content": row.content,
            "priority": row.priority,
            "received_at": now,
            "due_at": wall,
        }
        for row in received
    ]
    stored = session.execute(_STORE[session.get_bind().dialect.name], rows)
    return {names[row.external_index]: row.id for row in stored}


def receive(
    session: Session, contact: Contact, *, external_id: str, content: dict[str, Any], priority: int,
    now: datetime, wall: datetime,
) -> InboxMessage | None:  # fmt: skip
    """Store what came in; None when this external id was stored before (a redelivery)."""
    new = receive_all(session, [Received(contact, external_id, content, priority)], now=now, wall=wall)
    return session.get_one(InboxMessage, new[external_id]) if new else None


def known(session: Session, channel: str, external_ids: list[str]) -> set[str]:
    """Which of these were stored before."""
    names = {sealing.index("message", external_id): external_id for external_id in external_ids}
    rows = select(InboxMessage.external_index).where(InboxMessage.channel == channel)
    return {names[index] for index in session.scalars(rows.where(InboxMessage.external_index.in_(names)))}


def unread(session: Session, limit: int) -> list[InboxMessage]:
    """The oldest messages of which nobody knows yet how urgent they are; they are not claimed before ``rank``."""
    rows = select(InboxMessage).where(_IS_UNREAD).order_by(InboxMessage.id).limit(limit)
    return list(session.scalars(rows.options(joinedload(InboxMessage.contact))))


def rank(session: Session, priorities: Mapping[int, int]) -> None:
    """Say how urgent messages are, by id."""
    ranked = update(IN).where(IN.c.id == bindparam("row"), _IS_UNREAD).values(priority=bindparam("found"))
    session.execute(ranked, [{"row": number, "found": found} for number, found in priorities.items()])


def is_first(session: Session, message: InboxMessage) -> bool:
    """Whether this contact had never written before this message."""
    earlier = exists().where(InboxMessage.contact_id == message.contact_id, InboxMessage.id < message.id)
    return not session.scalar(select(earlier))


def claim_inbox(session: Session, wall: datetime, limit: int = 20, least: int = BROADCAST) -> list[InboxMessage]:
    """Take due messages: per contact only the oldest, but a danger sign overtakes whatever waits or runs.

    ``least`` is the lowest priority that is taken: DANGER for danger alone.
    """
    session.flush()
    given = {"at": wall, "least": least, "size": limit, "lease": wall + LEASE}
    found = session.scalars(_CLAIM_INBOX, given).all()
    return list(session.scalars(_TAKEN_INBOX, {"taken": found})) if found else []


def finish(session: Session, message_id: int, trace: dict[str, Any]) -> None:
    """The message has been answered."""
    _change(session, message_id, status="done", lease_until=None, trace=trace)


def postpone(session: Session, message_id: int, until: datetime, trace: dict[str, Any]) -> None:
    """The message cannot be understood now; it keeps its place and is tried again at ``until`` (wall time)."""
    _change(session, message_id, status="queued", lease_until=None, due_at=until, trace=trace)


def _change(session: Session, message_id: int, **values: Any) -> None:
    message = session.get(InboxMessage, message_id)
    if message is None:
        return  # erased meanwhile
    for name, value in values.items():
        setattr(message, name, value)
    session.flush()


def queue(
    session: Session, contact: Contact, draft: Draft, *, kind: Kind, priority: int, now: datetime,
    key: str | None = None, inbox_id: int | None = None, due_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Put a message to a contact into the outbox; False when the same ``key`` is there already."""
    found = put(
        session, contact, draft, kind=kind, priority=priority, now=now, key=key, inbox_id=inbox_id, due_at=due_at
    )
    return found is not None


def put(
    session: Session, contact: Contact, draft: Draft, *, kind: Kind, priority: int, now: datetime,
    key: str | None = None, inbox_id: int | None = None, due_at: datetime | None = None,
) -> int | None:  # fmt: skip
    """What ``queue`` does, for those who must know the number of the new row."""
    due = due_at or now
    if priority >= REMINDER and kind != "alert" and (contact.stopped_at is not None or contact.blocked):
        return None  # she said STOP or blocked us: answers, staff and emergencies only
    if priority >= REMINDER:
        due = quiet.next_allowed(due, quiet_hours(session, now))
    given = {
        "contact_id": contact.id,
        "channel": contact.channel,
        "kind": kind,
        "priority": priority,
        "key": key,
        "text": draft.text,
        "extras": draft.extras(),
        "template": draft.template,
        "inbox_id": inbox_id,
        "due_at": due,
        "created_at": now,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(OutboxMessage).values(given).on_conflict_do_nothing().returning(OutboxMessage.id)
    return session.execute(row).scalar()


def sweep_inbox(session: Session, wall: datetime) -> int:
    """Give back what a dead worker left half understood; returns how many rows."""
    session.flush()
    back = session.scalars(_SWEEP_INBOX, {"at": wall}).all()
    reread(session, InboxMessage, back)
    return len(back)
