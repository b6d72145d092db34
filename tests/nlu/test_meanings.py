"""Words by their kind: affixes come off, phrases count, and the table holds what normalise leaves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.meanings import MEANINGS_TSV, meanings, meanings_of
from nlu.language.normalise import normalise

ROWS = [line.split("\t") for line in MEANINGS_TSV.read_text("utf-8").splitlines() if line[:1] != "#"][1:]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("hapus", "erase"),
        ("dihapuskan", "erase"),
        ("busaken", "erase"),
        ("nyimpen", "store"),
        ("disimpan", "store"),
        ("menjemput", "ride"),
        ("ngeterno", "ride"),
        ("pengingatnya", "remind"),
        ("kancani", "companion"),
        ("dibentak-bentak", None),
        ("dibentak", "rude"),
        ("kapundut", "dead"),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_a_word_is_of_its_kind_also_under_affixes(word: str, meaning: str | None) -> None:
    assert meanings_of(word) >= {meaning} if meaning else not meanings_of(word)


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("mobile gak usah methuk", {"ride", "no_need"}),
        ("jenengku busaken teko kene", {"name", "erase"}),
        ("surat opo ae sing digowo", {"paper", "bring"}),
        ("berapa persen K6 bulan ini", {"figures_report", "how_many"}),
        ("dimintai uang jaminan", {"money", "refused_asked"}),
    ],
    ids=["a ride no longer needed", "erase my name", "papers to bring", "figures", "asked for money"],
)
def test_a_message_has_the_kinds_of_its_words_and_phrases(text: str, present: set[str]) -> None:
    assert present <= meanings(normalise(text).split())


@given(st.text(max_size=40))
def test_any_text_has_some_kinds_or_none(text: str) -> None:
    known = {row[0] for row in ROWS}
    assert meanings(normalise(text).split()) <= known


def test_each_kind_stands_once_with_each_word_once() -> None:
    assert max(Counter(row[0] for row in ROWS).values()) == 1
    assert all(len(words) == len(set(words)) for words in (row[1].split(", ") for row in ROWS))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_word_of_the_table_has_its_normal_form_beside_it(row: list[str]) -> None:
    words = set(row[1].split(", "))
    assert {normalise(word) for word in words} <= words
