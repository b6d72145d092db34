"""The weekly lesson: by completed week of pregnancy, and by week after the birth (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from registry.rules.planned import Draft


def pregnancy_lessons(hpht: date, weeks: tuple[int, int], start: date) -> Iterator[Draft]:
    """A lesson on the day each week is completed, from ``start`` on; those before it are not sent again."""
    first, last = weeks
    for week in range(max(first, -(-(start - hpht).days // 7)), last + 1):
        yield _lesson(f"w{week:02}", hpht + timedelta(weeks=week))


def baby_lessons(born_on: date, weeks: int, start: date) -> Iterator[Draft]:
    """A lesson on the day each week after the birth is completed, from ``start`` on."""
    for week in range(max(1, -(-(start - born_on).days // 7)), weeks + 1):
        yield _lesson(f"b{week:02}", born_on + timedelta(weeks=week))


def _lesson(code: str, on: date) -> Draft:
    return Draft("education", code, "once", on, on, f"education_{code}")
