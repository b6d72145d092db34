"""Work of the calendar that is done in batches and once for each of its moments, however often somebody looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registry.models import CalendarDuty, Pregnancy
from registry.rules.calendar import Calendar


def opened(session: Session, name: str, calendar: Calendar, now: datetime) -> CalendarDuty | None:
    """The work that is to be gone on with now, held until the transaction ends; None when there is nothing to do.

    A service that has just begun begins with the next moment, not with one that was before its time.
    """
    row = session.get(CalendarDuty, name, with_for_update=True)
    moment = calendar.latest(now)
    if row is None:
        row = CalendarDuty(name=name, at=moment, reached=0, done=moment < now)
        session.add(row)
    elif row.at < moment and calendar.is_open(now):
        row.at, row.reached, row.done, row.counts = moment, 0, False, None
    return row if not row.done and calendar.is_open(now) else None


def next_moment(session: Session, name: str, calendar: Calendar, after: datetime) -> datetime | None:
    """The first moment after ``after`` for which the work is not done yet, as long as anybody is looked after."""
    running = select(exists().where(Pregnancy.status.in_(("active", "delivered"))))
    if not session.scalar(running):
        return None
    row = session.get(CalendarDuty, name)
    return calendar.next(max(after, row.at) if row is not None and row.done else after)


def advance(row: CalendarDuty, reached: int | None, **counts: int) -> None:
    """A batch is done; ``reached`` is the last id of it, None when it was the last batch."""
    before = row.counts or {}
    row.counts = {**before, **{name: before.get(name, 0) + count for name, count in counts.items()}}
    row.reached, row.done = (row.reached, True) if reached is None else (reached, False)
