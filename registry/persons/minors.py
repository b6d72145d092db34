"""An expectant mother under 18: staff are told, so that somebody is with her (UU PDP 27/2022 art. 25)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.emergencies import alerts
from registry.models import Alert, Person
from registry.persons.people import Speaker
from registry.rules.majority import AGE_OF_CONSENT, age_on, is_minor


def age_of(person: Person, today: date) -> int | None:
    """Her age by her birth date, else by the age that was told when she was registered."""
    if person.born_on is not None:
        return age_on(person.born_on, today)
    if person.told_age is None:
        return None
    return person.told_age + age_on(clock.today(person.created_at), today)


def is_under_age(person: Person, today: date) -> bool:
    """Whether she is under 18, as far as anything tells."""
    if person.born_on is not None:
        return is_minor(person.born_on, today)
    age = age_of(person, today)
    return age is not None and age < AGE_OF_CONSENT


def tell_of(session: Session, speaker: Speaker, person: Person, now: datetime, inbox_id: int | None) -> Alert | None:
    """Open the alert ``minor_mother``, once; None when she is of age or staff know already."""
    if not is_under_age(person, clock.today(now)) or _is_known(session, person):
        return None
    return alerts.open_alert(
        session,
        "minor_mother",
        person=person,
        contact=speaker.contact,
        about=None,
        village_code=person.village_code,
        now=now,
        inbox_id=inbox_id,
    )


def _is_known(session: Session, person: Person) -> bool:
    rows = select(Alert.id).where(Alert.person_id == person.id, Alert.kind == "minor_mother")
    return session.scalar(rows.limit(1)) is not None
