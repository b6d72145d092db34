"""Figures of rides, by village and month."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from registry.figures import ride_figures
from tests.conftest import NOW
from tests.factories import SUMBEROTO
from tests.registry.transport.ride_tools import scene


def test_figures_tell_how_long_it_took_and_who_refused(session: Session) -> None:
    village = scene(session, drivers=2)
    urgent = village.order(NOW, urgent=True, purpose="birth").ride
    village.decline(urgent, village.drivers[0])
    village.now = NOW + timedelta(minutes=2)
    village.accept(urgent, village.drivers[1])
    village.now = NOW + timedelta(minutes=30)
    village.press(village.drivers[1], "ride_arrived", urgent.id)
    lost = village.order(village.now + timedelta(days=2)).ride
    village.wait(village.now + timedelta(minutes=25))
    assert lost.status == "escalated"

    (found,) = ride_figures.of_rides(session, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert (found.village_code, found.month) == (SUMBEROTO, "2026-11")
    assert (found.asked, found.urgent, found.confirmed, found.arrived) == (2, 1, 1, 1)
    assert (found.refused, found.silent, found.escalated) == (1, 2, 1)
    assert (found.minutes_to_acceptance, found.minutes_to_arrival) == (2.0, 30.0)


def test_months_and_times_outside_are_left_out(session: Session) -> None:
    village = scene(session)
    village.order()

    assert ride_figures.of_rides(session, NOW + timedelta(days=1), NOW + timedelta(days=2)) == []
