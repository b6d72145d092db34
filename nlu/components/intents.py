"""The intent classifier as a component of Rasa's pipeline."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.intent_model import IntentModel
from nlu.components.kept_model import KeptModel
from nlu.language.identifiers import mask

RANKING = 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ChatIntents(KeptModel):
    """Trains, keeps and asks an ``IntentModel``."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """See ``IntentModel``."""
        return {"strength": 1.0, "copies": 1, "temperature": 0.2}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all sentences that have an intent."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        names = ("strength", "copies", "temperature")
        model = IntentModel(**{name: self.config[name] for name in names})
        texts = [mask(e.get(TEXT)).text for e in examples]  # as the bot masks what it sends us
        return self.keep(model.fit(texts, [e.get(INTENT) for e in examples]))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent and the best few of the ranking."""
        for message in messages:
            known = message.get(METADATA) or {}
            row = self.model.probabilities(
                [message.get(TEXT) or ""], role=known.get("role"), question=known.get("question")
            )[0]
            pairs = sorted(zip(self.model.intents, row), key=lambda pair: -pair[1])
            ranking = [{"name": name, "confidence": float(p)} for name, p in pairs]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking[:RANKING], add_to_output=True)
            message.set("probabilities", {entry["name"]: entry["confidence"] for entry in ranking})
        return messages
