"""What a driver says a ride cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.ride_cost import SMALLEST, Cost, read_cost
from tests.nlu.tables import messages

ANSWERS: list[tuple[str, Cost | None]] = [
    ("75 ribu", Cost(75_000)),
    ("75rb", Cost(75_000)),
    ("Rp 75.000", Cost(75_000)),
    ("75.000", Cost(75_000)),
    ("75000", Cost(75_000)),
    ("75", Cost(75_000)),
    ("80an", Cost(80_000)),
    ("seket", Cost(50_000)),
    ("tujuh puluh lima", Cost(75_000)),
    ("pitung puluh limo ewu", Cost(75_000)),
    ("satus ewu ae", Cost(100_000)),
    ("iya 75 ribu pak", Cost(75_000)),
    ("tidak 50 tapi 75 ribu", Cost(75_000)),
    ("gak usah mbak, ikhlas", Cost(0)),
    ("ndak usah", Cost(0)),
    ("mboten usah", Cost(0)),
    ("gratis", Cost(0)),
    ("iya", Cost(agrees=True)),
    ("ok", Cost(agrees=True)),
    ("saya jemput jam 7", None),
    ("15 menit lagi", None),
    ("hamil 8 bulan", None),
    ("08123456789", None),
    ("20 atau 30", None),
    ("sudah sampai bu", None),
    ("0", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "cost"), ANSWERS, ids=[said or "nothing" for said, _ in ANSWERS])
def test_answer_is_read(said: str, cost: Cost | None) -> None:
    assert read_cost(said, is_answer=True) == cost


@pytest.mark.parametrize(
    ("said", "cost"),
    [("75 ribu", Cost(75_000)), ("bensin 40rb", Cost(40_000)), ("75", None), ("iya", None), ("gratis", None)],
)
def test_when_it_is_no_answer_only_a_clear_sum_counts(said: str, cost: Cost | None) -> None:
    assert read_cost(said, is_answer=False) == cost


@given(text=messages("75 ribu rp 0 000 . , iya gak usah ikhlas jam seket ewu "), answer=st.booleans())
def test_any_message_is_read_without_harm(text: str, answer: bool) -> None:
    cost = read_cost(text, is_answer=answer)
    assert cost is None or cost.amount in (None, 0) or cost.amount >= SMALLEST
