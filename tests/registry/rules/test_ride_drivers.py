"""Which drivers are asked for a ride."""

from __future__ import annotations

import pytest

from registry.rules.ride_drivers import next_offers
from registry.rules.ride_values import (
    Driver,
    Offer,
    OfferState,
    Ride,
    Slot,
)
from tests.registry.rules.ride_cases import (
    BUSY,
    MORROW,
    NOON,
    THREE,
    driver,
    minutes,
)


@pytest.mark.parametrize(
    ("drivers", "is_urgent", "expected"),
    [
        pytest.param(THREE, False, (1,), id="planned: one at a time"),
        pytest.param(THREE, True, (1, 2), id="urgent: two at once"),
        pytest.param((driver(1, order=9), driver(2)), False, (2,), id="the order of the roster"),
        pytest.param((driver(2, order=1), driver(1, order=1)), False, (1,), id="same place: always the same one"),
        pytest.param((driver(1, on_duty=False), driver(2)), False, (2,), id="off duty is passed over"),
        pytest.param((Driver(1, frozenset({"there"})), driver(2)), False, (2,), id="another village is passed over"),
        pytest.param((driver(1, booked=BUSY), driver(2)), False, (2,), id="busy 89 minutes later is passed over"),
        pytest.param((driver(1, booked=(Slot(MORROW + minutes(90)),)),), False, (1,), id="90 minutes later he is free"),
        pytest.param((driver(1, asked=BUSY), driver(2)), False, (2,), id="being asked for another comes last"),
        pytest.param((driver(1, asked=BUSY),), False, (1,), id="but is asked before nobody is"),
        pytest.param((), True, (), id="nobody there"),
    ],
)
def test_next_offers(drivers: tuple[Driver, ...], is_urgent: bool, expected: tuple[int, ...]) -> None:
    ride = Ride("here", MORROW, is_urgent, round_at=NOON)

    assert next_offers(ride, drivers, NOON) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(OfferState.DECLINED, (2,), id="who said no is not asked again"),
        pytest.param(OfferState.SILENT, (2,), id="who was silent is not asked again"),
        pytest.param(OfferState.STOOD_DOWN, (1,), id="who was stood down is"),
        pytest.param(OfferState.OFFERED, (), id="who has yet to answer holds the place"),
    ],
)
def test_next_offers_after_an_offer(state: OfferState, expected: tuple[int, ...]) -> None:
    ride = Ride("here", MORROW, False, round_at=NOON, offers=(Offer(1, NOON, state),))

    assert next_offers(ride, THREE, NOON) == expected


def test_urgent_slot_moves_with_the_search() -> None:
    ride = Ride("here", NOON, True, round_at=NOON)
    busy = driver(1, booked=(Slot(NOON + minutes(70), urgent=True),))

    assert next_offers(ride, (busy,), NOON) == (1,)
    assert next_offers(ride, (busy,), NOON + minutes(15)) == ()
