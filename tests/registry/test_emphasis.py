"""What is stressed in a text, by WhatsApp's rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.emphasis import pieces

TEXTS: dict[str, list[tuple[str, bool]]] = {
    "": [],
    "halo": [("halo", False)],
    "*119*": [("119", True)],
    "Ini *tanda bahaya*.": [("Ini ", False), ("tanda bahaya", True), (".", False)],
    "*satu* dan *dua*": [("satu", True), (" dan ", False), ("dua", True)],
    "2*3*4": [("2*3*4", False)],
    "* butir\n* butir": [("* butir\n* butir", False)],
    "*baris\nlain*": [("*baris\nlain*", False)],
    "*kosong *": [("*kosong *", False)],
    "**": [("**", False)],
    "satu * saja": [("satu * saja", False)],
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text or "nothing")
def test_stressed_is(text: str) -> None:
    assert pieces(text) == TEXTS[text]


@given(text=st.text(st.sampled_from("a1 *\n_😀."), max_size=40))
def test_no_word_is_lost(text: str) -> None:
    found = pieces(text)
    assert "".join(f"*{piece}*" if stressed else piece for piece, stressed in found) == text
