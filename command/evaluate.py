"""Measures understanding on a file of messages, through masking, danger gate and Rasa as in production."""

from __future__ import annotations

import csv
import os
import secrets
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot import turn
from command import model
from command.environments import ROOT, rasa_python
from command.stack import free_port
from nlu.language import danger
from nlu.language.normalise import clean

FALLBACK = "nlu_fallback"
DANGER = {"report_danger_sign", "report_labour"}
SECRET = secrets.token_hex(8)
START_S = 120


class EvaluationError(Exception):
    """The file or Rasa cannot be used; the message is one line."""


@dataclass(frozen=True)
class Judged:
    """One message and what became of it."""

    text: str
    intent: str
    predicted: str
    confidence: float
    certainty: str = ""  # alarm | ask | nothing
    codes: tuple[str, ...] = field(default=())
    milliseconds: float = 0.0
    fell_back: bool = False  # then ``predicted`` is the best reading, the first button she is offered


def read_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a TSV with these columns.

    Raises:
        EvaluationError: no such file, or a column is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise EvaluationError(f"{path} has no column {missing[0]!r} in its header")
            rows = [row for row in reader if row["text"]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"{path} cannot be read ({type(error).__name__})") from error
    short = next((number for number, row in enumerate(rows, 1) if any(row[name] is None for name in columns)), None)
    if short is not None:
        raise EvaluationError(f"{path}: row {short} has fewer columns than its header")
    return rows


@contextmanager
def running_rasa() -> Iterator[str]:
    """Rasa alone, with the present model; gives its address.

    Raises:
        EvaluationError: it did not start.
    """
    port = free_port()
    environment = {
        **model.quiet(),
        "KAWAL_INTERNAL_SECRET": SECRET,
        "KAWAL_CONVERSATIONS_URL": "sqlite://",
        "KAWAL_CONVERSATIONS_KEY": "00" * 32,
    }
    command = [
        str(rasa_python()), "-m", "rasa", "run", "--model", str(model.ensure()), "--interface", "127.0.0.1",
        "--port", str(port), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/webhooks/kawal/", timeout=1.0).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise EvaluationError("Rasa did not start: see kawal doctor")


def judge(client: httpx.Client, url: str, text: str, intent: str) -> Judged:
    """One message through the gate and Rasa."""
    began = time.perf_counter()
    said = clean(text)
    finding = danger.assess(said)
    body = {"text": turn.masked(said)}
    try:
        response = client.post(
            f"{url}/webhooks/kawal/parse", json=body, headers={"x-kawal-secret": SECRET}, timeout=30.0
        )
        parse: dict[str, Any] = response.raise_for_status().json()
    except httpx.HTTPError as error:
        raise EvaluationError(f"Rasa did not answer ({type(error).__name__})") from error
    spent = (time.perf_counter() - began) * 1000
    found = parse.get("danger") or {}
    certainty = "alarm" if finding is not None and finding.certainty == "alarm" else found.get("certainty", "")
    codes = tuple(found.get("codes") or (finding.codes if finding else ()))
    fell_back = parse["intent"]["name"] == FALLBACK
    readings = [entry for entry in parse.get("intent_ranking", []) if entry["name"] != FALLBACK]
    best = readings[0] if fell_back and readings else parse["intent"]
    return Judged(text, intent, best["name"], best["confidence"], certainty, codes, spent, fell_back)


def measure(path: Path) -> list[Judged]:
    """Judge a whole file.

    Raises:
        EvaluationError: the file or Rasa cannot be used.
    """
    rows = read_rows(path, ("text", "intent"))
    with running_rasa() as url, httpx.Client() as client:
        judge(client, url, "halo", "greet")  # the first call loads what is lazy
        return [judge(client, url, row["text"], row["intent"].strip()) for row in rows]


def report(judged: list[Judged]) -> dict[str, Any]:
    """The figures of contracts, section 5, and the share of questions asked beside the alarms.

    A message that falls back counts by its best reading, the first button she is offered; how many were both right and
    answered at once stands beside it.
    """
    rows = len(judged)
    signs = [j for j in judged if j.intent in DANGER]
    others = [j for j in judged if j.intent not in DANGER]
    wrong = Counter((j.intent, j.predicted) for j in judged if j.intent != j.predicted)
    times = sorted(j.milliseconds for j in judged)
    scores = _f1(judged)
    return {
        "rows": rows,
        "accuracy": _share(sum(j.intent == j.predicted for j in judged), rows),
        "accuracy_when_answered_at_once": _share(
            sum(j.intent == j.predicted and not j.fell_back for j in judged), rows
        ),
        "macro_f1": round(statistics.fmean(scores.values()), 4) if scores else None,
        "weighted_f1": _weighted(scores, judged),
        "danger_recall": _share(sum(bool(j.certainty) for j in signs), len(signs)),
        "danger_false_alarm_rate": _share(sum(j.certainty == "alarm" for j in others), len(others)),
        "danger_question_rate": _share(sum(j.certainty == "ask" for j in others), len(others)),
        "fallback_rate": _share(sum(j.fell_back for j in judged), rows),
        "p50_ms": round(_quantile(times, 0.5), 2),
        "p99_ms": round(_quantile(times, 0.99), 2),
        "confusions": [{"intent": a, "predicted": b, "count": n} for (a, b), n in wrong.most_common(20)],
        "missed_danger": [j.text for j in signs if not j.certainty],
    }


def _f1(judged: list[Judged]) -> dict[str, float]:
    found = {}
    for intent in {j.intent for j in judged}:
        hits = sum(j.intent == j.predicted == intent for j in judged)
        said = sum(j.predicted == intent for j in judged)
        true = sum(j.intent == intent for j in judged)
        found[intent] = 2 * hits / (said + true)
    return found


def _weighted(scores: dict[str, float], judged: list[Judged]) -> float | None:
    total = sum(scores[j.intent] for j in judged)
    return round(total / len(judged), 4) if judged else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def write_predictions(judged: list[Judged], path: Path) -> None:
    """One row per message: text, intent, predicted, confidence, danger (codes; ``ask:`` when only a question)."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        lines.write("text\tintent\tpredicted\tconfidence\tdanger\n")
        for j in judged:
            mark = ("ask:" if j.certainty == "ask" else "") + ",".join(j.codes) if j.certainty else ""
            lines.write("\t".join((j.text, j.intent, j.predicted, f"{j.confidence:.4f}", mark)) + "\n")
