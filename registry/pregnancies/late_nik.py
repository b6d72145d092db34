"""A NIK that comes after the registration: kept on the record that lacks one, so that nobody is asked for it twice."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from nlu.language.identifiers import check_nik
from registry import clock, voices
from registry.models import CivilRecord, Person
from registry.persons import identity
from registry.persons.people import Speaker
from registry.pregnancies import registration
from registry.pregnancies.duplicates import with_nik
from registry.pregnancies.entries import Entry
from registry.sealing import index


def keep(session: Session, speaker: Speaker, person: Person, nik: str, now: datetime) -> bool:
    """Whether the NIK is hers as far as anybody can tell, and stands on her record from now on.

    A NIK on record is never replaced by chat: that is an officer's work.
    """
    if person.nik is not None or not _can_be_hers(session, person, nik, clock.today(now)):
        return False
    by = voices.role_of(speaker, person)
    registration.merge(session, person, Entry(nik=nik), now, speaker=speaker, by=by)
    return True


def _can_be_hers(session: Session, person: Person, nik: str, today: date) -> bool:
    """A woman's, nobody else's, with her birth date in it; and no register knows it under another name."""
    check = check_nik(nik, today)
    if check.problem is not None or check.sex != "F" or person.born_on is None or check.born_on != person.born_on:
        return False
    if with_nik(session, nik) is not None:
        return False
    civil = session.get(CivilRecord, index("nik", nik))
    return civil is None or identity.same_name(civil.name, person.name or "")
