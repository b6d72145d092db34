"""A birth, from the first word to what follows it, on the running system."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, MIDWIFE, NOW, SWITCHED_OFF, world
from tests.stack import RunningStack

HER = ACTIVE.phone
WHOLE = "bayi saya sudah lahir tadi pagi jam 5 di puskesmas, laki-laki 3100 gram"


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_one_message_closes_the_pregnancy_and_opens_what_follows(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    said = stack.say(HER, WHOLE)
    assert "Ibu dan bayi sehat?" in said.text
    assert stack.records("birth") == [
        {
            "mother_nik": ACTIVE.nik, "date": "2026-11-21", "time": "05:00", "place": "puskesmas", "sex": "M",
            "weight_g": 3100,
        }
    ]  # fmt: skip
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["status"] == "delivered"
    planned = stack.records("reminder", nik=ACTIVE.nik, status="planned")
    assert {row["kind"] for row in planned} >= {"postnatal", "newborn_jkn"}
    assert "anc" not in {row["kind"] for row in planned}
    assert said.to(MIDWIFE)
    assert said.to(CADRE)
    assert "periksa nifas ke-1" in stack.say(HER, "alhamdulillah sehat semua").text


def test_the_day_is_asked(stack: RunningStack) -> None:
    assert "hari apa" in stack.say(HER, "alhamdulillah sudah lahiran bu").text
    stack.say(HER, "tadi pagi jam 5")
    assert stack.records("birth")[0]["time"] == "05:00"


def test_an_unwell_baby_is_an_emergency(stack: RunningStack) -> None:
    stack.say(HER, WHOLE)
    assert "119" in stack.say(HER, "bayinya gak mau nyusu").text
    assert stack.records("alert")[0]["kind"] == "danger_sign"


def test_a_cadres_word_is_read_back_first(stack: RunningStack) -> None:
    assert "Betul?" in stack.say(CADRE, "bu ngatinah sudah lahiran kemarin malam jam 10 di bidan").text
    assert stack.records("birth") == []
    said = stack.say(CADRE, "betul")
    assert stack.records("birth", mother_nik=SWITCHED_OFF.nik)
    assert said.to(MIDWIFE)
    assert not said.to(SWITCHED_OFF.phone)


def test_told_twice_it_is_one_birth(stack: RunningStack) -> None:
    stack.say(HER, WHOLE)
    stack.say(HER, "alhamdulillah sehat semua")
    assert "sudah tercatat" in stack.say(HER, "bu bayi saya sudah lahir").text
    assert len(stack.records("birth")) == 1
