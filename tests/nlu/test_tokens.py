from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.tokens import MAX_CHARS, canonical, fold, tokenise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Tgl 3 BLN 3", "tanggal 3 bulan 3", id="short forms"),
        pytest.param("telung dino kepungkur", "3 hari lalu", id="Javanese"),
        pytest.param("telungdino engkas", "3 hari lagi", id="glued number"),
        pytest.param("20w3d", "20 w 3 d", id="letters and digits apart"),
        pytest.param("embèn", "besok_lusa", id="accent"),
        pytest.param("wingi lusa", "kemarin_lusa", id="longest phrase"),
        pytest.param("jum'at", "h4", id="apostrophe"),
        pytest.param("hphtku 3 mrt", "hpht 3 m03", id="possessive"),
        pytest.param("3 januri", "3 m01", id="misspelt month behind a day"),
        pytest.param("mbak januri", "mbak januri", id="misspelt month behind no day"),
        pytest.param("dua puluh satu", "21", id="number words"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_message_is_brought_to_one_spelling(text: str, expected: str) -> None:
    assert canonical(text).text == expected


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=200))
def test_tokens_stand_in_the_text_in_order(text: str) -> None:
    tokens = tokenise(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(before.end <= after.start for before, after in pairwise(tokens))


def test_span_leads_back_to_what_was_typed() -> None:
    text = "HPHT:  telung dino kepungkur ya"
    read = canonical(text)
    at = read.text.index("3 hari lalu")
    start, end = read.span(at, at + len("3 hari lalu"))
    assert text[start:end] == "telung dino kepungkur"


def test_text_beyond_what_a_channel_delivers_is_not_read() -> None:
    assert max(token.end for token in tokenise("kata " * 100_000)) <= MAX_CHARS
