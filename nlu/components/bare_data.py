"""A message that is only data (a NIK, a date, a village) gives information and wants nothing else."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.language.entities import is_bare_data

CONFIDENCE = 0.95


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class BareData(GraphComponent):
    """Overrules the classifier when entities cover the message."""

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
        """Set ``inform`` where it is due."""
        for message in messages:
            if is_bare_data(message.get(TEXT) or "", message.get(ENTITIES, [])):
                intent = {"name": "inform", "confidence": CONFIDENCE}
                ranking = [entry for entry in message.get("intent_ranking", []) if entry["name"] != "inform"]
                message.set("intent", intent, add_to_output=True)
                message.set("intent_ranking", [intent, *ranking], add_to_output=True)
        return messages
