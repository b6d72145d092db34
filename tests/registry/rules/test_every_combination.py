"""Every combination of facts gets one sound answer: what must hold whatever the rules in the data say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from registry.rules.eligibility import Decision, Facts, PaymentPath, Regency, Rulebook, Segment, Status, decide
from registry.rules.rows import ALLOWED_PAIRS

TODAY = date(2026, 11, 21)
RULES = Rulebook.load()

CHOICES: dict[str, tuple[Any, ...]] = {
    "regency": (*Regency, None),
    "identity_known": (True, False),
    "jkn_segment": (*Segment, None),
    "jkn_active": (True, False, None),
    "jkn_arrears_months": (None, 30),
    "jkn_inactive_since": (None, date(2026, 10, 1), date(2026, 1, 1)),
    "jkn_checked_on": (None, TODAY, date(2026, 1, 1)),
    "decile": (None, 3, 8),
    "dtks": (None, False, True),
}
BOOKS = [
    RULES.with_settings({"programme_open": programme_open, "arrears_amnesty_in_force": amnesty})
    for programme_open, amnesty in product((True, False), (True, False))
]


def every_combination() -> Iterator[Facts]:
    return (Facts(**dict(zip(CHOICES, values, strict=True))) for values in product(*CHOICES.values()))


def fault_in(facts: Facts, decision: Decision) -> str | None:
    """What is wrong with an answer, whatever the rules say."""
    paths = tuple(row.path for row in decision.paths)
    if len(paths) > 1 and paths not in ALLOWED_PAIRS:
        return "two paths that do not go together"
    if PaymentPath.PROGRAMME_SKTM in paths and facts.regency is not Regency.KAB_MALANG:
        return "the district's programme for another KTP"
    if (PaymentPath.JKN_ACTIVE in paths) is not (facts.jkn_active is True):
        return "active JKN and the path disagree"
    if decision.paths[0].status is Status.NOT_ELIGIBLE and unknown_for_no(facts):
        return "a no although something needed is unknown"
    codes = [step.code for step in decision.steps]
    if len(set(codes)) < len(codes) or not codes or not decision.reasons or not decision.emergency_holds:
        return "steps twice, or nothing to say"
    return None


def unknown_for_no(facts: Facts) -> bool:
    needed: list[object] = [facts.regency, facts.jkn_segment, facts.identity_known or None]
    if facts.jkn_segment is not Segment.NONE:
        needed.append(facts.jkn_active)
    if facts.regency is Regency.KAB_MALANG:
        needed.append(facts.decile)
    return None in needed


def test_every_combination_of_facts_gets_one_sound_answer() -> None:
    """136,000 answers: each from one rule, never a no on unknown facts, and no rule of the book is idle."""
    asked: set[str] = set()
    for rules in BOOKS:
        for facts in every_combination():
            decision = decide(facts, rules, TODAY)
            asked.add(decision.rule_id)
            fault = fault_in(facts, decision)
            assert fault is None, (fault, facts, decision)

    assert asked == {rule.id for rule in RULES.contents.rules}
