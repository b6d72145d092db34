"""Which day and hour suit: open days of the service, an hour that is not quiet, a day that is free (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from registry.rules.plan_values import ReminderSettings
from registry.rules.quiet import JAKARTA, is_quiet

_ANY_DAY = date(2026, 1, 1)  # quiet hours are the same every day
_DAY = timedelta(days=1)
_LONGEST_CLOSURE_DAYS = 21


def open_day(day: date, settings: ReminderSettings) -> date:
    """The day itself, or the next one on which posyandu and puskesmas are open.

    A closure that never ends (a wrong list of holidays) gives the day itself back.
    """
    candidate = day
    for _ in range(_LONGEST_CLOSURE_DAYS):
        if candidate.weekday() not in settings.closed_weekdays and candidate not in settings.holidays:
            return candidate
        candidate += _DAY
    return day


@lru_cache(maxsize=1024)
def send_hour(wanted: int, quiet_hours: tuple[str, str]) -> int:
    """The wanted local hour, or the nearest full hour of the same day that is not quiet, the later of two.

    The day stays what it is: moving on over midnight would make two days' notice one. When no full hour is free the
    wanted one is given back, and the check at the moment of sending decides.
    """
    by_distance = sorted(range(24), key=lambda hour: (abs(hour - wanted), -hour))
    return next((hour for hour in by_distance if not _is_quiet_at(hour, quiet_hours)), wanted)


def _is_quiet_at(hour: int, quiet_hours: tuple[str, str]) -> bool:
    return is_quiet(datetime(_ANY_DAY.year, 1, 1, hour, tzinfo=JAKARTA), quiet_hours)


def free_day(candidates: Iterable[date], taken: Collection[date], earliest: date) -> date | None:
    """The first candidate that is not taken and not before the earliest day."""
    return next((day for day in candidates if day >= earliest and day not in taken), None)
