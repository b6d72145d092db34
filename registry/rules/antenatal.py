"""The check-ups of a pregnancy: which there are and when, which are done, late or next (pure).

Permenkes 21/2021 art. 13: at least six, spread 1-2-3 over the trimesters, the doctor with USG at the first and once in
the third (domain.md section 2.1). Buku KIA 2020 spreads 2-1-3; WHO has eight contacts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from registry.rules import dating
from registry.rules.plan_days import open_day
from registry.rules.plan_values import Course, Done, ReminderSettings, Scheme
from registry.rules.planned import Draft

WEEKS: Mapping[Scheme, tuple[int, ...]] = {
    "1-2-3": (10, 16, 22, 28, 34, 37),
    "2-1-3": (8, 12, 20, 28, 34, 37),
    "who8": (12, 20, 26, 30, 34, 36, 38, 40),
}
DOCTOR_VISITS = frozenset({"K1", "K5"})
LAST_NAMED_VISIT = 6  # visits beyond six have no name nationally

NOTICE_DAYS = 2  # a visit that is caught up with lies this long after the first day she may be reminded
CLOSE_DAYS, APART_DAYS = 7, 14  # a visit that is caught up with lies at least a week, best a fortnight, from others
UNDATED_FIRST_DAYS, UNDATED_EVERY_DAYS, UNDATED_TIMES = 7, 28, 10

State = Literal["due", "done", "past"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit of the table: its code, its week and the trimester it belongs to."""

    visit: str
    week: int
    trimester: dating.Trimester
    with_doctor: bool


@dataclass(frozen=True, slots=True)
class CheckUp:
    """A visit of one pregnancy, on its day; ``past`` is not asked for, ``late`` is caught up with."""

    slot: Slot
    on: date
    state: State
    late: bool = False

    @property
    def visit(self) -> str:
        """K1 … K6; a visit beyond six is called by its week."""
        return self.slot.visit


def table(settings: ReminderSettings) -> tuple[Slot, ...]:
    """The visits of the programme in order of their weeks."""
    return _table(settings.anc_weeks or WEEKS[settings.scheme])


@lru_cache(maxsize=64)
def _table(weeks: tuple[int, ...]) -> tuple[Slot, ...]:
    return tuple(_slot(order, week) for order, week in enumerate(sorted(set(weeks)), 1))


def _slot(order: int, week: int) -> Slot:
    visit = f"K{order}" if order <= LAST_NAMED_VISIT else f"{week}w"
    return Slot(visit, week, dating.trimester_of(week * 7), visit in DOCTOR_VISITS)


def done_visits(visits: Sequence[Done], slots: Sequence[Slot], hpht: date | None) -> dict[str, date]:
    """Which visits of the table are done, each with its day.

    The code that was reported wins, also out of order (K1A and K1M are K1). A visit without a code is the first contact
    (K1) when there was none before it; otherwise the first open one of the trimester of its day; otherwise it is one
    more and counts for none. A mother's report is enough here: verifying it is staff's work, not hers.
    """
    codes = {slot.visit for slot in slots}
    named = [(_code(one.kind), one.on) for one in visits]
    done: dict[str, date] = {}
    for code, on in sorted(named, key=lambda pair: pair[1]):
        if code in codes:
            done.setdefault(code, on)
    for on in sorted(on for code, on in named if not code):
        counted = _counts_as(on, slots, done, hpht)
        if counted:
            done[counted] = on
    return done


def _code(kind: str) -> str:
    return "K1" if kind in ("K1A", "K1M") else kind


def _counts_as(on: date, slots: Sequence[Slot], done: Mapping[str, date], hpht: date | None) -> str | None:
    open_slots = [slot for slot in slots if slot.visit not in done]
    if open_slots and open_slots[0] is slots[0] and all(on <= other for other in done.values()):
        return slots[0].visit
    if hpht is None:
        return None
    trimester = dating.trimester_of((on - hpht).days)
    return next((slot.visit for slot in open_slots if slot.trimester == trimester), None)


def check_ups(course: Course, settings: ReminderSettings) -> tuple[CheckUp, ...]:
    """Every visit of the pregnancy with its day and state, in the table's order; none when no date is known."""
    if course.dates is None:
        return ()
    hpht = course.dates[0]
    slots = table(settings)
    done = done_visits(course.visits, slots, hpht)
    found = [_place(slot, hpht, done, course, settings) for slot in slots]
    caught_up = _catch_up(found, hpht, done.values(), course.start, settings)
    return tuple(caught_up if caught_up and one.slot == caught_up.slot else one for one in found)


def _place(slot: Slot, hpht: date, done: Mapping[str, date], course: Course, settings: ReminderSettings) -> CheckUp:
    """The day of its week, moved only when nobody is there. A day the mother chose stands as it is: her midwife may see
    her on a Sunday."""
    if slot.visit in done:
        return CheckUp(slot, done[slot.visit], "done")
    on = course.chosen_days.get(slot.visit) or open_day(hpht + timedelta(weeks=slot.week), settings)
    return CheckUp(slot, on, "due" if on >= course.start else "past")


def _catch_up(
    found: Sequence[CheckUp], hpht: date, done_on: Collection[date], start: date, settings: ReminderSettings
) -> CheckUp | None:
    """The one visit that is late but still to be had, the other late ones stay past.

    It is the first contact, whenever it comes, or the earliest of an open trimester; not so soon after a visit that
    was just made. Any visit since the start was the catching up: what was given up then is not taken up again. When a
    visit of the table falls within a fortnight of the start, that one is the catching up and keeps its day.
    """
    if any(day >= start for day in done_on):
        return None
    on = _apart(open_day(start + timedelta(days=NOTICE_DAYS), settings), done_on, settings)
    following = min((one.on for one in found if one.state == "due"), default=date.max)
    if (following - start).days <= APART_DAYS or (following - on).days < CLOSE_DAYS:
        return None
    age = (on - hpht).days
    for index, one in enumerate(found):
        if one.state != "past":
            continue
        first_contact = index == 0 and not done_on
        last = dating.OVERDUE_DAYS if first_contact else dating.LAST_DAY_OF_TRIMESTER[one.slot.trimester]
        if age <= last:
            return replace(one, on=on, state="due", late=True)
    return None


def _apart(on: date, others: Collection[date], settings: ReminderSettings) -> date:
    """The day itself, or a fortnight after the visit that it would follow within a week."""
    for other in sorted(others):
        if 0 <= (on - other).days < CLOSE_DAYS:
            on = open_day(other + timedelta(days=APART_DAYS), settings)
    return on


def next_visit(course: Course, settings: ReminderSettings, today: date) -> CheckUp | None:
    """The next visit she is asked to, today's included; nothing when the pregnancy is over or undated."""
    if course.is_over or course.has_delivered:
        return None
    ahead = (one for one in check_ups(course, settings) if one.state == "due" and one.on >= today)
    return min(ahead, key=lambda one: one.on, default=None)


def unreported(course: Course, settings: ReminderSettings, today: date) -> tuple[CheckUp, ...]:
    """Visits whose day and days of grace are over without a report: each is one piece of work for the cadre."""
    if course.is_over or course.has_delivered:
        return ()
    grace = timedelta(days=settings.grace_days)
    return tuple(one for one in check_ups(course, settings) if one.state == "due" and one.on + grace < today)


def untold(course: Course, settings: ReminderSettings, today: date) -> tuple[CheckUp, ...]:
    """Visits whose day is over, not reported, and of which she was never reminded: she had stopped the messages."""
    told = {one.visit for one in course.sent if one.kind == "anc"}
    found = check_ups(course, settings)
    return tuple(one for one in found if one.state == "due" and one.on < today and one.visit not in told)


def visit_drafts(found: Sequence[CheckUp], settings: ReminderSettings) -> Iterator[Draft]:
    """Two reminders for each visit that is due: two days before it, and a question after it."""
    before, after = timedelta(days=settings.before_days), timedelta(days=settings.ask_after_days)
    for one in found:
        if one.state != "due":
            continue
        doctor = one.slot.with_doctor
        yield Draft("anc", one.visit, "before", one.on, one.on - before, _text(one), doctor)
        yield Draft("anc", one.visit, "after", one.on, one.on + after, "reminder_anc_after", doctor)


def _text(one: CheckUp) -> str:
    if one.late:
        return "reminder_anc_missed"
    return "reminder_anc_before_doctor" if one.slot.with_doctor else "reminder_anc_before"


def undated_drafts(course: Course) -> Iterator[Draft]:
    """Without any date: a request every four weeks to be checked and to tell the dates, ten times at most."""
    for times in range(UNDATED_TIMES):
        on = course.opened_on + timedelta(days=UNDATED_FIRST_DAYS + times * UNDATED_EVERY_DAYS)
        if on >= course.start:
            yield Draft("anc", "dates", "once", on, on, "reminder_dates_unknown")
