"""Steps counted back from the due date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.eligibility import Facts, Regency, Rulebook, Segment, decide
from registry.rules.paperwork import Task, count_back, set_out_on, workday_on_or_before
from registry.rules.rows import PaymentPath

RULES = Rulebook.load()
PATH = PaymentPath.PROGRAMME_SKTM
DAYS = st.dates(date(2025, 6, 1), date(2030, 12, 31))
TASKS = st.lists(st.builds(Task, st.just("walk"), st.just("desa"), st.integers(0, 30), st.booleans()), max_size=8)

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, 20) + timedelta(days=days) for days in range(4))


@pytest.mark.parametrize(
    ("day", "workday"),
    [
        pytest.param(FRIDAY, FRIDAY, id="Friday stays"),
        pytest.param(SATURDAY, FRIDAY, id="Saturday"),
        pytest.param(SUNDAY, FRIDAY, id="Sunday"),
        pytest.param(MONDAY, MONDAY, id="Monday stays"),
    ],
)
def test_workday_steps_back_over_the_weekend(day: date, workday: date) -> None:
    assert workday_on_or_before(day) == workday


@pytest.mark.parametrize(
    ("days", "working", "done_by", "begin"),
    [
        pytest.param(1, True, MONDAY, FRIDAY, id="one office day before Monday"),
        pytest.param(1, False, MONDAY, SUNDAY, id="one day of waiting before Monday"),
        pytest.param(0, True, SUNDAY, FRIDAY, id="an office on Sunday"),
        pytest.param(0, False, SUNDAY, SUNDAY, id="nothing to wait for"),
        pytest.param(5, True, FRIDAY, FRIDAY - timedelta(days=7), id="an office week"),
        pytest.param(30, False, MONDAY, date(2026, 10, 24), id="a month of waiting"),
    ],
)
def test_set_out_counts_office_days_or_all_days(days: int, working: bool, done_by: date, begin: date) -> None:
    assert set_out_on(Task("walk", "desa", days, working), done_by) == begin


@given(DAYS, st.integers(0, 60))
def test_office_days_are_never_weekends_and_leave_enough_of_them(done_by: date, days: int) -> None:
    begin = set_out_on(Task("walk", "desa", days, True), done_by)
    workdays = [day for day in (begin + timedelta(days=n) for n in range((done_by - begin).days)) if day.weekday() < 5]

    assert begin.weekday() < 5
    assert len(workdays) >= days


@given(TASKS, DAYS, DAYS)
def test_steps_keep_their_order_and_their_last_days_never_go_back(
    tasks: list[Task], done_by: date, today: date
) -> None:
    steps = list(count_back(PATH, tasks, done_by, today, 4))
    days = [step.latest_on for step in steps if step.latest_on is not None]

    assert [step.order for step in steps] == list(range(4, 4 + len(tasks)))
    assert days == sorted(days)
    assert len(days) == len(tasks)
    assert all(day >= today or not step.late for day, step in zip(days, steps, strict=True))


@given(TASKS, DAYS)
def test_steps_end_in_time_when_there_is_time(tasks: list[Task], done_by: date) -> None:
    steps = list(count_back(PATH, tasks, done_by, date(2020, 1, 1)))

    assert not any(step.late for step in steps)
    assert all(
        step.latest_on is not None and step.latest_on + timedelta(days=step.days_needed) <= done_by for step in steps
    )


@given(TASKS, DAYS)
def test_late_steps_are_for_today_when_the_time_has_passed(tasks: list[Task], today: date) -> None:
    steps = list(count_back(PATH, tasks, today - timedelta(days=1), today))

    assert all(step.late and step.latest_on == today for step in steps)


def test_steps_have_no_date_when_the_due_date_is_unknown() -> None:
    steps = list(count_back(PATH, [Task("walk", "desa", 3, True)], None, date(2026, 11, 21)))

    assert [(step.latest_on, step.late) for step in steps] == [(None, False)]


@given(st.dates(date(2026, 12, 1), date(2027, 9, 1)), st.sampled_from([None, 2, 8]), st.sampled_from(Segment))
def test_papers_of_a_decision_are_ready_before_the_due_date(hpl: date, decile: int | None, segment: Segment) -> None:
    today = date(2026, 11, 21)
    facts = Facts(Regency.KAB_MALANG, None, True, segment, False, decile=decile, hpl=hpl)
    decision = decide(facts, RULES, today)
    spare = timedelta(days=RULES.settings_on(today).papers_ready_days_before_hpl)

    assert [step.order for step in decision.steps] == list(range(1, len(decision.steps) + 1))
    assert {step.path for step in decision.steps} == {row.path for row in decision.paths}
    for step in decision.steps:
        assert step.latest_on is not None
        assert step.late or step.latest_on + timedelta(days=step.days_needed) <= hpl - spare


@pytest.mark.parametrize(
    ("today", "late"),
    [
        pytest.param(MONDAY, False, id="on its last day"),
        pytest.param(MONDAY + timedelta(days=1), True, id="a day after"),
    ],
)
def test_step_is_late_only_after_its_last_day(today: date, late: bool) -> None:
    steps = list(count_back(PATH, [Task("walk", "desa", 3, False)], MONDAY + timedelta(days=3), today))

    assert [step.late for step in steps] == [late]
