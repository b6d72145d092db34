"""What holds for every state machine: long random walks take every line of its diagram and no other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from registry.rules import alert, complaint, course, referral, ride, talk
from registry.rules.alert_pace import Kind, Outcome
from registry.rules.course_values import (
    Birth,
    Channel,
    ConsentGiven,
    ConsentRefused,
    Course,
    Erase,
    Giver,
    Loss,
    LossKind,
    LostToFollowUp,
    Moved,
    Purpose,
    RegisterByCadre,
    RegisterSelf,
    Returned,
    Started,
    Stopped,
    UndoLoss,
    Withdrawn,
)
from registry.rules.machine import Arrow, Decision, Table, TimePassed, arrows, ends, event_name
from registry.rules.office_hours import OfficeHours
from registry.rules.ride_clock import due_at as ride_due_at
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
    TimeChanged,
)
from registry.rules.ride_values import Status as RideStatus

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 09:00 in Malang
HOURS = OfficeHours()
DRIVERS = tuple(Driver(one, frozenset({"here"}), order=one) for one in (1, 2, 3))
PUSKESMAS = complaint.Officer(1, complaint.Unit.PUSKESMAS, "Puskesmas Pakis")
DINKES = complaint.Officer(2, complaint.Unit.DINKES)


@dataclass(frozen=True)
class Machine:
    """How to walk a machine."""

    table: Table
    states: type[StrEnum]
    start: Callable[[random.Random], Decision[Any]]
    events: Callable[[datetime], list[Any]]
    step: Callable[[Any, Any, datetime], Decision[Any]]
    due_at: Callable[[Any], datetime | None]


def ride_events(now: datetime) -> list[Any]:
    answers = [*map(Accepted, (1, 2, 3, 9)), *map(Declined, (1, 2, 3)), *map(Assigned, (1, 2)), Accepted(1, now)] * 2
    news = [kind(by, 1 if by is Party.DRIVER else None) for kind in (PickedUp, Arrived, Done) for by in Party]
    times = [TimeChanged(now + timedelta(hours=hours)) for hours in (-1, 1, 20)]
    return [*answers, *news, *times, Cancelled(Party.MOTHER, CancelReason.NOT_NEEDED), *[TimePassed()] * 8]


def start_ride(chance: random.Random) -> Decision[Any]:
    drivers = chance.choice((DRIVERS, DRIVERS[:1], ()))
    at = NOW + timedelta(minutes=chance.choice((0, 30, 100)))
    return ride.start("here", at, chance.random() < 0.5, drivers, NOW)


def alert_events(_now: datetime) -> list[Any]:
    outcomes = [alert.OutcomeGiven(one, 1) for one in Outcome]
    people = [alert.Taken(1), alert.Taken(2), alert.GivenBack(1), alert.SignAdded(), alert.NobodyReached()]
    return [*outcomes, *people * 3, *[TimePassed()] * 10]


def referral_events(_now: datetime) -> list[Any]:
    answers = [referral.Answered(who, what) for who in (1, 2, 3, 9) for what in referral.Answer]
    others = [referral.Left(), referral.Arrived(), referral.Closed(referral.Outcome.ADMITTED)]
    return [*answers, *map(referral.FacilityNamed, (1, 2, 3)), *others, *[TimePassed()] * 4]


def complaint_events(_now: datetime) -> list[Any]:
    return [
        complaint.Answered(DINKES), complaint.Answered(PUSKESMAS), complaint.Objected(), complaint.Settled(),
        *[TimePassed()] * 6,
    ]  # fmt: skip


def talk_events(_now: datetime) -> list[Any]:
    staff = [talk.Taken(1), talk.Taken(2), talk.StaffWrote(1), talk.StaffWrote(2)]
    return [*staff, talk.Asked(), talk.SheWrote(), talk.Closed(), *[TimePassed()] * 5]


MACHINES = {
    "ride": Machine(
        ride.TRANSITIONS, RideStatus, start_ride, ride_events,
        lambda case, event, now: ride.step(case, event, now, DRIVERS if now.minute % 3 else ()), ride_due_at,
    ),
    "alert": Machine(
        alert.TRANSITIONS, alert.Status, lambda chance: alert.start(chance.choice(list(Kind)), NOW),
        alert_events, alert.step, alert.due_at,
    ),
    "referral": Machine(
        referral.TRANSITIONS, referral.Status, lambda chance: referral.start(chance.choice(((), (1,), (1, 2))), NOW),
        referral_events, referral.step, referral.due_at,
    ),
    "complaint": Machine(
        complaint.TRANSITIONS, complaint.Status,
        lambda _: complaint.start("K-2026-000001", complaint.Category.REFUSED, "PKM Pakis", NOW),
        complaint_events, complaint.step, complaint.due_at,
    ),
    "talk": Machine(
        talk.TRANSITIONS, talk.Status, lambda _: talk.start(NOW, HOURS), talk_events,
        lambda case, event, now: talk.step(case, event, now, HOURS), talk.due_at,
    ),
}  # fmt: skip
machines = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)


@dataclass(frozen=True)
class Step:
    """One step of a walk."""

    before: Any
    event: Any
    now: datetime
    decision: Decision[Any]


def walk(machine: Machine, rounds: int = 800, length: int = 30) -> Iterator[Step]:
    """Cases from their start on, with events by chance (the same at every run), late clocks and early ones."""
    chance = random.Random(7)
    for _ in range(rounds):
        case, now = machine.start(chance).case, NOW
        for _ in range(length):
            due = machine.due_at(case)
            to_due = max(due - now, timedelta(0)) if due else timedelta(hours=1)
            now += chance.choice((timedelta(0), timedelta(seconds=50), to_due, to_due, to_due * 1.2))
            event = chance.choice(machine.events(now))
            decision = machine.step(case, event, now)
            yield Step(case, event, now, decision)
            case = decision.case


@machines
def test_walks_take_every_line_of_the_diagram_and_no_other(machine: Machine) -> None:
    seen = {
        Arrow(step.before.status, event_name(type(step.event)), step.decision.case.status)
        for step in walk(machine)
        if step.decision.accepted
    }

    assert seen - arrows(machine.table) == set()
    assert arrows(machine.table) - seen == set()


@machines
def test_refused_event_changes_nothing_and_asks_for_nothing(machine: Machine) -> None:
    refused = [step for step in walk(machine) if not step.decision.accepted]

    assert len(refused) > 100
    assert all(step.decision.case == step.before and not step.decision.duties for step in refused)


@machines
def test_clock_does_nothing_before_it_is_due(machine: Machine) -> None:
    for step in walk(machine, rounds=100):
        due = machine.due_at(step.before)
        if due is not None and step.now < due:
            early = machine.step(step.before, TimePassed(), step.now)
            assert early == Decision(step.before)


@machines
def test_clock_that_is_due_moves_the_case_on(machine: Machine) -> None:
    for step in walk(machine, rounds=100):
        due = machine.due_at(step.before)
        if due is not None:
            now = max(due, step.now)
            after = machine.step(step.before, TimePassed(), now).case
            again = machine.due_at(after)
            assert after != step.before
            assert again is None or again > now, "the clock would run in a circle"


@machines
def test_case_that_is_not_over_has_a_next_moment_or_people(machine: Machine) -> None:
    over = ends(machine.table, machine.states)
    for step in walk(machine, rounds=100):
        case = step.decision.case
        if case.status not in over and case.status not in ("escalated", "closed"):
            assert machine.due_at(case) is not None or is_on_the_weekly_list(case)


def is_on_the_weekly_list(case: Any) -> bool:
    """An alert that is not called for again once everybody was: a missed visit."""
    return isinstance(case, alert.Alert) and case.pace.repeat is None and case.rungs == len(case.pace.rungs)


# ---------------------------------------------------------------- the course, which has three states at once

COURSE_TABLES = {
    "registration": course.REGISTRATION_TRANSITIONS,
    "consent": course.CONSENT_TRANSITIONS,
    "pregnancy": course.PREGNANCY_TRANSITIONS,
}
COURSE_EVENTS: list[Any] = [
    *[RegisterSelf(), RegisterSelf(minor=True), RegisterByCadre(), RegisterByCadre(own_phone=False)] * 2,
    *[ConsentGiven(by) for by in Giver] * 2, ConsentRefused(), Withdrawn(), Birth(), Birth(),
    *map(Loss, LossKind), UndoLoss(), UndoLoss(), Moved(), LostToFollowUp(), Returned(), Erase(),
    ConsentGiven(purposes=frozenset({Purpose.REMINDERS})),
    Stopped(), Started(), Stopped(frozenset({Channel.BROADCASTS})),
]  # fmt: skip


def walk_courses() -> Iterator[tuple[Course, Any, Decision[Course]]]:
    chance = random.Random(7)
    for _ in range(1500):
        case = Course(minor=chance.random() < 0.2)
        for _ in range(20):
            event = chance.choice(COURSE_EVENTS)
            decision = course.step(case, event)
            yield case, event, decision
            case = decision.case


@pytest.mark.parametrize("part", COURSE_TABLES)
def test_courses_take_every_line_of_their_diagrams_and_no_other(part: str) -> None:
    lines = {
        Arrow(getattr(before, part), event_name(type(event)), getattr(decision.case, part))
        for before, event, decision in walk_courses()
        if decision.accepted
    }
    known = arrows(COURSE_TABLES[part])

    assert {line for line in lines - known if line.before != line.after} == set()
    assert known - lines == set()


def test_refused_event_changes_nothing_of_a_course() -> None:
    refused = [(before, decision) for before, _, decision in walk_courses() if not decision.accepted]

    assert len(refused) > 100
    assert all(decision.case == before and not decision.duties for before, decision in refused)


def test_name_of_an_event_is_its_words_with_lines_between() -> None:
    assert [event_name(one) for one in (TimePassed, Erase, LostToFollowUp)] == [
        "time_passed", "erase", "lost_to_follow_up",
    ]  # fmt: skip
