"""What needs no classifier."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.components.bare_data import BareData, read_without_model
from nlu.components.entities import ChatEntities

CASES = [
    ("xnik1", "inform"),
    ("ds sumberoto kec donomulyo", "inform"),
    ("????", "out_of_scope"),
    ("...", "out_of_scope"),
    ("", "out_of_scope"),
    ("👍", "affirm"),
    ("👍🏽👍🏽", "affirm"),
    ("🙏🙏", "thank"),
    ("👋😊", "greet"),
    ("👎", "deny"),
    ("😭😭", "out_of_scope"),
    ("ya", None),
    ("xnik1 bisa daftar?", None),
]


def parsed(text: str) -> Message:
    message = Message(data={"text": text, "intent": {"name": "complain", "confidence": 0.9}})
    message.set("intent_ranking", [{"name": "complain", "confidence": 0.9}])
    message.set("probabilities", {"report_danger_sign": 0.9})
    for part in (ChatEntities(), BareData()):
        part.process([message])
    return message


@pytest.mark.parametrize(("text", "intent"), CASES)
def test_intent_is_set_when_there_is_nothing_to_classify(text: str, intent: str | None) -> None:
    message = Message(data={"text": text})
    ChatEntities().process([message])
    assert read_without_model(text, message.get("entities")) == intent


def test_classifier_is_overruled_and_not_heard_on_danger_when_data_are_bare() -> None:
    message = parsed("ds sumberoto kec donomulyo")
    assert [entry["name"] for entry in message.get("intent_ranking")] == ["inform", "complain"]
    assert "report_danger_sign" not in message.get("probabilities")


def test_classifier_stands_when_there_are_words() -> None:
    assert parsed("kapok nang kono").get("intent")["name"] == "complain"
