"""Is she registered already? Nobody is doubled, and nobody of another's area is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import sealing
from registry.models import Person, Pregnancy
from registry.pregnancies.entries import Entry
from registry.rules.majority import age_on

NEAR_NAME = 85  # rapidfuzz token_sort_ratio: Siti Aminah and Siti Aminnah, not Siti Aminah and Siti Rahayu
SAME_NAME = 96
SAME_AGE_YEARS = 1  # an age told by heart may be a year off

Why = Literal["nik", "same_person", "near"]
_ORDER: dict[Why, int] = {"nik": 0, "same_person": 1, "near": 2}


@dataclass(frozen=True)
class Duplicate:
    """A registered person who may be the one told of; by ``nik`` she is that one."""

    person: Person
    why: Why


def find_duplicates(session: Session, entry: Entry) -> tuple[Duplicate, ...]:
    """Persons on record who may be this mother, surest first; also one who said no, so that she is not asked again.

    By NIK; else by name, birth date and village; else by a near name in the same village with the same birth date, age
    or phone, or an equal name with nothing that tells the two apart.
    """
    found = {duplicate.person.id: duplicate for duplicate in _likely(session, entry)}
    owner = with_nik(session, entry.nik)
    if owner is not None:
        found[owner.id] = Duplicate(owner, "nik")
    return tuple(sorted(found.values(), key=lambda each: (_ORDER[each.why], each.person.id)))


def with_nik(session: Session, nik: str | None) -> Person | None:
    """Who is on record under this NIK, also when she said no."""
    if nik is None:
        return None
    return session.scalar(select(Person).where(Person.nik_index == sealing.index("nik", nik)))


def _likely(session: Session, entry: Entry) -> Iterator[Duplicate]:
    if entry.name is None or entry.village_code is None:
        return
    kept = or_(Person.registered, Person.consent == "refused")
    rows = select(Person).where(Person.village_code == entry.village_code, kept)
    for person in session.scalars(rows.order_by(Person.id)):
        score = _likeness(entry.name, person.name)
        if score < NEAR_NAME or (entry.nik and person.nik and entry.nik == person.nik):
            continue
        why = _why(session, entry, person, score)
        if why is not None:
            yield Duplicate(person, why)


def _likeness(told: str, known: str | None) -> float:
    return fuzz.token_sort_ratio(told.casefold(), (known or "").casefold())


def _why(session: Session, entry: Entry, person: Person, score: float) -> Why | None:
    same = _agreement(session, entry, person)
    if score >= SAME_NAME and entry.born_on is not None and entry.born_on == person.born_on:
        return "same_person"
    if True in same:
        return "near"
    return "near" if score >= SAME_NAME and False not in same else None


def _agreement(session: Session, entry: Entry, person: Person) -> list[bool]:
    """What both tell and whether it is the same: birth date or age, phone, NIK, dates of the pregnancy."""
    same: list[bool] = []
    age = entry.age if entry.born_on is None else None
    known_age = person.told_age
    if entry.born_on is not None and person.born_on is not None:
        same.append(entry.born_on == person.born_on)
    elif age is not None and person.born_on is not None:
        same.append(abs(age_on(person.born_on, person.created_at.date()) - age) <= SAME_AGE_YEARS)
    elif age is not None and known_age is not None:
        same.append(abs(known_age - age) <= SAME_AGE_YEARS)
    if entry.phone is not None and person.phone is not None and entry.phone == person.phone:
        same.append(True)  # another phone tells nothing: numbers change, and families share them
    if entry.nik is not None and person.nik is not None and entry.nik != person.nik:
        same.append(False)
    return same + _same_dates(session, entry, person)


def _same_dates(session: Session, entry: Entry, person: Person) -> list[bool]:
    if entry.hpht is None:
        return []
    rows = select(Pregnancy.hpht).where(Pregnancy.person_id == person.id, Pregnancy.status == "active")
    known = session.scalar(rows)
    return [] if known is None else [abs((known - entry.hpht).days) <= 28] if known != entry.hpht else [True]
