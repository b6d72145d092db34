"""The rulebook: dates decide which row holds, overrides win, words are filled, a bad file is refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from registry.rules.eligibility import Facts, Regency, Rulebook, RulebookError, Segment, Settings, decide
from registry.rules.programme_settings import KINDS
from registry.rules.rows import Row
from registry.rules.rulebook import PROGRAMMES, Kind

TODAY = date(2026, 11, 21)
TEXT = PROGRAMMES.read_text(encoding="utf-8")
RULES = Rulebook.load(TEXT)
POOR = Facts(Regency.KAB_MALANG, None, True, Segment.NONE, False, decile=2)

LIMIT = "  - {id: pbi_decile_limit, value: 5, owner: Dinas Sosial Kab. Malang, valid_from: 2025-01-01,"
NEXT_LIMIT = (
    "  - {id: pbi_decile_limit, value: 4, owner: Dinas Sosial Kab. Malang, valid_from: 2027-01-01,"
    " source: [J15], approved: false}\n"
)
NOTHING = "  - id: nothing_known\n    when: {}"
WINDOW = "when: {cover: [pbi_inactive], pbi_window: [within], decile: [within, unknown]}"


def changed(old: str, new: str, text: str = TEXT) -> str:
    assert text.count(old) >= 1, f"the rulebook no longer holds {old!r}"
    return text.replace(old, new, 1)


def with_next_limit(valid_to: str) -> str:
    text = changed(LIMIT, LIMIT + f" valid_to: {valid_to},")
    at = text.index("  - {id: pbi_reactivation_window_months")
    return text[:at] + NEXT_LIMIT + text[at:]


def test_successor_takes_over_on_its_day() -> None:
    rules = Rulebook.load(with_next_limit("2026-12-31"))

    assert rules.settings_on(date(2026, 12, 31)).pbi_decile_limit == 5
    assert rules.settings_on(date(2027, 1, 1)).pbi_decile_limit == 4


def test_rule_is_not_used_when_its_last_day_has_passed() -> None:
    old = "    valid_from: 2025-03-10\n    source: [M11, M12, M13, S0]"
    rules = Rulebook.load(changed(old, old.replace("2025-03-10", "2025-03-10\n    valid_to: 2026-11-20")))

    assert decide(POOR, rules, date(2026, 11, 20)).rule_id == "programme_poor"
    assert decide(POOR, rules, date(2026, 11, 21)).rule_id == "programme_closed_poor"


def test_successor_of_a_rule_answers_when_the_first_has_ended() -> None:
    start = TEXT.index("  - id: programme_poor\n")
    row = TEXT[start : TEXT.index("  - id: programme_closed_poor\n")]
    first = row.replace("valid_from: 2025-03-10", "valid_from: 2025-03-10\n    valid_to: 2026-12-31")
    second = row.replace("2025-03-10", "2027-01-01").replace("reasons: [no_active_jkn, ", "reasons: [")
    rules = Rulebook.load(changed(row, first + second))

    assert "no_active_jkn" in decide(POOR, rules, date(2026, 12, 31)).reasons
    assert "no_active_jkn" not in decide(POOR, rules, date(2027, 1, 1)).reasons


def test_decide_refuses_days_before_the_rulebook_begins() -> None:
    with pytest.raises(RulebookError, match="rulebook begins later"):
        decide(POOR, RULES, date(2024, 12, 31))


def test_overrides_hold_on_every_day_and_leave_the_rulebook_alone() -> None:
    closed = RULES.with_settings({"programme_open": False})

    assert not closed.settings_on(TODAY).programme_open
    assert RULES.settings_on(TODAY).programme_open
    assert closed.with_settings({"near_hpl_days": 20}).settings_on(TODAY).programme_open is False


@pytest.mark.parametrize(
    ("value", "here", "batu"),
    [
        pytest.param(True, True, False, id="one flag means Kab. Malang"),
        pytest.param({"KOTA_BATU": True}, False, True, id="one regency"),
        pytest.param({"KAB_MALANG": True, "KOTA_BATU": True}, True, True, id="two regencies"),
    ],
)
def test_uhc_priority_is_overridden_by_regency(value: object, here: bool, batu: bool) -> None:
    priority = RULES.with_settings({"uhc_priority": value}).settings_on(TODAY).uhc_priority

    assert (priority["KAB_MALANG"], priority["KOTA_BATU"]) == (here, batu)


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        pytest.param({"programm_open": True}, "is not a setting", id="misspelt"),
        pytest.param({"programme_open": "ya"}, "must be true or false", id="word for a flag"),
        pytest.param({"near_hpl_days": True}, "must be a whole number", id="flag for a number"),
        pytest.param({"near_hpl_days": -1}, "must lie between", id="below zero"),
        pytest.param({"pbi_decile_limit": 11}, "must lie between", id="eleventh decile"),
        pytest.param({"uhc_priority": {"MALANG": True}}, "must name regencies", id="no such regency"),
        pytest.param({"uhc_priority": 1}, "must say true or false", id="number for a flag"),
        pytest.param({"care_center_phone": 165}, "must be text", id="number for a phone"),
    ],
)
def test_override_is_refused_when_it_cannot_be(overrides: dict[str, object], sentence: str) -> None:
    with pytest.raises(RulebookError, match=sentence):
        RULES.with_settings(overrides)


def test_every_setting_of_the_code_stands_in_the_data() -> None:
    assert RULES.setting_names == {field.name for field in fields(Settings)} == set(KINDS)


FAULTS: list[tuple[str, Callable[[], str], str]] = [
    ("not YAML", lambda: "rules: [", r"Line \d+.*YAML"),
    ("empty", lambda: "", "rulebook must be a table"),
    ("tag that runs code", lambda: "rules: !!python/object/apply:os.getcwd []", "not well-formed"),
    ("unknown section", lambda: TEXT + "\nextra: {}\n", "extra is not a known key"),
    ("section twice", lambda: TEXT + "\nwords: {}\n", r"Line \d+: 'words' stands twice"),
    ("key twice in a row", lambda: changed(LIMIT, LIMIT + " value: 6,"), r"Line \d+: 'value' stands twice"),
    (
        "unknown key",
        lambda: changed(LIMIT, LIMIT + " colour: red,"),
        r"setting 'pbi_decile_limit' \(line \d+\): colour",
    ),
    ("no source", lambda: changed("source: [M3, M5, J15],", ""), "'pbi_decile_limit'.*source is missing"),
    ("empty source", lambda: changed("source: [M3, M5, J15],", "source: [],"), "say where this comes from"),
    ("unlisted source", lambda: changed("source: [M3, M5, J15]", "source: [M99]"), "source M99 is not in the list"),
    ("no approval mark", lambda: changed("source: [K1],\n     approved: false", "source: [K1]"), "approved is missing"),
    ("approved by nobody", lambda: changed("approved: false, note", "approved: true, note"), "approved_by"),
    ("date as a word", lambda: changed("valid_from: 2025-01-01", "valid_from: januari"), "must be a date like"),
    ("time for a date", lambda: changed("valid_from: 2025-01-01", "valid_from: 2025-01-01 10:00:00"), "a date like"),
    ("no date", lambda: changed("valid_from: 2025-01-01", "valid_from: null"), "valid_from must be a date"),
    ("ends before it begins", lambda: changed(LIMIT, LIMIT + " valid_to: 2024-01-01,"), "valid_to lies before"),
    ("overlap", lambda: with_next_limit("2027-01-01"), "overlap.*end that one with valid_to on 2026-12-31"),
    ("gap", lambda: with_next_limit("2026-11-30"), "no value between 2026-11-30 and 2027-01-01"),
    ("setting that ends", lambda: changed(LIMIT, LIMIT + " valid_to: 2027-01-01,"), "no value after its valid_to"),
    ("setting of the wrong kind", lambda: changed("value: 5, owner", "value: lima, owner"), "must be a whole number"),
    ("setting out of bounds", lambda: changed("value: 5, owner: Dinas", "value: 50, owner: Dinas"), "between 0 and 10"),
    ("unknown setting", lambda: changed("{id: near_hpl_days", "{id: near_days"), "'near_days'.*is not a setting"),
    (
        "condition unknown",
        lambda: changed(WINDOW, WINDOW.replace("pbi_window", "window")),
        "'window' is not a condition",
    ),
    ("value unknown", lambda: changed(WINDOW, WINDOW.replace("[within]", "[recent]")), "pbi_window cannot be recent"),
    ("no value", lambda: changed(WINDOW, WINDOW.replace("[within]", "[]")), "pbi_window cannot be nothing"),
    ("bare value", lambda: changed(WINDOW, WINDOW.replace("[within]", "within")), "list of codes in square brackets"),
    ("confirmed", lambda: changed("status: likely", "status: confirmed"), "'confirmed', which is none of likely"),
    ("unknown path", lambda: changed("path: SELF_PAY", "path: JAMPERSAL"), "'JAMPERSAL', which is none of"),
    (
        "no paths",
        lambda: re.sub(r"paths:\n      - .*\n", "paths: []\n", TEXT, count=1),
        "paths must be a list with at least",
    ),
    ("complex key", lambda: TEXT + "\n? [a]\n: b\n", "must be plain text"),
    ("control character", lambda: TEXT + "\x07", "not well-formed"),
    (
        "unknown step",
        lambda: changed("steps: [sktm_desa, ", "steps: [sktm_rt, "),
        "'sktm_rt' is not among the codes for steps",
    ),
    ("step twice", lambda: changed("steps: [sktm_desa, ", "steps: [propose_pbi, sktm_desa, "), "names a step twice"),
    ("unknown document", lambda: changed("documents: [ktp, kk]", "documents: [ktm]"), "'ktm' is not among"),
    ("idle code", lambda: changed("    kk: Kartu", "    ktm: Kartu\n    kk: Kartu"), "ktm is used by no rule"),
    ("late without words", lambda: re.sub(r"    papers_late: .*\n", "", TEXT), "papers_late is missing"),
    (
        "unknown figure",
        lambda: changed("{arrears_months_cap} bulan, dan", "{bulan} bulan, dan"),
        "bulan} is not a setting",
    ),
    ("open brace", lambda: changed("Ibu belum punya JKN", '"Ibu {belum punya JKN"#'), "is not a setting"),
    ("long step", lambda: changed("Minta SKTM di kantor desa.", "Minta SKTM di kantor desa. " * 6), "longer than 120"),
    ("unknown office", lambda: changed("office: kecamatan", "office: camat"), "'camat' is not among the codes"),
    ("unknown length", lambda: changed("days: pbpu_wait_days", "days: soon"), "not a setting counted in days"),
    ("length of a flag", lambda: changed("days: pbpu_wait_days", "days: programme_open"), "not a setting counted"),
    ("negative length", lambda: changed("days: 10,", "days: -1,"), "number from 0 to 400"),
    ("unknown count", lambda: changed("count: working", "count: lunar"), "working or calendar"),
    ("missing regency", lambda: re.sub(r"    KOTA_BATU: .*\n.*\n", "", TEXT), "every regency but KAB_MALANG"),
    ("word that means nothing", lambda: changed("means: DTSEN", "means: DTXX"), "means is DTXX"),
    ("word twice", lambda: changed("also: [surat pernyataan miskin]", "also: [desil]"), "desil is listed under two"),
    (
        "last rule with conditions",
        lambda: changed(NOTHING, NOTHING.replace("{}", "{cover: [none]}")),
        "answer everything",
    ),
    ("unreachable rules", lambda: changed("when: {identity: [missing]}", "when: {}"), "never reached"),
    (
        "programme for all",
        lambda: changed("{regency: [KAB_MALANG], cover: [none, regional", "{cover: [none, regional"),
        "for KTP Kab. Malang alone",
    ),
    ("programme while closed", lambda: changed(", programme: [open]", ""), "only be offered while it is open"),
    (
        "no on an unknown decile",
        lambda: changed("poverty: [above]", "poverty: [above, unknown]"),
        "poverty may be unknown",
    ),
    (
        "no to a stranger",
        lambda: changed("{identity: [found], regency: [KAB", "{regency: [KAB"),
        "identity may be unknown",
    ),
    (
        "pair that does not go together",
        lambda: changed("path: PBPU_ARREARS, status: likely", "path: JKN_ACTIVE, status: likely"),
        "do not go together",
    ),
]


@pytest.mark.parametrize(("build", "sentence"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_load_refuses_with_a_sentence_when(build: Callable[[], str], sentence: str) -> None:
    with pytest.raises(RulebookError, match=sentence) as raised:
        Rulebook.load(build())

    assert str(raised.value).endswith(".")


def test_load_refuses_a_version_that_stands_apart() -> None:
    text = changed(LIMIT, LIMIT + " valid_to: 2026-12-31,").replace("settings:\n", "settings:\n" + NEXT_LIMIT, 1)

    with pytest.raises(RulebookError, match="stands apart"):
        Rulebook.load(text)


def test_load_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"none\.yml cannot be read"):
        Rulebook.load(tmp_path / "none.yml")


def test_load_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(TEXT, encoding="utf-8")

    assert Rulebook.load(tmp_path / "rules.yml").contents == RULES.contents


@pytest.mark.parametrize("kind", get_args(Kind))
def test_phrases_are_filled_and_plain(kind: Kind) -> None:
    codes = RULES.words if kind == "words" else getattr(RULES.codes, kind)
    for code in codes:
        phrase = RULES.phrase(kind, code, TODAY)
        assert phrase == phrase.strip()
        assert not re.search(r"[{}_]|None|null|True|False", phrase), phrase
        assert len(phrase) <= (120 if kind == "steps" else 160), phrase


def test_phrase_follows_the_figure_when_it_changes() -> None:
    rules = RULES.with_settings({"arrears_months_cap": 12, "pbpu_premium_class3_rupiah": 42_000})

    assert "12 bulan" in rules.phrase("steps", "pay_arrears", TODAY)
    assert "Rp 42.000" in rules.phrase("steps", "register_pbpu", TODAY)


def test_words_name_todays_scheme() -> None:
    assert RULES.words["jampersal"].means == "PROGRAMME_SKTM"
    assert RULES.words["dtks"].means == "DTSEN"
    assert RULES.words["kis gratis"].means == "PBI_JK"
    assert RULES.words["pbid"].means == "PBPU_PEMDA"
    assert all(form == form.lower() for word, row in RULES.words.items() for form in (word, *row.also))


def test_sources_of_a_decision_are_all_listed() -> None:
    assert set(decide(POOR, RULES, TODAY).sources) <= set(RULES.sources)


def test_nothing_claims_an_approval_that_nobody_gave() -> None:
    contents = RULES.contents
    rows: tuple[Row, ...] = (*contents.settings, *contents.rules, *contents.additions)

    assert not any(row.origin.approved for row in rows)
