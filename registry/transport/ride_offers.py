"""Rides as rows: locked and read as the values that ``registry.rules.ride`` steps, written back, and who may drive.

Locks are always taken in one order, rides by their number and then one driver, so that two answers at the same moment
wait for each other and never for ever.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.models import BirthPlan, Driver, DriverArea, Person, Ride, RideOffer
from registry.persons import people, shifts
from registry.rules import ride_clock, ride_values
from registry.rules.ride_values import CancelReason, Offer, OfferState, Slot, Status, Terms

HOLDING = (Status.CONFIRMED, Status.ON_THE_WAY, Status.ARRIVED, Status.ESCALATED)
OPEN = (Status.REQUESTED, Status.CONFIRMED, Status.ON_THE_WAY, Status.ESCALATED)
AGREED_FIRST, SUBSTITUTE_NEXT = -2, -1  # places in the roster for the birth, before everybody else
FOR_THE_BIRTH = ("birth", "emergency")


def terms_on(session: Session, now: datetime) -> Terms:
    """The settings in force."""
    today = clock.today(now)
    start, end = programme.value(session, "quiet_hours", today)
    return Terms(
        confirm_minutes=programme.value(session, "driver_confirm_minutes", today),
        urgent_minutes=programme.value(session, "driver_urgent_minutes", today),
        quiet_hours=(start, end),
    )


def locked(session: Session, *which: ColumnElement[bool], at_most: int | None = None) -> list[Ride]:
    """The rides, held until this transaction ends, with everything that others wrote before."""
    rows = select(Ride).where(*which).order_by(Ride.id).with_for_update(key_share=True, skip_locked=at_most is not None)
    found = list(session.scalars(rows.limit(at_most).execution_options(populate_existing=True)))
    for row in found:
        session.expire(row, ["offers"])
    return found


def hold_driver(session: Session, driver_id: int) -> None:
    """Until this transaction ends nobody else gives this driver a ride."""
    session.execute(select(Driver.id).where(Driver.id == driver_id).with_for_update(key_share=True))


def value_of(row: Ride) -> ride_values.Ride:
    """The ride as the rules see it."""
    return ride_values.Ride(
        village=row.village_code or "",
        at=row.at,
        urgent=row.urgent,
        round_at=row.round_at or row.asked_at,
        status=Status(row.status),
        driver=row.driver_id,
        offers=tuple(Offer(one.driver_id, one.until, OfferState(one.status)) for one in current_offers(row)),
        expected_at=row.expected_at,
        picked_up_at=row.picked_up_at,
        arrived_at=row.arrived_at,
        asked_at=row.news_asked_at,
        reason=CancelReason(row.reason) if row.reason else None,
    )


def current_offers(row: Ride) -> list[RideOffer]:
    """Those of the search that runs, or ran last."""
    return [one for one in row.offers if not one.past]


def keep(session: Session, row: Ride, case: ride_values.Ride, now: datetime, terms: Terms) -> None:
    """Write a ride back; what was offered for a time that changed stays as history."""
    _keep_offers(session, row, case, now)
    if case.status is Status.CONFIRMED and (row.status != Status.CONFIRMED or row.driver_id != case.driver):
        row.confirmed_at = now
    if case.status in (Status.DONE, Status.CANCELLED) and row.closed_at is None:
        row.closed_at = now
    row.status, row.at, row.urgent, row.driver_id = str(case.status), case.at, case.urgent, case.driver
    row.round_at, row.expected_at, row.news_asked_at = case.round_at, case.expected_at, case.asked_at
    row.picked_up_at, row.arrived_at = case.picked_up_at, case.arrived_at
    row.reason = str(case.reason) if case.reason else None
    row.next_step_at = next_step(case, now, terms)
    session.flush()


def next_step(case: ride_values.Ride, now: datetime, terms: Terms) -> datetime | None:
    """When the clock must look: something is overdue, or all three are to be reminded."""
    due = ride_clock.due_at(case, terms)
    moments = (due, *ride_clock.reminders(case, now, terms))
    return min((moment for moment in moments if moment is not None), default=None)


def _keep_offers(session: Session, row: Ride, case: ride_values.Ride, now: datetime) -> None:
    """First everything that ends, then what begins: at no moment are two offers of a ride accepted."""
    moved = row.at != case.at
    wanted = {offer.driver: offer for offer in case.offers}
    kept: dict[int, RideOffer] = {}
    for one in current_offers(row):
        offer = wanted.get(one.driver_id)
        asked_anew = offer is not None and offer.state is OfferState.OFFERED and one.status != OfferState.OFFERED
        if offer is None or moved or asked_anew:
            one.past = True
            _settle(one, OfferState.STOOD_DOWN if one.status in ("offered", "accepted") else one.status, now)
        else:
            kept[one.driver_id] = one
            if offer.state is not OfferState.ACCEPTED:
                _settle(one, offer.state, now)
    session.flush()
    for offer in case.offers:
        if offer.driver in kept:
            _settle(kept[offer.driver], offer.state, now)
        else:
            answered = None if offer.state is OfferState.OFFERED else now
            row.offers.append(
                RideOffer(
                    driver_id=offer.driver, status=str(offer.state), at=now, until=offer.answer_by, answered_at=answered
                )
            )
    session.flush()


def _settle(one: RideOffer, state: str, now: datetime) -> None:
    if one.status != state:
        one.status, one.answered_at = str(state), now


def roster(
    session: Session, ride: Ride, case: ride_values.Ride, now: datetime, *also: int | None
) -> tuple[ride_values.Driver, ...]:  # fmt: skip
    """Who may be asked: drivers of her village, those already concerned, and what else they have to do; on duty is who
    will be when she is to be fetched.
    """
    concerned = {one for one in (*also, case.driver, *(offer.driver for offer in case.offers)) if one is not None}
    agreed = _agreed(session, ride)
    local = select(DriverArea.driver_id).where(DriverArea.village_code == case.village)
    rows = select(Driver).where(Driver.active, Driver.id.in_(local) | Driver.id.in_(concerned | agreed.keys()))
    drivers = list(session.scalars(rows.order_by(Driver.id)))
    ids = [driver.id for driver in drivers]
    resting = shifts.off_duty(session, drivers, max(ride.at, now))
    booked, asked = _booked(session, ids, ride.id), _asked(session, ids, ride.id)
    return tuple(
        ride_values.Driver(
            id=driver.id,
            villages=_villages(driver, case.village if driver.id in agreed else None),
            on_duty=_is_on_duty(session, driver, resting),
            order=agreed.get(driver.id, place_of(driver, case.village)),
            booked=tuple(slot for number, slot in booked if number == driver.id),
            asked=tuple(slot for number, slot in asked if number == driver.id),
        )
        for driver in drivers
    )


def _is_on_duty(session: Session, driver: Driver, resting: Collection[int]) -> bool:
    is_reached = people.contact_for_phone(session, driver.phone) is not None
    return driver.on_duty and driver.id not in resting and is_reached


def place_of(driver: Driver, village_code: str) -> int:
    """His place among the drivers of a village: the one given there, else his own."""
    places = [area.place_in_order for area in driver.areas if area.village_code == village_code]
    return next((place for place in places if place is not None), driver.place_in_order)


def _villages(driver: Driver, also: str | None) -> frozenset[str]:
    return frozenset(area.village_code for area in driver.areas) | ({also} if also else set())


def _agreed(session: Session, ride: Ride) -> dict[int, int]:
    """Who agreed to drive her when the time comes, and their places before all others."""
    person = session.get(Person, ride.person_id) if ride.person_id and ride.purpose in FOR_THE_BIRTH else None
    pregnancy = people.active_pregnancy(session, person) if person else None
    plan = session.get(BirthPlan, pregnancy.id) if pregnancy else None
    if plan is None:
        return {}
    found = {plan.substitute_id: SUBSTITUTE_NEXT} if plan.substitute_agreed else {}
    found |= {plan.driver_id: AGREED_FIRST} if plan.driver_agreed else {}
    return {driver: place for driver, place in found.items() if driver is not None}


def _booked(session: Session, drivers: Collection[int], but: int) -> list[tuple[int, Slot]]:
    rows = select(Ride).where(Ride.driver_id.in_(drivers), Ride.status.in_(HOLDING), Ride.id != but)
    found = [(row.driver_id, Slot(row.expected_at or row.at, row.urgent)) for row in session.scalars(rows)]
    return [(driver, slot) for driver, slot in found if driver is not None]


def _asked(session: Session, drivers: Collection[int], but: int) -> list[tuple[int, Slot]]:
    rows = (
        select(RideOffer.driver_id, Ride.at, Ride.urgent)
        .join(Ride, Ride.id == RideOffer.ride_id)
        .where(RideOffer.driver_id.in_(drivers), RideOffer.status == OfferState.OFFERED, Ride.id != but)
    )
    return [(driver, Slot(at, urgent)) for driver, at, urgent in session.execute(rows)]
