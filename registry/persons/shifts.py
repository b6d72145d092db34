"""The plan of who is on call: officers for their puskesmas or Dinkes, drivers for their villages.

A shift is planned by somebody who may (``registry.access``), and only ever ended, never rewritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.errors import RegistryError
from registry.models import Driver, Shift, Staff
from registry.rules import shifts as rules

FURTHEST = timedelta(days=730)
MOST = 30  # of one person at a time: more is a slip, and every alert reads them
Problem = Literal["weekday", "date", "hour", "many"]


class ShiftError(RegistryError):
    """It is not kept; ``problem`` says which part of it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Wish:
    """What was filled in; nothing means: not readable."""

    weekdays: frozenset[int]
    first_on: date | None
    last_on: date | None
    starts: time | None
    ends: time | None


def value_of(row: Shift) -> rules.Shift:
    """A row as the rules see it."""
    return rules.Shift(frozenset(row.weekdays), row.first_on, row.last_on, row.starts, row.ends)


def plan(session: Session, helper: Staff | Driver, wish: Wish, by: str, now: datetime) -> Shift:
    """Keep a shift; who may do so was asked before.

    Raises:
        ShiftError: a day, an hour or a weekday makes no sense, or there are too many already.
    """
    first, starts, ends = _checked(wish, clock.today(now))
    if len(of(session, helper)) >= MOST:
        raise ShiftError("many")
    row = Shift(
        weekdays=sorted(wish.weekdays), first_on=first, last_on=wish.last_on, starts=starts, ends=ends, made_by=by,
        made_at=now,
    )  # fmt: skip
    if isinstance(helper, Staff):
        row.staff_id = helper.id
    else:
        row.driver_id = helper.id
    session.add(row)
    session.flush()
    audit.note(session, now, "shift_planned", subject=_subject(helper), by=by, shift=row.id)
    return row


def _checked(wish: Wish, today: date) -> tuple[date, time, time]:
    if not wish.weekdays or not wish.weekdays <= rules.EVERY_DAY:
        raise ShiftError("weekday")
    first, last = wish.first_on, wish.last_on
    if first is None or not today <= first <= today + FURTHEST:
        raise ShiftError("date")
    if last is not None and not first <= last <= today + FURTHEST:
        raise ShiftError("date")
    if last is not None and not any((first + timedelta(days=n)).weekday() in wish.weekdays for n in _week(first, last)):
        raise ShiftError("weekday")
    if wish.starts is None or wish.ends is None:
        raise ShiftError("hour")
    return first, wish.starts, wish.ends


def _week(first: date, last: date) -> range:
    return range(min((last - first).days + 1, 7))


def end(session: Session, row: Shift, by: str, now: datetime) -> bool:
    """From this moment it holds no more; False when it was ended before."""
    if row.ended_at is not None:
        return False
    row.ended_by, row.ended_at = by, now
    session.flush()
    subject = f"staff:{row.staff_id}" if row.staff_id else f"driver:{row.driver_id}"
    audit.note(session, now, "shift_ended", subject=subject, by=by, shift=row.id)
    return True


def _subject(helper: Staff | Driver) -> str:
    return f"{helper.__tablename__}:{helper.id}"


def of(session: Session, helper: Staff | Driver) -> list[Shift]:
    """Her shifts that nobody has ended, the earliest first."""
    mine = Shift.staff_id == helper.id if isinstance(helper, Staff) else Shift.driver_id == helper.id
    rows = select(Shift).where(mine, Shift.ended_at.is_(None))
    return list(session.scalars(rows.order_by(Shift.first_on, Shift.starts, Shift.id)))


def of_all(session: Session, helpers: Iterable[Staff | Driver]) -> dict[int, list[Shift]]:
    """The same for many of one kind, by their numbers; who has none is not in it."""
    staff: list[int] = []
    drivers: list[int] = []
    for one in helpers:
        (staff if isinstance(one, Staff) else drivers).append(one.id)
    if not staff and not drivers:
        return {}
    mine = Shift.staff_id.in_(staff) if staff else Shift.driver_id.in_(drivers)
    rows = select(Shift).where(mine, Shift.ended_at.is_(None))
    found: dict[int, list[Shift]] = {}
    for row in session.scalars(rows.order_by(Shift.first_on, Shift.starts, Shift.id)):
        number = row.staff_id or row.driver_id
        if number is not None:
            found.setdefault(number, []).append(row)
    return found


def on_call(session: Session, staff: Collection[Staff], now: datetime) -> set[int]:
    """The numbers of those who are on call at a moment: by plan, or day and night."""
    planned = of_all(session, staff)
    by_plan = {number for number, rows in planned.items() if any(rules.covers(value_of(row), now) for row in rows)}
    return by_plan | {one.id for one in staff if one.on_call}


def off_duty(session: Session, drivers: Collection[Driver], moment: datetime) -> set[int]:
    """The numbers of drivers whose plan does not cover a moment; who has no plan drives whenever he says so."""
    planned = of_all(session, drivers)
    return {number for number, rows in planned.items() if not rules.is_on_duty(map(value_of, rows), moment)}
