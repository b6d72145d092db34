"""What lists of mothers may be narrowed to beside name and place: weeks, the next check-up, who is not reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased

from registry import clock
from registry.models import Alert, EligibilityAnswer, Person, Pregnancy, Reminder
from registry.pregnancies import unreached

LONGEST_WEEKS = 44
AHEAD: dict[str, int] = {"today": 0, "7": 6, "14": 13, "30": 29}  # the last day of the span, counted from today
MISSED = ("K1", "K2", "K3", "K4", "K5", "K6")
NEXT = ("late", *AHEAD)


def weeks_between(least: int | None, most: int | None, today: date) -> ColumnElement[bool] | None:
    """Completed weeks from ``least`` to ``most``; a side that is None is open. None: everybody."""
    if least is None and most is None:
        return None
    first = today - timedelta(weeks=LONGEST_WEEKS if most is None else most, days=6)
    return Pregnancy.hpht.between(first, today - timedelta(weeks=least or 0))


def coming(wanted: str, now: datetime) -> Iterator[ColumnElement[bool]]:
    """A check-up in the coming days, or one that helpers look for her because of: it is late and nobody reported it."""
    if wanted == "late":
        yield exists().where(
            Alert.person_id == Person.id, Alert.kind == "missed_visit", Alert.status == "open", Alert.about.in_(MISSED)
        )
    elif wanted in AHEAD:
        today = clock.today(now)
        due = select(Reminder.pregnancy_id).where(
            Reminder.step == "before",
            Reminder.kind.in_(("anc", "postnatal")),
            Reminder.status.in_(("planned", "sent")),
            Reminder.answered.is_(None),
            Reminder.about.between(today, today + timedelta(days=AHEAD[wanted])),
        )
        coming_days = due.cte("coming").prefix_with("MATERIALIZED", dialect="postgresql")  # few days, by their index
        yield Pregnancy.id.in_(select(coming_days.c.pregnancy_id))


def not_reached(now: datetime) -> ColumnElement[bool]:
    """Whom no message reaches."""
    return Pregnancy.id.in_(unreached.pregnancies(now))


def on_path(paths: Collection[str]) -> Select[Any]:
    """The persons whose latest answer named one of these ways to pay."""
    later = aliased(EligibilityAnswer)
    newer = select(later.id).where(later.person_id == EligibilityAnswer.person_id, later.at > EligibilityAnswer.at)
    rows = select(EligibilityAnswer.person_id).where(
        EligibilityAnswer.path.in_(paths), EligibilityAnswer.person_id.is_not(None), ~newer.exists()
    )
    return rows.correlate(None)
