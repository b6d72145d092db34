"""Messages to many: prepared, seen, confirmed, then sent little by little so that they can be paused and stopped.

Never before somebody else approved a large one. How it is sent stands in ``broadcast_sending``, whom it would reach in
``broadcast_reach``. ``done`` means that all of it is handed to the outbox; what still waits there can be held.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from nlu.language.long_numbers import holds_card
from registry import audit
from registry.messaging import broadcast_approval, broadcast_reach, broadcast_sending
from registry.messaging.audiences import Audience, Preview
from registry.messaging.broadcast_approval import refuse
from registry.messaging.broadcast_authority import SENDER, approvers, is_large, may_approve
from registry.messaging.broadcast_sending import REPEATS, message
from registry.models import Broadcast, BroadcastRecipient, OutboxMessage, Staff

__all__ = [
    "LONGEST", "REPEATS", "SENDER", "BroadcastError", "approve", "approvers", "confirm", "is_large", "may_approve",
    "message", "pause", "prepare", "refuse", "resume", "stop", "waits",
]  # fmt: skip

LONGEST = 700  # characters, so that it fits into its template with all around it
FURTHEST = timedelta(days=365)


class BroadcastError(Exception):
    """It cannot be sent like that; the message is the name of a text that says why."""


def prepare(
    session: Session, officer: Staff | None, phone: str, audience: Audience, text: str, now: datetime,
    *, due_at: datetime | None = None, repeat: str | None = None,
) -> tuple[Broadcast, Preview]:  # fmt: skip
    """Keep a draft and say whom it would reach.

    Raises:
        BroadcastError: nothing to say, too long, a NIK in it, too far away, or a due range that ends before it begins.
    """
    if not text.strip():
        raise BroadcastError("broadcast_empty")
    if holds_card(text):
        raise BroadcastError("broadcast_holds_number")
    if len(text) > LONGEST:
        raise BroadcastError("broadcast_too_long")
    if due_at is not None and due_at > now + FURTHEST:
        raise BroadcastError("broadcast_bad_moment")
    audience = _bounded(audience.for_its_kind(), officer)
    if not audience.is_possible:
        raise BroadcastError("broadcast_due_backwards")
    seen = broadcast_reach.look(session, audience, officer, text, now, due_at)
    row = Broadcast(
        by=phone,
        staff_id=officer.id if officer else None,
        audience=audience.as_json(),
        text=text.strip(),
        status="draft",
        recipients=len(seen.contacts),
        excluded=seen.excluded,
        repeat=repeat,
        due_at=due_at or now,
        at=now,
    )
    session.add(row)
    session.flush()
    return row, seen


def _bounded(audience: Audience, officer: Staff | None) -> Audience:
    """ "All that I may see" is what she may see today, by name: tomorrow she may serve elsewhere."""
    if audience.areas or officer is None or officer.unit == "dinkes":
        return audience
    return replace(audience, areas=tuple(sorted(area.district_code for area in officer.districts)))


def confirm(session: Session, row: Broadcast, now: datetime, inbox_id: int | None = None) -> str:
    """The sender has seen it and wants it sent; returns the new state. A large one waits for a second person."""
    if row.status != "draft":
        return row.status
    if row.recipients == 0:
        row.status, row.finished_at = "done", now
    elif is_large(session, row.recipients, now):
        broadcast_approval.ask(session, row, now)
    else:
        _release(session, row, now, inbox_id)
    audit.note(session, now, "broadcast_confirmed", subject=f"broadcast:{row.id}", count=row.recipients)
    return row.status


def approve(session: Session, row: Broadcast, officer: Staff, now: datetime) -> bool:
    """A second person says yes, and the first is told; False when she may not, or there is nothing to approve."""
    if not may_approve(row, officer):
        return False
    broadcast_approval.note_approved(session, row, officer, now)
    _release(session, row, now, None)
    return True


def _release(session: Session, row: Broadcast, now: datetime, inbox_id: int | None) -> None:
    row.status = "scheduled" if row.due_at > now else "running"
    session.flush()
    if row.status == "running":
        broadcast_sending.begin(session, row, now, inbox_id)


def pause(session: Session, row: Broadcast, now: datetime) -> bool:
    """Add no more to the outbox, and take back what waits there."""
    if not (row.status in ("running", "scheduled") or (row.status == "done" and waits(session, row))):
        return False
    _move(session, row, "paused", now)
    _take_back(session, row)
    return True


def resume(session: Session, row: Broadcast, now: datetime) -> bool:
    """Go on; whom it has reached is not written to again."""
    if row.status != "paused":
        return False
    _move(session, row, "running" if row.due_at <= now else "scheduled", now)
    return True


def stop(session: Session, row: Broadcast, now: datetime) -> bool:
    """For good: what has not been sent yet is never sent."""
    living = ("draft", "running", "paused", "scheduled", "waiting_approval")
    if not (row.status in living or (row.status == "done" and waits(session, row))):
        return False
    _move(session, row, "stopped", now)
    row.finished_at = now
    broadcast_sending.cancel_waiting(session, row)
    return True


def waits(session: Session, row: Broadcast) -> bool:
    """Whether some of it stands in the outbox and has not gone out."""
    mine = BroadcastRecipient.broadcast_id == row.id
    queued = (mine, OutboxMessage.id == BroadcastRecipient.outbox_id, OutboxMessage.status == "queued")
    return bool(session.scalar(select(exists().where(*queued))))


def _move(session: Session, row: Broadcast, after: str, now: datetime) -> None:
    row.status = after
    audit.note(session, now, f"broadcast_{after}", subject=f"broadcast:{row.id}")


def _take_back(session: Session, row: Broadcast) -> None:
    """Out of the outbox, as if it had not been decided yet; what may be on its way already stays."""
    waiting = {
        recipient.outbox_id: recipient
        for recipient in session.scalars(
            select(BroadcastRecipient)
            .join(OutboxMessage, OutboxMessage.id == BroadcastRecipient.outbox_id)
            .where(BroadcastRecipient.broadcast_id == row.id, OutboxMessage.status == "queued")
        )
    }
    untouched = (OutboxMessage.status == "queued", OutboxMessage.parts_sent == 0, OutboxMessage.doubts == 0)
    for start in range(0, len(waiting), broadcast_reach.PART):
        part = list(waiting)[start : start + broadcast_reach.PART]
        gone = delete(OutboxMessage).where(OutboxMessage.id.in_(part), *untouched).returning(OutboxMessage.id)
        for number in session.scalars(gone).all():
            waiting[number].outbox_id = waiting[number].handled_at = None
    session.flush()
