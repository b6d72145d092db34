"""Values that an office decides, each from its day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import programme
from registry.models import ProgrammeSetting

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("programme_open", True),
        ("arrears_amnesty_in_force", False),
        ("uhc_priority", False),
        ("anc_weeks", [10, 16, 22, 28, 34, 37]),
        ("missed_visit_grace_days", 3),
        ("driver_confirm_minutes", 10),
        ("quiet_hours", ["21:00", "06:00"]),
    ],
)
def test_a_setting_nobody_has_set_has_its_default(session: Session, name: str, default: Any) -> None:
    assert programme.value(session, name, TODAY) == default


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 10, 31), True, id="before the first decision"),
        pytest.param(date(2026, 11, 1), False, id="on its day"),
        pytest.param(date(2026, 11, 30), False, id="until the next"),
        pytest.param(date(2026, 12, 1), True, id="on the day of the next"),
        pytest.param(date(2030, 1, 1), True, id="long after"),
    ],
)
def test_a_decision_holds_from_its_day_on(session: Session, on: date, expected: bool) -> None:
    programme.decide(session, "programme_open", True, date(2026, 12, 1), "Dinkes")
    programme.decide(session, "programme_open", False, date(2026, 11, 1), "Dinkes")
    assert programme.value(session, "programme_open", on) is expected


def test_of_two_decisions_for_a_day_the_later_one_holds(session: Session) -> None:
    for minutes in (5, 15):
        programme.decide(session, "driver_confirm_minutes", minutes, TODAY, "Dinkes")
    assert programme.value(session, "driver_confirm_minutes", TODAY) == 15


def test_what_held_before_stays_on_record(session: Session) -> None:
    for minutes in (5, 15):
        programme.decide(session, "driver_confirm_minutes", minutes, TODAY, f"surat {minutes}")
    rows = session.query(ProgrammeSetting).order_by(ProgrammeSetting.id)
    assert [row.source for row in rows] == ["surat 5", "surat 15"]


def test_the_rulebook_gets_only_what_was_decided_for_it(session: Session) -> None:
    assert programme.decided(session, TODAY) == {}
    programme.decide(session, "programme_open", True, TODAY - DAY, "Dinkes")
    programme.decide(session, "programme_open", False, TODAY, "Dinkes")
    programme.decide(session, "uhc_priority", True, TODAY + DAY, "Dinkes")
    programme.decide(session, "driver_confirm_minutes", 5, TODAY, "Dinkes")
    assert programme.decided(session, TODAY) == {"programme_open": False}
    assert programme.decided(session, TODAY + DAY) == {"programme_open": False, "uhc_priority": True}


@pytest.mark.parametrize("name", ["programm_open", "", "PROGRAMME_OPEN"])
def test_an_unknown_setting_is_refused(session: Session, name: str) -> None:
    with pytest.raises(KeyError):
        programme.decide(session, name, True, TODAY, "Dinkes")
    with pytest.raises(KeyError):
        programme.value(session, name, TODAY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("programme_open", "no", id="a word for a yes or no"),
        pytest.param("programme_open", 0, id="a number for a yes or no"),
        pytest.param("missed_visit_grace_days", True, id="a yes for a number"),
        pytest.param("missed_visit_grace_days", 2.5, id="half days"),
        pytest.param("missed_visit_grace_days", -1, id="negative days"),
        pytest.param("driver_confirm_minutes", None, id="nothing"),
        pytest.param("anc_weeks", [], id="no week"),
        pytest.param("anc_weeks", [10, "16"], id="a word among the weeks"),
        pytest.param("anc_weeks", [10, 60], id="a week after the birth"),
        pytest.param("quiet_hours", ["21:00"], id="one hour only"),
        pytest.param("quiet_hours", ["21:00", "06:00", "07:00"], id="three hours"),
        pytest.param("quiet_hours", ["25:00", "06:00"], id="an hour that is none"),
        pytest.param("quiet_hours", ["malam", "pagi"], id="words for hours"),
        pytest.param("quiet_hours", [21, 6], id="numbers for hours"),
        pytest.param("quiet_hours", ["05:00", "22:00"], id="hours that leave no time to send"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(session: Session, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        programme.decide(session, name, value, TODAY, "Dinkes")
    assert programme.value(session, name, TODAY) == programme.DEFAULTS[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("programme_open", False),
        ("anc_weeks", [12, 20, 26, 30, 34, 36, 38, 39]),
        ("missed_visit_grace_days", 0),
        ("quiet_hours", ["20:00", "07:30"]),
    ],
)
def test_a_sound_value_comes_back(session: Session, name: str, value: Any) -> None:
    programme.decide(session, name, value, TODAY, "Dinkes")
    assert programme.value(session, name, TODAY) == value
