"""Mothers with a plan, and the clock that walks over it, for the tests of the reminders."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.models import OutboxMessage, Person, Pregnancy, Reminder
from registry.reminding import plan
from reminders import due
from tests import factories
from tests.conftest import NOW

TODAY = clock.today(NOW)
HPHT = TODAY - timedelta(weeks=14)
"""Sixteen weeks, her second check-up, are completed on Saturday 5 December."""
DAY = timedelta(days=1)
K2_ON = HPHT + timedelta(weeks=16)  # a Saturday
NOTICE = K2_ON - 2 * DAY


def mother(session: Session, *, hpht: date | None = HPHT, pregnancy: Any = None, **values: Any) -> Pregnancy:
    """The planned pregnancy of a mother who agreed to everything, had her first check-up, and has written before."""
    person = factories.person(session, **{"agreed": list(plan.ALL_PURPOSES), **values})
    if person.phone:
        factories.contact(session, person.phone)
    hpl = hpht + timedelta(days=280) if hpht else None
    found = factories.pregnancy(session, person, hpht=hpht, hpl=hpl, **(pregnancy or {}))
    plan.replan(session, found, NOW)
    return found


def person_of(session: Session, pregnancy: Pregnancy) -> Person:
    return session.get_one(Person, pregnancy.person_id)


def rows(session: Session, pregnancy: Pregnancy, **wanted: Any) -> list[Reminder]:
    """Her reminders that have these values, by their moment."""
    found = select(Reminder).where(Reminder.pregnancy_id == pregnancy.id).order_by(Reminder.due_at, Reminder.id)
    return [row for row in session.scalars(found) if all(getattr(row, name) == value for name, value in wanted.items())]


def only(session: Session, pregnancy: Pregnancy, *visits: str) -> list[Reminder]:
    """Leave nothing planned but these visits."""
    for row in rows(session, pregnancy, status="planned"):
        if row.visit not in visits:
            row.status = "cancelled"
    session.flush()
    return rows(session, pregnancy, status="planned")


def at(day: date, hour: int = 9, minute: int = 30) -> datetime:
    """A local moment."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.JAKARTA)


def tick(session: Session, now: datetime) -> int:
    """All batches of one look at the clock."""
    total = 0
    while count := due.run(session, now):
        total += count
    return total


def sent(session: Session, phone: str | None = None) -> list[OutboxMessage]:
    """The reminders in the outbox, oldest first."""
    found = select(OutboxMessage).where(OutboxMessage.kind == "reminder").order_by(OutboxMessage.id)
    return [row for row in session.scalars(found) if phone is None or row.contact.phone == phone]


def before_k2(session: Session, pregnancy: Pregnancy) -> Reminder:
    """The notice of her second check-up, and nothing else but what belongs to it."""
    only(session, pregnancy, "K2")
    return rows(session, pregnancy, visit="K2", step="before")[0]
