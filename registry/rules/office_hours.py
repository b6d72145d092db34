"""When an office is open, and time counted in its hours (pure; local time of Malang)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.rules.quiet import JAKARTA

_LOOK_AHEAD_DAYS = 60  # no office is shut for longer


@dataclass(frozen=True)
class OfficeHours:
    """The opening of each weekday, Monday first (None: shut), and the days it stays shut; ``source``: who set it."""

    week: tuple[tuple[time, time] | None, ...] = (
        *[(time(7, 30), time(14, 0))] * 4,
        (time(7, 30), time(11, 0)),
        (time(7, 30), time(12, 0)),
        None,
    )
    holidays: frozenset[date] = frozenset()
    source: str = "config"

    def __post_init__(self) -> None:
        """Refuse hours that no clock can follow.

        Raises:
            ValueError: not seven days, a day that ends before it begins, or a week without any opening.
        """
        spans = [span for span in self.week if span is not None]
        if len(self.week) != 7 or not spans or any(opens >= closes for opens, closes in spans):
            raise ValueError("office hours need seven days, each shut or opening before it closes, not all shut")


def is_open(hours: OfficeHours, moment: datetime) -> bool:
    """Whether the office is open at an aware moment; the minute of closing is shut."""
    return any(opens <= moment < closes for opens, closes in _openings(hours, moment, days=1))


def next_opening(hours: OfficeHours, moment: datetime) -> datetime:
    """The moment itself while it is open, else when it opens next.

    Raises:
        ValueError: it is shut for two months on end.
    """
    for opens, closes in _openings(hours, moment):
        if moment < closes:
            return max(moment, opens.astimezone(moment.tzinfo))
    raise ValueError("the office does not open within two months")


def next_closing(hours: OfficeHours, moment: datetime) -> datetime:
    """When it shuts next, today or on the day it opens next.

    Raises:
        ValueError: it is shut for two months on end.
    """
    for _, closes in _openings(hours, moment):
        if moment < closes:
            return closes.astimezone(moment.tzinfo)
    raise ValueError("the office does not open within two months")


def after_office_time(hours: OfficeHours, moment: datetime, span: timedelta) -> datetime:
    """The moment when so much office time has passed.

    Raises:
        ValueError: it is shut for too long.
    """
    left = span
    for opens, closes in _openings(hours, moment):
        begins = max(moment, opens)
        if begins < closes and left <= closes - begins:
            return (begins + left).astimezone(moment.tzinfo)
        left -= max(timedelta(0), closes - begins)
    raise ValueError("the office does not open long enough within two months")


def _openings(
    hours: OfficeHours, moment: datetime, days: int = _LOOK_AHEAD_DAYS
) -> Iterator[tuple[datetime, datetime]]:
    """The openings from the moment's local day on, in order."""
    first = moment.astimezone(JAKARTA).date()
    for day in (first + timedelta(days=later) for later in range(days)):
        span = hours.week[day.weekday()]
        if span is not None and day not in hours.holidays:
            yield datetime.combine(day, span[0], JAKARTA), datetime.combine(day, span[1], JAKARTA)
