"""Where her phone says that she is, after a car was asked for: she is fetched there, and her driver gets the place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry import audit, texts
from registry.emergencies import alert_texts
from registry.models import Driver, Ride
from registry.persons import people
from registry.persons.people import Speaker
from registry.rules.ride_values import Status
from registry.transport import ride_words, rides
from registry.transport.ride_words import Occasion

WAITING = (Status.REQUESTED, Status.CONFIRMED, Status.ESCALATED)  # she does not sit in the car yet


def note_pin(
    session: Session, speaker: Speaker, lat: object, lon: object, now: datetime, inbox_id: int | None, *,
    is_emergency: bool,
) -> bool:  # fmt: skip
    """Whether a ride of hers waits and takes the place. In an emergency no check-up's car is sent elsewhere.

    Words that say where the house stands are kept beside the point; the last point counts.
    """
    pin = alert_texts.pin_of(lat, lon)
    ride = _waiting(session, speaker, now, is_emergency=is_emergency) if pin is not None else None
    if ride is None or pin is None:
        return False
    words = [part for part in (ride.pickup or "").split(", ") if part and ride_words.PIN not in part]
    ride.pickup = ", ".join([*words, ride_words.link(pin)])
    audit.note(session, now, "ride_pinned", contact_id=speaker.contact.id, subject=f"ride:{ride.id}")
    _tell_driver(Occasion(session, ride, now, speaker.contact, inbox_id))
    return True


def _waiting(session: Session, speaker: Speaker, now: datetime, *, is_emergency: bool) -> Ride | None:
    """Her own soonest ride; of a helper the one she has asked for, when it is only one."""
    found = [
        ride
        for ride in rides.open_of(session, speaker, now)
        if ride.status in WAITING and ride.urgent >= is_emergency and _is_hers(speaker, ride)
    ]
    return found[0] if found and (speaker.role == "mother" or len(found) == 1) else None


def _is_hers(speaker: Speaker, ride: Ride) -> bool:
    asked = ride.contact_id == speaker.contact.id
    return asked or (speaker.person is not None and speaker.person.id == ride.person_id)


def _tell_driver(occasion: Occasion) -> None:
    """Nothing before he has accepted: then the confirmation shows him the point."""
    session, ride = occasion.session, occasion.ride
    driver = session.get(Driver, ride.driver_id) if ride.driver_id else None
    contact = people.contact_for_phone(session, driver.phone) if driver is not None else None
    if contact is not None:
        ride_words.push(occasion, contact, texts.say("ride_tell_pin_driver", **ride_words.values(session, ride)))
