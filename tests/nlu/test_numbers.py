from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.numbers import NumberWords, read_number, read_number_words, split_glued

INDONESIAN = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
JAVANESE = ("nol", "siji", "loro", "telu", "papat", "limo", "enem", "pitu", "wolu", "songo")
JOINED = ("", "se", "rong", "telung", "patang", "limang", "nem", "pitung", "wolung", "sangang")


def spell(number: int) -> str:
    """Indonesian words of a number below a thousand million, written here only to be read back."""
    for size, word in ((1_000_000, "juta"), (1_000, "ribu"), (100, "ratus"), (10, "puluh")):
        if number >= size and not 10 < number < 20:
            head, rest = divmod(number, size)
            said = f"se{word}" if head == 1 and size < 1_000_000 else f"{spell(head)} {word}"
            return f"{said} {spell(rest)}" if rest else said
    if number == 11:
        return "sebelas"
    return f"{INDONESIAN[number - 10]} belas" if number > 11 else INDONESIAN[number]


def spell_javanese(number: int) -> str:
    """Javanese words of a number below a hundred that has no name of its own."""
    tens, unit = divmod(number, 10)
    head = f"{JOINED[tens]} puluh".replace("se puluh", "sepuluh") if tens else ""
    return f"{head} {JAVANESE[unit] if unit or not tens else ''}".strip()


@given(st.integers(0, 999_999_999))
def test_indonesian_number_is_read_back_when_spelt(number: int) -> None:
    assert read_number(spell(number)) == number


@given(st.integers(0, 99).filter(lambda number: not 10 < number < 20))
def test_javanese_number_is_read_back_when_spelt(number: int) -> None:
    assert read_number(spell_javanese(number)) == number


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("sewelas", 11),
        ("rolas", 12),
        ("telulas", 13),
        ("patbelas", 14),
        ("limolas", 15),
        ("nembelas", 16),
        ("pitulas", 17),
        ("wolulas", 18),
        ("songolas", 19),
        ("selikur", 21),
        ("telulikur", 23),
        ("selawe", 25),
        ("songolikur", 29),
        ("telung puluh siji", 31),
        ("seket", 50),
        ("seket limo", 55),
        ("sewidak", 60),
        ("satus", 100),
        ("satus seket", 150),
        ("rong atus", 200),
        ("sewu", 1000),
        ("limang atus ewu", 500_000),
        ("sejuta dua ratus ribu", 1_200_000),
        ("kalih", 2),
        ("gangsal", 5),
        ("sedoso", 10),
        ("kalih dasa", 20),
        ("duapuluh satu", 21),
        ("limabelas", 15),
        ("telungpuluh", 30),
        ("Dua Puluh", 20),
        ("dua-puluh", 20),
        ("0812", 812),
        ("7", 7),
    ],
)
def test_number_is_read_when_said_in_words_or_digits(words: str, value: int) -> None:
    assert read_number(words) == value


@pytest.mark.parametrize("text", ["", " ", "bidan", "dua anak", "satu dua", "3x", "puluh", "sak", "1.5", "empatx", "²"])
def test_no_number_is_read_when_there_is_more_or_less_than_one(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        (["tanggal", "dua", "puluh", "satu", "maret"], 1, NumberWords(21, 3)),
        (["dua", "puluh", "dua", "belas"], 0, NumberWords(20, 2)),
        (["tiga", "maret", "dua", "ribu"], 0, NumberWords(3, 1)),
        (["rong", "minggu"], 0, NumberWords(2, 1)),
        (["minggu"], 0, None),
        ([], 0, None),
    ],
    ids=["inside a date", "two numbers", "before a month", "joined to a measure", "no number", "no words"],
)
def test_number_ends_where_the_next_word_begins(words: list[str], at: int, expected: NumberWords | None) -> None:
    assert read_number_words(words, at) == expected


@given(st.lists(st.sampled_from([*INDONESIAN, *JAVANESE, *JOINED, "puluh", "belas", "likur", "ratus", "ewu", "juta"])))
def test_any_row_of_number_words_is_read_without_passing_its_end(words: list[str]) -> None:
    number = read_number_words(words)
    assert number is None or 0 < number.length <= len(words)


@pytest.mark.parametrize(
    ("word", "parts"), [("telungdino", ("telung", "dino")), ("duaratus", ("dua", "ratus")), ("bidan", ("bidan",))]
)
def test_number_is_split_from_its_measure_when_typed_as_one_word(word: str, parts: tuple[str, ...]) -> None:
    assert split_glued(word) == parts
