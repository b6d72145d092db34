"""The reminders of a pregnancy as rows: what the pure plan says, compared with what stands there already.

Every change of a record calls ``replan`` in its own transaction, so that no reminder outlives the fact it was made
from. Rows that are no longer wanted are cancelled, never deleted; a state only steps forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from registry import clock
from registry.models import Person, Pregnancy, Reminder
from registry.reminding.plan_facts import ALL_PURPOSES, courses, persons_of, rows_of, settings_on, wishes_of
from registry.rules import antenatal
from registry.rules import plan as planner
from registry.rules.plan_values import Course
from registry.rules.planned import Plan, Planned

__all__ = ["ALL_PURPOSES", "course_of", "replan", "replan_all", "settings_on", "wishes_of"]

SPREAD_SLOTS, SLOT = 3, timedelta(minutes=10)  # neighbours are not all written to in the same second
AT_ONCE = 200  # pregnancies whose facts are read together
_DAY = timedelta(days=1)


def replan(session: Session, pregnancy: Pregnancy, now: datetime) -> Plan:
    """Bring the rows in line with the facts as they stand now; returns the plan with its reasons."""
    return _replanned(session, [pregnancy], now)[0]


def resume(session: Session, pregnancy: Pregnancy, person: Person, now: datetime) -> Plan:
    """She wants reminders again: a check-up that went by in the silence is caught up with, as after a late start."""
    session.flush()
    course = course_of(session, pregnancy, person, rows_of(session, [pregnancy.id]).get(pregnancy.id, ()))
    if antenatal.untold(course, settings_on(session, now), clock.today(now)):
        person.resumed_at = now
    return replan(session, pregnancy, now)


def replan_all(session: Session, now: datetime, pregnancies: Iterable[Pregnancy]) -> None:
    """Plan many anew (a world was loaded, a setting changed)."""
    every = list(pregnancies)
    for start in range(0, len(every), AT_ONCE):
        _replanned(session, every[start : start + AT_ONCE], now)


def _replanned(session: Session, pregnancies: Sequence[Pregnancy], now: datetime) -> list[Plan]:
    session.flush()
    rows = rows_of(session, (one.id for one in pregnancies))
    persons = persons_of(session, pregnancies)
    found = courses(session, pregnancies, persons, rows)
    settings, today = settings_on(session, now), clock.today(now)
    plans = [
        planner.plan(found[one.id], wishes_of(one, persons[one.person_id]), settings, today) for one in pregnancies
    ]
    new = [
        row
        for one, planned in zip(pregnancies, plans, strict=True)
        for row in _sync(one.id, rows.get(one.id, ()), planned, now)
    ]
    if new:
        session.execute(insert(Reminder), new)
    session.flush()
    return plans


def course_of(session: Session, pregnancy: Pregnancy, person: Person, rows: Sequence[Reminder]) -> Course:
    """One pregnancy as the plan sees it."""
    return courses(session, [pregnancy], {person.id: person}, {pregnancy.id: rows})[pregnancy.id]


def _sync(pregnancy_id: int, rows: Sequence[Reminder], found: Plan, now: datetime) -> Iterator[dict[str, Any]]:
    """Keep what is wanted, cancel what is not; gives what is new. A key that was cancelled gets a number behind."""
    living = {_base(row.key): row for row in rows if row.status == "planned"}
    dead: dict[str, int] = {}
    for row in rows:
        if row.status != "planned":
            dead[_base(row.key)] = dead.get(_base(row.key), 0) + 1
    for one in found.planned:
        kept = living.get(one.key)
        values = _values(one, pregnancy_id, kept, now)
        if kept is not None:
            _update(living.pop(one.key), values)
            continue
        number = dead.get(one.key, 0)
        yield {**values, "key": f"{one.key}#{number}" if number else one.key}
    why = {(str(reason.kind), reason.visit): reason.why for reason in found.reasons}
    for row in living.values():
        row.status = "cancelled"
        row.reason = why.get((row.kind, row.visit)) or why.get((row.kind, "")) or "changed"


def _base(key: str) -> str:
    return key.partition("#")[0]


def _values(one: Planned, pregnancy_id: int, row: Reminder | None, now: datetime) -> dict[str, Any]:
    return {
        "pregnancy_id": pregnancy_id,
        "kind": one.kind,
        "visit": one.visit,
        "step": one.step,
        "about": one.about,
        "last_on": one.last_on,
        "text": one.text,
        "recipient": one.recipient,
        "with_doctor": one.with_doctor,
        "merge": one.merge,
        "due_at": _due_at(one, pregnancy_id, row, now),
    }


def _update(row: Reminder, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _due_at(one: Planned, pregnancy_id: int, row: Reminder | None, now: datetime) -> datetime:
    """Its own moment; when that is over today, what is already overdue goes with the next look, anything else
    tomorrow, if that is still before the day it is about: nobody is reminded in the minute in which she told us."""
    moment = due_at(one, pregnancy_id)
    if moment >= now:
        return moment
    if row is not None and row.due_at <= now:
        return row.due_at
    tomorrow = clock.today(moment) + _DAY
    return moment + _DAY if tomorrow <= one.last_on and (tomorrow < one.about or one.step != "before") else moment


def due_at(one: Planned, pregnancy_id: int) -> datetime:
    """The moment it goes out: its local day and hour, and a few minutes by the number of the pregnancy."""
    local = datetime.combine(one.due_on, time(one.hour), clock.JAKARTA)
    return local + (pregnancy_id % SPREAD_SLOTS) * SLOT
