"""Quiet hours: when only answers, staff replies and emergencies go out (pure)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
NIGHT = (time(22, 0), time(5, 0))  # a promise of the service; a setting may widen it, never narrow it


def is_quiet(moment: datetime, hours: tuple[str, str]) -> bool:
    """Whether an aware moment lies in the quiet hours (local time in Malang)."""
    clock = moment.astimezone(JAKARTA).time()
    return any(_between(clock, start, end) for start, end in (NIGHT, _read(hours)))


def next_allowed(moment: datetime, hours: tuple[str, str]) -> datetime:
    """The moment itself, or the first full minute after it that is not quiet."""
    if not is_quiet(moment, hours):
        return moment
    ends = {NIGHT[1], _read(hours)[1]}
    local = moment.astimezone(JAKARTA)
    candidates = sorted(
        datetime.combine(local.date() + timedelta(days=day), end, JAKARTA) for day in (0, 1, 2) for end in ends
    )
    return next(c.astimezone(moment.tzinfo) for c in candidates if c >= moment and not is_quiet(c, hours))


def leaves_time(hours: tuple[str, str]) -> bool:
    """Whether there is any minute of the day left in which a reminder may go out; only such hours may be set.

    Raises:
        ValueError: not two times of day like 21:00.
    """
    spans = (NIGHT, _read(hours))
    return any(not any(_between(end, *span) for span in spans) for _, end in spans)


def _read(hours: tuple[str, str]) -> tuple[time, time]:
    return time.fromisoformat(hours[0]), time.fromisoformat(hours[1])


def _between(clock: time, start: time, end: time) -> bool:
    return start <= clock < end if start <= end else clock >= start or clock < end
