"""A referral: asked, answered, on the way, arrived; everybody sees the same state and every step keeps its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.machine import Decision, Duty, TimePassed
from registry.rules.referral import (
    Answer,
    Answered,
    Arrived,
    Closed,
    Event,
    FacilityNamed,
    Left,
    Outcome,
    Referral,
    Refusal,
    Role,
    Status,
    Task,
    due_at,
    start,
    step,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
YES = (Status.READY, Status.COME)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def play(referral: Referral, *events: Event, now: datetime = NOW) -> Decision[Referral]:
    decision = Decision(referral)
    for event in events:
        decision = step(decision.case, event, now)
        assert decision.accepted, event
    return decision


def two() -> Referral:
    return start((1, 2), NOW).case


def to(decision: Decision[Referral], task: Task) -> list[tuple[str, int | None]]:
    return [(str(duty.to), duty.ref) for duty in decision.duties if duty.task is task]


def test_first_facility_is_asked_at_once() -> None:
    decision = start((1, 2), NOW)

    assert decision.case.status is Status.ASKED
    assert to(decision, Task.ASK_FACILITY) == [("facility", 1)]


def test_without_a_facility_dinkes_names_one() -> None:
    decision = start((), NOW)
    assert (decision.case.status, to(decision, Task.FIND_FACILITY)) == (Status.REQUESTED, [("dinkes", None)])

    assert play(decision.case, FacilityNamed(3)).case.status is Status.ASKED


@pytest.mark.parametrize("answer", [Answer.READY, Answer.COME])
def test_yes_is_told_to_everybody(answer: Answer) -> None:
    decision = play(two(), Answered(1, answer))

    assert (decision.case.status, decision.case.facility) == (answer.value, 1)
    assert to(decision, Task.TELL_STATE) == [
        ("sender", None), ("mother", None), ("cadre", None), ("driver", None), ("facility", 1),
    ]  # fmt: skip


def test_full_asks_the_next_and_then_dinkes() -> None:
    second = play(two(), Answered(1, Answer.FULL))
    assert (second.case.status, to(second, Task.ASK_FACILITY)) == (Status.ASKED, [("facility", 2)])

    third = play(second.case, Answered(2, Answer.FULL))
    assert (third.case.status, to(third, Task.FIND_FACILITY)) == (Status.FULL, [("dinkes", None)])


def test_silence_of_ten_minutes_is_told_to_dinkes_again_and_again() -> None:
    first = step(two(), TimePassed(), NOW + minutes(10))
    assert to(first, Task.TELL_SILENT) == [("dinkes", 1)]
    assert to(first, Task.ASK_FACILITY) == [("facility", 1)]

    assert due_at(first.case) == NOW + minutes(20)


@pytest.mark.parametrize(
    "before",
    [[], [Answered(1, Answer.READY)], [Left()], [Arrived()]],
    ids=["asked", "ready", "on the way", "arrived"],
)
def test_forgotten_referral_does_not_ring_for_weeks(before: list[Event]) -> None:
    referral, rings = play(two(), *before).case, 0
    while (due := due_at(referral)) is not None and due < NOW + timedelta(days=60):
        referral, rings = step(referral, TimePassed(), due).case, rings + 1
    assert 8 < rings < 30


def test_late_yes_of_a_silent_facility_counts_and_the_other_is_stood_down() -> None:
    referral = play(two(), FacilityNamed(2)).case
    decision = play(referral, Answered(1, Answer.READY))

    assert (decision.case.facility, to(decision, Task.STAND_DOWN)) == (1, [("facility", 2)])


def test_ready_facility_that_becomes_full_is_replaced() -> None:
    decision = play(two(), Answered(1, Answer.READY), Answered(1, Answer.FULL))

    assert (decision.case.status, decision.case.facility) == (Status.ASKED, None)
    assert to(decision, Task.ASK_FACILITY) == [("facility", 2)]


def test_she_is_not_turned_round_on_the_way() -> None:
    decision = play(two(), Left(), Answered(1, Answer.FULL))

    assert (decision.case.status, decision.case.facility) == (Status.ON_THE_WAY, 1)
    assert decision.duties == (Duty(Task.TELL_FULL, Role.DINKES), Duty(Task.TELL_FULL, Role.SENDER))


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        pytest.param([], Answered(9, Answer.READY), Refusal.NOT_ASKED, id="a facility that was not asked"),
        pytest.param([Answered(1, Answer.READY)], Answered(1, Answer.READY), Refusal.REPEATED, id="the same yes twice"),
        pytest.param(
            [FacilityNamed(2), Answered(1, Answer.COME)],
            Answered(2, Answer.READY),
            Refusal.OTHER_IS_READY,
            id="too late",
        ),
        pytest.param([Left()], Left(), Refusal.REPEATED, id="left twice"),
        pytest.param([Left()], FacilityNamed(2), Refusal.TOO_LATE, id="another facility on the way"),
        pytest.param([Closed(Outcome.NOT_NEEDED)], Left(), Refusal.OVER, id="closed"),
        pytest.param([], FacilityNamed(1), Refusal.REPEATED, id="the facility that is being asked"),
    ],
)
def test_impossible_event_is_refused_with_its_reason(before: list[Event], event: Event, expected: Refusal) -> None:
    assert step(play(two(), *before).case, event, NOW).refused is expected


@pytest.mark.parametrize(
    "event", [None, Left(), Arrived()], ids=["while she waits", "when she leaves", "when she arrives"]
)
def test_facility_with_the_number_nought_is_a_facility_too(event: Event | None) -> None:
    ready = play(start((0, 1), NOW).case, FacilityNamed(1), Answered(0, Answer.READY))
    decision = ready if event is None else step(ready.case, event, NOW)

    assert decision.case.facility == 0
    assert Duty(Task.TELL_STATE, Role.FACILITY, 0) in decision.duties


def test_leaving_needs_a_facility() -> None:
    assert step(start((), NOW).case, Left(), NOW).refused is Refusal.NO_FACILITY


def test_time_from_alert_to_arrival_is_kept() -> None:
    referral = play(two(), Answered(1, Answer.READY), now=NOW + minutes(4)).case
    referral = play(referral, Left(), now=NOW + minutes(9)).case
    referral = play(referral, Arrived(), now=NOW + minutes(41)).case

    assert (referral.answered_at, referral.left_at) == (NOW + minutes(4), NOW + minutes(9))
    assert referral.minutes_to_arrival() == 41
    assert referral.minutes_to_arrival(NOW - minutes(6)) == 47
    assert two().minutes_to_arrival() is None


def test_overdue_arrival_is_asked_after() -> None:
    referral = play(two(), Left()).case
    assert due_at(referral) == NOW + minutes(90)

    decision = step(referral, TimePassed(), NOW + minutes(90))
    assert to(decision, Task.ASK_ARRIVED) == [("sender", None), ("driver", None), ("facility", 1)]
    assert due_at(decision.case) == NOW + minutes(120)


def test_outcome_is_asked_every_day_after_arrival() -> None:
    decision = step(play(two(), Arrived()).case, TimePassed(), NOW + timedelta(days=1))

    assert to(decision, Task.ASK_OUTCOME) == [("facility", 1)]
    assert due_at(decision.case) == NOW + timedelta(days=2)


events = st.one_of(
    st.builds(FacilityNamed, st.integers(1, 4)),
    st.builds(Answered, st.integers(1, 4), st.sampled_from(Answer)),
    st.builds(Left),
    st.builds(Arrived),
    st.builds(TimePassed),
    st.builds(Closed, st.sampled_from(Outcome)),
)


@settings(max_examples=150, deadline=None)
@given(
    facilities=st.lists(st.integers(1, 4), max_size=3, unique=True),
    history=st.lists(st.tuples(events, st.integers(0, 200)), max_size=20),
)
def test_whatever_happens_somebody_is_asked_and_states_tell_the_truth(
    facilities: list[int], history: list[tuple[Event, int]]
) -> None:
    referral, now = start(tuple(facilities), NOW).case, NOW
    for event, later in history:
        now += minutes(later)
        referral = step(referral, event, now).case
        answers = {one.facility: one.answer for one in referral.asked}
        if referral.status in YES:
            assert referral.facility is not None
            assert answers[referral.facility] in (Answer.READY, Answer.COME)
        if referral.status is Status.ASKED:
            assert referral.asked[-1].answer is not Answer.FULL
        if referral.status in (Status.ON_THE_WAY, Status.ARRIVED):
            assert referral.facility in answers
        if referral.status is not Status.CLOSED:
            assert due_at(referral) is not None
