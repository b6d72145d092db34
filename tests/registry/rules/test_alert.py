"""An alert climbs until it is taken and stays open until somebody says how it ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.alert import (
    Alert,
    Event,
    GivenBack,
    NobodyReached,
    OutcomeGiven,
    Refusal,
    SignAdded,
    Status,
    Taken,
    Task,
    due_at,
    start,
    step,
)
from registry.rules.alert_pace import PACES, PLANNED_RIDE, Kind, Outcome, Role, pace_of
from registry.rules.machine import Decision, Duty, TimePassed

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # 02:00 in Malang
SECONDS_OF_A_DAY = 24 * 60 * 60


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def opened(kind: Kind = Kind.DANGER_SIGN) -> Alert:
    return start(kind, NOW).case


def to(decision: Decision[Alert], task: Task) -> list[str]:
    return [str(duty.to) for duty in decision.duties if duty.task is task]


def timeline(alert: Alert, until: timedelta) -> list[tuple[float, list[str]]]:
    """What the clock does to an alert nobody answers: minutes since it was opened, and whom it calls."""
    found = []
    while (due := due_at(alert)) is not None and due <= NOW + until:
        decision = step(alert, TimePassed(), due)
        found.append(((due - NOW) / minutes(1), [str(duty.to) for duty in decision.duties]))
        alert = decision.case
    return found


def test_danger_calls_midwife_and_cadre_at_once() -> None:
    assert to(start(Kind.DANGER_SIGN, NOW), Task.CALL) == ["midwife", "cadre"]


@pytest.mark.parametrize("kind", [Kind.DANGER_SIGN, Kind.LABOUR])
def test_emergency_nobody_takes_climbs_and_repeats(kind: Kind) -> None:
    everybody = ["midwife", "cadre", "puskesmas", "dinkes"]

    assert timeline(opened(kind), minutes(41)) == [
        (5, ["puskesmas"]), (10, ["dinkes"]), (25, everybody), (40, everybody),
    ]  # fmt: skip


def test_missed_visit_gives_the_cadre_three_days_and_the_midwife_four_and_then_stands_in_the_weekly_list() -> None:
    day = 24 * 60

    assert timeline(opened(Kind.MISSED_VISIT), timedelta(days=60)) == [(3 * day, ["midwife"]), (7 * day, ["puskesmas"])]


def test_missing_driver_calls_cadre_and_puskesmas_at_once() -> None:
    assert to(start(Kind.NO_DRIVER, NOW), Task.CALL) == ["cadre", "puskesmas"]


def test_missing_driver_of_another_day_has_time() -> None:
    alert = start(Kind.NO_DRIVER, NOW, urgent=False).case

    assert (alert.pace, due_at(alert)) == (PLANNED_RIDE, NOW + minutes(30))


def test_late_clock_calls_every_rung_it_missed() -> None:
    assert to(step(opened(), TimePassed(), NOW + minutes(12)), Task.CALL) == ["puskesmas", "dinkes"]


def test_rung_without_anybody_is_passed_at_once() -> None:
    decision = step(opened(), NobodyReached(), NOW)

    assert to(decision, Task.CALL) == ["puskesmas"]
    top = step(decision.case, NobodyReached(), NOW).case
    assert step(top, NobodyReached(), NOW).duties == ()


def test_taken_alert_climbs_no_further_and_everybody_knows() -> None:
    decision = step(opened(), Taken(7), NOW + minutes(2))

    assert (decision.case.status, decision.case.status.shown) == (Status.TAKEN, "open")
    assert to(decision, Task.TELL_TAKEN) == ["midwife", "cadre"]
    assert due_at(decision.case) == NOW + minutes(62)


def test_outcome_is_asked_after_an_hour_and_then_louder() -> None:
    taken = step(opened(), Taken(7), NOW).case

    first = step(taken, TimePassed(), NOW + minutes(60))
    assert first.duties == (Duty(Task.ASK_OUTCOME, Role.TAKER, 7),)
    second = step(first.case, TimePassed(), NOW + minutes(120))
    assert second.duties == (Duty(Task.ASK_OUTCOME, Role.TAKER, 7), Duty(Task.CALL, Role.PUSKESMAS))


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        pytest.param([Taken(7)], Taken(8), Refusal.TAKEN_BY_OTHER, id="somebody else has it"),
        pytest.param([Taken(7)], Taken(7), Refusal.REPEATED, id="the same button twice"),
        pytest.param([Taken(7)], GivenBack(8), Refusal.NOT_YOURS, id="giving back what another has"),
        pytest.param([], GivenBack(7), Refusal.NOT_TAKEN, id="giving back what nobody has"),
        pytest.param([], OutcomeGiven(Outcome.VISIT_DONE, 7), Refusal.WRONG_OUTCOME, id="danger does not end so"),
        pytest.param([OutcomeGiven(Outcome.AT_FACILITY, 7)], Taken(8), Refusal.OVER, id="taking a closed one"),
    ],
)
def test_impossible_event_is_refused_with_its_reason(before: list[Event], event: Event, expected: Refusal) -> None:
    alert = opened()
    for one in before:
        alert = step(alert, one, NOW).case

    assert step(alert, event, NOW).refused is expected


def test_unreachable_stays_open_and_climbs_at_once() -> None:
    taken = step(opened(), Taken(7), NOW).case
    decision = step(taken, OutcomeGiven(Outcome.UNREACHABLE, 7), NOW + minutes(3))

    assert (decision.case.status, decision.case.taken_by) == (Status.OPEN, None)
    assert to(decision, Task.CALL) == ["puskesmas"]
    assert due_at(decision.case) == NOW + minutes(8)


def test_alert_given_back_calls_again() -> None:
    taken = step(opened(), Taken(7), NOW).case

    assert to(step(taken, GivenBack(7), NOW + minutes(30)), Task.CALL) == ["midwife", "cadre"]


def test_further_sign_of_one_emergency_goes_to_whoever_has_it() -> None:
    taken = step(opened(), Taken(7), NOW).case

    assert step(taken, SignAdded(), NOW).duties == (Duty(Task.TELL_SIGN, Role.TAKER, 7),)
    assert to(step(opened(), SignAdded(), NOW), Task.TELL_SIGN) == ["midwife", "cadre"]


@pytest.mark.parametrize(
    ("outcome", "days"),
    [
        pytest.param(Outcome.AT_FACILITY, [1, 3], id="at the facility"),
        pytest.param(Outcome.FALSE_ALARM, [], id="false alarm"),
        pytest.param(Outcome.DIED, [], id="died: nobody asks how she is"),
    ],
)
def test_closed_emergency_is_followed_up(outcome: Outcome, days: list[int]) -> None:
    closed = step(opened(), OutcomeGiven(outcome, 7), NOW).case

    assert timeline(closed, timedelta(days=9)) == [(day * 24 * 60, ["mother", "cadre"]) for day in days]


@pytest.mark.parametrize(
    ("outcome", "task"),
    [
        (Outcome.REFERRED, Task.START_REFERRAL), (Outcome.DELIVERED, Task.ASK_BIRTH), (Outcome.DIED, Task.ASK_LOSS),
    ],
)  # fmt: skip
def test_outcome_leads_on(outcome: Outcome, task: Task) -> None:
    assert Duty(task, Role.TAKER, 7) in step(opened(), OutcomeGiven(outcome, 7), NOW).duties


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_pace_that_begins_at_once_and_climbs(kind: Kind) -> None:
    for pace in {pace_of(kind), pace_of(kind, urgent=False)}:
        times = [rung.after for rung in pace.rungs]
        assert times[0] == timedelta(0)
        assert times == sorted(set(times))
        assert Outcome.UNREACHABLE in pace.outcomes
    assert kind in PACES


events = st.one_of(
    st.builds(Taken, st.integers(1, 3)),
    st.builds(GivenBack, st.integers(1, 3)),
    st.builds(SignAdded),
    st.builds(NobodyReached),
    st.builds(OutcomeGiven, st.sampled_from(Outcome), st.integers(1, 3)),
    st.builds(TimePassed),
)
histories = st.lists(st.tuples(events, st.integers(0, SECONDS_OF_A_DAY)), max_size=25)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(Kind), history=histories)
def test_whatever_happens_an_alert_is_somebodys_until_it_has_an_outcome(
    kind: Kind, history: list[tuple[Event, int]]
) -> None:
    alert, now = opened(kind), NOW
    for event, seconds in history:
        now += timedelta(seconds=seconds)
        decision = step(alert, event, now)
        assert decision.case.rungs >= alert.rungs, "an alert never climbs down"
        alert = decision.case
        assert (alert.status is Status.TAKEN) == (alert.taken_by is not None and alert.status is not Status.CLOSED)
        assert (alert.status is Status.CLOSED) == (alert.outcome is not None)
        assert alert.outcome is not Outcome.UNREACHABLE
        if alert.status is not Status.CLOSED:
            is_listed = alert.pace.repeat is None and alert.rungs == len(alert.pace.rungs)
            assert due_at(alert) is not None or (is_listed and alert.status is Status.OPEN)
