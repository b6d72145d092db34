"""After the birth: the mother's and the baby's check-ups, the baby's JKN and first immunisation (pure).

Windows of domain.md section 2.3 by the birth's day and hour; a baby of a paying member must be registered and paid for
within 28 days (section 1.8). All of it ends on the 42nd day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from registry.rules.plan_values import Born
from registry.rules.planned import Draft

NOON = time(12)  # when the hour of the birth is unknown
FIRST_CHECK_HOURS = 6  # KF1 and KN1 begin six hours after the birth
LAST_DAY = 42
NO_DAYS: Mapping[str, date] = MappingProxyType({})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A check-up after birth: the first and the last day after the birth, and which message speaks of it."""

    visit: str
    first_day: int
    last_day: int
    text: str


WINDOWS = (
    Window("KF1", 0, 2, "reminder_kf1"),
    Window("KN1", 0, 2, "reminder_kn1"),
    Window("KF2", 3, 7, "reminder_kf2"),
    Window("KN2", 3, 7, "reminder_kn2"),
    Window("KF3", 8, 28, "reminder_kf3"),
    Window("KN3", 8, 28, "reminder_kn3"),
    Window("KF4", 29, LAST_DAY, "reminder_kf4"),
    Window("imm1", 29, LAST_DAY, "reminder_immunisation"),
)

JKN_STEPS = (
    ("d3", 3, "reminder_newborn_jkn_3"),
    ("d14", 14, "reminder_newborn_jkn_14"),
    ("d21", 21, "reminder_newborn_jkn_21"),
    ("d26", 26, "reminder_newborn_jkn_26"),
)
JKN_TEXT_PBI = "reminder_newborn_jkn_pbi"  # the first step when the baby follows its mother (domain.md section 1.8)


def check_drafts(birth: Born, hour: int, chosen_days: Mapping[str, date] = NO_DAYS) -> Iterator[Draft]:
    """One reminder for each check-up at the start of its window, or the day before the day she chose within it;
    ``hour`` is when she gets her messages."""
    for window in WINDOWS:
        opens_on = birth.on + timedelta(days=window.first_day)
        due_on = opens_on if window.first_day else _first_morning(birth, hour)
        chosen = chosen_days.get(window.visit)
        if chosen is not None and opens_on <= chosen <= birth.on + timedelta(days=window.last_day):
            due_on = min(chosen, max(due_on, chosen - _DAY))
            yield Draft("postnatal", window.visit, "once", chosen, due_on, window.text, last=chosen)
        else:
            yield Draft("postnatal", window.visit, "once", opens_on, due_on, window.text)


def _first_morning(birth: Born, hour: int) -> date:
    """The first day on which her hour comes at least six hours after the birth; always within 48 hours of it."""
    opens = datetime.combine(birth.on, birth.at or NOON) + timedelta(hours=FIRST_CHECK_HOURS)
    return opens.date() + timedelta(days=opens.time() > time(hour))


def jkn_drafts(birth: Born, segment: str | None) -> Iterator[Draft]:
    """Four steps to the baby's own JKN; a baby of a PBI mother is taken in by itself, what she has to do is less."""
    for visit, day, text in JKN_STEPS:
        on = birth.on + timedelta(days=day)
        is_first_of_pbi = segment == "PBI_JK" and visit == "d3"
        yield Draft("newborn_jkn", visit, "once", on, on, JKN_TEXT_PBI if is_first_of_pbi else text)


def unreported_checks(birth: Born, reported: frozenset[str], grace_days: int, today: date) -> tuple[Window, ...]:
    """Check-ups whose window and days of grace are over without a report."""
    age = (today - birth.on).days
    checks = (one for one in WINDOWS if one.visit != "imm1" and one.visit not in reported)
    return tuple(one for one in checks if age > one.last_day + grace_days)
