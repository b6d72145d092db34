"""The card as a picture: it is a small PNG, nothing on it runs over, and its signs do not live on colour alone."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from registry.pregnancies import card_pen
from registry.pregnancies.card import HEIGHT, MOST_VISITS, PAPER, WIDTH, Card, CardVisit, circles, draw, lines
from registry.pregnancies.card_pen import Pen, State
from registry.pregnancies.card_text import Box, Line

STATES: tuple[State, ...] = ("done", "reported", "due", "missed", "later")
SMALL_ENOUGH = 60_000  # bytes: five seconds on a slow village line
CARD = Card(
    title="Kartu periksa hamil",
    name_line="Ibu Siti Aminah",
    weeks=27,
    weeks_line="minggu\nlebih 3 hari",
    hpl_line="20 September 2027",
    visits=tuple(
        CardVisit(f"K{number}", state, "30 Nov") for number, state in enumerate((*STATES, STATES[-1]), start=1)
    ),
    where_line="Puskesmas Sumbermanjing Kulon, Kecamatan Pagak",
    call_line="Bidan Ana Lestari",
    call_number="0812-0000-0021",
    footer="Bawa Buku KIA tiap periksa.",
    weeks_label="Umur kehamilan",
    hpl_label="Perkiraan lahir",
    visits_label="Periksa kehamilan",
    where_label="Tempat periksa",
    call_label="Telepon",
    legend={state: f"arti {state}" for state in STATES},
)
words = st.text(max_size=120) | st.text("mwlij MW\n", max_size=300)
TEXTS = [name for name, value in vars(CARD).items() if isinstance(value, str)]
cards = st.builds(
    Card,
    **dict.fromkeys(TEXTS, words),
    weeks=st.none() | st.integers(0, 999),
    visits=st.lists(st.builds(CardVisit, words, st.sampled_from(STATES), words), max_size=12).map(tuple),
    legend=st.dictionaries(st.sampled_from(STATES), words),
)


def opened(card: Card) -> Image.Image:
    return Image.open(io.BytesIO(draw(card)))


def said(card: Card) -> str:
    return " ".join(line.text for line in lines(card))


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than a hair."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 1 and down > 1


def test_card_is_a_small_upright_png() -> None:
    png = draw(CARD)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size) == ("PNG", (720, 960))
    assert len(png) < SMALL_ENOUGH


def test_card_full_of_words_is_small_enough_too() -> None:
    full: dict[str, Any] = dict.fromkeys(TEXTS, "Wmwm gqjp " * 30)
    many = tuple(CardVisit("K10", STATES[number % 5], "30 Nov") for number in range(12))
    assert len(draw(replace(CARD, visits=many, **full))) < SMALL_ENOUGH


def test_card_says_everything_it_was_given() -> None:
    given_words = {word for value in vars(CARD).values() if isinstance(value, str) for word in value.split()}
    given_words |= {"27", "K1", "K6", "30 Nov", *CARD.legend.values()}
    assert {word for word in given_words if word not in said(CARD)} == set()


def test_same_card_gives_the_same_picture() -> None:
    assert draw(CARD) == draw(replace(CARD))


@given(cards)
@settings(max_examples=60, deadline=None)
def test_no_words_leave_the_paper(card: Card) -> None:
    assert [line for line in lines(card) if not PAPER.holds(line.box)] == []


@given(cards)
@settings(max_examples=40, deadline=None)
def test_no_words_run_into_others_or_into_a_circle(card: Card) -> None:
    written = lines(card)
    assert [(a.text, b.text) for a, b in itertools.combinations(written, 2) if overlap(a.box, b.box)] == []
    signs = circles(card)
    assert [line.text for line in written for sign in signs if overlap(line.box, sign.box)] == []
    assert all(PAPER.holds(sign.box) for sign in signs)


@given(cards)
@settings(max_examples=8, deadline=None)
def test_nothing_is_painted_beside_the_paper(card: Card) -> None:
    image = opened(card).convert("RGB")
    edge = {image.getpixel((x, y)) for x in range(0, WIDTH, 7) for y in (2, HEIGHT - 3)}
    edge |= {image.getpixel((x, y)) for x in (2, WIDTH - 3) for y in range(0, HEIGHT, 7)}
    assert len(edge) == 1


# ---------------------------------------------------------------- what is shortened, left out or enlarged


def size_of(card: Card, start: str) -> int:
    return next(line.size for line in lines(card) if line.text.startswith(start))


def test_long_name_gets_smaller_and_then_a_second_line() -> None:
    longer = replace(CARD, name_line="Ibu Raden Ajeng Kusumaningtyas Setyaningsih")
    assert size_of(longer, "Ibu Raden") < size_of(CARD, "Ibu Siti")
    assert "…" not in said(longer)


def test_name_without_end_ends_in_an_ellipsis() -> None:
    assert "…" in said(replace(CARD, name_line="Ibu " + "Kusumaningtyas " * 9))


def test_number_to_call_stays_whole_however_long_the_name_is() -> None:
    card = replace(CARD, call_line="Kader " + "Wulandari " * 20, call_number="0812-3456-7890-123")
    assert "0812-3456-7890-123" in said(card)


def test_weeks_are_the_largest_words_on_the_card() -> None:
    number = size_of(CARD, "27")
    assert number >= 2 * max(line.size for line in lines(CARD) if line.text != "27")


def test_unknown_weeks_are_said_in_words() -> None:
    card = replace(CARD, weeks=None, weeks_line="belum diketahui")
    assert "belum" in said(card)
    assert "None" not in said(card)


@pytest.mark.parametrize(("given_visits", "shown"), [(0, 0), (1, 1), (6, 6), (8, 8), (11, MOST_VISITS)])
def test_visits_stand_side_by_side(given_visits: int, shown: int) -> None:
    card = replace(CARD, visits=tuple(CardVisit(f"K{n}", "later", "") for n in range(given_visits)))
    found = circles(card)
    assert len(found) == shown
    assert len({circle.y for circle in found}) <= 1
    assert len(draw(card)) > 1000


def test_legend_explains_the_signs_that_are_there_and_no_others() -> None:
    card = replace(CARD, visits=(CardVisit("K1", "done", ""), CardVisit("K2", "due", "")))
    assert {state for state in STATES if f"arti {state}" in said(card)} == {"done", "due"}


def test_letters_on_a_card_are_never_tiny() -> None:
    assert min(line.size for line in lines(CARD)) >= 20


# ---------------------------------------------------------------- signs and colours


def shape(state: State) -> bytes:
    """A sign without its colours: what differs from its own middle tone."""
    pen = Pen(40, 40)
    pen.sign(state, (20, 20), 18)
    grey = pen.finish().convert("L")
    return grey.point(lambda tone: 255 if tone > 150 else 0).tobytes()


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(STATES, 2)))
def test_signs_differ_without_colour(one: State, other: State) -> None:
    differing = sum(a != b for a, b in zip(shape(one), shape(other), strict=True))
    assert differing > 40


def luminance(colour: str) -> float:
    """WCAG 2.2: relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        pytest.param(card_pen.INK, card_pen.WHITE, id="words"),
        pytest.param(card_pen.SOFT, card_pen.WHITE, id="labels"),
        pytest.param(card_pen.DEEP, card_pen.WHITE, id="weeks"),
        pytest.param(card_pen.WHITE, card_pen.DEEP, id="name and footer"),
        pytest.param(card_pen.PALE, card_pen.DEEP, id="title"),
        pytest.param(card_pen.WHITE, card_pen.GREEN, id="check mark"),
        pytest.param(card_pen.GREEN, card_pen.WHITE, id="check mark in a ring"),
        pytest.param(card_pen.BROWN, card_pen.AMBER, id="arrow"),
        pytest.param(card_pen.RED, card_pen.WHITE, id="exclamation mark"),
    ],
)
def test_contrast_is_high(ink: str, paper: str) -> None:
    assert contrast(ink, paper) >= 5.5


def test_every_line_is_in_a_colour_that_was_checked() -> None:
    checked = {card_pen.INK, card_pen.SOFT, card_pen.DEEP, card_pen.WHITE, card_pen.PALE}
    assert {line.colour for line in lines(CARD)} <= checked


@pytest.mark.parametrize("state", STATES)
def test_palette_keeps_the_colour_of_every_sign(state: State) -> None:
    """A palette of few colours could lose the one red circle among all the white."""
    alone = replace(CARD, visits=(*CARD.visits[:-1], CardVisit("K6", state, "")))
    rim = {"done": card_pen.GREEN, "reported": card_pen.GREEN, "due": card_pen.AMBER, "missed": card_pen.RED,
           "later": card_pen.GREY}[state]  # fmt: skip
    wanted = tuple(int(rim[at : at + 2], 16) for at in (1, 3, 5))
    circle = circles(alone)[-1]
    near = (
        opened(alone)
        .convert("RGB")
        .crop((int(circle.x - 35), int(circle.y - 35), int(circle.x + 35), int(circle.y + 35)))
    )
    colours = [colour for _, colour in near.getcolors(4900) or [] if isinstance(colour, tuple)]
    assert min(max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) for colour in colours) <= 24


def test_box_of_a_line_is_where_its_ink_is() -> None:
    line = Line("Hamil", 30, 10, 40, "#000000", True)
    pen = Pen(200, 80)
    pen.write(line)
    ink = pen.finish().convert("L").point(lambda tone: 255 if tone < 120 else 0).getbbox()
    assert ink is not None
    assert line.box.holds(Box(*ink))
    assert all(abs(a - b) <= 4 for a, b in zip(ink, vars(line.box).values(), strict=True))
