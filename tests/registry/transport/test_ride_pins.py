"""A place on the map that is sent after a car was asked for: kept with the ride, and told to the driver who comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.transport import ride_pins
from tests.registry.transport.ride_tools import TOMORROW, Party, Scene, scene

POINT = "?q=-8.31,112.42"


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def sends_pin(village: Scene, whom: Party, lat: object = -8.31, *, is_emergency: bool = False) -> bool:
    speaker = village.speaker(whom)
    return ride_pins.note_pin(village.session, speaker, lat, 112.42, village.now, None, is_emergency=is_emergency)


def test_place_reaches_the_driver_who_has_accepted(village: Scene) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    assert sends_pin(village, village.mother)
    assert POINT in village.sent(village.drivers[0])[-1]
    assert not [text for driver in village.drivers[1:] for text in village.sent(driver) if POINT in text]


def test_place_sent_before_anybody_accepts_comes_with_the_confirmation(village: Scene) -> None:
    ride = village.order().ride
    assert sends_pin(village, village.mother)
    assert not [text for driver in village.drivers for text in village.sent(driver) if POINT in text]
    village.accept(ride, village.drivers[0])
    assert POINT in village.sent(village.drivers[0])[-1]


def test_last_place_counts_and_words_about_the_house_stay(village: Scene) -> None:
    ride = village.order().ride
    ride.pickup = "belakang musala"
    assert sends_pin(village, village.mother, -8.5)
    assert sends_pin(village, village.mother)
    assert (ride.pickup or "").startswith("belakang musala, ")
    assert (ride.pickup or "").count("?q=") == 1
    assert POINT in (ride.pickup or "")


@pytest.mark.parametrize("who", ["cadre", "midwife", "driver"])
def test_helper_who_shows_her_own_place_moves_no_car(village: Scene, who: str) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    assert not sends_pin(village, village.who(who))
    assert POINT not in (ride.pickup or "")


def test_place_in_an_emergency_leaves_the_car_of_the_check_up_alone(village: Scene) -> None:
    check_up = village.order().ride
    assert not sends_pin(village, village.mother, is_emergency=True)
    urgent = village.order(TOMORROW - timedelta(hours=21), urgent=True, purpose="emergency").ride
    assert sends_pin(village, village.mother, is_emergency=True)
    assert (POINT in (check_up.pickup or ""), POINT in (urgent.pickup or "")) == (False, True)


def test_place_sent_from_within_the_car_is_nobodys_errand(village: Scene) -> None:
    ride = village.order(village.now + timedelta(minutes=5), urgent=True).ride
    village.accept(ride, village.drivers[0])
    village.press(village.drivers[0], "ride_picked_up", ride.id)
    assert not sends_pin(village, village.mother)


@pytest.mark.parametrize("lat", [None, "x", 91], ids=["none", "word", "beyond the pole"])
def test_place_not_on_earth_is_none(village: Scene, lat: object) -> None:
    village.order()
    assert not sends_pin(village, village.mother, lat)
