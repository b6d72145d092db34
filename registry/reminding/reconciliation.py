"""Whether every reminder came to an end: of all that were due by a day, none may still be planned."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models import Reminder
from registry.reminding.reminders import PLANNED

STATES = ("planned", "sent", "cancelled", "skipped", "failed")
_DAY = timedelta(days=1)
_log = structlog.get_logger(__name__)


def reconcile(session: Session, now: datetime) -> dict[str, int]:
    """Count what was due yesterday by what became of it, and close what was forgotten as failed, with an alarm.

    What is due today may still wait for tomorrow's message and is counted then. Returns ``due`` (all of them), one
    number for each state, and ``stuck``.
    """
    midnight = datetime.combine(clock.today(now), time(), clock.JAKARTA)
    stuck = session.scalars(select(Reminder).where(PLANNED, Reminder.due_at < midnight).limit(1000)).all()
    for row in stuck:
        row.status, row.reason = "failed", "stuck"
    session.flush()
    of_yesterday = (Reminder.due_at >= midnight - _DAY, Reminder.due_at < midnight)
    by_state = select(Reminder.status, func.count()).where(*of_yesterday).group_by(Reminder.status)
    found = {row[0]: row[1] for row in session.execute(by_state)}
    counts = {"due": sum(found.values()), **{state: found.get(state, 0) for state in STATES}, "stuck": len(stuck)}
    audit.note(session, now, "reminders_reconciled", subject=f"day:{clock.today(now) - _DAY}", **counts)
    if stuck or counts["planned"]:
        _log.error("reminders_stuck", stuck=[row.id for row in stuck[:20]], count=len(stuck))
    return counts
