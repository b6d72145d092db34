"""What time does to rides: offers run out, news are asked after, all three are reminded of what is confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import Contact, Ride
from registry.rules import ride_clock
from registry.rules.machine import TimePassed
from registry.rules.ride_values import Cancelled, CancelReason, Party, Status, Terms
from registry.transport import ride_alerts, ride_offers, ride_words, rides, vouchers
from registry.transport.ride_words import Occasion

BATCH = 20
JUST_BEFORE = timedelta(microseconds=1)


def next_at(session: Session, after: datetime) -> datetime | None:
    """The next moment at which a ride must be looked at."""
    return session.scalar(select(func.min(Ride.next_step_at)).where(Ride.next_step_at > after))


def run(session: Session, now: datetime) -> int:
    """Look at a batch of rides that are due; returns how many."""
    due = ride_offers.locked(session, Ride.next_step_at <= now, at_most=BATCH)
    for ride in due:
        _look(session, ride, now)
    return len(due)


def _look(session: Session, ride: Ride, now: datetime) -> None:
    planned = ride.next_step_at
    occasion = Occasion(session, ride, now)
    terms = ride_offers.terms_on(session, now)
    if planned is not None and _is_to_be_reminded(ride, planned, now, terms):
        remind(occasion)
    was_done = ride.status == Status.DONE
    rides.step(occasion, Cancelled(Party.STAFF, CancelReason.NOT_NEEDED) if _was_ended(session, ride) else TimePassed())
    if ride.status == Status.DONE and not was_done:
        vouchers.ask(occasion)
    ride.next_step_at = _following(ride, now, terms)
    session.flush()


def _was_ended(session: Session, ride: Ride) -> bool:
    """Whoever took the alert said that no car is needed."""
    alert = ride_alerts.newest_of(session, ride) if ride.status == Status.ESCALATED else None
    return alert is not None and alert.status == "closed" and alert.outcome in ("not_needed", "false_alarm")


def _is_to_be_reminded(ride: Ride, planned: datetime, now: datetime, terms: Terms) -> bool:
    """Whether the evening before or the two hours before have come since the look was planned; not when it is over."""
    moments = ride_clock.reminders(ride_offers.value_of(ride), planned - JUST_BEFORE, terms)
    return now < ride.at and any(moment <= now for moment in moments)


def _following(ride: Ride, now: datetime, terms: Terms) -> datetime | None:
    """Always later than now, so that the clock gets on; a step that is refused is looked at again in a while."""
    following = ride_offers.next_step(ride_offers.value_of(ride), now, terms)
    return following if following is None or following > now else now + timedelta(minutes=terms.urgent_minutes or 1)


def remind(occasion: Occasion) -> None:
    """The same facts once more to all three."""
    session, ride = occasion.session, occasion.ride
    mother, driver = ride_words.mother_contact(session, ride), ride_words.driver_contact(session, ride.driver_id)
    sides: list[tuple[Party, Contact | None]] = [(Party.MOTHER, mother), (Party.DRIVER, driver)]
    sides += [(Party.CADRE, contact) for contact in ride_words.cadre_contacts(session, ride)]
    for party, contact in sides:
        if contact is not None:
            draft = ride_words.say(session, ride, "reminder", party)
            ride_words.push(occasion, contact, draft, planned=True)
