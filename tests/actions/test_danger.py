"""Danger that only Rasa's pipeline saw: the same alert and words as the bot's own gate."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.danger import ActionRaiseAlert
from registry.models import Alert
from tests import factories
from tests.actions.conftest import Talk

RAISE = ActionRaiseAlert()


def alarm(*codes: str) -> dict[str, Any]:
    return {"certainty": "alarm", "codes": list(codes)}


@pytest.mark.parametrize(
    ("intent", "danger", "kind", "signs"),
    [
        pytest.param("report_danger_sign", alarm("fever"), "danger_sign", ["fever"], id="sign"),
        pytest.param("report_labour", alarm("show"), "labour", ["show"], id="labour"),
        pytest.param("report_danger_sign", None, "danger_sign", ["unspecified"], id="no finding"),
        pytest.param("report_danger_sign", alarm("nb_feed"), "danger_sign", ["nb_feed"], id="newborn"),
    ],
)
def test_alert_is_raised_and_answered(
    session: Session, intent: str, danger: dict[str, Any] | None, kind: str, signs: list[str]
) -> None:
    heard = Talk(session, factories.contact(session)).do(RAISE, "bu", intent, danger=danger)
    assert [(alert.kind, alert.signs) for alert in session.scalars(select(Alert))] == [(kind, signs)]
    assert "119" in heard.text


def test_nothing_is_said_when_the_bot_is_going_to_ask(session: Session) -> None:
    danger = {"certainty": "ask", "codes": ["fever"]}
    heard = Talk(session, factories.contact(session)).do(RAISE, "bu", "report_danger_sign", danger=danger)
    assert (heard.messages, session.scalars(select(Alert)).all()) == ([], [])


def test_one_emergency_is_one_alert(session: Session) -> None:
    talk = Talk(session, factories.contact(session))
    said = [talk.do(RAISE, "bu", "report_danger_sign", danger=alarm("fever")).responses[0] for _ in range(2)]
    assert said == ["utter_danger", "utter_danger_again"]
    assert len(session.scalars(select(Alert)).all()) == 1
