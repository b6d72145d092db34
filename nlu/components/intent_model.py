"""Which intent a message has: character and word n-grams, logistic regression. Knows nothing of Rasa.

Character n-grams carry typos and spelling of the moment, words carry the order "not active"; noisy copies of the
training sentences teach the first kind to forgive (measured in nlu/README.md).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from nlu.components.noise import noisy
from nlu.language.normalise import normalise

SEED = 20261121


class IntentModel:
    """Trained on sentences and their intents; answers with all intents and their probabilities."""

    def __init__(self, *, strength: float = 20.0, copies: int = 2, temperature: float = 1.0) -> None:
        self.copies = copies
        self.temperature = temperature
        self.features = FeatureUnion(
            [
                ("chars", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)),
                ("words", TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)),
            ]
        )
        self.regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=200, tol=1e-3)

    def fit(self, texts: Sequence[str], intents: Sequence[str]) -> IntentModel:
        """Learn; each sentence comes with its noisy copies."""
        chance = random.Random(SEED)
        many = [(text, intent) for text, intent in zip(texts, intents, strict=True)]
        for text, intent in zip(texts, intents, strict=True):
            many += [(noisy(text, chance), intent) for _ in range(self.copies)]
        matrix = self.features.fit_transform([normalise(text) for text, _ in many])
        self.regression.fit(matrix, [intent for _, intent in many])
        return self

    @property
    def intents(self) -> list[str]:
        """The intents in the order of the probabilities."""
        return list(self.regression.classes_)

    def probabilities(self, texts: Sequence[str]) -> Any:
        """One row of probabilities per text."""
        scores = self.regression.decision_function(self.features.transform([normalise(text) for text in texts]))
        scores = scores / self.temperature
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
