"""The clock of alerts: who is called next, when an outcome is asked, how she is a day and three days later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.emergencies import alerts
from reminders.duty import Duty

BATCH = 50


def run(session: Session, now: datetime) -> int:
    """Look at the alerts whose moment has come."""
    found = alerts.due(session, now, BATCH)
    for row in found:
        alerts.look(session, row, now)
    return len(found)


ALERTS = Duty("alerts", alerts.next_due, run)
