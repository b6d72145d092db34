"""Quiet hours: the night of the promise, and what a setting adds to it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import quiet
from registry.rules.quiet import JAKARTA, is_quiet, next_allowed

NORMAL = ("21:00", "06:00")


def local(clock: str, day: int = 21) -> datetime:
    """A moment of November 2026 by the clock in Malang."""
    return datetime.combine(datetime(2026, 11, day, tzinfo=JAKARTA).date(), time.fromisoformat(clock), JAKARTA)


@pytest.mark.parametrize(
    ("clock", "hours", "expected"),
    [
        pytest.param("20:59", NORMAL, False, id="a minute before the evening"),
        pytest.param("21:00", NORMAL, True, id="the first minute"),
        pytest.param("23:59", NORMAL, True, id="before midnight"),
        pytest.param("00:00", NORMAL, True, id="midnight"),
        pytest.param("05:59", NORMAL, True, id="the last minute"),
        pytest.param("06:00", NORMAL, False, id="morning"),
        pytest.param("12:00", NORMAL, False, id="noon"),
        pytest.param("22:00", ("23:00", "04:00"), True, id="a shorter setting does not open the evening"),
        pytest.param("04:59", ("23:00", "04:00"), True, id="a shorter setting does not open the morning"),
        pytest.param("05:00", ("23:00", "04:00"), False, id="a shorter setting ends with the promise"),
        pytest.param("13:30", ("13:00", "14:00"), True, id="a setting within the day"),
        pytest.param("23:00", ("13:00", "14:00"), True, id="the night is quiet whatever the setting"),
        pytest.param("12:00", ("08:00", "08:00"), False, id="an empty setting adds nothing"),
    ],
)
def test_when_it_is_quiet(clock: str, hours: tuple[str, str], expected: bool) -> None:
    assert is_quiet(local(clock), hours) is expected


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        pytest.param(local("12:00"), NORMAL, local("12:00"), id="by day at once"),
        pytest.param(local("21:00"), NORMAL, local("06:00", 22), id="in the evening: next morning"),
        pytest.param(local("00:30"), NORMAL, local("06:00"), id="after midnight: the same morning"),
        pytest.param(local("05:30"), NORMAL, local("06:00"), id="at dawn: half an hour later"),
        pytest.param(local("23:00"), ("23:30", "04:00"), local("05:00", 22), id="the promise ends later"),
        pytest.param(local("13:15"), ("13:00", "14:00"), local("14:00"), id="at noon: after the break"),
    ],
)
def test_the_next_moment_that_is_allowed(moment: datetime, hours: tuple[str, str], expected: datetime) -> None:
    assert next_allowed(moment, hours) == expected


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None))
moments = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda later: datetime(2026, 1, 1, tzinfo=UTC) + later)
pairs = st.tuples(clocks, clocks).map(lambda pair: (f"{pair[0]:%H:%M}", f"{pair[1]:%H:%M}"))
settings = pairs.filter(quiet.leaves_time)


@given(moments, settings)
def test_the_next_allowed_moment_is_never_quiet(moment: datetime, hours: tuple[str, str]) -> None:
    assert not is_quiet(next_allowed(moment, hours), hours)


@given(moments, settings)
def test_nothing_moves_into_the_past_nor_beyond_a_day(moment: datetime, hours: tuple[str, str]) -> None:
    assert moment <= next_allowed(moment, hours) <= moment + timedelta(days=1)


@given(moments, settings)
def test_what_is_allowed_stays_where_it_is(moment: datetime, hours: tuple[str, str]) -> None:
    once = next_allowed(moment, hours)
    assert next_allowed(once, hours) == once


@given(moments, settings, st.integers(1, 1440))
def test_no_earlier_minute_was_allowed(moment: datetime, hours: tuple[str, str], minutes: int) -> None:
    allowed = next_allowed(moment, hours)
    earlier = moment + timedelta(minutes=minutes)
    assert earlier >= allowed or is_quiet(earlier, hours)


@given(moments, settings)
def test_no_setting_opens_the_night_of_the_promise(moment: datetime, hours: tuple[str, str]) -> None:
    clock = moment.astimezone(JAKARTA).time()
    if clock >= time(22) or clock < time(5):
        assert is_quiet(moment, hours)


@given(moments, settings)
def test_the_time_zone_of_the_caller_does_not_matter(moment: datetime, hours: tuple[str, str]) -> None:
    assert next_allowed(moment.astimezone(JAKARTA), hours) == next_allowed(moment, hours)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param(NORMAL, True, id="the normal night"),
        pytest.param(("05:00", "22:00"), False, id="all that the night leaves"),
        pytest.param(("04:00", "23:00"), False, id="more than the night leaves"),
        pytest.param(("05:01", "22:00"), True, id="one minute a day"),
        pytest.param(("00:00", "00:00"), True, id="nothing"),
    ],
)
def test_whether_a_setting_leaves_time_to_send(hours: tuple[str, str], expected: bool) -> None:
    assert quiet.leaves_time(hours) is expected
