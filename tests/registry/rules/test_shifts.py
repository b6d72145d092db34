"""Shifts: who is on call at a moment, over midnight, until a day; and what no calendar can follow."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.quiet import JAKARTA
from registry.rules.shifts import EVERY_DAY, Shift, covers, is_on_duty, is_over

MONDAY = date(2026, 11, 23)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week that begins on MONDAY."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), JAKARTA)


def shift(
    weekdays: frozenset[int] = EVERY_DAY, first: date = MONDAY, last: date | None = None, starts: time = time(7),
    ends: time = time(14),
) -> Shift:  # fmt: skip
    return Shift(weekdays, first, last, starts, ends)


BY_NIGHT: dict[str, Any] = {"starts": time(19), "ends": time(7)}


@pytest.mark.parametrize(
    ("one", "moment", "expected"),
    [
        pytest.param(shift(), at(0, 7), True, id="the minute it begins"),
        pytest.param(shift(), at(0, 14), False, id="the minute it ends"),
        pytest.param(shift(), at(0, 6, 59), False, id="before it"),
        pytest.param(shift(frozenset({1})), at(0, 8), False, id="another weekday"),
        pytest.param(shift(first=MONDAY + timedelta(days=1)), at(0, 8), False, id="not yet"),
        pytest.param(shift(last=MONDAY), at(1, 8), False, id="no longer"),
        pytest.param(shift(**BY_NIGHT), at(0, 23), True, id="by night, the evening"),
        pytest.param(shift(**BY_NIGHT), at(1, 2), True, id="by night, after midnight"),
        pytest.param(shift(frozenset({0}), **BY_NIGHT), at(1, 2), True, id="the night of Monday lasts into Tuesday"),
        pytest.param(shift(frozenset({1}), **BY_NIGHT), at(1, 2), False, id="the night of Tuesday has not begun"),
        pytest.param(shift(last=MONDAY, **BY_NIGHT), at(1, 6, 59), True, id="the last night ends in the morning"),
        pytest.param(shift(first=MONDAY, **BY_NIGHT), at(0, 3), False, id="the night before the first"),
        pytest.param(shift(starts=time(0), ends=time(0)), at(0, 23, 59), True, id="equal hours are a whole day"),
    ],
)
def test_moment_lies_in_a_shift_or_not(one: Shift, moment: datetime, expected: bool) -> None:
    assert covers(one, moment) is expected


@pytest.mark.parametrize(
    ("weekdays", "last"),
    [(frozenset(), None), (frozenset({7}), None), (frozenset({0}), MONDAY - timedelta(days=1))],
    ids=["no weekday", "an eighth weekday", "ends before it begins"],
)
def test_what_no_calendar_can_follow_is_refused(weekdays: frozenset[int], last: date | None) -> None:
    with pytest.raises(ValueError, match="a shift"):
        shift(weekdays, last=last)


@pytest.mark.parametrize(
    ("shifts", "moment", "expected"),
    [
        pytest.param((), at(0, 3), True, id="no plan: always"),
        pytest.param((shift(),), at(0, 3), False, id="a plan: only then"),
        pytest.param((shift(), shift(**BY_NIGHT)), at(0, 20), True, id="one of several"),
        pytest.param((shift(last=MONDAY),), at(1, 3), True, id="the plan is over: always"),
        pytest.param((shift(first=MONDAY + timedelta(days=7)),), at(0, 8), False, id="a plan that has yet to begin"),
    ],
)
def test_who_has_no_plan_is_always_there(shifts: tuple[Shift, ...], moment: datetime, expected: bool) -> None:
    assert is_on_duty(shifts, moment) is expected


HOURS = st.times().map(lambda found: found.replace(second=0, microsecond=0))
SHIFTS = st.builds(
    Shift,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    first_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    last_on=st.none() | st.dates(date(2027, 1, 1), date(2027, 3, 1)),
    starts=HOURS,
    ends=HOURS,
)
MOMENTS = st.integers(0, 480 * 24 * 60).map(lambda n: datetime(2025, 12, 1, tzinfo=JAKARTA) + timedelta(minutes=n))


@given(SHIFTS, MOMENTS)
def test_shift_holds_exactly_within_the_spans_it_begins(one: Shift, moment: datetime) -> None:
    days = [moment.date() + timedelta(days=n) for n in range(-2, 2)]
    spans = [one.spans_on(day) for day in days if one.begins_on(day)]
    assert covers(one, moment) is any(begins <= moment < ends for begins, ends in spans)


@given(SHIFTS, MOMENTS)
def test_what_is_over_never_holds_again(one: Shift, moment: datetime) -> None:
    if is_over(one, moment):
        assert not any(covers(one, moment + timedelta(hours=hours)) for hours in range(0, 24 * 9, 5))
