"""Hints beside the words."""

from __future__ import annotations

import pytest

from nlu.components.features import hints
from nlu.language.normalise import normalise


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("bpjs saya aktif?", {"question", "length=4+"}),
        ("xnik1", {"has=nik", "entities=1", "bare"}),
        ("saya mau tanya jadwal periksa di Turen", {"length=4+", "has=place", "first=saya"}),
        ("cek", {"length=1", "first=cek", "last=cek"}),
        ("busaken jenengku", {"means=erase", "means=name"}),
        ("ga mau dapet pengingat lagi", {"means=remind", "denies=remind"}),
        ("", {"length=0"}),
    ],
    ids=[
        "a question",
        "a masked NIK alone",
        "a place within a sentence",
        "one word",
        "kinds of words",
        "a refused kind",
        "nothing",
    ],
)
def test_hints_name_what_the_text_shows(text: str, present: set[str]) -> None:
    assert present <= set(hints(text, normalise(text)))


@pytest.mark.parametrize(
    "text",
    ["kirimi pengingat lagi", "saya tidak bisa datang hari kamis minggu depan, tolong ingatkan", "pengingatnya belum"],
    ids=["no refusal at all", "a refusal too far before it", "a refusal behind it"],
)
def test_nothing_is_denied_when_no_refusal_stands_right_before(text: str) -> None:
    assert "denies=remind" not in hints(text, normalise(text))


def test_no_question_is_named_when_there_is_no_mark() -> None:
    assert "question" not in hints("bpjs saya aktif", normalise("bpjs saya aktif"))
