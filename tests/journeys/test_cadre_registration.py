"""A cadre registers mothers over the phone: every form of it, and what the mother, the midwife and others then get."""

from __future__ import annotations

from typing import Any

import pytest

from nlu.language.short_codes import find_codes
from tests.journeys.worlds import (
    ACTIVE,
    CADRE,
    DINKES,
    FORMER_CADRE,
    IN_DEBT,
    MIDWIFE,
    NOW,
    OTHER_CADRE,
    STRANGER,
    world,
)
from tests.stack import Answer, RunningStack

NIK = "3507014605989077"  # born on 6 May 1998
HER_PHONE = "+6281299000077"
HPHT, HPL = "2026-08-03", "2027-05-10"
YES = "/inform:confirm:yes"


def named(stack: RunningStack, name: str) -> list[dict[str, Any]]:
    return [row for row in stack.records("person") if row["name"] == name]


def confirmed(stack: RunningStack, phone: str = CADRE) -> Answer:
    return stack.say(phone, button=YES)


@pytest.mark.parametrize(
    "turns",
    [
        [f"bumil Ponirah Setyowati 28 th desa Sumberoto hpht 3 agustus 2026 hp 081299000077 nik {NIK}"],
        [f"#REG#Ponirah Setyowati#28#Sumberoto#03-08-2026#081299000077#{NIK}"],
        [f"bumil Ponirah Setyowati 28 th hpht 3/8/26, 081299000077, {NIK}"],
        [f"daftar bumil: Ponirah Setyowati, 28 th, Sumberoto, hpht 3/8/26, 081299000077, {NIK}"],
        [f"daftar bumil\nnama: Ponirah Setyowati\numur: 28\nHPHT: 3 agustus 2026\nHP: 081299000077\nNIK: {NIK}"],
        [
            "mau daftar bumil bu",
            "Ponirah Setyowati",
            "28 th",
            "hp nya 081299000077",
            f"nik {NIK}",
            "hpht 3 agustus 2026",
        ],
    ],
    ids=["one line", "codes", "short", "commas", "lines", "field by field"],
)
def test_every_form_registers_the_same_mother(stack: RunningStack, turns: list[str]) -> None:
    for turn in turns:
        summary = stack.say(CADRE, turn)
    assert "3 Agustus 2026" in summary.text
    assert "3507********9077" in summary.text
    assert set(summary.buttons) == {"Benar", "Ubah", "Batal"}
    assert stack.records("person", phone=HER_PHONE) == []
    answer = confirmed(stack)
    assert len(find_codes(answer.text)) == 1
    (person,) = stack.records("person", nik=NIK)
    assert (person["name"], person["dob"], person["village"]) == ("Ponirah Setyowati", "1998-05-06", "Sumberoto")
    assert (person["consent"], person["registered_by"], person["phone"]) == ("pending", CADRE, HER_PHONE)
    (pregnancy,) = stack.records("pregnancy", nik=NIK)
    assert (pregnancy["hpht"], pregnancy["hpl"], pregnancy["cadre"]) == (HPHT, HPL, CADRE)
    (asked,) = answer.to(HER_PHONE)
    assert "Srimulat Kader" in asked["text"]


def test_mother_agrees_or_refuses_for_herself(stack: RunningStack) -> None:
    stack.say(CADRE, "bumil Ponirah Setyowati 28 th hpht 3 agustus 2026 hp 081299000077")
    (asked,) = confirmed(stack).to(HER_PHONE)
    payload = next(button["payload"] for button in asked["buttons"] if "consent_yes" in button["payload"])
    stack.say(STRANGER, button=payload)
    assert stack.records("person", phone=HER_PHONE)[0]["consent"] == "pending", "nobody else answers for her"
    stack.say(HER_PHONE, button=payload)
    assert stack.records("person", phone=HER_PHONE)[0]["consent"] == "given"


def test_partial_data_is_kept_and_all_that_is_missing_asked_at_once(stack: RunningStack) -> None:
    asked = stack.say(CADRE, "daftar bumil bu Ponirah Setyowati umur 28 nik 350701460598907")
    assert "16 angka" in asked.text
    for wanted in ("Ponirah Setyowati", "HPHT", "nomor HP", "NIK"):
        assert wanted in asked.text
    assert "Hamil: 20 minggu" in stack.say(CADRE, "20 minggu, tidak punya hp").text
    assert len(find_codes(confirmed(stack).text)) == 1
    assert [row["hpht"] for row in stack.records("pregnancy", cadre=CADRE)] == ["2026-07-04"]


def test_correction_before_confirming_changes_one_thing(stack: RunningStack) -> None:
    stack.say(CADRE, "bumil Ponirah Setyowati 28 th hpht 3 agustus 2026")
    stack.say(CADRE, button="/inform:confirm:change")
    assert "1 Juli 2026" in stack.say(CADRE, "hpht 1 juli 2026").text
    confirmed(stack)
    assert [row["hpht"] for row in stack.records("pregnancy", cadre=CADRE)] == ["2026-07-01"]


def test_impossible_dates_are_named(stack: RunningStack) -> None:
    said = stack.say(CADRE, "daftar bumil Ponirah Setyowati 28 th hpht 3 maret 2027").text
    assert "masih di depan" in said
    assert "Ponirah Setyowati" in said


def test_two_mothers_in_one_message(stack: RunningStack) -> None:
    listed = stack.say(
        CADRE, "daftar bumil\n1. Ponirah Setyowati 28 th sumberoto hpht 3/8/26\n2. Mulyani Astuti 31 th sumberoto"
    )
    assert "Ada 2 ibu" in listed.text
    rest = confirmed(stack)
    assert len(find_codes(rest.text)) == 1
    assert "Mulyani Astuti" in rest.text
    stack.say(CADRE, "hpl 8 maret 2027")
    confirmed(stack)
    assert [row["hpl"] for row in stack.records("pregnancy", cadre=CADRE)] == [HPL, "2027-03-08"]


def test_question_in_between_is_answered_and_the_registration_goes_on(stack: RunningStack) -> None:
    stack.say(CADRE, "daftar bumil Ponirah Setyowati umur 28")
    between = stack.say(CADRE, "surat apa saja yang dibawa ke puskesmas?").text
    assert "Buku KIA" in between
    assert "HPHT" in between
    stack.say(CADRE, "hpht 3 agustus 2026")
    confirmed(stack)
    assert len(stack.records("pregnancy", cadre=CADRE)) == 1


def test_cancelling_keeps_nothing(stack: RunningStack) -> None:
    stack.say(CADRE, "bumil Ponirah Setyowati 28 th hpht 3 agustus 2026")
    stack.say(CADRE, button="/cancel")
    assert confirmed(stack).text
    assert stack.records("pregnancy", cadre=CADRE) == []


def test_danger_in_the_middle_goes_first(stack: RunningStack) -> None:
    stack.say(CADRE, "daftar bumil Ponirah Setyowati umur 28")
    assert stack.say(CADRE, "bu Kasiyem perut sakit banget keluar darah banyak").trace["handled_by"] == "danger_gate"


# ------------------------------------------------------------------ known already


def test_known_nik_is_shown_merged_and_never_doubled(stack: RunningStack) -> None:
    shown = stack.say(CADRE, f"bumil {ACTIVE.name} 28 th sumberoto hpht 12 mei 2026 nik {ACTIVE.nik}")
    assert ACTIVE.name in shown.text
    assert ACTIVE.nik not in shown.text
    assert "Orang lain" not in shown.buttons
    assert "tidak saya daftarkan dua kali" in stack.say(CADRE, button=shown.buttons["Ibu yang sama"]).text
    assert len(stack.records("person", nik=ACTIVE.nik)) == 1
    assert len(stack.records("pregnancy", nik=ACTIVE.nik)) == 1


def test_near_name_may_be_another_woman(stack: RunningStack) -> None:
    shown = stack.say(CADRE, "bumil Kasiyem Wulandari lahir 5-3-1998 sumberoto hpht 3 agustus 2026")
    assert ACTIVE.name in shown.text
    stack.say(CADRE, button=shown.buttons["Orang lain"])
    confirmed(stack)
    assert len(stack.records("pregnancy", cadre=CADRE)) == 1


def test_mother_of_another_village_is_refused_without_her_data(stack: RunningStack) -> None:
    said = stack.say(CADRE, f"bumil Tumini 31 th sumberoto hpht 3 agustus 2026 nik {IN_DEBT.nik}").text
    assert "Anjani Bidan" in said
    assert not any(secret in said for secret in (IN_DEBT.name, "Ketawang", IN_DEBT.nik))
    assert len(stack.records("person", nik=IN_DEBT.nik)) == 1


# ------------------------------------------------------------------ who may, and whom


def test_village_out_of_her_area_is_refused_kindly(stack: RunningStack) -> None:
    said = stack.say(CADRE, "daftar bumil Ponirah Setyowati 28 th desa Ketawang hpht 3 agustus 2026")
    assert "di luar wilayah" in said.text
    assert set(said.buttons) == {"Sumberoto", "Batal"}
    assert stack.records("pregnancy", cadre=CADRE) == []
    stack.say(CADRE, button="/cancel")
    assert "Ketawang" in stack.say(OTHER_CADRE, "daftar bumil Ponirah Setyowati 28 th desa Ketawang hpht 3/8/26").text


def test_minor_brings_in_the_midwife(stack: RunningStack) -> None:
    stack.say(CADRE, "daftar bumil Ponirah Setyowati 16 th hpht 3 agustus 2026")
    answer = confirmed(stack)
    assert "belum 18 tahun" in answer.text
    assert "Ponirah Setyowati" in answer.to(MIDWIFE)[0]["text"]
    (alert,) = stack.records("alert", kind="minor_mother")
    assert MIDWIFE in alert["to"]


@pytest.mark.parametrize("officer", [MIDWIFE, DINKES], ids=["midwife", "Dinkes"])
def test_officer_registers_too(stack: RunningStack, officer: str) -> None:
    stack.say(officer, "daftar bumil Ponirah Setyowati 28 th desa Sumberoto hpht 3 agustus 2026")
    confirmed(stack, officer)
    assert [row["registered_by"] for row in named(stack, "Ponirah Setyowati")] == [officer]


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        (FORMER_CADRE, "daftar bumil Ponirah Setyowati 28 th desa Sumberoto hpht 3 agustus 2026"),
        (STRANGER, "saya kader Sumberoto mau daftar bumil Ponirah Setyowati 28 th hpht 3 agustus 2026"),
    ],
    ids=["former cadre", "claimed role"],
)
def test_who_is_no_cadre_gets_nothing_and_is_told_how(stack: RunningStack, phone: str, text: str) -> None:
    assert "kode undangan" in stack.say(phone, text).text
    assert named(stack, "Ponirah Setyowati") == []


def test_registration_is_the_same_on_telegram(stack: RunningStack) -> None:
    stack.reset(world(), NOW, "telegram")
    stack.say(CADRE, "bumil Ponirah Setyowati 28 th desa Sumberoto hpht 3 agustus 2026", channel="telegram")
    stack.say(CADRE, button=YES, channel="telegram")
    assert len(stack.records("pregnancy", cadre=CADRE)) == 1
