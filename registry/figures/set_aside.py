"""Which pregnancies are counted nowhere: those that an officer closed as a wrong entry, a second record too.

They stay on record and may be opened again. What really happened stays counted: a car that drove, an alarm, a
complaint; what was counted of the pregnancy, or of the woman as one of the list, is not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from registry import clock
from registry.models import Alert, Pregnancy

REASONS = ("wrong_entry",)
BEFORE = timedelta(days=300)  # of a pregnancy without dates: no check-up of it lies further back


def is_counted(pregnancy: Any = Pregnancy) -> ColumnElement[bool]:
    """As a condition on pregnancies."""
    return or_(pregnancy.close_reason.is_(None), pregnancy.close_reason.not_in(REASONS))


def is_aside(pregnancy: Any = Pregnancy) -> ColumnElement[bool]:
    """The opposite."""
    condition: ColumnElement[bool] = pregnancy.close_reason.in_(REASONS)
    return condition


def is_woman(person_id: Any) -> ColumnElement[bool]:
    """Whether somebody is one of the list: all but those who have nothing but wrong entries."""
    wrong, right = aliased(Pregnancy), aliased(Pregnancy)
    another = exists().where(right.person_id == wrong.person_id, is_counted(right))
    condition: ColumnElement[bool] = person_id.not_in(select(wrong.person_id).where(is_aside(wrong), ~another))
    return condition


def is_visit_alert_of_one() -> ColumnElement[bool]:
    """Whether a missed check-up was one of a wrong entry: of several pregnancies of hers one was open at a time."""
    wrong = aliased(Pregnancy)
    within = and_(wrong.opened_at <= Alert.at, wrong.closed_at >= Alert.at)
    return exists().where(wrong.person_id == Alert.person_id, is_aside(wrong), within)


def first_day(pregnancy: Pregnancy) -> Any:
    """The first day on which something of a pregnancy may have been counted."""
    opened = clock.today(pregnancy.opened_at)
    return min(opened, pregnancy.hpht) if pregnancy.hpht is not None else opened - BEFORE
