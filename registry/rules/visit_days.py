"""Which check-up a report means, on which day it can have been, and how far it may be moved (pure).

Permenkes 21/2021 gives each visit its trimester; the windows after birth are those of domain.md section 2.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from registry.rules import antenatal, dating, postnatal
from registry.rules.plan_days import open_day
from registry.rules.plan_values import Course, ReminderSettings

NEAR_DAYS = 21  # half the longest time between two visits: a report counts for the visit whose day is nearest
SAME_VISIT_DAYS = 3  # told again without its name, a day or two off
LATE_DAYS = 14  # a visit that is caught up with may still be moved so far

Problem = Literal["future", "before_pregnancy", "after_birth", "before_birth", "not_born"]
Refusal = Literal["past", "closed", "too_late", "same_day"]


def is_postnatal(visit: str) -> bool:
    """KF of the mother, KN of the newborn."""
    return visit.startswith(("KF", "KN"))


def problem_of(course: Course, visit: str, on: date, today: date) -> Problem | None:
    """Why a visit cannot have been on that day."""
    if on > today:
        return "future"
    if is_postnatal(visit):
        if course.birth is None:
            return None if course.has_delivered else "not_born"
        return "before_birth" if on < course.birth.on else None
    first = course.dates[0] if course.dates else course.opened_on - timedelta(days=dating.LONGEST_DAYS)
    if on < first:
        return "before_pregnancy"
    return "after_birth" if course.birth is not None and on > course.birth.on else None


def told_again(course: Course, on: date, *, postnatal_only: bool) -> str | None:
    """The visit on record that a report without a name repeats."""
    near = [
        one
        for one in course.visits
        if is_postnatal(one.kind) == postnatal_only and abs((one.on - on).days) <= SAME_VISIT_DAYS
    ]
    return min(near, key=lambda one: abs((one.on - on).days)).kind if near else None


def meant(course: Course, settings: ReminderSettings, on: date) -> str | None:
    """The antenatal visit a report without a name counts for; None when it is one more than are asked for.

    The open visit whose day is nearest, when it is near; else the first open one of its trimester. Without dates the
    next number.
    """
    slots = antenatal.table(settings)
    done = antenatal.done_visits(course.visits, slots, course.dates[0] if course.dates else None)
    open_slots = [slot for slot in slots if slot.visit not in done]
    if course.dates is None:
        return open_slots[0].visit if open_slots else None
    due = [one for one in antenatal.check_ups(course, settings) if one.state == "due"]
    nearest = min(due, key=lambda one: (abs((one.on - on).days), one.on), default=None)
    if nearest is not None and abs((nearest.on - on).days) <= NEAR_DAYS:
        return nearest.visit
    trimester = dating.trimester_of((on - course.dates[0]).days)
    if open_slots and open_slots[0] is slots[0] and not done:
        return slots[0].visit
    return next((slot.visit for slot in open_slots if slot.trimester == trimester), None)


def meant_after_birth(course: Course, on: date, *, mother: bool, baby: bool) -> tuple[str, ...]:
    """The check-ups after birth whose window holds that day: of the mother, of the baby, or both."""
    if course.birth is None:
        return ()
    age = (on - course.birth.on).days
    wanted = tuple(series for series, said in (("KF", mother), ("KN", baby)) if said)
    return tuple(
        one.visit
        for one in postnatal.WINDOWS
        if one.visit.startswith(wanted) and wanted and one.first_day <= age <= one.last_day
    )


@dataclass(frozen=True)
class Window:
    """The days between which a visit may be."""

    first: date
    last: date


def window(course: Course, settings: ReminderSettings, visit: str, today: date) -> Window | None:
    """From today to the end of the visit's time; None when there is no such visit in this course."""
    if is_postnatal(visit):
        return _window_after_birth(course, visit, today)
    found = antenatal.check_ups(course, settings)
    one = next((check_up for check_up in found if check_up.visit == visit), None)
    if one is None or course.dates is None:
        return None
    last = course.dates[0] + timedelta(days=dating.LAST_DAY_OF_TRIMESTER[one.slot.trimester])
    later = [other.on for other in found if other.slot.week > one.slot.week and other.state == "due"]
    if later:
        last = min(last, min(later) - timedelta(days=antenatal.CLOSE_DAYS))
    grace = max(one.on, today) + timedelta(days=LATE_DAYS)
    return Window(today, last if last > max(one.on, today) else grace)


def _window_after_birth(course: Course, visit: str, today: date) -> Window | None:
    found = next((one for one in postnatal.WINDOWS if one.visit == visit), None)
    if course.birth is None or found is None:
        return None
    first = course.birth.on + timedelta(days=found.first_day)
    return Window(max(first, today), max(course.birth.on + timedelta(days=found.last_day), today))


def refusal_of(settings: ReminderSettings, found: Window, on: date, today: date) -> Refusal | None:
    """Why a visit cannot be moved to that day."""
    if on < today:
        return "past"
    if open_day(on, settings) != on:
        return "closed"
    return "too_late" if on > found.last else None


def offered(
    settings: ReminderSettings, found: Window, planned: date, today: date, cannot: frozenset[date]
) -> list[date]:
    """Up to three open days to choose from: tomorrow, the day after, and the same weekday a week later."""
    week = max(planned, today)
    wanted = (today + timedelta(days=1), today + timedelta(days=2), week + timedelta(days=7))
    days = [open_day(day, settings) for day in wanted]
    free = [day for day in dict.fromkeys(days) if day <= found.last and day not in cannot and day != planned]
    return sorted(free)
