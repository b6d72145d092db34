"""Every morning: check-ups that nobody reported and messages that do not arrive become work for the cadre."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry.reminding import calendar_duties, missed
from registry.rules.calendar import Calendar
from reminders.duty import Duty

NAME = "follow_up"
EVERY_MORNING = Calendar(hour=8, good_for=timedelta(hours=13))  # not when quiet hours begin


def next_at(session: Session, after: datetime) -> datetime | None:
    """Every morning at eight."""
    return calendar_duties.next_moment(session, NAME, EVERY_MORNING, after)


def run(session: Session, now: datetime) -> int:
    """One batch of mothers; returns how many were looked at."""
    work = calendar_duties.opened(session, NAME, EVERY_MORNING, now)
    if work is None:
        return 0
    found = missed.candidates(session, work.reached, now)
    opened = missed.open_work(session, found, now)
    is_last = len(found) < missed.BATCH
    calendar_duties.advance(work, None if is_last else found[-1].id, opened=opened)
    return len(found)


FOLLOW_UP = Duty(NAME, next_at, run)
