"""When someone is a minor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.majority import age_on, is_minor

TODAY = date(2026, 11, 21)
days = st.dates(date(1950, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize(
    ("born_on", "today", "age"),
    [
        pytest.param(date(2008, 11, 21), TODAY, 18, id="her eighteenth birthday"),
        pytest.param(date(2008, 11, 22), TODAY, 17, id="the day before it"),
        pytest.param(date(2008, 12, 1), TODAY, 17, id="next month"),
        pytest.param(date(2008, 2, 29), date(2026, 2, 28), 17, id="born on a leap day, 28 February"),
        pytest.param(date(2008, 2, 29), date(2026, 3, 1), 18, id="born on a leap day, 1 March"),
        pytest.param(date(2008, 2, 29), date(2028, 2, 29), 20, id="born on a leap day, in a leap year"),
        pytest.param(TODAY, TODAY, 0, id="born today"),
    ],
)
def test_completed_years(born_on: date, today: date, age: int) -> None:
    assert age_on(born_on, today) == age
    assert is_minor(born_on, today) is (age < 18)


def test_an_unknown_birth_date_is_not_taken_for_a_childs() -> None:
    assert is_minor(None, TODAY) is False


@given(days, days)
def test_nobody_grows_younger(born_on: date, today: date) -> None:
    assert age_on(born_on, today + timedelta(days=1)) - age_on(born_on, today) in (0, 1)


@given(days, st.integers(0, 60))
def test_a_year_older_on_every_birthday(born_on: date, years: int) -> None:
    month, day = (3, 1) if (born_on.month, born_on.day) == (2, 29) else (born_on.month, born_on.day)
    birthday = date(born_on.year + years, month, day)
    assert age_on(born_on, birthday) == years
    assert age_on(born_on, birthday - timedelta(days=2)) == years - 1
