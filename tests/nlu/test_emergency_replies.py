"""Short words of a mother after an alert."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.emergency_replies import (
    declines,
    is_mistake,
    only_agrees,
    read_companion,
    read_mistake_answer,
    read_wellbeing,
)
from tests.nlu.tables import messages

COMPANIONS = [
    ("sendiri", "alone"),
    ("sendirian bu", "alone"),
    ("dewean", "alone"),
    ("kulo piyambakan", "alone"),
    ("gak ada siapa-siapa", "alone"),
    ("gak onok wong", "alone"),
    ("tidak ada orang bu", "alone"),
    ("suami", "family"),
    ("sama suami", "family"),
    ("karo bojoku", "family"),
    ("ada ibu mertua", "family"),
    ("sama ibuku dan tetangga", "family"),
    ("tetangga", "neighbour"),
    ("ditemani bu kader", "neighbour"),
    ("iya", None),
    ("", None),
    ("suami saya kerja di kalimantan", None),
    ("saya sendirian bu suami kerja", "alone"),
    ("aku dewean mbak, bojoku nyambut gawe nang surabaya", "alone"),
    ("sendirian, suami belum pulang", "alone"),
    ("saya sendirian bu takut", "alone"),
    ("sendirian sama anak", "family"),
    ("saya takut", None),
    ("kok sendirian?", None),
    ("tidak", None),
    ("di rumah", None),
    ("kepala saya pusing", None),
    ("di rumah desa Sumberoto rt 3 sama ibu", "family"),
    ("kenapa sama ibu?", None),
    ("di jalan diantar tetangga", "neighbour"),
    ("sama sekali tidak bisa jalan", None),
]
MISTAKES = [
    ("maaf bu tadi kepencet, gak papa kok", True), ("salah kirim bu", True), ("dolanan anak ku bu", True),
    ("bukan darurat", True), ("salah makan jadi mules", False), ("kepencet apa ya ini?", False), ("", False),
]  # fmt: skip
AGREES = [
    ("iya", True), ("iya bu", True), ("ok", True), ("makasih banyak bu", True), ("nggih matur nuwun", True),
    ("siap bu", True), ("terima kasih", True), ("otw bu", True), ("tidak", False), ("", False),
    ("masih bu", True), ("isih", True), ("masih sakit", False),
    ("iya tapi darahnya banyak", False), ("makasih, kalau bayar berapa", False), ("bu", True),
]  # fmt: skip
NEWS = [
    ("sudah sehat bu", "well"), ("alhamdulillah sudah baik", "well"), ("wis mendingan", "well"), ("sudah baik", "well"),
    ("masih sakit", "unwell"), ("belum bu", "unwell"), ("tambah parah", "unwell"), ("jik loro bu", "unwell"),
    ("belum sehat", "unwell"), ("gak sehat", "unwell"), ("sehat tapi masih lemas", "unwell"), ("", None),
    ("sudah baik?", None), ("mau tanya jadwal", None), ("iya", None),
    ("alhamdulillah kemarin saya diantar suami ke puskesmas terus pulang", None),
]  # fmt: skip

ANSWERS = [
    ("iya salah", "yes"), ("iya", "yes"), ("ya bu salah pencet", "yes"), ("iya tadi salah kirim", "yes"),
    ("iya baik baik saja", "yes"), ("tidak", "no"), ("ora, tulung", "no"), ("tidak bu tolong", "no"),
    ("iya salah, saya sehat", "yes"), ("salah bu, bayi saya sakit", "no"),
    ("masih sakit", "no"), ("gak salah", "no"), ("kapan periksa", None), ("salah?", None), ("", None),
]  # fmt: skip
REFUSALS = [
    ("tidak bisa, saya di luar kota", True), ("gak iso bu, lagi masak", True), ("saya lagi rapat", True),
    ("ibunya tidak bisa dihubungi", False), ("gak iso ambegan", False), ("tidak bisa jalan", False),
    ("bisa bu", False), ("tidak bisa?", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ANSWERS, ids=[text for text, _ in ANSWERS])
def test_answer_whether_it_was_a_mistake(text: str, expected: str | None) -> None:
    assert read_mistake_answer(text) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSALS, ids=[text for text, _ in REFUSALS])
def test_helper_who_cannot_come_is_told_from_a_mother_who_cannot(text: str, expected: bool) -> None:
    assert declines(text) is expected


@pytest.mark.parametrize(("text", "expected"), COMPANIONS, ids=[text for text, _ in COMPANIONS])
def test_who_is_with_her(text: str, expected: str | None) -> None:
    assert read_companion(text) == expected


@pytest.mark.parametrize(("text", "expected"), AGREES, ids=[text for text, _ in AGREES])
def test_a_message_that_only_agrees(text: str, expected: bool) -> None:
    assert only_agrees(text) is expected


@pytest.mark.parametrize(("text", "expected"), NEWS, ids=[text for text, _ in NEWS])
def test_how_she_is(text: str, expected: str | None) -> None:
    assert read_wellbeing(text) == expected


@given(text=messages("iya suami sendiri tidak ada sudah sehat masih sakit ? , bu darah "))
def test_any_message_is_read_without_harm(text: str) -> None:
    assert read_companion(text) in {None, "alone", "family", "neighbour"}
    assert read_wellbeing(text) in {None, "well", "unwell"}
    assert only_agrees(text) in {True, False}


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=[text for text, _ in MISTAKES])
def test_alarm_that_was_a_slip_of_the_finger(text: str, expected: bool) -> None:
    assert is_mistake(text) is expected
