"""Every evening: what was planned for yesterday has come to an end, or there is an alarm."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from registry.models import AuditEntry, CalendarDuty
from reminders import reconcile
from tests.conftest import NOW
from tests.reminders.mothers import DAY, TODAY, at, mother, only, rows, tick


@pytest.fixture(autouse=True)
def begun(session: Session) -> None:
    reconcile.run(session, NOW)


def counts(session: Session) -> dict[str, int]:
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "reminders_reconciled").order_by(AuditEntry.id.desc())
    ).first()
    return dict((entry and entry.detail) or {})


def evening(session: Session, days: int) -> None:
    while reconcile.run(session, at(TODAY + days * DAY, 23, 0)):
        pass


def test_planned_is_sent_cancelled_skipped_or_failed(session: Session) -> None:
    ends = ["sent", "sent", "cancelled", "skipped", "failed"]
    for end in ends:
        pregnancy = mother(session)
        only(session, pregnancy, "w15")
        for row in rows(session, pregnancy):
            row.due_at, row.status = at(TODAY + (1 if row.visit == "w15" else 9) * DAY), end
    session.flush()
    with capture_logs() as logs:
        evening(session, 2)
    found = counts(session)
    assert found == {"due": 5, "planned": 0, "sent": 2, "cancelled": 1, "skipped": 1, "failed": 1, "stuck": 0}
    assert logs == []


def test_what_was_forgotten_is_closed_with_an_alarm(session: Session) -> None:
    pregnancy = mother(session)
    (row,) = only(session, pregnancy, "w15")
    row.due_at = at(TODAY + DAY)
    session.flush()
    with capture_logs() as logs:
        evening(session, 2)
    assert (row.status, row.reason) == ("failed", "stuck")
    assert counts(session)["stuck"] == 1
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("reminders_stuck", "error")]
    assert logs[0]["stuck"] == [row.id]


def test_what_is_due_today_may_still_wait_for_tomorrow(session: Session) -> None:
    pregnancy = mother(session)
    (row,) = only(session, pregnancy, "w15")
    row.due_at = at(TODAY + 2 * DAY)
    session.flush()
    evening(session, 2)
    assert row.status == "planned"


def test_after_an_evening_in_order_nothing_is_left(session: Session) -> None:
    for _ in range(5):
        only(session, mother(session), "K2", "w15", "w16")
    for day in range(25):
        tick(session, at(TODAY + day * DAY))
        evening(session, day)
        assert counts(session).get("stuck", 0) == 0


def test_an_evening_is_counted_once_and_kept_for_the_console(session: Session) -> None:
    mother(session)
    assert reconcile.next_at(session, NOW) == at(TODAY, 23, 0)
    evening(session, 1)
    assert reconcile.run(session, at(TODAY + DAY, 23, 30)) == 0
    row = session.get_one(CalendarDuty, reconcile.NAME)
    assert row.done
    assert set(row.counts or {}) == {"due", "planned", "sent", "cancelled", "skipped", "failed", "stuck"}
