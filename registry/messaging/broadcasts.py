"""Messages to many: prepared, seen, confirmed, then sent little by little so that they can be paused and stopped.

Never at night, never twice to one address, never before somebody else approved a large one, and never while the outbox
is so full that an answer or an alarm would have to wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from nlu.language.long_numbers import holds_card
from registry import audit, clock, programme, texts
from registry.messaging import audiences, messages
from registry.messaging.audiences import Audience, Preview
from registry.models import Broadcast, BroadcastRecipient, Contact, OutboxMessage, Person, Staff
from registry.persons import people

BATCH = 200
FULL = 10_000  # queued messages from which no more of a broadcast are added (anchors.md: mailroom waits there too)
LONGEST = 700  # characters, so that it fits into its template with all around it
REPEATS = {"daily": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=28)}
LIVING = ("running", "paused", "scheduled", "waiting_approval")


class BroadcastError(Exception):
    """It cannot be sent like that; the message is the name of a text that says why."""


def message(officer: Staff | None, text: str) -> messages.Draft:
    """The broadcast as it will look."""
    unit = (officer.facility if officer and officer.unit != "dinkes" else None) or texts.phrase("phrase_dinkes")
    return texts.say("broadcast_notice", unit=unit, text=" ".join(text.split()))


def prepare(
    session: Session, officer: Staff | None, phone: str, audience: Audience, text: str, now: datetime,
    *, due_at: datetime | None = None, repeat: str | None = None,
) -> tuple[Broadcast, Preview]:  # fmt: skip
    """Keep a draft and say whom it would reach.

    Raises:
        BroadcastError: nothing to say, too long, a NIK in it, or nobody would get it.
    """
    if not text.strip():
        raise BroadcastError("broadcast_empty")
    if holds_card(text):
        raise BroadcastError("broadcast_holds_number")
    if len(text) > LONGEST:
        raise BroadcastError("broadcast_too_long")
    seen = audiences.preview(session, audience, officer, now)
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


def confirm(session: Session, row: Broadcast, now: datetime, inbox_id: int | None = None) -> str:
    """The sender has seen it and wants it sent; returns the new state. A large one waits for a second person."""
    if row.status != "draft":
        return row.status
    if row.recipients == 0:
        row.status, row.finished_at = "done", now
    elif row.recipients >= programme.value(session, "broadcast_second_approval_from", clock.today(now)):
        row.status = "waiting_approval"
    else:
        _release(session, row, now, inbox_id)
    audit.note(session, now, "broadcast_confirmed", subject=f"broadcast:{row.id}", count=row.recipients)
    return row.status


def approve(session: Session, row: Broadcast, officer: Staff, now: datetime) -> bool:
    """A second person says yes; False when it is the sender herself or there is nothing to approve."""
    if row.status != "waiting_approval" or officer.id == row.staff_id or not _may_approve(session, row, officer):
        return False
    row.approved_by = officer.id
    audit.note(session, now, "broadcast_approved", subject=f"broadcast:{row.id}", staff=officer.id)
    _release(session, row, now, None)
    return True


def _may_approve(session: Session, row: Broadcast, officer: Staff) -> bool:
    """Dinkes, or a colleague of the same unit."""
    sender = session.get(Staff, row.staff_id) if row.staff_id else None
    return officer.unit == "dinkes" or (sender is not None and sender.facility == officer.facility)


def _release(session: Session, row: Broadcast, now: datetime, inbox_id: int | None) -> None:
    row.status = "scheduled" if row.due_at > now else "running"
    session.flush()
    if row.status == "running":
        _start(session, row, now)
        _send_batch(session, row, now, inbox_id)


def pause(session: Session, row: Broadcast, now: datetime) -> bool:
    """Add no more to the outbox, and hold back what waits there."""
    return _move(session, row, ("running", "scheduled"), "paused", now)


def resume(session: Session, row: Broadcast, now: datetime) -> bool:
    """Go on."""
    return _move(session, row, ("paused",), "running" if row.due_at <= now else "scheduled", now)


def stop(session: Session, row: Broadcast, now: datetime) -> bool:
    """For good: what has not been sent yet is never sent."""
    if not _move(session, row, ("draft", *LIVING), "stopped", now):
        return False
    row.finished_at = now
    for waiting in _waiting(session, row):
        waiting.status, waiting.last_error = "cancelled", "broadcast_stopped"
    return True


def _move(session: Session, row: Broadcast, before: tuple[str, ...], after: str, now: datetime) -> bool:
    if row.status not in before:
        return False
    row.status = after
    audit.note(session, now, f"broadcast_{after}", subject=f"broadcast:{row.id}")
    return True


def _waiting(session: Session, row: Broadcast) -> list[OutboxMessage]:
    ids = select(BroadcastRecipient.outbox_id).where(BroadcastRecipient.broadcast_id == row.id)
    return list(
        session.scalars(select(OutboxMessage).where(OutboxMessage.id.in_(ids), OutboxMessage.status == "queued"))
    )


def next_at(session: Session, after: datetime) -> datetime | None:
    """When the clock must look again: a broadcast falls due, or one that runs has more to send."""
    running = session.scalar(select(Broadcast.id).where(Broadcast.status == "running").limit(1))
    if running is not None:
        return after + timedelta(seconds=30)
    due = select(func.min(Broadcast.due_at)).where(Broadcast.status == "scheduled", Broadcast.due_at > after)
    return session.scalar(due)


def run(session: Session, now: datetime) -> int:
    """One batch of the oldest broadcast that is due; returns how many messages were queued."""
    if messages.backlog(session) >= FULL:
        return 0
    rows = select(Broadcast).where(Broadcast.status.in_(("scheduled", "running")), Broadcast.due_at <= now)
    row = session.scalar(rows.order_by(Broadcast.due_at, Broadcast.id).limit(1).with_for_update(skip_locked=True))
    if row is None:
        return 0
    if row.status == "scheduled":
        row.status = "running"
        _start(session, row, now)
    return _send_batch(session, row, now, None) + (row.status == "done")


def _start(session: Session, row: Broadcast, now: datetime) -> None:
    """Write down once who is to get it; who joins later is not in it."""
    if session.scalar(select(exists().where(BroadcastRecipient.broadcast_id == row.id))):
        return
    officer = session.get(Staff, row.staff_id) if row.staff_id else None
    seen = audiences.preview(session, Audience.from_json(row.audience), officer, now)
    row.recipients, row.excluded = len(seen.contacts), seen.excluded
    session.add_all(BroadcastRecipient(broadcast_id=row.id, contact_id=contact) for contact in seen.contacts)
    session.flush()


def _send_batch(session: Session, row: Broadcast, now: datetime, inbox_id: int | None) -> int:
    officer = session.get(Staff, row.staff_id) if row.staff_id else None
    draft = message(officer, row.text)
    rows = (
        select(BroadcastRecipient)
        .where(BroadcastRecipient.broadcast_id == row.id, BroadcastRecipient.handled_at.is_(None))
        .order_by(BroadcastRecipient.id)
        .limit(BATCH)
    )
    batch = list(session.scalars(rows))
    for recipient in batch:
        recipient.outbox_id = _queue(session, row, recipient, draft, now, inbox_id)
        recipient.handled_at = now
    if len(batch) < BATCH:
        _finish(session, row, now)
    session.flush()
    return len(batch)


def _queue(
    session: Session, row: Broadcast, recipient: BroadcastRecipient, draft: messages.Draft, now: datetime,
    inbox_id: int | None,
) -> int | None:  # fmt: skip
    """Wishes are looked at again: she may have said STOP, or lost her child, since the list was made."""
    contact = session.get_one(Contact, recipient.contact_id)
    if contact.stopped_at is not None or contact.blocked or not _still_wanted(session, row, contact):
        return None
    key = f"broadcast:{row.id}:{contact.id}"
    messages.queue(
        session, contact, draft, kind="broadcast", priority=messages.BROADCAST, now=now, key=key, inbox_id=inbox_id
    )
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))


def _still_wanted(session: Session, row: Broadcast, contact: Contact) -> bool:
    if row.audience["who"] == "cadres":
        return True
    rows = session.scalars(select(Person).where(Person.phone_index == contact.phone_index, Person.registered))
    return any(
        person.consent == "given"
        and "stopped" not in (person.messages, person.broadcasts)
        and people.active_pregnancy(session, person) is not None
        for person in rows
    )


def _finish(session: Session, row: Broadcast, now: datetime) -> None:
    row.status, row.finished_at = "done", now
    if row.repeat in REPEATS:
        again = Broadcast(
            by=row.by,
            staff_id=row.staff_id,
            audience=row.audience,
            text=row.text,
            status="scheduled",
            repeat=row.repeat,
            approved_by=row.approved_by,
            due_at=row.due_at + REPEATS[row.repeat],
            at=now,
        )
        session.add(again)


def results(session: Session, row: Broadcast) -> dict[str, int]:
    """How far it has come: recipients by what became of their message."""
    states = (
        select(OutboxMessage.status, OutboxMessage.delivery, func.count())
        .join(BroadcastRecipient, BroadcastRecipient.outbox_id == OutboxMessage.id)
        .where(BroadcastRecipient.broadcast_id == row.id)
        .group_by(OutboxMessage.status, OutboxMessage.delivery)
    )
    found: dict[str, int] = {}
    for status, delivery, count in session.execute(states):
        name = "cancelled" if status == "cancelled" else "queued" if status in ("queued", "leased") else delivery
        found[name] = found.get(name, 0) + count
    return found
