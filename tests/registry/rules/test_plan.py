"""The whole plan: who gets what, and what holds for every pregnancy whatever happens in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules import postnatal
from registry.rules.antenatal import table
from registry.rules.plan import plan
from registry.rules.plan_values import Born, Course, Done, ReminderSettings, Sent, Wishes
from registry.rules.planned import Plan, Planned, is_stale, message_of_the_day
from registry.rules.quiet import JAKARTA, is_quiet
from registry.rules.rows import PaymentPath
from tests.registry.rules import courses
from tests.registry.rules.courses import HPHT, SETTINGS, WISHES, course, planned, reasons, week

ONE_DAY = timedelta(days=1)


def of(rows: Iterable[Planned], visit: str) -> list[tuple[str, date, str]]:
    return [(row.step, row.due_on, row.recipient) for row in rows if row.visit == visit]


def test_a_visit_has_two_days_notice_and_a_question_after_it() -> None:
    rows = planned(course())
    assert of(rows, "K2") == [("before", week(16) - 2 * ONE_DAY, "mother"), ("after", week(16) + ONE_DAY, "mother")]
    assert {row.visit for row in rows if row.with_doctor} == {"K1", "K5"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [pytest.param(2, 1, (-2, 1), id="as it is"), pytest.param(3, 2, (-3, 2), id="as it may be set")],
)
def test_the_days_of_notice_are_a_setting(before: int, after: int, expected: tuple[int, int]) -> None:
    rows = planned(course(), before_days=before, ask_after_days=after)
    assert tuple((on - week(22)).days for _, on, _ in of(rows, "K3")) == expected


@pytest.mark.parametrize(
    ("opened_on", "first"),
    [
        pytest.param(week(16) - 2 * ONE_DAY, week(16) - 2 * ONE_DAY, id="two days before a visit"),
        pytest.param(week(16) - ONE_DAY, week(16) - ONE_DAY, id="the day before"),
        pytest.param(week(16), week(16), id="on the day"),
    ],
)
def test_who_comes_in_the_week_of_a_visit_is_reminded_of_it(opened_on: date, first: date) -> None:
    rows = planned(course(opened_on=opened_on, visits=(Done("K1", week(9)),)))
    assert of(rows, "K2")[0] == ("before", first, "mother")


def test_what_was_missed_is_caught_up_with_within_three_days() -> None:
    late = [row.text for row in planned(course(opened_on=week(23))) if row.visit == "K1"]
    assert late == ["reminder_anc_missed", "reminder_anc_after"]
    rows = planned(course(opened_on=week(23)))
    assert of(rows, "K1") == [("before", week(23), "mother"), ("after", week(23, 3), "mother")]
    assert reasons(course(opened_on=week(23))) == {"K2": "past", "K3": "past"}


def test_without_dates_she_is_asked_every_four_weeks_ten_times() -> None:
    rows = planned(course(hpht=None))
    assert [(row.due_on - week(6)).days for row in rows] == [7 + 28 * n for n in range(10)]
    assert {row.visit for row in rows} == {"dates"}
    assert set(reasons(course(hpht=None)).values()) == {"no_dates"}


def test_the_due_date_alone_is_enough() -> None:
    assert planned(course(hpht=None, hpl=week(40))) == planned(course())


@pytest.mark.parametrize(
    ("one", "wishes", "why"),
    [
        pytest.param(course(status="loss"), WISHES, "closed", id="after a loss"),
        pytest.param(course(status="miscarriage"), WISHES, "closed", id="after a miscarriage"),
        pytest.param(course(status="closed"), WISHES, "closed", id="when the record is closed"),
        pytest.param(course(), Wishes(reminders_agreed=False), "consent", id="without consent"),
        pytest.param(course(), Wishes(stopped=True), "stopped", id="after STOP"),
        pytest.param(course(), Wishes(has_phone=False, has_cadre=False), "no_phone", id="with nobody to tell"),
    ],
)
def test_nothing_at_all(one: Course, wishes: Wishes, why: str) -> None:
    one = replace(one, visits=(Done("K1", week(9)),))
    found = plan(one, wishes, SETTINGS, week(12))
    assert found.planned == ()
    assert {row.visit: row.why for row in found.reasons} == {
        "K1": "done",
        **dict.fromkeys(("K2 K3 K4 K5 K6").split(), why),
    }


def test_without_a_phone_her_cadre_is_told_once_for_each_visit() -> None:
    rows = planned(course(), wishes=Wishes(has_phone=False, hour=20))
    assert of(rows, "K2") == [("before", week(16) - 2 * ONE_DAY, "cadre")]
    assert {(row.text, row.hour) for row in rows if row.kind == "anc"} == {
        (f"reminder_anc_before{doctor}_cadre", 9) for doctor in ("", "_doctor")
    }
    assert not any(row.merge for row in rows)


@pytest.mark.parametrize(
    ("wishes", "hour"),
    [(Wishes(), 9), (Wishes(hour=18), 18), (Wishes(hour=23), 20), (Wishes(hour=0), 6)],
    ids=["none told", "in the evening", "too late", "midnight"],
)
def test_the_hour_she_likes(wishes: Wishes, hour: int) -> None:
    rows = planned(course(), wishes=wishes)
    assert {row.hour for row in rows if row.recipient == "mother"} == {hour}


def lessons(one: Course, today: date, wishes: Wishes = WISHES) -> dict[str, date]:
    found = plan(one, wishes, SETTINGS, today).planned
    return {row.visit: row.due_on for row in found if row.kind == "education"}


def test_a_lesson_steps_aside_for_a_reminder() -> None:
    found = lessons(course(), week(6))
    assert found["w15"] == week(15)
    sunday = course(chosen_days={"K2": week(16, 2)})  # its notice falls on the lesson's day
    assert lessons(sunday, week(6))["w16"] == week(16, 1)


def test_a_lesson_that_finds_no_day_is_dropped_with_a_reason() -> None:
    sent = tuple(Sent("papers", f"p{n}", "once", week(15, n), week(15, n)) for n in range(4))
    one = course(sent=sent)
    assert "w15" not in lessons(one, week(15))
    assert reasons(one, week(15))["w15"] == "crowded"


@pytest.mark.parametrize(
    ("wishes", "why"),
    [(Wishes(education_agreed=False), "consent"), (Wishes(has_phone=False), "no_phone")],
    ids=["not agreed", "no phone"],
)
def test_no_lessons_and_one_reason(wishes: Wishes, why: str) -> None:
    assert lessons(course(), week(6), wishes) == {}
    assert reasons(course(), week(6), wishes)[""] == why


def told(row: Planned, on: date | None = None) -> Sent:
    return Sent(row.kind, row.visit, row.step, row.about, on or row.due_on)


def test_what_was_sent_is_not_sent_again_when_the_dates_shift_a_little() -> None:
    first = next(row for row in planned(course()) if row.visit == "K2")
    shifted = course(hpht=HPHT + 5 * ONE_DAY, sent=(told(first),))
    rows = planned(shifted, week(16) - ONE_DAY)
    assert [step for step, *_ in of(rows, "K2")] == ["after"]
    assert reasons(shifted, week(16) - ONE_DAY)["K2"] == "sent"


def test_a_day_the_mother_moves_is_reminded_of_again() -> None:
    first = next(row for row in planned(course()) if row.visit == "K2")
    moved = course(chosen_days={"K2": week(17)}, sent=(told(first),))
    assert of(planned(moved, week(16)), "K2")[0] == ("before", week(17) - 2 * ONE_DAY, "mother")


def test_a_message_today_puts_the_next_off_till_tomorrow() -> None:
    today = week(16) - 2 * ONE_DAY
    one = course(sent=(Sent("education", "w15", "once", week(15), today),))
    assert of(planned(one, today), "K2")[0][1] == today + ONE_DAY


def test_papers_and_due_date_after_a_loss_are_gone() -> None:
    one = course(papers=PaymentPath.PROGRAMME_SKTM)
    assert {row.kind for row in planned(one)} == {"anc", "due_date", "papers"}
    assert planned(replace(one, status="loss")) == []


# ---------------------------------------------------------------- what holds for every pregnancy


days_later = st.integers(0, 320)


def made(one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int) -> tuple[Plan, date]:
    today = one.opened_on + timedelta(days=later)
    return plan(one, wishes, given_settings, today), today


@given(courses.courses(), courses.wishes, courses.settings, days_later)
def test_every_visit_has_one_living_reminder_or_one_reason(
    one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int
) -> None:
    found, _ = made(one, wishes, given_settings, later)
    alive = Counter[tuple[str, str]]((row.kind, row.visit) for row in found.planned if row.step != "after")
    why = Counter[tuple[str, str]]((row.kind, row.visit) for row in found.reasons)
    expected = [("anc", slot.visit) for slot in table(given_settings)]
    if one.has_delivered:
        expected += [("postnatal", window.visit) for window in postnatal.WINDOWS]
    for visit in expected:
        assert (alive + why)[visit] == 1, visit


@given(courses.courses(), courses.wishes, courses.settings, days_later)
def test_keys_are_unique_and_nothing_is_in_the_past_stale_or_at_night(
    one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int
) -> None:
    found, today = made(one, wishes, given_settings, later)
    assert len({row.key for row in found.planned}) == len(found.planned)
    for row in found.planned:
        assert row.due_on >= max(today, one.start)
        assert not is_stale(row, row.due_on)
        at = datetime(row.due_on.year, row.due_on.month, row.due_on.day, row.hour, tzinfo=JAKARTA)
        assert not is_quiet(at, given_settings.quiet_hours)


@given(courses.courses(), courses.wishes, courses.settings, days_later)
def test_she_gets_one_message_a_day_at_most(
    one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int
) -> None:
    found, _ = made(one, wishes, given_settings, later)
    by_day: dict[date, list[Planned]] = {}
    for row in found.planned:
        if row.recipient == "mother":
            by_day.setdefault(row.due_on, []).append(row)
    for rows in by_day.values():
        bundle = message_of_the_day(rows)
        assert bundle is not None
        assert len(bundle.along) + 1 == len(rows)
        assert len({row.hour for row in rows}) == 1


@given(courses.courses(), courses.wishes, courses.settings, days_later)
def test_nobody_who_lost_a_child_refused_or_stopped_gets_anything(
    one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int
) -> None:
    found, _ = made(one, wishes, given_settings, later)
    if one.is_over or wishes.stopped or not wishes.reminders_agreed:
        assert found.planned == ()


@given(courses.courses(), courses.wishes, courses.settings, days_later)
def test_after_the_birth_nothing_speaks_of_pregnancy_and_checks_end_on_the_42nd_day(
    one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int
) -> None:
    if not one.has_delivered:
        return
    found, _ = made(one, wishes, given_settings, later)
    assert not {row.kind for row in found.planned} & {"anc", "due_date", "papers"}
    assert not [row for row in found.planned if row.visit.startswith("w")]
    for row in found.planned:
        assert one.birth is not None
        assert row.kind == "education" or row.last_on <= one.birth.on + timedelta(days=42)


@given(courses.courses(), courses.wishes, courses.settings, days_later, st.integers(0, 40))
def test_time_alone_brings_no_new_visit(
    one: Course, wishes: Wishes, given_settings: ReminderSettings, later: int, pause: int
) -> None:
    now, _ = made(one, wishes, given_settings, later)
    then, _ = made(one, wishes, given_settings, later + pause)
    keys = {row.key for row in now.planned}
    assert {row.key for row in then.planned if row.kind != "education"} <= keys


def shift(one: Course, by: timedelta) -> Course:
    """The same pregnancy at another time."""

    def moved(day: date | None) -> date | None:
        return None if day is None else day + by

    return replace(
        one,
        opened_on=one.opened_on + by,
        hpht=moved(one.hpht),
        hpl=moved(one.hpl),
        since=moved(one.since),
        visits=tuple(replace(visit, on=visit.on + by) for visit in one.visits),
        chosen_days={visit: day + by for visit, day in one.chosen_days.items()},
        birth=replace(one.birth, on=one.birth.on + by) if one.birth else None,
        jkn_checked_on=moved(one.jkn_checked_on),
    )


@given(courses.courses(), days_later, st.integers(-300, 300))
def test_the_plan_is_the_same_in_any_year_leap_or_not(one: Course, later: int, weeks: int) -> None:
    by = timedelta(weeks=weeks)
    found, today = made(one, WISHES, SETTINGS, later)
    other = plan(shift(one, by), WISHES, SETTINGS, today + by)
    assert other.reasons == found.reasons
    assert {(row.kind, row.visit, row.step, row.due_on) for row in other.planned} == {
        (row.kind, row.visit, row.step, row.due_on + by) for row in found.planned
    }


# ---------------------------------------------------------------- a life, day by day


def happen(one: Course, wishes: Wishes, today: date, event: tuple[str, Any]) -> tuple[Course, Wishes]:
    """What a mother, her cadre or the midwife may tell on any day."""
    name, value = event
    if name == "visited":
        return replace(one, visits=(*one.visits, Done(value, today))), wishes
    if name == "moved":
        return replace(one, chosen_days={**one.chosen_days, value: today + 5 * ONE_DAY}), wishes
    if name == "redated" and one.hpht:
        return replace(one, hpht=one.hpht + timedelta(days=value), since=today), wishes
    if name == "stop":
        return one, replace(wishes, stopped=True)
    if name == "start":
        return replace(one, since=today), replace(wishes, stopped=False)
    if name == "born" and one.status == "active":
        return replace(one, status="delivered", birth=Born(today - timedelta(days=value))), wishes
    if name == "lost":
        return replace(one, status="loss"), wishes
    return one, wishes


events = st.one_of(
    st.tuples(st.just("visited"), st.sampled_from(["", "K1", "K2", "K3", "K4", "KF1"])),
    st.tuples(st.just("moved"), st.sampled_from(["K2", "K3", "K4"])),
    st.tuples(st.just("redated"), st.integers(-40, 40)),
    st.tuples(st.sampled_from(["stop", "start", "lost"]), st.none()),
    st.tuples(st.just("start"), st.none()),
    st.tuples(st.just("born"), st.integers(0, 10)),
)
lives = st.lists(st.tuples(st.integers(0, 45), events), max_size=8)


@settings(max_examples=40, deadline=None)
@given(courses.courses(), lives, st.integers(0, 9))
def test_whatever_happens_no_reminder_is_sent_twice_nor_two_messages_a_day(
    one: Course, life: list[tuple[int, tuple[str, Any]]], outage: int
) -> None:
    wishes, today, messages = WISHES, one.opened_on, Counter[date]()
    for pause, event in [*life, (60, ("nothing", None))]:
        until = today + timedelta(days=pause)
        while (due := _next_due(one, wishes, today)) and due <= until:
            today = due
            one, sent = _send(one, wishes, today)
            messages[today] += sent
            today += ONE_DAY
        today = max(today, until) + timedelta(days=outage)
        one, wishes = happen(one, wishes, today, event)
    assert all(count <= 1 for count in messages.values())
    keys = Counter((row.kind, row.visit, row.step, row.about) for row in one.sent)
    assert all(count == 1 for count in keys.values())
    unmoved = [row for row in one.sent if row.visit not in one.chosen_days and row.visit != "dates"]
    for row in unmoved:
        again = [other for other in unmoved if (other.kind, other.visit, other.step) == (row.kind, row.visit, row.step)]
        assert all(other is row or abs((other.about - row.about).days) > 14 for other in again)


def _next_due(one: Course, wishes: Wishes, today: date) -> date | None:
    found = plan(one, wishes, SETTINGS, today).planned
    return found[0].due_on if found else None


def _send(one: Course, wishes: Wishes, today: date) -> tuple[Course, int]:
    due = [row for row in plan(one, wishes, SETTINGS, today).planned if row.due_on <= today]
    bundle = message_of_the_day(due)
    hers = [bundle.lead, *bundle.along] if bundle else []
    cadres = [row for row in due if row.recipient == "cadre"]
    return replace(one, sent=(*one.sent, *(told(row, today) for row in (*hers, *cadres)))), int(bool(hers))
