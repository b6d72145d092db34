"""The review loop: what was not understood is listed without names, labelled by a person, and only then learnt from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from command.environments import ROOT
from command.evaluate import EvaluationError, read_rows
from nlu.language.identifiers import contains_identifier, mask
from nlu.language.names import read_person_names
from nlu.language.normalise import clean
from registry.models import InboxMessage

INTENTS = ROOT / "nlu" / "intents"
REVIEWED = INTENTS / "reviewed.yml"
COLUMNS = ("text", "understood", "suggested", "label")
HEADER = """version: "3.1"

# Labelled by a person from messages that were not understood (kawal evaluate review).
nlu:
"""
NAMELESS = "Rina"  # stands for every name: the classifier must not learn who wrote


@dataclass(frozen=True)
class Doubtful:
    """A message that fell back or was corrected, without identifiers and names."""

    text: str
    understood: str
    suggested: str  # what she then chose, if she did


def doubtful(session: Session) -> Iterator[Doubtful]:
    """Messages that fell back, were asked about in vain, or were followed by another reading; each text once."""
    seen: set[str] = set()
    rows = list(session.scalars(select(InboxMessage).order_by(InboxMessage.contact_id, InboxMessage.id)))
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        text = anonymise(row.content.get("text") or "")
        understood = str((row.trace or {}).get("intent") or "")
        after = following if following is not None and following.contact_id == row.contact_id else None
        chosen = str((after.content.get("button") if after else None) or "")
        if not text or text in seen or not _is_doubtful(row, chosen):
            continue
        seen.add(text)
        yield Doubtful(text, understood, chosen.lstrip("/") if understood == "nlu_fallback" else "")


def _is_doubtful(row: InboxMessage, chosen: str) -> bool:
    trace = row.trace or {}
    asked_in_vain = bool(trace.get("danger")) and chosen == "/danger_no"
    return trace.get("intent") == "nlu_fallback" or asked_in_vain


def anonymise(text: str) -> str:
    """The text without numbers that name a person, and with one name for everybody."""
    plain = mask(clean(text)).text
    for span in reversed(read_person_names(plain)):
        plain = plain[: span.start] + NAMELESS + plain[span.end :]
    return plain


def write(rows: list[Doubtful], path: Path) -> None:
    """A TSV whose last column a person fills in."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\")
        writer.writerow(COLUMNS)
        writer.writerows([row.text.replace("\t", " "), row.understood, row.suggested, ""] for row in rows)


def accept(path: Path) -> int:
    """Add the labelled rows to the training data; returns how many. Rows without a label are left alone.

    Raises:
        EvaluationError: a label that is no intent, a number that names a person, or brackets Rasa would misread.
    """
    known = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    taken = _all_examples()
    fresh: dict[str, list[str]] = {}
    for row in read_rows(path, ("text", "label")):
        text, label = row["text"].strip(), (row["label"] or "").strip()
        if not label or text.casefold() in taken:
            continue
        if label not in known:
            raise EvaluationError(f"{label!r} is no intent ({text[:40]!r})")
        if contains_identifier(text) or any(c in text for c in "[]{}"):
            raise EvaluationError(f"this row holds a number of a person or a bracket: {text[:40]!r}")
        taken.add(text.casefold())
        fresh.setdefault(label, []).append(text)
    if fresh:
        _append(fresh)
    return sum(map(len, fresh.values()))


def _examples(path: Path) -> dict[str, list[str]]:
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    found = {}
    for entry in document.get("nlu", []):
        lines = entry["examples"].splitlines()
        found[entry["intent"]] = [line.strip().removeprefix("- ") for line in lines if line.strip()]
    return found


def _all_examples() -> set[str]:
    files = [_examples(path) for path in INTENTS.glob("*.yml")]
    return {text.casefold() for examples in files for texts in examples.values() for text in texts}


def _append(fresh: dict[str, list[str]]) -> None:
    known = _examples(REVIEWED) if REVIEWED.exists() else {}
    for intent, texts in fresh.items():
        known.setdefault(intent, []).extend(texts)
    parts = [HEADER]
    for intent in sorted(known):
        lines = "".join(f"    - {text}\n" for text in known[intent])
        parts.append(f"- intent: {intent}\n  examples: |\n{lines}")
    REVIEWED.write_text("".join(parts), encoding="utf-8")
