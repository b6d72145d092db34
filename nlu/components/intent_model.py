"""Which intent a message has: character and word n-grams and a few hints, linear margins. Knows nothing of Rasa.

Character n-grams carry typos and spelling of the moment, words carry the order "not active"; noisy copies of the
training sentences teach the first kind to forgive. Every figure behind a choice here is in nlu/README.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from nlu.components.context import log_odds
from nlu.components.features import hints
from nlu.components.noise import Chance, noisy
from nlu.language.normalise import normalise

SEED = 20261121
CHARS = {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2}
WORDS = {"token_pattern": r"\S+", "ngram_range": (1, 2)}
BOTH = {"sublinear_tf": True, "lowercase": False, "dtype": np.float32}


class IntentModel:
    """Trained on sentences and their intents; answers with all intents and their probabilities.

    Trains through scikit-learn's matrices and answers without them: for one short text their bookkeeping costs several
    times what the sum of some two hundred rows of weights does.
    """

    intents: list[str]
    """In the order of the probabilities."""
    weights: Any
    """One row per feature (characters, words, hints), one column per intent."""

    def __init__(self, *, strength: float = 1.0, copies: int = 1, temperature: float = 0.2) -> None:
        self.strength = strength
        self.copies = copies
        self.temperature = temperature
        self.chars = TfidfVectorizer(**CHARS, **BOTH)
        self.words = TfidfVectorizer(**WORDS, **BOTH)
        self.hints = DictVectorizer(dtype=np.float32)

    def fit(self, texts: Sequence[str], intents: Sequence[str]) -> IntentModel:
        """Learn; each sentence comes with its noisy copies."""
        chance = Chance(SEED)
        many = [*texts, *(noisy(text, chance) for _ in range(self.copies) for text in texts)]
        clean = [normalise(text) for text in many]
        marks = [hints(text, normalised) for text, normalised in zip(many, clean, strict=True)]
        parts = [self.chars.fit_transform(clean), self.words.fit_transform(clean), self.hints.fit_transform(marks)]
        margins = LinearSVC(C=self.strength, random_state=SEED)
        margins.fit(hstack(parts, format="csr"), list(intents) * (1 + self.copies))
        self.intents = [str(intent) for intent in margins.classes_]
        self.weights = np.ascontiguousarray(margins.coef_.T, dtype=np.float32)
        self.bias = margins.intercept_.astype(np.float32)
        self._prepare()
        return self

    def _prepare(self) -> None:
        self.rarities = [block.idf_ for block in (self.chars, self.words)]
        self.analysers = [block.build_analyzer() for block in (self.chars, self.words)]
        self.starts = (0, len(self.chars.vocabulary_), len(self.chars.vocabulary_) + len(self.words.vocabulary_))

    def __getstate__(self) -> dict[str, Any]:
        """Without what can be made again (and cannot be pickled)."""
        return {name: value for name, value in self.__dict__.items() if name not in {"analysers", "rarities", "starts"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    def probabilities(self, texts: Sequence[str], *, role: str | None = None, question: str | None = None) -> Any:
        """One row of probabilities per text; `role` of the sender and the `question` just asked shift them if known."""
        return self.softened(self.scores(texts), log_odds(self.intents, role, question))

    def softened(self, scores: Any, shift: Any = 0.0) -> Any:
        """Margins as probabilities at this model's temperature, with log-odds added."""
        logits = scores / self.temperature + shift
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def scores(self, texts: Sequence[str]) -> Any:
        """One row of margins per text, before temperature."""
        return np.array([self._score(text) for text in texts])

    def _score(self, text: str) -> Any:
        clean = normalise(text)
        score = self.bias.copy()
        blocks = zip((self.chars, self.words), self.analysers, self.rarities, self.starts)
        for block, analyse, rarity, start in blocks:
            places, values = _weighed(block.vocabulary_, rarity, analyse(clean))
            score += values @ self.weights[places + start]
        for mark, weight in hints(text, clean).items():
            place = self.hints.vocabulary_.get(mark)
            if place is not None:
                score += weight * self.weights[self.starts[2] + place]
        return score


def _weighed(vocabulary: Mapping[str, int], rarity: Any, terms: Iterable[str]) -> tuple[Any, Any]:
    """Columns and TF-IDF values of one text, as ``TfidfVectorizer.transform`` has them."""
    known = Counter(place for term in terms if (place := vocabulary.get(term)) is not None)
    places = np.fromiter(known, dtype=np.int64, count=len(known))
    counts = np.fromiter(known.values(), dtype=np.float32, count=len(known))
    values = (1.0 + np.log(counts)) * rarity[places]
    return places, values / (np.linalg.norm(values) or 1.0)
