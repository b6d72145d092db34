"""How a broadcast goes out: a batch at a time, to nobody twice, and never so that an answer or an alarm must wait.

Not at night; not while the outbox is full; to no more people outside WhatsApp's window than a day allows; and only as
long as whoever asked for it serves there. The clock calls ``run`` when ``next_at`` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from registry import audit, clock, texts
from registry.messaging import (
    audience_conditions,
    audiences,
    broadcast_approval,
    broadcast_reach,
    message_templates,
    messages,
)
from registry.messaging import broadcast_authority as authority
from registry.messaging.audiences import Audience
from registry.models import Broadcast, BroadcastRecipient, Contact, OutboxMessage, Person, Staff
from registry.persons import people

BATCH = 200
FULL = 10_000  # queued messages from which no more of a broadcast are added (anchors.md: mailroom waits there too)
LOOK = timedelta(seconds=30)
REPEATS = {"daily": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=28)}


# ---------------------------------------------------------------- whether it may go out


def _give_up(session: Session, row: Broadcast, why: authority.Lost, now: datetime) -> None:
    """It ends by itself, and those who answer for the area are told."""
    row.status, row.ended_for, row.finished_at = "stopped", why, now
    cancel_waiting(session, row)
    audit.note(session, now, "broadcast_stopped", subject=f"broadcast:{row.id}", why=why)
    words = texts.say("broadcast_ended", number=row.id, why=texts.phrase(f"phrase_{why}"))
    for officer in authority.who_answer(session, row):
        contact = people.contact_for_phone(session, officer.phone)
        if contact is not None:
            key = f"broadcast-ended:{row.id}:{contact.id}"
            messages.queue(session, contact, words, kind="staff", priority=messages.REMINDER, now=now, key=key)


def cancel_waiting(session: Session, row: Broadcast) -> None:
    """What stands in the outbox and has not gone out never does."""
    mine = select(BroadcastRecipient.outbox_id).where(BroadcastRecipient.broadcast_id == row.id)
    waiting = update(OutboxMessage).where(OutboxMessage.id.in_(mine), OutboxMessage.status == "queued")
    session.execute(waiting.values(status="cancelled", last_error="broadcast_stopped"))
    session.flush()


# ---------------------------------------------------------------- when and how much


def next_at(session: Session, after: datetime) -> datetime | None:
    """When the clock must look again: a broadcast falls due, or one that runs has more to send."""
    running = session.scalars(select(Broadcast.id).where(Broadcast.status == "running")).all()
    due = session.scalar(
        select(func.min(Broadcast.due_at)).where(Broadcast.status == "scheduled", Broadcast.due_at > after)
    )
    if not running:
        return due
    can_go_on = _has_open_ones(session, running, after) or broadcast_reach.room(session, after) > 0
    again = after + LOOK if can_go_on else broadcast_reach.room_again_at(session, after)
    return min(again, due) if due is not None else again


def _has_open_ones(session: Session, running: Sequence[int], at: datetime) -> bool:
    waiting = exists().where(
        BroadcastRecipient.broadcast_id.in_(running), BroadcastRecipient.handled_at.is_(None),
        Contact.id == BroadcastRecipient.contact_id, ~audiences.are_closed(at),
    )  # fmt: skip
    nobody = ~exists().where(BroadcastRecipient.broadcast_id.in_(running), BroadcastRecipient.handled_at.is_(None))
    return bool(session.scalar(select(or_(waiting, nobody))))


def run(session: Session, now: datetime) -> int:
    """One batch of the oldest broadcast that is due and can go on; returns how much was done."""
    if messages.backlog(session) >= FULL:
        return 0
    rows = select(Broadcast).where(Broadcast.status.in_(("scheduled", "running")), Broadcast.due_at <= now)
    for row in session.scalars(rows.order_by(Broadcast.due_at, Broadcast.id).with_for_update(skip_locked=True)).all():
        row.status = "running"
        done = _go_on(session, row, now, None)
        if done or row.status != "running":
            return max(1, done)
    return 0


def begin(session: Session, row: Broadcast, now: datetime, inbox_id: int | None) -> None:
    """Its first batch at once, for the sender is looking on."""
    if messages.backlog(session) < FULL:
        _go_on(session, row, now, inbox_id)


def _go_on(session: Session, row: Broadcast, now: datetime, inbox_id: int | None) -> int:
    lost = authority.lost(session, row)
    if lost is not None:
        _give_up(session, row, lost, now)
        return 0
    if not _has_list(session, row) and not _write_list(session, row, now):
        return 0
    return _send_batch(session, row, now, inbox_id)


def _has_list(session: Session, row: Broadcast) -> bool:
    return bool(session.scalar(select(exists().where(BroadcastRecipient.broadcast_id == row.id))))


def _write_list(session: Session, row: Broadcast, now: datetime) -> bool:
    """Write down once who is to get it; who joins later is not in it. One that has grown large waits for approval."""
    officer = session.get(Staff, row.staff_id) if row.staff_id else None
    seen = broadcast_reach.look(session, Audience.from_json(row.audience), officer, row.text, now)
    row.recipients, row.excluded = len(seen.contacts), seen.excluded
    if row.approved_by is None and authority.is_large(session, row.recipients, now):
        broadcast_approval.ask(session, row, now)
        return False
    session.add_all(BroadcastRecipient(broadcast_id=row.id, contact_id=contact) for contact in seen.contacts)
    session.flush()
    return True


def _send_batch(session: Session, row: Broadcast, now: datetime, inbox_id: int | None) -> int:
    batch = _next_ones(session, row, now)
    had_it = broadcast_reach.had_same_text(
        session, row.text, [recipient.contact_id for recipient, _ in batch], now, but=row.id
    )
    for recipient, contact in batch:
        wanted = contact.id not in had_it and _still_wanted(session, row, contact, now)
        recipient.outbox_id = _queue(session, row, contact, now, inbox_id) if wanted else None
        recipient.handled_at = now
    session.flush()
    left = exists().where(BroadcastRecipient.broadcast_id == row.id, BroadcastRecipient.handled_at.is_(None))
    if session.scalar(select(left)):
        return len(batch)
    _finish(session, row, now)
    return len(batch)


def _next_ones(session: Session, row: Broadcast, now: datetime) -> list[tuple[BroadcastRecipient, Contact]]:
    """Those whose turn it is: whoever can be written to freely first, of the others as many as there is room for."""
    goes_at = broadcast_reach.goes_at(session, now, now)
    rows = (
        select(BroadcastRecipient, Contact)
        .join(Contact, Contact.id == BroadcastRecipient.contact_id)
        .where(BroadcastRecipient.broadcast_id == row.id, BroadcastRecipient.handled_at.is_(None))
        .order_by(BroadcastRecipient.id)
    )
    closed = audiences.are_closed(goes_at)
    batch = [(one, contact) for one, contact in session.execute(rows.where(~closed).limit(BATCH))]
    most = BATCH - len(batch)
    if most and _template_goes(session, row):
        most = min(most, broadcast_reach.room(session, now))
    if most:
        batch += [(one, contact) for one, contact in session.execute(rows.where(closed).limit(most))]
    return batch


def _template_goes(session: Session, row: Broadcast) -> bool:
    name = broadcast_reach.template_name(row.audience["who"])
    return message_templates.is_usable(message_templates.find(session, name))


def _queue(session: Session, row: Broadcast, contact: Contact, now: datetime, inbox_id: int | None) -> int | None:
    """Its row in the outbox; None when a template alone would reach her and there is none to use any more."""
    if audiences.is_closed(contact, broadcast_reach.goes_at(session, now, now)) and not _template_goes(session, row):
        return None
    officer = session.get(Staff, row.staff_id) if row.staff_id else None
    key = f"broadcast:{row.id}:{contact.id}"
    draft = message(officer, row.text, row.audience["who"])
    messages.queue(
        session, contact, draft, kind="broadcast", priority=messages.BROADCAST, now=now, key=key, inbox_id=inbox_id
    )
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))


def message(officer: Staff | None, text: str, who: str) -> messages.Draft:
    """A broadcast as it will look."""
    unit = (officer.facility if officer and officer.unit != "dinkes" else None) or texts.phrase("phrase_dinkes")
    return texts.say(broadcast_reach.template_name(who), unit=unit, text=" ".join(text.split()))


def _still_wanted(session: Session, row: Broadcast, contact: Contact, now: datetime) -> bool:
    """Wishes are looked at again: she may have said STOP, or lost her child, since the list was made."""
    if contact.stopped_at is not None or contact.blocked:
        return False
    if row.audience["who"] == "cadres":
        return True
    rows = session.scalars(select(Person).where(Person.phone_index == contact.phone_index, Person.registered))
    who, today = row.audience["who"], clock.today(now)
    return any(
        person.consent == "given"
        and "stopped" not in (person.messages, person.broadcasts)
        and audience_conditions.is_of(session, person, who, today)
        for person in rows
    )


def _finish(session: Session, row: Broadcast, now: datetime) -> None:
    """All of it is decided. Its next time is planned once, and not for a moment that has passed."""
    follows = row.repeat in REPEATS and row.finished_at is None
    row.status, row.finished_at = "done", now
    session.flush()
    if not follows or row.repeat is None:
        return
    due = row.due_at + REPEATS[row.repeat]
    while due <= now:
        due += REPEATS[row.repeat]
    session.add(
        Broadcast(
            by=row.by, staff_id=row.staff_id, audience=row.audience, text=row.text, status="scheduled",
            repeat=row.repeat, approved_by=row.approved_by, recipients=row.recipients, due_at=due, at=now,
        )
    )  # fmt: skip
