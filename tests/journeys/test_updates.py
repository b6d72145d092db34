"""Data that change, on the real system: dates, numbers, a mother told of by her cadre."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, MIDWIFE, NOW, OTHER_CADRE, POOR, STRANGER, world
from tests.stack import RunningStack

HER, NEW = ACTIVE.phone, "+6281299000098"
CHANNELS = pytest.mark.parametrize("channel", ["whatsapp", "telegram"])


@CHANNELS
def test_first_day_is_put_right_and_the_reminders_move(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    before = {row["visit"]: row["due"] for row in stack.records("reminder", nik=ACTIVE.nik, kind="anc")}
    said = stack.say(HER, "hpht saya salah, yang bener 10 juni 2026")
    for part in ("12 Mei 2026", "10 Juni 2026", "23 minggu", "17 Maret 2027"):
        assert part in said.text
    stack.say(HER, "benar")
    assert [(row["field"], row["old"], row["new"]) for row in stack.records("pregnancy_change", nik=ACTIVE.nik)] == [
        ("hpht", "2026-05-12", "2026-06-10"), ("hpl", "2027-02-16", "2027-03-17"),
    ]  # fmt: skip
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["hpl"] == "2027-03-17"
    planned = stack.records("reminder", nik=ACTIVE.nik, kind="anc", status="planned")
    assert {row["visit"]: row["due"] for row in planned} != before


def test_due_date_of_an_ultrasound_is_taken(stack: RunningStack) -> None:
    assert "2 Maret 2027" in stack.say(HER, "ganti hpl saya, kata usg 2 maret 2027").text
    stack.say(HER, button="/inform:update_confirm:yes")
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["hpl"] == "2027-03-02"


def test_word_of_the_mother_does_not_replace_that_of_the_midwife(stack: RunningStack) -> None:
    stack.say(MIDWIFE, f"ganti hpl bu {ACTIVE.name}, hasil usg 2 maret 2027")
    stack.say(MIDWIFE, button="/inform:update_confirm:yes")
    assert "teruskan ke bidan" in stack.say(HER, "hpht saya salah, yang bener 1 juli 2026").text
    assert stack.records("pregnancy", nik=ACTIVE.nik)[0]["hpl"] == "2027-03-02"
    assert stack.records("handoff", phone=HER)


def test_cadre_puts_a_date_right_for_a_mother_of_her_village_only(stack: RunningStack) -> None:
    stack.say(OTHER_CADRE, f"hpht bu {ACTIVE.name} salah, yang bener 10 juni 2026")
    assert stack.records("pregnancy_change") == []
    assert ACTIVE.name in stack.say(CADRE, f"hpht bu {ACTIVE.name} salah, yang bener 10 juni 2026").text
    stack.say(CADRE, button="/inform:update_confirm:yes")
    assert {row["by"] for row in stack.records("pregnancy_change", nik=ACTIVE.nik)} == {"cadre"}


def test_impossible_date_changes_nothing(stack: RunningStack) -> None:
    stack.say(HER, "hpht saya salah, yang benar 5 april 2028")
    assert stack.records("pregnancy_change") == []


@CHANNELS
def test_new_number_is_used_at_once_and_asked_once(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    stack.say(HER, f"ganti nomor 0{NEW.removeprefix('+62')}")
    stack.say(HER, "benar")
    assert stack.records("person", nik=ACTIVE.nik)[0]["phone"] == NEW
    received = stack.received(NEW)
    assert len(received) == 1
    assert ACTIVE.nik not in received[0]["text"]


def test_stranger_on_the_new_number_sends_it_back(stack: RunningStack) -> None:
    stack.say(HER, f"ganti nomor 0{NEW.removeprefix('+62')}")
    stack.say(HER, "benar")
    stack.say(NEW, "bukan saya, salah orang")
    assert stack.records("person", nik=ACTIVE.nik)[0]["phone"] == HER


def test_stranger_on_her_old_number_gets_nothing_more(stack: RunningStack) -> None:
    stack.say(HER, "maaf salah orang, saya bukan bu kasiyem")
    assert stack.records("person", nik=ACTIVE.nik)[0]["phone"] is None
    assert ACTIVE.name not in stack.say(HER, "data saya apa saja yang disimpan").text


def test_mother_moves_to_her_new_phone_by_proving_who_she_is(stack: RunningStack) -> None:
    stack.say(STRANGER, "nomor saya ganti bu")
    stack.say(STRANGER, POOR.nik)
    stack.say(STRANGER, POOR.spoken_birthday)
    assert "pindahkan" in stack.say(STRANGER, POOR.name).text
    assert stack.records("person", nik=POOR.nik)[0]["phone"] == STRANGER


def test_mother_on_two_channels_is_one_and_answered_where_she_writes(stack: RunningStack) -> None:
    telegram = stack.say(HER, "data saya apa saja yang disimpan", channel="telegram")
    assert ACTIVE.name in telegram.text
    assert ACTIVE.name in stack.say(HER, "data saya apa saja yang disimpan").text
    assert len(stack.records("person", nik=ACTIVE.nik)) == 1
