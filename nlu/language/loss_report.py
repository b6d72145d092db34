"""Whether somebody tells of a miscarriage, a stillbirth or a death, so that reminders stop and a person takes over.

A question, a fear, an earlier pregnancy, a denial and the death of somebody else are no report. What is only supposed
("kayaknya keguguran") has a kind and is not certain: the caller asks before anything is closed (domain.md 2.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nlu.language.loss_words import (
    AFTERBIRTH,
    BABY_DIED,
    BIRTH_WORDS,
    DENIED,
    MISCARRIAGE,
    MOTHER_DIED,
    NO_BEAT_YET,
    OTHERS,
    PAST,
    PERHAPS,
    PREGNANT_AGAIN,
    SPOUSE_DIED,
    STILLBIRTH,
    WHAT_IF,
)
from nlu.language.names import may_be_name
from nlu.language.normalise import normalise
from nlu.language.short_codes import without_codes
from nlu.language.tokens import MAX_CHARS

LossKind = Literal["miscarriage", "stillbirth", "mother_died", "baby_died"]

_ORDER: tuple[LossKind, ...] = ("mother_died", "stillbirth", "miscarriage", "baby_died")
"""Of several kinds the first: a baby that "tidak selamat" beside a curettage was not born."""

_KINDS: tuple[tuple[LossKind, re.Pattern[str]], ...] = (
    ("miscarriage", MISCARRIAGE),
    ("stillbirth", STILLBIRTH),
    ("baby_died", BABY_DIED),
    ("mother_died", MOTHER_DIED),
)
_NEAR_WORDS = 3
_ADDRESSED = re.compile(r"^\W*(?:pak|mas|kak)[\s,]+(?!(?:lik|de|dhe|puh)\b)(?=\w)", re.IGNORECASE)
"""Whom he writes to, who is not the one who died: "pak istri saya meninggal"; "bapak istri saya" is her father."""
_CLAUSE = re.compile(r"[,;\n!]+|\.(?!\d)|\b(?:tapi|tp)\b", re.IGNORECASE)


@dataclass(frozen=True)
class LossReport:
    """``kind`` is None when no loss is reported; ``certain`` says that it may be taken as told."""

    kind: LossKind | None = None
    certain: bool = False


def read_loss(text: str) -> LossReport:
    """The loss ``text`` tells of; one when there are several. Never raises for any text."""
    told = _ADDRESSED.sub("", without_codes(text[:MAX_CHARS]))
    clauses = [normalise(part) for part in _CLAUSE.split(told)]
    whole = " ".join(clauses)
    if AFTERBIRTH.search(whole) or PREGNANT_AGAIN.search(whole):
        clauses = [clause for clause in clauses if not MISCARRIAGE.search(clause)]
    found = [one for clause in clauses for one in _read_clause(clause, whole)]
    if not found:
        return LossReport()
    return min(found, key=lambda one: (not one.certain, _ORDER.index(one.kind or "miscarriage")))


def _read_clause(clause: str, whole: str) -> Iterator[LossReport]:
    for kind, pattern in _KINDS:
        match = pattern.search(clause)
        if match and _is_somebody(match) and not _is_no_report(kind, match, clause):
            yield LossReport(kind, not PERHAPS.search(clause))
            return
    if NO_BEAT_YET.search(clause) and not WHAT_IF.search(clause):
        yield LossReport("stillbirth", False)
    elif SPOUSE_DIED.search(clause) and not WHAT_IF.search(clause):
        yield LossReport("mother_died", bool(BIRTH_WORDS.search(whole)))


def _is_somebody(match: re.Match[str]) -> bool:
    """Whether the word behind "bu" can be a name: in "iya bu kata dokter sudah tidak ada" nobody is named."""
    called = match.groupdict().get("called")
    return called is None or may_be_name(called)


def _is_no_report(kind: LossKind, match: re.Match[str], clause: str) -> bool:
    """Asked, feared, denied, of an earlier pregnancy, or of another person who stands before it."""
    if WHAT_IF.search(clause) or PAST.search(clause) or DENIED.search(clause[: match.start()]):
        return True
    said = clause[: match.end()]
    if kind == "mother_died":  # "suami bu Rina meninggal"
        said = " ".join(clause[: match.start()].split()[-_NEAR_WORDS:]) + " " + match.group()
    other = OTHERS.search(said)
    return other is not None and not (kind == "miscarriage" and other.group() == "ibu saya")
