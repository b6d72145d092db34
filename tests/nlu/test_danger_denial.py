"""Messages that do nothing but deny a sign."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.danger import assess
from nlu.language.danger_denial import denies_danger, tells_of_years_ago
from tests.nlu.tables import messages

DENIED = [
    ("tidak pendarahan kok", True),
    ("nggak ada darah keluar bu, aman", True),
    ("alhamdulillah gak pusing gak bengkak", True),
    ("wis ora metu getih maneh bu", True),
    ("ibunya tidak kejang", True),
    ("gak pendarahan tapi lemes", False),
    ("gak ada darah, kejang", False),
    ("gak ada darah cuma perut sakit", False),
    ("tidak kejang bu tapi pingsan", False),
    ("bayi gak gerak", False),
    ("darah gak berhenti", False),
    ("belum keluar darah", False),
    ("tidak pendarahan kan bu?", False),
    ("nggak kuat bu", False),
    ("halo bu", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "expected"), DENIED, ids=[text or "nothing" for text, _ in DENIED])
def test_plain_denial_is_told_from_one_that_hides_a_sign(text: str, expected: bool) -> None:
    assert denies_danger(text) is expected


@given(text=messages("tidak gak ada darah pendarahan kejang keluar bayi gerak tapi aman kok bu , ? sekarang "))
def test_nothing_is_taken_for_a_denial_that_the_gate_takes_for_danger(text: str) -> None:
    if denies_danger(text):
        finding = assess(text)
        assert finding is not None
        assert (finding.when, finding.certainty) == ("denied", "ask")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bapak saya kejang tahun lalu", True),
        ("adikku pendarahan taun wingi", True),
        ("dua tahun yang lalu mertua saya stroke", True),
        ("saya kejang", False),
        ("umur 20 tahun, lalu kejang", False),
        ("dari tadi kejang", False),
    ],
)
def test_years_ago(text: str, expected: bool) -> None:
    assert tells_of_years_ago(text) is expected
