"""The entitlement decision: its main cases one by one; test_every_combination.py walks them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.rules.eligibility import (
    Decision,
    Facts,
    Regency,
    Rulebook,
    Segment,
    Status,
    decide,
)

TODAY = date(2026, 11, 21)
RULES = Rulebook.load()
CLOSED = RULES.with_settings({"programme_open": False})
AMNESTY = RULES.with_settings({"arrears_amnesty_in_force": True})

HERE = Facts(
    regency=Regency.KAB_MALANG,
    identity_known=True,
    jkn_segment=Segment.NONE,
    jkn_active=False,
    jkn_checked_on=TODAY,
)
ACTIVE = replace(HERE, jkn_segment=Segment.PBI_JK, jkn_active=True)
PBI = replace(HERE, jkn_segment=Segment.PBI_JK, jkn_inactive_since=date(2026, 9, 1))
PBPU = replace(HERE, jkn_segment=Segment.PBPU, jkn_arrears_months=6)

Case = tuple[str, Facts, Rulebook, str, str]

CASES: list[Case] = [
    ("NIK in no register", Facts(), RULES, "identity_missing", "UNKNOWN/unknown"),
    (
        "mistyped NIK is no member anywhere",
        replace(HERE, identity_known=False),
        RULES,
        "identity_missing",
        "UNKNOWN/unknown",
    ),
    ("PBI active", ACTIVE, RULES, "jkn_active", "JKN_ACTIVE/likely"),
    ("worker active", replace(ACTIVE, jkn_segment=Segment.PPU), RULES, "jkn_active", "JKN_ACTIVE/likely"),
    ("active in Kota Malang", replace(ACTIVE, regency=Regency.KOTA_MALANG), RULES, "jkn_active", "JKN_ACTIVE/likely"),
    ("active, KTP unknown", replace(ACTIVE, regency=None), RULES, "jkn_active", "JKN_ACTIVE/likely"),
    ("active, type unknown", replace(ACTIVE, jkn_segment=None), RULES, "jkn_active", "JKN_ACTIVE/likely"),
    ("active, no NIK on file", replace(ACTIVE, identity_known=False), RULES, "jkn_active", "JKN_ACTIVE/likely"),
    (
        "active, never checked",
        replace(ACTIVE, jkn_checked_on=None),
        RULES,
        "jkn_active_check_again",
        "JKN_ACTIVE/needs_verification",
    ),
    (
        "active, though no member",
        replace(ACTIVE, jkn_segment=Segment.NONE),
        RULES,
        "jkn_active_check_again",
        "JKN_ACTIVE/needs_verification",
    ),
    ("PBI cut two months ago", PBI, RULES, "pbi_inactive", "PBI_REACTIVATION/likely"),
    ("PBI cut, Kota Batu", replace(PBI, regency=Regency.KOTA_BATU), RULES, "pbi_inactive", "PBI_REACTIVATION/likely"),
    ("PBI cut, KTP unknown", replace(PBI, regency=None), RULES, "pbi_inactive", "PBI_REACTIVATION/likely"),
    (
        "PBI cut on an unknown day",
        replace(PBI, jkn_inactive_since=None),
        RULES,
        "pbi_inactive_since_unknown",
        "PBI_REACTIVATION/needs_verification",
    ),
    (
        "PBI cut long ago, poor",
        replace(PBI, jkn_inactive_since=date(2026, 2, 1), decile=2),
        RULES,
        "pbi_inactive_doubtful_poor",
        "PBI_REACTIVATION/needs_verification PROPOSE_PBI/needs_verification",
    ),
    (
        "PBI cut long ago, poverty unknown",
        replace(PBI, jkn_inactive_since=date(2026, 2, 1)),
        RULES,
        "pbi_inactive_doubtful",
        "PBI_REACTIVATION/needs_verification",
    ),
    (
        "PBI cut, decile 7",
        replace(PBI, decile=7),
        RULES,
        "pbi_inactive_doubtful",
        "PBI_REACTIVATION/needs_verification",
    ),
    ("arrears of six months", PBPU, RULES, "self_paid_inactive", "PBPU_ARREARS/likely"),
    (
        "arrears, amount unknown",
        replace(PBPU, jkn_arrears_months=None),
        RULES,
        "self_paid_inactive",
        "PBPU_ARREARS/needs_verification",
    ),
    (
        "inactive without arrears",
        replace(PBPU, jkn_arrears_months=0),
        RULES,
        "self_paid_inactive",
        "PBPU_ARREARS/needs_verification",
    ),
    (
        "arrears of a poor pensioner",
        replace(PBPU, jkn_segment=Segment.BP, dtks=True),
        RULES,
        "self_paid_inactive_poor",
        "PBPU_ARREARS/likely PROPOSE_PBI/needs_verification",
    ),
    (
        "Kota Malang without JKN",
        replace(HERE, regency=Regency.KOTA_MALANG, decile=1),
        RULES,
        "other_regency",
        "OTHER_REGENCY/not_eligible",
    ),
    (
        "Batu, regional membership cut",
        replace(HERE, regency=Regency.KOTA_BATU, jkn_segment=Segment.PBPU_PEMDA),
        RULES,
        "other_regency",
        "OTHER_REGENCY/not_eligible",
    ),
    (
        "Blitar, JKN unknown",
        replace(HERE, regency=Regency.OTHER, jkn_segment=None, jkn_active=None),
        RULES,
        "other_regency_unsure",
        "OTHER_REGENCY/needs_verification",
    ),
    (
        "decile 2 without JKN",
        replace(HERE, decile=2),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/likely PROPOSE_PBI/likely",
    ),
    (
        "decile at the limit",
        replace(HERE, decile=5),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/likely PROPOSE_PBI/likely",
    ),
    (
        "on the old list only",
        replace(HERE, dtks=True),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/likely PROPOSE_PBI/likely",
    ),
    (
        "old list against decile 8",
        replace(HERE, dtks=True, decile=8),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/likely PROPOSE_PBI/needs_verification",
    ),
    (
        "regional membership cut, poor",
        replace(HERE, jkn_segment=Segment.PBPU_PEMDA, decile=3),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/likely PROPOSE_PBI/likely",
    ),
    (
        "employer has not paid, poor",
        replace(HERE, jkn_segment=Segment.PPU, decile=3),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/needs_verification PROPOSE_PBI/needs_verification",
    ),
    (
        "poor, identity not found",
        replace(HERE, identity_known=False, decile=3),
        RULES,
        "programme_poor",
        "PROGRAMME_SKTM/needs_verification PROPOSE_PBI/needs_verification",
    ),
    (
        "poor, programme closed",
        replace(HERE, decile=2),
        CLOSED,
        "programme_closed_poor",
        "PROPOSE_PBI/needs_verification",
    ),
    (
        "poverty unknown",
        replace(HERE, dtsen_listed=False, dtks=False),
        RULES,
        "programme_poverty_unknown",
        "PROGRAMME_SKTM/needs_verification PROPOSE_PBI/needs_verification",
    ),
    (
        "poverty unknown, programme closed",
        HERE,
        CLOSED,
        "programme_closed_poverty_unknown",
        "PROPOSE_PBI/needs_verification",
    ),
    ("decile 8", replace(HERE, decile=8, dtks=False), RULES, "not_poor", "SELF_PAY/not_eligible"),
    ("decile 6, old list not asked", replace(HERE, decile=6), RULES, "not_poor", "SELF_PAY/not_eligible"),
    (
        "decile 8, identity not found",
        replace(HERE, decile=8, identity_known=False),
        RULES,
        "not_poor_identity_unsure",
        "SELF_PAY/needs_verification",
    ),
    (
        "poor, JKN unknown",
        replace(HERE, jkn_segment=None, jkn_active=None, decile=2),
        RULES,
        "jkn_unknown_poor",
        "UNKNOWN/needs_verification",
    ),
    (
        "member, activity unknown",
        replace(HERE, jkn_segment=Segment.PBI_JK, jkn_active=None),
        RULES,
        "jkn_half_known",
        "UNKNOWN/needs_verification",
    ),
    ("KTP unknown", replace(HERE, regency=None, decile=2), RULES, "regency_unknown", "UNKNOWN/needs_verification"),
    (
        "only the name is known",
        Facts(regency=Regency.KAB_MALANG, identity_known=True),
        RULES,
        "nothing_known",
        "UNKNOWN/unknown",
    ),
]


def spoken(decision: Decision) -> str:
    return " ".join(f"{row.path}/{row.status}" for row in decision.paths)


@pytest.mark.parametrize(
    ("facts", "rules", "rule_id", "paths"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_decide_answers_when(facts: Facts, rules: Rulebook, rule_id: str, paths: str) -> None:
    decision = decide(facts, rules, TODAY)

    assert (decision.rule_id, spoken(decision)) == (rule_id, paths)


def test_every_rule_has_a_case_above() -> None:
    assert {case[3] for case in CASES} == {rule.id for rule in RULES.contents.rules}


REASONS: list[tuple[str, Facts, Rulebook, str, bool]] = [
    ("amnesty is named while in force", PBPU, AMNESTY, "amnesty_in_force", True),
    ("amnesty is not named otherwise", PBPU, RULES, "amnesty_in_force", False),
    ("employer is named", replace(HERE, jkn_segment=Segment.PPU, decile=9), RULES, "employer_should_pay", True),
    ("old check is named", replace(ACTIVE, jkn_checked_on=date(2026, 1, 1)), RULES, "jkn_check_old", True),
    ("arrears over the cap", replace(PBPU, jkn_arrears_months=30), RULES, "arrears_capped", True),
    ("arrears at the cap", replace(PBPU, jkn_arrears_months=24), RULES, "arrears_capped", False),
    ("not in DTSEN", replace(HERE, dtsen_listed=False), RULES, "not_in_dtsen", True),
    ("SKTM made too early", replace(HERE, decile=2, hpl=TODAY + timedelta(days=200)), RULES, "sktm_expires", True),
    ("SKTM lasts until birth", replace(HERE, decile=2, hpl=TODAY + timedelta(days=30)), RULES, "sktm_expires", False),
    ("month of waiting", replace(HERE, decile=2), RULES, "activation_later", True),
    ("programme closed", replace(HERE, decile=2), CLOSED, "programme_closed", True),
    ("window passed", replace(PBI, jkn_inactive_since=date(2026, 1, 1)), RULES, "pbi_window_past", True),
    ("baby of a PBI mother", ACTIVE, RULES, "newborn_automatic", True),
    ("baby of a self-paying mother", replace(ACTIVE, jkn_segment=Segment.PBPU), RULES, "newborn_pay", True),
]


@pytest.mark.parametrize(("facts", "rules", "reason", "given"), [r[1:] for r in REASONS], ids=[r[0] for r in REASONS])
def test_reasons_name_what_matters_when(facts: Facts, rules: Rulebook, reason: str, given: bool) -> None:
    assert (reason in decide(facts, rules, TODAY).reasons) is given


CHECKS = [
    ("today", 0, None, Status.LIKELY),
    ("thirty days ago", 30, None, Status.LIKELY),
    ("thirty-one days ago", 31, None, Status.NEEDS_VERIFICATION),
    ("a week ago, birth near", 7, 30, Status.LIKELY),
    ("eight days ago, birth near", 8, 30, Status.NEEDS_VERIFICATION),
    ("eight days ago, birth a day further", 8, 31, Status.LIKELY),
    ("eight days ago, overdue", 8, -3, Status.NEEDS_VERIFICATION),
    ("tomorrow, which cannot be", -1, None, Status.NEEDS_VERIFICATION),
]


@pytest.mark.parametrize(("ago", "due_in", "status"), [c[1:] for c in CHECKS], ids=[c[0] for c in CHECKS])
def test_active_jkn_is_trusted_when_checked(ago: int, due_in: int | None, status: Status) -> None:
    hpl = None if due_in is None else TODAY + timedelta(days=due_in)
    facts = replace(ACTIVE, jkn_checked_on=TODAY - timedelta(days=ago), hpl=hpl)

    assert decide(facts, RULES, TODAY).paths[0].status is status


@pytest.mark.parametrize(
    ("today", "status"),
    [
        pytest.param(date(2027, 2, 28), Status.LIKELY, id="last day of the sixth month"),
        pytest.param(date(2027, 3, 1), Status.NEEDS_VERIFICATION, id="the day after"),
    ],
)
def test_pbi_window_ends_with_the_month_when_it_is_shorter(today: date, status: Status) -> None:
    facts = replace(PBI, jkn_inactive_since=date(2026, 8, 31))

    assert decide(facts, RULES, today).paths[0].status is status


@pytest.mark.parametrize(
    ("regency", "name", "spoken_name"),
    [
        pytest.param(Regency.KOTA_MALANG, "KOTA MALANG", "Kota Malang", id="Kota Malang"),
        pytest.param(Regency.KOTA_BATU, None, "Kota Batu", id="Kota Batu"),
        pytest.param(Regency.OTHER, "Kabupaten Blitar", "Kabupaten Blitar", id="named regency"),
        pytest.param(Regency.OTHER, None, "kabupaten atau kota sesuai KTP Ibu", id="unnamed regency"),
    ],
)
def test_belongs_to_names_her_regency_when_it_is_another(regency: Regency, name: str | None, spoken_name: str) -> None:
    decision = decide(replace(HERE, regency=regency, regency_name=name), RULES, TODAY)

    assert decision.belongs_to is not None
    assert (decision.belongs_to.regency, decision.belongs_to.name) == (regency, spoken_name)
    assert RULES.phrase("regencies", regency, TODAY)


@pytest.mark.parametrize(
    "facts", [replace(ACTIVE, regency=Regency.KOTA_BATU), HERE, Facts()], ids=["active", "here", "?"]
)
def test_belongs_to_is_empty_when_no_other_regency_decides(facts: Facts) -> None:
    assert decide(facts, RULES, TODAY).belongs_to is None


def test_emergency_comes_first_when_there_is_one() -> None:
    decision = decide(replace(HERE, decile=2, emergency=True), RULES, TODAY)

    assert decision.reasons[0] == "emergency_first"
    assert decision.emergency_holds[0] == "go_now"


@pytest.mark.parametrize(
    ("since", "holds"),
    [
        pytest.param(date(2026, 8, 21), True, id="three months ago"),
        pytest.param(date(2026, 8, 20), False, id="a day longer"),
        pytest.param(None, True, id="unknown day"),
    ],
)
def test_circular_against_refusal_holds_when_recent(since: date | None, holds: bool) -> None:
    decision = decide(replace(PBI, jkn_inactive_since=since), RULES, TODAY)

    assert ("inactive_not_refused" in decision.emergency_holds) is holds
    assert "never_refused" in decision.emergency_holds


def test_uhc_priority_spares_the_month_when_set_for_her_regency() -> None:
    facts = replace(HERE, decile=2)
    priority = RULES.with_settings({"uhc_priority": True})

    assert "wait_activation" in [step.code for step in decide(facts, RULES, TODAY).steps]
    assert "wait_activation" not in [step.code for step in decide(facts, priority, TODAY).steps]
    assert "activation_same_day" in decide(facts, priority, TODAY).reasons


def test_programme_is_not_offered_when_it_had_not_begun() -> None:
    facts = replace(HERE, decile=2)

    assert decide(facts, RULES, date(2025, 3, 9)).rule_id == "programme_closed_poor"
    assert decide(facts, RULES, date(2025, 3, 10)).rule_id == "programme_poor"


def test_late_papers_are_said_and_what_still_holds_when_birth_is_near() -> None:
    decision = decide(replace(HERE, decile=2, hpl=TODAY + timedelta(days=16)), RULES, TODAY)

    assert decision.late
    assert decision.reasons[-1] == "papers_late"
    assert "papers_follow" in decision.emergency_holds
    assert all(step.latest_on is not None and step.latest_on >= TODAY for step in decision.steps)


def test_second_path_alone_is_late_when_activation_takes_a_month() -> None:
    decision = decide(replace(HERE, decile=2, hpl=TODAY + timedelta(days=45)), RULES, TODAY)

    assert [path.late for path in decision.paths] == [False, True]
    assert not decision.late
    assert "papers_late" not in decision.reasons


def test_status_has_no_confirmed_because_an_officer_confirms() -> None:
    assert "confirmed" not in list(Status)
