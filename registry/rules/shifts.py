"""When somebody is on call: by weekday and hour, from a day until a day (pure; local time of Malang)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.rules.quiet import JAKARTA

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True)
class Shift:
    """Begins on ``weekdays`` (Monday is 0) from ``first_on`` to ``last_on``; ends on the next day unless it ends later
    than it starts; the minute of its end is no longer in it.
    """

    weekdays: frozenset[int]
    first_on: date
    last_on: date | None
    starts: time
    ends: time

    def __post_init__(self) -> None:
        """Refuse what no calendar can follow.

        Raises:
            ValueError: no weekday or none that exists, or it ends before it begins.
        """
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("a shift needs weekdays from 0 to 6")
        if self.last_on is not None and self.last_on < self.first_on:
            raise ValueError("a shift cannot end before it begins")

    @property
    def passes_midnight(self) -> bool:
        """Whether it ends on the day after the one on which it began; equal hours are a whole day."""
        return self.ends <= self.starts

    def begins_on(self, day: date) -> bool:
        """Whether one begins on this local day."""
        return day.weekday() in self.weekdays and self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def spans_on(self, day: date) -> tuple[datetime, datetime]:
        """From when to when it lasts if it begins on this day; aware."""
        begins = datetime.combine(day, self.starts, JAKARTA)
        return begins, datetime.combine(day + timedelta(days=self.passes_midnight), self.ends, JAKARTA)


def covers(shift: Shift, moment: datetime) -> bool:
    """Whether an aware moment lies in it."""
    today = moment.astimezone(JAKARTA).date()
    for day in (today - timedelta(days=1), today):
        begins, ends = shift.spans_on(day)
        if shift.begins_on(day) and begins <= moment < ends:
            return True
    return False


def is_over(shift: Shift, moment: datetime) -> bool:
    """Whether it will never hold again."""
    return shift.last_on is not None and moment >= shift.spans_on(shift.last_on)[1]


def is_on_duty(shifts: Iterable[Shift], moment: datetime) -> bool:
    """Of somebody with a plan: only what it covers; without a plan, or when all of it is over: always."""
    held = [shift for shift in shifts if not is_over(shift, moment)]
    return not held or any(covers(shift, moment) for shift in held)
