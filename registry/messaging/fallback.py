"""An emergency that does not arrive on one channel is said on the other, to the same phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.messaging import messages, senders
from registry.messaging.leases import DANGER, OUT, is_in
from registry.messaging.messages import Draft
from registry.models import Contact, OutboxMessage

PREFIX = "fallback:"


def is_emergency(row: OutboxMessage) -> bool:
    """Whether somebody's life may hang on it."""
    return row.priority == DANGER or row.kind == "alert"


def fall_back(session: Session, row: OutboxMessage, now: datetime) -> bool:
    """Queue the same words to another address of the same phone, once; False when there is none."""
    if not is_emergency(row) or (row.key or "").startswith(PREFIX):
        return False
    other = _other_address(session, row)
    if other is None:
        senders.note(session, now, row.channel, "emergency_undelivered", about=str(row.id))
        return False
    extras = row.extras or {}
    draft = Draft(
        row.text,
        buttons=tuple((title, payload) for title, payload in extras.get("buttons", ())),
        rows=tuple((title, description, payload) for title, description, payload in extras.get("rows", ())),
        image=extras.get("image"),
        template=row.template,
        values=tuple(extras.get("values", ())),
    )
    return messages.queue(
        session, other, draft, kind="alert", priority=row.priority, now=now, key=f"{PREFIX}{row.id}",
        inbox_id=row.inbox_id,
    )  # fmt: skip


def _other_address(session: Session, row: OutboxMessage) -> Contact | None:
    """On another channel, of the same proved phone, the one she last wrote from."""
    own = session.get_one(Contact, row.contact_id)
    if own.phone_index is None:
        return None
    same_phone = (Contact.phone_index == own.phone_index, Contact.channel != row.channel, Contact.blocked.is_(False))
    return session.scalar(
        select(Contact).where(*same_phone).order_by(Contact.last_wrote_at.desc().nulls_last(), Contact.id).limit(1)
    )


def from_stopped(session: Session, channel: str, now: datetime) -> int:
    """While a channel is stopped its emergencies wait for nobody: each is said on the other one; returns how many."""
    waiting = select(OutboxMessage).where(
        is_in(OUT, "queued"), OutboxMessage.channel == channel, OutboxMessage.priority == DANGER,
        OutboxMessage.due_at <= now,
    )  # fmt: skip
    return sum(fall_back(session, row, now) for row in session.scalars(waiting).all())
