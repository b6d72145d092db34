"""After the birth: the mother's and the baby's check-ups, the baby's JKN and first immunisation (pure).

Windows of domain.md section 2.3 by the birth's day and hour; a baby of a paying member must be registered and paid for
within 28 days (section 1.8). All of it ends on the 42nd day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.rules.plan_values import Born
from registry.rules.planned import Draft

NOON = time(12)  # when the hour of the birth is unknown
FIRST_CHECK_HOURS = 6  # KF1 and KN1 begin six hours after the birth
LAST_DAY = 42


@dataclass(frozen=True, slots=True)
class Window:
    """A check-up after birth: the first and the last day after the birth, and which message speaks of it.

    Mother and baby are checked on one visit, so both codes share a text.
    """

    visit: str
    first_day: int
    last_day: int
    text: str


WINDOWS = (
    Window("KF1", 0, 2, "reminder_postnatal_1"),
    Window("KN1", 0, 2, "reminder_postnatal_1"),
    Window("KF2", 3, 7, "reminder_postnatal_2"),
    Window("KN2", 3, 7, "reminder_postnatal_2"),
    Window("KF3", 8, 28, "reminder_postnatal_3"),
    Window("KN3", 8, 28, "reminder_postnatal_3"),
    Window("KF4", 29, LAST_DAY, "reminder_postnatal_4"),
    Window("imm1", 29, LAST_DAY, "reminder_immunisation"),
)
FIRST_WINDOW_AT_HOME = "reminder_postnatal_1_home"  # nobody has seen her yet: the midwife is asked to come

JKN_STEPS = (("d3", 3), ("d14", 14), ("d21", 21), ("d26", 26))
JKN_TEXT, JKN_TEXT_PBI = "reminder_newborn_jkn", "reminder_newborn_jkn_pbi"


def check_drafts(birth: Born, hour: int) -> Iterator[Draft]:
    """One reminder for each check-up at the start of its window; ``hour`` is when she gets her messages."""
    for window in WINDOWS:
        opens_on = birth.on + timedelta(days=window.first_day)
        due_on = opens_on if window.first_day else _first_morning(birth, hour)
        at_home = not window.first_day and birth.in_facility is False
        text = FIRST_WINDOW_AT_HOME if at_home else window.text
        yield Draft("postnatal", window.visit, "once", opens_on, due_on, text)


def _first_morning(birth: Born, hour: int) -> date:
    """The first day on which her hour comes at least six hours after the birth; always within 48 hours of it."""
    opens = datetime.combine(birth.on, birth.at or NOON) + timedelta(hours=FIRST_CHECK_HOURS)
    return opens.date() + timedelta(days=opens.time() > time(hour))


def jkn_drafts(birth: Born, segment: str | None) -> Iterator[Draft]:
    """Four steps to the baby's own JKN; a baby of a PBI mother is taken in by itself and needs its papers only."""
    text = JKN_TEXT_PBI if segment == "PBI_JK" else JKN_TEXT
    for visit, day in JKN_STEPS:
        on = birth.on + timedelta(days=day)
        yield Draft("newborn_jkn", visit, "once", on, on, text)


def unreported_checks(birth: Born, reported: frozenset[str], grace_days: int, today: date) -> tuple[Window, ...]:
    """Check-ups whose window and days of grace are over without a report."""
    age = (today - birth.on).days
    checks = (one for one in WINDOWS if one.visit != "imm1" and one.visit not in reported)
    return tuple(one for one in checks if age > one.last_day + grace_days)
