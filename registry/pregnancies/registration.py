"""Registers a mother: her person, her pregnancy, her short code, who did it and what she agreed to.

Whoever is registered already is completed, never doubled: only what is missing is filled, and what differs from the
record comes back as a difference for somebody to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import audit, clock, sealing
from registry.errors import RegistryError
from registry.models import Cadre, CadreArea, Consent, District, Person, Pregnancy, RecordChange, Regency, Village
from registry.persons import codes, minors, people
from registry.persons.people import Speaker
from registry.pregnancies.duplicates import Duplicate, find_duplicates, with_nik
from registry.pregnancies.entries import DatedBy, Entry, PhoneOwner, dated_by_weeks
from registry.reminding import plan
from registry.rules import dating

__all__ = [
    "TEXT_VERSION",
    "AlreadyRegisteredError",
    "DatedBy",
    "Difference",
    "Duplicate",
    "Entry",
    "PhoneOwner",
    "dated_by_weeks",
    "find_duplicates",
    "merge",
    "register",
    "settle",
]

TEXT_VERSION = "2026-11"
"""Of the wording of consent; changes whenever one of its sentences does."""

PERSON_FIELDS = (
    "name", "born_on", "nik", "phone", "phone_owner", "village_code", "village_name", "regency", "address",
    "jkn_told", "kia_book", "companion", "guardian",
)  # fmt: skip
_QUIET = frozenset({"phone_owner", "village_name", "regency", "jkn_told"})  # follow from others, or may change


class AlreadyRegisteredError(RegistryError):
    """Somebody else is registered under this NIK; ``merge`` completes her when that is what is wanted."""


@dataclass(frozen=True)
class Difference:
    """What is told now differs from the record: nothing was changed, a person decides. Values as they are kept."""

    field: str
    old: Any
    new: Any


def register(
    session: Session, speaker: Speaker, entry: Entry, now: datetime, *, by: str, consent: str = "pending",
    purposes: Sequence[str] = (), inbox_id: int | None = None, person: Person | None = None,
) -> Person:  # fmt: skip
    """Create the mother, or complete ``person``; opens her pregnancy, plans its reminders, tells staff of a minor.

    ``by`` is who agreed or registers: mother, guardian, cadre or staff. ``consent`` given or refused leaves a row with
    its ``purposes``; pending leaves none, for nobody has said anything yet.

    Raises:
        AlreadyRegisteredError: another person has this NIK.
    """
    owner = with_nik(session, entry.nik)
    if owner is not None and (person is None or owner.id != person.id):
        raise AlreadyRegisteredError
    if person is None:
        person = _create(session, speaker, entry, now)
    else:
        merge(session, person, entry, now, speaker=speaker, by=by)
    _agree(session, speaker, person, now, by=by, consent=consent, purposes=purposes)
    pregnancy = _opened(session, speaker, person, entry, now, by=by)
    plan.replan(session, pregnancy, now)
    minors.tell_of(session, speaker, person, now, inbox_id)
    session.flush()
    return person


def _create(session: Session, speaker: Speaker, entry: Entry, now: datetime) -> Person:
    person = Person(created_at=now, code=codes.new_short_code(session), registered_by=speaker.contact.phone)
    for name in PERSON_FIELDS:
        _put(person, name, getattr(entry, name))
    person.told_age = entry.age if entry.born_on is None else None
    _place(session, person)
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError as error:  # somebody else was quicker
        raise AlreadyRegisteredError from error
    _note(session, now, "person_registered", speaker, person, role=speaker.role)
    return person


def _put(person: Person, name: str, value: Any) -> None:
    setattr(person, name, value)
    if name in ("nik", "phone"):
        setattr(person, f"{name}_index", sealing.index(name, value) if value else None)


def _place(session: Session, person: Person) -> None:
    """Name of village and regency by the code."""
    village = session.get(Village, person.village_code) if person.village_code else None
    if village is None:
        return
    district = session.get_one(District, village.district_code)
    person.village_name = village.name
    person.regency = person.regency or session.get_one(Regency, district.regency_code).name


def merge(
    session: Session, person: Person, entry: Entry, now: datetime, *, speaker: Speaker, by: str
) -> tuple[Difference, ...]:
    """Fill what is missing in the record of a registered mother, each field noted; returns what differs."""
    differences: list[Difference] = []
    filled: list[str] = []
    for name in PERSON_FIELDS:
        told, known = getattr(entry, name), getattr(person, name)
        if told is None or told == known:
            continue
        if known is None:
            if name == "nik" and with_nik(session, told) is not None:
                continue
            _put(person, name, told)
            _changed(session, speaker, person, name, None, told, now, by=by)
            filled.append(name)
        elif name not in _QUIET:
            differences.append(Difference(name, known, told))
    if person.born_on is None and person.told_age is None:
        person.told_age = entry.age
    codes.of(session, person)
    _place(session, person)
    pregnancy = people.active_pregnancy(session, person)
    if pregnancy is not None:
        pregnancy.cadre_id = pregnancy.cadre_id or (speaker.cadre.id if speaker.cadre and by == "cadre" else None)
        differences += _fill_pregnancy(session, speaker, person, pregnancy, entry, now, by=by)
        plan.replan(session, pregnancy, now)
    _note(session, now, "person_completed", speaker, person, fields=filled)
    session.flush()
    return tuple(differences)


def settle(
    session: Session, speaker: Speaker, person: Person, entry: Entry, names: Sequence[str], now: datetime, *, by: str
) -> tuple[str, ...]:
    """What differed is taken from ``entry`` after all; returns what was. A date of staff or an early USG stays.

    Each old value stays on record (``RecordChange``).
    """
    taken: list[str] = []
    pregnancy = people.active_pregnancy(session, person)
    for name in names:
        if name in PERSON_FIELDS and _may_take(session, person, entry, name):
            old = getattr(person, name)
            _put(person, name, getattr(entry, name))
            _changed(session, speaker, person, name, old, getattr(entry, name), now, by=by)
            taken.append(name)
        elif pregnancy is not None and name == "hpht" and _may_date(pregnancy, entry, now, by):
            old = (pregnancy.hpht, pregnancy.hpl)
            _date(pregnancy, entry, by)
            new = (pregnancy.hpht, pregnancy.hpl)
            for field, before, after in zip(("hpht", "hpl"), old, new, strict=True):
                _changed(session, speaker, person, field, before, after, now, by=by, pregnancy=pregnancy)
            taken.append(name)
        elif pregnancy is not None and name == "gpa":
            _changed(session, speaker, person, "gpa", pregnancy.gpa, entry.gpa, now, by=by, pregnancy=pregnancy)
            pregnancy.gpa, pregnancy.gpa_told = entry.gpa, entry.gpa_told
            taken.append(name)
    _place(session, person)
    if pregnancy is not None:
        plan.replan(session, pregnancy, now)
    _note(session, now, "person_changed", speaker, person, fields=taken)
    session.flush()
    return tuple(taken)


def _may_take(session: Session, person: Person, entry: Entry, name: str) -> bool:
    """A NIK that is somebody else's is never taken, nor is nothing."""
    told = getattr(entry, name)
    owner = with_nik(session, told) if name == "nik" else None
    return told is not None and (owner is None or owner.id == person.id)


def _may_date(pregnancy: Pregnancy, entry: Entry, now: datetime, by: str) -> bool:
    old = pregnancy.hpht or (dating.first_day(pregnancy.hpl) if pregnancy.hpl else None)
    new = entry.hpht or (dating.first_day(entry.hpl) if entry.hpl else None)
    if old is None or new is None:
        return new is not None
    told = dating.Dating(new, _source(by), _METHODS[entry.dated_by or "lmp"], clock.today(now))
    kept = dating.Dating(
        old, _source(pregnancy.dated_from), _METHODS[pregnancy.dated_by or "lmp"], clock.today(pregnancy.opened_at)
    )
    return dating.prefers(told, kept)


_METHODS: dict[str, dating.Method] = {"lmp": "hpht", "ultrasound": "usg", "weeks": "weeks", "hpl": "hpl"}


def _source(by: str | None) -> dating.Source:
    return "cadre" if by == "cadre" else "staff" if by == "staff" else "mother"


def _fill_pregnancy(
    session: Session, speaker: Speaker, person: Person, pregnancy: Pregnancy, entry: Entry, now: datetime, *, by: str
) -> list[Difference]:
    differences: list[Difference] = []
    if entry.is_dated and pregnancy.hpht is None and pregnancy.hpl is None:
        _date(pregnancy, entry, by)
        for name in ("hpht", "hpl"):
            _changed(session, speaker, person, name, None, getattr(pregnancy, name), now, by=by, pregnancy=pregnancy)
    elif entry.is_dated:
        told = entry.hpht or (dating.first_day(entry.hpl) if entry.hpl else None)
        known = pregnancy.hpht or (dating.first_day(pregnancy.hpl) if pregnancy.hpl else None)
        far = told and known and abs((told - known).days) > dating.DIFFERENCE_THAT_COUNTS_DAYS
        differences += [Difference("hpht", known, told)] if far else []
    if pregnancy.gpa is None and entry.gpa is not None:
        pregnancy.gpa, pregnancy.gpa_told = entry.gpa, entry.gpa_told
        _changed(session, speaker, person, "gpa", None, entry.gpa, now, by=by, pregnancy=pregnancy)
    elif entry.gpa is not None and entry.gpa != pregnancy.gpa:
        differences.append(Difference("gpa", pregnancy.gpa, entry.gpa))
    return differences


def _opened(session: Session, speaker: Speaker, person: Person, entry: Entry, now: datetime, *, by: str) -> Pregnancy:
    """Her active pregnancy; made when she has none."""
    pregnancy = people.active_pregnancy(session, person)
    if pregnancy is not None:
        return pregnancy
    pregnancy = Pregnancy(person_id=person.id, opened_at=now, gpa=entry.gpa, gpa_told=entry.gpa_told)
    _date(pregnancy, entry, by)
    pregnancy.cadre_id = _cadre_for(session, speaker, person)
    session.add(pregnancy)
    session.flush()
    _note(session, now, "pregnancy_opened", speaker, person, pregnancy=pregnancy.id)
    return pregnancy


def _date(pregnancy: Pregnancy, entry: Entry, by: str) -> None:
    """The dates as told; the one that is missing is counted from the other."""
    hpht: date | None = entry.hpht or (dating.first_day(entry.hpl) if entry.hpl else None)
    pregnancy.hpht = hpht
    pregnancy.hpl = entry.hpl or (dating.due_date(hpht) if hpht else None)
    if hpht is not None:
        pregnancy.dated_by = entry.dated_by or ("lmp" if entry.hpht else "hpl")
        pregnancy.dated_from = "mother" if by in ("mother", "guardian") else by


def _cadre_for(session: Session, speaker: Speaker, person: Person) -> int | None:
    """The cadre who registers her, else the first of her village, when she agrees that one may know."""
    if speaker.cadre is not None and person.id != (speaker.person.id if speaker.person else None):
        return speaker.cadre.id
    if person.consent == "given" and "sharing" not in person.agreed:
        return None
    rows = select(Cadre.id).join(CadreArea).where(Cadre.active, CadreArea.village_code == person.village_code)
    return session.scalar(rows.order_by(Cadre.id).limit(1))


def _agree(
    session: Session, speaker: Speaker, person: Person, now: datetime, *, by: str, consent: str,
    purposes: Sequence[str],
) -> None:  # fmt: skip
    """Note her answer; one that she gave before is not taken back by a registration that has none."""
    if consent not in ("given", "refused"):
        person.consent = person.consent if person.consent in ("given", "refused", "withdrawn") else consent
        return
    person.consent, person.agreed = consent, list(purposes)
    row = Consent(
        person_id=person.id, status=consent, by=by, at=now, channel=speaker.contact.channel,
        text_version=TEXT_VERSION, purposes=list(purposes),
    )  # fmt: skip
    session.add(row)
    _note(session, now, f"consent_{consent}", speaker, person, by=by)


def _changed(
    session: Session, speaker: Speaker, person: Person, field: str, old: Any, new: Any, now: datetime, *, by: str,
    pregnancy: Pregnancy | None = None,
) -> None:  # fmt: skip
    change = RecordChange(
        person_id=person.id,
        pregnancy_id=pregnancy.id if pregnancy else None,
        field=field,
        old=None if old is None else str(old),
        new=None if new is None else str(new),
        by=by,
        contact_id=speaker.contact.id,
        method=pregnancy.dated_by if pregnancy and field in ("hpht", "hpl") else None,
        at=now,
    )
    session.add(change)


def _note(session: Session, now: datetime, action: str, speaker: Speaker, person: Person, **detail: Any) -> None:
    audit.note(session, now, action, contact_id=speaker.contact.id, subject=f"person:{person.id}", **detail)
