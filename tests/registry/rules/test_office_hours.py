"""Office hours: open, next opening, and time counted in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.office_hours import OfficeHours, after_office_time, is_open, next_closing, next_opening
from registry.rules.quiet import JAKARTA

HOURS = OfficeHours()
CLOSED_MONDAY = OfficeHours(holidays=frozenset({date(2026, 11, 23)}))


def local(day: int, clock: str) -> datetime:
    """A moment of November 2026 by the clock in Malang; the 23rd is a Monday."""
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), JAKARTA)


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        pytest.param(local(23, "07:29"), HOURS, False, id="a minute before"),
        pytest.param(local(23, "07:30"), HOURS, True, id="opening"),
        pytest.param(local(26, "13:59"), HOURS, True, id="Thursday afternoon"),
        pytest.param(local(26, "14:00"), HOURS, False, id="closing"),
        pytest.param(local(27, "11:00"), HOURS, False, id="Friday closes early"),
        pytest.param(local(28, "11:59"), HOURS, True, id="Saturday morning"),
        pytest.param(local(29, "09:00"), HOURS, False, id="Sunday"),
        pytest.param(local(23, "09:00"), CLOSED_MONDAY, False, id="a holiday"),
        pytest.param(local(23, "09:00").astimezone(UTC), HOURS, True, id="a moment in UTC"),
    ],
)
def test_when_the_office_is_open(moment: datetime, hours: OfficeHours, expected: bool) -> None:
    assert is_open(hours, moment) is expected


@pytest.mark.parametrize(
    ("moment", "hours", "opens", "closes"),
    [
        pytest.param(local(23, "09:00"), HOURS, local(23, "09:00"), local(23, "14:00"), id="open now"),
        pytest.param(local(23, "03:00"), HOURS, local(23, "07:30"), local(23, "14:00"), id="before the morning"),
        pytest.param(local(27, "11:00"), HOURS, local(28, "07:30"), local(28, "12:00"), id="Friday noon"),
        pytest.param(local(28, "12:00"), HOURS, local(30, "07:30"), local(30, "14:00"), id="over Sunday"),
        pytest.param(local(22, "10:00"), CLOSED_MONDAY, local(24, "07:30"), local(24, "14:00"), id="over a holiday"),
    ],
)
def test_next_opening_and_closing(moment: datetime, hours: OfficeHours, opens: datetime, closes: datetime) -> None:
    assert (next_opening(hours, moment), next_closing(hours, moment)) == (opens, closes)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(local(23, "09:00"), local(23, "11:00"), id="within a day"),
        pytest.param(local(23, "12:00"), local(23, "14:00"), id="to the minute of closing"),
        pytest.param(local(23, "13:00"), local(24, "08:30"), id="over a night"),
        pytest.param(local(28, "11:30"), local(30, "09:00"), id="over Sunday"),
        pytest.param(local(22, "20:00"), local(23, "09:30"), id="begun while it is shut"),
    ],
)
def test_two_hours_of_office_time(moment: datetime, expected: datetime) -> None:
    assert after_office_time(HOURS, moment, timedelta(hours=2)) == expected


moments = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda later: datetime(2026, 1, 1, tzinfo=UTC) + later)


@given(moment=moments)
def test_next_opening_is_open_and_never_past(moment: datetime) -> None:
    opening = next_opening(HOURS, moment)

    assert opening >= moment
    assert is_open(HOURS, opening)
    assert not is_open(HOURS, next_closing(HOURS, moment))


@given(moment=moments, first=st.integers(1, 600), more=st.integers(1, 600))
def test_office_time_adds_up(moment: datetime, first: int, more: int) -> None:
    step = after_office_time(HOURS, moment, timedelta(minutes=first))

    assert after_office_time(HOURS, step, timedelta(minutes=more)) == after_office_time(
        HOURS, moment, timedelta(minutes=first + more)
    )


@pytest.mark.parametrize(
    "week",
    [
        pytest.param((None,) * 7, id="never open"),
        pytest.param(((time(7), time(9)),) * 6, id="six days"),
        pytest.param(((time(9), time(7)), *[None] * 6), id="closes before it opens"),
    ],
)
def test_hours_no_clock_can_follow_are_refused(week: tuple[tuple[time, time] | None, ...]) -> None:
    with pytest.raises(ValueError, match="office hours"):
        OfficeHours(week)


def test_office_that_stays_shut_for_months_is_told() -> None:
    shut = OfficeHours(holidays=frozenset(date(2026, 11, 1) + timedelta(days=day) for day in range(120)))

    for ask in (next_opening, next_closing):
        with pytest.raises(ValueError, match="two months"):
            ask(shut, local(23, "09:00"))
    with pytest.raises(ValueError, match="two months"):
        after_office_time(shut, local(23, "09:00"), timedelta(hours=1))


def test_default_hours_say_where_they_come_from() -> None:
    assert HOURS.source == "config"
