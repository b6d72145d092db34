"""Health questions: the bank's words when they are surely right and may be sent, else a midwife."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions import turn
from actions.health import SURE_FROM, ActionAnswerHealth
from registry import texts
from registry.models import Handoff
from tests import factories
from tests.actions.conftest import Talk

TOPIC = next(iter(texts.health_answers()))


@pytest.mark.parametrize(
    ("topic", "approved", "sends_unsigned", "answered"),
    [
        pytest.param({"id": TOPIC, "confidence": SURE_FROM}, True, False, True, id="sure and signed"),
        pytest.param({"id": TOPIC, "confidence": SURE_FROM}, False, True, True, id="sure, in a demonstration"),
        pytest.param({"id": TOPIC, "confidence": 1.0}, False, False, False, id="not signed"),
        pytest.param({"id": TOPIC, "confidence": SURE_FROM - 0.01}, True, True, False, id="unsure"),
        pytest.param({"id": "unheard_of", "confidence": 1.0}, True, True, False, id="unknown topic"),
        pytest.param({"id": TOPIC}, True, True, False, id="no confidence"),
        pytest.param(None, True, True, False, id="no topic"),
    ],
)
def test_question_is_answered_or_passed_on(
    session: Session, monkeypatch: pytest.MonkeyPatch, topic: dict[str, Any] | None, approved: bool,
    sends_unsigned: bool, answered: bool,
) -> None:  # fmt: skip
    answer = replace(texts.health_answers()[TOPIC], approved=approved)
    monkeypatch.setattr(texts, "health_answers", lambda: {TOPIC: answer})
    monkeypatch.setattr(turn, "_sends_unsigned", sends_unsigned)
    talk = Talk(session, factories.contact(session))
    heard = talk.do(ActionAnswerHealth(), "boleh makan nanas?", "ask_pregnancy_health", health_topic=topic)
    if answered:
        assert heard.messages[0]["text"] == answer.text
        assert heard.messages[1]["response"] in ("utter_health_midwife", "utter_health_more")
    else:
        assert heard.responses == ["utter_handed_over_health"]
    assert bool(session.scalars(select(Handoff)).all()) is not answered
