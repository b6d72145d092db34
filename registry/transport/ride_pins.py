"""Where she is, by her phone or in words, after a car was asked for: she is fetched there, and her driver knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry import audit, texts
from registry.emergencies import alert_texts
from registry.models import Ride
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
    _fetch_at(session, speaker, ride, ", ".join([*words, ride_words.link(pin)]), now, inbox_id)
    return True


def note_words(session: Session, speaker: Speaker, spot: str, now: datetime, inbox_id: int | None) -> Ride | None:
    """The ride of hers that waits, now fetched at the place she names instead of the one told before."""
    ride = _waiting(session, speaker, now, is_emergency=False)
    if ride is not None:
        _fetch_at(session, speaker, ride, spot, now, inbox_id)
    return ride


def _fetch_at(
    session: Session, speaker: Speaker, ride: Ride, pickup: str, now: datetime, inbox_id: int | None
) -> None:  # fmt: skip
    ride.pickup = pickup
    session.flush()
    audit.note(session, now, "ride_pinned", contact_id=speaker.contact.id, subject=f"ride:{ride.id}")
    _tell(Occasion(session, ride, now, speaker.contact, inbox_id))


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


def _tell(occasion: Occasion) -> None:
    """Driver and cadre; nothing before he has accepted: then the confirmation shows the place."""
    session, ride, sender = occasion.session, occasion.ride, occasion.sender
    driver = ride_words.driver_contact(session, ride.driver_id)
    if driver is None:
        return
    told = ride_words.values(session, ride)
    ride_words.push(occasion, driver, texts.say("ride_tell_pin_driver", **told))
    for contact in ride_words.cadre_contacts(session, ride):
        if sender is None or contact.id != sender.id:
            ride_words.push(occasion, contact, texts.say("ride_tell_pin_cadre", **told))
