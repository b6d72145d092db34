"""Short replies to a question that was just asked."""

from __future__ import annotations

import pytest

from nlu.language.replies import (
    agrees_again,
    agrees_first,
    chooses,
    lacks_card,
    read_consent,
    read_yes_no,
    refuses_keeping,
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("iya bu", "yes"),
        ("inggih", "yes"),
        ("ndak bu cuma tanya", "no"),
        ("iya tidak", "no"),
        ("saiki", None),
        ("iya keluar darah", None),
        ("", None),
    ],
)
def test_yes_and_no_are_read_when_nothing_else_is_said(text: str, meaning: str | None) -> None:
    assert read_yes_no(text) == meaning


@pytest.mark.parametrize(
    "text", ["saya tidak punya ktp", "ktp durung dadi", "gak nduwe KTP bu", "blm punya e-ktp atau kk"]
)
def test_missing_card_is_understood(text: str) -> None:
    assert lacks_card(text)


@pytest.mark.parametrize(
    "text",
    [
        "ktp saya ada",
        "tidak tahu",
        "",
        "ini ktp saya",
        "ktp saya sudah jadi tapi saya tidak tahu harus dibawa ke mana ya bu",
    ],
)
def test_card_is_not_missing_when_nobody_says_so(text: str) -> None:
    assert not lacks_card(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("iya boleh", "yes"), ("monggo", "yes"), ("bisa bu", "yes"), ("oke siap", "yes"), ("gelem mbak", "yes"),
        ("gih oleh", "yes"), ("nggeh pareng", "yes"), ("oleh ae", "yes"),
        ("gak usah", "no"), ("tidak boleh", "no"), ("ora gelem", "no"), ("gak bisa bu", "no"), ("perlu", None),
        ("boleh tanya?", None), ("bisa bpjs", None), ("", None),
    ],
)  # fmt: skip
def test_leave_that_was_asked_is_given_or_refused_in_other_words(text: str, meaning: str | None) -> None:
    assert read_consent(text) == meaning


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ya hapus", True), ("hapusen ae", True), ("iyo hapus en", True),
     ("hapus semuanya sekarang", True), ("hapus nomor lama", False),
     ("ya", False), ("", False)],
)  # fmt: skip
def test_yes_may_name_the_deed_again(text: str, expected: bool) -> None:
    assert agrees_again(text, frozenset({"hapus", "hapusen"})) is expected


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("pilih sendiri dl", True), ("saya pilih sendiri", True), ("tak pilih dewe", True),
        ("boleh tp jgn kasih tau ibuku", True), ("nggih angsal, nanging ojo disebar nggih", True),
        ("boleh", False), ("tidak", False), ("jangan", False), ("", False),
    ],
)  # fmt: skip
def test_leave_in_part_is_heard(text: str, chosen: bool) -> None:
    assert chooses(text) is chosen


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("boleh kak tp jgn dimarahin ya", "yes"), ("gak usah, soalnya malu", "no"), ("boleh", "yes"),
        ("takut kak", None), ("", None),
    ],
)  # fmt: skip
def test_leave_is_heard_before_a_but(text: str, answer: str | None) -> None:
    assert agrees_first(text) == answer


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("emoh data ku disimpen", True), ("gak usah disimpen bu", True), ("jangan catat nama saya", True),
        ("tidak mau data saya dipakai", True), ("data apa yang disimpan?", False), ("boleh disimpan", False),
        ("emoh", False), ("", False),
    ],
)  # fmt: skip
def test_refusal_to_have_data_kept_is_heard(text: str, refuses: bool) -> None:
    assert refuses_keeping(text) is refuses
