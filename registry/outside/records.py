"""The outside view of the registry: flat rows with fixed names and codes, oldest first (contracts, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.models import (
    Alert,
    Cadre,
    Consent,
    Contact,
    EligibilityAnswer,
    Handoff,
    Person,
    Pregnancy,
    Village,
    Visit,
)
from registry.outside.records_broadcasts import broadcasts
from registry.outside.records_complaints import complaints
from registry.outside.records_course import births, changes, reminders
from registry.outside.records_requests import data_requests
from registry.outside.records_rides import rides
from registry.persons import minors

Row = dict[str, Any]


def persons(session: Session) -> list[Row]:
    """Everyone the bot keeps something about."""
    today = clock.today(clock.now(session))
    return [_person(session, person, today) for person in session.scalars(select(Person).order_by(Person.id))]


def _person(session: Session, person: Person, today: date) -> Row:
    village = session.get(Village, person.village_code) if person.village_code else None
    return {
        "nik": person.nik,
        "nik_on_file": person.nik is not None,
        "name": person.name,
        "dob": person.born_on,
        "village": village.name if village else person.village_name,
        "phone": person.phone,
        "registered": person.registered,
        "consent": person.consent,
        "messages": person.messages,
        "registered_by": person.registered_by,
        "minor": minors.is_under_age(person, today),
        "guardian": person.guardian,
    }


def consents(session: Session) -> list[Row]:
    """Every act of consent."""
    rows = session.execute(select(Consent, Person).join(Person, Person.id == Consent.person_id).order_by(Consent.id))
    return [
        {"nik": p.nik, "status": c.status, "by": c.by, "at": c.at, "channel": c.channel, "text_version": c.text_version}
        for c, p in rows
    ]


def pregnancies(session: Session) -> list[Row]:
    """Every pregnancy."""
    rows = session.execute(
        select(Pregnancy, Person, Cadre)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Cadre, Cadre.id == Pregnancy.cadre_id, isouter=True)
        .order_by(Pregnancy.id)
    )
    return [
        {
            "nik": p.nik,
            "hpht": g.hpht,
            "hpl": g.hpl,
            "status": g.status,
            "gpa": g.gpa,
            "cadre": c.phone if c else None,
        }
        for g, p, c in rows
    ]


def visits(session: Session) -> list[Row]:
    """Every check-up."""
    rows = session.execute(
        select(Visit, Person)
        .join(Pregnancy, Pregnancy.id == Visit.pregnancy_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .order_by(Visit.id)
    )
    return [{"nik": p.nik, "visit": v.kind, "date": v.on, "status": v.status, "reporter": v.reporter} for v, p in rows]


def eligibility(session: Session) -> list[Row]:
    """Every entitlement answer; two paths are two rows."""
    rows = session.scalars(select(EligibilityAnswer).order_by(EligibilityAnswer.id))
    return [{"nik": a.nik, "phone": a.phone, "at": a.at, "path": a.path, "status": a.status} for a in rows]


def alerts(session: Session) -> list[Row]:
    """Every alert with those who were called."""
    rows = session.execute(
        select(Alert, Person).join(Person, Person.id == Alert.person_id, isouter=True).order_by(Alert.id)
    )
    return [
        {
            "nik": p.nik if p else None,
            "phone": a.phone,
            "kind": a.kind,
            "status": a.status,
            "to": [recipient.phone for recipient in a.recipients],
            "at": a.at,
        }
        for a, p in rows
    ]


def handoffs(session: Session) -> list[Row]:
    """Every talk handed to staff."""
    rows = session.execute(
        select(Handoff, Contact).join(Contact, Contact.id == Handoff.contact_id).order_by(Handoff.id)
    )
    return [{"phone": c.phone, "owner": h.owner, "status": h.status} for h, c in rows]


def cadres(session: Session) -> list[Row]:
    """Every cadre with the names of her villages."""
    found = []
    for cadre in session.scalars(select(Cadre).order_by(Cadre.id)):
        areas = [session.get_one(Village, area.village_code).name for area in cadre.areas]
        found.append({"phone": cadre.phone, "areas": areas, "active": cadre.active})
    return found


RECORDS: dict[str, Callable[[Session], list[Row]]] = {
    "birth": births,
    "pregnancy_change": changes,
    "reminder": reminders,
    "person": persons,
    "consent": consents,
    "pregnancy": pregnancies,
    "visit": visits,
    "eligibility": eligibility,
    "alert": alerts,
    "handoff": handoffs,
    "cadre": cadres,
    "broadcast": broadcasts,
    "complaint": complaints,
    "ride": rides,
    "data_request": data_requests,
}


def names() -> list[str]:
    """All records there are."""
    return sorted(RECORDS)


def read(session: Session, name: str, filters: dict[str, str]) -> list[Row]:
    """The rows of one record that match every filter, values as JSON has them.

    Raises:
        KeyError: no such record.
    """
    rows = [{field: _plain(value) for field, value in row.items()} for row in RECORDS[name](session)]
    return [row for row in rows if all(_same(row.get(field), value) for field, value in filters.items())]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.JAKARTA).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _same(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted.lower() == str(value).lower()
    if isinstance(value, list):
        return wanted in value
    return wanted == ("" if value is None else str(value))
