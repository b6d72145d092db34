"""Rides for mothers: asked, offered, confirmed by three, kept. Every step goes through ``registry.rules.ride``.

One transaction holds the ride, lets the rules decide, writes it back and queues what must be said; so a ride is never
without an owner, and of two acceptances at the same moment one wins.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import access, audit, places, texts
from registry.messaging.messages import Draft
from registry.models import Alert, Contact, Driver, Facility, Person, Ride, Village
from registry.persons import people
from registry.persons.people import Speaker
from registry.rules import ride as machine
from registry.rules.machine import Decision, TimePassed, event_name
from registry.rules.ride_values import (
    PLANNED_WINDOW,
    Accepted,
    Arrived,
    Assigned,
    Cancelled,
    CancelReason,
    Declined,
    Done,
    Party,
    PickedUp,
    Refusal,
    Status,
    TimeChanged,
)
from registry.rules.ride_values import Ride as Case
from registry.transport import ride_alerts, ride_offers, ride_words
from registry.transport.ride_words import Occasion

Purpose = Literal["visit", "birth", "emergency", "home", "other"]
SAME_REQUEST = PLANNED_WINDOW  # one mother asks for one car around one time
URGENT_PURPOSES = ("birth", "emergency")
BEFORE_HER_TIME = timedelta(hours=2)  # from then on words about a ride are news of it
PUSKESMAS, HOSPITAL = ("pkm", "puskesmas", "puskes", "pukesmas"), ("rs", "rsud", "rumah sakit", "igd", "ugd")
STAYED = timedelta(days=3)  # around a ride a wish to go home is about its goal
FORGOTTEN = timedelta(hours=24)  # after its time nobody speaks of an open ride any more
FOUND = (Status.CONFIRMED, Status.ON_THE_WAY, Status.ARRIVED, Status.DONE)


@dataclass(frozen=True)
class Wish:
    """A ride as somebody wants it; ``at`` is aware. ``person_id`` is the mother, None for a stranger."""

    at: datetime
    urgent: bool
    purpose: Purpose
    village_code: str | None
    person_id: int | None = None
    pickup: str | None = None
    destination: str | None = None
    alert_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a step, and what is answered to the one who caused it."""

    ride: Ride
    refused: Refusal | None = None
    answers: tuple[Draft, ...] = ()


def order(
    session: Session, contact: Contact | None, wish: Wish, now: datetime, inbox_id: int | None,
    sender: Contact | None = None,
) -> Outcome:  # fmt: skip
    """Ask for a car and offer it at once; a second wish for the same time finds the first ride.

    ``sender`` reads the answers, when it is another one than ``contact``, whose ride it is.
    """
    if contact is not None:
        people.hold(session, contact)
    same = _same(session, contact, wish)
    if same is not None:
        return Outcome(same, Refusal.REPEATED)
    ride = Ride(
        contact_id=contact.id if contact else None,
        person_id=wish.person_id,
        alert_id=wish.alert_id,
        purpose=wish.purpose,
        urgent=wish.urgent,
        at=wish.at,
        village_code=wish.village_code,
        pickup=wish.pickup,
        destination=wish.destination or destination_for(session, wish.village_code, wish.purpose),
        asked_at=now,
        round_at=now,
    )
    session.add(ride)
    session.flush()
    terms = ride_offers.terms_on(session, now)
    drivers = ride_offers.roster(session, ride, ride_offers.value_of(ride), now)
    decision = machine.start(wish.village_code or "", wish.at, wish.urgent, drivers, now, terms)
    audit.note(session, now, "ride_asked", contact_id=ride.contact_id, subject=f"ride:{ride.id}", urgent=wish.urgent)
    ride_offers.keep(session, ride, decision.case, now, terms)
    return _told(Occasion(session, ride, now, sender or contact, inbox_id), decision, asked=True)


def _same(session: Session, contact: Contact | None, wish: Wish) -> Ride | None:
    """Her open ride around that time."""
    whose = [Ride.alert_id == wish.alert_id] if wish.alert_id else []
    if wish.person_id is not None:
        whose.append(Ride.person_id == wish.person_id)
    elif contact is not None:
        whose.append(Ride.contact_id == contact.id)
    if not whose:
        return None
    rows = select(Ride).where(
        or_(*whose),
        Ride.status.in_(ride_offers.OPEN),
        Ride.at > wish.at - SAME_REQUEST,
        Ride.at < wish.at + SAME_REQUEST,
        Ride.urgent.in_([True] if wish.urgent else [True, False]),  # an emergency is never lost behind a check-up
    )
    return session.scalar(rows.order_by(Ride.id).limit(1))


def order_for_alert(
    session: Session, alert: Alert, now: datetime, inbox_id: int | None, sender: Contact | None = None, *,
    pickup: str | None = None,
) -> Outcome:  # fmt: skip
    """The one button under an emergency: a car now, without a question. ``sender`` pressed it, else she herself.

    Without a ``pickup`` it is where her phone said it is.
    """
    contact = (session.get(Contact, alert.contact_id) if alert.contact_id else None) or sender
    purpose: Purpose = "birth" if alert.kind == "labour" else "emergency"
    pickup = pickup or (ride_words.link(alert.pin) if alert.pin else None)
    wish = Wish(now, True, purpose, alert.village_code, alert.person_id, pickup, alert_id=alert.id)
    return order(session, contact, wish, now, inbox_id, sender)


def destination_for(session: Session, village_code: str | None, purpose: str) -> str | None:
    """Where to, when nobody said it: her puskesmas; for a birth or emergency the nearest with delivery care."""
    if purpose == "home":
        return places.village_label(session, village_code)
    near = places.nearby(session, village_code)
    wanted = [*near.puskesmas, *near.hospitals]
    if purpose in URGENT_PURPOSES:
        wanted = [place for place in wanted if _delivers(place)] + [*near.hospitals, *near.puskesmas]
    return wanted[0].name if wanted else None


def destination_named(
    session: Session, village_code: str | None, purpose: str, said: str | None, codes: Collection[str] = ()
) -> str | None:  # fmt: skip
    """The facility that was named, by its name on record; "pkm" and "rs" are those of her village."""
    known = [place for code in codes if (place := session.get(Facility, code)) is not None]
    if len(known) == 1:
        return known[0].name
    near = places.nearby(session, village_code)
    word = (said or "").casefold().strip()
    if word in PUSKESMAS and near.puskesmas:
        return near.puskesmas[0].name
    if word in HOSPITAL and near.hospitals:
        return near.hospitals[0].name
    return said or destination_for(session, village_code, purpose)


def taken_to(session: Session, person_id: int, now: datetime) -> str | None:
    """Where a ride of these days takes or took her: from there she goes home."""
    rows = select(Ride.destination).where(
        Ride.person_id == person_id,
        Ride.purpose != "home",
        Ride.status != Status.CANCELLED,
        Ride.at > now - STAYED,
        Ride.at < now + STAYED,
    )
    return session.scalar(rows.order_by(Ride.at.desc()).limit(1))


def _delivers(place: Facility) -> bool:
    return bool(place.poned or place.ponek or (place.delivery_care and place.open_24h))


Event = Accepted | Declined | Assigned | TimeChanged | Cancelled | PickedUp | Arrived | Done | TimePassed


def happen(
    session: Session, ride_id: int, event: Event, now: datetime, *, sender: Contact | None = None,
    inbox_id: int | None = None, offer_id: int | None = None,
) -> Outcome | None:  # fmt: skip
    """Something happened to a ride; None when there is no such ride. ``offer_id`` is the offer that is answered."""
    found = ride_offers.locked(session, Ride.id == ride_id)
    if not found:
        return None
    ride = found[0]
    if offer_id is not None and all(one.id != offer_id for one in ride_offers.current_offers(ride)):
        return Outcome(ride, Refusal.TIME_CHANGED)
    return step(Occasion(session, ride, now, sender, inbox_id), event)


def step(occasion: Occasion, event: Event) -> Outcome:
    """One step of a ride that this transaction holds."""
    session, ride, now = occasion.session, occasion.ride, occasion.now
    driver = getattr(event, "driver", None)
    if driver is not None:
        ride_offers.hold_driver(session, driver)
    terms = ride_offers.terms_on(session, now)
    case = ride_offers.value_of(ride)
    decision = machine.step(case, event, now, ride_offers.roster(session, ride, case, now, driver), terms)
    if not decision.accepted:
        return Outcome(ride, Refusal(decision.refused) if decision.refused else None)
    if isinstance(event, Cancelled):
        ride.cancelled_by = event.by
    ride_offers.keep(session, ride, decision.case, now, terms)
    if decision.case != case:
        audit.note(
            session, now, f"ride_{event_name(type(event))}", subject=f"ride:{ride.id}", status=str(ride.status),
            contact_id=occasion.sender.id if occasion.sender else None, driver=driver,
        )  # fmt: skip
    return _told(occasion, decision)


def _told(occasion: Occasion, decision: Decision[Case], *, asked: bool = False) -> Outcome:
    session, ride, now = occasion.session, occasion.ride, occasion.now
    answers = ride_words.tell(occasion, decision.duties)
    if asked:
        answers = [*_asked(occasion), *answers]
    if ride.status in FOUND:
        ride_alerts.close(session, ride, "transport_found", now)
    if ride.status == Status.CANCELLED:
        ride_alerts.close(session, ride, "not_needed", now)
    return Outcome(ride, None, tuple(answers))


def _asked(occasion: Occasion) -> list[Draft]:
    """The asker hears that it is not sure yet; a mother for whom somebody else asked hears of it."""
    session, ride = occasion.session, occasion.ride
    mother, sender = ride_words.mother_contact(session, ride), occasion.sender
    for_other = mother is not None and (sender is None or sender.id != mother.id)
    if ride.status != Status.REQUESTED:
        return []
    if mother is not None and for_other:
        ride_words.push(occasion, mother, texts.say("ride_asked_for_you", **ride_words.values(session, ride)))
    side = "cadre" if for_other or mother is None else "mother"
    return [texts.say(f"ride_asked_{side}", **ride_words.values(session, ride))] if sender is not None else []


def cancel_all(
    session: Session, person: Person, reason: CancelReason, now: datetime, inbox_id: int | None = None
) -> int:
    """Birth or loss ends the rides that were planned; a car for an emergency, or the way home, is left to come."""
    wanted = (
        Ride.person_id == person.id,
        Ride.status.in_(ride_offers.OPEN),
        Ride.status != Status.ON_THE_WAY,
        Ride.urgent.is_(False),
        Ride.purpose != "home",
    )
    rides = ride_offers.locked(session, *wanted)
    for ride in rides:
        step(Occasion(session, ride, now, None, inbox_id), Cancelled(Party.STAFF, reason))
    return len(rides)


def party_of(session: Session, speaker: Speaker, ride: Ride) -> Party | None:
    """Which side of this ride the speaker is; None when it is none of his business."""
    mother = ride_words.mother_contact(session, ride)
    if mother is not None and mother.id == speaker.contact.id:
        return Party.MOTHER
    if speaker.person is not None and speaker.person.id == ride.person_id:
        return Party.MOTHER
    driver = driver_of(session, speaker)
    if driver is not None and ride.driver_id == driver.id:
        return Party.DRIVER
    asked = ride.contact_id == speaker.contact.id and (ride.person_id is None or speaker.role in ("cadre", "staff"))
    if asked or access.may_see_place(session, speaker, ride.village_code):
        return Party.STAFF if speaker.role == "staff" else Party.CADRE
    return None


def driver_of(session: Session, speaker: Speaker) -> Driver | None:
    """The driver behind a contact, whatever else he is."""
    if speaker.driver is not None or speaker.contact.phone_index is None:
        return speaker.driver
    return session.scalar(select(Driver).where(Driver.phone_index == speaker.contact.phone_index, Driver.active))


def open_of(session: Session, speaker: Speaker, now: datetime) -> list[Ride]:
    """The rides that are not over and are the speaker's: asked for, driven, looked after; soonest first."""
    return _of(session, speaker, ride_offers.OPEN, now)


def current_of(session: Session, speaker: Speaker, now: datetime) -> list[Ride]:
    """Those whose time has come, else the one that has just arrived: "sudah sampai" is about them."""
    due = [ride for ride in open_of(session, speaker, now) if ride.at - BEFORE_HER_TIME <= now]
    return due or _of(session, speaker, (Status.ARRIVED,), now)[-1:]


def _of(session: Session, speaker: Speaker, states: Collection[Status], now: datetime) -> list[Ride]:
    mine = [Ride.contact_id == speaker.contact.id]
    if speaker.person is not None:
        mine.append(Ride.person_id == speaker.person.id)
    if speaker.villages:
        mine.append(Ride.village_code.in_(speaker.villages))
    if speaker.districts:
        near = select(Village.code).where(Village.district_code.in_(speaker.districts))
        mine.append(Ride.village_code.in_(near))
    driver = driver_of(session, speaker)
    if driver is not None:
        mine.append(Ride.driver_id == driver.id)
    rows = select(Ride).where(or_(*mine), Ride.status.in_(states), Ride.at > now - FORGOTTEN)
    found = session.scalars(rows.order_by(Ride.at, Ride.id))
    return [ride for ride in found if party_of(session, speaker, ride) is not None]
