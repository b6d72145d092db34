"""A part stands still or dies: she is told once, answered when it is back, in the order she wrote."""

from __future__ import annotations

import time

import pytest

from tests.journeys.worlds import ACTIVE, IN_DEBT, NOW, POOR, world
from tests.stack import RunningStack

HER = ACTIVE.phone
BACK_S = 45.0


def wait_for(stack: RunningStack, phone: str, word: str) -> list[str]:
    """All texts of a phone as soon as one of them has the word."""
    until = time.monotonic() + BACK_S
    while time.monotonic() < until:
        texts = [message["text"] for message in stack.received(phone)]
        if any(word in text for text in texts):
            return texts
        time.sleep(0.3)
    raise AssertionError(f"nothing with {word!r} within {BACK_S:.0f} s: {texts}")


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_she_is_told_once_and_answered_in_order_when_a_part_stood_still(stack: RunningStack, part: str) -> None:
    first, second = "surat apa saja yang harus dibawa?", "apakah saya bisa lahiran gratis?"
    with stack.halted(part):
        waiting = stack.say(HER, first)
        assert waiting.trace["handled_by"] == "waiting"
        assert ["agak lama" in text for text in waiting.texts] == [True]
        assert not stack.is_healthy()
        stack.say(HER, second)
    texts = wait_for(stack, HER, "Kabar baik")
    papers = next(number for number, text in enumerate(texts) if "Siapkan dalam satu tas" in text)
    assert papers < next(number for number, text in enumerate(texts) if "Kabar baik" in text)
    assert sum("Siapkan dalam satu tas" in text for text in texts) == 1
    assert sum("Kabar baik" in text for text in texts) == 1
    stack.wait_ready()


def test_question_about_a_sign_is_asked_at_once_when_rasa_stands_still(stack: RunningStack) -> None:
    with stack.halted("rasa"):
        answer = stack.say(HER, "kalau keluar darah itu bahaya gak ya bu?")
        assert "*sekarang*" in answer.text
        assert "Berangkat sekarang" in stack.say(HER, "iya").text
    assert len(stack.records("alert")) == 1
    stack.wait_ready()


def test_one_answer_to_the_form_counts_once_when_actions_stood_still(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    stack.say(POOR.phone, "apakah saya bisa lahiran gratis?")
    stack.say(POOR.phone, POOR.nik)
    with stack.halted("actions"):
        stack.say(POOR.phone, "1 januari 1990")
    wait_for(stack, POOR.phone, "belum cocok")
    assert "SKTM" in stack.say(POOR.phone, POOR.spoken_birthday).text
    assert stack.records("handoff") == []


def test_bot_that_died_answers_again_and_knows_what_was_said(stack: RunningStack) -> None:
    stack.reset(world(IN_DEBT.new()), NOW)
    stack.say(IN_DEBT.phone, "apakah saya bisa lahiran gratis?")
    stack.say(IN_DEBT.phone, IN_DEBT.nik)
    stack.kill_part("bot")
    assert "tunggakan" in stack.say(IN_DEBT.phone, IN_DEBT.spoken_birthday).text
