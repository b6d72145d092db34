"""A complaint: its number, who may see it, its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.complaint import (
    Answered,
    Category,
    Complaint,
    Event,
    Objected,
    Officer,
    Refusal,
    Role,
    Settled,
    Status,
    Task,
    Unit,
    View,
    due_at,
    number_of,
    read_number,
    route,
    start,
    step,
    view_of,
)
from registry.rules.machine import Duty, TimePassed

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DINKES = Officer(1, Unit.DINKES)
COMPLAINED_OF = Officer(2, Unit.PUSKESMAS, "Puskesmas Pakis")
ELSEWHERE = Officer(3, Unit.PUSKESMAS, "Puskesmas Turen")
SECONDED = Officer(4, Unit.DINKES, "PKM  PAKIS")
OFFICERS = (DINKES, COMPLAINED_OF, ELSEWHERE, SECONDED)


def opened(facility: str | None = "Puskesmas Pakis") -> Complaint:
    return start(number_of(2026, 123), Category.ILLEGAL_FEE, facility, NOW).case


def days(count: float) -> timedelta:
    return timedelta(days=count)


def test_number_has_the_year_and_six_digits() -> None:
    assert opened().number == "K-2026-000123"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("K-2026-000123", "K-2026-000123", id="as it was given"),
        pytest.param("gimana bu aduan k 2026 123 saya", "K-2026-000123", id="in a sentence, without dashes"),
        pytest.param("K2026000123", "K-2026-000123", id="without anything between"),
        pytest.param("K-2026-000000", None, id="no complaint has number nought"),
        pytest.param("tahun 2026 bulan 11", None, id="no number at all"),
    ],
)
def test_number_is_read_in_a_message(text: str, expected: str | None) -> None:
    assert read_number(text) == expected


@given(year=st.integers(2000, 9999), serial=st.integers(1, 999_999))
def test_every_number_can_be_read_again(year: int, serial: int) -> None:
    assert read_number(number_of(year, serial)) == number_of(year, serial)


@pytest.mark.parametrize(
    ("facility", "expected"),
    [
        pytest.param("Puskesmas Pakis", (1,), id="nobody of that puskesmas, not even one lent to Dinkes"),
        pytest.param("pkm pakis", (1,), id="however it is spelt"),
        pytest.param("RSUD Kanjuruhan", (1, 4), id="never another puskesmas"),
        pytest.param(None, (1, 4), id="no facility named: no puskesmas at all"),
    ],
)
def test_complaint_goes_to_dinkes_and_never_to_the_facility(facility: str | None, expected: tuple[int, ...]) -> None:
    assert tuple(one.id for one in route(facility, OFFICERS)) == expected


@given(facility=st.none() | st.sampled_from(["Puskesmas Pakis", "PKM Turen", "RSUD Kanjuruhan"]))
def test_whoever_is_not_routed_to_sees_nothing(facility: str | None) -> None:
    routed = route(facility, OFFICERS)

    assert all((view_of(one, facility) is View.FULL) == (one in routed) for one in OFFICERS)
    assert all(one.unit is Unit.DINKES for one in routed)


def test_she_gets_her_number_at_once() -> None:
    decision = start("K-2026-000001", Category.REFUSED, None, NOW)

    assert decision.duties == (Duty(Task.TELL_NUMBER, Role.COMPLAINANT), Duty(Task.HANDLE, Role.DINKES))


def test_unanswered_complaint_is_remembered_and_then_escalated_every_week() -> None:
    complaint, seen = opened(), []
    for _ in range(4):
        due = due_at(complaint)
        assert due is not None
        decision = step(complaint, TimePassed(), due)
        seen.append(((due - NOW).days, [f"{duty.task} {duty.to}" for duty in decision.duties]))
        complaint = decision.case

    escalated = ["escalate head", "remind dinkes"]
    assert seen == [(3, ["remind dinkes"]), (7, escalated), (14, escalated), (21, escalated)]


def test_late_clock_escalates_straight_away() -> None:
    assert Duty(Task.ESCALATE, Role.HEAD) in step(opened(), TimePassed(), NOW + days(8)).duties


def test_answer_reaches_her() -> None:
    decision = step(opened(), Answered(DINKES), NOW)

    assert (decision.case.status, decision.duties) == (Status.ANSWERED, (Duty(Task.TELL_ANSWER, Role.COMPLAINANT),))


def test_objection_opens_it_again_with_a_new_clock() -> None:
    answered = step(opened(), Answered(DINKES), NOW + days(6)).case
    decision = step(answered, Objected(), NOW + days(6.5))

    assert decision.case.status is Status.OPEN
    assert due_at(decision.case) == NOW + days(9.5)


def test_answer_she_does_not_contradict_closes_it_after_two_weeks() -> None:
    answered = step(opened(), Answered(DINKES), NOW).case

    assert step(answered, TimePassed(), NOW + days(13.9)).case.status is Status.ANSWERED
    assert step(answered, TimePassed(), NOW + days(14)).case.status is Status.CLOSED


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        pytest.param([], Answered(COMPLAINED_OF), Refusal.NOT_ALLOWED, id="the facility complained of answers"),
        pytest.param([], Answered(ELSEWHERE), Refusal.NOT_ALLOWED, id="another puskesmas answers"),
        pytest.param([], Objected(), Refusal.NOT_ANSWERED, id="objecting to no answer"),
        pytest.param([Settled()], Answered(DINKES), Refusal.OVER, id="answering a closed one"),
    ],
)
def test_impossible_event_is_refused_with_its_reason(before: list[Event], event: Event, expected: Refusal) -> None:
    complaint = opened()
    for one in before:
        complaint = step(complaint, one, NOW).case

    assert step(complaint, event, NOW).refused is expected


events = st.one_of(
    st.builds(Answered, st.sampled_from(OFFICERS)), st.builds(Objected), st.builds(TimePassed), st.builds(Settled)
)


@settings(max_examples=100, deadline=None)
@given(history=st.lists(st.tuples(events, st.floats(0, 9)), max_size=15))
def test_whatever_happens_an_open_complaint_has_a_clock(history: list[tuple[Event, float]]) -> None:
    complaint, now = opened(), NOW
    for event, later in history:
        now += days(later)
        decision = step(complaint, event, now)
        assert decision.case.number == complaint.number
        assert all(duty.to in (Role.COMPLAINANT, Role.DINKES, Role.HEAD) for duty in decision.duties)
        complaint = decision.case
        assert (due_at(complaint) is None) == (complaint.status is Status.CLOSED)
