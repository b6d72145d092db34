"""A ride: who wins, and what silence, lateness and a changed time do to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.rules.machine import Duty, TimePassed
from registry.rules.quiet import is_quiet
from registry.rules.ride import Event, start, step
from registry.rules.ride_clock import ask_after, due_at, give_up_at, reminders
from registry.rules.ride_values import (
    Accepted,
    Arrived,
    Assigned,
    Cancelled,
    CancelReason,
    Declined,
    Done,
    Party,
    PickedUp,
    Refusal,
    Slot,
    Status,
    Task,
    Terms,
    TimeChanged,
)
from tests.registry.rules.ride_cases import (
    BUSY,
    MORROW,
    NIGHT,
    NOON,
    THREE,
    asked,
    driver,
    minutes,
    planned,
    play,
    tasks,
    urgent,
)

# ---------------------------------------------------------------- acceptance


def test_acceptance_confirms_and_everybody_gets_the_same_facts() -> None:
    decision = play(planned(), Accepted(1))

    assert (decision.case.status, decision.case.driver) == (Status.CONFIRMED, 1)
    assert tasks(decision, Task.TELL_CONFIRMED) == [("mother", None), ("cadre", None), ("driver", 1)]


def test_first_acceptance_wins_and_the_other_is_stood_down() -> None:
    decision = play(urgent(), Accepted(2))

    assert tasks(decision, Task.STAND_DOWN) == [("driver", 1)]
    late = step(decision.case, Accepted(1), NOON, THREE)
    assert (late.refused, late.case) == (Refusal.ALREADY_TAKEN, decision.case)


@pytest.mark.parametrize(
    ("events", "last", "expected"),
    [
        pytest.param([Accepted(1)], Accepted(1), Refusal.REPEATED, id="the same yes twice"),
        pytest.param([], Accepted(3), Refusal.NOT_ASKED, id="a driver who was not asked"),
        pytest.param([], Accepted(1, NOON), Refusal.TIME_CHANGED, id="a yes to another time"),
        pytest.param([], Declined(2), Refusal.NOT_ASKED, id="a no nobody asked for"),
        pytest.param([Declined(1)], Declined(1), Refusal.REPEATED, id="the same no twice"),
        pytest.param([], PickedUp(Party.MOTHER), Refusal.TOO_EARLY, id="picked up a day early"),
        pytest.param([Accepted(1)], PickedUp(Party.DRIVER, 2), Refusal.NOT_YOURS, id="another driver's news"),
        pytest.param([], TimeChanged(MORROW), Refusal.REPEATED, id="the same time"),
        pytest.param([], TimeChanged(NOON - minutes(1)), Refusal.TOO_LATE, id="a time that is past"),
        pytest.param(
            [Cancelled(Party.MOTHER, CancelReason.NOT_NEEDED)],
            Accepted(1),
            Refusal.OVER,
            id="a yes to a cancelled ride",
        ),
    ],
)
def test_impossible_event_is_refused_with_its_reason(events: list[Event], last: Event, expected: Refusal) -> None:
    ride = play(planned(), *events).case

    assert step(ride, last, NOON, THREE).refused is expected


def test_driver_who_took_another_ride_meanwhile_is_busy() -> None:
    ride = planned()

    assert step(ride, Accepted(1), NOON, (driver(1, booked=BUSY),)).refused is Refusal.BUSY


def test_late_acceptance_is_taken_while_the_ride_needs_a_driver() -> None:
    ride = planned()
    silent = step(ride, TimePassed(), NOON + minutes(10), (driver(1),)).case
    assert silent.status is Status.ESCALATED

    assert step(silent, Accepted(1), NOON + minutes(60), THREE).case.driver == 1
    assert step(silent, Accepted(1), MORROW + minutes(90), THREE).refused is Refusal.TOO_LATE


# ---------------------------------------------------------------- silence, refusal, nobody


def test_silence_passes_to_the_next_after_ten_minutes() -> None:
    ride = planned()
    assert due_at(ride) == NOON + minutes(10)

    assert asked(step(ride, TimePassed(), NOON + minutes(9.9), THREE).case) == [1]
    assert asked(step(ride, TimePassed(), NOON + minutes(10), THREE).case) == [2]


def test_time_to_answer_is_a_setting() -> None:
    ride = start("here", MORROW, False, THREE, NOON, Terms(confirm_minutes=25)).case

    assert due_at(ride) == NOON + minutes(25)


def test_urgent_ride_always_has_two_asked() -> None:
    ride = play(urgent(), Declined(1)).case

    assert asked(ride) == [2, 3]
    assert due_at(ride) == NOON + minutes(3)


def test_nobody_left_is_told_to_people_and_to_her() -> None:
    decision = play(planned((driver(1),)), Declined(1), drivers=(driver(1),))

    assert decision.case.status is Status.ESCALATED
    assert decision.duties == (
        Duty(Task.RAISE_NO_DRIVER, Party.STAFF),
        Duty(Task.TELL_NOBODY, Party.MOTHER),
        Duty(Task.TELL_NOBODY, Party.CADRE),
    )


def test_no_driver_at_all_escalates_at_once() -> None:
    assert start("here", NOON, True, (), NOON).case.status is Status.ESCALATED


def test_search_is_given_up_at_the_pick_up_time_though_drivers_are_left() -> None:
    many = tuple(driver(one) for one in range(1, 9))
    ride = planned(many, at=NOON + minutes(35))
    assert give_up_at(ride) == NOON + minutes(35)

    assert step(ride, TimePassed(), NOON + minutes(35), many).case.status is Status.ESCALATED


def test_offer_made_at_night_waits_for_the_morning() -> None:
    ride = planned(at=NIGHT + timedelta(hours=8), now=NIGHT)  # 09:00

    assert due_at(ride) == NIGHT + timedelta(hours=5, minutes=10)  # 06:10


@pytest.mark.parametrize(
    ("hours", "is_urgent", "now_asked"),
    [
        pytest.param(4, True, [1, 2], id="05.00, before the quiet hours end"),
        pytest.param(5.2, True, [1, 2], id="06.12, too short after they end"),
        pytest.param(6, False, [1], id="07.00, time enough in the morning"),
    ],
)
def test_ride_before_the_morning_is_arranged_in_the_night(hours: float, is_urgent: bool, now_asked: list[int]) -> None:
    ride = planned(at=NIGHT + timedelta(hours=hours), now=NIGHT)
    assert (ride.status, ride.urgent, asked(ride)) == (Status.REQUESTED, is_urgent, now_asked)


def test_ride_for_which_nobody_was_found_by_night_calls_people_at_once() -> None:
    decision = step(planned(at=NIGHT + timedelta(hours=4), now=NIGHT), TimePassed(), NIGHT + timedelta(minutes=15))
    assert (decision.case.status, decision.case.urgent) == (Status.ESCALATED, True)
    assert tasks(decision, Task.RAISE_NO_DRIVER)


def test_urgent_ride_is_offered_at_night_too() -> None:
    assert asked(urgent(now=NIGHT)) == [1, 2]


def test_driver_who_cancels_is_replaced_and_she_knows_it() -> None:
    decision = play(planned(), Accepted(1), Declined(1, CancelReason.VEHICLE))

    assert (decision.case.driver, asked(decision.case), decision.case.reason) == (None, [2], CancelReason.VEHICLE)
    assert tasks(decision, Task.TELL_SEARCHING) == [("mother", None), ("cadre", None)]


def test_breakdown_under_way_goes_to_people_at_once() -> None:
    ride = play(urgent(), Accepted(1), PickedUp(Party.DRIVER, 1)).case
    decision = play(ride, Declined(1, CancelReason.VEHICLE))

    assert (decision.case.status, decision.case.driver) == (Status.ESCALATED, None)


def test_driver_assigned_by_people_is_confirmed() -> None:
    ride = play(planned((driver(1),)), Declined(1), drivers=(driver(1),)).case

    assert play(ride, Assigned(3)).case.driver == 3


# ---------------------------------------------------------------- changed, cancelled


def test_changed_time_is_confirmed_again_by_the_same_driver() -> None:
    later = MORROW + timedelta(hours=2)
    confirmed = play(planned(), Declined(1), Accepted(2)).case
    decision = play(confirmed, TimeChanged(later))

    assert (decision.case.status, decision.case.driver, asked(decision.case)) == (Status.REQUESTED, None, [2])
    assert not tasks(decision, Task.STAND_DOWN)
    assert not tasks(decision, Task.TELL_CONFIRMED)
    assert step(decision.case, Accepted(2, MORROW), NOON, THREE).refused is Refusal.TIME_CHANGED
    assert step(decision.case, Accepted(2, later), NOON, THREE).case.at == later


def test_changed_time_goes_to_others_when_the_driver_is_busy_then() -> None:
    later = MORROW + timedelta(hours=2)
    confirmed = play(planned(), Accepted(1)).case
    decision = step(confirmed, TimeChanged(later), NOON, (driver(1, booked=(Slot(later),)), driver(2)))

    assert asked(decision.case) == [2]
    assert tasks(decision, Task.STAND_DOWN) == [("driver", 1)]


@pytest.mark.parametrize("by", [Party.MOTHER, Party.CADRE, Party.STAFF])
def test_cancelling_tells_everybody_who_was_to_come(by: Party) -> None:
    decision = play(play(urgent(), Accepted(1)).case, Cancelled(by, CancelReason.BIRTH))

    assert (decision.case.status, decision.case.reason) == (Status.CANCELLED, CancelReason.BIRTH)
    assert tasks(decision, Task.TELL_CANCELLED) == [("mother", None), ("cadre", None), ("driver", 1)]


def test_cancelling_before_anybody_accepted_stands_down_those_asked() -> None:
    decision = play(urgent(), Cancelled(Party.MOTHER, CancelReason.WRONG))

    assert tasks(decision, Task.STAND_DOWN) == [("driver", 1), ("driver", 2)]


# ---------------------------------------------------------------- news


@pytest.mark.parametrize("by", Party)
def test_any_of_the_three_may_say_it(by: Party) -> None:
    number = 1 if by is Party.DRIVER else None
    ride = play(urgent(), Accepted(1)).case
    statuses = [
        (ride := play(ride, event).case).status
        for event in (PickedUp(by, number), Arrived(by, number), Done(by, number))
    ]

    assert statuses == [Status.ON_THE_WAY, Status.ARRIVED, Status.DONE]


def test_overdue_pick_up_is_asked_after_and_then_goes_to_people() -> None:
    ride = play(planned(), Accepted(1)).case
    assert ask_after(ride) == MORROW + minutes(15)

    first = step(ride, TimePassed(), MORROW + minutes(15), THREE)
    assert tasks(first, Task.ASK_NEWS) == [("mother", None), ("cadre", None), ("driver", 1)]
    second = step(first.case, TimePassed(), MORROW + minutes(45), THREE)
    assert (second.case.status, tasks(second, Task.RAISE_NO_NEWS)) == (
        Status.ESCALATED, [("staff", None), ("cadre", None)],
    )  # fmt: skip


def test_overdue_arrival_is_asked_after_an_hour() -> None:
    ride = play(urgent(), Accepted(1), PickedUp(Party.MOTHER)).case

    assert ask_after(ride) == NOON + minutes(60)


def test_arrived_ride_is_done_an_hour_later() -> None:
    ride = play(urgent(), Accepted(1), Arrived(Party.CADRE)).case

    assert step(ride, TimePassed(), NOON + minutes(60), THREE).case.status is Status.DONE


def test_reminders_are_the_evening_before_and_two_hours_before() -> None:
    ride = play(planned(), Accepted(1)).case

    assert reminders(ride, NOON) == (NOON + timedelta(hours=6), MORROW - timedelta(hours=2))
    assert reminders(ride, NOON + timedelta(hours=7)) == (MORROW - timedelta(hours=2),)
    assert reminders(planned(), NOON) == ()


def test_no_reminder_rings_at_night() -> None:
    ride = play(planned(at=NIGHT + timedelta(hours=6)), Accepted(1)).case  # 07:00

    assert [is_quiet(at, Terms().quiet_hours) for at in reminders(ride, NOON)] == [False]
