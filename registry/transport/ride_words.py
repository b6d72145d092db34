"""What is told about a ride, to whom: the same facts to mother, cadre and driver, each in words of their own.

Before a driver accepted, nobody reads of a car, and no driver reads a number to call; afterwards all three read who
fetches whom, when and where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, clock, days, programme, texts
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Cadre, CadreArea, Contact, Driver, Person, Ride
from registry.persons import consents, people, shared_phones
from registry.places import village_label
from registry.rules import quiet
from registry.rules.machine import Duty
from registry.rules.ride_values import CancelReason, OfferState, Party, Status, Task
from registry.transport import ride_alerts
from registry.transport.ride_offers import current_offers

AT_ONCE = timedelta(hours=1)  # an urgent ride further ahead is one of the night to come, not of this minute
MOST_CADRES = 3
SAME_WITHIN = timedelta(minutes=10)  # nobody gets the same text twice so soon (contracts.md, 6)
PIN = "?q="  # of the link to the map
ALERTS = frozenset({Task.OFFER, Task.TELL_NOBODY, Task.ASK_NEWS})
RAISED = frozenset({Task.RAISE_NO_DRIVER, Task.RAISE_NO_NEWS})
NOT_TO_THE_BEREAVED = frozenset({CancelReason.LOSS, CancelReason.BIRTH})


@dataclass(frozen=True)
class Occasion:
    """One step of one ride: when, because of which message, and whose it was."""

    session: Session
    ride: Ride
    now: datetime
    sender: Contact | None = None
    inbox_id: int | None = None


def pin(lat: float, lon: float) -> str:
    """A place shown on the map, as the ride keeps it: a link."""
    return link(f"{lat:.5f},{lon:.5f}")


def link(point: str) -> str:
    """A point "lat,lon" on the map."""
    return texts.say("phrase_ride_map", point=point).text


def whose(session: Session, ride: Ride) -> str:
    """The first name of the mother, as far as she is known."""
    person = session.get(Person, ride.person_id) if ride.person_id else None
    return shared_phones.first_name(person) if person else texts.phrase("phrase_ride_unnamed")


def when(ride: Ride) -> str:
    """ "Senin, 23 November 2026 pukul 07.00"."""
    local = ride.at.astimezone(clock.JAKARTA)
    return texts.say("phrase_ride_when", day=days.in_words(local.date()), hour=days.hour(local.time())).text


def start_of(session: Session, ride: Ride, *, exact: bool) -> str:
    """Where she is fetched; where her house stands and her point on the map only when a driver has accepted."""
    village = village_label(session, ride.village_code)
    spot = ride.pickup or ""
    if PIN in spot and not exact:
        spot = ""
    elif not spot and exact and ride.purpose != "home":
        person = session.get(Person, ride.person_id) if ride.person_id else None
        spot = (person.address if person else None) or ""
    if spot and ride.purpose == "home":
        return spot  # the village is where she goes
    parts = [spot or texts.phrase("phrase_ride_home"), village or texts.phrase("phrase_village_unknown")]
    return ", ".join(parts)


def values(session: Session, ride: Ride) -> dict[str, str]:
    """Everything a sentence about this ride may need; the texts decide who reads what."""
    driver = session.get(Driver, ride.driver_id) if ride.driver_id else None
    unknown = texts.phrase("phrase_unknown")
    vehicle = [part for part in (driver.vehicle, driver.plate) if part] if driver else []
    return {
        "ride": str(ride.id),
        "name": whose(session, ride),
        "when": when(ride),
        "start": start_of(session, ride, exact=ride.driver_id is not None),
        "goal": ride.destination or unknown,
        "purpose": _purpose(ride),
        "driver": driver.name if driver else unknown,
        "vehicle": ", ".join(vehicle) or unknown,
        "driver_phone": driver.phone if driver else unknown,
        "phone": phone_for_driver(session, ride) or unknown,
        "reason": texts.phrase(f"phrase_ride_because_{ride.reason}", texts.phrase("phrase_ride_because_other")),
    }


def _purpose(ride: Ride) -> str:
    """What for; a car that is wanted now is hardly for a check-up."""
    if ride.urgent and ride.purpose == "visit":
        return texts.phrase("phrase_ride_soon")
    return texts.phrase(f"phrase_ride_for_{ride.purpose}", texts.phrase("phrase_ride_for_other"))


def phone_for_driver(session: Session, ride: Ride) -> str | None:
    """Her number when she asked herself (she is told that the driver gets it) or shares; else the asker's."""
    person = session.get(Person, ride.person_id) if ride.person_id else None
    asker = session.get(Contact, ride.contact_id) if ride.contact_id else None
    if person is None:
        return asker.phone if asker else None
    asked_herself = asker is not None and asker.phone_index == person.phone_index
    if person.phone and (asked_herself or ride.urgent or "sharing" in consents.agreed(person)):
        return person.phone
    return asker.phone if asker else None


def mother_contact(session: Session, ride: Ride) -> Contact | None:
    """Where she reads: the contact she asked from, else the one her phone has; a helper's contact is not hers."""
    person = session.get(Person, ride.person_id) if ride.person_id else None
    asker = session.get(Contact, ride.contact_id) if ride.contact_id else None
    if person is None:
        return asker
    if asker is not None and asker.phone_index is not None and asker.phone_index == person.phone_index:
        return asker
    return people.contact_for_phone(session, person.phone) if person.phone else None


def cadre_contacts(session: Session, ride: Ride) -> list[Contact]:
    """The third side: whoever asked in her name, and her cadre, else the cadres of her village."""
    asker = session.get(Contact, ride.contact_id) if ride.contact_id else None
    mother = mother_contact(session, ride)
    found: list[Contact | None] = [asker] if ride.person_id is not None else []
    if _may_be_known(session, ride):
        found += [people.contact_for_phone(session, cadre.phone) for cadre in _cadres(session, ride)]
    reached = {one.id: one for one in found if one is not None and (mother is None or one.id != mother.id)}
    return list(reached.values())


def _may_be_known(session: Session, ride: Ride) -> bool:
    """Who left out that cadres know of her is driven without them, but for an emergency."""
    person = session.get(Person, ride.person_id) if ride.person_id else None
    return person is None or ride.urgent or access.agreed_to_be_seen(person)


def _cadres(session: Session, ride: Ride) -> list[Cadre]:
    person = session.get(Person, ride.person_id) if ride.person_id else None
    pregnancy = people.active_pregnancy(session, person) if person else None
    hers = session.get(Cadre, pregnancy.cadre_id) if pregnancy and pregnancy.cadre_id else None
    if hers is not None and hers.active:
        return [hers]
    rows = select(Cadre).join(CadreArea).where(Cadre.active, CadreArea.village_code == ride.village_code)
    return list(session.scalars(rows.order_by(Cadre.id).limit(MOST_CADRES)))


def driver_contact(session: Session, driver_id: int | None) -> Contact | None:
    """Where a driver reads."""
    driver = session.get(Driver, driver_id) if driver_id else None
    return people.contact_for_phone(session, driver.phone) if driver else None


def tell(occasion: Occasion, duties: Iterable[Duty]) -> list[Draft]:
    """Do what a step asks: queue the news; what the sender himself is to read comes back as the answer to him."""
    answers: list[Draft] = []
    told: set[tuple[str, int]] = set()
    called: set[str] = set()
    for duty in duties:
        if duty.task is Task.RAISE_NO_DRIVER:
            called = _call_people(occasion)
        elif duty.task is Task.RAISE_NO_NEWS and duty.to is Party.STAFF:
            _tell_no_news(occasion)
        if duty.task in RAISED:
            continue
        for contact, draft in _drafts(occasion, duty):
            is_called = contact.phone_index in called and not _is_sender(occasion, contact)
            if is_called or (duty.task, contact.id) in told:
                continue
            told.add((duty.task, contact.id))
            if _is_sender(occasion, contact) and duty.task is not Task.TELL_CONFIRMED:
                answers.append(draft)
            else:
                push(occasion, contact, draft, alert=duty.task in ALERTS)
    return answers


def _is_sender(occasion: Occasion, contact: Contact) -> bool:
    return occasion.sender is not None and occasion.sender.id == contact.id


def _drafts(occasion: Occasion, duty: Duty) -> Iterator[tuple[Contact, Draft]]:
    session, ride = occasion.session, occasion.ride
    if duty.to is Party.DRIVER:
        contact = driver_contact(session, duty.ref)
        if contact is not None:
            yield contact, _for_driver(occasion, duty)
        return
    if duty.to is Party.CADRE:
        for contact in cadre_contacts(session, ride):
            yield contact, say(session, ride, duty.task, Party.CADRE)
        return
    mother = mother_contact(session, ride)
    is_grief = duty.task is Task.TELL_CANCELLED and ride.reason in NOT_TO_THE_BEREAVED
    if mother is not None and not is_grief:
        yield mother, say(session, ride, duty.task, Party.MOTHER)


def _for_driver(occasion: Occasion, duty: Duty) -> Draft:
    session, ride = occasion.session, occasion.ride
    if duty.task is not Task.OFFER:
        return say(session, ride, duty.task, Party.DRIVER)
    offer = next(one for one in current_offers(ride) if one.driver_id == duty.ref and one.status == OfferState.OFFERED)
    name = "ride_offer_urgent" if ride.urgent and ride.at <= occasion.now + AT_ONCE else "ride_offer"
    return texts.say(name, **values(session, ride) | {"offer": str(offer.id)})


def say(session: Session, ride: Ride, task: str, to: Party) -> Draft:
    """The words of a task for one side."""
    if task == Task.ASK_NEWS:
        task = f"{task}_{ride.status if ride.status == Status.ON_THE_WAY else 'pick_up'}"
    return texts.say(f"ride_{task}_{to}", **values(session, ride))


def push(occasion: Occasion, contact: Contact, draft: Draft, *, alert: bool = False, planned: bool = False) -> bool:
    """Queue news of a ride: at once when it is urgent, else not in the quiet hours.

    ``planned`` is a reminder that can be left out: STOP holds for it.
    """
    ride, now = occasion.ride, occasion.now
    start, end = programme.value(occasion.session, "quiet_hours", clock.today(now))
    due = now if ride.urgent else quiet.next_allowed(now, (start, end))
    important = messages.DANGER if ride.urgent else messages.REMINDER if planned else messages.ANSWER
    return messages.queue(
        occasion.session, contact, draft, kind="alert" if alert else "confirmation", priority=important, now=now,
        key=_key(ride, contact, draft, now), inbox_id=occasion.inbox_id, due_at=due,
    )  # fmt: skip


def _key(ride: Ride, contact: Contact, draft: Draft, now: datetime) -> str:
    said = hashlib.sha256(repr((draft.text, draft.buttons)).encode()).hexdigest()[:16]
    return f"ride:{ride.id}:{contact.id}:{said}:{int(now.timestamp() // SAME_WITHIN.total_seconds())}"


def _call_people(occasion: Occasion) -> set[str]:
    """Those who must find another way; who is called by the alert needs no second message."""
    session, ride = occasion.session, occasion.ride
    asker = occasion.sender or (session.get(Contact, ride.contact_id) if ride.contact_id else None)
    return ride_alerts.no_driver(session, ride, asker, occasion.now, occasion.inbox_id)


def _tell_no_news(occasion: Occasion) -> None:
    session, ride = occasion.session, occasion.ride
    draft = texts.say("ride_alert_no_news", **values(session, ride))
    for contact in ride_alerts.no_news(session, ride, occasion.now):
        if not _is_sender(occasion, contact):
            push(occasion, contact, draft, alert=True)


def status(session: Session, ride: Ride, *, of_mother: bool) -> Draft:
    """How it stands, truthfully: nobody has accepted means that it is not sure."""
    side = Party.MOTHER if of_mother else Party.CADRE
    is_silent = ride.status == Status.ESCALATED and ride.driver_id is not None
    return texts.say(f"ride_status_{'no_news' if is_silent else ride.status}_{side}", **values(session, ride))


def without_buttons(draft: Draft) -> Draft:
    """The words alone, where several are said in a row."""
    return replace(draft, buttons=())
