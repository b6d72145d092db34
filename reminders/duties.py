"""What falls due, in one list: each duty knows when it must look next and does what is due by then.

The process calls this by APScheduler; the simulator, whose clock moves in steps, calls the same over HTTP.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from registry import clock
from registry.db import Database
from reminders.alerts import ALERTS
from reminders.broadcasts import BROADCASTS
from reminders.companions import COMPANIONS
from reminders.complaints import COMPLAINTS
from reminders.digests import CADRE_DIGESTS, PUSKESMAS_DIGESTS
from reminders.due import DUE
from reminders.duty import Duty
from reminders.facilities import FACILITIES
from reminders.farewells import FAREWELLS
from reminders.figures import FIGURES
from reminders.follow_up import FOLLOW_UP
from reminders.reconcile import RECONCILE
from reminders.referrals import REFERRALS
from reminders.rides import BIRTH_PLANS, RIDES
from reminders.talks import TALKS
from reminders.voucher_photos import VOUCHER_PHOTOS

_log = structlog.get_logger(__name__)


DUTIES: tuple[Duty, ...] = (
    ALERTS,
    DUE,
    FOLLOW_UP,
    CADRE_DIGESTS,
    PUSKESMAS_DIGESTS,
    RECONCILE,
    BROADCASTS,
    COMPANIONS,
    COMPLAINTS,
    REFERRALS,
    FACILITIES,
    FAREWELLS,
    BIRTH_PLANS,
    RIDES,
    TALKS,
    VOUCHER_PHOTOS,
    FIGURES,  # nobody waits for it: last
)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOST_BATCHES = 10_000  # of one duty at one moment: a duty that never comes to an end is a fault, not a day's work


def run_due(database: Database) -> dict[str, int]:
    """Do everything that is due now, whatever fails with one duty; returns how much of each."""
    done = {duty.name: _run(database, duty) for duty in _with_work(database)}
    return {name: count for name, count in done.items() if count}


def _with_work(database: Database) -> list[Duty]:
    """Those for which something is due: looked up in one reading, for to write takes SQLite's only lock."""
    with database.read() as session:
        now = clock.now(session)
        return [duty for duty in DUTIES if _is_due(session, duty, now)]


def _is_due(session: Session, duty: Duty, now: datetime) -> bool:
    try:
        if duty.is_due is not None:
            return duty.is_due(session, now)
        first = duty.next_at(session, LONG_AGO)
    except Exception:
        _log.exception("duty_failed", duty=duty.name)
        return False
    return first is not None and first <= now


def _run(database: Database, duty: Duty) -> int:
    total = 0
    try:
        for _ in range(MOST_BATCHES):
            with database.write() as session:
                count = duty.run(session, clock.now(session))
            if not count:
                break
            total += count
    except Exception:
        # The edge of one duty: a fault in it must not keep the others from their work; it is tried at the next tick.
        _log.exception("duty_failed", duty=duty.name)
    return total


def next_due(database: Database, after: datetime) -> datetime | None:
    """The next moment at which any duty has something to do."""
    with database.read() as session:
        moments = [duty.next_at(session, after) for duty in DUTIES]
    return min((moment for moment in moments if moment is not None), default=None)
