"""Every text that the plan can name is there, to the mother and to her cadre, and can be said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from registry import texts
from registry.reminding import plan_facts
from registry.rules import education, postnatal, preparation, sending
from registry.rules.antenatal import check_ups, undated_drafts, visit_drafts
from registry.rules.plan_values import Born, ReminderSettings
from registry.rules.planned import ESCALATION, Draft
from registry.rules.rows import PaymentPath
from tests.registry.rules.courses import HPHT, course, week

SETTINGS = ReminderSettings(lessons=plan_facts.lessons())
DUE = week(40)
LADDERS = (preparation.DUE_DATE, preparation.SKTM, preparation.PAPERS, preparation.JKN_AGAIN)


def every_draft() -> list[Draft]:
    """Of courses that together have every kind of reminder."""
    late = course(opened_on=week(19))
    found = [*visit_drafts(check_ups(course(), SETTINGS), SETTINGS), *visit_drafts(check_ups(late, SETTINGS), SETTINGS)]
    found += undated_drafts(course(hpht=None))
    found += preparation.due_date_drafts(DUE, week(6), high_risk=True)
    for path in PaymentPath:
        found += preparation.papers_drafts(course(papers=path), DUE)
    for segment in (None, "PBI_JK"):
        found += postnatal.jkn_drafts(Born(DUE), segment)
    found += postnatal.check_drafts(Born(DUE), 9)
    return found


NAMES = {one.text for one in every_draft()} | {sending.TOGETHER, "reminder_merged", "reminder_merged_plain"}
LESSONS = {
    one.text
    for one in (
        *education.pregnancy_lessons(HPHT, SETTINGS.lessons.weeks, date.min),
        *education.baby_lessons(DUE, SETTINGS.lessons.days, date.min),
    )
}


@pytest.mark.parametrize("name", sorted(NAMES - {ESCALATION}))
def test_a_reminder_of_the_plan_has_words_for_the_mother_and_for_her_cadre(name: str) -> None:
    assert {name, f"{name}_cadre"} <= set(texts.sentences())


@pytest.mark.parametrize("name", sorted(NAMES - {ESCALATION, "reminder_merged", "reminder_merged_plain"}))
def test_a_reminder_of_the_plan_can_be_half_of_a_merged_one(name: str) -> None:
    assert f"phrase_{name}" in texts.sentences()


def test_every_step_of_every_ladder_was_looked_at() -> None:
    assert {text for ladder in LADDERS for _, _, text in ladder} <= NAMES


@pytest.mark.parametrize("name", sorted(LESSONS))
def test_a_lesson_has_words(name: str) -> None:
    assert texts.say(name).text


def test_every_reminder_text_is_planned_by_somebody() -> None:
    written = {name.removesuffix("_cadre") for name in texts.sentences() if name.startswith("reminder_")}
    assert written - NAMES - LESSONS - {ESCALATION} == set()


def test_there_is_a_lesson_in_every_week_of_pregnancy_and_after_the_birth() -> None:
    weeks, days = SETTINGS.lessons
    assert sorted(weeks) == list(range(5, 41))
    assert all(any(7 * week < day <= 7 * week + 7 for day in days) for week in range(6))
    assert len(weeks) + len(days) + len(education.REGULAR) >= 55


def test_lessons_after_the_birth_need_a_living_baby() -> None:
    assert max(SETTINGS.lessons.days) <= postnatal.LAST_DAY
    assert min(SETTINGS.lessons.days) >= 1
    assert timedelta(days=max(SETTINGS.lessons.days)) < timedelta(weeks=7)
