"""Whom a cry for help is about: the sender herself, or the mother whom a cadre or an officer names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.entities import gazetteer
from nlu.language.identifiers import find_identifiers
from nlu.language.names import read_person_names
from nlu.language.neighbours import is_of_neighbour
from nlu.language.short_codes import find_codes
from registry import access, clock, sealing
from registry.emergencies import shared_alarms
from registry.models import Person, Pregnancy
from registry.persons import codes, people
from registry.persons.people import Speaker

PREGNANCY = timedelta(days=280)  # from the first day of the last period to the due date


@dataclass(frozen=True)
class Concern:
    """Whom an alert is about, as far as it is known."""

    person: Person | None
    village_code: str | None
    pregnancy: Pregnancy | None
    weeks: int | None


def concern_of(session: Session, speaker: Speaker, now: datetime, said: str = "") -> Concern:
    """The mother behind a sender, or the one named in what a helper said; else only the place that is known."""
    told = told_village(said)
    if speaker.role in ("mother", "stranger"):
        person = shared_alarms.meant(session, speaker, said)
    else:
        person = _named(session, speaker, said) if said else None
    if person is not None and person is speaker.person and is_of_neighbour(said):
        return about(session, None, told or person.village_code, now)
    village = (person.village_code if person else None) or told or speaker.contact.village_code
    village = village or shared_alarms.village_of(shared_alarms.mothers_of(session, speaker.contact))
    if village is None and len(speaker.villages) == 1:
        village = next(iter(speaker.villages))
    return about(session, person, village, now)


def told_village(said: str) -> str | None:
    """The one village that a message names; None when it names none, or a name that several bear."""
    found = [match for match in gazetteer().find(said) if match.level == "village"] if said else []
    codes = {place.code for match in found for place in match.candidates if place.level == "village"}
    return next(iter(codes)) if len(codes) == 1 else None


def about(session: Session, person: Person | None, village_code: str | None, now: datetime) -> Concern:
    """What is known of a person at a place."""
    pregnancy = people.active_pregnancy(session, person) if person else None
    days = gestation_days(pregnancy, now)
    return Concern(person, village_code, pregnancy, None if days is None else days // 7)


def gestation_days(pregnancy: Pregnancy | None, now: datetime) -> int | None:
    """How far she is, by her last period or by the due date; None when nobody knows."""
    if pregnancy is None:
        return None
    first_day = pregnancy.hpht or (pregnancy.hpl - PREGNANCY if pregnancy.hpl else None)
    return (clock.today(now) - first_day).days if first_day else None


def _named(session: Session, speaker: Speaker, said: str) -> Person | None:
    """The one mother that a code, a NIK or a name stands for, when this helper may know of her."""
    if speaker.cadre is None and speaker.staff is None:
        return None
    found = _by_number(session, said)
    if found is None:
        names = [span.name for span in read_person_names(said) if span.role == "person"]
        mothers = people.find_mothers(session, speaker, names[0]) if names else []
        found = mothers[0] if len(mothers) == 1 else None
    return found if found is not None and access.may_see(session, speaker, found) else None


def _by_number(session: Session, said: str) -> Person | None:
    for written in find_codes(said):
        return codes.mother_with(session, written)
    for number in find_identifiers(said):
        if number.kind == "nik":
            index = sealing.index("nik", number.digits)
            return session.scalar(select(Person).where(Person.nik_index == index, Person.registered))
    return None
