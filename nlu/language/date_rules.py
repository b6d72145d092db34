"""Which day a candidate means, by the kind of date asked for, and whether that day can be.

Day-month-year always. A year or month left out is taken from the direction: an HPHT or a birth lies in the past, an HPL
or a visit in the future (domain.md section 4). What has two readings is asked back, what cannot be is impossible.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from nlu.language.date_patterns import Candidate, Direction

JAKARTA = ZoneInfo("Asia/Jakarta")
DateKind = Literal["hpht", "hpl", "visit_date", "birth_date", "any"]
Status = Literal["found", "ask_back", "impossible", "none"]

HPHT_MAX_DAYS = 308  # 44 weeks: domain.md section 4
HPL_MIN_DAYS, HPL_MAX_DAYS = -14, 280
VISIT_MAX_DAYS = 366
LIFETIME_YEARS = 120
NIGHT_ENDS = 4
"""Until this hour somebody still awake may mean either day by "besok"."""

_DIRECTION: dict[str, Direction] = {"hpht": "past", "birth_date": "past", "hpl": "future", "visit_date": "future"}


@dataclass(frozen=True)
class Resolved:
    """What a candidate comes to."""

    status: Status
    value: date | None = None
    reason: str | None = None


def resolve(candidate: Candidate, kind: DateKind, now: datetime, direction: Direction | None = None) -> Resolved | None:
    """The day a candidate means; None when it is no date after all. ``direction`` overrules that of the kind."""
    local = now.astimezone(JAKARTA)
    if candidate.reason:
        return Resolved("ask_back", reason=candidate.reason)
    direction = candidate.direction or direction or _DIRECTION.get(kind)
    try:
        found = _day_meant(candidate, kind, local, direction)
    except OverflowError:
        return Resolved("impossible", reason="out_of_range")
    if found is None or found.value is None:
        return found
    return _checked(found.value, candidate, kind, local.date())


def _day_meant(candidate: Candidate, kind: DateKind, local: datetime, direction: Direction | None) -> Resolved | None:
    today = local.date()
    if candidate.rank == "weekday":
        return _weekday(candidate, today, direction)
    if candidate.rank in ("offset", "weak"):
        return _relative(candidate, kind, local)
    if candidate.rank == "day":
        return _day_of_month(candidate.day or 0, today, direction)
    if candidate.month_shift is not None:
        return _in_month(candidate.day or 0, today, candidate.month_shift)
    return _calendar(candidate, kind, today, direction)


def _checked(value: date, candidate: Candidate, kind: DateKind, today: date) -> Resolved:
    if candidate.weekday is not None and value.weekday() != candidate.weekday:
        return Resolved("ask_back", reason="weekday_conflict")
    said_twice = candidate.rank in ("exact", "day", "weekday") and candidate.days is not None
    if said_twice and value != today + timedelta(days=candidate.days or 0):
        return Resolved("ask_back", reason="two_dates")
    problem = problem_of(value, kind, today)
    return Resolved("impossible", reason=problem) if problem else Resolved("found", value)


def problem_of(value: date, kind: DateKind, today: date) -> str | None:
    """Why a day cannot be of its kind: future | too_old | out_of_range; limits of domain.md section 4."""
    distance = (value - today).days
    if kind in ("hpht", "birth_date") and distance > 0:
        return "future"
    if kind == "hpht" and distance < -HPHT_MAX_DAYS:
        return "too_old"
    if kind == "birth_date" and today.year - value.year > LIFETIME_YEARS:
        return "too_old"
    if kind == "hpl" and not HPL_MIN_DAYS <= distance <= HPL_MAX_DAYS:
        return "out_of_range"
    if kind == "visit_date" and abs(distance) > VISIT_MAX_DAYS:
        return "out_of_range"
    return None


def _calendar(candidate: Candidate, kind: DateKind, today: date, direction: Direction | None) -> Resolved | None:
    day, month = candidate.day or 0, candidate.month or 0
    if candidate.year is None and month > 12 and month == day + 1:
        return Resolved("ask_back", reason="range")  # "tgl 17/18"
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2024, month)[1]:
        return None if candidate.compact else Resolved("impossible", reason="no_such_day")
    if candidate.year_shift is not None:
        return _on(day, month, today.year + candidate.year_shift)
    if candidate.year is None:
        return _nearest_year(day, month, kind, today, direction)
    if len(candidate.year) == 3:
        return Resolved("ask_back", reason="unclear_year")
    year = _full_year(candidate.year, kind, today)
    if candidate.compact and not _plausible_year(year, kind, today):
        return None
    return _on(day, month, year)


def _full_year(digits: str, kind: DateKind, today: date) -> int:
    """Two digits are this century, unless that would be a birth to come or years ahead."""
    if len(digits) == 4:
        return int(digits)
    year = 2000 + int(digits)
    ahead = {"birth_date": 2, "any": 3}.get(kind, 100)
    return year if year - today.year < ahead else year - 100


def _plausible_year(year: int, kind: DateKind, today: date) -> bool:
    if kind in ("birth_date", "any"):
        return today.year - LIFETIME_YEARS // 2 <= year <= today.year + 1
    return abs(year - today.year) <= 1


def _on(day: int, month: int, year: int) -> Resolved:
    try:
        return Resolved("found", date(year, month, day))
    except ValueError:
        return Resolved("impossible", reason="no_such_day")


def _nearest_year(day: int, month: int, kind: DateKind, today: date, direction: Direction | None) -> Resolved:
    """The year that puts an HPL into its window, else the nearest in the right direction (today allowed)."""
    days = [resolved.value for year in (-1, 0, 1) if (resolved := _on(day, month, today.year + year)).value]
    if kind == "hpl":
        fitting = [value for value in days if problem_of(value, kind, today) is None]
        if fitting:
            return Resolved("found", fitting[0])
    past = [value for value in days if value <= today]
    future = [value for value in days if value >= today]
    if direction == "past" and past:
        return Resolved("found", past[-1])
    if direction == "future" and future:
        return Resolved("found", future[0])
    if direction is None and days:
        return Resolved("found", min(days, key=lambda value: abs((value - today).days)))
    return Resolved("impossible", reason="no_such_day")


def _day_of_month(day: int, today: date, direction: Direction | None) -> Resolved:
    if not 1 <= day <= 31:
        return Resolved("impossible", reason="no_such_day")
    if direction is None:
        return Resolved("ask_back", reason="no_month")
    step = -1 if direction == "past" else 1
    for shift in range(3):
        value = _in_month(day, today, step * shift).value
        if value is not None and (value - today).days * step >= 0:
            return Resolved("found", value)
    return Resolved("ask_back", reason="no_month")


def _in_month(day: int, today: date, shift: int) -> Resolved:
    months = today.year * 12 + today.month - 1 + shift
    return _on(day, months % 12 + 1, months // 12)


def _weekday(candidate: Candidate, today: date, direction: Direction | None) -> Resolved:
    """ "senin depan" is the next Monday after today. Said bare on a Monday it may be today: asked back."""
    weekday = candidate.weekday or 0
    ahead = (weekday - today.weekday()) % 7
    if candidate.week_shift is not None:
        monday = today - timedelta(days=today.weekday())
        return Resolved("found", monday + timedelta(days=weekday, weeks=candidate.week_shift))
    if candidate.days is not None and candidate.direction is None:
        return Resolved("found", today + timedelta(days=candidate.days))
    if ahead == 0 and candidate.direction is None:
        return Resolved("ask_back", reason="weekday_today")
    if direction is None:
        return Resolved("ask_back", reason="which_week")
    if direction == "past":
        return Resolved("found", today - timedelta(days=(7 - ahead) if ahead else 7))
    return Resolved("found", today + timedelta(days=ahead or 7))


def _relative(candidate: Candidate, kind: DateKind, local: datetime) -> Resolved:
    word, today = candidate.weak_word or "", local.date()
    night = local.hour < NIGHT_ENDS
    if word == "besok" and night:
        return Resolved("ask_back", reason="after_midnight")
    if word in ("semalam", "malam tadi"):
        return Resolved("ask_back", reason="last_night") if kind == "birth_date" else _before(today, 1)
    if night and word in ("tadi siang", "tadi sore", "siang tadi", "sore tadi", "tadi pagi", "pagi tadi"):
        return _before(today, 1)
    return _before(today, -(candidate.days or 0))


def _before(today: date, days: int) -> Resolved:
    return Resolved("found", today - timedelta(days=days))
