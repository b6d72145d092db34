"""Complaints that need no guess."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.complaint_cry import is_plain_complaint, only_supposes
from tests.nlu.tables import messages

TOLD = [
    ("puskesmas donomulyo tutup padahal jam kerja, saya mau periksa", True),
    ("posyandu gak pernah buka bulan ini", True),
    ("polindes tutup terus, bidannya gak ada", True),
    ("kok dimintai sejuta setengah buat ambulan", True),
    ("aku dijaluki 300 ewu karo bidane", True),
    ("bidannya marah marah terus sama saya", True),
    ("bu bidan ngomel ngomel aku gak gelem mrono maneh", True),
    ("puskesmas hari minggu tutup ya", False),
    ("puskesmas buka jam berapa", False),
    ("kalau dimintai uang 500rb gimana bu", False),
    ("iuran bpjs saya diminta bayar 350rb tunggakan", False),
    ("takut bidannya marah", False),
    ("bidannya galak gak sih", False),
    ("bidan bilang saya jangan marah", False),
    ("suami saya marah marah terus", False),
    ("diminta bidan minum tablet 90", False),
    ("", False),
]
SUPPOSED = [
    ("kalau dimintai uang gimana bu", True),
    ("saya dimintai uang, kalau begini gimana bu", False),
    ("dimintai uang", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "expected"), TOLD, ids=[text or "nothing" for text, _ in TOLD])
def test_complaint_is_plain_when_told_as_having_happened(text: str, expected: bool) -> None:
    assert is_plain_complaint(text) is expected


@pytest.mark.parametrize(("text", "expected"), SUPPOSED, ids=[text or "nothing" for text, _ in SUPPOSED])
def test_what_is_only_supposed_has_not_happened(text: str, expected: bool) -> None:
    assert only_supposes(text) is expected


@given(text=messages("puskesmas tutup padahal dimintai 500rb bidan marah kalau ? gak buka "))
def test_question_is_never_a_plain_complaint(text: str) -> None:
    assert not is_plain_complaint(text + "?")
