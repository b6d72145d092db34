"""Complaints, referrals and companions on the real stack: who is told what, and who never learns of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, DINKES, MIDWIFE, NIGHT, NOW, OTHER_CADRE, OTHER_MIDWIFE, POOR, world
from tests.stack import Answer, RunningStack

HER = ACTIVE.phone
STORY = "bu saya mau lapor, tadi di pkm donomulyo saya diminta bayar 300 ribu padahal bpjs saya aktif"
FIELDS = {"number", "phone", "category", "amount", "facility", "status", "routed_to", "identity_protected", "at"}


def press(stack: RunningStack, phone: str, title: str) -> Answer:
    """Press a button of the newest message that has it."""
    for message in reversed(stack.received(phone)):
        for button in message["buttons"] or ():
            if button["title"] == title:
                return stack.say(phone, button=button["payload"])
    raise AssertionError(f"{phone} was sent no button {title}: {stack.received(phone)[-2:]}")


def last(stack: RunningStack, phone: str) -> str:
    return str(stack.received(phone)[-1]["text"])


def hospital_world() -> dict[str, Any]:
    """The journeys' world where two officers sit at other facilities than their districts'."""
    document = world()
    places = {MIDWIFE: "Puskesmas Donomulyo", OTHER_MIDWIFE: "PKM Gondanglegi"}
    for officer in document["staff"]:
        officer["facility"] = places.get(officer["phone"], officer["facility"])
    return document


# ---------------------------------------------------------------- complaints


def test_asked_to_pay_from_the_first_word_to_the_second_answer(stack: RunningStack) -> None:
    answer = stack.say(HER, STORY)
    (row,) = stack.records("complaint")
    assert set(row) >= FIELDS
    assert {name: row[name] for name in ("phone", "category", "amount", "facility", "status", "routed_to")} == {
        "phone": HER, "category": "illegal_fee", "amount": 300_000, "facility": "Puskesmas Donomulyo",
        "status": "open", "routed_to": "dinkes",
    }  # fmt: skip
    assert row["identity_protected"] is True
    for part in (row["number"], "Dinas Kesehatan", "165"):
        assert part in answer.text
    (told,) = answer.to(DINKES)
    for part in (row["number"], "Rp 300.000", "Puskesmas Donomulyo"):
        assert part in told["text"]
    assert [stack.received(phone) for phone in (MIDWIFE, CADRE, OTHER_MIDWIFE)] == [[], [], []]

    assert row["number"] in press(stack, DINKES, "Tanggapi").text
    assert "sudah dikirim" in stack.say(DINKES, "Mohon maaf Bu, uangnya dikembalikan besok di loket.").text
    assert "uangnya dikembalikan besok" in last(stack, HER)
    assert "buka lagi" in press(stack, HER, "Belum").text
    assert "dibuka lagi" in last(stack, DINKES)
    assert stack.records("complaint")[0]["status"] == "open"
    press(stack, DINKES, "Tanggapi")
    stack.say(DINKES, "Sudah kami kembalikan hari ini.")
    assert "saya tutup" in press(stack, HER, "Sudah selesai").text
    assert stack.records("complaint")[0]["status"] == "closed"
    assert [stack.received(phone) for phone in (MIDWIFE, CADRE, OTHER_MIDWIFE)] == [[], [], []]
    said = " ".join(message["text"] for message in stack.received(DINKES))
    for part in (*ACTIVE.name.split(), HER, HER[3:], ACTIVE.nik):
        assert part not in said, "she is known to Dinkes"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("tadi di rs wava husada saya ditolak, disuruh pulang sama petugasnya", "refused"),
        ("bidannya di puskesmas pagak galak sekali, saya dibentak-bentak, saya mau komplain", "treatment"),
        ("mau komplain puskesmas turen tutup terus padahal jam kerja", "service"),
    ],
    ids=["refused", "treatment", "service"],
)
def test_every_kind_of_complaint_is_numbered(stack: RunningStack, text: str, category: str) -> None:
    answer = stack.say(HER, text)
    (row,) = stack.records("complaint")
    assert row["category"] == category
    assert row["number"] in answer.text


def test_place_is_asked_and_told_to_dinkes(stack: RunningStack) -> None:
    answer = stack.say(HER, "saya mau lapor, saya disuruh bayar 50 ribu sama bidannya padahal katanya gratis")
    assert "mana" in answer.text
    answer = stack.say(HER, "pkm pagak")
    assert stack.records("complaint")[0]["facility"] == "Puskesmas Pagak"
    assert "Puskesmas Pagak" in answer.to(DINKES)[0]["text"]


def test_complaint_by_night_is_answered_at_once_and_told_in_the_morning(stack: RunningStack) -> None:
    stack.reset(world(), NIGHT)
    assert "K-2026-000001" in stack.say(HER, STORY).text
    assert stack.received(DINKES) == []
    stack.advance("2026-11-22T07:00:00+07:00")
    assert "K-2026-000001" in last(stack, DINKES)


def test_registration_goes_on_after_a_complaint_in_its_middle(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    stack.say(POOR.phone, "bu saya hamil, mau daftar")
    question = stack.say(POOR.phone, "ya boleh").text
    answer = stack.say(POOR.phone, STORY)
    assert "K-2026-000001" in answer.text
    assert question.splitlines()[-1] in answer.text
    assert question.splitlines()[-1] not in stack.say(POOR.phone, POOR.name).text


def test_redelivery_is_no_second_complaint(stack: RunningStack) -> None:
    stack.say(HER, STORY, message_id="lapor-1")
    stack.say(HER, STORY, message_id="lapor-1")
    assert len(stack.records("complaint")) == 1
    assert len(stack.received(DINKES)) == 1


def test_unanswered_complaint_climbs(stack: RunningStack) -> None:
    stack.say(HER, STORY)
    stack.advance("2026-11-29T09:00:00+07:00")
    told = [message["text"] for message in stack.received(DINKES)]
    assert len(told) == 3
    assert "pimpinan" in told[-1]


# ---------------------------------------------------------------- referrals


@pytest.mark.parametrize("now", [NOW, NIGHT], ids=["day", "two in the night"])
def test_referral_from_full_to_arrival(stack: RunningStack, now: str) -> None:
    stack.reset(hospital_world(), now)
    answer = stack.say(MIDWIFE, f"rujuk bu {ACTIVE.name} ke pkm gondanglegi karena tensi 150/100")
    assert "Puskesmas Gondanglegi" in answer.text
    assert "150/100" in last(stack, OTHER_MIDWIFE)
    stack.say(OTHER_MIDWIFE, "penuh bu")
    assert "mencarikan" in last(stack, MIDWIFE)
    assert "belum ada tempat" in last(stack, DINKES)
    stack.say(DINKES, f"rujuk bu {ACTIVE.name} ke rsud kanjuruhan")
    assert "tidak punya nomor petugas" in " ".join(message["text"] for message in stack.received(DINKES))
    press(stack, DINKES, "Siap menerima")
    assert "RSUD Kanjuruhan SIAP menerima" in last(stack, MIDWIFE)
    assert "RSUD Kanjuruhan siap menerima Ibu" in last(stack, HER)
    press(stack, MIDWIFE, "Sudah berangkat")
    assert "dalam perjalanan" in last(stack, HER)
    press(stack, HER, "Sudah sampai")
    for phone in (MIDWIFE, DINKES):
        assert "sudah sampai di RSUD Kanjuruhan" in last(stack, phone)


def test_silent_facility_is_told_to_dinkes(stack: RunningStack) -> None:
    stack.reset(hospital_world(), NOW)
    stack.say(MIDWIFE, f"rujuk bu {ACTIVE.name} ke pkm gondanglegi karena tensi 150/100")
    stack.advance("2026-11-21T09:11:00+07:00")
    assert "belum menjawab, sudah 10 menit" in last(stack, DINKES)


# ---------------------------------------------------------------- companions


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_companion_is_found_and_both_are_told(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    answer = stack.say(HER, "bu saya minta ditemani kader kalau kontrol besok, takut sendirian")
    assert "kader" in answer.text
    assert ACTIVE.name in last(stack, CADRE)
    assert stack.received(OTHER_CADRE) == []
    accepted = press(stack, CADRE, "Bisa")
    assert HER in accepted.text
    assert CADRE in last(stack, HER)


def test_nobody_answers_and_the_puskesmas_helps(stack: RunningStack) -> None:
    stack.say(HER, "bu saya minta ditemani kader kalau kontrol besok")
    stack.advance("2026-11-21T11:30:00+07:00")
    assert "minta ditemani" in last(stack, MIDWIFE)
    press(stack, MIDWIFE, "Sudah saya carikan")
    assert "Petugas sudah mencarikan" in last(stack, HER)
