"""A loss, its silence afterwards, and an error taken back, on the running system."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, MIDWIFE, NOW, OTHER_CADRE, STRANGER, world
from tests.stack import RunningStack

HER = ACTIVE.phone


def planned(stack: RunningStack) -> list[dict[str, object]]:
    return stack.records("reminder", nik=ACTIVE.nik, status="planned")


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_one_message_ends_everything(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    assert planned(stack)
    said = stack.say(HER, "saya keguguran bu")
    assert "berduka" in said.text
    assert "?" not in said.text
    assert planned(stack) == []
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["status"] == "miscarriage"
    assert len(said.to(MIDWIFE)) == len(said.to(CADRE)) == 1
    stack.advance("2027-03-01T09:00:00+07:00")
    later = [message for message in stack.received(HER) if message["kind"] != "reply"]
    assert later == []


def test_a_cadre_tells_it_and_the_mother_gets_nothing(stack: RunningStack) -> None:
    said = stack.say(CADRE, "bu kasiyem keguguran tadi malam")
    assert said.to(HER) == []
    assert len(said.to(MIDWIFE)) == 1
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["status"] == "miscarriage"


@pytest.mark.parametrize("in_words", [True, False], ids=["words", "button"])
def test_an_error_is_taken_back(stack: RunningStack, in_words: bool) -> None:
    before = {(row["kind"], row["visit"], row["due"]) for row in planned(stack)}
    said = stack.say(CADRE, "bu kasiyem keguguran tadi malam")
    if in_words:
        stack.say(CADRE, "maaf salah lapor, ibunya masih hamil")
    else:
        stack.say(CADRE, button=said.buttons["Ini keliru"])
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["status"] == "active"
    assert {(row["kind"], row["visit"], row["due"]) for row in planned(stack)} == before


def test_what_is_only_feared_is_asked_about(stack: RunningStack) -> None:
    assert "/inform:loss_sure:no" in stack.say(HER, "kayaknya saya keguguran").buttons.values()
    stack.say(HER, "bukan")
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["status"] == "active"


def test_danger_told_with_it_comes_first(stack: RunningStack) -> None:
    said = stack.say(HER, "saya keguguran, darahnya banyak sekali gak berhenti")
    assert said.trace["danger"]
    assert "119" in said.text


def test_a_stranger_is_comforted_and_a_person_called(stack: RunningStack) -> None:
    assert "berduka" in stack.say(STRANGER, "saya keguguran").text
    assert stack.records("handoff", phone=STRANGER)


def test_a_cadre_of_another_village_changes_nothing(stack: RunningStack) -> None:
    stack.say(OTHER_CADRE, "bu kasiyem keguguran")
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["status"] == "active"
