"""How fast whole pregnancies are planned into rows, how that grows, and how long it takes to find what is due."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.databases import opened, sqlite_url
from bench.figures import Figures, show
from registry.db import Database
from registry.models import Person, Pregnancy, Reminder
from registry.reminding import plan, reminders

SMALL, LARGE = 4_000, 40_000  # pregnancies: a tenth of 40,000 and 400,000, which a bench can wait for
WARM_UP = 50
FEW_ROWS, MANY_ROWS = 40_000, 4_000_000
PORTION = 20_000
LOOKS = 30
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def measure() -> Figures:
    """planning.*"""
    _plan(WARM_UP)
    small, large = _plan(SMALL), _plan(LARGE)
    few, many = _look(FEW_ROWS), _look(MANY_ROWS)
    return {
        "planning.per_s": LARGE / large,
        "planning.scaling_10x": large / small,
        "planning.due_query_4m_vs_40k": many / few,
    }


def _plan(count: int) -> float:
    """Seconds to plan so many pregnancies from nothing."""
    with sqlite_url() as url, opened(url) as database:
        _fill(database, count)
        with database.read() as session:
            ids = list(session.scalars(select(Pregnancy.id).order_by(Pregnancy.id)))
        began = time.perf_counter()
        for start in range(0, count, plan.AT_ONCE):
            with database.write() as session:
                some = select(Pregnancy).where(Pregnancy.id.in_(ids[start : start + plan.AT_ONCE]))
                plan.replan_all(session, NOW, session.scalars(some).all())
        return time.perf_counter() - began


def _fill(database: Database, count: int) -> None:
    """Mothers who agreed, between six and thirty weeks pregnant."""
    agreed = {"consent": "given", "agreed": list(plan.ALL_PURPOSES), "created_at": NOW, "name": "Ibu Rekaan"}
    with database.write() as session:
        for start in range(0, count, PORTION):
            numbers = range(start, min(start + PORTION, count))
            persons = [{"id": number + 1, "phone": f"+62815{number:08}", **agreed} for number in numbers]
            session.execute(insert(Person), persons)
            session.execute(insert(Pregnancy), [_pregnancy(number) for number in numbers])


def _pregnancy(number: int) -> dict[str, object]:
    hpht = NOW.date() - timedelta(days=42 + number % 168)
    return {
        "id": number + 1, "person_id": number + 1, "hpht": hpht, "hpl": hpht + timedelta(days=280), "opened_at": NOW,
        "risks": [],
    }  # fmt: skip


def _look(rows: int) -> float:
    """Seconds of one look at what is due when so many reminders are planned; the same few are due."""
    with sqlite_url() as url, opened(url) as database:
        _fill(database, FEW_ROWS // 40)
        _spread(database, rows)
        with database.read() as session:
            return median(_timed(session, _find) for _ in range(LOOKS))


def _spread(database: Database, rows: int) -> None:
    """Over the half year to come, fifty of them due."""
    persons, apart = FEW_ROWS // 40, timedelta(days=180) / rows
    for start in range(0, rows, PORTION):
        with database.write() as session:
            session.execute(
                insert(Reminder), [_reminder(number, persons, apart) for number in range(start, start + PORTION)]
            )


def _reminder(number: int, persons: int, apart: timedelta) -> dict[str, object]:
    due_at = NOW - timedelta(minutes=1) if number < 50 else NOW + timedelta(minutes=1) + number * apart
    return {
        "pregnancy_id": number % persons + 1, "kind": "education", "visit": "w20", "step": "once",
        "about": due_at.date(), "last_on": due_at.date(), "text": "education_w20", "recipient": "mother",
        "key": f"bench:{number}", "due_at": due_at, "status": "planned",
    }  # fmt: skip


def _timed(session: Session, work: Callable[[Session], None]) -> float:
    began = time.perf_counter()
    work(session)
    return time.perf_counter() - began


def _find(session: Session) -> None:
    due = select(Reminder.pregnancy_id).where(reminders.PLANNED, Reminder.due_at <= NOW)
    session.scalars(due.order_by(Reminder.due_at, Reminder.id).limit(reminders.BATCH)).all()
    reminders.next_due(session, NOW)


if __name__ == "__main__":
    show(measure())
