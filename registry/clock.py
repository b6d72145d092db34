"""What time it is: real time, or the moment at which the simulator has stopped the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from registry.models import SimulatedClock

JAKARTA = ZoneInfo("Asia/Jakarta")  # WIB, UTC+7, no daylight saving


def now(session: Session) -> datetime:
    """The present moment, aware, in UTC."""
    return simulated(session) or datetime.now(UTC)


def simulated(session: Session) -> datetime | None:
    """Where the simulated clock stands, or None in real time."""
    row = session.get(SimulatedClock, 1)
    return None if row is None else row.now


def today(moment: datetime) -> date:
    """The calendar day in Malang at an aware moment."""
    return moment.astimezone(JAKARTA).date()


def stop_at(session: Session, moment: datetime) -> None:
    """Stop the clock at an aware moment; from then on it moves only by another call."""
    session.merge(SimulatedClock(id=1, now=moment))
