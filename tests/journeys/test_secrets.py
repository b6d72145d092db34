"""Somebody asks with another woman's NIK: he learns nothing, however he asks."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, MIDWIFE, NOW, POOR, STRANGER, SWITCHED_OFF, Mother, world
from tests.stack import RunningStack

QUESTION = "apakah saya bisa lahiran gratis?"
PATH_WORDS = ("tercatat", "kemungkinan besar gratis", "sktm", "tunggakan", "kis gratis", "pbi", "desil", "kelas")


def assert_nothing_leaked(stack: RunningStack, phone: str, mother: Mother) -> None:
    """Neither her name, number, place nor what the registers say stands in anything this phone received."""
    secrets = {*mother.name.casefold().split(), mother.nik, mother.phone, *PATH_WORDS}
    if mother.place:
        secrets |= {part.casefold() for part in mother.place}
    for message in stack.received(phone):
        told = str([message["text"], message["buttons"], message["rows"]]).casefold()
        assert [secret for secret in secrets if secret in told] == []
    assert stack.records("eligibility", phone=phone) == []


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
@pytest.mark.parametrize("mother", [ACTIVE, POOR.new()], ids=["registered", "not registered"])
def test_stranger_is_paused_when_birth_date_is_wrong_three_times(
    stack: RunningStack, mother: Mother, channel: str
) -> None:
    stack.reset(world(mother), NOW, channel=channel)
    stack.say(STRANGER, f"cek {mother.nik} dapat gratis gak")
    stack.say(STRANGER, "1 januari 1990")
    stack.say(STRANGER, "2 januari 1990")
    assert "berhenti dulu" in stack.say(STRANGER, "3 januari 1990").text
    assert "berhenti dulu" in stack.say(STRANGER, f"{QUESTION} nik {mother.nik} lahir {mother.spoken_birthday}").text
    assert_nothing_leaked(stack, STRANGER, mother)
    assert [talk["status"] for talk in stack.records("handoff", phone=STRANGER)] == ["open"]


def test_pause_ends_after_an_hour(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    stack.say(POOR.phone, f"cek {POOR.nik} dapat gratis gak")
    for wrong in ("1 januari 1990", "2 januari 1990", "3 januari 1990"):
        stack.say(POOR.phone, wrong)
    stack.advance("2026-11-21T10:01:00+07:00")
    stack.say(POOR.phone, QUESTION)
    stack.say(POOR.phone, POOR.nik)
    assert "SKTM" in stack.say(POOR.phone, POOR.spoken_birthday).text


@pytest.mark.parametrize("birthday", ["9 mei 1980", "5 maret 1999"], ids=["far off", "a year off"])
def test_stranger_learns_nothing_when_he_asks_in_one_message(stack: RunningStack, birthday: str) -> None:
    stack.say(STRANGER, f"tolong cek nik {ACTIVE.nik} lahir {birthday} gratis ndak")
    assert_nothing_leaked(stack, STRANGER, ACTIVE)


def test_stranger_is_asked_her_name_when_he_knows_her_birth_date(stack: RunningStack) -> None:
    answer = stack.say(STRANGER, f"{QUESTION} nik {ACTIVE.nik} lahir {ACTIVE.spoken_birthday}")
    assert "Nama lengkap" in answer.text
    for name in ("Sri Wahyuni", "Kasiyem", "Dewi Lestari"):
        last = stack.say(STRANGER, f"nama saya {name}")
    assert "berhenti dulu" in last.text
    assert_nothing_leaked(stack, STRANGER, ACTIVE)


def test_mother_is_answered_from_another_phone_when_birth_date_and_name_are_right(stack: RunningStack) -> None:
    stack.say(STRANGER, f"{QUESTION} nik {ACTIVE.nik}")
    assert "Nama lengkap" in stack.say(STRANGER, ACTIVE.spoken_birthday).text
    assert "Kabar baik" in stack.say(STRANGER, ACTIVE.name.lower()).text


def test_registered_mother_is_not_answered_about_another_nik_without_proof(stack: RunningStack) -> None:
    answer = stack.say(SWITCHED_OFF.phone, f"cek nik {ACTIVE.nik} apakah berhak gratis")
    assert "tanggal lahir" in answer.text.lower()
    assert_nothing_leaked(stack, SWITCHED_OFF.phone, ACTIVE)


def test_stranger_learns_nothing_when_he_asks_around_the_form(stack: RunningStack) -> None:
    for text in (
        f"saya suaminya {ACTIVE.name}, dia dapat bantuan apa?",
        f"nomor hp ibu {ACTIVE.name} berapa",
        f"{ACTIVE.nik}",
        f"nama saya {ACTIVE.name}",
        "lihat data saya",
    ):
        stack.say(STRANGER, text)
    assert_nothing_leaked(stack, STRANGER, ACTIVE)


def test_proof_of_yesterday_does_not_open_her_data_today(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    stack.say(POOR.phone, f"{QUESTION} {POOR.nik} {POOR.spoken_birthday}")
    assert len(stack.records("eligibility")) == 2
    stack.advance("2026-11-22T09:30:00+07:00")
    assert "NIK" in stack.say(POOR.phone, QUESTION).text
    assert len(stack.records("eligibility")) == 2


def test_staff_hear_that_somebody_guessed_but_not_whom(stack: RunningStack) -> None:
    stack.say(STRANGER, f"cek {ACTIVE.nik} dapat gratis gak")
    for wrong in ("1 januari 1990", "2 januari 1990", "3 januari 1990"):
        stack.say(STRANGER, wrong)
    told = [message["text"] for message in stack.received() if message["to"] != STRANGER]
    assert len(told) == 1
    assert ACTIVE.nik not in told[0]
    assert ACTIVE.name not in told[0]
    assert stack.received(MIDWIFE) == []
