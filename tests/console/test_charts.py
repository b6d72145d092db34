"""Drawings: no script, no style, no word that is not escaped; an axis of whole numbers from nothing up."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import charts

EVIL = '<script>alert("1")</script>'
NUMBERS = st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=12)


@pytest.mark.parametrize("pen", [charts.lines, charts.bars])
def test_every_word_is_escaped_and_nothing_runs(pen: object) -> None:
    assert callable(pen)
    svg = str(pen(EVIL, EVIL, [EVIL, "Nov"], {EVIL: [1, 2]}))
    assert "<script" not in svg
    assert svg.count("&lt;script&gt;") == 3  # title, description, label
    assert not re.search(r"<style|style=|href|javascript|url\(", svg)


@given(NUMBERS)
def test_whatever_the_numbers_a_drawing_comes_of_it(values: list[float | None]) -> None:
    svg = charts.lines("Judul", "Kata", [str(number) for number in range(len(values))], {"K1": values})
    assert re.match(r'<svg [^>]*role="img"[^>]*><title id="c\d+t">Judul</title><desc id="c\d+d">Kata</desc>', svg)
    assert "nan" not in svg


@given(st.floats(0, 5e8))
def test_axis_reaches_the_highest_in_few_whole_steps(most: float) -> None:
    ticks = charts.ticks_to(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 7
    assert len({after - before for before, after in pairwise(ticks)}) == 1
