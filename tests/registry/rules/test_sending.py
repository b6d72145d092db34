"""The moment of sending: the last look, and what goes as one message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.plan import plan
from registry.rules.plan_values import Born, Course, Done, ReminderSettings, Wishes
from registry.rules.planned import Planned
from registry.rules.rows import PaymentPath
from registry.rules.sending import refusal, text_for, topics_of_today
from tests.registry.rules import courses
from tests.registry.rules.courses import SETTINGS, WISHES, course, week

BEFORE = course(papers=PaymentPath.PROGRAMME_SKTM)
AFTER = course(status="delivered", birth=Born(week(39)))
PLANNED = {
    f"{row.visit} {row.step}": row
    for one, today in ((BEFORE, week(6)), (AFTER, week(39)))
    for row in plan(one, WISHES, SETTINGS, today).planned
}
K2, LESSON, BABY_LESSON = PLANNED["K2 before"], PLANNED["w12 once"], PLANNED["b08 once"]


@pytest.mark.parametrize(
    ("row", "one", "wishes", "why"),
    [
        pytest.param(K2, BEFORE, WISHES, None, id="nothing has changed"),
        pytest.param(K2, replace(BEFORE, status="loss"), WISHES, "closed", id="a loss"),
        pytest.param(K2, AFTER, WISHES, "closed", id="a visit of pregnancy after the birth"),
        pytest.param(PLANNED["KF2 once"], BEFORE, WISHES, "closed", id="after birth, but she is pregnant"),
        pytest.param(BABY_LESSON, BEFORE, WISHES, "closed", id="a lesson about a baby not born"),
        pytest.param(LESSON, AFTER, WISHES, "closed", id="a lesson about pregnancy after the birth"),
        pytest.param(
            BABY_LESSON, replace(AFTER, birth=Born(week(39), baby_alive=False)), WISHES, "closed", id="the baby died"
        ),
        pytest.param(K2, BEFORE, Wishes(stopped=True), "stopped", id="STOP"),
        pytest.param(K2, BEFORE, Wishes(reminders_agreed=False), "consent", id="no consent"),
        pytest.param(K2, BEFORE, Wishes(has_phone=False, has_cadre=False), "no_phone", id="nobody to tell"),
        pytest.param(K2, replace(BEFORE, visits=(Done("K2", week(15)),)), WISHES, "done", id="reported"),
        pytest.param(
            PLANNED["d14 once"], replace(AFTER, birth=Born(week(39), newborn_jkn_done=True)), WISHES, "done", id="JKN"
        ),
        pytest.param(LESSON, BEFORE, Wishes(education_agreed=False), "consent", id="lessons were not agreed to"),
        pytest.param(LESSON, BEFORE, Wishes(has_phone=False), "no_phone", id="lessons need a phone"),
        pytest.param(PLANNED["p-42 once"], replace(BEFORE, hpht=None), WISHES, "no_dates", id="the dates are gone"),
    ],
)
def test_the_last_look(row: Planned, one: Course, wishes: Wishes, why: str | None) -> None:
    assert refusal(row, one, wishes, SETTINGS, row.due_on) == why


def test_too_late_is_stale() -> None:
    assert refusal(K2, BEFORE, WISHES, SETTINGS, K2.last_on) is None
    assert refusal(K2, BEFORE, WISHES, SETTINGS, K2.last_on + timedelta(days=1)) == "stale"


@given(courses.courses(), courses.wishes, courses.settings, st.integers(0, 320))
def test_what_has_just_been_planned_may_go_on_its_day(
    one: Course, wishes: Wishes, settings: ReminderSettings, later: int
) -> None:
    found = plan(one, wishes, settings, one.opened_on + timedelta(days=later))
    assert [row for row in found.planned if refusal(row, one, wishes, settings, row.due_on)] == []


DAYS = {
    "a visit": ("K2 before", "reminder_anc_before"),
    "mother and baby": ("KF2 once,KN2 once", "reminder_kf_kn"),
    "mother, baby and JKN": ("d3 once,KN2 once,KF2 once", "reminder_merged"),
    "the last check and the injection": ("KF4 once,imm1 once", "reminder_merged"),
    "check-ups of different times are two walks": ("KF2 once,KN3 once", "reminder_merged"),
    "bag and papers": ("38w once,p-14 once", "reminder_merged_plain"),
    "has the baby come": ("41w once,p-14 once", "reminder_due_41w"),
    "a lesson": ("w12 once", "education_w12"),
    "a lesson steps back": ("w12 once,K2 before", "reminder_anc_before"),
}


@pytest.mark.parametrize(("names", "text"), DAYS.values(), ids=DAYS)
def test_the_message_of_a_day(names: str, text: str) -> None:
    topics = topics_of_today([PLANNED[name] for name in names.split(",")])
    assert text_for(topics, to_cadre=False) == text
    assert text_for(topics, to_cadre=True) == f"{text}_cadre"


@given(st.lists(st.sampled_from(sorted(PLANNED)), unique=True, max_size=8))
def test_nothing_is_said_twice_in_a_message(names: list[str]) -> None:
    rows = [row for name in names if (row := PLANNED[name]).recipient == "mother"]
    topics = topics_of_today(rows)
    told = [one.key for topic in topics for one in topic.about]
    assert len(told) == len(set(told))
    assert bool(told) is bool(rows)
    assert len(topics) <= 2
