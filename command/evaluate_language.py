"""Measures what nlu.language reads out of dates and of cadres' registrations, against what a careful person would."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from command.evaluate import EvaluationError, read_rows
from nlu.language.clock_times import read_pickup
from nlu.language.date_rules import DateKind
from nlu.language.dates import JAKARTA, read_date
from nlu.language.gestation import read_gestation
from nlu.language.registration import read_registrations

DATE_KINDS: dict[str, DateKind] = {
    "hpht": "hpht", "hpl": "hpl", "visit_date": "visit_date", "birth_date": "birth_date",
}  # fmt: skip
FIELDS = (
    "name", "age", "nik", "phone", "village", "hpht", "gestational_weeks", "hpl", "gravida", "para", "abortus", "jkn",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One text, what was expected and what was read."""

    text: str
    kind: str
    expected: Any
    got: Any

    @property
    def right(self) -> bool:
        """Exactly the same."""
        return bool(self.expected == self.got)


def read_now(value: str) -> datetime:
    """The moment of ``--now``; without a zone it is local time in Malang.

    Raises:
        EvaluationError: not an ISO moment.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise EvaluationError(f"--now must be an ISO moment, not {value!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=JAKARTA)


def measure_dates(path: Path, now: datetime) -> list[Row]:
    """Read each text as its kind."""
    rows = read_rows(path, ("text", "kind", "expected"))
    return [Row(r["text"], r["kind"], _expected(r["kind"], r["expected"].strip()), _read(r, now)) for r in rows]


def _expected(kind: str, told: str) -> Any:
    if told in ("null", "error", ""):
        return told or "null"
    if kind == "gestational_age_days":
        return int(told)
    if kind == "pickup_time":
        moment = datetime.fromisoformat(told)
        return moment.astimezone(JAKARTA).replace(tzinfo=None) if moment.tzinfo else moment
    return date.fromisoformat(told[:10])


def _read(row: dict[str, str], now: datetime) -> Any:
    kind, text = row["kind"], row["text"]
    if kind == "gestational_age_days":
        gestation = read_gestation(text)
        return _outcome(gestation.status, gestation.days)
    if kind == "pickup_time":
        pickup = read_pickup(text, now)
        local = pickup.value.astimezone(JAKARTA).replace(tzinfo=None) if pickup.value else None
        return _outcome(pickup.status, local)
    if kind not in DATE_KINDS:
        known = ", ".join((*DATE_KINDS, "gestational_age_days", "pickup_time"))
        raise EvaluationError(f"unknown kind {kind!r}; known are {known}")
    reading = read_date(text, DATE_KINDS[kind], now)
    return _outcome(reading.status, reading.value)


def _outcome(status: str, value: Any) -> Any:
    if status == "found":
        return value
    return "error" if status == "impossible" else "null"


def report_dates(rows: list[Row]) -> dict[str, Any]:
    """Exact-match accuracy in all and by kind, and the rows that were wrong."""
    kinds = sorted({row.kind for row in rows})
    by_kind = {kind: _share([row.right for row in rows if row.kind == kind]) for kind in kinds}
    wrong = [
        {"text": r.text, "kind": r.kind, "expected": str(r.expected), "got": str(r.got)} for r in rows if not r.right
    ]
    return {"rows": len(rows), "accuracy": _share([r.right for r in rows]), "by_kind": by_kind, "wrong": wrong}


def measure_registrations(path: Path, now: datetime) -> list[Row]:
    """Read each note; a note holds one JSON object, or a list of them for several mothers."""
    found = []
    for row in read_rows(path, ("text", "note")):
        try:
            told = json.loads(row["note"])
        except json.JSONDecodeError as error:
            raise EvaluationError(f"the note of {row['text'][:40]!r} is not JSON") from error
        expected = [_cleaned(note) for note in (told if isinstance(told, list) else [told])]
        got = [_cleaned(registration.as_note()) for registration in read_registrations(row["text"], now)]
        found.append(Row(row["text"], "registration", expected, got))
    return found


def _cleaned(note: dict[str, Any]) -> dict[str, Any]:
    kept = {field: note[field] for field in FIELDS if note.get(field) not in (None, "")}
    return {field: CLEAN[field](value) if field in CLEAN else value for field, value in kept.items()}


def _words(value: Any) -> str:
    return " ".join(str(value).casefold().replace("-", " ").split())


CLEAN: dict[str, Callable[[Any], Any]] = {
    "name": _words,
    "village": _words,
    "nik": str,
    "phone": lambda value: "".join(c for c in str(value) if c.isdigit()),
    "age": int,
    "gestational_weeks": int,
    "gravida": int,
    "para": int,
    "abortus": int,
}


def report_registrations(rows: list[Row]) -> dict[str, Any]:
    """Exact-match accuracy over notes, micro precision, recall and F1 over fields, figures per field, wrong rows."""
    counts = {field: [0, 0, 0] for field in FIELDS}  # right, read, expected
    for row in rows:
        for number in range(max(len(row.expected), len(row.got))):
            wanted = row.expected[number] if number < len(row.expected) else {}
            got = row.got[number] if number < len(row.got) else {}
            for field in FIELDS:
                counts[field][0] += field in wanted and field in got and wanted[field] == got[field]
                counts[field][1] += field in got
                counts[field][2] += field in wanted
    totals = [sum(c[i] for c in counts.values()) for i in range(3)]
    wrong = [{"text": r.text, "expected": r.expected, "got": r.got} for r in rows if not r.right]
    return {
        "rows": len(rows),
        "accuracy": _share([r.right for r in rows]),
        **{f"field_{name}": value for name, value in _prf(totals).items()},
        "fields": {field: _prf(c) for field, c in counts.items()},
        "wrong": wrong,
    }


def _prf(counts: list[int]) -> dict[str, float | None]:
    right, read, wanted = counts
    precision = round(right / read, 4) if read else None
    recall = round(right / wanted, 4) if wanted else None
    f1 = round(2 * right / (read + wanted), 4) if read + wanted else None
    return {"precision": precision, "recall": recall, "f1": f1}


def _share(hits: list[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None
