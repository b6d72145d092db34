from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.short_codes import ALPHABET, LENGTH, find_codes, is_code, normalise_code, without_codes
from tests.nlu.tables import messages, rows

CASES = rows("short_codes")
bodies = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@pytest.mark.parametrize(("text", "codes"), CASES, ids=[text or "nothing" for text, _ in CASES])
def test_codes_are_found_and_words_are_not(text: str, codes: str) -> None:
    assert ",".join(find_codes(text)) == codes.strip("-")


@pytest.mark.parametrize("mistaken", "0O1IL")
def test_alphabet_lacks_what_is_mistaken(mistaken: str) -> None:
    assert mistaken not in ALPHABET
    assert not is_code(f"M-ABC{mistaken}")


@pytest.mark.parametrize(
    ("text", "code"),
    [("m4f7q", "M-4F7Q"), (" M-4f7q ", "M-4F7Q"), ("M-4F7Q ya", None), ("maaf", None), ("", None), ("4F7Q", None)],
)
def test_code_is_brought_to_one_spelling(text: str, code: str | None) -> None:
    assert normalise_code(text) == code


def test_code_as_the_registry_writes_it_is_one() -> None:
    assert is_code("M-4F7Q")
    assert not is_code("m-4f7q")
    assert not is_code("M4F7Q")


@given(bodies, st.sampled_from(["M-{}", "m-{}", "sudah M-{} kemarin", "(M–{})"]))
def test_written_code_is_read_back(body: str, shape: str) -> None:
    assert find_codes(shape.format(body)) == (f"M-{body}",)


@given(messages("m M- m- 4f7q 4F7Q - K2 maaf m4f7q . _ 2026 ABCD"))
def test_any_text_gives_codes_of_the_alphabet(text: str) -> None:
    assert all(is_code(code) for code in find_codes(text))
    assert len(without_codes(text)) == len(text)
    assert find_codes(without_codes(text)) == ()
