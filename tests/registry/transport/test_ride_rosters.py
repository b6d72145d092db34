"""Whom a ride is offered to by the plan of the offices: drivers within their hours, in the order of the village."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from registry import clock
from registry.persons import shifts
from registry.persons.shifts import Wish
from tests.conftest import NOW
from tests.registry.transport.ride_tools import scene

EVERY_DAY = frozenset(range(7))


def test_driver_outside_his_hours_is_passed_over(session: Session) -> None:
    village = scene(session, drivers=2)
    night = Wish(EVERY_DAY, NOW.date(), None, time(19), time(5))
    shifts.plan(session, village.drivers[0], night, "staff:1", NOW)
    assert village.asked(village.order().ride) == [village.drivers[1]]


@pytest.mark.parametrize(("hour", "asked"), [(22, 0), (9, 1)], ids=["by night", "by day"])
def test_driver_is_judged_by_the_hour_at_which_she_is_fetched(session: Session, hour: int, asked: int) -> None:
    village = scene(session, drivers=2)
    night = Wish(EVERY_DAY, NOW.date(), None, time(19), time(5))
    shifts.plan(session, village.drivers[0], night, "staff:1", NOW)
    moment = datetime.combine(NOW.date() + timedelta(days=2), time(hour), clock.JAKARTA)
    assert village.asked(village.order(moment).ride) == [village.drivers[asked]]


def test_order_of_the_village_goes_before_the_drivers_own(session: Session) -> None:
    village = scene(session, drivers=3)
    for driver, place in zip(village.drivers, (3, 2, 1), strict=True):
        driver.areas[0].place_in_order = place
    session.flush()
    assert village.asked(village.order().ride) == [village.drivers[2]]
