"""Messages that need no classifier: bare data (a NIK, a date, a village), signs without a letter (thumbs up, dots)."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.language.entities import is_bare_data

CONFIDENCE = 0.95
SIGNS = {"affirm": "👍👌✅🆗✔☑", "deny": "👎❌🙅🚫✖", "thank": "🙏❤💕🥰😊🫶🤗", "greet": "👋"}
"""What the first telling sign of a message without letters and digits says; any other such message is out of scope."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class BareData(GraphComponent):
    """Overrules the classifier where there is nothing for it to read."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BareData:
        """Needs nothing."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent where it is due."""
        for message in messages:
            intent = read_without_model(message.get(TEXT) or "", message.get(ENTITIES, []))
            if intent:
                winner = {"name": intent, "confidence": CONFIDENCE}
                ranking = [entry for entry in message.get("intent_ranking", []) if entry["name"] != intent]
                message.set("intent", winner, add_to_output=True)
                message.set("intent_ranking", [winner, *ranking], add_to_output=True)
                message.set("probabilities", {intent: CONFIDENCE})  # so the danger gate does not hear the classifier
        return messages


def read_without_model(text: Text, entities: List[Dict[Text, Any]]) -> Optional[Text]:
    """The intent that needs no classifier, or None."""
    if not any(character.isalnum() for character in text):
        told = (intent for character in text for intent, signs in SIGNS.items() if character in signs)
        return next(told, "out_of_scope")
    return "inform" if is_bare_data(text, entities) else None
