"""What time it is, and which day it is in Malang."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry import clock
from tests.conftest import NOW


def test_without_a_simulated_clock_it_is_real_time(session: Session) -> None:
    assert clock.simulated(session) is None
    assert abs(clock.now(session) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_stopped_clock_stands_still_until_it_is_moved(session: Session) -> None:
    clock.stop_at(session, NOW)
    assert (clock.now(session), clock.simulated(session)) == (NOW, NOW)
    clock.stop_at(session, NOW + timedelta(days=60))
    assert clock.now(session) == NOW + timedelta(days=60)


def test_a_clock_told_in_local_time_is_the_same_moment(session: Session) -> None:
    clock.stop_at(session, NOW.astimezone(clock.JAKARTA))
    session.flush()
    session.expire_all()
    assert clock.now(session) == NOW
    assert clock.now(session).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param(datetime(2026, 11, 20, 16, 59, tzinfo=UTC), date(2026, 11, 20), id="a minute before midnight"),
        pytest.param(datetime(2026, 11, 20, 17, 0, tzinfo=UTC), date(2026, 11, 21), id="midnight in Malang"),
        pytest.param(datetime(2026, 11, 21, 0, 0, tzinfo=UTC), date(2026, 11, 21), id="midnight in Greenwich"),
        pytest.param(datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1), id="new year"),
    ],
)
def test_which_day_it_is(moment: datetime, day: date) -> None:
    assert clock.today(moment) == day


@given(st.timedeltas(timedelta(0), timedelta(days=40_000)))
def test_the_day_in_malang_begins_seven_hours_early(later: timedelta) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + later
    assert clock.today(moment) == (moment + timedelta(hours=7)).date()
