"""The made-up mothers of ``kawal simulate``: what becomes of each, drawn by chance, and what is true of her on a day.

This is the independent record: nothing here is read from the database, so that it can tell when a message was wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

Event = Literal["register", "refuse", "visit", "visit_after", "stop", "start", "lose", "bear", "move_number"]
TERM_DAYS, LAST_DAY_AFTER = 280, 42
WEEKS = (10, 16, 22, 28, 34, 37)
NO_PHONE, REFUSES, STOPS, STARTS_AGAIN, LOSES, NEW_NUMBER, KEEPS_VISIT, DEAD_NUMBER = (
    0.08, 0.03, 0.05, 0.3, 0.06, 0.05, 0.72, 0.02,
)  # fmt: skip
PREGNANT = ("anc", "birth_plan", "birth_bag", "due", "papers", "jkn_recheck", "tablets", "class", "dates", "overdue")
AFTERWARDS = ("kf", "kn", "immunisation", "newborn")


class Chance(random.Random):
    """Draws the same from the same seed; nothing secret hangs on it."""


@dataclass
class Mother:
    """One mother: her course as drawn, and how it stands."""

    number: int
    hpht: date
    registers_on: date
    has_phone: bool
    has_dead_number: bool
    events: dict[date, list[Event]] = field(default_factory=dict)
    person_id: int = 0
    phone: str = ""
    code: str = ""
    refused: bool = False
    stopped_at: datetime | None = None
    lost_at: datetime | None = None
    born_at: datetime | None = None
    registered_at: datetime | None = None

    def plan(self, day: date, event: Event) -> None:
        """Let something happen on a day."""
        self.events.setdefault(day, []).append(event)

    def wrong(self, template: str, at: datetime) -> str | None:
        """Why this reminder should not have been sent to her or about her then; None when it was right."""
        if self.registered_at is None or at < self.registered_at:
            return "before she was registered"
        if self.refused:
            return "after she refused"
        if self.stopped_at is not None and at >= self.stopped_at:
            return "after STOP"
        if self.lost_at is not None and at >= self.lost_at:
            return "after a loss"
        return self._of_the_wrong_time(template, at)

    def _of_the_wrong_time(self, template: str, at: datetime) -> str | None:
        born = self.born_at is not None and at >= self.born_at
        lesson = template.removeprefix("education_")
        topic = template.removeprefix("reminder_")
        about_pregnancy = lesson[0] == "w" if lesson != template else topic.startswith(PREGNANT)
        about_baby = lesson[0] in "bd" if lesson != template else topic.startswith(AFTERWARDS)
        if born and about_pregnancy:
            return "about pregnancy after the birth"
        return "about a baby that is not born" if about_baby and not born else None


def population(size: int, start: date, days: int, chance: Chance) -> list[Mother]:
    """So many mothers who are pregnant at some time of these days."""
    return [_mother(number, start, days, chance) for number in range(1, size + 1)]


def _mother(number: int, start: date, days: int, chance: Chance) -> Mother:
    hpht = start + timedelta(days=chance.randrange(-TERM_DAYS + 14, days - 30))
    known_from = hpht + timedelta(days=int(chance.triangular(35, 270, 80)))  # some come late
    one = Mother(
        number, hpht, max(start, known_from), chance.random() >= NO_PHONE, chance.random() < DEAD_NUMBER
    )  # fmt: skip
    one.plan(one.registers_on, "register")
    if chance.random() < REFUSES:
        one.plan(one.registers_on, "refuse")
        return one
    ends_on = _end(one, chance)
    for day in _visits(one, ends_on, chance):
        one.plan(day, "visit")
    _wishes(one, ends_on, chance)
    return one


def _end(one: Mother, chance: Chance) -> date:
    if chance.random() < LOSES:
        day = max(one.registers_on, one.hpht + timedelta(days=chance.randrange(50, 260))) + timedelta(days=1)
        one.plan(day, "lose")
        return day
    day = max(one.hpht + timedelta(days=int(chance.gauss(TERM_DAYS, 10))), one.registers_on + timedelta(days=1))
    one.plan(day, "bear")
    for after in (2, 5, 12, 33):
        if chance.random() < KEEPS_VISIT:
            one.plan(day + timedelta(days=after), "visit_after")
    return day


def _visits(one: Mother, ends_on: date, chance: Chance) -> Iterator[date]:
    for week in WEEKS:
        day = one.hpht + timedelta(weeks=week, days=chance.randrange(-2, 6))
        if one.registers_on < day < ends_on and chance.random() < KEEPS_VISIT:
            yield day


def _wishes(one: Mother, ends_on: date, chance: Chance) -> None:
    if chance.random() < STOPS:
        day = one.registers_on + timedelta(days=chance.randrange(1, 200))
        one.plan(day, "stop")
        if chance.random() < STARTS_AGAIN:
            one.plan(day + timedelta(days=chance.randrange(1, 60)), "start")
    if chance.random() < NEW_NUMBER and one.registers_on < ends_on:
        one.plan(one.registers_on + timedelta(days=chance.randrange(1, 150)), "move_number")
