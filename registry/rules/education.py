"""The weekly lesson: by completed week of pregnancy, and by day after the birth; and what is said now and then (pure).

Which lessons there are is given: a week whose own text was taken out gets a topic that suits it, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from registry.rules.plan_values import Lessons
from registry.rules.planned import Draft

WEEK = 7
MIDWEEK_DAYS = 3  # what comes beside the lesson keeps away from it
# Completed weeks in which she is asked about her tablets and told of the class (domain.md section 2.2).
REGULAR: Mapping[int, tuple[str, str]] = {
    **dict.fromkeys((14, 20, 26, 32), ("tablets", "reminder_tablets")),
    **dict.fromkeys((17, 23), ("class", "reminder_class")),
}
_OF_ONE_TIME = "wbd"  # first letters of texts for one week or day; all others are topics
Texts = Mapping[str, Mapping[str, Any]]


def lessons_of(texts: Texts, weeks: range, days: range) -> Lessons:
    """The lessons out of the texts, each with the weeks or days it is for.

    After the birth a text for one day goes first; that of the week takes the first free day of seven. Where a week has
    no text of its own there is a topic; none is told twice while another one suits.
    """
    used: set[str] = set()
    by_week = {week: found for week in weeks if (found := _of(texts, "weeks", week, "w", used))}
    by_day = {entry["days"][0]: name for name, entry in texts.items() if name[0] == "d"}
    by_day = {day: name for day, name in by_day.items() if day in days}
    for first in range(days.start, days.stop, WEEK):
        found = _of(texts, "days", first, "b", used)
        free = next((day for day in range(first, min(first + WEEK, days.stop)) if day not in by_day), None)
        if found and free is not None:
            by_day[free] = found
    return Lessons(by_week, dict(sorted(by_day.items())))


def _of(texts: Texts, unit: str, number: int, letter: str, used: set[str]) -> str | None:
    """The text of this week or day, else the first topic that suits it, one not used before if there is one."""
    fits = [name for name, entry in texts.items() if unit in entry and entry[unit][0] <= number <= entry[unit][1]]
    own = [name for name in fits if name[0] == letter]
    topics = sorted((name for name in fits if name[0] not in _OF_ONE_TIME), key=lambda name: (name in used, name))
    found = next(iter([*own, *topics]), None)
    used.update([found] if found else [])
    return found


def pregnancy_lessons(hpht: date, lessons: Mapping[int, str], start: date) -> Iterator[Draft]:
    """A lesson on the day each week is completed, from ``start`` on; those before it are not sent again."""
    for week, name in lessons.items():
        on = hpht + timedelta(weeks=week)
        if on >= start:
            yield _lesson(f"w{week:02}", on, f"education_{name}")
    for week, (code, text) in REGULAR.items():
        on = hpht + timedelta(weeks=week, days=MIDWEEK_DAYS)
        if on >= start:
            yield _lesson(f"{code}{week}", on, text)


def baby_lessons(born_on: date, lessons: Mapping[int, str], start: date) -> Iterator[Draft]:
    """A lesson on each of the given days after the birth, from ``start`` on."""
    for day, name in lessons.items():
        on = born_on + timedelta(days=day)
        if on >= start:
            yield _lesson(f"b{day:02}", on, f"education_{name}")


def _lesson(code: str, on: date, text: str) -> Draft:
    return Draft("education", code, "once", on, on, text)
