"""Small talk, misunderstanding, officers who take over, and whether she wants to be written to at all."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, DINKES, MIDWIFE, NOW, STRANGER, world
from tests.stack import RunningStack

HER = ACTIVE.phone
VAGUE = (
    "itu yang kemarin gimana", "sing wingi kae yo opo", "yang kemarin belum", "satu lagi bu", "yang itu lho bu",
    "kalau yang satunya", "anu bu", "mosok ngono", "yang sana atau yang sini", "itu tadi",
)  # fmt: skip


@pytest.fixture(scope="module")
def unclear(running_stack: RunningStack) -> str:
    """Words that the model of today makes nothing of, the first time and the second."""
    for text in VAGUE:
        running_stack.reset(world(), NOW)
        if all(running_stack.say(HER, text).trace["intent"] == "nlu_fallback" for _ in range(2)):
            return text
    raise AssertionError("the model claims to understand everything: " + ", ".join(VAGUE))


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("assalamualaikum", "Kawal Bunda"),
        ("halo", "Kawal Bunda"),
        ("kamu robot ya?", "mesin penjawab"),
        ("bisa bantu apa saja?", "Saya bisa bantu"),
        ("makasih ya bu", "Sama-sama"),
        ("harga emas hari ini berapa", "tidak bisa bantu"),
        ("/start", "Kawal Bunda"),
    ],
    ids=["salam", "halo", "robot", "help", "thanks", "gold", "start"],
)
def test_small_talk_is_answered(stack: RunningStack, channel: str, text: str, word: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    assert word in stack.say(STRANGER, text).text


def test_two_readings_then_a_human_when_nothing_is_understood(unclear: str, stack: RunningStack) -> None:
    first = stack.say(HER, unclear)
    assert "kurang paham" in first.text
    assert len(first.buttons) == 3
    second = stack.say(HER, unclear)
    assert "masih belum paham" in second.text
    assert [talk["status"] for talk in stack.records("handoff", phone=HER)] == ["open"]


def test_counting_starts_anew_when_she_was_understood_in_between(unclear: str, stack: RunningStack) -> None:
    stack.say(HER, unclear)
    stack.say(HER, "halo")
    assert "kurang paham" in stack.say(HER, unclear).text
    assert stack.records("handoff") == []


def test_offered_reading_is_done_when_its_button_is_pressed(unclear: str, stack: RunningStack) -> None:
    answer = stack.say(HER, unclear)
    title, payload = next(iter(answer.buttons.items()))
    assert title
    assert "paham" not in stack.say(HER, button=payload).text


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_officer_talks_and_the_bot_is_silent_until_she_closes(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    assert "petugas" in stack.say(HER, "saya mau bicara dengan orang").text
    waiting = stack.received(MIDWIFE)
    assert len(waiting) == 1
    assert ACTIVE.name in waiting[0]["text"]
    stack.staff("reply", MIDWIFE, HER, "Ada yang bisa dibantu, Bu Kasiyem?")
    assert [(m["kind"], m["text"]) for m in stack.received(HER)][-1] == ("staff", "Ada yang bisa dibantu, Bu Kasiyem?")
    assert stack.records("handoff", phone=HER)[0] == {"phone": HER, "owner": MIDWIFE, "status": "taken"}
    silent = stack.say(HER, "halo")
    assert silent.texts == []
    assert silent.trace["handled_by"] == "staff"
    assert "Berangkat sekarang" in stack.say(HER, "bu saya keluar darah banyak").text
    assert stack.say(HER, "halo lagi").texts == []
    stack.staff("close", MIDWIFE, HER)
    assert "Kawal Bunda" in stack.say(HER, "halo").text
    assert stack.records("handoff", phone=HER)[0]["status"] == "closed"


def test_officer_may_write_first(stack: RunningStack) -> None:
    stack.staff("reply", MIDWIFE, HER, "Bu, besok jadwal periksa ya.")
    message = stack.received(HER)[-1]
    assert message["kind"] == "staff"
    assert message["template"] is not None
    assert stack.say(HER, "halo").texts == []


def test_one_talk_is_opened_when_she_asks_for_a_human_twice(stack: RunningStack) -> None:
    stack.say(HER, "saya mau bicara dengan orang")
    stack.say(HER, "mana orangnya, saya mau bicara dengan orang")
    assert len(stack.records("handoff", phone=HER)) == 1
    assert len(stack.received(MIDWIFE)) == 1


def test_dinkes_is_asked_when_nobody_knows_where_she_lives(stack: RunningStack) -> None:
    stack.say(STRANGER, "saya mau bicara dengan orang")
    assert [message["kind"] for message in stack.received(DINKES)] == ["alert"]
    assert stack.received(MIDWIFE) == []


@pytest.mark.parametrize(
    ("stop", "start"), [("STOP", "MULAI"), ("/stop_messages", "/start_messages")], ids=["typed", "button"]
)
def test_messages_stop_and_start_when_she_says_so(stack: RunningStack, stop: str, start: str) -> None:
    def send(word: str) -> str:
        return (stack.say(HER, button=word) if word.startswith("/") else stack.say(HER, word)).text

    assert "tidak akan mengirim pesan lagi" in send(stop)
    assert stack.records("person", phone=HER)[0]["messages"] == "stopped"
    assert "Kawal Bunda" in stack.say(HER, "halo").text
    stack.staff("reply", MIDWIFE, HER, "Halo Bu")
    assert stack.received(HER)[-1]["kind"] == "staff"
    stack.staff("close", MIDWIFE, HER)
    assert "boleh mengirim" in send(start)
    assert stack.records("person", phone=HER)[0]["messages"] == "on"


def test_human_is_called_when_she_asks_for_one(stack: RunningStack) -> None:
    assert "petugas" in stack.say(HER, "mau bicara sama bidan").text
    assert len(stack.records("handoff", phone=HER)) == 1
    assert stack.received(CADRE) == []
