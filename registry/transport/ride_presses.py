"""Buttons under the news of a ride; ``ride_replies`` reads the words that say the same.

Whoever presses must be one of the three; what comes twice, late or from the wrong one is answered with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, texts
from registry.acts import Act, Do
from registry.messaging.messages import Draft
from registry.models import Driver, Ride, RideOffer
from registry.persons.people import Speaker
from registry.rules.ride import NEWS_NOT_BEFORE
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
    Task,
)
from registry.transport import ride_offers, ride_words, rides, vouchers
from registry.transport.ride_words import Occasion
from registry.transport.rides import Event, Outcome


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


def _accept_late(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    """ "Bisa, tapi telat 15 menit": he has the ride, and she knows that he comes later."""
    said = _accept(session, speaker, number, now, inbox_id)
    offer = session.get(RideOffer, number)
    ride = _of_its_driver(session, speaker, offer.ride_id) if offer is not None else None
    late = _pass_on(Occasion(session, ride, now, speaker.contact, inbox_id), "late") if ride is not None else ()
    return (*said, *late)


def _offer_again(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    """What he wrote is neither yes nor no: the same facts and buttons once more."""
    offer, driver = session.get(RideOffer, number), rides.driver_of(session, speaker)
    ride = session.get(Ride, offer.ride_id) if offer is not None else None
    if offer is None or ride is None or driver is None or offer.driver_id != driver.id or offer.past:
        return ()
    told = ride_words.values(session, ride) | {"offer": str(offer.id)}
    return (texts.say("ride_offer_again", **told),)


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
    """He comes later: mother and cadre know it. Long before her time he is asked whether he comes at all."""
    ride = _of_its_driver(session, speaker, number)
    if ride is None:
        return ()
    if now < ride.at - rides.BEFORE_HER_TIME:
        return (ride_words.say(session, ride, "reminder", Party.DRIVER),)
    news = "late" if ride.picked_up_at is None else "delayed"
    return _pass_on(Occasion(session, ride, now, speaker.contact, inbox_id), news)


def _at_pickup(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    """He stands at the door, or finds nobody there: she and her cadre know that he is waiting."""
    ride = _of_its_driver(session, speaker, number)
    if ride is None or ride.picked_up_at is not None:
        return ()
    if now < ride.at - NEWS_NOT_BEFORE:
        return (texts.say("ride_refused_too_early"),)
    return _pass_on(Occasion(session, ride, now, speaker.contact, inbox_id), "at_pickup")


def _set_out(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """ "Otw bu": whoever waits for him knows that he is coming."""
    ride = _of_its_driver(session, speaker, number)
    if ride is None or ride.picked_up_at is not None:
        return ()
    return _pass_on(Occasion(session, ride, now, speaker.contact, inbox_id), "set_out")


def _of_its_driver(session: Session, speaker: Speaker, number: int) -> Ride | None:
    """The ride, when the speaker drives it and it is not over; also when people ask after it."""
    ride, driver = session.get(Ride, number), rides.driver_of(session, speaker)
    if ride is None or driver is None or ride.driver_id != driver.id:
        return None
    return ride if ride.status in (Status.CONFIRMED, Status.ON_THE_WAY, Status.ESCALATED) else None


def _pass_on(occasion: Occasion, news: str) -> Sequence[Draft]:
    """What the driver tells goes to the mother and to whoever looks after her."""
    session, ride = occasion.session, occasion.ride
    told, mother = ride_words.values(session, ride), ride_words.mother_contact(session, ride)
    if mother is not None:
        ride_words.push(occasion, mother, texts.say(f"ride_{news}_mother", **told))
    for contact in ride_words.cadre_contacts(session, ride):
        ride_words.push(occasion, contact, texts.say(f"ride_{news}_cadre", **told))
    sender = occasion.sender.id if occasion.sender else None
    audit.note(session, occasion.now, f"ride_{news}", contact_id=sender, subject=f"ride:{ride.id}")
    return (texts.say(f"ride_{news}_driver", **told),)


def _ask_driver(name: str) -> Do:
    """What he wrote has two meanings: he is asked which."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        ride = _of_its_driver(session, speaker, number)
        return () if ride is None else (texts.say(name, **ride_words.values(session, ride)),)

    return do


def _idle(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """A driver's word while he has neither an offer nor a ride."""
    driver = rides.driver_of(session, speaker)
    return (texts.say("driver_idle"),) if driver is not None and driver.id == number else ()


def _state(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    ride = session.get(Ride, number)
    party = rides.party_of(session, speaker, ride) if ride else None
    if ride is None or party is None:
        return ()
    if party is Party.DRIVER and ride.status == Status.CONFIRMED:
        return (ride_words.say(session, ride, Task.TELL_CONFIRMED, Party.DRIVER),)
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
    "ride_accept_late": Act(_accept_late),
    "ride_offer_again": Act(_offer_again, "inform"),
    "ride_decline": Act(_decline, "deny"),
    "ride_cannot": Act(_cannot, "cancel_transport"),
    "ride_picked_up": Act(_news(PickedUp), "inform"),
    "ride_arrived": Act(_news(Arrived), "inform"),
    "ride_done": Act(_news(Done), "inform"),
    "ride_late": Act(_late, "inform"),
    "ride_at_pickup": Act(_at_pickup, "inform"),
    "ride_set_out": Act(_set_out, "inform"),
    "ride_where": Act(_ask_driver("ride_where_driver"), "inform"),
    "ride_unsure": Act(_ask_driver("ride_reminder_driver"), "inform"),
    "ride_not_come": Act(_not_come, "ask_transport_status"),
    "ride_cancel": Act(_cancel, "cancel_transport"),
    "ride_not_needed": Act(_cancel, "cancel_transport"),
    "ride_still_needed": Act(_still("ride_still_needed")),
    "ride_still_coming": Act(_still("ride_still_coming")),
    "ride_state": Act(_state, "ask_transport_status"),
    "driver_off": Act(_off_duty, "inform"),
    "driver_on": Act(_on_duty, "inform"),
    "driver_idle": Act(_idle, "inform"),
}
