"""Rosters: whom an emergency calls first, at which hour, and that nobody is left out when they do not answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.emergencies import alerts
from registry.models import Driver, Shift, Staff
from registry.persons import rosters, shifts
from registry.persons.shifts import ShiftError, Wish
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.factories import GONDANGLEGI, SUMBEROTO

TODAY = NOW.date()
BY_DAY = Wish(frozenset(range(7)), TODAY, None, time(7), time(14))
BY_NIGHT = Wish(frozenset(range(7)), TODAY, None, time(19), time(7))


def plan(session: Session, helper: Staff | Driver, wish: Wish = BY_DAY) -> Shift:
    return shifts.plan(session, helper, wish, "staff:1", NOW)


def reachable(session: Session, name: str, *districts: str, **values: Any) -> Staff:
    made = factories.staff(session, *districts, name=name, **values)
    factories.reachable(session, made)
    return made


def called(session: Session, moment: datetime | None, role: str = "midwife") -> list[str]:
    return [one.name for one in rosters.roster_of(session, SUMBEROTO, now=moment).of(role)]


@pytest.mark.parametrize(
    ("moment", "names"), [(NOW, ["Ana"]), (NIGHT, ["Dwi"]), (None, ["Ana", "Dwi"])], ids=["day", "night", "any time"]
)
def test_midwife_of_the_hour_is_called_first(session: Session, moment: datetime | None, names: list[str]) -> None:
    ana, dwi = reachable(session, "Ana"), reachable(session, "Dwi")
    plan(session, ana)
    plan(session, dwi, BY_NIGHT)
    assert called(session, moment) == names
    assert set(called(session, moment, "puskesmas")) == {"Ana", "Dwi"}


def test_officer_on_call_is_called_before_the_midwives(session: Session) -> None:
    reachable(session, "Ana")
    plan(session, reachable(session, "Rudi", duty="officer"))
    assert called(session, NOW) == ["Rudi"]
    assert called(session, NOW, "puskesmas") == ["Rudi", "Ana"]


def test_who_cannot_be_reached_is_not_the_only_one_called(session: Session) -> None:
    plan(session, factories.staff(session, name="Tanpa HP"))
    reachable(session, "Ana")
    assert called(session, NOW) == ["Ana"]


def test_shift_of_another_district_calls_nobody_here(session: Session) -> None:
    plan(session, reachable(session, "Lain", GONDANGLEGI))
    reachable(session, "Ana")
    assert called(session, NOW) == ["Ana"]


def test_dinkes_on_call_is_called_alone_until_nobody_answers(session: Session) -> None:
    budi, tono = reachable(session, "Budi", unit="dinkes"), reachable(session, "Tono", unit="dinkes")
    plan(session, tono)
    assert called(session, NOW, "dinkes") == ["Tono"]
    mother = factories.person(session)
    speaker = factories.speaker_of(session, mother.phone or "")
    alert = alerts.raise_alert(session, speaker, "danger_sign", ("bleeding",), NOW, None)
    assert {one.phone for one in alert.recipients} == {tono.phone}
    for minutes in range(5, 61, 5):
        now = NOW + timedelta(minutes=minutes)
        for row in alerts.due(session, now, 10):
            alerts.look(session, row, now)
    assert {one.phone for one in alert.recipients} == {budi.phone, tono.phone}


def test_ended_shift_calls_nobody(session: Session) -> None:
    ana = reachable(session, "Ana")
    reachable(session, "Dwi")
    row = plan(session, ana)
    assert called(session, NOW) == ["Ana"]
    assert shifts.end(session, row, "staff:1", NOW)
    assert called(session, NOW) == ["Ana", "Dwi"]
    assert not shifts.end(session, row, "staff:1", NOW)


def test_driver_outside_his_hours_rests(session: Session) -> None:
    day, night, free = (factories.driver(session) for _ in range(3))
    plan(session, day)
    plan(session, night, BY_NIGHT)
    several = [day, night, free]
    assert shifts.off_duty(session, several, NOW) == {night.id}
    assert shifts.off_duty(session, several, NIGHT) == {day.id}


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        (Wish(frozenset(), TODAY, None, time(7), time(8)), "weekday"),
        (Wish(frozenset({0}), TODAY, TODAY, time(7), time(8)), "weekday"),  # a Saturday
        (Wish(frozenset({0}), None, None, time(7), time(8)), "date"),
        (Wish(frozenset({0}), TODAY - timedelta(days=1), None, time(7), time(8)), "date"),
        (Wish(frozenset({0}), TODAY, TODAY - timedelta(days=1), time(7), time(8)), "date"),
        (Wish(frozenset({0}), TODAY, None, None, time(8)), "hour"),
    ],
    ids=["no weekday", "no Monday in it", "no day", "yesterday", "ends before", "no hour"],
)
def test_shift_that_makes_no_sense_is_not_kept(session: Session, wish: Wish, problem: str) -> None:
    helper = factories.staff(session)
    with pytest.raises(ShiftError) as refused:
        plan(session, helper, wish)
    assert refused.value.problem == problem
    assert shifts.of(session, helper) == []
