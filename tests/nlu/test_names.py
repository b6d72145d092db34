from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from nlu.language.names import answered_name, guardian_in, looks_like_name, read_person_names
from tests.nlu.tables import messages, rows

NAMES = rows("names")
ANSWERS = rows("answered_names")
WORDS = "nama saya Siti siti Aminah bu ibu hamil bidan mbak : , . a.n. 24 th suami Budi binti daftar SRI M. - ( ) mau"


@pytest.mark.parametrize(("text", "expected"), NAMES, ids=[text for text, _ in NAMES])
def test_name_is_taken_when_a_cue_says_so(text: str, expected: str) -> None:
    found = read_person_names(text.replace("\\n", "\n"))
    assert ("; ".join(f"{one.name} ({one.role})" for one in found) or "none") == expected


@pytest.mark.parametrize(("answer", "name"), ANSWERS, ids=[answer for answer, _ in ANSWERS])
def test_answer_is_a_name_when_it_is_little_else(answer: str, name: str) -> None:
    assert (answered_name(answer) or "none") == name
    assert looks_like_name(answer) == (name != "none")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("budeku, Sulastri", "Sulastri"), ("ibu saya namanya Sri Wahyuni", "Sri Wahyuni"), ("Pak Slamet", "Slamet"),
        ("Bu Sarmi ibu saya", "Sarmi"), ("Sarmi, ibuku", "Sarmi"), ("suamiku mas Joko", "Joko"),
        ("mbah Darmi", "Darmi"), ("Sulastri", "Sulastri"), ("iya setuju kak", None), ("ibuku", None), ("", None),
    ],
)  # fmt: skip
def test_guardian_is_named_with_her_relation(answer: str, name: str | None) -> None:
    assert guardian_in(answer) == name


def test_place_is_that_of_the_name_without_its_cue() -> None:
    text = "daftar ya bu, nama: siti aminah umur 24"
    (found,) = read_person_names(text)
    assert text[found.start : found.end] == "siti aminah"


@given(text=messages(WORDS))
def test_any_text_gives_names_that_stand_in_it(text: str) -> None:
    found = read_person_names(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    for one in found:
        assert " ".join(text[one.start : one.end].split()).lower() == one.name.lower()


@given(text=messages(WORDS))
def test_answered_name_stands_in_the_answer(text: str) -> None:
    name = answered_name(text)
    assert name is None or name.lower() in " ".join(text.split()).lower()


@pytest.mark.parametrize("unit", ["bu ", "Siti ", "nama lengkap saya ", "a.", "😀"])
def test_very_long_message_is_read_when_it_repeats_itself(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert all(one.end <= len(text) for one in read_person_names(text))
    assert answered_name(text) is None
