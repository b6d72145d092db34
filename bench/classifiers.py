"""Which classifier reads intents best: the cheap rows of the table in nlu/README.md, as JSON.

Runs in Rasa's environment: ``.venv-rasa/bin/python -m bench.classifiers``; about ten minutes on one core.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from nlu.components.features import hints
from nlu.components.intent_model import BOTH, CHARS, WORDS
from nlu.language.identifiers import mask
from nlu.language.normalise import normalise
from nlu.measure import DEVELOPMENT, Row, development_rows, groups, training_rows

FOLDS = 5
SEED = 1
MODELS: dict[str, Callable[[], Any]] = {
    "LR lbfgs C20 balanced": lambda: LogisticRegression(C=20, class_weight="balanced", max_iter=60, tol=1e-2),
    "LR saga C20 balanced": lambda: LogisticRegression(C=20, solver="saga", class_weight="balanced", max_iter=15),
    "LR SGD 1e-5 balanced": lambda: SGDClassifier(
        loss="log_loss", alpha=1e-5, max_iter=30, class_weight="balanced", random_state=SEED
    ),
    "LR liblinear OvR C20 balanced": lambda: LogisticRegression(
        C=20, solver="liblinear", dual=True, tol=1e-2, class_weight="balanced"
    ),
    "linear SVC C1": lambda: LinearSVC(C=1, random_state=SEED),
    "linear SVC C1 balanced": lambda: LinearSVC(C=1, class_weight="balanced", random_state=SEED),
    "linear SVC Crammer-Singer C.5": lambda: LinearSVC(C=0.5, multi_class="crammer_singer", tol=1e-2, max_iter=200),
    "linear SVC, sigmoid calibration": lambda: CalibratedClassifierCV(LinearSVC(C=1, random_state=SEED), cv=3),
    "ComplementNB .1": lambda: ComplementNB(alpha=0.1),
    "ridge 1": lambda: RidgeClassifier(alpha=1, solver="sparse_cg", tol=1e-3),
    "average of LR SGD and SVC": lambda: _Average(MODELS["LR SGD 1e-5 balanced"](), MODELS["linear SVC C1"]()),
    "average of SVC and NB": lambda: _Average(MODELS["linear SVC C1"](), MODELS["ComplementNB .1"](), weight=0.8),
}


class _Average:
    """The mean of two models' standardised scores."""

    def __init__(self, one: Any, other: Any, weight: float = 0.5) -> None:
        self.one, self.other, self.weight = one, other, weight

    def fit(self, matrix: Any, intents: Any) -> _Average:
        self.classes_ = self.one.fit(matrix, intents).classes_
        self.other.fit(matrix, intents)
        return self

    def predict(self, matrix: Any) -> Any:
        scores = self.weight * _standard(self.one, matrix) + (1 - self.weight) * _standard(self.other, matrix)
        return self.classes_[scores.argmax(axis=1)]


def _standard(model: Any, matrix: Any) -> Any:
    ask = getattr(model, "decision_function", None) or model.predict_log_proba
    scores = ask(matrix)
    return (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)


@dataclass(frozen=True)
class _Set:
    matrix: csr_matrix
    intents: Any


def sets(*, with_hints: bool) -> tuple[_Set, dict[str, _Set]]:
    """The training rows and both development files as matrices, without noisy copies."""
    chars = TfidfVectorizer(**CHARS, **BOTH)
    words = TfidfVectorizer(**WORDS, **BOTH)
    marks = DictVectorizer(dtype=np.float32)

    def matrix(rows: list[Row], turn: str) -> _Set:
        masked = [mask(row.text).text for row in rows]
        clean = [normalise(text) for text in masked]
        told = [hints(text, short) if with_hints else {} for text, short in zip(masked, clean, strict=True)]
        parts = [getattr(chars, turn)(clean), getattr(words, turn)(clean)]
        parts += [getattr(marks, turn)(told)] if with_hints else []
        return _Set(hstack(parts, format="csr"), np.array([row.intent for row in rows]))

    training = matrix(training_rows(), "fit_transform")
    return training, {name: matrix(development_rows(path), "transform") for name, path in DEVELOPMENT.items()}


def judge(make: Callable[[], Any], training: _Set, others: dict[str, _Set], fold: Any) -> dict[str, float]:
    """Accuracy and macro-F1 on each set and over folds; seconds of one training."""
    began = time.process_time()
    model = make().fit(training.matrix, training.intents)
    figures = {"training_s": time.process_time() - began}
    told = {name: (part.intents, model.predict(part.matrix)) for name, part in others.items()}
    told["cross_validated"] = (training.intents, _over_folds(make, training, fold))
    for name, (true, found) in told.items():
        figures[f"{name}.accuracy"] = float((true == found).mean())
        figures[f"{name}.macro_f1"] = float(f1_score(true, found, average="macro", zero_division=0))
    return figures


def _over_folds(make: Callable[[], Any], training: _Set, fold: Any) -> Any:
    found = training.intents.copy()
    for number in range(FOLDS):
        rest, own = fold != number, fold == number
        found[own] = make().fit(training.matrix[rest], training.intents[rest]).predict(training.matrix[own])
    return found


def measure() -> dict[str, dict[str, float]]:
    """Every model on n-grams alone, and the chosen one with the hints of nlu.components.features."""
    fold = np.array(groups([normalise(mask(row.text).text) for row in training_rows()])) % FOLDS
    plain, hinted = sets(with_hints=False), sets(with_hints=True)
    figures = {name: judge(make, *plain, fold) for name, make in MODELS.items()}
    for name in ("linear SVC C1", "LR liblinear OvR C20 balanced"):
        figures[f"{name}, with hints"] = judge(MODELS[name], *hinted, fold)
    return figures


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
