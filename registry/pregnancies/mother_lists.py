"""The mothers a helper looks after, as lists that are work: who is due, late, near her time, at risk, not reached.

A handful of queries for everybody at once, however many they are; the rules are those of ``registry.rules.antenatal``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from nlu.language.list_request import ListKind
from registry import clock, texts
from registry.days import in_short
from registry.models import ChosenDay, Person, Pregnancy, RecordChange, Village, Visit
from registry.persons.people import Speaker
from registry.pregnancies import unreached
from registry.reminding import plan
from registry.rules import antenatal, dating
from registry.rules.plan_values import Course, Done, ReminderSettings

A_PAGE = 8
DUE_DAYS = 14  # a visit that lies so close is due
NEAR_WEEKS = 36
MOST = 5000  # a whole kabupaten is no list for a telephone; the console shows it


@dataclass(frozen=True)
class Entry:
    """One mother of a list."""

    person: Person
    weeks: int | None
    hpl: date | None
    visit: str | None
    on: date | None
    late: bool
    high_risk: bool


@dataclass(frozen=True)
class Page:
    """Eight mothers, where they stand in the list, and how long it is."""

    entries: tuple[Entry, ...]
    number: int
    total: int

    @property
    def first(self) -> int:
        """The number of the first mother in the whole list."""
        return (self.number - 1) * A_PAGE + 1

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.number * A_PAGE < self.total


def page(session: Session, speaker: Speaker, kind: ListKind, number: int, now: datetime) -> Page:
    """A page of a list, from 1; beyond the end the last one."""
    today = clock.today(now)
    found = _entries(session, _of(speaker), plan.settings_on(session, now), today)
    if kind == "not_reached":
        missed = unreached.among(session, [entry.person.id for entry in found], now)
        found = [entry for entry in found if entry.person.id in missed]
    elif kind in _KEPT:
        found = [entry for entry in found if _KEPT[kind](entry, today)]
    found.sort(key=_ORDER.get(kind, _by_name))
    last = max(1, -(-len(found) // A_PAGE))
    number = min(max(1, number), last)
    return Page(tuple(found[(number - 1) * A_PAGE : number * A_PAGE]), number, len(found))


def _of(speaker: Speaker) -> Select[Pregnancy, Person]:
    """Pregnant mothers of the speaker's area who have not forbidden that helpers see them."""
    rows = (
        select(Pregnancy, Person)
        .join(Person, Person.id == Pregnancy.person_id)
        .where(Pregnancy.status == "active", Person.registered, Person.consent.not_in(("refused", "withdrawn")))
    )
    if speaker.staff is None:
        rows = rows.where(Person.village_code.in_(speaker.villages))
    elif speaker.staff.unit != "dinkes":
        inside = select(Village.code).where(Village.district_code.in_(speaker.districts))
        rows = rows.where(Person.village_code.in_(inside))
    return rows.order_by(Pregnancy.hpl, Pregnancy.id).limit(MOST)


def _shares(person: Person) -> bool:
    """Whether helpers may see her: who agreed purpose by purpose may have left that one out."""
    return person.consent != "given" or not person.agreed or "sharing" in person.agreed


def entries_of(session: Session, pairs: Sequence[tuple[Pregnancy, Person]], now: datetime) -> list[Entry]:
    """These pregnant mothers as lines of a list, in the order given."""
    return _lined_up(session, pairs, plan.settings_on(session, now), clock.today(now))


def _entries(session: Session, rows: Select[Pregnancy, Person], settings: ReminderSettings, today: date) -> list[Entry]:
    pairs = [(pregnancy, person) for pregnancy, person in session.execute(rows) if _shares(person)]
    return _lined_up(session, pairs, settings, today)


def _lined_up(
    session: Session, pairs: Sequence[tuple[Pregnancy, Person]], settings: ReminderSettings, today: date
) -> list[Entry]:
    ids = [pregnancy.id for pregnancy, _ in pairs]
    visits = _grouped(session, select(Visit).where(Visit.pregnancy_id.in_(ids)).order_by(Visit.on, Visit.id))
    chosen = _grouped(session, select(ChosenDay).where(ChosenDay.pregnancy_id.in_(ids)))
    changed = _last_dated(session, ids)
    return [
        _entry(person, pregnancy, _course(pregnancy, visits, chosen, changed), settings, today)
        for pregnancy, person in pairs
    ]


def _grouped(session: Session, rows: Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.scalars(rows):
        found.setdefault(row.pregnancy_id, []).append(row)
    return found


def _last_dated(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When the dates of each pregnancy were last changed: nothing before that day is called late."""
    rows = (
        select(RecordChange.pregnancy_id, func.max(RecordChange.at))
        .where(RecordChange.pregnancy_id.in_(ids), RecordChange.field.in_(("hpht", "hpl")))
        .group_by(RecordChange.pregnancy_id)
    )
    return {number: at for number, at in session.execute(rows) if number is not None}


def _course(
    pregnancy: Pregnancy, visits: Mapping[int, list[Visit]], chosen: Mapping[int, list[ChosenDay]],
    changed: Mapping[int, datetime],
) -> Course:  # fmt: skip
    return Course(
        pregnancy_id=pregnancy.id,
        status="active",
        opened_on=clock.today(pregnancy.opened_at),
        hpht=pregnancy.hpht,
        hpl=pregnancy.hpl,
        since=clock.today(max(pregnancy.opened_at, changed.get(pregnancy.id, pregnancy.opened_at))),
        visits=tuple(Done(row.kind, row.on, row.status) for row in visits.get(pregnancy.id, ())),
        chosen_days={row.kind: row.on for row in chosen.get(pregnancy.id, ())},
    )


def _entry(person: Person, pregnancy: Pregnancy, course: Course, settings: ReminderSettings, today: date) -> Entry:
    dates = course.dates
    known = dates is not None and dating.is_possible_first_day(dates[0], today)
    late = antenatal.unreported(course, settings, today)
    meant = late[0] if late else antenatal.next_visit(course, settings, today)
    return Entry(
        person=person,
        weeks=dating.weeks_on(dates[0], today) if dates is not None and known else None,
        hpl=dates[1] if dates is not None else None,
        visit=meant.visit if meant else None,
        on=meant.on if meant else None,
        late=bool(late),
        high_risk=bool(pregnancy.risks),
    )


def _is_due(entry: Entry, today: date) -> bool:
    return not entry.late and entry.on is not None and entry.on <= today + timedelta(days=DUE_DAYS)


def _is_near_term(entry: Entry, today: date) -> bool:
    return entry.weeks is not None and entry.weeks >= NEAR_WEEKS


_KEPT: dict[str, Callable[[Entry, date], bool]] = {
    "due": _is_due,
    "overdue": lambda entry, _: entry.late,
    "near_term": _is_near_term,
    "high_risk": lambda entry, _: entry.high_risk,
}


def _by_name(entry: Entry) -> tuple[str, int]:
    return (entry.person.name or "").casefold(), entry.person.id


def _by_visit(entry: Entry) -> tuple[date, int]:
    return entry.on or date.max, entry.person.id


def _by_hpl(entry: Entry) -> tuple[date, int]:
    return entry.hpl or date.max, entry.person.id


_ORDER: dict[str, Callable[[Entry], tuple[Any, int]]] = {"due": _by_visit, "overdue": _by_visit, "near_term": _by_hpl}


def lines(entries: Iterable[Entry], first: int) -> str:
    """A line each: number, name, weeks, what is due with its day, code, and whether her own yes is still to come."""
    return "\n".join(_line(number, entry) for number, entry in enumerate(entries, start=first))


def _line(number: int, entry: Entry) -> str:
    person = entry.person
    due = None
    if entry.visit is not None and entry.on is not None:
        name = "list_visit_late" if entry.late else "list_visit_due"
        due = texts.say(name, visit=entry.visit, day=in_short(entry.on)).text
    parts = [
        person.name or texts.phrase("phrase_unknown"),
        texts.say("list_weeks", weeks=entry.weeks).text if entry.weeks is not None else texts.phrase("list_undated"),
        due,
        texts.phrase("list_risk") if entry.high_risk else None,
        person.code,
    ]
    mark = f" {texts.phrase('list_pending')}" if person.consent == "pending" else ""
    return f"{number}. {', '.join(part for part in parts if part)}{mark}"
