"""A talk with a person: never without a word to her, silent bot while taken, back by closing or silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.machine import Decision, Duty, TimePassed
from registry.rules.office_hours import OfficeHours
from registry.rules.quiet import JAKARTA
from registry.rules.talk import (
    Asked,
    Closed,
    Event,
    Refusal,
    Role,
    SheWrote,
    StaffWrote,
    Status,
    Taken,
    Talk,
    Task,
    bot_is_silent,
    due_at,
    start,
    step,
)

HOURS = OfficeHours()


def local(day: int, clock: str) -> datetime:
    """A moment of November 2026 by the clock in Malang; the 23rd is a Monday."""
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), JAKARTA)


MONDAY = local(23, "09:00")
NIGHT = local(23, "21:00")


def play(talk: Talk, *events: Event, now: datetime = MONDAY) -> Decision[Talk]:
    decision = Decision(talk)
    for event in events:
        decision = step(decision.case, event, now, HOURS)
        assert decision.accepted, event
    return decision


def opened(now: datetime = MONDAY) -> Talk:
    return start(now, HOURS).case


def timeline(talk: Talk, count: int) -> list[tuple[str, list[str], datetime | None]]:
    """What the clock does: when, what, and the moment she is told."""
    found = []
    for _ in range(count):
        due = due_at(talk)
        assert due is not None
        decision = step(talk, TimePassed(), due, HOURS)
        talk = decision.case
        tasks = [str(duty.task) for duty in decision.duties]
        found.append((f"{due.astimezone(JAKARTA):%d %H:%M}", tasks, talk.answer_at if "tell_when" in tasks else None))
    return found


def test_in_office_hours_the_office_is_called_and_has_a_quarter_of_an_hour() -> None:
    decision = start(MONDAY, HOURS)

    assert decision.duties == (Duty(Task.CALL, Role.OFFICE),)
    assert due_at(decision.case) == local(23, "09:15")


def test_talk_nobody_takes_is_never_left_without_a_word() -> None:
    assert timeline(opened(), 4) == [
        ("23 09:15", ["tell_when", "remind"], local(23, "11:00")),
        ("23 11:00", ["escalate"], None),
        ("23 11:15", ["tell_when", "remind"], local(24, "07:30")),
        ("24 07:45", ["tell_when", "remind"], local(25, "07:30")),
    ]


def test_outside_office_hours_she_is_told_at_once_when_it_opens() -> None:
    decision = start(NIGHT, HOURS)

    assert Duty(Task.TELL_WHEN, Role.MOTHER) in decision.duties
    assert decision.case.answer_at == local(24, "07:30")


def test_dinkes_hears_after_two_hours_of_office_time() -> None:
    assert timeline(opened(local(28, "11:30")), 2)[-1][:2] == ("30 09:00", ["escalate"])


def test_asking_again_while_waiting_tells_her_when() -> None:
    decision = play(opened(), Asked())

    assert (decision.duties, decision.case.answer_at) == ((Duty(Task.TELL_WHEN, Role.MOTHER),), local(23, "11:00"))


def test_taking_silences_the_bot_and_closing_brings_it_back() -> None:
    taken = play(opened(), Taken(7))
    assert bot_is_silent(taken.case)
    assert Duty(Task.TELL_TAKEN, Role.MOTHER) in taken.duties

    closed = play(taken.case, Closed())
    assert not bot_is_silent(closed.case)
    assert closed.duties == (Duty(Task.TELL_BACK, Role.MOTHER),)
    assert not bot_is_silent(None)


def test_staff_reply_takes_the_talk_if_nobody_has() -> None:
    assert play(opened(), StaffWrote(7)).case.owner == 7
    assert play(opened(), Taken(7), StaffWrote(8)).case.owner == 7
    assert play(opened(), Taken(7), Closed(), StaffWrote(8)).case.owner == 8


def test_her_words_go_to_the_owner() -> None:
    assert play(opened(), Taken(7), SheWrote()).duties == (Duty(Task.HER_WORDS, Role.OWNER, 7),)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param(StaffWrote(7), Status.CLOSED, id="answered: the bot is back"),
        pytest.param(SheWrote(), Status.OPEN, id="not answered: somebody must"),
        pytest.param(Taken(7), Status.OPEN, id="taken and never answered"),
    ],
)
def test_talk_silent_for_twelve_hours(last: Event, expected: Status) -> None:
    before = opened() if isinstance(last, Taken) else play(opened(), Taken(7)).case
    talk = play(before, last).case
    assert due_at(talk) == MONDAY + timedelta(hours=12)

    decision = step(talk, TimePassed(), NIGHT, HOURS)
    assert (decision.case.status, decision.case.owner is None) == (expected, expected is Status.OPEN)


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        pytest.param([Taken(7)], Taken(8), Refusal.TAKEN_BY_OTHER, id="somebody else has it"),
        pytest.param([Taken(7)], Taken(7), Refusal.REPEATED, id="the same button twice"),
        pytest.param([Closed()], SheWrote(), Refusal.NOT_OPEN, id="the bot answers what she writes"),
        pytest.param([Closed()], Closed(), Refusal.NOT_OPEN, id="closed twice"),
    ],
)
def test_impossible_event_is_refused_with_its_reason(before: list[Event], event: Event, expected: Refusal) -> None:
    assert step(play(opened(), *before).case, event, MONDAY, HOURS).refused is expected


events = st.one_of(
    st.builds(Taken, st.integers(1, 2)), st.builds(StaffWrote, st.integers(1, 2)), st.builds(Asked),
    st.builds(SheWrote), st.builds(Closed), st.builds(TimePassed),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    begun=st.timedeltas(timedelta(0), timedelta(days=30)).map(lambda later: datetime(2026, 11, 1, tzinfo=UTC) + later),
    history=st.lists(st.tuples(events, st.floats(0, 30)), max_size=15),
)
def test_whatever_happens_nothing_is_left_unanswered(begun: datetime, history: list[tuple[Event, float]]) -> None:
    talk, now = opened(begun), begun
    for event, hours in history:
        now += timedelta(hours=hours)
        before, talk = talk, step(talk, event, now, HOURS).case
        if isinstance(event, TimePassed):
            assert not (before.status is Status.TAKEN and before.her_word and talk.status is Status.CLOSED)
        assert bot_is_silent(talk) == (talk.status is Status.TAKEN)
        if talk.status is Status.OPEN:
            assert talk.tell_at is not None, "she would wait without a word"
            assert talk.owner is None
        if talk.status is Status.TAKEN:
            assert talk.owner is not None
