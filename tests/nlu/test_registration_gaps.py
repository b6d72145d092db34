"""What a helper cannot tell: read as such, and never where something else is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.registration_gaps import Gaps, read_gaps, read_phone_owner, read_same


@pytest.mark.parametrize(
    "text",
    ["tidak punya hp", "hp gak ada", "ora duwe hp bu", "ibunya tidak punya HP", "hp: -, nik menyusul", "gak duwe wa",
     "nomor hp tidak ada", "belum punya handphone", "tanpa hp", "mboten gadah hp", "hp kosong"],
)  # fmt: skip
def test_no_telephone_is_understood(text: str) -> None:
    assert read_gaps(text).no_phone


@pytest.mark.parametrize(
    "text",
    ["hp 081299000071", "hp belum tau nomornya", "punya hp kok", "hp suami saja", "nik belum ada", "siti aminah 24 th"],
)
def test_telephone_is_not_denied_when_something_else_is_said(text: str) -> None:
    assert not read_gaps(text).no_phone


@pytest.mark.parametrize(
    "text",
    ["hpht lupa", "belum tahu", "gak tau hpht nya", "lali bu", "durung ngerti", "usia kehamilan belum tahu",
     "ibunya tidak ingat haidnya", "hpht: belum", "kesupen bu"],
)  # fmt: skip
def test_unknown_dates_are_understood(text: str) -> None:
    assert read_gaps(text).no_dating


@pytest.mark.parametrize(
    "text", ["nik belum tau", "hp belum tahu nomornya", "umurnya tidak tahu", "hpht 3 maret", "24"]
)
def test_dates_are_not_unknown_when_something_else_is(text: str) -> None:
    assert not read_gaps(text).no_dating


@pytest.mark.parametrize("text", ["nanti menyusul", "nik nyusul", "itu saja dulu", "mengko ae", "lewati"])
def test_rest_may_follow_later(text: str) -> None:
    assert read_gaps(text).later


@pytest.mark.parametrize(("text", "bare"), [("tidak punya", True), ("gak ada bu", True), ("tidak punya hp", False)])
def test_bare_lack_is_told_apart(text: str, bare: bool) -> None:
    assert read_gaps(text).have_none is bare


@pytest.mark.parametrize("text", ["", "Siti Aminah", "umur 24 th", "20 minggu", "Sumberoto", "terima kasih"])
def test_nothing_is_missing_in_plain_data(text: str) -> None:
    assert read_gaps(text) == Gaps()


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Siti, hp suami 081299000071", "husband"),
        ("081299000071 (suami)", "husband"),
        ("wa 081299000071 punya suaminya", "husband"),
        ("no hp bojone 0812 9900 0071", "husband"),
        ("081299000071 hp mertuanya", "family"),
        ("hp tetangga: +6281299000071", "neighbour"),
        ("hp suami xhp1", "husband"),
        ("hp ikut suami 081299000071", "husband"),
        ("hp 081299000071", None),
        ("suami Budi, alamat RT 3, hp 081299000071", None),
        ("hp suami tidak ada", None),
    ],
)
def test_owner_of_the_telephone_is_read_beside_the_number(text: str, owner: str | None) -> None:
    assert read_phone_owner(text) == owner


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ibu yang sama", "yes"), ("podo bu", "yes"), ("sama", "yes"),
        ("orang lain", "no"), ("beda bu", "no"), ("tidak sama", "no"), ("bukan orang yang sama", "no"),
        ("siti aminah", None), ("kemarin saya sama suami ke puskesmas periksa kehamilan", None),
    ],
)  # fmt: skip
def test_same_or_other_is_read_in_a_few_words(text: str, answer: str | None) -> None:
    assert read_same(text) == answer


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read_gaps(text)
    read_phone_owner(text)
    read_same(text)
