"""The words a cadre is shown: none is missing, whatever the readers find wrong."""

from __future__ import annotations

import pytest

from registry import texts

FAULTS = {
    "age": ["out_of_range", "nik_differs"],
    "nik": ["length", "letters", "region", "date", "serial", "maybe_not_hers"],
    "phone": ["yours"],
    "village": ["unknown_place", "not_yours"],
    "hpht": ["future", "too_old", "no_such_day", "two_dates", "approximate", "ask_back"],
    "hpl": ["out_of_range", "no_such_day", "conflict"],
    "gestational_weeks": ["months", "range", "too_long", "zero", "missed_period", "trimester"],
    "gravida": ["conflict", "impossible", "too_many"], "para": ["too_many"], "abortus": ["too_many"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, codes in FAULTS.items() for code in codes])
def test_every_fault_has_words(name: str, code: str) -> None:
    assert texts.phrase(f"wrong_{name}_{code}") or texts.phrase(f"wrong_{name}")


@pytest.mark.parametrize(
    "name",
    [
        f"{kind}_{need}"
        for kind in ("need", "short_need")
        for need in ("name", "born", "village", "dating", "phone", "nik")
    ]
    + [f"owner_{owner}" for owner in ("own", "husband", "family", "neighbour")]
    + [f"jkn_told_{told}" for told in ("pbi", "mandiri", "ppu", "inactive", "none", "yes")]
    + ["field_name", "field_born_on", "field_nik", "field_phone", "field_village_code", "field_hpht", "field_gpa",
       "field_address", "field_companion", "field_guardian", "field_kia_book", "helper_cadre", "helper_staff"],
)  # fmt: skip
def test_every_name_put_together_at_run_time_is_a_phrase(name: str) -> None:
    assert texts.phrase(name)
