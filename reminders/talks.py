"""The clock of talks: she is told when somebody answers, Dinkes is called, a silent talk goes back to the bot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.casework import talks
from reminders.duty import Duty

BATCH = 50


def run(session: Session, now: datetime) -> int:
    """Look at the talks whose moment has come."""
    found = talks.due(session, now, BATCH)
    for row in found:
        talks.look(session, row, now)
    return len(found)


TALKS = Duty("talks", talks.next_due, run)
