"""Before the birth: the due date, papers counted back from it, the look at the JKN."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import preparation
from registry.rules.planned import ESCALATION
from registry.rules.rows import PaymentPath
from tests.registry.rules.courses import course, planned, reasons, week

DUE = week(40)


def around(start: date, high_risk: bool = False, **given: Any) -> list[tuple[str, int, str]]:
    one = course(opened_on=start, high_risk=high_risk, **given)
    rows = [row for row in planned(one) if row.kind == "due_date"]
    return [(row.visit, (row.due_on - DUE).days, row.recipient) for row in rows]


def test_the_due_date_of_a_mother_who_came_early() -> None:
    assert around(week(8)) == [
        ("36w", -28, "mother"),
        ("38w", -14, "mother"),
        ("40w", 0, "mother"),
        ("41w", 7, "mother"),
        ("42w", 14, "cadre"),
    ]


@pytest.mark.parametrize(
    ("start", "first"),
    [
        pytest.param(DUE - timedelta(days=28), ("36w", -28, "mother"), id="on the day of the birth plan"),
        pytest.param(DUE - timedelta(days=20), ("36w", -20, "mother"), id="the birth plan is caught up with"),
        pytest.param(DUE - timedelta(days=9), ("38w", -9, "mother"), id="only the last of two is caught up with"),
        pytest.param(DUE + timedelta(days=3), ("41w", 7, "mother"), id="nothing about a due date that is past"),
        pytest.param(DUE + timedelta(days=9), ("41w", 9, "mother"), id="has the baby come is asked late too"),
    ],
)
def test_the_due_date_of_a_mother_who_came_late(start: date, first: tuple[str, int, str]) -> None:
    assert around(start)[0] == first


def test_the_cadre_is_told_at_once_when_she_comes_after_42_weeks() -> None:
    assert ("42w", 20, "cadre") in around(DUE + timedelta(days=20))
    assert around(DUE + timedelta(days=20), high_risk=True).count(("41w", 20, "cadre")) == 0


def test_with_a_high_risk_the_cadre_is_told_a_week_earlier() -> None:
    assert ("41w", 8, "cadre") in around(week(8), high_risk=True)


def test_the_due_date_goes_before_counting_from_the_hpht() -> None:
    assert around(week(8), hpl=DUE + timedelta(days=2))[2] == ("40w", 2, "mother")


def papers(start: date | None = None, **given: Any) -> list[tuple[str, int]]:
    rows = planned(course(opened_on=start or week(8), **given))
    return [(row.visit, (row.due_on - DUE).days) for row in rows if row.kind == "papers"]


@pytest.mark.parametrize("path", sorted(preparation.PATHS_WITH_PAPERS))
def test_papers_step_aside_for_what_has_their_day(path: PaymentPath) -> None:
    assert papers(papers=path) == [("p-42", -42), ("p-28", -29), ("p-14", -15)]


@pytest.mark.parametrize("path", [None, PaymentPath.UNKNOWN, PaymentPath.SELF_PAY], ids=str)
def test_a_way_to_pay_without_papers_has_no_steps(path: PaymentPath | None) -> None:
    assert papers(papers=path) == []


def test_an_active_jkn_is_looked_at_again_twice() -> None:
    assert papers(papers=PaymentPath.JKN_ACTIVE) == [("jkn-30", -30), ("jkn-7", -7)]
    assert papers(jkn_active=True) == papers(papers=PaymentPath.JKN_ACTIVE)


@pytest.mark.parametrize(
    ("days_before", "left"),
    [
        pytest.param(38, ["jkn-30", "jkn-7"], id="long ago"),
        pytest.param(37, ["jkn-7"], id="a week before the first step"),
        pytest.param(10, [], id="three days before the second"),
    ],
)
def test_a_look_that_was_just_taken_counts(days_before: int, left: list[str]) -> None:
    checked = DUE - timedelta(days=days_before)
    one = course(jkn_active=True, jkn_checked_on=checked)
    assert [row.visit for row in planned(one) if row.kind == "papers"] == left
    assert {visit for visit, why in reasons(one).items() if why == "done"} == {"jkn-30", "jkn-7"} - set(left)


@pytest.mark.parametrize(
    ("active", "steps"),
    [
        pytest.param(False, ["p-42", "p-28", "p-14"], id="no JKN that works"),
        pytest.param(True, ["jkn-30", "jkn-7"], id="a JKN that works"),
        pytest.param(None, [], id="nothing known"),
    ],
)
def test_who_never_asked_how_she_pays_is_led_there_when_no_jkn_works(active: bool | None, steps: list[str]) -> None:
    assert [visit for visit, _ in papers(jkn_active=active)] == steps


def test_only_the_last_late_step_of_the_papers_is_caught_up_with() -> None:
    start = DUE - timedelta(days=20)
    assert [visit for visit, _ in papers(start, papers=PaymentPath.PROGRAMME_SKTM)] == ["p-28", "p-14"]
    assert reasons(course(opened_on=start, papers=PaymentPath.PROGRAMME_SKTM))["p-42"] == "past"


@given(st.integers(-60, 40))
def test_around_the_due_date_at_most_one_step_of_a_ladder_is_late(days: int) -> None:
    start = DUE + timedelta(days=days)
    drafts = [one for one in preparation.due_date_drafts(DUE, start, high_risk=False) if one.text != ESCALATION]
    assert len([one for one in drafts if one.about < start <= one.due_on]) <= 1
    assert all(one.due_on in (one.about, start) for one in drafts)
