"""A told check-up put together with what is known: which visits are meant, on which day, or what must be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from registry.models import Pregnancy, Reminder
from registry.pregnancies import schedule, visits
from registry.pregnancies.schedule import Schedule
from registry.rules import visit_days
from registry.rules.visit_days import Problem

Over = Literal["no_pregnancy", "after_loss"]


@dataclass(frozen=True)
class Told:
    """As told: codes of visits, a day; whether it speaks of the mother, of the baby, or does not say."""

    kinds: tuple[str, ...] = ()
    on: date | None = None
    mother: bool = False
    baby: bool = False


@dataclass(frozen=True)
class Understood:
    """What is meant. No kinds and no problem: a visit more than are asked for. ``asks_day``: the day must be told."""

    kinds: tuple[str, ...] = ()
    on: date | None = None
    problem: Problem | None = None
    asks_day: bool = False


def over(pregnancy: Pregnancy | None) -> Over | None:
    """Why no visit can be kept; None when one can."""
    if pregnancy is None or pregnancy.status == "closed":
        return "no_pregnancy"
    return "after_loss" if pregnancy.status in ("loss", "miscarriage") else None


def understand(session: Session, pregnancy: Pregnancy, told: Told, now: datetime) -> Understood:
    """The visits and the day; what she was asked about lately is what she means when she names nothing."""
    view = schedule.of(session, pregnancy, now)
    asked = schedule.last_asked(session, pregnancy, now)
    if asked is not None and not _fits(told, asked):
        asked = None
    if told.on is None:
        told = replace(told, on=_untold_day(session, pregnancy, told, asked, view))
    if told.on is None:
        return Understood(told.kinds, asks_day=True)
    kinds = told.kinds or _kinds(session, view, told, told.on, asked)
    problems = (visit_days.problem_of(view.course, kind, told.on, view.today) for kind in kinds or ("K1",))
    return Understood(kinds, told.on, next((problem for problem in problems if problem), None))


def _fits(told: Told, asked: Reminder) -> bool:
    """Whether a report can be the answer to this reminder."""
    if told.kinds:
        return asked.visit in told.kinds
    if told.baby or told.mother:
        return visit_days.is_postnatal(asked.visit)
    return told.on is None or abs((asked.about - told.on).days) <= visit_days.NEAR_DAYS


def _untold_day(
    session: Session, pregnancy: Pregnancy, told: Told, asked: Reminder | None, view: Schedule
) -> date | None:  # fmt: skip
    """The day on record when all is told again, else the planned day of the reminder she answers, or today."""
    known = [visits.find(session, pregnancy, kind) for kind in told.kinds]
    days = {visit.on for visit in known if visit is not None}
    if known and None not in known and len(days) == 1:
        return days.pop()
    if asked is not None:
        return min(asked.about, view.today)
    again = None if told.kinds else visit_days.told_again(view.course, view.today, postnatal_only=_is_after(view))
    return next((one.on for one in view.course.visits if one.kind == again), None)


def _is_after(view: Schedule) -> bool:
    return view.course.birth is not None


def _kinds(
    session: Session, view: Schedule, told: Told, on: date, asked: Reminder | None
) -> tuple[str, ...]:  # fmt: skip
    if asked is not None:
        return schedule.visits_of(session, asked)
    delivered = view.course.birth is not None and on >= view.course.birth.on
    again = visit_days.told_again(view.course, on, postnatal_only=delivered)
    if again is not None and not delivered:
        return (again,)
    if delivered:
        both = told.mother == told.baby
        return visit_days.meant_after_birth(view.course, on, mother=told.mother or both, baby=told.baby or both)
    found = visit_days.meant(view.course, view.settings, on)
    return (found,) if found is not None else ()
