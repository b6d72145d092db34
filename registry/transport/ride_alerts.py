"""The alert of a ride that people must take in hand: nobody drives, or nobody knows where she is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, sealing
from registry.emergencies import alert_texts, alerts
from registry.emergencies.alert_duties import Work, call_again
from registry.models import Alert, AlertRecipient, Contact, Person, Ride
from registry.persons import people
from registry.persons.people import Helper
from registry.rules.alert_pace import Role


def newest_of(session: Session, ride: Ride) -> Alert | None:
    """The last alert about this ride."""
    rows = select(Alert).where(Alert.kind == "no_driver", Alert.about == f"ride:{ride.id}")
    return session.scalar(rows.order_by(Alert.id.desc()).limit(1))


def open_of(session: Session, ride: Ride) -> Alert | None:
    """The alert about this ride that is not closed."""
    alert = newest_of(session, ride)
    return alert if alert is not None and alert.status == "open" else None


def no_driver(session: Session, ride: Ride, asker: Contact | None, now: datetime, inbox_id: int | None) -> set[str]:
    """Nobody drives: open the alert, which calls people and climbs; returns the phone indexes of those it called."""
    alert = open_of(session, ride)
    if alert is None:
        alert = alerts.open_alert(
            session, "no_driver", person=_person(session, ride), contact=asker, about=f"ride:{ride.id}",
            village_code=ride.village_code, now=now, inbox_id=inbox_id, urgent=ride.urgent,
        )  # fmt: skip
        work = Work(session, alert, alert_texts.concern_of(session, alert, now), now, inbox_id)
        work.without = asker.phone_index if asker else None
        call_again(work, (Role.CADRE, Role.PUSKESMAS))  # she is told that both are asked: so both are, at once
    return {recipient.phone_index for recipient in alert.recipients}


def no_news(session: Session, ride: Ride, now: datetime) -> list[Contact]:
    """A driver has it and nobody answers: an alert with words of its own; returns where those who must help read."""
    alert = open_of(session, ride) or _opened(session, ride, now)
    known = {recipient.phone_index for recipient in alert.recipients}
    reached = _reached(session, ride)
    for helper, _ in reached:
        index = sealing.index("phone", helper.phone)
        if index not in known:
            alert.recipients.append(AlertRecipient(phone=helper.phone, phone_index=index, role=helper.role))
    session.flush()
    return [contact for _, contact in reached]


def _person(session: Session, ride: Ride) -> Person | None:
    return session.get(Person, ride.person_id) if ride.person_id else None


def _opened(session: Session, ride: Ride, now: datetime) -> Alert:
    person = _person(session, ride)
    asker = session.get(Contact, ride.contact_id) if ride.contact_id else None
    alert = Alert(
        kind="no_driver", about=f"ride:{ride.id}", urgent=ride.urgent, contact_id=ride.contact_id,
        person_id=ride.person_id, phone=(person.phone if person else None) or (asker.phone if asker else None),
        signs=[], village_code=ride.village_code, at=now,
    )  # fmt: skip
    session.add(alert)
    session.flush()
    audit.note(session, now, "alert_opened", subject=f"alert:{alert.id}", kind="no_driver", ride=ride.id)
    return alert


def _reached(session: Session, ride: Ride) -> list[tuple[Helper, Contact]]:
    """Puskesmas and cadres of her village; Dinkes when a message reaches none of them."""
    for helpers in (people.helpers_for(session, ride.village_code), people.helpers_for(session, None)):
        found = [(helper, people.contact_for_phone(session, helper.phone)) for helper in helpers]
        reached = [(helper, contact) for helper, contact in found if contact is not None]
        if reached:
            return reached
    return []


def close(session: Session, ride: Ride, outcome: str, now: datetime) -> None:
    """She has a car after all, or needs none."""
    alert = open_of(session, ride)
    if alert is None:
        return
    alert.status, alert.outcome, alert.closed_at, alert.next_step_at = "closed", outcome, now, None
    audit.note(session, now, "alert_closed", subject=f"alert:{alert.id}", outcome=outcome)
