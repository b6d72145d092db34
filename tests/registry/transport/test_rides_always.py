"""Whatever people and the clock do to a ride in the database, what is promised holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, OutboxMessage, Ride
from registry.rules.ride_values import Cancelled, CancelReason, TimeChanged
from registry.rules.ride_values import Party as Side
from registry.transport import ride_offers, rides, rides_due
from tests.conftest import NOW
from tests.registry.transport.ride_tools import Scene, scene

VERBS = (
    "accept",
    "decline",
    "ride_cannot",
    "ride_picked_up",
    "ride_arrived",
    "ride_done",
    "ride_late",
    "ride_not_come",
)
Step = tuple[str, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(VERBS), st.integers(0, 2)),
        st.tuples(st.sampled_from(["wait", "move"]), st.integers(1, 120)),
        st.tuples(st.just("cancel"), st.just(0)),
    ),
    max_size=14,
)


def play(village: Scene, ride: Ride, step: Step) -> None:
    verb, number = step
    if verb == "wait":
        village.wait(village.now + timedelta(minutes=number))
    elif verb == "move":
        event = TimeChanged(village.now + timedelta(minutes=number))
        rides.happen(village.session, ride.id, event, village.now)
    elif verb == "cancel":
        rides.happen(village.session, ride.id, Cancelled(Side.MOTHER, CancelReason.NOT_NEEDED), village.now)
    elif verb in ("accept", "decline"):
        driver = village.drivers[number]
        current = [one for one in ride_offers.current_offers(ride) if one.driver_id == driver.id]
        if current:
            village.press(driver, f"ride_{verb}", current[0].id)
    else:
        village.press(village.drivers[number], verb, ride.id)


def check(village: Scene, ride: Ride) -> None:
    states = [offer.status for offer in ride_offers.current_offers(ride)]
    everything = [offer.status for offer in ride.offers]
    assert everything.count("accepted") <= 1
    assert ride.status != "requested" or "offered" in states
    assert ride.status != "confirmed" or (ride.driver_id is not None and states.count("accepted") == 1)
    assert states.count("offered") <= (2 if ride.urgent else 1)
    assert ride.status in ("escalated", "done", "cancelled") or ride.next_step_at is not None
    if ride.status == "escalated":
        assert village.session.scalars(select(Alert).where(Alert.about == f"ride:{ride.id}")).all()
    if ride.confirmed_at is None:
        assert village.rows("sudah pasti") == []


@pytest.mark.parametrize("urgent", [False, True], ids=["planned", "urgent"])
@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ride_keeps_its_promises_whatever_happens(session: Session, urgent: bool, steps: Sequence[Step]) -> None:
    savepoint = session.begin_nested()
    village = scene(session)
    ride = village.order(NOW if urgent else NOW + timedelta(hours=3), urgent=urgent).ride
    check(village, ride)
    for step in steps:
        play(village, ride, step)
        check(village, ride)
    village.wait(village.now + timedelta(days=2))
    assert rides_due.next_at(session, village.now) is None
    assert ride.status in ("escalated", "done", "cancelled")
    texts = [(row.contact_id, row.text, row.due_at) for row in session.scalars(select(OutboxMessage))]
    assert len(texts) == len(set(texts)), "the same words twice at one moment"
    savepoint.rollback()
    session.expire_all()
