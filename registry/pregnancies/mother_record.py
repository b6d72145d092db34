"""One mother's record as an officer reads it: how far she is, her check-ups, papers, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, clock, places
from registry.casework import talk_history
from registry.models import (
    Alert,
    Birth,
    Contact,
    EligibilityAnswer,
    Loss,
    Person,
    Pregnancy,
    RecordChange,
    Ride,
    Visit,
)
from registry.persons import people
from registry.persons.people import Speaker
from registry.pregnancies import mother_lists

EVENTS = 60
MESSAGES = 20
EMERGENCIES = ("danger_sign", "labour")
RISKS = (
    "age_under_20", "age_over_35", "close_births", "many_births", "previous_caesarean", "twins", "kek", "anaemia",
    "hypertension",
)  # fmt: skip
What = Literal["visit", "answer", "ride", "alert", "message", "change", "birth", "loss"]


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``row`` is what the page draws it from."""

    at: datetime
    what: What
    row: Any


@dataclass(frozen=True)
class Record:
    """Everything of one page."""

    person: Person
    pregnancy: Pregnancy | None
    entry: mother_lists.Entry | None  # of an active pregnancy
    place: str | None
    visits: Sequence[Visit]
    answers: Sequence[EligibilityAnswer]  # the paths of the latest one
    contact: Contact | None
    events: Sequence[Event]


def find(session: Session, speaker: Speaker, number: int) -> Person | None:
    """A registered mother whose record this officer may read. Who has not agreed to that is seen in an emergency."""
    person = session.get(Person, number)
    if person is None or not person.registered or not access.may_see(session, speaker, person):
        return None
    if access.agreed_to_be_seen(person):
        return person
    urgent = select(Alert.id).where(Alert.person_id == number, Alert.status == "open", Alert.kind.in_(EMERGENCIES))
    return person if session.scalar(urgent.limit(1)) is not None else None


def read(session: Session, speaker: Speaker, person: Person, now: datetime) -> Record:
    """The whole of it, in a fixed number of queries; what she complained of only for the Dinas Kesehatan."""
    pregnancy = people.latest_pregnancy(session, person)
    active = pregnancy is not None and pregnancy.status == "active"
    entries = mother_lists.entries_of(session, [(pregnancy, person)], now) if pregnancy is not None and active else []
    answers = list(
        session.scalars(
            select(EligibilityAnswer)
            .where(EligibilityAnswer.person_id == person.id)
            .order_by(EligibilityAnswer.at.desc(), EligibilityAnswer.id)
            .limit(EVENTS)
        )
    )
    visits = _visits(session, pregnancy)
    contact = people.contact_for_phone(session, person.phone) if person.phone else None
    dinkes = speaker.staff is not None and speaker.staff.unit == "dinkes"
    rows = [
        *_events(session, person, pregnancy, visits, answers),
        *_messages(session, contact, with_complaints=dinkes),
    ]
    events = sorted(rows, key=lambda one: one.at, reverse=True)
    return Record(
        person=person,
        pregnancy=pregnancy,
        entry=entries[0] if entries else None,
        place=places.village_label(session, person.village_code) or person.village_name,
        visits=visits,
        answers=[one for one in answers if one.at == answers[0].at],
        contact=contact,
        events=events[:EVENTS],
    )


def _visits(session: Session, pregnancy: Pregnancy | None) -> list[Visit]:
    if pregnancy is None:
        return []
    rows = select(Visit).where(Visit.pregnancy_id == pregnancy.id).order_by(Visit.on, Visit.id)
    return list(session.scalars(rows))


def _events(
    session: Session, person: Person, pregnancy: Pregnancy | None, visits: Sequence[Visit],
    answers: Sequence[EligibilityAnswer],
) -> Iterator[Event]:  # fmt: skip
    yield from (Event(row.reported_at or _midday(row.on), "visit", row) for row in visits)
    yield from (Event(row.at, "answer", row) for row in answers)
    yield from (Event(row.asked_at, "ride", row) for row in _latest(session, Ride, Ride.person_id == person.id))
    yield from (Event(row.at, "alert", row) for row in _latest(session, Alert, Alert.person_id == person.id))
    changes = _latest(session, RecordChange, RecordChange.person_id == person.id)
    yield from (Event(row.at, "change", row) for row in changes)
    if pregnancy is not None:
        births = _latest(session, Birth, Birth.pregnancy_id == pregnancy.id)
        yield from (Event(row.reported_at, "birth", row) for row in births)
        losses = _latest(session, Loss, Loss.pregnancy_id == pregnancy.id)
        yield from (Event(row.at, "loss", row) for row in losses)


def _messages(session: Session, contact: Contact | None, *, with_complaints: bool) -> Iterator[Event]:
    if contact is not None:
        said = talk_history.history(session, contact, MESSAGES, with_complaints=with_complaints)
        yield from (Event(line.at, "message", line) for line in said)


def _latest(session: Session, table: Any, condition: Any, limit: int = EVENTS) -> Sequence[Any]:
    return session.scalars(select(table).where(condition).order_by(table.id.desc()).limit(limit)).all()


def _midday(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.JAKARTA)
