"""The entitlement form: wrong numbers, other questions in between, and ways out."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import HUSBAND, NOW, POOR, world
from tests.stack import RunningStack

QUESTION = "apakah saya bisa lahiran gratis?"
HER = POOR.phone


@pytest.fixture
def asked(stack: RunningStack) -> RunningStack:
    """She has asked, and the form waits for her NIK."""
    stack.reset(world(POOR.new()), NOW)
    assert "NIK" in stack.say(HER, QUESTION).text
    return stack


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (POOR.nik[:15], "ada 15"),
        (POOR.nik + "1", "ada 17"),
        (POOR.nik.replace("0", "O"), "huruf"),
        ("3507017213019004", "tidak ada di kalender"),
        (HUSBAND["nik"], "laki-laki"),
        ("9907014208019004", "mulai 35"),
        ("0001234567891", "BPJS"),
    ],
    ids=["15 digits", "17 digits", "letter O", "no such day", "a man's", "no such province", "BPJS card"],
)
def test_wrong_number_is_explained_and_the_right_one_still_works(asked: RunningStack, number: str, hint: str) -> None:
    assert hint in asked.say(HER, number).text
    assert "tanggal lahir" in asked.say(HER, POOR.nik).text
    assert "SKTM" in asked.say(HER, POOR.spoken_birthday).text


@pytest.mark.parametrize("number", ["3507011203150001", "3507012911100003"], ids=["March 2015", "November 2010"])
def test_family_card_is_recognised_when_sent_for_a_nik(asked: RunningStack, number: str) -> None:
    assert "Kartu Keluarga" in asked.say(HER, number).text


@pytest.mark.parametrize(
    "typed", ["3507 0142 0801 9004", "3507.0142.0801.9004", "nik saya 3507014208019004 ya bu", "NIK:3507014208019004"]
)
def test_nik_is_read_however_she_types_it(asked: RunningStack, typed: str) -> None:
    assert "tanggal lahir" in asked.say(HER, typed).text


@pytest.mark.parametrize(
    ("other", "answer"),
    [
        ("surat apa saja yang dibawa?", "Buku KIA"),
        ("kamu robot ya?", "mesin penjawab"),
        ("apa saja yang ditanggung?", "ditanggung"),
        ("terima kasih", "Sama-sama"),
    ],
    ids=["papers", "robot", "coverage", "thanks"],
)
def test_form_goes_on_when_she_asked_something_else(asked: RunningStack, other: str, answer: str) -> None:
    said = asked.say(HER, other).text
    assert answer in said
    assert "NIK" in said
    assert "tanggal lahir" in asked.say(HER, POOR.nik).text
    again = asked.say(HER, other).text
    assert answer in again
    assert "Tanggal lahir" in again
    assert "SKTM" in asked.say(HER, POOR.spoken_birthday).text


@pytest.mark.parametrize("way", ["batal", "gak jadi bu", "/cancel"], ids=["batal", "gak jadi", "button"])
def test_form_is_left_when_she_cancels(asked: RunningStack, way: str) -> None:
    answer = asked.say(HER, button=way) if way.startswith("/") else asked.say(HER, way)
    assert "berhenti dulu" in answer.text
    assert "NIK" not in asked.say(HER, "halo").text
    assert asked.records("eligibility") == []


@pytest.mark.parametrize("way", ["saya tidak punya ktp", "ktp durung dadi", "/deny"])
def test_mother_without_ktp_is_told_what_to_do(asked: RunningStack, way: str) -> None:
    answer = asked.say(HER, button=way) if way.startswith("/") else asked.say(HER, way)
    assert "Dukcapil" in answer.text
    assert "bukan berarti tidak dibantu" in answer.text


def test_human_is_called_when_she_wants_one_instead_of_the_form(asked: RunningStack) -> None:
    assert "petugas" in asked.say(HER, "saya mau bicara dengan bidan saja").text
    assert [talk["status"] for talk in asked.records("handoff", phone=HER)] == ["open"]
    assert "NIK" not in asked.say(HER, "halo").text


@pytest.mark.parametrize(
    ("said", "hint"),
    [("31 februari 2001", "tidak ada di kalender"), ("sekitar tahun 2001", "tanggal, bulan, dan tahun")],
    ids=["impossible", "year only"],
)
def test_birth_date_is_asked_again_when_it_cannot_be_read(asked: RunningStack, said: str, hint: str) -> None:
    asked.say(HER, POOR.nik)
    assert hint in asked.say(HER, said).text
    assert "SKTM" in asked.say(HER, POOR.spoken_birthday).text


def test_form_goes_on_when_rasa_was_killed_in_its_middle(asked: RunningStack) -> None:
    assert "tanggal lahir" in asked.say(HER, POOR.nik).text
    asked.kill_part("rasa")
    assert "SKTM" in asked.say(HER, POOR.spoken_birthday).text


def test_same_question_again_does_not_start_the_form_twice(asked: RunningStack) -> None:
    assert "NIK" in asked.say(HER, QUESTION).text
    asked.say(HER, POOR.nik)
    assert "anggal lahir" in asked.say(HER, QUESTION).text
    assert "SKTM" in asked.say(HER, POOR.spoken_birthday).text


def test_answer_is_remembered_for_the_rest_of_the_conversation(asked: RunningStack) -> None:
    asked.say(HER, POOR.nik)
    asked.say(HER, POOR.spoken_birthday)
    answer = asked.say(HER, "apa saya bisa melahirkan gratis bu?")
    assert "SKTM" in answer.text
    assert "16 angka" not in answer.text
