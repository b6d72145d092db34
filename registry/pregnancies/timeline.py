"""What happened to one mother, when, and how far she was: from her registration to the last message, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from registry import clock
from registry.casework import talk_history
from registry.models import (
    Alert,
    Birth,
    Cadre,
    Contact,
    Driver,
    EligibilityAnswer,
    Loss,
    Person,
    Pregnancy,
    RecordChange,
    Ride,
    Staff,
    Village,
    Visit,
)
from registry.rules import dating

EVENTS = 80
MESSAGES = 20
What = Literal[
    "opened", "visit", "answer", "confirmed", "ride", "alert", "message", "change", "birth", "loss", "undone", "closed"
]


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``row`` is what the page draws it from, of an answer the rows of all its paths."""

    at: datetime
    what: What
    row: Any
    weeks: int | None = None  # completed, on that day


@dataclass(frozen=True)
class Facts:
    """What the record has read already."""

    person: Person
    pregnancy: Pregnancy | None
    visits: Sequence[Visit]
    answers: Sequence[EligibilityAnswer]  # newest first
    losses: Sequence[Loss]


def events(session: Session, facts: Facts, contact: Contact | None, *, with_complaints: bool) -> list[Event]:
    """The latest of everything. ``contact`` is hers alone, or None: the talks of others are not told here."""
    rows = [*_of_pregnancy(session, facts), *_of_person(session, facts.person), *_answers(facts.answers)]
    if contact is not None:
        said = talk_history.history(session, contact, MESSAGES, with_complaints=with_complaints)
        rows += [Event(line.at, "message", line) for line in said]
    rows.sort(key=lambda one: one.at, reverse=True)
    return [Event(one.at, one.what, one.row, _weeks(facts.pregnancy, one.at)) for one in rows[:EVENTS]]


def _weeks(pregnancy: Pregnancy | None, at: datetime) -> int | None:
    """Only from the first day of this pregnancy to its end."""
    known = dating.reconcile(pregnancy.hpht, pregnancy.hpl) if pregnancy is not None else None
    if pregnancy is None or known is None or (pregnancy.closed_at is not None and at > pregnancy.closed_at):
        return None
    day = clock.today(at)
    return dating.weeks_on(known[0], day) if dating.is_possible_first_day(known[0], day) else None


def _of_pregnancy(session: Session, facts: Facts) -> Iterator[Event]:
    pregnancy = facts.pregnancy
    if pregnancy is None:
        return
    yield Event(pregnancy.opened_at, "opened", pregnancy)
    yield from (Event(row.reported_at or _midday(row.on), "visit", row) for row in facts.visits)
    yield from (Event(row.at, "loss", row) for row in facts.losses)
    yield from (Event(row.undone_at, "undone", row) for row in facts.losses if row.undone_at is not None)
    births = select(Birth).where(Birth.pregnancy_id == pregnancy.id).order_by(Birth.id)
    yield from (Event(row.reported_at, "birth", row) for row in session.scalars(births))
    if pregnancy.status == "closed" and pregnancy.closed_at is not None:
        yield Event(pregnancy.closed_at, "closed", pregnancy)


def _of_person(session: Session, person: Person) -> Iterator[Event]:
    yield from (Event(row.asked_at, "ride", row) for row in _latest(session, Ride, person))
    yield from (Event(row.at, "alert", row) for row in _latest(session, Alert, person))
    yield from (Event(row.at, "change", row) for row in _latest(session, RecordChange, person))


def _latest(session: Session, table: Any, person: Person) -> Sequence[Any]:
    rows = select(table).where(table.person_id == person.id).order_by(table.id.desc())
    return session.scalars(rows.limit(EVENTS)).all()


def _answers(answers: Sequence[EligibilityAnswer]) -> Iterator[Event]:
    """An answer with two ways to pay is one event; what an officer decided about it is another."""
    for at, rows in groupby(answers, key=lambda row: row.at):
        yield Event(at, "answer", list(rows))
    yield from (Event(row.confirmed_at, "confirmed", row) for row in answers if row.confirmed_at is not None)


def _midday(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.JAKARTA)


def is_hers_alone(session: Session, person: Person) -> bool:
    """Whether nobody else writes from her phone: no second mother, no cadre, officer or driver."""
    if person.phone_index is None:
        return False
    other = exists().where(Person.phone_index == person.phone_index, Person.registered, Person.id != person.id)
    helper = (exists().where(role.phone_index == person.phone_index) for role in (Cadre, Staff, Driver))
    return not session.scalar(select(or_(other, *helper)))


def villages_named(session: Session, found: Sequence[Event]) -> dict[str, str]:
    """The names of villages that a change of the address speaks of by their codes."""
    moves = [one.row for one in found if one.what == "change" and one.row.field == "address"]
    codes = {code for row in moves for code in (row.old, row.new) if code}
    rows = select(Village.code, Village.name).where(Village.code.in_(codes))
    return {row[0]: row[1] for row in session.execute(rows)} if codes else {}
