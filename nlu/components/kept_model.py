"""A component that trains one ``IntentModel`` and keeps it with Rasa's; what it learns and says is the child's."""

from __future__ import annotations

from typing import Any, Dict, Text

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.training_data import TrainingData

FILE = "model.joblib"


class KeptModel(GraphComponent):
    """Not registered itself: only its children stand in the pipeline."""

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self.config, self.storage, self.resource = config, storage, resource
        self.model: Any = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KeptModel:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KeptModel:
        """The trained component; our own file, made by ``train`` on this machine."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.model = joblib.load(folder / FILE)
        return component

    def keep(self, model: Any) -> Resource:
        """Hold the trained model and store it."""
        self.model = model
        with self.storage.write_to(self.resource) as folder:
            joblib.dump(model, folder / FILE)
        return self.resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from ours."""
        return training_data
