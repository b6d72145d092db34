"""Talks with people: when somebody answers, what happens when nobody does, and how the bot comes back."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, DINKES, MIDWIFE, NIGHT, NOW, world
from tests.stack import RunningStack

HER = ACTIVE.phone
WISH = "saya mau bicara dengan orang"
TUESDAY = "2026-11-24T09:00:00+07:00"


def texts(stack: RunningStack, phone: str) -> list[str]:
    return [message["text"] for message in stack.received(phone)]


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_at_night_she_is_told_when_and_the_office_in_the_morning(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NIGHT, channel=channel)
    answer = stack.say(HER, WISH)
    assert "besok jam 07.30" in answer.text
    assert "119" in answer.text
    assert stack.received(MIDWIFE) == []
    stack.advance("2026-11-22T08:00:00+07:00")
    assert len(stack.received(MIDWIFE)) == 1


def test_nobody_answers_and_dinkes_hears_of_it(stack: RunningStack) -> None:
    stack.reset(world(), TUESDAY)
    stack.say(HER, WISH)
    stack.advance("2026-11-24T09:20:00+07:00")
    assert any("hari ini jam 11.00" in text for text in texts(stack, HER))
    assert "Masih menunggu" in texts(stack, MIDWIFE)[-1]
    stack.advance("2026-11-24T11:01:00+07:00")
    assert "Belum dijawab puskesmas" in texts(stack, DINKES)[-1]
    stack.staff("reply", DINKES, HER, "Maaf menunggu, Bu. Ada apa?")
    assert stack.records("handoff", phone=HER) == [{"phone": HER, "owner": DINKES, "status": "taken"}]
    before = len(texts(stack, HER))
    stack.advance("2026-11-24T20:00:00+07:00")
    assert len(texts(stack, HER)) == before


def test_her_words_reach_the_officer_who_talks_with_her(stack: RunningStack) -> None:
    stack.reset(world(), TUESDAY)
    stack.staff("reply", MIDWIFE, HER, "NIK-nya berapa, Bu?")
    answer = stack.say(HER, f"ini bu {ACTIVE.nik}")
    assert answer.texts == []
    assert ACTIVE.name in answer.to(MIDWIFE)[0]["text"]
    assert ACTIVE.nik not in answer.to(MIDWIFE)[0]["text"]


def test_a_silent_talk_goes_back_to_the_bot_in_the_morning(stack: RunningStack) -> None:
    stack.reset(world(), TUESDAY)
    stack.staff("reply", MIDWIFE, HER, "Sudah saya catat, Bu.")
    stack.advance("2026-11-25T07:00:00+07:00")
    message = stack.received(HER)[-1]
    assert "Saya lanjut menemani Ibu" in message["text"]
    assert "T06:00" in message["at"]
    assert "Kawal Bunda" in stack.say(HER, "halo").text


def test_closing_is_told_and_the_bot_answers(stack: RunningStack) -> None:
    stack.reset(world(), NOW)
    stack.staff("reply", MIDWIFE, HER, "Sehat selalu, Bu.")
    stack.staff("close", MIDWIFE, HER)
    assert "Saya lanjut menemani Ibu" in texts(stack, HER)[-1]
    assert stack.records("handoff", phone=HER)[0]["status"] == "closed"
