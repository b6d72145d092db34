"""Whom a helper's report of check-ups names: several mothers clause by clause, who was missed, who is not meant."""

from __future__ import annotations

import re

from actions import which_mother
from actions.turn import Turn
from nlu.language.visit_report import read_visit

_CLAUSES = re.compile(r"[,;\n]+|\s+(?:dan|karo|lan|terus|sama)\s+", re.IGNORECASE)
_SENTENCES = re.compile(r"[,.;\n]+")


def parts(turn: Turn) -> list[str]:
    """The message in parts that each tell of one mother or visit; nothing when it is one report."""
    if turn.speaker.role not in ("cadre", "staff"):
        return []
    return _of_several(turn) or _seen_and_missed(turn)


def named(turn: Turn, part: str) -> tuple[str, ...]:
    """The code, else the names, with or without a title."""
    report = read_visit(part, turn.now)
    return (report.code,) if report.code else report.names or which_mother.bare_names(turn, part)


def tells_of_one(turn: Turn) -> bool:
    """Whether the words are a report of a mother named in them, and not the answer to who was meant before."""
    if turn.button is not None or turn.speaker.role not in ("cadre", "staff"):
        return False
    report = read_visit(turn.text, turn.now)
    return (bool(report.kinds) or report.done is not None) and bool(named(turn, turn.text))


def _of_several(turn: Turn) -> list[str]:
    """ "Bu eka K1 kemarin, bu ani K4 tadi"; visits of one mother only when each tells its day."""
    clauses = [part for part in _CLAUSES.split(turn.text) if part.strip()]
    reports = [read_visit(part, turn.now) for part in clauses]
    names = [named(turn, part) for part in clauses]
    if len(clauses) < 2 or not names[0] or not all(report.kinds for report in reports):
        return []
    if all(names):
        return clauses if len(set(names)) == len(clauses) else []
    own_days = not any(names[1:]) and all(report.on for report in reports)
    return [clauses[0], *(f"{names[0][0]} {part}" for part in clauses[1:])] if own_days else []


def _seen_and_missed(turn: Turn) -> list[str]:
    """ "Yang periksa bu Dwi, bu Ninik. Bu Wagiyem ga datang": who was seen, then each who was not."""
    clauses = [part for part in _SENTENCES.split(turn.text) if part.strip()]
    missed = [part for part in clauses if read_visit(part, turn.now).done is False and named(turn, part)]
    seen = ", ".join(part for part in clauses if part not in missed)
    told = bool(missed) and read_visit(seen, turn.now).done is True and bool(named(turn, seen))
    return [seen, *missed] if told else []
