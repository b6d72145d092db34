from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.money import LARGEST, read_money
from tests.nlu.tables import messages, rows

CASES = [(text, None if amount == "none" else int(amount)) for text, amount in rows("money")]
WORDS = "rp 500 1 5 . , 000 rb ribu jt juta setengah sejuta satus seket ewu k bayar 50000 - maret xnik1 1000000"


@pytest.mark.parametrize(("text", "amount"), CASES, ids=[text for text, _ in CASES])
def test_amount_is_read_in_rupiah(text: str, amount: int | None) -> None:
    assert read_money(text) == amount


@given(st.integers(1_000, LARGEST))
def test_written_amount_is_read_back(amount: int) -> None:
    assert read_money(f"Rp {amount:,}".replace(",", ".")) == amount


@given(text=messages(WORDS))
def test_any_text_gives_a_plausible_amount_or_none(text: str) -> None:
    amount = read_money(text)
    assert amount is None or 0 < amount <= LARGEST


@pytest.mark.parametrize("unit", ["1.", "bayar a ", "500 ribu ", "0"])
def test_very_long_message_is_read_when_it_repeats_itself(unit: str) -> None:
    amount = read_money(unit * (100_000 // len(unit)))
    assert amount is None or 0 < amount <= LARGEST
