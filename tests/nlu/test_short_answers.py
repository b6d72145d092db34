"""Short answers: left open, enough, whose telephone, how many, has it or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.short_answers import (
    asks_what_it_is,
    puts_off,
    read_count,
    read_has,
    read_owner,
    says_enough,
    says_go_on,
    says_lacks,
    says_skip,
    says_unknown,
)


@pytest.mark.parametrize(
    "text",
    [
        "lewati", "Lewati aja bu", "skip", "nanti saja", "nanti", "gak tahu bu", "tidak tahu", "ora ngerti", "lupa bu",
        "belum tahu", "mboten eling", "mengko ae", "nyusul ya", "-", "saya lupa tanggalnya", "kurang tahu bu",
        "gak ono", "gak hapal", "nanti nik nya", "nik nya nyusul", "nanti aja nik nya",
    ],
)  # fmt: skip
def test_question_is_left_open(text: str) -> None:
    assert says_skip(text)


@pytest.mark.parametrize(
    "text",
    ["Siti Aminah", "5 maret 1998", "Sumberoto", "sudah", "tidak", "belum", "20 minggu", "ya", "", "nanti malam jam 7"],
)
def test_answer_is_no_skip(text: str) -> None:
    assert not says_skip(text)


@pytest.mark.parametrize(("text", "unknown"), [
    ("ga tau kak haidku ga teratur", True), ("lupa kak soalnya haidku kadang dua bulan sekali", True),
    ("ora ngerti nak", True), ("lupa, pokoknya 4 bulan", False), ("haidku teratur", False), ("", False),
])  # fmt: skip
def test_not_knowing_is_heard_with_its_reason(text: str, unknown: bool) -> None:
    assert says_unknown(text) is unknown


@pytest.mark.parametrize(("text", "later"), [
    ("nanti saja bu ktp nya di rumah mertua", True), ("besok tak takokno bojoku", True), ("iya nanti nyusul ya", True),
    ("ktp nya dibawa suami kerja", True), ("ktp durung dadi bu", True), ("ktp belum jadi", True),
    ("nanti suami saya yang menemani", False), ("nanti saja daftarnya", False), ("besok jam 7", False), ("", False),
])  # fmt: skip
def test_question_is_put_off_with_a_reason(text: str, later: bool) -> None:
    assert puts_off(text) is later


@pytest.mark.parametrize(("text", "asks"), [
    ("nik niku nopo nak", True), ("apa itu HPHT?", True), ("hpht itu apa", True), ("maksudnya apa kak", True),
    ("bpjs opo to", True), ("12 maret", False),
    ("tidak punya", False), ("kapan saya harus periksa apa lagi ya bu", False),
])  # fmt: skip
def test_question_for_a_word_is_heard(text: str, asks: bool) -> None:
    assert asks_what_it_is(text) is asks


@pytest.mark.parametrize(("text", "enough"), [
    ("cukup", True), ("sudah cukup dulu bu", True), ("wis cukup", True), ("itu saja", True), ("selesai", True),
    ("sudah", False), ("cukup banyak", False), ("Siti", False),
])  # fmt: skip
def test_enough_is_heard(text: str, enough: bool) -> None:
    assert says_enough(text) is enough


@pytest.mark.parametrize(("text", "owner"), [
    ("punya saya sendiri", "own"), ("sendiri", "own"), ("nomorku dewe", "own"), ("suami", "husband"),
    ("hp bojoku", "husband"), ("punya suami saya", "husband"), ("hp ibuku", "family"), ("keluarga", "family"),
    ("hp kakak saya", "family"), ("niki hp kulo piyambak, mbahe", "family"), ("hp nyokap", "family"),
    ("tonggo", "neighbour"), ("ya", "own"), ("Samsung", None), ("", None),
])  # fmt: skip
def test_owner_of_the_phone_is_read(text: str, owner: str | None) -> None:
    assert read_owner(text) == owner


@pytest.mark.parametrize(("text", "count"), [
    ("2", 2), ("ke-3", 3), ("yg pertamaa kak", 1), ("pisanan niki", 1), ("duaa", 2),
    ("yang kedua", 2), ("loro", 2), ("ke 4 bu", 4), ("1x", 1), ("dua kali", 2), ("banyak", None),
    ("", None),
])  # fmt: skip
def test_small_number_is_read(text: str, count: int | None) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize(("text", "has"), [
    ("sudah punya", True), ("wis bu", True), ("ada", True), ("belum punya bu", False), ("durung", False),
    ("sudah tapi hilang", False), ("tidak", False), ("ya", True), ("buku apa", None), ("", None),
])  # fmt: skip
def test_having_it_is_read(text: str, has: bool | None) -> None:
    assert read_has(text) is has


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    says_skip(text)
    says_enough(text)
    read_owner(text)
    read_has(text)
    number = read_count(text)
    assert number is None or number >= 0


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("gak punya", True),
        ("ga ada bu", True),
        ("gak duwe", True),
        ("belum tahu", False),
        ("punya", False),
        ("", False),
    ],
)
def test_having_none_is_heard(text: str, lacks: bool) -> None:
    assert says_lacks(text) is lacks


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("lanjut bu yg kemarin", True), ("lanjut", True), ("yo diterusno ae", True),
        ("mau lanjut pendaftaran bu", True),
        ("lanjut usia", False), ("terus saya harus apa", False), ("", False),
    ],
)  # fmt: skip
def test_wish_to_go_on_is_heard(text: str, goes_on: bool) -> None:
    assert says_go_on(text) is goes_on
