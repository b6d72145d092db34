"""Settings: whatever is typed is either refused or something every reader of the setting can live with."""

from __future__ import annotations

import itertools
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock, programme, setting_changes
from registry.models import ProgrammeSetting
from registry.rules import office_hours, quiet
from registry.rules.eligibility import Rulebook
from registry.rules.plan_values import ReminderSettings
from registry.rules.ride_values import Terms
from registry.rules.rows import RulebookError
from registry.setting_changes import ChangeError
from tests import factories
from tests.conftest import NOW

TODAY = clock.today(NOW)
TOMORROW = TODAY + timedelta(days=1)
LETTER = "Surat Dinkes 440/1/2026"


def change(session: Session, name: str, typed: str, day: date = TOMORROW) -> None:
    officer = factories.staff(session, unit="dinkes")
    setting_changes.change(session, officer, name, typed, day, LETTER, NOW)


def live_with(session: Session, day: date) -> None:
    """What the workers do with the settings of a day."""
    value = {name: programme.value(session, name, day) for name in programme.DEFAULTS}
    hours = programme.office_hours(session, day, frozenset())
    assert office_hours.next_opening(hours, NOW) >= NOW
    night = (value["quiet_hours"][0], value["quiet_hours"][1])
    assert quiet.next_allowed(NOW, night) >= NOW
    Terms(value["driver_confirm_minutes"], value["driver_urgent_minutes"], night)
    assert timedelta(minutes=1) <= timedelta(minutes=value["driver_confirm_minutes"])
    assert timedelta(minutes=1) <= timedelta(minutes=value["driver_urgent_minutes"])
    ReminderSettings(
        anc_weeks=tuple(value["anc_weeks"]), scheme=value["anc_scheme"], grace_days=value["missed_visit_grace_days"],
        quiet_hours=night, default_hour=value["reminder_hour"],
    )  # fmt: skip
    assert NOW + timedelta(days=value["missed_visit_grace_days"]) > NOW - timedelta(days=1)
    assert datetime.combine(day, datetime.min.time()).replace(hour=value["reminder_hour"])
    assert all(type(value[name]) is type(programme.DEFAULTS[name]) for name in programme.DEFAULTS)


TYPED = st.one_of(
    st.text(max_size=30),
    st.integers(-5, 10**12).map(str),
    st.booleans().map(json.dumps),
    st.sampled_from(["1-2-3", "2-1-3", "who8", "null", "{}", "[]", "NaN", "Infinity", "-0", "1.5", "1e9", '"9"']),
    st.lists(st.integers(-1, 50), max_size=9).map(json.dumps),
    st.lists(st.sampled_from(["21:00", "06:00", "24:00", "05:00", "22:00+07:00", "x", ""]), max_size=3).map(json.dumps),
    st.lists(
        st.lists(st.sampled_from(["07:30", "14:00", "07:30+07:00", "25:00", ""]), max_size=3), min_size=6, max_size=8
    ).map(json.dumps),
)


@pytest.mark.parametrize("name", programme.DEFAULTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_what_is_typed_is_refused_or_can_be_lived_with(session: Session, name: str, typed: str) -> None:
    point = session.begin_nested()
    try:
        change(session, name, typed)
        live_with(session, TOMORROW)
    except ChangeError:
        assert session.scalar(select(func.count(ProgrammeSetting.id))) == 0
    finally:
        point.rollback()
        session.info.clear()


BAD = {
    "programme_open": "1",
    "arrears_amnesty_in_force": '"ya"',
    "uhc_priority": "{}",
    "anc_weeks": "[0]",
    "missed_visit_grace_days": "61",
    "driver_confirm_minutes": "0",
    "quiet_hours": '["05:00", "22:00"]',
    "anc_scheme": "who9",
    "reminder_hour": "3",
    "driver_urgent_minutes": "0",
    "vouchers_in_force": "0",
    "voucher_most_rupiah": "5000001",
    "broadcast_second_approval_from": "-1",
    "template_utility_rupiah": "-1",
    "template_marketing_rupiah": "5000001",
    "office_hours": "[[],[],[],[],[],[],[]]",
}


@pytest.mark.parametrize("name", programme.DEFAULTS)
def test_bad_value_of_every_setting_is_refused_before_it_is_live(session: Session, name: str) -> None:
    with pytest.raises(ChangeError) as refused:
        change(session, name, BAD[name])
    assert refused.value.problem == "value"
    assert programme.value(session, name, TOMORROW) == programme.DEFAULTS[name]


@pytest.mark.parametrize("flags", list(itertools.product((True, False), repeat=3)), ids=str)
def test_every_situation_is_answered_with_every_mix_of_flags(flags: tuple[bool, ...]) -> None:
    rules = Rulebook.load().with_settings(dict(zip(programme.RULE_SETTINGS, flags, strict=True)))
    assert setting_changes.always_answers(rules, TODAY) > 3000


@pytest.mark.parametrize("name", programme.RULE_SETTINGS)
def test_rules_are_tried_on_its_day_and_beside_every_later_decision(
    session: Session, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tried: list[tuple[date, Any]] = []

    def note(rules: Rulebook, day: date) -> int:
        tried.append((day, getattr(rules.on(day).settings, name)))
        return 1

    other = next(one for one in programme.RULE_SETTINGS if one != name)
    programme.decide(session, other, not programme.DEFAULTS[other], TODAY + timedelta(days=9), LETTER)
    programme.decide(session, name, programme.DEFAULTS[name], TODAY + timedelta(days=20), LETTER)
    programme.decide(session, other, programme.DEFAULTS[other], TODAY + timedelta(days=30), LETTER)
    session.flush()
    monkeypatch.setattr(setting_changes, "always_answers", note)
    change(session, name, json.dumps(not programme.DEFAULTS[name]))
    assert [day for day, _ in tried] == [TOMORROW, TODAY + timedelta(days=9)]
    assert len({str(value) for _, value in tried}) == 1


def test_change_that_fails_beside_a_later_decision_is_refused(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(rules: Rulebook, day: date) -> int:
        if rules.on(day).settings.arrears_amnesty_in_force and not rules.on(day).settings.programme_open:
            raise RulebookError("in some situation the rules have no answer")
        return 1

    monkeypatch.setattr(setting_changes, "always_answers", silent)
    programme.decide(session, "arrears_amnesty_in_force", True, TODAY + timedelta(days=9), LETTER)
    session.flush()
    with pytest.raises(ChangeError) as refused:
        change(session, "programme_open", "false")
    assert refused.value.problem == "rules"


def test_hour_of_reminders_lies_outside_the_quiet_hours_of_its_day(session: Session) -> None:
    change(session, "quiet_hours", '["20:00", "08:00"]')
    with pytest.raises(ChangeError):
        change(session, "reminder_hour", "7")
    change(session, "reminder_hour", "8")
    assert programme.value(session, "reminder_hour", TOMORROW) == 8
