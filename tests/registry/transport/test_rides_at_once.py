"""Several people at the same moment, in threads and transactions of their own: one driver wins, one ride each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Database
from registry.models import Contact, Driver, OutboxMessage, Ride, RideOffer
from registry.persons import people
from registry.rules.ride_values import Accepted, Cancelled, CancelReason, Party, PickedUp, Refusal
from registry.transport import rides, rides_due
from registry.transport.rides import Outcome, Wish
from tests import factories
from tests.conftest import NOW
from tests.registry.transport.ride_tools import scene

ROUNDS = 3


def at_once(database: Database, *acts: Callable[[Session], Outcome | None]) -> list[Outcome | None]:
    """Each act in a thread and a transaction of its own, all let go at the same moment."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[Session], Outcome | None]) -> Outcome | None:
        gate.wait()
        with database.write() as session:
            return act(session)

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(one, act) for act in acts]]


def accepting(ride: int, driver: int) -> Callable[[Session], Outcome | None]:
    return lambda session: rides.happen(session, ride, Accepted(driver), NOW)


def urgent_ride(database: Database) -> tuple[int, list[int], int]:
    """A ride two drivers have been offered: its number, theirs, and the mother's contact."""
    with database.write() as session:
        village = scene(session, drivers=2)
        ride = village.order(NOW, urgent=True, purpose="birth").ride
        return ride.id, [driver.id for driver in village.drivers], village.contact(village.mother).id


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_acceptances_at_once_have_one_winner(database: Database, turn: int) -> None:
    ride, drivers, _ = urgent_ride(database)
    outcomes = at_once(database, *(accepting(ride, driver) for driver in drivers))

    assert sorted(outcome.refused or "" for outcome in outcomes if outcome) == ["", Refusal.ALREADY_TAKEN]
    with database.read() as session:
        kept = session.get_one(Ride, ride)
        accepted = session.scalars(select(RideOffer.driver_id).where(RideOffer.status == "accepted")).all()
        confirmed = [row for row in session.scalars(select(OutboxMessage)) if "✅" in (row.text or "")]
        assert (kept.status, [kept.driver_id]) == ("confirmed", accepted)
        assert len(confirmed) == 3, "mother, cadre and the one driver"


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_same_driver_cannot_take_two_rides_at_once(database: Database, turn: int) -> None:
    with database.write() as session:
        village = scene(session, drivers=1)
        other = factories.person(session, name="Rini Wati")
        factories.reachable(session, other)
        first = village.order(NOW, urgent=True, purpose="birth").ride.id
        wish = Wish(NOW + timedelta(minutes=10), True, "birth", factories.SUMBEROTO, other.id)
        second = rides.order(session, village.contact(other), wish, NOW, None).ride.id
        driver = village.drivers[0].id
    outcomes = at_once(database, accepting(first, driver), accepting(second, driver))

    assert sorted(outcome.refused or "" for outcome in outcomes if outcome) == ["", Refusal.BUSY]
    with database.read() as session:
        assert session.scalar(select(func.count(Ride.id)).where(Ride.driver_id == driver)) == 1


def test_acceptance_and_cancellation_at_once_leave_no_driver_in_doubt(database: Database) -> None:
    ride, drivers, _ = urgent_ride(database)
    at_once(
        database,
        accepting(ride, drivers[0]),
        lambda session: rides.happen(session, ride, Cancelled(Party.MOTHER, CancelReason.NOT_NEEDED), NOW),
    )
    with database.read() as session:
        assert session.get_one(Ride, ride).status == "cancelled"
        assert session.scalars(select(RideOffer.id).where(RideOffer.status == "offered")).all() == []
        for driver in drivers:
            contact = people.contact_for_phone(session, session.get_one(Driver, driver).phone)
            assert contact is not None
            rows = session.scalars(select(OutboxMessage).where(OutboxMessage.contact_id == contact.id))
            last = [row.text or "" for row in rows.all()][-1]
            assert "tidak perlu" in last, "whoever was asked or has accepted is told not to come"


def test_clock_and_driver_at_once_never_leave_the_ride_without_an_owner(database: Database) -> None:
    ride, drivers, _ = urgent_ride(database)
    later = NOW + timedelta(minutes=3)

    def tick(session: Session) -> None:
        rides_due.run(session, later)

    at_once(
        database,
        lambda session: rides.happen(session, ride, Accepted(drivers[1]), later),
        tick,
        tick,
        lambda session: rides.happen(session, ride, PickedUp(Party.MOTHER), later),
    )
    with database.read() as session:
        kept = session.get_one(Ride, ride)
        assert kept.status in ("confirmed", "on_the_way")


def test_two_wishes_of_one_mother_at_once_are_one_ride(database: Database) -> None:
    with database.write() as session:
        village = scene(session)
        contact, mother = village.contact(village.mother).id, village.mother.id

    def ask(session: Session) -> Outcome:
        wish = Wish(NOW + timedelta(hours=20), False, "visit", factories.SUMBEROTO, mother)
        return rides.order(session, session.get_one(Contact, contact), wish, NOW, None)

    outcomes = at_once(database, ask, ask, ask)
    assert sorted(outcome.refused or "" for outcome in outcomes if outcome) == ["", Refusal.REPEATED, Refusal.REPEATED]
    with database.read() as session:
        assert session.scalar(select(func.count(Ride.id))) == 1
