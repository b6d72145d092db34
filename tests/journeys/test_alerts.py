"""An emergency from the first word to the day after: every group of signs, at any hour, whoever writes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, DINKES, MIDWIFE, NIGHT, POOR, STRANGER, world
from tests.stack import Answer, RunningStack

HER = ACTIVE.phone
BLEEDING = "tolong keluar darah banyak dari jalan lahir"
GROUPS = [
    pytest.param("kepala sakit hebat dan pandangan kabur", "danger_sign", "tanda bahaya", id="pregnancy"),
    pytest.param("ketuban sudah pecah perut kenceng tiap 5 menit mau lahiran", "labour", "melahirkan", id="labour"),
    pytest.param("habis melahirkan 3 hari darah nifas banyak ganti pembalut tiap jam", "danger_sign", "tanda bahaya",
                 id="after birth"),
    pytest.param("bayi saya umur 3 hari kuning dan tidak mau menyusu", "danger_sign", "pada bayi", id="newborn"),
]  # fmt: skip
AT_TERM = "2027-02-10T09:00:00+07:00"
AT_TERM_NIGHT = "2027-02-11T02:00:00+07:00"


def assert_safe(answer: Answer, kind: str, words: str) -> None:
    """Go now, where, 119, which papers, that letters can follow; one question at most, and no remedy."""
    assert words in answer.text
    for part in (
        "Berangkat sekarang" if kind == "labour" or "bayi" not in words else "sekarang ke",
        "119",
        "KTP",
        "KIA",
    ):
        assert part in answer.text
    assert "menyusul" in answer.text
    assert answer.text.count("?") <= 1
    assert "obat" not in answer.text
    assert "Minta jemputan" in answer.buttons


@pytest.mark.parametrize("now", [AT_TERM, AT_TERM_NIGHT], ids=["day", "two in the night"])
@pytest.mark.parametrize(("text", "kind", "words"), GROUPS)
def test_every_group_of_signs_is_answered_and_routed(
    stack: RunningStack, text: str, kind: str, words: str, now: str
) -> None:
    stack.reset(world(), now)
    answer = stack.say(HER, text)
    assert_safe(answer, kind, words)
    assert {message["to"] for message in answer.messages if message["kind"] == "alert"} == {CADRE, MIDWIFE}
    (row,) = stack.records("alert")
    assert (row["nik"], row["kind"], row["status"]) == (ACTIVE.nik, kind, "open")


@pytest.mark.parametrize(("text", "kind", "words"), GROUPS)
def test_a_stranger_at_two_in_the_night(stack: RunningStack, text: str, kind: str, words: str) -> None:
    stack.reset(world(), NIGHT)
    answer = stack.say(STRANGER, text)
    assert words in answer.text or "tanda bahaya" in answer.text
    assert "119" in answer.text
    assert {message["to"] for message in answer.messages if message["kind"] == "alert"} == {DINKES}


@pytest.mark.parametrize("state", ["during a talk", "without consent", "in the middle of a form", "with Rasa away"])
@pytest.mark.parametrize(("text", "kind", "words"), GROUPS)
def test_danger_comes_before_everything(stack: RunningStack, state: str, text: str, kind: str, words: str) -> None:
    mother = replace(POOR, registered=True)
    document = world(mother)
    if state == "without consent":
        for person in document["persons"]:
            person["consent"] = "refused" if person.get("nik") == mother.nik else person.get("consent", "none")
    stack.reset(document, AT_TERM)
    if state == "during a talk":
        stack.staff("reply", MIDWIFE, mother.phone, "Ada apa, Bu?")
    elif state == "in the middle of a form":
        stack.say(mother.phone, "apakah saya bisa lahiran gratis?")
    if state == "with Rasa away":
        with stack.halted("rasa"):
            answer = stack.say(mother.phone, text)
    else:
        answer = stack.say(mother.phone, text)
    assert words in answer.text
    assert "119" in answer.text
    assert MIDWIFE in {message["to"] for message in answer.messages if message["kind"] == "alert"}


def press(stack: RunningStack, phone: str, title: str) -> Answer:
    """Press a button of the newest message that has it."""
    for message in reversed(stack.received(phone)):
        for button in message["buttons"] or ():
            if button["title"] == title:
                return stack.say(phone, button=button["payload"])
    raise AssertionError(f"nobody sent a button {title}")


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_from_the_first_word_to_the_third_day(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NIGHT, channel=channel)
    stack.say(HER, BLEEDING)
    taken = press(stack, MIDWIFE, "Saya tangani")
    assert ACTIVE.name in taken.text
    assert "Bidan sudah tahu dan akan menghubungi Ibu" in stack.received(HER)[-1]["text"]
    assert "Anjani Bidan" in stack.received(CADRE)[-1]["text"]
    closed = stack.say(MIDWIFE, "sudah di igd rsud kanjuruhan")
    assert "sudah di faskes" in closed.text
    assert "sudah di faskes" in stack.received(CADRE)[-1]["text"]
    assert [row["status"] for row in stack.records("alert")] == ["closed"]
    stack.advance("2026-11-23T09:00:00+07:00")
    asked = stack.received(HER)[-1]
    assert "sudah baik" in asked["text"]
    assert [button["title"] for button in asked["buttons"]] == ["Ya, sudah baik", "Belum, masih sakit"]
    assert "Syukurlah" in stack.say(HER, "sudah sehat bu").text
    stack.advance("2026-11-26T09:00:00+07:00")
    assert len([message for message in stack.received(HER) if "sudah baik" in message["text"]]) == 2
    assert "Berangkat sekarang" in press(stack, HER, "Belum, masih sakit").text
    assert [row["status"] for row in stack.records("alert")] == ["closed", "open"]


def test_an_alert_nobody_takes_climbs_to_dinkes_and_says_so_in_the_record(stack: RunningStack) -> None:
    stack.reset(world(), NIGHT)
    stack.say(HER, BLEEDING)
    stack.advance("2026-11-22T02:06:00+07:00")
    assert "belum ada kabar" in stack.received(MIDWIFE)[-1]["text"]
    stack.advance("2026-11-22T02:11:00+07:00")
    assert "TANDA BAHAYA" in stack.received(DINKES)[-1]["text"]
    assert set(stack.records("alert")[0]["to"]) == {CADRE, MIDWIFE, DINKES}


def test_an_alert_nobody_ever_takes_does_not_ring_for_weeks(stack: RunningStack) -> None:
    stack.say(HER, BLEEDING)
    stack.advance("2027-01-10T09:00:00+07:00")
    calls = [message for message in stack.received(MIDWIFE) if "TANDA BAHAYA" in message["text"]]
    assert 5 < len(calls) < 20
    assert len({message["text"] for message in calls}) == len(calls)
    assert stack.records("alert")[0]["status"] == "open"


@pytest.mark.parametrize(
    ("said", "word"),
    [("iya bu", "Bantuan sudah saya panggil"), ("makasih", "Bantuan sudah saya panggil"), ("suami", "teruskan"),
     ("sendirian", "Panggil tetangga")],
)  # fmt: skip
def test_short_words_after_an_alarm_are_no_small_talk(stack: RunningStack, said: str, word: str) -> None:
    stack.say(HER, BLEEDING)
    assert word in stack.say(HER, said).text


def test_a_false_alarm_is_asked_about_once_and_closed_kindly(stack: RunningStack) -> None:
    stack.say(HER, BLEEDING)
    assert "sekali lagi" in press(stack, HER, "Bukan darurat").text
    assert stack.records("alert")[0]["status"] == "open"
    assert "Syukurlah" in press(stack, HER, "Ya, salah pencet").text
    assert stack.records("alert")[0]["status"] == "closed"
    assert "bukan keadaan darurat" in stack.received(MIDWIFE)[-1]["text"]


def test_a_place_on_the_map_reaches_those_who_help(stack: RunningStack) -> None:
    stack.say(STRANGER, BLEEDING)
    answer = stack.say(STRANGER, media={"type": "location", "lat": -8.3012, "lon": 112.4137})
    assert "lokasi Ibu sudah saya kirim" in answer.text
    assert "-8.3012,112.4137" in answer.to(DINKES)[0]["text"]


def test_a_cadre_tells_of_a_mother_by_name(stack: RunningStack) -> None:
    answer = stack.say(CADRE, f"bu {ACTIVE.name.lower()} kejang kejang tolong")
    (row,) = stack.records("alert")
    assert (row["nik"], row["phone"]) == (ACTIVE.nik, CADRE)
    assert ACTIVE.name in answer.to(MIDWIFE)[0]["text"]
    assert HER in answer.to(MIDWIFE)[0]["text"]
