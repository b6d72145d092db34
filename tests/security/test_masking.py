"""No number that names a person reaches Rasa, however it is typed; and what is no such number stays readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import masking
from bot.turn import masked
from nlu.language.normalise import clean

NIK, PHONE = "3507014503989001", "081234567890"
DIGITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
MASKS = re.compile(r"x(?:nik|hp|kartu)\d+")
OTHER_SCRIPTS = {"Arabic": "٠١٢٣٤٥٦٧٨٩", "full width": "０１２３４５６７８９", "Devanagari": "०१२३४५६७८९"}


def digits_left(typed: str) -> int:
    return sum(character.isdigit() for character in MASKS.sub("", masked(clean(typed))))


def in_script(digits: str) -> str:
    return NIK.translate(str.maketrans("0123456789", digits))


@pytest.mark.parametrize(
    "between",
    ["", " ", ".", "-", ",", "/", ";", ":", "_", "*", "+", "·", "•", " . ", "----", "][", '" "', ") (", "\n", " \t "],
)
def test_nik_in_groups_is_hidden(between: str) -> None:
    assert digits_left(between.join(("350701", "450398", "9001"))) == 0


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("0812/3456/7890", id="phone with slashes"),
        pytest.param("0812,3456,7890", id="phone with commas"),
        pytest.param("hp0812-3456-7890", id="phone stuck to a word"),
        pytest.param("telp 0341-395041", id="telephone of a house"),
        pytest.param(f"{NIK}{PHONE}", id="two numbers without a space"),
        pytest.param(NIK.replace("1", "i"), id="small i for 1"),
        pytest.param(NIK.replace("5", "S"), id="S for 5"),
        pytest.param(NIK.replace("8", "B"), id="B for 8"),
        pytest.param("".join(f"{digit}\ufe0f\u20e3" for digit in NIK), id="keys as emoji"),
        pytest.param("\u200b".join(NIK), id="zero width between"),
        pytest.param(f"\u202e{NIK}\u202c", id="right to left"),
        *(pytest.param(in_script(digits), id=f"{name} digits") for name, digits in OTHER_SCRIPTS.items()),
    ],
)
def test_number_in_another_dress_is_hidden(typed: str) -> None:
    assert digits_left(typed) == 0


@pytest.mark.parametrize("between", [" ", "", ", ", "-"])
def test_nik_in_words_is_hidden(between: str) -> None:
    seen = masked(clean(between.join(DIGITS[int(digit)] for digit in NIK)))
    assert not any(word in seen for word in DIGITS)


@pytest.mark.parametrize(
    "said",
    [
        "hpht 12/05/2026 hpl 19/02/2027",
        "tensi 120/80 130/90 140/90 125/85",
        "12-05-1996 - 13-06-2001",
        "biayanya 150.000, 200.000 atau 1.500.000",
        "g2p1a0 hamil 28 minggu bb 55, 56, 57.5 kg",
        "tanggal 1,2,3,4,5,6,7,8,9,10,11,12",
        "hamil tiga puluh dua minggu, anak satu dua tiga",
        "permenkes 21/2021, rt 01/02, jam 08.00-12.00",
    ],
)
def test_dates_and_measures_stay_readable(said: str) -> None:
    assert masked(said) == said


@given(
    st.text(max_size=40),
    st.lists(st.sampled_from(["", " ", ".", ",", "/", "-", ";", "\n", "·", " - "]), min_size=3, max_size=3),
    st.text(max_size=40),
)
def test_nik_is_hidden_in_any_words(before: str, gaps: list[str], after: str) -> None:
    pieces = ("3507", "0145", "0398", "9001")
    typed = before + " " + "".join(piece + gap for piece, gap in zip(pieces, [*gaps, ""], strict=True)) + " " + after
    seen = MASKS.sub("", masked(clean(typed)))
    assert NIK not in re.sub(r"[^0-9]", "", seen)


@given(st.text(alphabet="/ {}%$@\\x0ab_[]()slot\u200b\u202e", max_size=60))
def test_typed_text_is_never_a_command(typed: str) -> None:
    seen = masked(clean(typed))
    assert seen
    assert not seen.startswith("/")


def test_hiding_twice_changes_nothing() -> None:
    once = masking.hide_leftovers("nomor 350701/450398/9001 dan satu dua tiga empat lima enam tujuh delapan")
    assert masking.hide_leftovers(once) == once
