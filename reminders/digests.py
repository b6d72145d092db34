"""Lists that come by themselves: to every cadre on Monday at seven, to every puskesmas on the first of the month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from registry.models import Cadre, Staff
from registry.reminding import calendar_duties, digests
from registry.rules.calendar import Calendar
from reminders.duty import Duty

BATCH = 50
ON_MONDAYS = Calendar(hour=7, weekday=0, good_for=timedelta(days=1, hours=12))
EACH_MONTH = Calendar(hour=8, day_of_month=1, good_for=timedelta(days=4, hours=12))
Reader = TypeVar("Reader", Cadre, Staff)


def _run(
    name: str, calendar: Calendar, readers: Callable[[Session, int, int], Sequence[Reader]],
    tell: Callable[[Session, Reader, datetime], bool], session: Session, now: datetime,
) -> int:  # fmt: skip
    work = calendar_duties.opened(session, name, calendar, now)
    if work is None:
        return 0
    found = readers(session, work.reached, BATCH)
    told = sum(tell(session, one, now) for one in found)
    calendar_duties.advance(work, found[-1].id if len(found) == BATCH else None, told=told)
    return len(found)


def _next(name: str, calendar: Calendar, session: Session, after: datetime) -> datetime | None:
    return calendar_duties.next_moment(session, name, calendar, after)


CADRE_DIGESTS = Duty(
    "cadre_digests",
    partial(_next, "cadre_digests", ON_MONDAYS),
    partial(_run, "cadre_digests", ON_MONDAYS, digests.cadres_after, digests.to_cadre),
)
PUSKESMAS_DIGESTS = Duty(
    "puskesmas_digests",
    partial(_next, "puskesmas_digests", EACH_MONTH),
    partial(_run, "puskesmas_digests", EACH_MONTH, digests.officers_after, digests.to_officer),
)
