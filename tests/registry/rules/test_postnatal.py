"""After the birth: windows of mother and baby, the baby's JKN, what is told late."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import postnatal
from registry.rules.plan_values import Born, Done
from registry.rules.planned import last_on
from tests.registry.rules.courses import course, planned, reasons, week

BORN = week(39)
WINDOWS = {
    "KF1": (0, 2),
    "KN1": (0, 2),
    "KF2": (3, 7),
    "KN2": (3, 7),
    "KF3": (8, 28),
    "KN3": (8, 28),
    "KF4": (29, 42),
    "imm1": (29, 42),
    "d3": (3, 13),
    "d14": (14, 20),
    "d21": (21, 25),
    "d26": (26, 28),
}


def after(days: int) -> date:
    return BORN + timedelta(days=days)


@pytest.mark.parametrize("visit", WINDOWS)
def test_each_has_its_window(visit: str) -> None:
    birth = Born(BORN)
    drafts = {one.visit: one for one in [*postnatal.check_drafts(birth, 9), *postnatal.jkn_drafts(birth, None)]}
    first, last = WINDOWS[visit]
    assert drafts[visit].about == after(first)
    assert last_on(drafts[visit]) == after(last)


@pytest.mark.parametrize(
    ("at", "hour", "expected"),
    [
        pytest.param(time(2, 0), 9, after(0), id="by night: the same morning"),
        pytest.param(time(3, 0), 9, after(0), id="six hours before her hour"),
        pytest.param(time(3, 1), 9, after(1), id="a minute less than six hours"),
        pytest.param(time(23, 30), 9, after(1), id="before midnight: the next morning"),
        pytest.param(time(23, 30), 5, after(2), id="before midnight, she likes dawn"),
        pytest.param(None, 9, after(1), id="hour unknown: as at noon"),
        pytest.param(None, 18, after(0), id="hour unknown, she likes the evening"),
    ],
)
def test_when_the_first_check_is_spoken_of(at: time | None, hour: int, expected: date) -> None:
    assert next(postnatal.check_drafts(Born(BORN, at), hour)).due_on == expected


@given(st.times(), st.integers(0, 23))
def test_the_first_check_comes_between_six_and_forty_eight_hours(at: time, hour: int) -> None:
    draft = next(postnatal.check_drafts(Born(BORN, at), hour))
    later = datetime.combine(draft.due_on, time(hour)) - datetime.combine(BORN, at)
    assert timedelta(hours=6) <= later <= timedelta(hours=48)


def test_each_check_has_words_of_its_own() -> None:
    texts = {one.visit: one.text for one in postnatal.check_drafts(Born(BORN), 9)}
    assert texts.pop("imm1") == "reminder_immunisation"
    assert texts == {visit: f"reminder_{visit.lower()}" for visit in texts}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param(5, (5, 4), id="the day before it"),
        pytest.param(3, (3, 3), id="on the day the window opens"),
        pytest.param(9, (3, 3), id="a day outside the window moves nothing"),
    ],
)
def test_a_day_she_chose_after_the_birth(chosen: int, expected: tuple[int, int]) -> None:
    drafts = postnatal.check_drafts(Born(BORN), 9, {"KF2": after(chosen)})
    found = next(one for one in drafts if one.visit == "KF2")
    assert (found.about, found.due_on) == (after(expected[0]), after(expected[1]))
    assert found.due_on <= last_on(found) <= after(7)


def test_a_baby_of_a_pbi_mother_begins_with_words_of_its_own() -> None:
    rest = [f"reminder_newborn_jkn_{day}" for day in (14, 21, 26)]
    first = {"PBI_JK": "reminder_newborn_jkn_pbi", "PBPU": "reminder_newborn_jkn_3"}
    for segment, text in first.items():
        assert [one.text for one in postnatal.jkn_drafts(Born(BORN), segment)] == [text, *rest]


def test_the_whole_time_after_a_birth() -> None:
    rows = planned(course(status="delivered", birth=Born(BORN)), today=BORN)
    assert [(row.visit, (row.due_on - BORN).days) for row in rows] == [
        ("KF1", 1),
        ("KN1", 1),
        ("d3", 3),
        ("KF2", 3),
        ("KN2", 3),
        ("KF3", 8),
        ("KN3", 8),
        ("d14", 14),
        ("d21", 21),
        ("d26", 26),
        ("KF4", 29),
        ("imm1", 29),
    ]


def test_a_birth_told_on_the_fifth_day_begins_with_what_is_still_open() -> None:
    one = course(status="delivered", birth=Born(BORN))
    rows = planned(one, today=after(5))
    assert [(row.visit, row.due_on) for row in rows[:3]] == [("d3", after(5)), ("KF2", after(5)), ("KN2", after(5))]
    assert {visit: why for visit, why in reasons(one, after(5)).items() if visit[:2] in ("KF", "KN")} == {
        "KF1": "past",
        "KN1": "past",
    }


def test_what_is_done_is_not_asked_again() -> None:
    birth = Born(BORN, newborn_jkn_done=True)
    one = course(status="delivered", birth=birth, visits=(Done("KF1", BORN), Done("KN2", after(4))))
    assert {row.visit for row in planned(one, today=BORN)} == {"KN1", "KF2", "KF3", "KN3", "KF4", "imm1"}
    assert {visit for visit, why in reasons(one, BORN).items() if why == "done"} == {
        *("KF1", "KN2", "d3", "d14", "d21", "d26"),
    }


def test_nothing_when_the_baby_has_died() -> None:
    one = course(status="delivered", birth=Born(BORN, baby_alive=False))
    assert planned(one, today=BORN) == []
    assert set(reasons(one, BORN).values()) == {"closed"}


def test_a_birth_without_its_day_says_so() -> None:
    one = course(status="delivered")
    assert planned(one, today=BORN) == []
    assert reasons(one, BORN)["KF1"] == "no_dates"


@pytest.mark.parametrize(
    ("days", "reported", "expected"),
    [
        pytest.param(5, "", "", id="within the grace of the first"),
        pytest.param(6, "", "KF1 KN1", id="after it"),
        pytest.param(6, "KF1", "KN1", id="the mother was seen, the baby not"),
        pytest.param(46, "KF1 KN1 KF2 KN2 KF3 KN3", "KF4", id="the last of the mother"),
    ],
)
def test_checks_nobody_reported(days: int, reported: str, expected: str) -> None:
    found = postnatal.unreported_checks(Born(BORN), frozenset(reported.split()), 3, after(days))
    assert [one.visit for one in found] == expected.split()
