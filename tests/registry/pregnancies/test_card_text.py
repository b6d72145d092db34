"""Words into lines: cleaned, wrapped, made smaller, at last cut; whatever comes in, it fits its box."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.pregnancies.card_text import Box, Type, place, plain, width, wrap

INK = "#000000"
NARROW = Box(10, 20, 210, 120)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Siti Aminah", "Siti Aminah", id="plain"),
        pytest.param("  Siti \t Aminah ", "Siti Aminah", id="spaces"),
        pytest.param("Ibu Renée Ñoño", "Ibu Renee Nono", id="accents fall away"),
        pytest.param("Nur’aini", "Nur’aini", id="apostrophe stays"),
        pytest.param("Bu Rina 🙏🏽", "Bu Rina", id="emoji falls away"),
        pytest.param("سيتي", "", id="letters the font has not"),
        pytest.param("satu\ndua\x00", "satu\ndua", id="lines stay, control characters go"),
        pytest.param("①②", "12", id="numbers in circles"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_plain_keeps_what_the_font_can_draw(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("Ibu Siti", ["Ibu Siti"], id="fits"),
        pytest.param("Puskesmas Donomulyo", ["Puskesmas", "Donomulyo"], id="between words"),
        pytest.param("Ibu\nSiti", ["Ibu", "Siti"], id="a break that was given"),
        pytest.param(" ", [], id="nothing"),
    ],
)
def test_wrap_breaks_where_people_would(text: str, lines: list[str]) -> None:
    assert wrap(text, 200, 30, bold=False) == lines


def test_word_that_is_too_long_is_broken_and_loses_no_letter() -> None:
    word = "Sumbermanjingwetankulonprogo"
    lines = wrap(word, 200, 30, bold=False)
    assert len(lines) > 1
    assert "".join(lines) == word


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        pytest.param("Ibu Siti", 42, ["Ibu Siti"], id="the largest size"),
        pytest.param("Puskesmas Pagak", 30, ["Puskesmas", "Pagak"], id="smaller, so that no word is broken"),
        pytest.param("Ibu " * 40, 20, ["Ibu Ibu Ibu Ibu Ibu Ibu", "Ibu Ibu Ibu Ibu Ibu Ib…"], id="cut"),
    ],
)
def test_place_takes_the_largest_size_that_fits(text: str, size: int, lines: list[str]) -> None:
    placed = place(text, NARROW, Type((42, 40, 30, 20), INK, most=2))
    assert [line.text for line in placed] == lines
    assert {line.size for line in placed} == {size}


def test_place_puts_fewer_lines_in_the_middle_when_told() -> None:
    (top,) = place("Ibu", NARROW, Type((20,), INK, most=3))
    (middle,) = place("Ibu", NARROW, Type((20,), INK, most=3, middle=True))
    assert top.y == NARROW.top
    assert middle.y == pytest.approx((NARROW.top + NARROW.bottom - 20 * 1.22) / 2)


def test_place_centres_a_line() -> None:
    (line,) = place("Ibu", NARROW, Type((20,), INK, centred=True))
    assert line.box.left - NARROW.left == pytest.approx(NARROW.right - line.box.right, abs=2)


@given(
    text=st.text(max_size=300),
    right=st.integers(60, 400),
    sizes=st.lists(st.sampled_from((20, 24, 30, 42, 60)), min_size=1, max_size=3),
    most=st.integers(1, 3),
    bold=st.booleans(),
)
@settings(deadline=None)
def test_whatever_comes_in_stays_in_its_box(text: str, right: int, sizes: list[int], most: int, bold: bool) -> None:
    box = Box(10, 0, 10 + right, 100)
    placed = place(text, box, Type(tuple(sorted(sizes, reverse=True)), INK, most=most, bold=bold))
    assert len(placed) <= most
    assert all(box.holds(line.box) for line in placed)


@given(st.text("abc ", max_size=60))
@settings(deadline=None)
def test_wrapping_loses_no_letter(text: str) -> None:
    lines = wrap(text, 120, 24, bold=False)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 24, bold=False) <= 120 for line in lines)
