"""Check-ups: the tables, what counts as done, late registration, moved days, the next one and the missed ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from registry.rules.antenatal import CheckUp, check_ups, done_visits, next_visit, table, unreported
from registry.rules.plan_days import open_day
from registry.rules.plan_values import Born, Course, Done, ReminderSettings, Scheme
from tests.registry.rules import courses
from tests.registry.rules.courses import HPHT, SETTINGS, course, week


def shown(one: Course, **settings: Any) -> dict[str, tuple[date, str]]:
    return {found.visit: (found.on, found.state) for found in check_ups(one, ReminderSettings(**settings))}


def states(one: Course) -> str:
    return " ".join(f"{found.visit}:{found.state}" for found in check_ups(one, SETTINGS) if found.state != "due")


@pytest.mark.parametrize(
    ("scheme", "visits", "trimesters"),
    [
        pytest.param("1-2-3", "K1 K2 K3 K4 K5 K6", [1, 2, 2, 3, 3, 3], id="the regulation"),
        pytest.param("2-1-3", "K1 K2 K3 K4 K5 K6", [1, 1, 2, 3, 3, 3], id="Buku KIA 2020"),
        pytest.param("who8", "K1 K2 K3 K4 K5 K6 38w 40w", [1, 2, 3, 3, 3, 3, 3, 3], id="eight contacts"),
    ],
)
def test_the_tables(scheme: Scheme, visits: str, trimesters: list[int]) -> None:
    slots = table(ReminderSettings(scheme=scheme))
    assert [slot.visit for slot in slots] == visits.split()
    assert [slot.trimester for slot in slots] == trimesters
    assert [slot.visit for slot in slots if slot.with_doctor] == ["K1", "K5"]


def test_weeks_that_are_set_go_before_the_scheme_and_are_put_in_order() -> None:
    slots = table(ReminderSettings(scheme="who8", anc_weeks=(36, 12, 12, 24)))
    assert [(slot.visit, slot.week) for slot in slots] == [("K1", 12), ("K2", 24), ("K3", 36)]


def test_every_visit_has_the_day_of_its_week() -> None:
    found = shown(course())
    assert [on for on, _ in found.values()] == [week(n) for n in (10, 16, 22, 28, 34, 37)]
    assert {state for _, state in found.values()} == {"due"}


def test_a_holiday_moves_a_visit_to_the_next_open_day() -> None:
    assert shown(course(), holidays=frozenset({week(16)}))["K2"] == (week(16, 1), "due")


def test_without_dates_there_are_no_visits() -> None:
    assert check_ups(course(hpht=None), SETTINGS) == ()


DONE = {
    "the code wins out of order": ([("K3", week(14))], {"K3": week(14)}),
    "K1 murni is K1": ([("K1M", week(9))], {"K1": week(9)}),
    "no code, first contact": ([("", week(20))], {"K1": week(20)}),
    "no code, by trimester": ([("K1", week(9)), ("", week(17))], {"K1": week(9), "K2": week(17)}),
    "no code, by order": (
        [("K1", week(9)), ("", week(17)), ("", week(20))],
        {"K1": week(9), "K2": week(17), "K3": week(20)},
    ),
    "no code, all of the trimester done": (
        [("K1", week(9)), ("K2", week(15)), ("K3", week(19)), ("", week(23))],
        {"K1": week(9), "K2": week(15), "K3": week(19)},
    ),
    "no code, after a later code": ([("K3", week(18)), ("", week(21))], {"K3": week(18), "K2": week(21)}),
    "no code, before a later code": ([("K3", week(18)), ("", week(9))], {"K3": week(18), "K1": week(9)}),
    "the third trimester": ([("K1", week(9)), ("", week(26))], {"K1": week(9), "K4": week(26)}),
    "twice reported counts from the first": ([("K2", week(17)), ("K2", week(15))], {"K2": week(15)}),
    "a code the table does not have": ([("KF1", week(15)), ("38w", week(38))], {}),
}


@pytest.mark.parametrize(("visits", "expected"), DONE.values(), ids=DONE)
def test_what_counts_as_done(visits: list[tuple[str, date]], expected: dict[str, date]) -> None:
    assert done_visits([Done(*one) for one in visits], table(SETTINGS), HPHT) == expected


LATE = {
    "in the first trimester": (week(11), [], "", {"K1": week(11, 2)}),
    "on the day of a visit": (week(10), [], "", {"K1": week(10)}),
    "first contact in the second trimester": (week(19), [], "K2:past", {"K1": week(19, 2), "K3": week(22)}),
    "first contact late in the second": (week(23), [], "K2:past K3:past", {"K1": week(23, 2), "K4": week(28)}),
    "first contact in the third": (week(38), [], "K2:past K3:past K4:past K5:past K6:past", {"K1": week(38, 2)}),
    "the first visit done elsewhere": (week(17), [("K1", week(8))], "K1:done", {"K2": week(17, 2), "K3": week(22)}),
    "checked four days ago": (week(17, 4), [("K1", week(17))], "K1:done", {"K2": week(19), "K3": week(22)}),
    "the first never reported": (week(17), [("K2", week(16))], "K1:past K2:done", {"K3": week(22)}),
    "the trimester of the late ones is over": (
        week(25),
        [("K1", week(8))],
        "K1:done K2:past K3:past",
        {"K4": week(28)},
    ),
    "long overdue": (week(43), [], "K1:past K2:past K3:past K4:past K5:past K6:past", {}),
}


@pytest.mark.parametrize(("opened_on", "visits", "given_up", "asked"), LATE.values(), ids=LATE)
def test_late_registration(opened_on: date, visits: list[Any], given_up: str, asked: dict[str, date]) -> None:
    one = course(opened_on=opened_on, visits=tuple(Done(*visit) for visit in visits))
    assert states(one) == given_up
    found = shown(one)
    assert {visit: found[visit] for visit in asked} == {visit: (on, "due") for visit, on in asked.items()}


@pytest.mark.parametrize(
    ("opened_on", "kept", "caught_up"),
    [
        pytest.param(week(21), ("K3", week(22)), False, id="a visit in a week"),
        pytest.param(week(20), ("K3", week(22)), False, id="a visit in a fortnight"),
        pytest.param(week(19, 6), ("K3", week(22)), True, id="a day more than a fortnight"),
        pytest.param(week(27, 4), ("K4", week(28)), False, id="in the week of the fourth"),
        pytest.param(week(21, 6), ("K3", week(22)), False, id="a visit of tomorrow"),
    ],
)
def test_a_visit_of_the_table_keeps_its_day_and_is_the_catching_up_when_it_is_near(
    opened_on: date, kept: tuple[str, date], caught_up: bool
) -> None:
    found = shown(course(opened_on=opened_on))
    assert found[kept[0]] == (kept[1], "due")
    assert (found["K1"][1] == "due") is caught_up


def test_a_visit_right_after_another_keeps_its_day() -> None:
    one = course(opened_on=week(9), visits=(Done("K1", week(10)), Done("K2", week(21, 5))))
    assert shown(one)["K3"] == (week(22), "due")


def test_the_visit_caught_up_with_is_marked() -> None:
    found = check_ups(course(opened_on=week(19)), SETTINGS)
    assert [one.visit for one in found if one.late] == ["K1"]


def test_a_late_visit_that_was_given_up_is_not_taken_up_again_after_the_first() -> None:
    one = course(opened_on=week(18), visits=(Done("K1", week(20)),))
    assert states(one) == "K1:done K2:past"
    assert unreported(one, SETTINGS, week(21)) == ()


def test_a_day_the_mother_chose_stands_even_on_a_sunday() -> None:
    sunday = week(16, 4)
    assert sunday.weekday() == 6
    assert shown(course(chosen_days={"K2": sunday}))["K2"] == (sunday, "due")


def test_a_day_chosen_for_another_kind_moves_nothing() -> None:
    assert shown(course(chosen_days={"KF1": week(16)})) == shown(course())


@pytest.mark.parametrize(
    ("today", "visits", "expected"),
    [
        pytest.param(week(6), (), "K1", id="before the first"),
        pytest.param(week(10), (), "K1", id="on the day itself"),
        pytest.param(week(10, 1), (), "K2", id="the day after"),
        pytest.param(week(6), (Done("K1", week(5)),), "K2", id="the first is done"),
        pytest.param(week(38), (), None, id="after the last"),
    ],
)
def test_the_next_visit(today: date, visits: tuple[Done, ...], expected: str | None) -> None:
    found = next_visit(course(visits=visits), SETTINGS, today)
    assert (found.visit if found else None) == expected


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(course(status="loss"), id="after a loss"),
        pytest.param(course(birth=Born(week(30))), id="after the birth"),
        pytest.param(course(hpht=None), id="without dates"),
    ],
)
def test_no_next_visit_and_none_missed(one: Course) -> None:
    assert next_visit(one, SETTINGS, week(20)) is None
    assert unreported(one, SETTINGS, week(40)) == ()


@pytest.mark.parametrize(
    ("today", "visits", "expected"),
    [
        pytest.param(week(10, 3), (), [], id="within the grace"),
        pytest.param(week(10, 4), (), ["K1"], id="after the grace"),
        pytest.param(week(10, 4), (Done("K1", week(10)),), [], id="reported"),
        pytest.param(week(17), (), ["K1", "K2"], id="two of them"),
    ],
)
def test_visits_nobody_reported(today: date, visits: tuple[Done, ...], expected: list[str]) -> None:
    assert [one.visit for one in unreported(course(visits=visits), SETTINGS, today)] == expected


def test_what_was_past_at_registration_is_never_held_against_her() -> None:
    assert unreported(course(opened_on=week(23)), SETTINGS, week(23)) == ()


def due(found: tuple[CheckUp, ...]) -> list[CheckUp]:
    return [one for one in found if one.state == "due"]


@given(courses.courses(), courses.settings)
def test_every_visit_of_the_table_is_there_once_and_in_order(one: Course, settings: ReminderSettings) -> None:
    found = check_ups(one, settings)
    expected = [slot.visit for slot in table(settings)] if one.dates else []
    assert [each.visit for each in found] == expected


@given(courses.courses(), courses.settings)
def test_no_visit_is_asked_for_before_she_is_known_or_on_a_closed_day(one: Course, settings: ReminderSettings) -> None:
    for each in due(check_ups(one, settings)):
        assert each.on >= one.start
        if each.visit not in one.chosen_days:
            assert each.on.weekday() != 6
            assert each.on not in settings.holidays


@given(courses.courses(), courses.settings)
def test_one_visit_at_most_is_caught_up_with(one: Course, settings: ReminderSettings) -> None:
    if one.dates is None:
        return
    late = [each for each in due(check_ups(one, settings)) if each.slot.week * 7 + 6 < (one.start - one.dates[0]).days]
    assert len([each for each in late if each.visit not in one.chosen_days]) <= 1


@given(courses.courses(), courses.settings)
def test_only_the_visit_caught_up_with_leaves_the_week_of_the_table(one: Course, settings: ReminderSettings) -> None:
    if one.dates is None:
        return
    for each in due(check_ups(one, settings)):
        if not each.late and each.visit not in one.chosen_days:
            assert each.on == open_day(one.dates[0] + timedelta(weeks=each.slot.week), settings)


@given(courses.courses(), courses.settings)
def test_what_is_caught_up_with_keeps_away_from_other_visits(one: Course, settings: ReminderSettings) -> None:
    found = check_ups(one, settings)
    done = {each.on for each in found if each.state == "done"}
    for late in (each for each in found if each.late):
        assert all(not 0 <= (late.on - on).days < 7 for on in done)
        assert all((each.on - one.start).days > 14 for each in due(found) if not each.late)
