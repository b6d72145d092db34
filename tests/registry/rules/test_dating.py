"""Dates of a pregnancy: the arithmetic, what is possible, which dating to believe."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import dating
from registry.rules.dating import Dating, Method, Source, prefers

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("hpht", "hpl"),
    [
        pytest.param(date(2026, 7, 1), date(2027, 4, 7), id="over the new year"),
        pytest.param(date(2027, 5, 31), date(2028, 3, 6), id="over a leap day"),
        pytest.param(date(2028, 2, 29), date(2028, 12, 5), id="from a leap day"),
    ],
)
def test_the_due_date(hpht: date, hpl: date) -> None:
    assert dating.due_date(hpht) == hpl
    assert dating.first_day(hpl) == hpht


@pytest.mark.parametrize(
    ("days", "weeks", "trimester"),
    [
        pytest.param(0, 0, 1, id="the first day"),
        pytest.param(6, 0, 1, id="six days are no week"),
        pytest.param(90, 12, 1, id="the last day of the first trimester"),
        pytest.param(91, 13, 2, id="the first day of the second"),
        pytest.param(174, 24, 2, id="the last day of the second"),
        pytest.param(175, 25, 3, id="the first day of the third"),
        pytest.param(280, 40, 3, id="the due date"),
    ],
)
def test_weeks_and_trimesters(days: int, weeks: int, trimester: int) -> None:
    hpht = date(2028, 1, 15)
    assert dating.weeks_on(hpht, hpht + timedelta(days=days)) == weeks
    assert dating.trimester_of(days) == trimester


@pytest.mark.parametrize(
    ("days_ago", "possible"),
    [(-1, False), (0, True), (308, True), (309, False)],
    ids=["tomorrow", "today", "44 weeks ago", "longer ago"],
)
def test_which_first_days_are_possible(days_ago: int, possible: bool) -> None:
    assert dating.is_possible_first_day(TODAY - timedelta(days=days_ago), TODAY) is possible


@pytest.mark.parametrize(
    ("days_ahead", "possible"),
    [(-15, False), (-14, True), (280, True), (281, False)],
    ids=["long past", "two weeks past", "all of a pregnancy ahead", "further ahead"],
)
def test_which_due_dates_are_possible(days_ahead: int, possible: bool) -> None:
    assert dating.is_possible_due_date(TODAY + timedelta(days=days_ahead), TODAY) is possible


HPHT, HPL = date(2026, 7, 1), date(2027, 4, 7)


@pytest.mark.parametrize(
    ("hpht", "hpl", "expected"),
    [
        pytest.param(None, None, None, id="nothing known"),
        pytest.param(HPHT, None, (HPHT, HPL), id="the HPHT alone"),
        pytest.param(None, HPL, (HPHT, HPL), id="the due date alone"),
        pytest.param(HPHT, date(2027, 4, 10), (HPHT, date(2027, 4, 10)), id="Naegele's three days leave the HPHT"),
        pytest.param(HPHT, date(2027, 4, 28), (date(2026, 7, 22), date(2027, 4, 28)), id="a corrected due date leads"),
    ],
)
def test_the_dates_to_count_by(hpht: date | None, hpl: date | None, expected: tuple[date, date] | None) -> None:
    assert dating.reconcile(hpht, hpl) == expected


def said(source: Source, method: Method, shift: int = 0, on: date = date(2026, 12, 1)) -> Dating:
    return Dating(HPHT + timedelta(days=shift), source, method, on)


EARLY, LATE = date(2026, 9, 1), date(2027, 2, 1)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        pytest.param(said("staff", "usg", 10, EARLY), said("mother", "hpht"), True, id="early USG, ten days off"),
        pytest.param(said("staff", "usg", 10, EARLY), said("staff", "hpht"), True, id="early USG over staff's HPHT"),
        pytest.param(said("staff", "usg", 7, EARLY), said("mother", "hpht"), False, id="early USG, seven days off"),
        pytest.param(said("staff", "hpht", 10), said("staff", "usg", 0, EARLY), False, id="HPHT far from an early USG"),
        pytest.param(said("staff", "usg", 30, LATE), said("staff", "hpht"), False, id="late USG against HPHT"),
        pytest.param(said("mother", "usg", 30, EARLY), said("staff", "hpht"), False, id="a USG the mother recalls"),
        pytest.param(said("staff", "weeks"), said("mother", "hpht"), True, id="staff over mother"),
        pytest.param(said("cadre", "hpht"), said("staff", "weeks"), False, id="cadre under staff"),
        pytest.param(said("mother", "hpht"), said("mother", "weeks"), True, id="HPHT over weeks"),
        pytest.param(said("mother", "weeks"), said("mother", "hpht"), False, id="weeks under HPHT"),
        pytest.param(said("mother", "hpht", 20, LATE), said("mother", "hpht"), True, id="she corrects herself"),
        pytest.param(said("mother", "hpht", 20, EARLY), said("mother", "hpht"), False, id="what was said before"),
    ],
)
def test_which_dating_is_believed(new: Dating, old: Dating, expected: bool) -> None:
    assert prefers(new, old) is expected


datings = st.builds(
    Dating,
    hpht=st.integers(-30, 30).map(lambda days: HPHT + timedelta(days=days)),
    source=st.sampled_from(["mother", "cadre", "staff"]),
    method=st.sampled_from(["hpht", "usg", "hpl", "weeks"]),
    on=st.dates(date(2026, 8, 1), date(2027, 3, 1)),
)


@given(datings, datings)
def test_two_datings_never_both_replace_each_other(one: Dating, other: Dating) -> None:
    if (one.source, one.method, one.on) != (other.source, other.method, other.on):
        assert not (prefers(one, other) and prefers(other, one))


@given(datings)
def test_the_same_said_again_may_stand(one: Dating) -> None:
    assert prefers(one, one)
