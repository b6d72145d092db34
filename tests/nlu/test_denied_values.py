"""What a correction takes back is not read."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.denied_values import without_denied
from tests.nlu.tables import messages


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("eh dudu mau isuk, wingi", "eh wingi"), ("bukan Sumberoto, tapi Kedungsalam", "Kedungsalam"),
        ("sudah periksa kemarin", "sudah periksa kemarin"), ("bukan kemarin", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_what_holds_is_left(text: str, left: str) -> None:
    assert " ".join(without_denied(text).split()) == left


@given(messages("bukan dudu kemarin , tapi wingi . K4 bu"))
def test_nothing_is_added(text: str) -> None:
    assert set(without_denied(text).split()) <= set(text.replace(",", " ").replace(".", " ").split()) | set(
        text.split()
    )
