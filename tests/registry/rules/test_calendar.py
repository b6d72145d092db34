"""Moments of the calendar: each comes once, in the right order, whatever the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.calendar import Calendar
from registry.rules.quiet import JAKARTA

DAILY = Calendar(hour=8, good_for=timedelta(hours=13))
MONDAYS = Calendar(hour=7, weekday=0, good_for=timedelta(hours=36))
MONTHLY = Calendar(hour=8, day_of_month=1, good_for=timedelta(days=4))
JANUARY = datetime(2023, 1, 1, tzinfo=UTC)
moments = st.integers(0, 7 * 365 * 24 * 60).map(lambda minutes: JANUARY + timedelta(minutes=minutes))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("calendar", "now", "latest", "following"),
    [
        pytest.param(DAILY, "2026-11-21T07:59", "2026-11-20T08:00", "2026-11-21T08:00", id="before the morning"),
        pytest.param(DAILY, "2026-11-21T08:00", "2026-11-21T08:00", "2026-11-22T08:00", id="on the minute"),
        pytest.param(MONDAYS, "2026-11-21T10:00", "2026-11-16T07:00", "2026-11-23T07:00", id="on a Saturday"),
        pytest.param(MONTHLY, "2028-03-01T07:00", "2028-02-01T08:00", "2028-03-01T08:00", id="after a leap day"),
        pytest.param(MONTHLY, "2026-12-31T23:00", "2026-12-01T08:00", "2027-01-01T08:00", id="at the end of a year"),
    ],
)
def test_the_moments_around(calendar: Calendar, now: str, latest: str, following: str) -> None:
    assert (calendar.latest(local(now)), calendar.next(local(now))) == (local(latest), local(following))


@given(moments, st.sampled_from([DAILY, MONDAYS, MONTHLY]))
def test_between_the_last_and_the_next_there_is_none(now: datetime, calendar: Calendar) -> None:
    latest, following = calendar.latest(now), calendar.next(now)
    assert latest <= now < following
    assert calendar.next(latest) == following
    assert calendar.latest(following) == following


@pytest.mark.parametrize(
    ("now", "is_open"),
    [("2026-11-21T20:59", True), ("2026-11-21T21:01", False), ("2026-11-22T08:00", True)],
    ids=["in the evening", "when it is quiet", "the next morning"],
)
def test_work_of_the_morning_is_done_until_the_evening(now: str, *, is_open: bool) -> None:
    assert DAILY.is_open(local(now)) is is_open
