"""Danger and labour: answered before anything else, helpers called once, and nothing raised by a mere question."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.worlds import (
    ACTIVE,
    CADRE,
    DINKES,
    FORMER_CADRE,
    IN_DEBT,
    MIDWIFE,
    NIGHT,
    NOW,
    OTHER_CADRE,
    OTHER_MIDWIFE,
    POOR,
    STRANGER,
    world,
)
from tests.stack import RunningStack

BLEEDING = "tolong keluar darah banyak dari jalan lahir"
QUESTION = "apakah saya bisa lahiran gratis?"


def phones_called(stack: RunningStack) -> set[str]:
    return {message["to"] for message in stack.received() if message["kind"] == "alert"}


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_cadre_and_midwife_of_her_village_are_called_when_a_mother_bleeds(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    answer = stack.say(ACTIVE.phone, BLEEDING)
    assert answer.trace["danger"] == ["bleeding"]
    assert answer.trace["handled_by"] == "danger_gate"
    assert "Berangkat sekarang" in answer.text
    assert "119" in answer.text
    assert "Puskesmas Donomulyo" in answer.text
    assert "Bidan dan kader sudah saya beri tahu" in answer.text
    assert phones_called(stack) == {CADRE, MIDWIFE}
    alert = answer.to(MIDWIFE)[0]
    assert alert["priority"] == 0
    assert (alert["template"] is not None) == (channel == "whatsapp")
    assert all(part in alert["text"] for part in ("keluar darah", ACTIVE.name, "Sumberoto", ACTIVE.phone, "27"))
    assert ACTIVE.nik not in alert["text"]
    row = stack.records("alert")[0]
    assert (row["nik"], row["phone"], row["kind"], row["status"]) == (ACTIVE.nik, ACTIVE.phone, "danger_sign", "open")
    assert set(row["to"]) == {CADRE, MIDWIFE}


def test_helper_is_written_to_freely_when_she_wrote_today(stack: RunningStack) -> None:
    stack.say(MIDWIFE, "halo")
    answer = stack.say(ACTIVE.phone, BLEEDING)
    assert answer.to(MIDWIFE)[0]["template"] is None
    assert answer.to(CADRE)[0]["template"] is not None


def test_stranger_is_answered_at_two_in_the_night_and_dinkes_is_called(stack: RunningStack) -> None:
    stack.reset(world(), NIGHT)
    answer = stack.say(STRANGER, "istri saya kejang kejang pak tolong")
    assert "fits" in answer.trace["danger"]
    assert "IGD" in answer.text
    assert "Miringkan badannya" in answer.text
    assert "desa dan kecamatan mana" in answer.text
    assert phones_called(stack) == {DINKES}
    assert "tunggu" not in answer.text.lower().replace("jangan menunggu", "")


def test_right_midwife_is_called_when_a_stranger_tells_her_village_afterwards(stack: RunningStack) -> None:
    stack.reset(world(), NIGHT)
    stack.say(STRANGER, BLEEDING)
    answer = stack.say(STRANGER, "ketawang gondanglegi")
    assert "Ketawang, Kec. Gondanglegi" in answer.text
    assert phones_called(stack) == {DINKES, OTHER_CADRE, OTHER_MIDWIFE}
    assert len(stack.records("alert")) == 1
    assert "Ketawang" in answer.to(OTHER_MIDWIFE)[0]["text"]


def test_danger_is_answered_in_the_middle_of_the_form_and_the_form_goes_on(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    stack.say(POOR.phone, QUESTION)
    stack.say(POOR.phone, POOR.nik)
    assert "Berangkat sekarang" in stack.say(POOR.phone, BLEEDING).text
    assert "SKTM" in stack.say(POOR.phone, POOR.spoken_birthday).text


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_danger_is_answered_when_a_part_stands_still(stack: RunningStack, part: str) -> None:
    with stack.halted(part):
        answer = stack.say(ACTIVE.phone, BLEEDING)
    assert "Berangkat sekarang" in answer.text
    assert phones_called(stack) == {CADRE, MIDWIFE}


def test_danger_overtakes_a_question_that_still_waits_for_rasa(stack: RunningStack) -> None:
    with stack.halted("rasa"), ThreadPoolExecutor() as hands:
        slow = [hands.submit(stack.say, phone, "apa saja yang ditanggung?") for phone in (ACTIVE.phone, IN_DEBT.phone)]
        time.sleep(0.7)  # both are with Rasa by now
        answer = stack.say(ACTIVE.phone, BLEEDING)
        assert [waiting.done() for waiting in slow] == [False, False]
    assert "Berangkat sekarang" in answer.text
    assert ["agak lama" in waiting.result().text for waiting in slow] == [True, True]


def test_village_is_asked_of_a_cadre_never_and_the_sender_is_named(stack: RunningStack) -> None:
    answer = stack.say(CADRE, "bu tuminah pendarahan hebat, baru lahiran kemarin")
    assert "Berangkat sekarang" in answer.text
    assert phones_called(stack) == {MIDWIFE}
    alert = answer.to(MIDWIFE)[0]["text"]
    assert "Srimulat Kader" in alert
    assert "Sumberoto" in alert


def test_former_cadre_is_no_longer_called(stack: RunningStack) -> None:
    stack.say(ACTIVE.phone, BLEEDING)
    assert stack.received(FORMER_CADRE) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bayi saya umur 3 hari kuning sekali dan tidak mau menyusu", "tanda bahaya pada bayi"),
        ("bayinya biru bu, napasnya cepat", "tanda bahaya pada bayi"),
        ("kepala pusing hebat dan pandangan kabur", "tanda bahaya"),
        ("getih mili akeh bu, weteng loro banget", "tanda bahaya"),
        ("kluar drh bnyk bgt tlg", "tanda bahaya"),
    ],
    ids=["newborn yellow", "newborn blue", "headache", "Javanese", "typos"],
)
def test_sign_is_recognised_however_it_is_written(stack: RunningStack, text: str, said: str) -> None:
    assert said in stack.say(ACTIVE.phone, text).text
    assert [row["kind"] for row in stack.records("alert")] == ["danger_sign"]


@pytest.mark.parametrize(
    "text", ["perut kenceng tiap 5 menit keluar lendir darah", "mau melahirkan sekarang bu tolong"]
)
def test_labour_is_answered_and_helpers_are_called(stack: RunningStack, text: str) -> None:
    stack.reset(world(), "2027-02-10T23:00:00+07:00")
    answer = stack.say(ACTIVE.phone, text)
    assert "melahirkan" in answer.text
    assert [row["kind"] for row in stack.records("alert")] == ["labour"]
    assert phones_called(stack) == {CADRE, MIDWIFE}


WHAT_IF = "kalau keluar darah itu bahaya gak ya bu?"


def test_question_about_a_sign_is_asked_about_and_raises_nothing(stack: RunningStack) -> None:
    answer = stack.say(ACTIVE.phone, WHAT_IF)
    assert "*sekarang*" in answer.text
    assert "Ya, sekarang" in answer.buttons
    assert stack.records("alert") == []
    assert phones_called(stack) & {CADRE} == set()


@pytest.mark.parametrize("way", ["/danger_yes", "iya bu", "inggih"])
def test_alert_is_raised_when_she_says_that_it_happens_now(stack: RunningStack, way: str) -> None:
    stack.say(ACTIVE.phone, WHAT_IF)
    answer = stack.say(ACTIVE.phone, button=way) if way.startswith("/") else stack.say(ACTIVE.phone, way)
    assert "Berangkat sekarang" in answer.text
    assert [row["kind"] for row in stack.records("alert")] == ["danger_sign"]


@pytest.mark.parametrize("way", ["/danger_no", "tidak", "ndak bu cuma tanya"])
def test_nothing_is_raised_when_she_says_no(stack: RunningStack, way: str) -> None:
    stack.say(ACTIVE.phone, WHAT_IF)
    answer = stack.say(ACTIVE.phone, button=way) if way.startswith("/") else stack.say(ACTIVE.phone, way)
    assert "Syukurlah" in answer.text
    assert stack.records("alert") == []


def test_one_emergency_is_one_alert_when_she_writes_twice(stack: RunningStack) -> None:
    stack.say(ACTIVE.phone, BLEEDING)
    answer = stack.say(ACTIVE.phone, "darahnya keluar terus bu")
    assert "sudah saya panggil" in answer.text
    assert len(stack.records("alert")) == 1
    assert len(stack.received(MIDWIFE)) == 1


def test_helpers_hear_again_when_another_sign_joins(stack: RunningStack) -> None:
    stack.say(ACTIVE.phone, BLEEDING)
    stack.say(ACTIVE.phone, "sekarang kejang kejang")
    assert len(stack.records("alert")) == 1
    assert len(stack.received(MIDWIFE)) == 2
    assert "kejang" in stack.received(MIDWIFE)[-1]["text"]


def test_next_day_is_another_emergency(stack: RunningStack) -> None:
    stack.say(ACTIVE.phone, BLEEDING)
    stack.advance("2026-11-22T09:00:00+07:00")
    stack.say(ACTIVE.phone, BLEEDING)
    assert len(stack.records("alert")) == 2


@pytest.mark.parametrize("text", ["tidak ada darah kok bu, aman", "bapak saya kejang tahun lalu"])
def test_nothing_is_raised_when_there_is_no_sign_now(stack: RunningStack, text: str) -> None:
    stack.say(ACTIVE.phone, text)
    assert stack.records("alert") == []


def test_stopped_mother_is_helped_in_an_emergency(stack: RunningStack) -> None:
    stack.say(ACTIVE.phone, "STOP")
    assert "Berangkat sekarang" in stack.say(ACTIVE.phone, BLEEDING).text
    assert phones_called(stack) == {CADRE, MIDWIFE}
