"""Many rides and few drivers: what must hold whatever people and the clock do."""

from __future__ import annotations

from itertools import combinations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from registry.rules.machine import TimePassed
from registry.rules.ride import Event, start, step
from registry.rules.ride_values import (
    Accepted,
    Arrived,
    Assigned,
    Cancelled,
    CancelReason,
    Declined,
    Done,
    Driver,
    Party,
    PickedUp,
    Ride,
    Status,
    Task,
    TimeChanged,
)
from tests.registry.rules.ride_cases import (
    NOON,
    driver,
    minutes,
)


class Fleet(RuleBasedStateMachine):
    """Rides of one village share four drivers; people and the clock do what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.rides: list[Ride] = []
        self.accepted: set[tuple[int, int]] = set()

    def drivers(self, but: int = -1) -> tuple[Driver, ...]:
        booked = [(ride.driver, ride.slot) for place, ride in enumerate(self.rides) if place != but]
        return tuple(driver(one, booked=tuple(s for d, s in booked if d == one and s)) for one in (1, 2, 3, 4))

    def happen(self, place: int, event: Event) -> None:
        place %= len(self.rides)
        before = self.rides[place]
        decision = step(before, event, self.now, self.drivers(place))
        self.rides[place] = decision.case
        if isinstance(event, Accepted | Assigned) and decision.accepted:
            self.accepted.add((place, event.driver))
        if isinstance(event, TimeChanged) and decision.accepted:
            self.accepted = {one for one in self.accepted if one[0] != place}
        for duty in decision.duties:
            if duty.task is Task.TELL_CONFIRMED:
                assert (place, decision.case.driver) in self.accepted, "told of a car nobody promised"
        assert decision.accepted or decision.case == before

    @initialize(is_urgent=st.booleans())
    def first(self, is_urgent: bool) -> None:
        self.ask(is_urgent, 30)

    @precondition(lambda self: len(self.rides) < 5)
    @rule(is_urgent=st.booleans(), later=st.integers(0, 300))
    def ask(self, is_urgent: bool, later: int) -> None:
        at = self.now if is_urgent else self.now + minutes(later)
        self.rides.append(start("here", at, is_urgent, self.drivers(), self.now).case)

    @rule(place=st.integers(0, 4), number=st.integers(1, 4), yes=st.booleans())
    def answer(self, place: int, number: int, yes: bool) -> None:
        self.happen(place, Accepted(number) if yes else Declined(number))

    @rule(place=st.integers(0, 4), number=st.integers(1, 4))
    def assign(self, place: int, number: int) -> None:
        self.happen(place, Assigned(number))

    @rule(place=st.integers(0, 4), later=st.integers(-10, 300))
    def change(self, place: int, later: int) -> None:
        self.happen(place, TimeChanged(self.now + minutes(later)))

    @rule(place=st.integers(0, 4), by=st.sampled_from(Party), kind=st.sampled_from([PickedUp, Arrived, Done]))
    def tell(self, place: int, by: Party, kind: type[PickedUp | Arrived | Done]) -> None:
        self.happen(place, kind(by, 1 if by is Party.DRIVER else None))

    @rule(place=st.integers(0, 4))
    def cancel(self, place: int) -> None:
        self.happen(place, Cancelled(Party.MOTHER, CancelReason.NOT_NEEDED))

    @rule(later=st.integers(0, 40))
    def wait(self, later: int) -> None:
        self.now += minutes(later)
        for place in range(len(self.rides)):
            self.happen(place, TimePassed())

    @invariant()
    def every_ride_has_an_owner(self) -> None:
        for ride in self.rides:
            if ride.status is Status.REQUESTED:
                assert ride.open_offers
            if ride.status is Status.CONFIRMED:
                assert ride.driver is not None

    @invariant()
    def at_most_as_many_are_asked_at_once_as_may_be(self) -> None:
        assert all(len(ride.open_offers) <= (2 if ride.urgent else 1) for ride in self.rides)

    @invariant()
    def nobody_is_asked_for_what_is_settled(self) -> None:
        assert all(not ride.open_offers for ride in self.rides if ride.status is not Status.REQUESTED)

    @invariant()
    def driver_has_one_ride_at_a_time(self) -> None:
        held = [(ride.driver, ride.slot) for ride in self.rides if ride.slot]
        for (one, slot), (other, second) in combinations(held, 2):
            assert slot and second
            assert one != other or not slot.overlaps(second)


Fleet.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestFleet = Fleet.TestCase
