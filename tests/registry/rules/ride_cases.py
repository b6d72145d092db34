"""Rides for the tests: who drives, when, and a way to play several events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from registry.rules.machine import Decision
from registry.rules.ride import Event, start, step
from registry.rules.ride_values import (
    Driver,
    Ride,
    Slot,
    Task,
)

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 in Malang
MORROW = NOON + timedelta(hours=20)  # 08:00 the next day
NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # 01:00 in Malang


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def driver(
    number: int,
    order: int | None = None,
    on_duty: bool = True,
    booked: tuple[Slot, ...] = (),
    asked: tuple[Slot, ...] = (),
) -> Driver:
    return Driver(number, frozenset({"here"}), on_duty, order or number, booked, asked)


BUSY = (Slot(MORROW + minutes(89)),)
THREE = (driver(1), driver(2), driver(3))


def planned(drivers: tuple[Driver, ...] = THREE, at: datetime = MORROW, now: datetime = NOON) -> Ride:
    """A ride for tomorrow morning."""
    return start("here", at, False, drivers, now).case


def urgent(drivers: tuple[Driver, ...] = THREE, now: datetime = NOON) -> Ride:
    """A ride for now."""
    return start("here", now, True, drivers, now).case


def play(ride: Ride, *events: Event, now: datetime = NOON, drivers: tuple[Driver, ...] = THREE) -> Decision[Ride]:
    """The last decision of several events at one moment; all must be possible."""
    decision = Decision(ride)
    for event in events:
        decision = step(decision.case, event, now, drivers)
        assert decision.accepted, event
    return decision


def asked(ride: Ride) -> list[int]:
    return [offer.driver for offer in ride.open_offers]


def tasks(decision: Decision[Ride], task: Task) -> list[tuple[str, int | None]]:
    return [(duty.to, duty.ref) for duty in decision.duties if duty.task is task]
