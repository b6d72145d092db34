"""Consent after a cadre's registration, STOP and START, and two mothers on one phone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, NOW, OTHER_STRANGER, POOR, world
from tests.stack import RunningStack

HER = OTHER_STRANGER
ONE_LINE = f"daftarkan bumil Dewi Lestari, lahir 7 juli 2001, desa Sumberoto, hpht 12 mei 2026, hp {HER}"


def pending(person: dict[str, Any]) -> dict[str, Any]:
    """A world row of a mother who has not answered yet."""
    return {**person, "consent": "pending"}


@pytest.fixture
def asked(stack: RunningStack) -> RunningStack:
    """A cadre has registered a mother, who was asked for her own consent."""
    stack.say(CADRE, ONE_LINE)
    for _ in range(3):
        if stack.received(HER):
            break
        stack.say(CADRE, "ya")
    return stack


def question(stack: RunningStack) -> dict[str, str]:
    """The buttons of the one message that asks her."""
    messages = [message for message in stack.received(HER) if "didaftarkan oleh" in message["text"]]
    assert len(messages) == 1
    assert messages[0]["template"] == "consent_ask_mother"
    return {button["title"]: button["payload"] for button in messages[0]["buttons"]}


def test_mother_is_asked_by_name_of_the_cadre_and_says_yes(asked: RunningStack) -> None:
    assert "Srimulat" in asked.received(HER)[-1]["text"]
    (person,) = asked.records("person", phone=HER)
    assert (person["consent"], person["registered_by"]) == ("pending", CADRE)
    assert "Izin Ibu" in asked.say(HER, button=question(asked)["Ya, boleh"]).text
    assert asked.records("person", phone=HER)[0]["consent"] == "given"


def test_plain_yes_in_words_does_the_same(asked: RunningStack) -> None:
    question(asked)
    assert "Izin Ibu" in asked.say(HER, "iya bu").text
    assert asked.records("person", phone=HER)[0]["consent"] == "given"


def test_no_is_respected_and_the_cadre_is_asked_to_go_there(asked: RunningStack) -> None:
    answer = asked.say(HER, button=question(asked)["Tidak"])
    assert "tidak saya simpan" in answer.text
    assert any("belum mengizinkan" in message["text"] for message in answer.to(CADRE))
    (person,) = asked.records("person", phone=HER)
    assert (person["consent"], person["registered"], person["dob"]) == ("refused", False, None)
    before = len(asked.received(HER))
    asked.advance("2027-01-20T09:00:00+07:00")
    assert len(asked.received(HER)) == before


def test_purposes_are_chosen_one_by_one(asked: RunningStack) -> None:
    reminders = asked.say(HER, button=question(asked)["Saya pilih sendiri"])
    sharing = asked.say(HER, button=reminders.buttons["Tidak"])
    assert "Izin Ibu" in asked.say(HER, button=sharing.buttons["Ya, boleh"]).text
    assert asked.records("person", phone=HER)[0]["consent"] == "given"


def test_button_of_another_phone_does_nothing(asked: RunningStack) -> None:
    payload = question(asked)["Ya, boleh"]
    asked.say(POOR.phone, button=payload)
    assert asked.records("person", phone=HER)[0]["consent"] == "pending"


def test_stop_and_start_hold_at_once(stack: RunningStack) -> None:
    her = ACTIVE.phone
    assert "tidak akan mengirim pesan lagi" in stack.say(her, "STOP").text
    assert stack.records("person", phone=her)[0]["messages"] == "stopped"
    before = len(stack.received(her))
    stack.advance("2027-01-05T09:00:00+07:00")
    assert len(stack.received(her)) == before
    assert stack.say(her, "MULAI").text
    assert stack.records("person", phone=her)[0]["messages"] == "on"


def test_two_mothers_on_one_phone_are_asked_who_writes(stack: RunningStack) -> None:
    document = world()
    for row in document["persons"]:
        if row["nik"] == POOR.nik:
            row["phone"] = ACTIVE.phone
    stack.reset(document, NOW)
    asked = stack.say(ACTIVE.phone, "saya mau daftar")
    assert "lebih dari satu ibu" in asked.text
    assert "Bu Legiyem" in asked.buttons
    assert "Bu Legiyem" in stack.say(ACTIVE.phone, button=asked.buttons["Bu Legiyem"]).text
    assert "Legiyem" in stack.say(ACTIVE.phone, "saya mau daftar").text
