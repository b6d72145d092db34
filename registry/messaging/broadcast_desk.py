"""Broadcasts as officers look at them: which are whose business, how far they have come, and who wrote back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from registry.messaging import broadcast_authority
from registry.models import Broadcast, BroadcastRecipient, InboxMessage, OutboxMessage, Staff, StaffDistrict
from registry.persons.people import Speaker

REPLY = timedelta(hours=48)  # what comes later is hardly about it


def seen_by(speaker: Speaker) -> ColumnElement[bool]:
    """On a statement over broadcasts: Dinkes sees all; others their own, those of colleagues of their area, and those
    that they decided about.
    """
    staff = speaker.staff
    if staff is not None and staff.unit == "dinkes":
        return true()
    number = staff.id if staff is not None else None
    colleagues = (
        select(StaffDistrict.staff_id)
        .join(Staff, Staff.id == StaffDistrict.staff_id)
        .where(StaffDistrict.district_code.in_(speaker.districts), Staff.unit == "puskesmas")
    )
    decided = or_(Broadcast.approved_by == number, Broadcast.refused_by == number)
    return or_(Broadcast.staff_id == number, Broadcast.staff_id.in_(colleagues), decided)


def find(session: Session, speaker: Speaker, number: int, *, lock: bool = False) -> Broadcast | None:
    """One of them, if it is this officer's business; one that waits for her yes is."""
    rows = select(Broadcast).where(Broadcast.id == number)
    found = session.scalar((rows.with_for_update() if lock else rows).where(seen_by(speaker)))
    if found is not None or speaker.staff is None:
        return found
    waits = rows.where(Broadcast.status == "waiting_approval")
    waiting = session.scalar(waits.with_for_update() if lock else waits)
    return waiting if waiting is not None and broadcast_authority.may_approve(waiting, speaker.staff) else None


def newest(session: Session, speaker: Speaker, *, skip: int, most: int) -> Sequence[Broadcast]:
    """Those she may see, without drafts that were never sent, the newest first."""
    rows = select(Broadcast).where(seen_by(speaker), Broadcast.status != "draft")
    return session.scalars(rows.order_by(Broadcast.id.desc()).offset(skip).limit(most)).all()


def total(session: Session, speaker: Speaker) -> int:
    """How many ``newest`` has."""
    rows = select(func.count(Broadcast.id)).where(seen_by(speaker), Broadcast.status != "draft")
    return session.scalar(rows) or 0


@dataclass(frozen=True)
class Progress:
    """How far it has come, in people. Who has read it is also among those it was delivered and sent to."""

    undecided: int = 0  # whose turn has not come
    left_out: int = 0  # not sent after all: STOP since, the same words already, no way to reach her
    queued: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0
    cancelled: int = 0
    replied: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether anything of it may still go out."""
        return self.undecided + self.queued > 0


_AMONG = {"read": ("read", "delivered", "sent"), "delivered": ("delivered", "sent"), "sent": ("sent",)}


def progress(session: Session, row: Broadcast) -> Progress:
    """Everybody on its list stands in one of undecided, left out, queued, sent, failed or cancelled."""
    mine = BroadcastRecipient.broadcast_id == row.id
    states = (
        select(OutboxMessage.status, OutboxMessage.delivery, BroadcastRecipient.handled_at.is_(None), func.count())
        .select_from(BroadcastRecipient)
        .join(OutboxMessage, OutboxMessage.id == BroadcastRecipient.outbox_id, isouter=True)
        .where(mine)
        .group_by(OutboxMessage.status, OutboxMessage.delivery, BroadcastRecipient.handled_at.is_(None))
    )
    found: Counter[str] = Counter()
    for status, delivery, is_undecided, count in session.execute(states):
        for name in _names_of(status, delivery, bool(is_undecided)):
            found[name] += count
    return Progress(**found, replied=_replied(session, row))


def _names_of(status: str | None, delivery: str | None, is_undecided: bool) -> tuple[str, ...]:
    if status is None:
        return ("undecided",) if is_undecided else ("left_out",)
    if status == "cancelled":
        return ("cancelled",)
    if status == "dead" or delivery == "failed":
        return ("failed",)
    return _AMONG[delivery or "sent"] if status == "sent" and delivery in _AMONG else ("queued",)


def _replied(session: Session, row: Broadcast) -> int:
    """How many recipients wrote within two days of getting it, whatever they wrote."""
    mine = BroadcastRecipient.broadcast_id == row.id
    sent = select(OutboxMessage.sent_at, BroadcastRecipient.contact_id).join(
        BroadcastRecipient, BroadcastRecipient.outbox_id == OutboxMessage.id
    )
    first, last = session.execute(
        sent.where(mine).with_only_columns(func.min(OutboxMessage.sent_at), func.max(OutboxMessage.sent_at))
    ).one()
    if first is None or last is None:
        return 0
    rows = (
        sent.add_columns(InboxMessage.received_at)
        .join(InboxMessage, InboxMessage.contact_id == BroadcastRecipient.contact_id)
        .where(mine, InboxMessage.received_at.between(first, last + REPLY))
    )
    return len(
        {contact for begun, contact, at in session.execute(rows) if begun is not None and begun <= at <= begun + REPLY}
    )
