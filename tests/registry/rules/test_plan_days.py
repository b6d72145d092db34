"""Open days, allowed hours and free days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.plan_days import free_day, open_day, send_hour
from registry.rules.plan_values import ReminderSettings
from registry.rules.quiet import JAKARTA, is_quiet

NORMAL = ("21:00", "06:00")
HOLIDAYS = frozenset({date(2027, 3, 10), date(2027, 3, 11), date(2027, 3, 13)})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2027, 3, 9), date(2027, 3, 9), id="a Tuesday stays"),
        pytest.param(date(2027, 3, 6), date(2027, 3, 6), id="a Saturday stays"),
        pytest.param(date(2027, 3, 7), date(2027, 3, 8), id="a Sunday moves to Monday"),
        pytest.param(date(2027, 3, 10), date(2027, 3, 12), id="two holidays in a row"),
        pytest.param(date(2027, 3, 13), date(2027, 3, 15), id="a holiday before a Sunday"),
        pytest.param(date(2028, 2, 27), date(2028, 2, 28), id="before a leap day"),
    ],
)
def test_the_next_open_day(day: date, expected: date) -> None:
    assert open_day(day, ReminderSettings(holidays=HOLIDAYS)) == expected


def test_saturday_closed_when_set() -> None:
    closed = ReminderSettings(closed_weekdays=frozenset({5, 6}))
    assert open_day(date(2027, 3, 6), closed) == date(2027, 3, 8)


def test_a_closure_without_end_gives_the_day_back() -> None:
    days = frozenset(date(2027, 1, 1) + timedelta(days=n) for n in range(60))
    assert open_day(date(2027, 1, 4), ReminderSettings(holidays=days)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("wanted", "quiet", "expected"),
    [
        pytest.param(9, NORMAL, 9, id="a morning"),
        pytest.param(21, NORMAL, 20, id="evening: an hour earlier, the same day"),
        pytest.param(23, NORMAL, 20, id="before midnight"),
        pytest.param(0, NORMAL, 6, id="midnight"),
        pytest.param(5, NORMAL, 6, id="dawn"),
        pytest.param(7, ("19:00", "08:30"), 9, id="a night that ends at half past"),
        pytest.param(22, ("12:00", "12:00"), 21, id="the night of the promise"),
        pytest.param(12, ("11:00", "14:00"), 14, id="a break by day, the later of two ends"),
        pytest.param(9, ("05:10", "22:00"), 5, id="one full hour left"),
        pytest.param(9, ("05:00", "22:00"), 9, id="no hour left: the sender decides"),
    ],
)
def test_the_hour(wanted: int, quiet: tuple[str, str], expected: int) -> None:
    assert send_hour(wanted, quiet) == expected


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_the_hour_is_never_quiet_when_one_is_left(wanted: int, start: int, end: int) -> None:
    hours = (f"{start:02}:00", f"{end:02}:00")
    moments = [datetime(2027, 1, 1, hour, tzinfo=JAKARTA) for hour in range(24)]
    chosen = send_hour(wanted, hours)
    allowed = [moment.hour for moment in moments if not is_quiet(moment, hours)]
    assert chosen in (allowed or [wanted])
    assert all(abs(chosen - wanted) <= abs(hour - wanted) for hour in allowed)


def test_the_first_free_day() -> None:
    days = [date(2027, 1, n) for n in (4, 3, 5, 6)]
    assert free_day(days, {days[0]}, date(2027, 1, 4)) == date(2027, 1, 5)
    assert free_day(days, set(days), date(2027, 1, 1)) is None


@pytest.mark.parametrize("week", [0, 43], ids=["week 0", "week 43"])
def test_weeks_outside_a_pregnancy_are_refused(week: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 42"):
        ReminderSettings(anc_weeks=(10, week))


def test_a_service_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="open on one day"):
        ReminderSettings(closed_weekdays=frozenset(range(7)))
