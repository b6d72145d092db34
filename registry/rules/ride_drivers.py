"""Which drivers are asked for a ride."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from registry.rules.ride_values import Driver, OfferState, Ride, Slot

AT_ONCE = {False: 1, True: 2}  # by urgency: planned rides ask one driver at a time, urgent ones two
_MAY_BE_ASKED_AGAIN = frozenset({OfferState.STOOD_DOWN})  # he never said no


def wanted_slot(ride: Ride, now: datetime) -> Slot:
    """The time a driver who accepts now must have free; a ride whose time has passed starts now."""
    return Slot(max(ride.at, now), ride.urgent)


def is_free(driver: Driver, slot: Slot) -> bool:
    """Whether he has no accepted ride around that time."""
    return not any(slot.overlaps(booked) for booked in driver.booked)


def next_offers(ride: Ride, drivers: Iterable[Driver], now: datetime) -> tuple[int, ...]:
    """The drivers to ask next, the best first: as many as may be asked at once less those who have yet to answer.

    On duty, of her village, free around that time, not asked before; those who are not just being asked for another
    ride of that time come first, then the order of the roster.
    """
    slot = wanted_slot(ride, now)
    tried = {offer.driver for offer in ride.offers if offer.state not in _MAY_BE_ASKED_AGAIN}
    fit = [
        driver
        for driver in drivers
        if driver.on_duty and ride.village in driver.villages and driver.id not in tried and is_free(driver, slot)
    ]
    fit.sort(key=lambda driver: (any(slot.overlaps(asked) for asked in driver.asked), driver.order, driver.id))
    places = AT_ONCE[ride.urgent] - len(ride.open_offers)
    return tuple(driver.id for driver in fit[: max(0, places)])
