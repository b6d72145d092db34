"""Which visit a report means, on which day it can have been, and how far it may be moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import antenatal, visit_days
from registry.rules.plan_values import Born, Course, Done, ReminderSettings

TODAY = date(2026, 11, 21)  # a Saturday
SETTINGS = ReminderSettings(anc_weeks=(10, 16, 22, 28, 34, 37))
OPENED = TODAY - timedelta(weeks=20)


def weeks(number: int, *visits: Done) -> Course:
    """A pregnancy of so many weeks today, registered long ago."""
    hpht = TODAY - timedelta(weeks=number)
    return Course(1, "active", min(OPENED, hpht), hpht=hpht, visits=visits)


def born(days_ago: int, *visits: Done) -> Course:
    hpht = TODAY - timedelta(weeks=39, days=days_ago)
    birth = Born(TODAY - timedelta(days=days_ago))
    return Course(1, "delivered", OPENED, hpht=hpht, birth=birth, visits=visits)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("course", "visit", "on", "expected"),
    [
        pytest.param(weeks(28), "K4", TODAY, None, id="today"),
        pytest.param(weeks(28), "K4", TODAY + timedelta(days=1), "future", id="tomorrow"),
        pytest.param(weeks(28), "K1", ago(197), "before_pregnancy", id="before the first day"),
        pytest.param(weeks(28), "KF1", TODAY, "not_born", id="after a birth nobody told of"),
        pytest.param(born(3), "KF1", ago(4), "before_birth", id="the mother's check before the birth"),
        pytest.param(born(3), "KN2", TODAY, None, id="the baby's check after the birth"),
        pytest.param(born(3), "K6", TODAY, "after_birth", id="a pregnancy check after the birth"),
        pytest.param(born(3), "K6", ago(5), None, id="a pregnancy check told late"),
    ],
)
def test_the_day_a_visit_can_have_been(course: Course, visit: str, on: date, expected: str | None) -> None:
    assert visit_days.problem_of(course, visit, on, TODAY) == expected


@pytest.mark.parametrize(
    ("course", "on", "expected"),
    [
        pytest.param(weeks(28), TODAY, "K4", id="the one that is due"),
        pytest.param(weeks(27), TODAY, "K4", id="a week early"),
        pytest.param(weeks(30), TODAY, "K4", id="two weeks late"),
        pytest.param(weeks(9), TODAY, "K1", id="the first contact"),
        pytest.param(weeks(24, Done("K3", ago(14))), TODAY, "K2", id="the open one of the trimester"),
        pytest.param(
            weeks(24, *(Done(f"K{n}", ago(90 - 20 * n)) for n in (1, 2, 3))), TODAY, None, id="one more than asked for"
        ),
    ],
)
def test_a_report_without_a_name_means(course: Course, on: date, expected: str | None) -> None:
    assert visit_days.meant(course, SETTINGS, on) == expected


def test_without_dates_the_next_number_is_meant() -> None:
    undated = Course(1, "active", OPENED, visits=(Done("K1", ago(40)),))
    assert visit_days.meant(undated, SETTINGS, TODAY) == "K2"


@given(st.integers(2, 42), st.sets(st.integers(1, 6)), st.integers(0, 60))
def test_what_is_meant_is_never_done_already(age: int, done: set[int], days: int) -> None:
    visits = tuple(Done(f"K{number}", ago(7 * (7 - number))) for number in done)
    found = visit_days.meant(weeks(age, *visits), SETTINGS, ago(days))
    assert found is None or found in {slot.visit for slot in antenatal.table(SETTINGS)}
    assert found not in {visit.kind for visit in visits}


@pytest.mark.parametrize(
    ("mother", "baby", "expected"),
    [
        pytest.param(True, True, ("KF2", "KN2"), id="both"),
        pytest.param(True, False, ("KF2",), id="the mother"),
        pytest.param(False, True, ("KN2",), id="the baby"),
        pytest.param(False, False, (), id="nobody"),
    ],
)
def test_checks_after_birth_by_their_window(mother: bool, baby: bool, expected: tuple[str, ...]) -> None:
    assert visit_days.meant_after_birth(born(5), TODAY, mother=mother, baby=baby) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, "K4"), (3, "K4"), (4, None)])
def test_told_again_within_three_days(days: int, expected: str | None) -> None:
    course = weeks(29, Done("K4", ago(2)), Done("KF1", TODAY))
    assert visit_days.told_again(course, ago(2 - days), postnatal_only=False) == expected


def test_a_visit_may_be_moved_until_a_week_before_the_next() -> None:
    course = weeks(28)
    found = visit_days.window(course, SETTINGS, "K4", TODAY)
    following = next(one for one in antenatal.check_ups(course, SETTINGS) if one.visit == "K5")
    assert found == visit_days.Window(TODAY, following.on - timedelta(days=7))


def test_a_visit_of_the_second_trimester_stays_in_it() -> None:
    course = weeks(22)
    found = visit_days.window(course, SETTINGS, "K3", TODAY)
    assert found is not None
    assert course.hpht is not None
    assert (found.last - course.hpht).days <= 174


@pytest.mark.parametrize(("visit", "last"), [("KF1", 2), ("KN2", 7), ("KF3", 28), ("KF4", 42)])
def test_a_check_after_birth_stays_in_its_window(visit: str, last: int) -> None:
    found = visit_days.window(born(1), SETTINGS, visit, TODAY)
    assert found is not None
    assert found.last == ago(1) + timedelta(days=last)


@pytest.mark.parametrize("visit", ["KF1", "K9", "28w"])
def test_there_is_no_window_for_a_visit_that_is_not_there(visit: str) -> None:
    assert visit_days.window(weeks(28), SETTINGS, visit, TODAY) is None


WINDOW = visit_days.Window(TODAY, date(2026, 12, 5))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(ago(1), "past", id="yesterday"),
        pytest.param(date(2026, 11, 22), "closed", id="Sunday"),
        pytest.param(date(2026, 11, 23), None, id="Monday"),
        pytest.param(date(2026, 12, 25), "closed", id="Christmas"),
        pytest.param(date(2026, 12, 7), "too_late", id="after the window"),
    ],
)
def test_why_a_day_is_refused(on: date, expected: str | None) -> None:
    settings = replace(SETTINGS, holidays=frozenset({date(2026, 12, 25)}))
    assert visit_days.refusal_of(settings, WINDOW, on, TODAY) == expected


@given(st.integers(0, 30), st.sets(st.integers(0, 20), max_size=5))
def test_offered_days_can_all_be_chosen(planned: int, cannot: set[int]) -> None:
    refused = frozenset(TODAY + timedelta(days=number) for number in cannot)
    on = TODAY + timedelta(days=planned)
    for day in visit_days.offered(SETTINGS, WINDOW, on, TODAY, refused):
        assert visit_days.refusal_of(SETTINGS, WINDOW, day, TODAY) is None
        assert day not in refused | {on}
