"""At which hour she wants to be reminded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.reminder_hour import asks_for_hour, read_hour, tells_part_of_day

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("kirim jam 4 sore saja", 16), ("ingatkan jam 7 pagi", 7), ("sore aja", 16), ("jam 10", 10), ("16", 16),
        ("pengingat jam 19.00", 19), ("isuk ae", 8), ("jam 5", None), ("terserah", None),
    ],
)  # fmt: skip
def test_hour_is_read(text: str, hour: int | None) -> None:
    assert read_hour(text, NOW) == hour


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("kirim jam 4 sore saja", True), ("diingatkan pagi saja bu", True), ("pesannya jam 7 malam", True),
        ("puskesmas buka jam berapa", False), ("hpht salah", False), ("kirim alamat", False),
    ],
)  # fmt: skip
def test_wish_for_an_hour_is_heard(text: str, asks: bool) -> None:
    assert asks_for_hour(text) is asks


@given(st.text(max_size=120))
def test_any_text_gives_an_hour_of_the_day_or_none(text: str) -> None:
    assert read_hour(text, NOW) in (None, *range(24))


@pytest.mark.parametrize(
    ("text", "tells"),
    [("isuk", True), ("sore ae bu", True), ("selamat pagi", False), ("pagi bu, mau tanya biaya", False), ("", False)],
)
def test_part_of_the_day_alone_is_an_answer(text: str, tells: bool) -> None:
    assert tells_part_of_day(text) is tells
