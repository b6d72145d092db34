"""Check-ups told, moved and asked for, on the running system."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, MIDWIFE, NOW, OTHER_CADRE, STRANGER, SWITCHED_OFF, world
from tests.stack import RunningStack

HER = ACTIVE.phone


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_she_tells_her_visit_and_hears_the_next(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    said = stack.say(HER, "sudah periksa kemarin bu")
    assert "periksa ke-5" in said.text
    assert "Puskesmas Donomulyo" in said.text
    assert stack.records("visit", nik=ACTIVE.nik) == [
        {"nik": ACTIVE.nik, "visit": "K4", "date": "2026-11-20", "status": "reported", "reporter": HER}
    ]
    assert {row["status"] for row in stack.records("reminder", nik=ACTIVE.nik, visit="K4")} == {"cancelled"}


def test_told_twice_it_is_one_visit(stack: RunningStack) -> None:
    stack.say(HER, "sudah periksa kemarin bu")
    assert "sudah tercatat" in stack.say(HER, "bu saya sudah periksa kemarin").text
    assert len(stack.records("visit")) == 1


def test_the_day_is_asked_and_told(stack: RunningStack) -> None:
    stack.say(HER, "sudah periksa bu")
    assert stack.records("visit") == []
    stack.say(HER, "kemarin sore")
    assert stack.records("visit")[0]["date"] == "2026-11-20"


def test_a_cadre_tells_it_in_her_own_way(stack: RunningStack) -> None:
    said = stack.say(CADRE, "bu kasiyem sdh K4 td di pkm")
    assert "Kasiyem Wulansari" in said.text
    assert said.to(HER) == []
    assert stack.records("visit", nik=ACTIVE.nik)[0]["reporter"] == CADRE


def test_a_cadre_tells_it_in_short(stack: RunningStack) -> None:
    assert "Kasiyem Wulansari" in stack.say(CADRE, "bu kasiyem K2 12/11").text
    assert stack.records("visit", nik=ACTIVE.nik)[0]["date"] == "2026-11-12"


def test_a_cadre_of_another_village_finds_nobody(stack: RunningStack) -> None:
    assert "tidak menemukan" in stack.say(OTHER_CADRE, "bu kasiyem sudah K4 kemarin").text
    assert stack.records("visit") == []


def test_a_midwife_verifies(stack: RunningStack) -> None:
    stack.say(HER, "sudah periksa kemarin bu")
    stack.say(MIDWIFE, "bu kasiyem sudah K4 kemarin")
    assert [row["status"] for row in stack.records("visit")] == ["verified"]


def test_a_stranger_is_offered_to_register(stack: RunningStack) -> None:
    assert "/register_pregnancy" in stack.say(STRANGER, "sudah periksa kemarin").buttons.values()


def test_a_visit_is_moved_and_the_reminders_follow(stack: RunningStack) -> None:
    stack.say(HER, "saya mau ganti hari periksa")
    assert "tutup" in stack.say(HER, "hari minggu").text
    assert "Senin, 23 November 2026" in stack.say(HER, "ya boleh").text
    rows = stack.records("reminder", nik=ACTIVE.nik, visit="K4", status="planned")
    assert {row["due"][:10] for row in rows} <= {"2026-11-21", "2026-11-22", "2026-11-24"}


def test_a_question_in_between_is_answered_and_the_day_asked_again(stack: RunningStack) -> None:
    stack.say(HER, "saya mau ganti hari periksa")
    said = stack.say(HER, "jadwal periksa saya kapan?")
    assert "27 minggu" in said.text
    assert "hari apa" in said.text


@pytest.mark.parametrize(("who", "said"), [(HER, "jadwal periksa saya kapan?"), (CADRE, "jadwal bu kasiyem kapan")])
def test_her_schedule(stack: RunningStack, who: str, said: str) -> None:
    answer = stack.say(who, said).text
    assert "27 minggu" in answer
    assert "Selasa, 24 November 2026, di Puskesmas Donomulyo" in answer


def test_the_schedule_of_one_is_not_told_to_another(stack: RunningStack) -> None:
    assert "Wulansari" not in stack.say(OTHER_CADRE, "jadwal bu kasiyem kapan").text
    assert "Wulansari" not in stack.say(SWITCHED_OFF.phone, "jadwal bu kasiyem kapan").text
