"""Reminders: how long they stay fresh, and which go out as one message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.rules.plan import plan
from registry.rules.plan_values import Born, Wishes
from registry.rules.planned import Planned, is_stale, message_of_the_day, rank
from registry.rules.rows import PaymentPath
from tests.registry.rules.courses import SETTINGS, WISHES, course, week

BEFORE = course(papers=PaymentPath.PROGRAMME_SKTM)
AFTER = course(status="delivered", birth=Born(week(39)))
PLANNED = {
    f"{row.visit} {row.step}": row
    for one, today in ((BEFORE, week(6)), (AFTER, week(39)))
    for row in plan(one, WISHES, SETTINGS, today).planned
}


@pytest.mark.parametrize(
    ("visit", "step", "days"),
    [
        pytest.param("K2", "before", 2, id="before a visit: until its day"),
        pytest.param("K2", "after", 5, id="after a visit"),
        pytest.param("40w", "once", 5, id="due date"),
        pytest.param("42w", "once", 28, id="overdue birth"),
        pytest.param("p-42", "once", 7, id="papers"),
        pytest.param("w12", "once", 2, id="lesson"),
        pytest.param("KF2", "once", 4, id="second check: to its seventh day"),
        pytest.param("d21", "once", 4, id="the baby's JKN: to the next step"),
    ],
)
def test_how_long_a_reminder_stays_fresh(visit: str, step: str, days: int) -> None:
    row = PLANNED[f"{visit} {step}"]
    assert not is_stale(row, row.due_on + timedelta(days=days))
    assert is_stale(row, row.due_on + timedelta(days=days + 1))


def pick(*names: str) -> list[Planned]:
    return [PLANNED[name] for name in names]


LESSON = "w12 once"


def test_mother_and_baby_are_spoken_of_once() -> None:
    bundle = message_of_the_day(pick("d3 once", "KN2 once", "KF2 once"))
    assert bundle is not None
    assert bundle.lead.visit == "KF2"
    assert bundle.texts == ("reminder_kf2", "reminder_kn2", "reminder_newborn_jkn_3")


def test_a_lesson_waits_for_everything_else() -> None:
    bundle = message_of_the_day(pick(LESSON, "K2 before"))
    assert bundle is not None
    assert (bundle.lead.visit, bundle.along) == ("K2", ())


def test_of_two_lessons_the_newer_goes() -> None:
    bundle = message_of_the_day(pick(LESSON, "w13 once"))
    assert bundle is not None
    assert (bundle.lead.visit, bundle.along) == ("w13", ())


def test_a_reminder_to_the_cadre_is_no_message_to_her() -> None:
    assert message_of_the_day(pick("42w once")) is None
    assert message_of_the_day([]) is None


def test_every_planned_reminder_to_her_has_a_rank() -> None:
    rows = plan(course(hpht=None), Wishes(), SETTINGS, week(6)).planned
    assert all(rank(row) >= 0 for row in (*rows, *PLANNED.values()) if row.recipient == "mother")
