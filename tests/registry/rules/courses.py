"""Courses of pregnancies for the tests of the reminder plan: one plain one, and strategies for all others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from registry.rules.plan import plan
from registry.rules.plan_values import Born, Course, CourseStatus, Done, ReminderSettings, Wishes
from registry.rules.planned import Planned
from registry.rules.rows import PaymentPath

HPHT = date(2026, 7, 1)  # a Wednesday; due on 7 April 2027
SETTINGS = ReminderSettings()
WISHES = Wishes()


def day(days: int) -> date:
    """A day of the plain pregnancy."""
    return HPHT + timedelta(days=days)


def week(weeks: int, days: int = 0) -> date:
    return day(7 * weeks + days)


def course(**given: Any) -> Course:
    """The plain pregnancy, registered at six weeks."""
    return Course(**{"pregnancy_id": 1, "status": "active", "opened_on": week(6), "hpht": HPHT, **given})


def planned(one: Course, today: date | None = None, wishes: Wishes = WISHES, **settings: Any) -> list[Planned]:
    """Everything planned on a day (that of the registration), lessons left out."""
    found = plan(one, wishes, ReminderSettings(**settings), today or one.start).planned
    return [row for row in found if row.kind != "education"]


def reasons(one: Course, today: date | None = None, wishes: Wishes = WISHES) -> dict[str, str]:
    return {row.visit: row.why for row in plan(one, wishes, SETTINGS, today or one.start).reasons}


first_days = st.dates(date(2023, 6, 1), date(2028, 6, 1))  # two leap days
codes = st.sampled_from(["K1", "K2", "K3", "K4", "K5", "K6", "K1A", "", "KF1", "KN2"])
hours = st.none() | st.integers(0, 23)
wishes = st.builds(
    Wishes,
    reminders_agreed=st.sampled_from([True, True, True, False]),
    stopped=st.sampled_from([False, False, False, True]),
    hour=hours,
    has_phone=st.sampled_from([True, True, False]),
    has_cadre=st.booleans(),
    education_agreed=st.booleans(),
)
weeks = st.lists(st.integers(1, 42), max_size=9).map(tuple)
settings = st.builds(
    ReminderSettings,
    anc_weeks=st.just(()) | weeks,
    scheme=st.sampled_from(["1-2-3", "2-1-3", "who8"]),
    quiet_hours=st.sampled_from([("21:00", "06:00"), ("19:00", "08:30"), ("12:00", "13:00")]),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2024, 12, 31)), max_size=40),
)

ends: list[CourseStatus] = ["loss", "miscarriage", "closed"]
running: list[CourseStatus] = ["active", "active", "active", "active", "active", "delivered", "delivered", "delivered"]
statuses = st.sampled_from(running + ends)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Any pregnancy: dated or not, registered early or late, visited in any order, ended in any way."""
    hpht = draw(first_days)
    opened_on = hpht + timedelta(days=draw(st.integers(0, 300)))
    somewhen = st.integers(0, 320).map(lambda days: hpht + timedelta(days=days))
    birth = st.builds(
        Born,
        on=st.integers(150, 305).map(lambda days: hpht + timedelta(days=days)),
        at=st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        in_facility=st.sampled_from([None, True, False]),
        baby_alive=st.sampled_from([True, True, True, False]),
        newborn_jkn_done=st.booleans(),
    )
    status = draw(statuses)
    return Course(
        pregnancy_id=draw(st.integers(1, 99)),
        status=status,
        opened_on=opened_on,
        hpht=draw(st.sampled_from([hpht, hpht, hpht, None])),
        hpl=draw(st.none() | st.integers(260, 300).map(lambda days: hpht + timedelta(days=days))),
        since=draw(st.none() | st.integers(0, 60).map(lambda days: opened_on + timedelta(days=days))),
        visits=tuple(draw(st.lists(st.builds(Done, kind=codes, on=somewhen), max_size=5))),
        chosen_days=draw(st.dictionaries(st.sampled_from(["K2", "K3", "K5"]), somewhen, max_size=2)),
        birth=draw(birth if status == "delivered" else st.none()),
        high_risk=draw(st.booleans()),
        jkn_segment=draw(st.sampled_from([None, "PBI_JK", "PBPU"])),
        jkn_active=draw(st.none() | st.booleans()),
        jkn_checked_on=draw(st.none() | somewhen),
        papers=draw(st.none() | st.sampled_from(list(PaymentPath))),
    )
