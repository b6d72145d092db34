"""Buttons under the news of a ride, and the words of drivers, mothers and cadres that say the same.

Whoever presses must be one of the three; what comes twice, late or from the wrong one is answered with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.driver_reply import read_driver_reply, read_ride_news
from registry import audit, texts
from registry.acts import Act, Do
from registry.messaging.messages import Draft
from registry.models import Driver, Ride, RideOffer
from registry.persons.people import Speaker
from registry.rules.ride_values import (
    Accepted,
    Arrived,
    Cancelled,
    CancelReason,
    Declined,
    Done,
    OfferState,
    Party,
    PickedUp,
    Refusal,
    Status,
)
from registry.transport import ride_offers, ride_words, rides, vouchers
from registry.transport.ride_words import Occasion
from registry.transport.rides import Event, Outcome

ANSWERABLE = (OfferState.OFFERED, OfferState.SILENT)
STILL_ANSWERED = timedelta(hours=24)  # so long a bare "bisa" is about an offer that was passed on
NEWS = {"picked_up": "ride_picked_up", "arrived": "ride_arrived", "done": "ride_done", "late": "ride_late"}


def _accept(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    offer, driver = session.get(RideOffer, number), rides.driver_of(session, speaker)
    if offer is None or driver is None or offer.driver_id != driver.id:
        return ()
    outcome = rides.happen(
        session, offer.ride_id, Accepted(driver.id), now, sender=speaker.contact, inbox_id=inbox_id, offer_id=offer.id
    )
    if outcome is not None and outcome.refused is Refusal.BUSY:  # he cannot be at two places: somebody else is asked
        rides.happen(session, offer.ride_id, Declined(driver.id), now, sender=speaker.contact, inbox_id=inbox_id)
    return _answered(session, outcome, texts.say("ride_accepted_driver"))


def _decline(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    offer, driver = session.get(RideOffer, number), rides.driver_of(session, speaker)
    if offer is None or driver is None or offer.driver_id != driver.id:
        return ()
    event = Declined(driver.id)
    outcome = rides.happen(
        session, offer.ride_id, event, now, sender=speaker.contact, inbox_id=inbox_id, offer_id=offer.id
    )
    return _answered(session, outcome, texts.say("ride_declined_driver"))


def _cannot(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    driver, ride = rides.driver_of(session, speaker), session.get(Ride, number)
    if driver is None or ride is None or ride.driver_id != driver.id:
        return ()
    outcome = rides.happen(session, number, Declined(driver.id), now, sender=speaker.contact, inbox_id=inbox_id)
    return _answered(session, outcome, texts.say("ride_declined_driver"))


def _answered(session: Session, outcome: Outcome | None, *otherwise: Draft) -> Sequence[Draft]:
    """What the step says to the sender, else this; a refusal says why."""
    if outcome is None:
        return ()
    if outcome.refused is not None:
        return (texts.say(f"ride_refused_{outcome.refused}"),)
    return outcome.answers or otherwise


def _news(kind: type[PickedUp | Arrived | Done]) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        ride = session.get(Ride, number)
        party = rides.party_of(session, speaker, ride) if ride else None
        driver = rides.driver_of(session, speaker) if party in (None, Party.DRIVER) else None
        if driver is not None:
            party = Party.DRIVER
        if ride is None or party is None:
            return ()
        event: Event = kind(party, driver.id if driver else None)
        outcome = rides.happen(session, number, event, now, sender=speaker.contact, inbox_id=inbox_id)
        if outcome is not None and outcome.refused is None and kind in (Arrived, Done):
            vouchers.ask(Occasion(session, outcome.ride, now, speaker.contact, inbox_id))
        return _answered(session, outcome, texts.say("ride_refused_repeated"))

    return do


def _cancel(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    return cancel(session, speaker, number, CancelReason.NOT_NEEDED, now, inbox_id)


def cancel(
    session: Session, speaker: Speaker, number: int, reason: CancelReason, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:
    """One of the three calls a ride off; a driver's word takes only himself back."""
    ride = session.get(Ride, number)
    party = rides.party_of(session, speaker, ride) if ride else None
    if ride is None or party is None:
        return ()
    driver = rides.driver_of(session, speaker)
    if party is Party.DRIVER and driver is not None:
        event: Event = Declined(driver.id, reason)
    else:
        event = Cancelled(party, reason)
    outcome = rides.happen(session, number, event, now, sender=speaker.contact, inbox_id=inbox_id)
    return _answered(session, outcome, texts.say("ride_declined_driver"))


def _still(name: str) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        ride = session.get(Ride, number)
        if ride is None or ride.status not in ride_offers.OPEN or rides.party_of(session, speaker, ride) is None:
            return ()
        audit.note(session, now, name, contact_id=speaker.contact.id, subject=f"ride:{ride.id}")
        return (texts.say(f"{name}_thanks"),)

    return do


def _not_come(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """She waits and nobody comes: the driver is asked at once, the cadre knows, and she has his number and 119."""
    ride = session.get(Ride, number)
    party = rides.party_of(session, speaker, ride) if ride else None
    if ride is None or party in (None, Party.DRIVER):
        return ()
    of_mother = party is Party.MOTHER
    if ride.status != Status.CONFIRMED or ride.at > now:
        return (ride_words.status(session, ride, of_mother=of_mother),)
    occasion = Occasion(session, ride, now, speaker.contact, inbox_id)
    told = ride_words.values(session, ride)
    driver = ride_words.driver_contact(session, ride.driver_id)
    if driver is not None:
        ride_words.push(occasion, driver, texts.say("ride_ask_news_pick_up_driver", **told), alert=True)
    for contact in ride_words.cadre_contacts(session, ride):
        if contact.id != speaker.contact.id:
            ride_words.push(occasion, contact, texts.say("ride_not_come_cadre", **told), alert=True)
    audit.note(session, now, "ride_not_come", contact_id=speaker.contact.id, subject=f"ride:{ride.id}")
    return (texts.say(f"ride_not_come_{Party.MOTHER if of_mother else Party.CADRE}", **told),)


def _late(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """He says that he comes later: mother and cadre know it."""
    ride, driver = session.get(Ride, number), rides.driver_of(session, speaker)
    if ride is None or driver is None or ride.driver_id != driver.id or ride.status != Status.CONFIRMED:
        return ()
    occasion, told = Occasion(session, ride, now, speaker.contact, inbox_id), ride_words.values(session, ride)
    mother = ride_words.mother_contact(session, ride)
    if mother is not None:
        ride_words.push(occasion, mother, texts.say("ride_late_mother", **told))
    for contact in ride_words.cadre_contacts(session, ride):
        ride_words.push(occasion, contact, texts.say("ride_late_cadre", **told))
    audit.note(session, now, "ride_late", contact_id=speaker.contact.id, subject=f"ride:{ride.id}")
    return (texts.say("ride_late_driver"),)


def _state(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    ride = session.get(Ride, number)
    party = rides.party_of(session, speaker, ride) if ride else None
    if ride is None or party is None:
        return ()
    return (ride_words.status(session, ride, of_mother=party is Party.MOTHER),)


def _off_duty(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """He is asked no more; an offer that waits for him is a no, a ride he has stays his until he says otherwise."""
    driver = rides.driver_of(session, speaker)
    if driver is None or driver.id != number:
        return ()
    _set_duty(session, speaker, driver, False, now)
    waiting = select(RideOffer).where(
        RideOffer.driver_id == driver.id, RideOffer.status == OfferState.OFFERED, RideOffer.past.is_(False)
    )
    for offer in session.scalars(waiting.order_by(RideOffer.ride_id)).all():
        rides.happen(session, offer.ride_id, Declined(driver.id), now, sender=speaker.contact, inbox_id=inbox_id)
    held = [ride for ride in rides.open_of(session, speaker, now) if ride.driver_id == driver.id]
    if held:
        return (texts.say("driver_off_duty_ride", **ride_words.values(session, held[0])),)
    return (texts.say("driver_off_duty"),)


def _on_duty(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    driver = rides.driver_of(session, speaker)
    if driver is None or driver.id != number:
        return ()
    _set_duty(session, speaker, driver, True, now)
    return (texts.say("driver_on_duty"),)


def _set_duty(session: Session, speaker: Speaker, driver: Driver, on_duty: bool, now: datetime) -> None:
    driver.on_duty = on_duty
    session.flush()
    audit.note(
        session, now, "driver_duty", contact_id=speaker.contact.id, subject=f"driver:{driver.id}", on_duty=on_duty
    )


PRESSES: dict[str, Act] = {
    "ride_accept": Act(_accept),
    "ride_decline": Act(_decline, "deny"),
    "ride_cannot": Act(_cannot, "cancel_transport"),
    "ride_picked_up": Act(_news(PickedUp), "inform"),
    "ride_arrived": Act(_news(Arrived), "inform"),
    "ride_done": Act(_news(Done), "inform"),
    "ride_late": Act(_late, "inform"),
    "ride_not_come": Act(_not_come, "ask_transport_status"),
    "ride_cancel": Act(_cancel, "cancel_transport"),
    "ride_not_needed": Act(_cancel, "cancel_transport"),
    "ride_still_needed": Act(_still("ride_still_needed")),
    "ride_still_coming": Act(_still("ride_still_coming")),
    "ride_state": Act(_state, "ask_transport_status"),
    "driver_off": Act(_off_duty, "inform"),
    "driver_on": Act(_on_duty, "inform"),
}


def spoken(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """The verb and the number that somebody's words mean; only for who has an offer or a ride, or drives at all."""
    driver = rides.driver_of(session, speaker)
    if driver is not None and speaker.role == "driver":
        return _of_driver(session, speaker, driver, said, now)
    news = read_ride_news(said)
    if news is None:
        return None
    current = rides.current_of(session, speaker, now)
    if len(current) != 1:
        return None
    return ("ride_not_come" if news == "not_come" else NEWS[news]), current[0].id


def _of_driver(session: Session, speaker: Speaker, driver: Driver, said: str, now: datetime) -> tuple[str, int] | None:
    reply = read_driver_reply(said)
    if reply in ("off_duty", "on_duty"):
        return ("driver_off" if reply == "off_duty" else "driver_on"), driver.id
    offer = _open_offer(session, driver, now)
    if reply in ("accept", "decline") and offer is not None:
        return f"ride_{reply}", offer.id
    current = [ride for ride in rides.current_of(session, speaker, now) if ride.driver_id == driver.id]
    held = current or [ride for ride in rides.open_of(session, speaker, now) if ride.driver_id == driver.id]
    if reply == "accept" and not held:
        lost = _lost_offer(session, driver, now)
        return ("ride_accept", lost.id) if lost is not None else None
    if reply is None or not held:
        return None
    verb = {"accept": "ride_state", "decline": "ride_cannot"}.get(reply) or NEWS[reply]
    return verb, held[0].id


def _open_offer(session: Session, driver: Driver, now: datetime) -> RideOffer | None:
    """The offer he means: the newest that waits for him, else the newest that was passed on and is still needed."""
    rows = (
        select(RideOffer)
        .join(Ride, Ride.id == RideOffer.ride_id)
        .where(RideOffer.driver_id == driver.id, RideOffer.past.is_(False), RideOffer.status.in_(ANSWERABLE))
        .where(Ride.status.in_((Status.REQUESTED, Status.ESCALATED)), RideOffer.at >= now - STILL_ANSWERED)
        .order_by(RideOffer.status != OfferState.OFFERED, RideOffer.id.desc())
    )
    return session.scalar(rows.limit(1))


def _lost_offer(session: Session, driver: Driver, now: datetime) -> RideOffer | None:
    """His last offer of the day, which somebody else took meanwhile: he hears so."""
    rows = (
        select(RideOffer)
        .where(RideOffer.driver_id == driver.id, RideOffer.at >= now - STILL_ANSWERED)
        .order_by(RideOffer.id.desc())
    )
    return session.scalar(rows.limit(1))
