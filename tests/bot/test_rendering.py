"""Rendering says everything, in order, within the channel's limits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Button, Outbound, Row
from bot.rendering import TELEGRAM, WHATSAPP, Limits, length, render, split

TINY = Limits(text=40, caption=20, body=24, buttons=3, button_title=8, payload=64, rows=4, row_title=10)
PNG = b"\x89PNG"
CHANNELS = [TELEGRAM, WHATSAPP, TINY]
FAMILY = "👨‍👩‍👧"


def message(
    text: str = "Apakah Ibu mau?", *, buttons: int = 0, rows: int = 0, image: bytes | None = None, note: str = ""
) -> Outbound:
    return Outbound(
        "62811",
        text,
        buttons=tuple(Button(f"Tombol {n}", f"b{n}") for n in range(1, buttons + 1)),
        rows=tuple(Row(f"Baris {n}", f"r{n}", note) for n in range(1, rows + 1)),
        image=image,
    )


def choices(part: Outbound) -> list[tuple[str, str]]:
    return [(button.title, button.payload) for button in part.buttons] + [(row.title, row.payload) for row in part.rows]


def payloads(parts: tuple[Outbound, ...]) -> list[str]:
    return [payload for part in parts for _, payload in choices(part)]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        pytest.param("satu dua", 8, ["satu dua"], id="a text that just fits stays whole"),
        pytest.param("a b\nc\n\nd e. f", 12, ["a b\nc", "d e. f"], id="a paragraph goes before all else"),
        pytest.param("a b\nc d. e", 8, ["a b", "c d. e"], id="then a line"),
        pytest.param("Satu dua. Tiga empat", 15, ["Satu dua.", "Tiga empat"], id="then a sentence"),
        pytest.param("satu dua tiga", 9, ["satu dua", "tiga"], id="then a word"),
        pytest.param("abcdefgh", 3, ["abc", "def", "gh"], id="a word that alone is too long"),
        pytest.param("😀😀😀", 4, ["😀😀", "😀"], id="an emoji counts two and stays whole"),
        pytest.param("😀😀😀", 3, ["😀", "😀", "😀"], id="an emoji is not halved"),
        pytest.param(f"abc{FAMILY}", 9, ["abc", FAMILY], id="a family of joined emoji stays together"),
        pytest.param("abe\u0301", 3, ["ab", "e\u0301"], id="an accent stays on its letter"),
        pytest.param("👍🏽👍🏽", 6, ["👍🏽", "👍🏽"], id="a skin tone stays on its thumb"),
        pytest.param(" \n ", 3, [""], id="blanks are nothing"),
    ],
)
def test_split_cuts_at_the_largest_boundary(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@pytest.mark.parametrize("limits", CHANNELS)
def test_render_leaves_a_fitting_text_alone(limits: Limits) -> None:
    assert render(message("Halo Bu"), limits) == (message("Halo Bu"),)


@pytest.mark.parametrize("outbound", [message(""), message(" \n")], ids=["empty", "blank"])
def test_render_of_nothing_is_nothing(outbound: Outbound) -> None:
    assert render(outbound, TELEGRAM) == ()


@pytest.mark.parametrize(
    ("limits", "outbound", "shape"),
    [
        pytest.param(WHATSAPP, message(buttons=3), [(3, 0)], id="three buttons stay buttons"),
        pytest.param(WHATSAPP, message(buttons=4), [(0, 4)], id="four buttons become a list"),
        pytest.param(WHATSAPP, message(rows=2), [(0, 2)], id="a short list stays a list"),
        pytest.param(WHATSAPP, message(rows=10), [(0, 10)], id="ten rows are one page"),
        pytest.param(WHATSAPP, message(rows=23), [(0, 10), (0, 10), (0, 3)], id="more rows are paged"),
        pytest.param(WHATSAPP, message("x " * 1000, buttons=2), [(0, 0), (2, 0)], id="long body, buttons after it"),
        pytest.param(TELEGRAM, message("x " * 1000, buttons=2), [(2, 0)], id="telegram takes the long body"),
        pytest.param(TELEGRAM, message(rows=12), [(12, 0)], id="telegram turns rows into buttons"),
        pytest.param(TELEGRAM, message(buttons=101), [(100, 0), (1, 0)], id="a hundred buttons on telegram"),
    ],
)
def test_render_chooses_the_form(limits: Limits, outbound: Outbound, shape: list[tuple[int, int]]) -> None:
    parts = render(outbound, limits)
    assert [(len(part.buttons), len(part.rows)) for part in parts] == shape
    assert payloads(parts) == payloads((outbound,))


def test_render_puts_buttons_under_the_last_paragraph() -> None:
    opening, question = "Kata " * 300, "Mau lanjut, Bu?"
    first, last = render(message(f"{opening}\n\n{question}", buttons=2), WHATSAPP)
    assert (first.text, first.buttons) == (opening.strip(), ())
    assert (last.text, len(last.buttons)) == (question, 2)


def test_render_numbers_choices_when_titles_are_too_long() -> None:
    titles = ("Puskesmas Kepanjen rawat inap", "Polindes")
    outbound = Outbound("62811", "Pilih tempat:", buttons=tuple(Button(title, title[:3]) for title in titles))
    (part,) = render(outbound, WHATSAPP)
    assert part.text == "Pilih tempat:\n\n1. Puskesmas Kepanjen rawat inap\n2. Polindes"
    assert part.buttons == (Button("1", "Pus"), Button("2", "Pol"))


def test_render_numbers_choices_when_titles_are_equal() -> None:
    (part,) = render(Outbound("62811", "Siapa?", buttons=(Button("Siti", "a"), Button("Siti", "b"))), WHATSAPP)
    assert part.buttons == (Button("1", "a"), Button("2", "b"))


def test_render_keeps_counting_on_the_second_page() -> None:
    rows = tuple(Row(f"Puskesmas pembantu nomor {n}", f"r{n}") for n in range(1, 13))
    first, second = render(Outbound("62811", "Pilih:", rows=rows), WHATSAPP)
    assert [row.title for row in second.rows] == ["11", "12"]
    assert second.text == "11. Puskesmas pembantu nomor 11\n12. Puskesmas pembantu nomor 12"
    assert "11." not in first.text


def test_render_says_descriptions_in_the_text_when_the_channel_cannot_show_them() -> None:
    (part,) = render(message("Pilih:", rows=2, note="buka pagi"), TELEGRAM)
    assert part.text == "Pilih:\n\nBaris 1: buka pagi\nBaris 2: buka pagi"
    (part,) = render(message("Pilih:", rows=1, note="x" * 73), WHATSAPP)
    assert part.rows == (Row("Baris 1", "r1"),)
    assert part.text == f"Pilih:\n\nBaris 1: {'x' * 73}"


def test_render_names_the_choices_in_the_text_when_there_is_no_other() -> None:
    (part,) = render(message("", buttons=2), WHATSAPP)
    assert part.text == "1. Tombol 1\n2. Tombol 2"


@pytest.mark.parametrize(
    ("limits", "outbound", "texts"),
    [
        pytest.param(TELEGRAM, message("Buku KIA", image=PNG), ["Buku KIA"], id="caption"),
        pytest.param(TELEGRAM, message("", image=PNG), [""], id="image alone"),
        pytest.param(TELEGRAM, message("Mau?", buttons=2, image=PNG), ["Mau?"], id="buttons under the image"),
        pytest.param(WHATSAPP, message("Mau?", buttons=2, image=PNG), ["", "Mau?"], id="buttons after the image"),
        pytest.param(TELEGRAM, message("x" * 1025, image=PNG), ["", "x" * 1025], id="too long for a caption"),
    ],
)
def test_render_puts_the_image_first(limits: Limits, outbound: Outbound, texts: list[str]) -> None:
    parts = render(outbound, limits)
    assert [part.text for part in parts] == texts
    assert [part.image for part in parts] == [PNG, None][: len(parts)]


def test_render_asks_for_the_contact_under_the_last_part() -> None:
    parts = render(replace(message("kata " * 1000), ask_contact=True), TELEGRAM)
    assert [part.ask_contact for part in parts] == [False, True]


def test_render_leaves_a_template_alone_where_templates_exist() -> None:
    outbound = replace(message("kata " * 1000), template="pengingat_k4", template_values=("Siti",))
    assert render(outbound, WHATSAPP) == (outbound,)
    assert len(render(outbound, TELEGRAM)) == 2


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def fits(part: Outbound, limits: Limits) -> bool:
    allowed = limits.caption if part.image else limits.body if choices(part) else limits.text
    titles = all(length(button.title) <= limits.button_title for button in part.buttons) and all(
        length(row.title) <= limits.row_title and length(row.description) <= limits.row_description for row in part.rows
    )
    return (
        bool(part.text.strip() or part.image)
        and length(part.text) <= allowed
        and len(part.buttons) <= limits.buttons
        and len(part.rows) <= limits.rows
        and titles
    )


WORDS = st.text(alphabet="abc e.!?😀é\u0301\u200d\n ", max_size=300)
TITLES = st.text(alphabet="abcdefgh😀 ", min_size=1, max_size=30).filter(str.strip)
OUTBOUNDS = st.builds(
    Outbound,
    to=st.just("62811"),
    text=WORDS,
    buttons=st.lists(st.builds(Button, TITLES, st.just("p")), max_size=6).map(tuple),
    rows=st.lists(st.builds(Row, TITLES, st.just("p"), st.text(alphabet="xyz ", max_size=90)), max_size=13).map(tuple),
    image=st.sampled_from([None, PNG]),
    ask_contact=st.booleans(),
)


@given(text=WORDS, limit=st.integers(2, 60))
def test_split_holds_every_word_in_order_and_keeps_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(0 < length(part) <= limit for part in parts) or parts == [""]
    if all(length(word) <= limit for word in text.split()):
        assert " ".join(parts).split() == text.split()


@pytest.mark.parametrize("limits", CHANNELS, ids=["telegram", "whatsapp", "tiny"])
@given(outbound=OUTBOUNDS)
def test_render_says_everything_within_the_limits(limits: Limits, outbound: Outbound) -> None:
    parts = render(outbound, limits)
    said = squeezed("".join(part.text for part in parts))
    assert said.startswith(squeezed(outbound.text))
    assert [part for part in parts if not fits(part, limits)] == []
    assert payloads(parts) == payloads((outbound,))
    shown = said + "".join(squeezed(row.title + row.description) for part in parts for row in part.rows)
    shown += "".join(squeezed(button.title) for part in parts for button in part.buttons)
    assert all(squeezed(title) in shown for title, _ in choices(outbound))
    assert all(squeezed(row.description) in shown for row in outbound.rows)


@pytest.mark.parametrize("limits", CHANNELS, ids=["telegram", "whatsapp", "tiny"])
@given(outbound=OUTBOUNDS)
def test_render_changes_nothing_the_second_time(limits: Limits, outbound: Outbound) -> None:
    parts = render(outbound, limits)
    assert tuple(again for part in parts for again in render(part, limits)) == parts
