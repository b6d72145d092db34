"""What names one mother in texts of others: alerts about her, a cadre's words, a note; found and taken out.

Her own conversation is erased whole. Elsewhere only she goes: a running emergency keeps its alert, without her.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import sealing, texts
from registry.models import (
    Alert,
    AlertRecipient,
    Broadcast,
    Cadre,
    CadreArea,
    Contact,
    Draft,
    Driver,
    DriverArea,
    Facility,
    Handoff,
    InboxMessage,
    OutboxMessage,
    Person,
    Pregnancy,
    RecordChange,
    Referral,
    Ride,
    RideOffer,
    Staff,
    StaffDistrict,
    Village,
)
from registry.rules.complaint import is_same_facility

SHORTEST_NAME = 3  # letters; a shorter word stands in every second message
_NOT_BETWEEN_LETTERS = r"(?<!\w){}(?!\w)"
_BETWEEN_DIGITS = r"[\s.\-]?"


@dataclass(frozen=True)
class Traces:
    """The signs by which she is known: numbers, code, whole name, and words of it that no neighbour has."""

    pattern: re.Pattern[str] | None

    def are_in(self, value: Any) -> bool:
        """Whether a text, or any text of a structure, names her."""
        if self.pattern is None:
            return False
        if isinstance(value, str):
            return self.pattern.search(value) is not None
        if isinstance(value, dict):
            return any(self.are_in(one) for one in value.values())
        return isinstance(value, list | tuple) and any(self.are_in(one) for one in value)

    def out_of(self, value: Any) -> Any:
        """The same without her."""
        if self.pattern is None:
            return value
        if isinstance(value, str):
            return self.pattern.sub(texts.phrase("phrase_erased"), value)
        if isinstance(value, dict):
            return {name: self.out_of(one) for name, one in value.items()}
        return [self.out_of(one) for one in value] if isinstance(value, list | tuple) else value


def of(session: Session, person: Person | None, phones: Iterable[str]) -> Traces:
    """Everything by which this mother may be named; ``phones`` are those that nobody shares with her."""
    parts = [_phone(number) for number in sorted(set(phones)) if number]
    if person is not None:
        parts += [_digits(number) for number in (person.nik, person.family_card) if number]
        parts += [_words(words) for words in (person.code, person.name, person.companion, person.address) if words]
        parts += [_words(word) for word in _own_words(session, person)]
    return Traces(re.compile("|".join(parts), re.IGNORECASE) if parts else None)


def _digits(number: str) -> str:
    return rf"(?<!\d){_BETWEEN_DIGITS.join(number)}(?!\d)"


def _phone(phone: str) -> str:
    """However it is written: +62812..., 62812..., 0812-0000-0021."""
    national = phone.removeprefix("+62")
    return rf"(?<!\d)(?:\+?62|0){_BETWEEN_DIGITS}{_BETWEEN_DIGITS.join(map(re.escape, national))}(?!\d)"


def _words(written: str) -> str:
    return _NOT_BETWEEN_LETTERS.format(r"\s+".join(map(re.escape, written.split())))


def _own_words(session: Session, person: Person) -> list[str]:
    """Words of her name that no other mother of the village has; of two Sitis neither is taken out by "Siti"."""
    rows = select(Person).where(Person.village_code == person.village_code, Person.id != person.id)
    others = {word for other in session.scalars(rows) for word in (other.name or "").casefold().split()}
    words = (person.name or "").casefold().split()
    return [word for word in words if len(word) >= SHORTEST_NAME and word not in others]


def helpers_of(session: Session, person: Person) -> list[Contact]:
    """The addresses of everybody who may have been told of her, or have told of her."""
    helpers = _phones_of_helpers(person, _villages(session, person))
    indexes = {index for index in session.scalars(helpers) if index} | _phones_of_facilities(session, person)
    indexes |= set(session.scalars(_phones_of_called(person)))
    if person.registered_by is not None:
        indexes.add(sealing.index("phone", person.registered_by))
    return list(session.scalars(select(Contact).where(Contact.phone_index.in_(indexes))))


def _phones_of_helpers(person: Person, villages: set[str]) -> Any:
    districts = select(Village.district_code).where(Village.code.in_(villages))
    registering = select(Pregnancy.cadre_id).where(Pregnancy.person_id == person.id)
    driving = select(Ride.driver_id).where(Ride.person_id == person.id)
    asked = select(RideOffer.driver_id).join(Ride).where(Ride.person_id == person.id)
    cadres = select(Cadre.phone_index).where(
        or_(Cadre.id.in_(registering), Cadre.areas.any(CadreArea.village_code.in_(villages)))
    )
    staff = select(Staff.phone_index).where(
        or_(Staff.unit != "puskesmas", Staff.districts.any(StaffDistrict.district_code.in_(districts)))
    )
    drivers = select(Driver.phone_index).where(
        or_(Driver.id.in_(driving), Driver.id.in_(asked), Driver.areas.any(DriverArea.village_code.in_(villages)))
    )
    return cadres.union(staff, drivers)


def _villages(session: Session, person: Person) -> set[str]:
    """Where she lives and lived, was fetched and was in danger: who helps there has read of her."""
    told = select(RecordChange).where(
        RecordChange.person_id == person.id, RecordChange.field.in_(("address", "village_code"))
    )
    found = {person.village_code}
    for change in session.scalars(told):
        found |= {change.old, change.new}
    for table in (Ride, Alert):
        found |= set(session.scalars(select(table.village_code).where(table.person_id == person.id)))
    return {code for code in found if code}


def _phones_of_facilities(session: Session, person: Person) -> set[str]:
    """Of those who were asked to receive her."""
    rows = session.scalars(select(Referral.facilities).where(Referral.person_id == person.id))
    codes = {code for facilities in rows for code in facilities}
    if not codes:
        return set()
    names = list(session.scalars(select(Facility.name).where(Facility.code.in_(codes))))
    staff = session.scalars(select(Staff).where(Staff.facility.is_not(None)))
    return {one.phone_index for one in staff if any(is_same_facility(name, one.facility) for name in names)}


def _phones_of_called(person: Person) -> Any:
    return select(AlertRecipient.phone_index).join(Alert).where(Alert.person_id == person.id)


def take_out(session: Session, found: Traces, contacts: Iterable[Contact], since: datetime) -> list[Contact]:
    """Take her out of what these contacts wrote and got since a moment; returns those who had written of her."""
    wrote = []
    for contact in contacts:
        _from_outbox(session, found, contact, since)
        draft = session.get(Draft, contact.id)
        if draft is not None and found.are_in(draft.data):
            session.delete(draft)
        for talk in session.scalars(select(Handoff).where(Handoff.contact_id == contact.id)):
            talk.note = found.out_of(talk.note)
        if _from_inbox(session, found, contact, since):
            wrote.append(contact)
    for row in session.scalars(select(Broadcast).where(Broadcast.at >= since)):
        if found.are_in(row.text):
            row.text = found.out_of(row.text)
    session.flush()
    return wrote


def _from_outbox(session: Session, found: Traces, contact: Contact, since: datetime) -> None:
    rows = select(OutboxMessage).where(OutboxMessage.contact_id == contact.id, OutboxMessage.created_at >= since)
    for row in session.scalars(rows):
        if found.are_in(row.text):
            row.text = found.out_of(row.text)
        if found.are_in(row.extras):
            row.extras = found.out_of(row.extras)


def _from_inbox(session: Session, found: Traces, contact: Contact, since: datetime) -> bool:
    rows = select(InboxMessage).where(InboxMessage.contact_id == contact.id, InboxMessage.received_at >= since)
    touched = False
    for row in session.scalars(rows):
        if found.are_in(row.content) or found.are_in(row.trace):
            row.content, row.trace = found.out_of(row.content), found.out_of(row.trace)
            touched = True
    return touched
