"""How well messages are understood: the pipeline of config.yml without a Rasa server, in Rasa's environment.

    python -m nlu.measure [--folds 5] [--json] [--check]

Reads the development files, and with ``--folds`` cross-validates on the training sentences, near-paraphrases of one
sentence kept on one side. ``--check`` exits with 1 when a floor of tests/nlu/floors.yml is not reached.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rapidfuzz import fuzz, process
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.training_data.message import Message
from sklearn.metrics import classification_report, f1_score

from nlu.components.bare_data import BareData
from nlu.components.danger_gate import LABOUR, SIGN, DangerGate
from nlu.components.entities import ChatEntities
from nlu.components.intent_model import IntentModel
from nlu.components.intents import ChatIntents
from nlu.language.identifiers import mask
from nlu.language.normalise import normalise

HOME = Path(__file__).resolve().parent.parent
FLOORS = HOME / "tests/nlu/floors.yml"
DEVELOPMENT = {name: HOME / f"tests/nlu/development/{name}.tsv" for name in ("people", "outsiders", "phones")}
FALLBACK = "nlu_fallback"
ALIKE = 80
"""Sentences of this likeness and more (token_sort_ratio of their normalised forms) stay in one fold."""


@dataclass(frozen=True)
class Row:
    """A message and what a person says it wants."""

    text: str
    intent: str

    @property
    def is_danger(self) -> bool:
        """Tells of a danger sign or of labour."""
        return self.intent in {SIGN, LABOUR}


@dataclass(frozen=True)
class Understood:
    """What the pipeline made of a row; ``intent`` is the best reading, also where the bot would ask back."""

    intent: str
    confidence: float
    fallback: bool
    danger: str | None
    ms: float


def training_rows() -> list[Row]:
    """All training sentences of nlu/intents."""
    blocks = [
        b for path in sorted((HOME / "nlu/intents").glob("*.yml")) for b in yaml.safe_load(path.read_text())["nlu"]
    ]
    return [
        Row(line[2:].strip(), b["intent"]) for b in blocks for line in b["examples"].splitlines() if line[:2] == "- "
    ]


def development_rows(path: Path) -> list[Row]:
    """A tab-separated file with the columns text and intent first."""
    lines = path.read_text().splitlines()[1:]
    return [Row(*line.split("\t")[:2]) for line in lines]


def settings() -> dict[str, dict[str, Any]]:
    """What config.yml says of each component, by class name."""
    pipeline = yaml.safe_load((HOME / "config.yml").read_text())["pipeline"]
    return {part["name"].rsplit(".", 1)[-1]: {k: v for k, v in part.items() if k != "name"} for part in pipeline}


class Pipeline:
    """The components of config.yml in their order."""

    def __init__(self, rows: Sequence[Row]) -> None:
        told = settings()
        intents = ChatIntents({**ChatIntents.get_default_config(), **told["ChatIntents"]}, None, None)
        intents.model = IntentModel(**intents.config).fit([mask(r.text).text for r in rows], [r.intent for r in rows])
        self.model = intents.model
        self.parts = [
            ChatEntities(),
            intents,
            BareData(),
            FallbackClassifier({**FallbackClassifier.get_default_config(), **told["FallbackClassifier"]}),
            DangerGate({**DangerGate.get_default_config(), **told["DangerGate"]}),
        ]

    def understand(self, text: str) -> Understood:
        """Mask and parse one message."""
        began = time.perf_counter()
        message = Message(data={"text": mask(text).text})
        for part in self.parts:
            part.process([message])
        ms = (time.perf_counter() - began) * 1000
        intent, ranking = message.get("intent"), message.get("intent_ranking")
        best = next(entry for entry in [intent, *ranking] if entry["name"] != FALLBACK)
        danger = (message.get("danger") or {}).get("certainty")
        return Understood(best["name"], best["confidence"], intent["name"] == FALLBACK, danger, ms)


def cross_validated(rows: Sequence[Row], folds: int) -> list[Understood]:
    """Each row understood by a pipeline that saw neither it nor its near-paraphrases."""
    fold = np.array(groups([normalise(mask(row.text).text) for row in rows])) % folds
    found: dict[int, Understood] = {}
    for number in range(folds):
        pipeline = Pipeline([row for row, own in zip(rows, fold, strict=True) if own != number])
        found |= {at: pipeline.understand(rows[at].text) for at in np.nonzero(fold == number)[0]}
    return [found[at] for at in range(len(rows))]


def groups(texts: Sequence[str]) -> list[int]:
    """A number per text, the same for texts that are alike, directly or through others."""
    leader = list(range(len(texts)))

    def find(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    for first in range(0, len(texts), 1000):
        chunk = texts[first : first + 1000]
        alike = process.cdist(chunk, texts, scorer=fuzz.token_sort_ratio, dtype=np.uint8, score_cutoff=ALIKE)
        for one, other in zip(*np.nonzero(alike), strict=True):
            leader[find(first + int(one))] = find(int(other))
    numbers: dict[int, int] = {}
    return [numbers.setdefault(find(at), len(numbers)) for at in range(len(texts))]


def judge(rows: Sequence[Row], found: Sequence[Understood]) -> dict[str, Any]:
    """Every figure of one set of rows."""
    true, told = [row.intent for row in rows], [one.intent for one in found]
    ill = [one for row, one in zip(rows, found, strict=True) if row.is_danger]
    well = [one for row, one in zip(rows, found, strict=True) if not row.is_danger]
    wrong = Counter(f"{a} -> {b}" for a, b in zip(true, told, strict=True) if a != b)
    ms = [one.ms for one in found]
    table = classification_report(true, told, output_dict=True, zero_division=0)
    return {
        "rows": len(rows),
        "accuracy": _share(a == b for a, b in zip(true, told, strict=True)),
        "macro_f1": float(f1_score(true, told, average="macro", zero_division=0, labels=sorted(set(true)))),
        "weighted_f1": float(f1_score(true, told, average="weighted", zero_division=0)),
        "danger_recall": _share(one.danger is not None for one in ill),
        "danger_false_alarm_rate": _share(one.danger == "alarm" for one in well),
        "danger_question_rate": _share(one.danger == "ask" for one in well),
        "fallback_rate": _share(one.fallback for one in found),
        "p50_ms": float(np.median(ms)),
        "p99_ms": float(np.quantile(ms, 0.99)),
        "intents": {name: {k: round(v, 3) for k, v in table[name].items()} for name in sorted(set(true))},
        "confusions": dict(wrong.most_common(15)),
        "missed_danger": [r.text for r, one in zip(rows, found, strict=True) if r.is_danger and one.danger is None],
        "false_alarms": [r.text for r, o in zip(rows, found, strict=True) if not r.is_danger and o.danger == "alarm"],
    }


def _share(told: Iterator[bool]) -> float:
    answers = list(told)
    return sum(answers) / len(answers) if answers else 0.0


def broken_floors(figures: Mapping[str, Mapping[str, Any]], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """What falls short, in words; keys ending in ``_at_most`` are ceilings."""
    return list(_broken(figures, floors))


def _broken(figures: Mapping[str, Mapping[str, Any]], floors: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    for part, limits in floors.items():
        for name, limit in limits.items():
            key = name.removesuffix("_at_most")
            value = figures[part][key]
            if value > limit if name != key else value < limit:
                yield f"{part}: {key} is {value:.4f}, the limit {limit}"


def _lines(name: str, figures: Mapping[str, Any]) -> Iterator[str]:
    yield f"== {name}"
    yield "  ".join(
        f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}" for key, value in _plain(figures)
    )
    for intent, row in figures["intents"].items():
        yield f"  {intent:24}" + "".join(f"  {key} {value:g}" for key, value in row.items())
    for key in ("confusions", "missed_danger", "false_alarms"):
        yield f"  {key}:"
        told = figures[key]
        yield from (f"    {one}" + (f"  {told[one]}" if isinstance(told, dict) else "") for one in told)


def _plain(figures: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in figures.items() if not isinstance(value, list | dict)]


def measure(folds: int) -> dict[str, dict[str, Any]]:
    """The figures of the development files and, with folds, of the training sentences."""
    rows = training_rows()
    began = time.monotonic()
    pipeline = Pipeline(rows)
    seconds = time.monotonic() - began
    figures = {}
    for name, path in DEVELOPMENT.items():
        development = development_rows(path)
        figures[name] = judge(development, [pipeline.understand(row.text) for row in development])
        figures[name]["training_s"] = seconds
    if folds:
        figures["cross_validated"] = judge(rows, cross_validated(rows, folds))
    return figures


def main() -> int:
    """Print the figures; 1 when --check finds a broken floor."""
    parser = argparse.ArgumentParser(prog="nlu.measure")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    figures = measure(options.folds)
    text = json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _as_text(figures)
    sys.stdout.write(text + "\n")
    broken = broken_floors(figures, yaml.safe_load(FLOORS.read_text())) if options.check else []
    sys.stderr.writelines(f"{line}\n" for line in broken)
    return 1 if broken else 0


def _as_text(figures: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n".join(line for name, part in figures.items() for line in _lines(name, part))


if __name__ == "__main__":
    sys.exit(main())
