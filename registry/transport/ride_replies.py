"""What drivers, mothers and cadres write of a ride, as the button that says the same.

Nobody is promised a car by half a yes: another hour, a "mungkin" or a question brings the offer back to the driver.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.clock_times import read_pickup
from nlu.language.driver_reply import (
    DriverReply,
    asks_of_ride,
    names_goal,
    read_driver_reply,
    read_ride_news,
    says_yes,
    sets_out,
)
from nlu.language.ride_request import calls_off
from registry.models import Driver, Person, Ride, RideOffer
from registry.persons import named_mothers
from registry.persons.people import Speaker
from registry.rules.ride_values import OfferState, Status
from registry.transport import rides

ANSWERABLE = (OfferState.OFFERED, OfferState.SILENT)
STILL_ANSWERED = timedelta(hours=24)  # so long a bare "bisa" is about an offer that was passed on
NEWS = {"picked_up": "ride_picked_up", "arrived": "ride_arrived", "done": "ride_done", "late": "ride_late"}
NEWS |= {"at_pickup": "ride_at_pickup"}
SHORTEST_RIDE = timedelta(minutes=30)  # before that "sudah sampai" may be her house as well
LATER, EARLIER = timedelta(minutes=15), timedelta(minutes=90)  # than she asked for, and still the same promise
HALF_A_DAY = timedelta(hours=12)
MOST_WORDS = 6  # of an answer; what is longer is another wish
_CLOCK = re.compile(r"(?i)(?<!\w)(?:jam|jm|pukul|pkl|setengah|stgh)\.?\s*\w")


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


def is_news(said: str) -> bool:
    """Whether words tell how a ride goes, whoever says them."""
    return read_ride_news(said) is not None


def is_called_off(session: Session, speaker: Speaker, said: str, now: datetime) -> bool:
    """Whether a helper says that nothing comes of a mother's ride, by the mother's name: "bu Siti gak jadi"."""
    if speaker.role not in ("cadre", "staff") or not calls_off(said):
        return False
    names = named_mothers.called_in(session, speaker, said)
    open_rides = rides.open_of(session, speaker, now) if names else []
    persons = [session.get_one(Person, ride.person_id) for ride in open_rides if ride.person_id]
    return any(named_mothers.is_named(person, names) for person in persons)


def _of_driver(session: Session, speaker: Speaker, driver: Driver, said: str, now: datetime) -> tuple[str, int] | None:
    reply = read_driver_reply(said)
    if reply in ("off_duty", "on_duty"):
        return ("driver_off" if reply == "off_duty" else "driver_on"), driver.id
    offer = _open_offer(session, driver, now)
    answer = _to_offer(session, offer, reply, said, now) if offer is not None else None
    if answer is not None:
        return answer
    current = [ride for ride in rides.current_of(session, speaker, now) if ride.driver_id == driver.id]
    held = current or [ride for ride in rides.open_of(session, speaker, now) if ride.driver_id == driver.id]
    if held:
        return _of_held(held[0], reply, said, now)
    lost = _lost_offer(session, driver, now)
    if reply == "accept" and lost is not None:
        return "ride_accept", lost.id
    return ("driver_idle", driver.id) if reply is not None and len(said.split()) <= MOST_WORDS else None


def _to_offer(
    session: Session, offer: RideOffer, reply: DriverReply | None, said: str, now: datetime
) -> tuple[str, int] | None:
    """What he says to the ride he is asked for; what is neither yes nor no brings it back."""
    if reply == "decline":
        return "ride_decline", offer.id
    ride = session.get_one(Ride, offer.ride_id)
    if reply == "accept":
        return ("ride_offer_again" if _names_other_hour(ride, said) else "ride_accept"), offer.id
    if offer.status != OfferState.OFFERED:
        return None
    if reply in ("picked_up", "arrived", "done", "at_pickup") and now >= ride.at - EARLIER:  # he simply went
        return ("ride_accept", offer.id) if reply == "at_pickup" else (NEWS[reply], ride.id)
    if reply == "late":
        return ("ride_accept_late" if says_yes(said) else "ride_offer_again"), offer.id
    return ("ride_offer_again", offer.id) if reply is not None or asks_of_ride(said) else None


def _names_other_hour(ride: Ride, said: str) -> bool:
    """ "Bisanya jam 9" is no yes to a ride at eight; of an urgent one every minute he comes is right."""
    if ride.urgent or not _CLOCK.search(said):
        return False
    told = read_pickup(said, ride.at - EARLIER)
    if told.value is None:
        return told.status == "ask_back"
    later = (told.value - ride.at) % HALF_A_DAY
    return LATER < later < HALF_A_DAY - EARLIER


def _of_held(ride: Ride, reply: DriverReply | None, said: str, now: datetime) -> tuple[str, int] | None:
    """News of the ride he has."""
    if reply is None:
        return ("ride_state", ride.id) if asks_of_ride(said) else None
    if reply in ("arrived", "done") and ride.status == Status.CONFIRMED and not names_goal(said):
        began = max(ride.at, ride.confirmed_at or ride.at)
        if now < began + SHORTEST_RIDE:
            return "ride_where", ride.id
    if reply == "accept" and sets_out(said) and now >= ride.at - rides.BEFORE_HER_TIME:
        return "ride_set_out", ride.id
    verbs = {"accept": "ride_state", "unsure": "ride_unsure", "decline": "ride_cannot"}
    return verbs.get(reply) or NEWS[reply], ride.id


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
