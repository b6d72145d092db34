"""The last word of the pipeline: danger and labour overrule every other reading.

Two witnesses: the lexicon of nlu.language.danger, which the bot also runs before Rasa, and the classifier's own
probability. What neither is sure of becomes a question, not silence.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.language.danger import Finding, assess
from nlu.language.danger_denial import tells_of_years_ago

SIGN, LABOUR = "report_danger_sign", "report_labour"
INTENT_OF = {"danger": SIGN, "labour": LABOUR}
HEARD, SURE = 0.05, 0.95
"""Where both witnesses hear danger, differ in its kind and the classifier is this sure, it is right 7 times in 10."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerGate(GraphComponent):
    """Sets ``danger`` in the parse: kind, certainty (alarm | ask), codes."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """From which probability on the classifier alone asks, and from which it raises the alarm."""
        return {"ask_from": 0.08, "alarm_from": 0.85}

    def __init__(self, config: Dict[Text, Any]) -> None:
        self.config = config

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerGate:
        """Takes its two thresholds."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Judge each message."""
        for message in messages:
            metadata = message.get("metadata") or {}
            if metadata.get("refers"):
                continue  # an officer sends a mother on and names why: that is her answer to the danger
            finding = assess(message.get(TEXT) or "", gestation_days=metadata.get("gestation_days"))
            probabilities = message.get("probabilities") or {}
            danger = self._judge(finding, probabilities, long_ago=tells_of_years_ago(message.get(TEXT) or ""))
            if danger is None:
                continue
            message.set("danger", danger, add_to_output=True)
            if danger["certainty"] == "alarm":
                _overrule(message, _intent_of(danger["kind"], probabilities))
        return messages

    def _judge(
        self, finding: Optional[Finding], probabilities: Dict[Text, float], long_ago: bool = False
    ) -> Optional[Dict[Text, Any]]:
        sign, labour = probabilities.get(SIGN, 0.0), probabilities.get(LABOUR, 0.0)
        if finding is not None and finding.certainty == "alarm":
            return _danger(finding.kind, "alarm", list(finding.codes))
        codes = list(finding.codes) if finding else []
        kind = finding.kind if finding else "danger" if sign >= labour else "labour"
        is_now = not long_ago if finding is None else finding.when == "now"
        if sign + labour >= self.config["alarm_from"] and is_now:
            return _danger(kind, "alarm", codes)
        if finding is not None or sign + labour >= self.config["ask_from"]:
            return _danger(kind, "ask", codes)
        return None


def _danger(kind: Text, certainty: Text, codes: List[Text]) -> Dict[Text, Any]:
    return {"kind": kind, "certainty": certainty, "codes": codes or ["unspecified"]}


def _intent_of(kind: Text, probabilities: Dict[Text, float]) -> Text:
    """The lexicon's, or the other one where the classifier sees some danger and holds that one for far likelier."""
    sign, labour = probabilities.get(SIGN, 0.0), probabilities.get(LABOUR, 0.0)
    if sign + labour >= HEARD and max(sign, labour) >= SURE * (sign + labour):
        return SIGN if sign > labour else LABOUR
    return INTENT_OF[kind]


def _overrule(message: Message, intent: Text) -> None:
    if message.get("intent", {}).get("name") == intent:
        return
    winner = {"name": intent, "confidence": 1.0}
    ranking = [entry for entry in message.get("intent_ranking", []) if entry["name"] != intent]
    message.set("intent", winner, add_to_output=True)
    message.set("intent_ranking", [winner, *ranking], add_to_output=True)
