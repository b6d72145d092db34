"""Lessons: which weeks, from when on."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from registry.rules.education import baby_lessons, pregnancy_lessons
from tests.registry.rules.courses import HPHT, week


@pytest.mark.parametrize(
    ("start", "first"),
    [
        pytest.param(week(2), "w04", id="before the first lesson"),
        pytest.param(week(12), "w12", id="on the day of one"),
        pytest.param(week(12, 1), "w13", id="the day after"),
    ],
)
def test_lessons_of_a_pregnancy_begin_with_the_next_week(start: date, first: str) -> None:
    lessons = list(pregnancy_lessons(HPHT, (4, 41), start))
    assert lessons[0].visit == first
    assert lessons[0].text == f"education_{first}"
    assert lessons[-1].visit == "w41"
    assert {later.about - one.about for one, later in pairwise(lessons)} == {timedelta(weeks=1)}


def test_lessons_after_the_birth() -> None:
    born = week(39)
    assert [(one.visit, one.about) for one in baby_lessons(born, 2, born)] == [("b01", week(40)), ("b02", week(41))]
    assert [one.visit for one in baby_lessons(born, 3, week(41, 1))] == ["b03"]


def test_no_lessons_are_left_after_the_last_week() -> None:
    assert list(pregnancy_lessons(HPHT, (4, 41), week(42))) == []
