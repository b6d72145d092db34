"""Moments of the calendar: every morning, every Monday, the first of a month (pure; local hours of Asia/Jakarta)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.rules.quiet import JAKARTA

_DAY = timedelta(days=1)
LONGEST_DAYS = 31  # between two moments


@dataclass(frozen=True)
class Calendar:
    """When something is done; ``good_for`` is how long after its moment it may still be done."""

    hour: int
    good_for: timedelta
    weekday: int | None = None  # Monday is 0
    day_of_month: int | None = None

    def latest(self, now: datetime) -> datetime:
        """The last moment that is not after ``now``."""
        day = now.astimezone(JAKARTA).date()
        return next(
            moment for moment in (self._moment(day - back * _DAY) for back in _few()) if moment and moment <= now
        )

    def next(self, after: datetime) -> datetime:
        """The first moment after ``after``."""
        day = after.astimezone(JAKARTA).date()
        return next(moment for moment in (self._moment(day + on * _DAY) for on in _few()) if moment and moment > after)

    def is_open(self, now: datetime) -> bool:
        """Whether the last moment is not too long ago."""
        return now - self.latest(now) <= self.good_for

    def _moment(self, day: date) -> datetime | None:
        if self.weekday is not None and day.weekday() != self.weekday:
            return None
        if self.day_of_month is not None and day.day != self.day_of_month:
            return None
        return datetime.combine(day, time(self.hour), JAKARTA)


def _few() -> range:
    return range(LONGEST_DAYS + 1)
