"""A ride that comes with a world: completed, so that it has an owner and the clock knows when to look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry.models import Ride
from registry.rules import ride as machine
from registry.rules import ride_values
from registry.rules.ride_values import Offer, OfferState, Status, Terms
from registry.transport import ride_offers, rides

DRIVEN = (Status.CONFIRMED, Status.ON_THE_WAY, Status.ARRIVED, Status.DONE)


def complete(session: Session, ride: Ride, now: datetime) -> None:
    """Add it as if it had come about here: who drives has accepted, who is asked has an offer. Nobody is written to."""
    wanted = Status(ride.status)
    driver, ride.driver_id, ride.status, ride.round_at = ride.driver_id, None, Status.REQUESTED, now
    ride.destination = ride.destination or rides.destination_for(session, ride.village_code, ride.purpose)
    session.add(ride)
    session.flush()
    terms = ride_offers.terms_on(session, now)
    case = _case(session, ride, wanted, driver, now, terms)
    ride_offers.keep(session, ride, case, now, terms)


def _case(
    session: Session, ride: Ride, wanted: Status, driver: int | None, now: datetime, terms: Terms
) -> ride_values.Ride:  # fmt: skip
    case = ride_offers.value_of(ride)
    roster = ride_offers.roster(session, ride, case, now, driver)
    if driver is None and wanted in (*DRIVEN, Status.REQUESTED):
        found = machine.start(case.village, case.at, case.urgent, roster, now, terms).case.open_offers
        driver = found[0].driver if found else None
    offers: tuple[Offer, ...] = ()
    if driver is not None and wanted in DRIVEN:
        offers = (Offer(driver, now, OfferState.ACCEPTED),)
    elif driver is not None and wanted is Status.REQUESTED:
        offers = (Offer(driver, now + timedelta(minutes=terms.confirm_minutes)),)
    is_driven = wanted in DRIVEN
    return replace(
        case,
        status=wanted,
        driver=driver if is_driven else None,
        offers=offers,
        expected_at=max(case.at, now) if is_driven else None,
        picked_up_at=now if wanted in (Status.ON_THE_WAY, Status.ARRIVED, Status.DONE) else None,
        arrived_at=now if wanted in (Status.ARRIVED, Status.DONE) else None,
    )
