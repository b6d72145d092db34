"""Every evening: planned is what was sent, cancelled, skipped or failed, or there is an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry.reminding import calendar_duties
from registry.reminding.reconciliation import reconcile
from registry.rules.calendar import Calendar
from reminders.duty import Duty

NAME = "reconcile"
EVERY_EVENING = Calendar(hour=23, good_for=timedelta(hours=23))


def next_at(session: Session, after: datetime) -> datetime | None:
    """Every evening at eleven."""
    return calendar_duties.next_moment(session, NAME, EVERY_EVENING, after)


def run(session: Session, now: datetime) -> int:
    """Once an evening; returns how many reminders were found forgotten, at least one for the work itself."""
    work = calendar_duties.opened(session, NAME, EVERY_EVENING, now)
    if work is None:
        return 0
    counts = reconcile(session, now)
    calendar_duties.advance(work, None, **counts)
    return 1 + counts["stuck"]


RECONCILE = Duty(NAME, next_at, run)
