"""Lessons: which there are, from when on, what stands beside them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from registry.rules.education import REGULAR, baby_lessons, lessons_of, pregnancy_lessons
from registry.rules.plan_values import ONE_A_WEEK
from tests.registry.rules.courses import HPHT, week

WEEKS, DAYS = ONE_A_WEEK


@pytest.mark.parametrize(
    ("start", "first"),
    [
        pytest.param(week(2), "w05", id="before the first lesson"),
        pytest.param(week(12), "w12", id="on the day of one"),
        pytest.param(week(12, 1), "w13", id="the day after"),
    ],
)
def test_lessons_of_a_pregnancy_begin_with_the_next_week(start: date, first: str) -> None:
    lessons = [one for one in pregnancy_lessons(HPHT, WEEKS, start) if one.visit.startswith("w")]
    assert lessons[0].visit == first
    assert lessons[0].text == f"education_{first}"
    assert lessons[-1].visit == "w40"
    assert {later.about - one.about for one, later in pairwise(lessons)} == {timedelta(weeks=1)}


def test_tablets_and_the_class_are_spoken_of_between_two_lessons() -> None:
    found = [one for one in pregnancy_lessons(HPHT, WEEKS, HPHT) if not one.visit.startswith("w")]
    assert {one.visit for one in found} == {f"{code}{week}" for week, (code, _) in REGULAR.items()}
    assert {(one.about - HPHT).days % 7 for one in found} == {3}


def test_lessons_after_the_birth() -> None:
    born = week(39)
    assert [one.visit for one in baby_lessons(born, DAYS, born)] == ["b01", "b08", "b15", "b22", "b29", "b36"]
    assert next(baby_lessons(born, DAYS, week(41, 1))).text == "education_b03"


def test_no_lessons_are_left_after_the_last_week() -> None:
    assert list(pregnancy_lessons(HPHT, WEEKS, week(42))) == []


TEXTS: dict[str, dict[str, Any]] = {
    "w05": {"weeks": [5, 5]},
    "x01": {"weeks": [5, 7], "days": [0, 20]},
    "x02": {"weeks": [7, 9]},
    "b01": {"days": [0, 6]},
    "d01": {"days": [1, 1]},
    "d03": {"days": [3, 3]},
}


def test_a_week_without_a_text_gets_a_topic_that_suits_it_and_no_topic_twice_while_there_is_another() -> None:
    assert lessons_of(TEXTS, range(5, 11), range(0)).weeks == {5: "w05", 6: "x01", 7: "x02", 8: "x02", 9: "x02"}


def test_after_the_birth_a_text_of_one_day_goes_before_that_of_its_week() -> None:
    assert lessons_of(TEXTS, range(0), range(1, 22)).days == {1: "d01", 2: "b01", 3: "d03", 8: "x01", 15: "x01"}
