"""Rides of a world: whatever state they come in, they have an owner and the clock goes on with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import OutboxMessage, Ride
from registry.outside import records, world
from registry.transport import rides_due
from tests.conftest import NOW

MOTHER, DRIVER = "+6281200000001", "+6281200000041"
AREA = {"village": "Sumberoto", "district": "Donomulyo"}


def document(status: str, *, driver: bool = True) -> dict[str, object]:
    ride: dict[str, object] = {"person": "siti", "at": "2026-11-22T07:00:00+07:00", "status": status}
    return {
        "actors": {"joko": {"role": "driver", "phone": DRIVER, "name": "Joko Susilo"}},
        "persons": [{"ref": "siti", "name": "Siti Aminah", "phone": MOTHER, "nik": "3507014503989001", **AREA}],
        "drivers": [{"actor": "joko", "areas": [AREA]}],
        "rides": [ride | ({"driver": "joko"} if driver else {})],
    }


@pytest.mark.parametrize("driver", [True, False], ids=["driver named", "no driver named"])
@pytest.mark.parametrize("status", world.RIDES)
def test_ride_of_a_world_has_an_owner_and_a_record(session: Session, status: str, driver: bool) -> None:
    world.load(session, document(status, driver=driver), NOW)
    ride = session.scalars(select(Ride)).one()
    accepted = [offer.driver_id for offer in ride.offers if offer.status == "accepted"]

    assert ride.status == status
    assert accepted == ([ride.driver_id] if status in ("confirmed", "on_the_way", "arrived", "done") else [])
    assert (status == "requested") == any(offer.status == "offered" for offer in ride.offers)
    assert session.scalars(select(OutboxMessage)).all() == []
    (row,) = records.read(session, "ride", {"status": status})
    assert (row["nik"], row["at"]) == ("3507014503989001", "2026-11-22T07:00:00+07:00")
    assert row["driver"] == (DRIVER if accepted else None)


@pytest.mark.parametrize("status", world.RIDES)
def test_clock_takes_a_loaded_ride_to_its_end(session: Session, status: str) -> None:
    world.load(session, document(status), NOW)
    now = NOW
    for _ in range(40):
        moment = rides_due.next_at(session, now)
        if moment is None:
            break
        now = moment
        while rides_due.run(session, now):
            pass
    else:
        raise AssertionError("it never comes to an end")

    assert now < NOW + timedelta(days=3)
    assert session.scalars(select(Ride)).one().status not in ("requested", "confirmed", "on_the_way", "arrived")
