"""Own data on the real system: shown, kept after "batal", erased everywhere at once."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, MIDWIFE, NOW, world
from tests.stack import RunningStack

HER = ACTIVE.phone
CHANNELS = pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
LATER = "2026-11-21T09:30:00+07:00"


@CHANNELS
def test_she_sees_what_is_kept_and_her_card(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    said = stack.say(HER, "data saya apa saja yang disimpan")
    assert ACTIVE.name in said.text
    assert ACTIVE.nik not in said.text
    assert any(message["image"] for message in said.messages)
    assert [row["type"] for row in stack.records("data_request")] == ["show"]


@CHANNELS
def test_everything_of_hers_is_erased_when_she_says_so(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    stack.say(HER, "apakah saya bisa lahiran gratis?")
    assert "puskesmas tetap ada" in stack.say(HER, "hapus data saya").text
    said = stack.say(HER, button="/inform:delete:yes")
    assert "sudah saya hapus" in said.text
    assert len(said.messages) == 1
    for record in ("person", "pregnancy", "consent", "eligibility", "visit", "reminder"):
        assert stack.records(record, nik=ACTIVE.nik) == []
    assert [(row["type"], row["status"]) for row in stack.records("data_request")] == [("delete", "done")]
    stack.advance(LATER)
    again = stack.say(HER, "data saya apa saja yang disimpan")
    assert "belum menyimpan" in again.text
    assert ACTIVE.name not in again.text


@pytest.mark.parametrize("answer", ["batal", "tidak"])
def test_nothing_is_erased_when_she_thinks_better_of_it(stack: RunningStack, answer: str) -> None:
    stack.say(HER, "hapus data saya")
    stack.say(HER, answer)
    assert [row["name"] for row in stack.records("person", nik=ACTIVE.nik)] == [ACTIVE.name]
    assert stack.records("data_request") == []


def test_emergency_goes_on_when_she_is_erased(stack: RunningStack) -> None:
    stack.say(HER, "saya perdarahan banyak sekali")
    stack.say(HER, "hapus data saya")
    stack.say(HER, button="/inform:delete:yes")
    alerts = stack.records("alert", kind="danger_sign")
    assert [(row["nik"], row["phone"], row["status"]) for row in alerts] == [(None, None, "open")]
    assert MIDWIFE in alerts[0]["to"]


def test_danger_is_answered_after_the_erasure_too(stack: RunningStack) -> None:
    stack.say(HER, "hapus data saya")
    stack.say(HER, button="/inform:delete:yes")
    assert stack.say(HER, "saya perdarahan banyak sekali").trace["danger"]


def test_cadre_cannot_erase_a_mother(stack: RunningStack) -> None:
    assert "ibu sendiri" in stack.say(CADRE, f"hapus data bu {ACTIVE.name}").text
    assert stack.records("person", nik=ACTIVE.nik)
