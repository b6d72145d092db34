"""Broadcasts as officers look at them: which are whose business, who wrote back, and whom a template must reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from registry.models import Broadcast, BroadcastRecipient, Contact, InboxMessage, OutboxMessage, Staff, StaffDistrict
from registry.persons.people import Speaker

REPLY = timedelta(hours=48)  # what comes later is hardly about it
WINDOW = timedelta(hours=24)  # WhatsApp: within it a message needs no template
PART = 500


def seen_by(speaker: Speaker) -> ColumnElement[bool]:
    """On a statement over broadcasts: Dinkes sees all; others their own, and those of colleagues of their area."""
    staff = speaker.staff
    if staff is not None and staff.unit == "dinkes":
        return true()
    number = staff.id if staff is not None else None
    colleagues = (
        select(StaffDistrict.staff_id)
        .join(Staff, Staff.id == StaffDistrict.staff_id)
        .where(StaffDistrict.district_code.in_(speaker.districts), Staff.unit == "puskesmas")
    )
    return or_(Broadcast.staff_id == number, Broadcast.staff_id.in_(colleagues))


def find(session: Session, speaker: Speaker, number: int, *, lock: bool = False) -> Broadcast | None:
    """One of them, if it is this officer's business."""
    rows = select(Broadcast).where(Broadcast.id == number, seen_by(speaker))
    return session.scalar(rows.with_for_update() if lock else rows)


def newest(session: Session, speaker: Speaker, *, skip: int, most: int) -> Sequence[Broadcast]:
    """Those she may see, without drafts that were never sent, the newest first."""
    rows = select(Broadcast).where(seen_by(speaker), Broadcast.status != "draft")
    return session.scalars(rows.order_by(Broadcast.id.desc()).offset(skip).limit(most)).all()


def total(session: Session, speaker: Speaker) -> int:
    """How many ``newest`` has."""
    rows = select(func.count(Broadcast.id)).where(seen_by(speaker), Broadcast.status != "draft")
    return session.scalar(rows) or 0


def handled(session: Session, row: Broadcast) -> int:
    """Of how many recipients it is decided: queued, or left out after all."""
    rows = select(func.count(BroadcastRecipient.id)).where(
        BroadcastRecipient.broadcast_id == row.id, BroadcastRecipient.handled_at.is_not(None)
    )
    return session.scalar(rows) or 0


def replied(session: Session, row: Broadcast) -> int:
    """How many recipients wrote within two days of getting it, whatever they wrote."""
    sent = OutboxMessage.sent_at
    rows = (
        select(sent, InboxMessage.received_at, InboxMessage.contact_id)
        .select_from(BroadcastRecipient)
        .join(OutboxMessage, OutboxMessage.id == BroadcastRecipient.outbox_id)
        .join(
            InboxMessage,
            and_(InboxMessage.contact_id == BroadcastRecipient.contact_id, InboxMessage.received_at >= sent),
        )
        .where(BroadcastRecipient.broadcast_id == row.id)
    )
    return len({contact for begun, at, contact in session.execute(rows) if begun is not None and at <= begun + REPLY})


def outside_window(session: Session, contacts: Collection[int], now: datetime) -> int:
    """How many of them a template must reach, because they have not written for a day."""
    wanted, found = sorted(contacts), 0
    for start in range(0, len(wanted), PART):
        rows = select(func.count(Contact.id)).where(
            Contact.id.in_(wanted[start : start + PART]),
            Contact.channel == "whatsapp",
            or_(Contact.last_wrote_at.is_(None), Contact.last_wrote_at <= now - WINDOW),
        )
        found += session.scalar(rows) or 0
    return found
