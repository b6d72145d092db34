"""Two witnesses, the lexicon and the classifier: who says what leads to an alarm, a question or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.components.danger_gate import LABOUR, SIGN, DangerGate

SETTINGS = {"ask_from": 0.1, "alarm_from": 0.8}
QUIET = "selamat pagi, mau tanya jadwal"


def judged(text: str, sign: float = 0.0, labour: float = 0.0, **metadata: Any) -> Message:
    message = Message(data={"text": text, "metadata": metadata})
    message.set("intent", {"name": "greet", "confidence": 0.9})
    message.set("intent_ranking", [{"name": "greet", "confidence": 0.9}])
    message.set("probabilities", {SIGN: sign, LABOUR: labour})
    return DangerGate(SETTINGS).process([message])[0]


@pytest.mark.parametrize(
    ("text", "sign", "labour", "certainty", "intent"),
    [
        ("darah banyak keluar dari jalan lahir", 0.0, 0.0, "alarm", SIGN),
        ("istri saya kejang kejang", 0.0, 0.0, "alarm", SIGN),
        (QUIET, 0.9, 0.0, "alarm", SIGN),
        (QUIET, 0.0, 0.9, "alarm", LABOUR),
        (QUIET, 0.3, 0.1, "ask", "greet"),
        (QUIET, 0.02, 0.02, None, "greet"),
        ("kalau kejang itu tandanya apa ya", 0.0, 0.0, "ask", "greet"),
        ("kalau kejang itu tandanya apa ya", 0.95, 0.0, "ask", "greet"),
        ("bapak saya kejang tahun lalu", 0.95, 0.0, "ask", "greet"),
    ],
    ids=[
        "lexicon alone",
        "lexicon alone, of another",
        "classifier alone, sure",
        "classifier alone, sure of labour",
        "classifier alone, in doubt",
        "nobody",
        "a what-if is asked about",
        "a what-if stays a question though the classifier is sure",
        "years ago, of another, is no alarm though the classifier is sure",
    ],
)
def test_outcome_follows_both_witnesses(
    text: str, sign: float, labour: float, certainty: str | None, intent: str
) -> None:
    message = judged(text, sign, labour)
    assert (message.get("danger") or {}).get("certainty") == certainty
    assert message.get("intent")["name"] == intent


def test_danger_has_kind_certainty_and_codes() -> None:
    danger = judged("istri saya kejang kejang").get("danger")
    assert set(danger) == {"kind", "certainty", "codes"}
    assert danger["kind"] == "danger"
    assert danger["codes"] == ["fits"]


def test_code_is_unspecified_when_only_the_classifier_hears_danger() -> None:
    assert judged(QUIET, 0.9).get("danger")["codes"] == ["unspecified"]


def test_intent_is_labour_but_kind_stays_when_the_classifier_is_sure_of_labour() -> None:
    message = judged("darah banyak keluar dari jalan lahir", 0.01, 0.9)
    assert message.get("danger")["kind"] == "danger"
    assert message.get("intent")["name"] == LABOUR


def test_ranking_begins_with_the_new_intent_when_overruled() -> None:
    ranking = judged("istri saya kejang kejang").get("intent_ranking")
    assert [entry["name"] for entry in ranking] == [SIGN, "greet"]


def test_no_danger_is_set_when_the_message_has_no_probabilities() -> None:
    message = Message(data={"text": QUIET})
    assert DangerGate(SETTINGS).process([message])[0].get("danger") is None
