"""An officer puts a record right: several fields at once, each shown with what stands there now, then kept together.

What the chat can change too goes by ``registry.persons.changes``; the rest (papers apart) only staff may change here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.obstetric import read_obstetric
from registry import clock
from registry.emergencies import alerts
from registry.models import Alert, Person, Pregnancy
from registry.persons import changes, consents, minors, people, phone_numbers
from registry.persons.changes import Change, Verdict
from registry.persons.people import Speaker
from registry.reminding import plan

OF_PERSON: Mapping[str, str] = {"house": "address", "jkn_told": "jkn_told", "companion": "companion"}
OF_PREGNANCY: Mapping[str, str] = {"gpa": "gpa", "risks": "risks"}
OWN = frozenset({*OF_PERSON, *OF_PREGNANCY})
JKN = ("pbi", "mandiri", "ppu", "inactive", "none", "yes")  # as she told it; the register decides
RISKS = (
    "age_under_20", "age_over_35", "close_births", "many_births", "previous_caesarean", "twins", "kek", "anaemia",
    "hypertension",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """A field as it should be. ``value`` is text as ``changes.Change`` has it; of risks codes; empty takes it away."""

    field: str
    value: str
    ultrasound: bool = False
    told_by: Any = None  # whose word a dating is
    weighed: bool = False

    @property
    def change(self) -> Change:
        """The same for ``registry.persons.changes``."""
        field: Any = self.field
        return Change(field, self.value, self.ultrasound, self.told_by, self.weighed)

    @property
    def is_empty(self) -> bool:
        """Whether the value is to be taken away."""
        return not self.value


@dataclass(frozen=True)
class Difference:
    """What stands there, what would, and whether it may; a dating makes two, of its first day and its due date."""

    field: str
    old: str | None
    new: str | None
    verdict: Verdict


def compare(
    session: Session, speaker: Speaker, person: Person, wishes: Sequence[Wish], now: datetime
) -> list[Difference]:
    """What the wishes would change; what stands there already is left out."""
    pregnancy = people.latest_pregnancy(session, person)
    found: list[Difference] = []
    for wish in wishes:
        if wish.field in OWN or wish.is_empty:
            found += _compare_own(person, pregnancy, wish)
            continue
        verdict = changes.judge(session, speaker, person, wish.change, now)
        if verdict == "same":
            continue
        if wish.change.is_dating:
            found += _compare_dates(pregnancy, wish, verdict)
        else:
            found.append(Difference(wish.field, _standing(person, pregnancy, wish.field), wish.value, verdict))
    return found


def _compare_own(person: Person, pregnancy: Pregnancy | None, wish: Wish) -> list[Difference]:
    old = _standing(person, pregnancy, wish.field)
    if (old or "") == wish.value:
        return []
    missing = wish.field in OF_PREGNANCY and (pregnancy is None or pregnancy.status != "active")
    return [Difference(wish.field, old, wish.value or None, "not_pregnant" if missing else "ok")]


def _compare_dates(pregnancy: Pregnancy | None, wish: Wish, verdict: Verdict) -> list[Difference]:
    if pregnancy is None or verdict == "not_pregnant":
        return [Difference(wish.field, None, wish.value, "not_pregnant")]
    hpht, hpl = changes.dates_of(wish.change)
    pairs = (("hpht", pregnancy.hpht, hpht), ("hpl", pregnancy.hpl, hpl))
    return [
        Difference(field, old.isoformat() if old else None, new.isoformat(), verdict)
        for field, old, new in pairs
        if old != new
    ]


def _standing(person: Person, pregnancy: Pregnancy | None, field: Any) -> str | None:
    """The value on record as a wish writes it."""
    if field in OF_PREGNANCY:
        value = getattr(pregnancy, OF_PREGNANCY[field], None)
        return ", ".join(value) or None if isinstance(value, list) else value
    if field in OF_PERSON:
        own: str | None = getattr(person, OF_PERSON[field])
        return own
    return changes.kept(person, field)


def keep(session: Session, speaker: Speaker, person: Person, wishes: Sequence[Wish], now: datetime) -> list[str]:
    """Keep every wish that is a change and may be kept; returns the fields. The plan of reminders follows."""
    kept: list[str] = []
    for wish in sorted(wishes, key=lambda one: one.field == "phone"):  # a new number is written to last of all
        if not _may(compare(session, speaker, person, [wish], now)):
            continue
        _KEEP.get(wish.field, _keep_by_changes)(session, speaker, person, wish, now)
        kept.append(wish.field)
    if "born_on" in kept:
        _tell_of_minor(session, person, now)
    session.flush()
    return kept


def _tell_of_minor(session: Session, person: Person, now: datetime) -> None:
    """By her right birth date she is under age: once somebody is to be with her, as when she is registered."""
    known = select(Alert.id).where(Alert.person_id == person.id, Alert.kind == "minor_mother").limit(1)
    if not minors.is_under_age(person, clock.today(now)) or session.scalar(known) is not None:
        return
    alerts.open_alert(
        session, "minor_mother", person=person, contact=None, about=None, village_code=person.village_code, now=now,
        inbox_id=None,
    )  # fmt: skip


def _may(found: Sequence[Difference]) -> bool:
    return bool(found) and all(one.verdict == "ok" for one in found)


def _keep_by_changes(session: Session, speaker: Speaker, person: Person, wish: Wish, now: datetime) -> None:
    changes.apply(session, speaker, person, wish.change, now)


def _keep_phone(session: Session, speaker: Speaker, person: Person, wish: Wish, now: datetime) -> None:
    """The new number is asked whether it is hers, as in the chat; a number that is not hers gets nothing more."""
    if not wish.is_empty:
        phone_numbers.change(session, speaker, person, wish.value, now, None)
        return
    if len(people.persons_with(session, person.phone_index)) == 1:
        for contact in people.contacts_of_phone(session, person.phone_index):
            consents.drop_queued(session, contact)
            contact.speaks_for = None
    changes.note(session, speaker, person, "phone", person.phone, None, now)
    person.phone = person.phone_index = person.phone_owner = None
    changes.noted(session, speaker, person, "phone", now)
    session.flush()
    consents.replan(session, person, now)


def _keep_of_person(session: Session, speaker: Speaker, person: Person, wish: Wish, now: datetime) -> None:
    name = OF_PERSON[wish.field]
    changes.note(session, speaker, person, wish.field, getattr(person, name), wish.value or None, now)
    setattr(person, name, wish.value or None)
    changes.noted(session, speaker, person, wish.field, now)


def _keep_of_pregnancy(session: Session, speaker: Speaker, person: Person, wish: Wish, now: datetime) -> None:
    pregnancy = people.latest_pregnancy(session, person)
    if pregnancy is None:
        return
    old = _standing(person, pregnancy, wish.field)
    changes.note(session, speaker, person, wish.field, old, wish.value or None, now, pregnancy=pregnancy)
    if wish.field == "risks":
        pregnancy.risks = [code for code in wish.value.split(", ") if code]
    else:
        told = read_obstetric(wish.value)
        numbers = {"gravida": told.gravida, "para": told.para, "abortus": told.abortus}
        pregnancy.gpa, pregnancy.gpa_told = wish.value or None, numbers if wish.value else None
    changes.noted(session, speaker, person, wish.field, now)
    plan.replan(session, pregnancy, now)


_KEEP: Mapping[str, Callable[[Session, Speaker, Person, Wish, datetime], None]] = {
    "phone": _keep_phone,
    **dict.fromkeys(OF_PERSON, _keep_of_person),
    **dict.fromkeys(OF_PREGNANCY, _keep_of_pregnancy),
}
