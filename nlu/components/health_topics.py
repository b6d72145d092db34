"""Which question of the health bank a message asks, if any: a second small model of the same kind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Text

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.intent_model import IntentModel
from nlu.components.kept_model import KeptModel

ROOT = Path(__file__).resolve().parent.parent.parent
SENTENCE = re.compile(r"(?<=[.!?])\s+")
SHORTEST = 12
INTENT = "ask_pregnancy_health"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HealthTopics(KeptModel):
    """Sets ``health_topic`` ({id, confidence}) on health questions; how sure is sure enough, the action decides."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Where the bank is."""
        return {"bank": "nlu/health.yml"}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the questions of the bank."""
        questions = read_questions(ROOT / self.config["bank"])
        return self.keep(IntentModel().fit([text for text, _ in questions], [topic for _, topic in questions]))

    def process(self, messages: List[Message]) -> List[Message]:
        """Judge health questions only; the others cost nothing."""
        for message in messages:
            if (message.get("intent") or {}).get("name") != INTENT:
                continue
            row = self.model.probabilities([message.get(TEXT) or ""])[0]
            best = int(row.argmax())
            topic = {"id": self.model.intents[best], "confidence": float(row[best])}
            message.set("health_topic", topic, add_to_output=True)
        return messages


def read_questions(path: Path) -> List[Any]:
    """Each question of the bank, and each sentence of its answer's advice, with the id of the answer."""
    bank = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [(question, topic) for topic, entry in bank.items() for question in entry["questions"]]
    for topic, entry in bank.items():
        advice = entry["answer"].splitlines()[0]
        found += [(sentence, topic) for sentence in SENTENCE.split(advice) if len(sentence) > SHORTEST]
    return found
