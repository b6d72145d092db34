"""Conversations as strangers had them: what went wrong once, from the first message to the record."""

from __future__ import annotations

from tests.journeys.worlds import ACTIVE, CADRE, DINKES, POOR, STRANGER, SWITCHED_OFF
from tests.stack import RunningStack

HER = ACTIVE.phone


def test_registration_survives_a_correction_and_answers_out_of_turn(stack: RunningStack) -> None:
    for text in ("mau daftar hamil bu", "iya setuju", "Poniti Wulandari", "4 april 1996"):
        stack.say(STRANGER, text)
    assert "sudah saya betulkan" in stack.say(STRANGER, "eh maaf tgl lahirku keliru, sing bener 14 april 1996").text
    stack.say(STRANGER, "sumberoto donomulyo")
    stack.say(STRANGER, "10 juni")
    stack.say(STRANGER, "bener")
    answers = [stack.say(STRANGER, text) for text in ("ini hamil pertama", "anu piye bu", "gak ada", "hp ku dewe")]
    assert all(1 <= len(answer.to(STRANGER)) <= 2 for answer in answers)
    for text in ("kis gratis", "sudah", "suami", "benar"):
        stack.say(STRANGER, text)
    (row,) = stack.records("person", phone=STRANGER)
    assert (row["dob"], row["village"], row["consent"]) == ("1996-04-14", "Sumberoto", "given")


def test_cadre_tells_of_two_mothers_by_the_names_people_use(stack: RunningStack) -> None:
    stack.say(CADRE, "bu kasi K4 kemarin, bu ngatin K4 tadi")
    found = {row["nik"]: (row["visit"], row["date"]) for row in stack.records("visit")}
    assert found == {ACTIVE.nik: ("K4", "2026-11-20"), SWITCHED_OFF.nik: ("K4", "2026-11-21")}


def test_mother_registered_by_a_cadre_agrees_in_her_own_words(stack: RunningStack) -> None:
    stack.say(CADRE, "daftar ibu Sumiati 24 th sumberoto hpht 12 juli hp 081299000077")
    stack.say(CADRE, "ya bener")
    stack.say("+6281299000077", "nggih monggo")
    (row,) = stack.records("person", phone="+6281299000077")
    assert row["consent"] == "given"


def test_complaint_with_a_plea_for_secrecy_is_answered_by_its_number(stack: RunningStack) -> None:
    stack.say(HER, "dimintai 750rb sama petugasnya katanya buat kamar padahal kis")
    stack.say(HER, "jangan bilang2 nama saya ya bu")
    stack.say(HER, "puskesmas donomulyo")
    (row,) = stack.records("complaint")
    assert (row["amount"], row["facility"]) == (750_000, "Puskesmas Donomulyo")
    stack.say(DINKES, f"jawab {row['number']} petugas sudah kami tegur")
    assert "petugas sudah kami tegur" in stack.received(HER)[-1]["text"]


def test_hour_of_a_ride_is_changed_and_no_alarm_is_raised(stack: RunningStack) -> None:
    stack.say(POOR.phone, "besok jam 7 pagi minta dijemput ke puskesmas")
    stack.say(POOR.phone, "iya benar")
    stack.say(POOR.phone, "bu jamnya diganti setengah 9 aja")
    (ride,) = stack.records("ride")
    assert ride["at"] == "2026-11-22T08:30:00+07:00"
    assert stack.records("alert", kind="danger_sign") == []
