"""Erases everything the bot keeps of one mother, at once and in every table (UU PDP 27/2022 art. 43-45).

What stays is nobody's any more: an alert without a name, counted figures, the trail of ids. If somebody must still be
told that it is done, her bare address and that one message wait for a ``Farewell`` that falls due minutes later.
The medical record of the puskesmas is not ours (Permenkes 24/2022).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from registry import audit, drafts, sealing, texts
from registry.db import Base
from registry.messaging import conversations
from registry.models import (
    Alert,
    Cadre,
    Complaint,
    Contact,
    Driver,
    EligibilityAnswer,
    Farewell,
    Handoff,
    IdentityClaim,
    InboxMessage,
    OutboxMessage,
    Person,
    Pregnancy,
    Referral,
    Reminder,
    Ride,
    Staff,
)
from registry.persons import people, traces
from registry.persons.traces import Traces
from registry.rules.ride_values import CancelReason
from registry.transport import rides, voucher_photos

LAST_WORD = timedelta(minutes=2)  # so long the confirmation may take; when it is late, as long again
RUNNING_RIDES = ("requested", "confirmed", "on_the_way", "arrived", "escalated")
EMERGENCIES = ("danger_sign", "labour")  # while one is open, whoever helps must find the place
BEFORE = timedelta(days=1)  # texts are looked through from the day before she was known


def find(session: Session, *, phone: str | None = None, code: str | None = None) -> list[Person]:
    """Whose data are meant: by number also of one who said no and is not registered."""
    if code is not None:
        return list(session.scalars(select(Person).where(Person.code == code)))
    index = sealing.index("phone", phone or "")
    return list(session.scalars(select(Person).where(Person.phone_index == index).order_by(Person.id)))


def unregistered_on(session: Session, contact: Contact) -> Person | None:
    """Whoever said no from this number: only that is kept of her."""
    if contact.phone_index is None:
        return None
    rows = select(Person).where(Person.phone_index == contact.phone_index, Person.registered.is_(False))
    return session.scalar(rows.order_by(Person.id).limit(1))


def erase(
    session: Session, person: Person | None, now: datetime, *, told: Contact | None = None,
    inbox_id: int | None = None,
) -> list[str]:  # fmt: skip
    """Erase a person, or of a stranger what ``told`` has written; returns whose conversations are to be forgotten.

    ``told`` is who asked and must get the confirmation, in answer to ``inbox_id``; without it her addresses go now.
    """
    session.flush()
    contacts = _addresses(session, person, told)
    shared = _is_used_by_others(session, person, contacts)
    numbers = {person.phone if person else None, *(contact.phone for contact in contacts)}
    found = traces.of(session, person, (number for number in numbers if number and not shared))
    senders = [contact.uid for contact in contacts]
    if person is not None:
        rides.cancel_all(session, person, CancelReason.NOT_NEEDED, now)  # but a car for an emergency is left to come
        senders += _take_out_elsewhere(session, person, found, contacts, now)
    _unname(session, person, contacts if not shared else [], found)
    if person is not None:
        _erase_person(session, person, now)
    for contact in contacts:
        _leave(session, contact, found, told, inbox_id, now, shared=shared, senders=senders)
    session.expire_all()
    return senders


def _addresses(session: Session, person: Person | None, told: Contact | None) -> list[Contact]:
    index = person.phone_index if person is not None else told.phone_index if told is not None else None
    found = {contact.id: contact for contact in people.contacts_of_phone(session, index)}
    if told is not None:
        found[told.id] = told
    return list(found.values())


def _is_used_by_others(session: Session, person: Person | None, contacts: Iterable[Contact]) -> bool:
    """Whether another mother, a cadre, an officer or a driver writes from the same number."""
    indexes = {contact.phone_index for contact in contacts if contact.phone_index}
    others = select(Person.id).where(Person.phone_index.in_(indexes), Person.id != (person.id if person else -1))
    if session.scalar(others.limit(1)) is not None:
        return True
    return any(
        session.scalar(select(role.id).where(role.phone_index.in_(indexes)).limit(1)) is not None
        for role in (Cadre, Staff, Driver)
    )


def _take_out_elsewhere(
    session: Session, person: Person, found: Traces, own: Iterable[Contact], now: datetime
) -> list[str]:
    """Out of the texts of those who help; what Rasa remembers of whoever wrote of her is forgotten too."""
    mine = {contact.id for contact in own}
    helpers = [contact for contact in traces.helpers_of(session, person) if contact.id not in mine]
    first = select(func.min(Contact.created_at)).where(Contact.id.in_(mine))
    since = min(moment for moment in (person.created_at, session.scalar(first), now) if moment is not None) - BEFORE
    return [contact.uid for contact in traces.take_out(session, found, helpers, since)]


def _unname(session: Session, person: Person | None, contacts: Iterable[Contact], found: Traces) -> None:
    """What others still work on goes on without her: alerts, complaints, referrals, rides."""
    ids = [contact.id for contact in contacts]
    for alert in session.scalars(select(Alert).where(_hers(Alert, person, ids))):
        alert.phone = alert.companion = None
        alert.pin = alert.pin if alert.status == "open" and alert.kind in EMERGENCIES else None
        alert.person_id = alert.contact_id = None
    for complaint in session.scalars(select(Complaint).where(_hers(Complaint, person, ids))):
        complaint.phone, complaint.text = None, texts.phrase("phrase_erased")
        complaint.facility = found.out_of(complaint.facility)
        complaint.person_id = complaint.contact_id = None
    about_her = Referral.person_id == (person.id if person else None)
    for referral in session.scalars(select(Referral).where(about_her, Referral.person_id.is_not(None))):
        referral.reason, referral.person_id = found.out_of(referral.reason), None
    hers = session.scalars(select(Ride).where(_hers(Ride, person, ids))).all()
    voucher_photos.forget_of_rides(session, [ride.id for ride in hers])
    for ride in hers:
        ride.pickup = found.out_of(ride.pickup) if ride.status in RUNNING_RIDES else None
        ride.destination = found.out_of(ride.destination)
        ride.person_id = ride.contact_id = None
    session.flush()


def _hers(model: Any, person: Person | None, contact_ids: list[int]) -> ColumnElement[bool]:
    """About her; or told from her own address about nobody known."""
    nobody: ColumnElement[bool] = model.person_id.is_(None) & model.contact_id.in_(contact_ids)
    return nobody if person is None else or_(model.person_id == person.id, nobody)


def _erase_person(session: Session, person: Person, now: datetime) -> None:
    """Her row and all that hangs on it; messages of her reminders; every question asked about her NIK."""
    queued = select(Reminder.outbox_id).join(Pregnancy).where(Pregnancy.person_id == person.id)
    session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(queued)))
    session.execute(delete(EligibilityAnswer).where(EligibilityAnswer.person_id == person.id))
    if person.nik_index is not None:
        session.execute(delete(EligibilityAnswer).where(EligibilityAnswer.nik_index == person.nik_index))
        session.execute(delete(IdentityClaim).where(IdentityClaim.nik_index == person.nik_index))
    for other in people.persons_with(session, person.phone_index):
        if other.id != person.id and other.registered_by == person.phone:
            other.registered_by = None
    number = person.id
    session.flush()
    session.execute(delete(Person).where(Person.id == number))
    audit.note(session, now, "erased", subject=f"person:{number}")


def _leave(
    session: Session, contact: Contact, found: Traces, told: Contact | None, inbox_id: int | None, now: datetime, *,
    shared: bool, senders: list[str],
) -> None:  # fmt: skip
    """An address of hers: gone, or bare until the last word, or left to those who share it; after a STOP a bare one."""
    is_told = told is not None and contact.id == told.id
    drafts.drop(session, contact)
    _erase_talk(session, contact, found, inbox_id if is_told else None, shared=shared)
    if not shared:
        _cut_off(session, contact)
    contact.uid = secrets.token_hex(12)  # Rasa writes down the turn that is under way; it must never find it again
    contact.speaks_for = contact.open_question = None
    if is_told:
        farewell = session.get(Farewell, contact.id) or Farewell(contact_id=contact.id, senders=[])
        farewell.senders = sorted({*farewell.senders, *senders})
        farewell.inbox_id, farewell.stays, farewell.at = inbox_id or 0, shared, now
        farewell.due_at = now + LAST_WORD
        session.add(farewell)
    elif not shared:
        _drop(session, contact)
    session.flush()


def _erase_talk(session: Session, contact: Contact, found: Traces, inbox_id: int | None, *, shared: bool) -> None:
    """What she wrote and got. What waits for somebody else on this address stays, without her."""
    for message in session.scalars(select(InboxMessage).where(InboxMessage.id == (inbox_id or -1))):
        message.content, message.trace = {"kind": "message"}, None
    session.execute(
        delete(InboxMessage).where(InboxMessage.contact_id == contact.id, InboxMessage.id != (inbox_id or -1))
    )
    waits = (OutboxMessage.contact_id == contact.id, OutboxMessage.status == "queued")
    if shared:
        for row in session.scalars(select(OutboxMessage).where(*waits)):
            row.text, row.extras = found.out_of(row.text), found.out_of(row.extras)
        for talk in session.scalars(select(Handoff).where(Handoff.contact_id == contact.id)):
            talk.note = found.out_of(talk.note)
        session.flush()
        gone = delete(OutboxMessage).where(OutboxMessage.contact_id == contact.id, OutboxMessage.status != "queued")
    else:
        gone = delete(OutboxMessage).where(OutboxMessage.contact_id == contact.id)
    session.execute(gone)


def _cut_off(session: Session, contact: Contact) -> None:
    """Everything that hangs on an address is erased or loosened from it, as its foreign key says; talk stays."""
    session.execute(delete(EligibilityAnswer).where(EligibilityAnswer.contact_id == contact.id))
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is not Contact.__table__ or table.name in ("inbox", "outbox", "farewell"):
                continue
            rows = key.parent == contact.id
            if key.ondelete == "CASCADE":
                session.execute(delete(table).where(rows))
            else:
                session.execute(update(table).where(rows).values({key.parent.name: None}))
    contact.village_code = None


def _drop(session: Session, contact: Contact) -> None:
    """The address itself; of one who wrote STOP it is kept alone, or she would be written to again."""
    if contact.stopped_at is None:
        session.flush()
        session.delete(contact)
        session.flush()
        return
    contact.phone = contact.phone_index = None
    contact.last_wrote_at = None


def next_farewell(session: Session, after: datetime) -> datetime | None:
    """When the next address is to be dropped."""
    return session.scalar(select(func.min(Farewell.due_at)).where(Farewell.due_at > after))


def say_farewell(session: Session, now: datetime) -> int:
    """Drop what was kept for the confirmation, once it is out; returns how many addresses were looked at."""
    due = list(session.scalars(select(Farewell).where(Farewell.due_at <= now).order_by(Farewell.due_at).limit(50)))
    for farewell in due:
        contact = session.get_one(Contact, farewell.contact_id)
        if _is_being_told(session, farewell):
            farewell.due_at = now + LAST_WORD
            continue
        conversations.forget_all_of(farewell.senders)
        _end(session, farewell, contact)
    session.flush()
    return len(due)


def _is_being_told(session: Session, farewell: Farewell) -> bool:
    """Whether the confirmation still waits to be sent, or her message to be answered."""
    for model in (InboxMessage, OutboxMessage):
        row_id = model.id if model is InboxMessage else OutboxMessage.inbox_id
        open_rows = select(model.id).where(row_id == farewell.inbox_id, model.status.in_(("queued", "leased")))
        if session.scalar(open_rows.limit(1)) is not None:
            return True
    return False


def _end(session: Session, farewell: Farewell, contact: Contact) -> None:
    inbox_id, stays = farewell.inbox_id, farewell.stays
    session.delete(farewell)
    session.flush()
    newer = select(InboxMessage.id).where(InboxMessage.contact_id == contact.id, InboxMessage.id > inbox_id)
    wrote_again = session.scalar(newer.limit(1)) is not None
    session.execute(delete(OutboxMessage).where(OutboxMessage.inbox_id == inbox_id, OutboxMessage.status != "queued"))
    session.execute(delete(InboxMessage).where(InboxMessage.id == inbox_id))
    if not stays and not wrote_again:
        _drop(session, contact)
