"""How a broadcast goes out: a batch at a time, to nobody twice, and never so that an answer or an alarm must wait.

Not at night; not while the outbox is full; to no more people outside WhatsApp's window than a day allows; and only as
long as whoever asked for it serves there. The clock calls ``run`` when ``next_at`` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from registry import audit, clock, programme, texts
from registry.messaging import audiences, broadcast_reach, message_templates, messages
from registry.messaging.audiences import Audience
from registry.models import Broadcast, BroadcastRecipient, Contact, OutboxMessage, Person, Staff, StaffDistrict, Village
from registry.persons import people

BATCH = 200
FULL = 10_000  # queued messages from which no more of a broadcast are added (anchors.md: mailroom waits there too)
LOOK = timedelta(seconds=30)
REPEATS = {"daily": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=28)}
SENDER = "kawal"  # stands for a phone when it was sent from the machine itself: it may write to all
Lost = Literal["sender_gone", "area_lost"]


# ---------------------------------------------------------------- whether it may go out


def has_authority(session: Session, officer: Staff, audience: Audience) -> bool:
    """Whether an officer who serves may write to everybody of this audience; without an area that is Dinkes alone."""
    if not officer.active or officer.unit not in ("puskesmas", "dinkes"):
        return False
    if officer.unit == "dinkes":
        return True
    found = districts_of(session, audience)
    return bool(found) and found <= {area.district_code for area in officer.districts}


def districts_of(session: Session, audience: Audience) -> set[str]:
    """The districts in which its readers live; empty: all of the kabupaten."""
    rows = select(Village.district_code).where(
        or_(Village.code.in_(audience.areas), Village.district_code.in_(audience.areas))
    )
    return set(session.scalars(rows.distinct())) if audience.areas else set()


def authority_lost(session: Session, row: Broadcast) -> Lost | None:
    """Why its sender could not send it today; None when she could. The machine's own sender always can."""
    if row.staff_id is None and row.by == SENDER:
        return None
    officer = session.get(Staff, row.staff_id) if row.staff_id else None
    if officer is None or not officer.active:
        return "sender_gone"
    return None if has_authority(session, officer, Audience.from_json(row.audience)) else "area_lost"


def _give_up(session: Session, row: Broadcast, why: Lost, now: datetime) -> None:
    """It ends by itself, and those who answer for the area are told."""
    row.status, row.ended_for, row.finished_at = "stopped", why, now
    cancel_waiting(session, row)
    audit.note(session, now, "broadcast_stopped", subject=f"broadcast:{row.id}", why=why)
    words = texts.say("broadcast_ended", number=row.id, why=texts.phrase(f"phrase_{why}"))
    for officer in _those_who_answer(session, row):
        contact = people.contact_for_phone(session, officer.phone)
        if contact is not None:
            key = f"broadcast-ended:{row.id}:{contact.id}"
            messages.queue(session, contact, words, kind="staff", priority=messages.REMINDER, now=now, key=key)


def _those_who_answer(session: Session, row: Broadcast) -> Sequence[Staff]:
    """Dinkes, and whoever serves in one of its districts."""
    here = select(StaffDistrict.staff_id).where(
        StaffDistrict.district_code.in_(districts_of(session, Audience.from_json(row.audience)))
    )
    peers = or_(Staff.unit == "dinkes", (Staff.unit == "puskesmas") & Staff.id.in_(here))
    return session.scalars(select(Staff).where(Staff.active, Staff.id != (row.staff_id or 0), peers)).all()


def cancel_waiting(session: Session, row: Broadcast) -> None:
    """What stands in the outbox and has not gone out never does."""
    mine = select(BroadcastRecipient.outbox_id).where(BroadcastRecipient.broadcast_id == row.id)
    waiting = update(OutboxMessage).where(OutboxMessage.id.in_(mine), OutboxMessage.status == "queued")
    session.execute(waiting.values(status="cancelled", last_error="broadcast_stopped"))
    session.flush()


def is_large(session: Session, recipients: int, now: datetime) -> bool:
    """Whether a second person must approve it."""
    least: int = programme.value(session, "broadcast_second_approval_from", clock.today(now))
    return recipients >= least


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
    lost = authority_lost(session, row)
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
    if row.approved_by is None and is_large(session, row.recipients, now):
        row.status = "waiting_approval"
        session.flush()
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
        wanted = contact.id not in had_it and _still_wanted(session, row, contact)
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


def _still_wanted(session: Session, row: Broadcast, contact: Contact) -> bool:
    """Wishes are looked at again: she may have said STOP, or lost her child, since the list was made."""
    if contact.stopped_at is not None or contact.blocked:
        return False
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
