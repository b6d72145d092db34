"""A mother registers herself by message: consent, one question at a time, other wishes in between, and her code."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, MIDWIFE, NOW, POOR, STRANGER, world
from tests.stack import Answer, RunningStack

HER = STRANGER
TELEGRAM, WHATSAPP = "telegram", "whatsapp"


def tell(stack: RunningStack, phone: str, *words: str) -> Answer:
    """Message after message; the last answer."""
    answer = None
    for text in words:
        answer = stack.say(phone, text)
    assert answer is not None
    return answer


def press(stack: RunningStack, phone: str, answer: Answer, title: str) -> Answer:
    """A button of the last answer."""
    return stack.say(phone, button=answer.buttons[title])


@pytest.mark.parametrize("channel", [WHATSAPP, TELEGRAM])
def test_mother_registers_step_by_step_in_her_own_words(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel)
    consent = stack.say(HER, "bu saya hamil, mau daftar")
    assert "boleh saya simpan data Ibu" in consent.text
    assert "nama" in press(stack, HER, consent, "Ya, boleh").text
    assert "Tanggal lahir" in stack.say(HER, "dewi lestari").text
    assert "desa" in stack.say(HER, "7 juli 2001").text
    assert "kecamatan mana" in stack.say(HER, "banjarejo").text
    assert "haid" in stack.say(HER, "donomulyo").text
    assert "27 minggu 4 hari" in stack.say(HER, "12 mei 2026").text
    assert "NIK" in stack.say(HER, "ya betul").text
    assert "punya siapa" in stack.say(HER, "nanti aja bu").text
    assert "yang ke berapa" in stack.say(HER, "hp suami").text
    assert "keguguran" in stack.say(HER, "anak kedua").text
    assert "BPJS" in stack.say(HER, "belum pernah").text
    assert "Buku KIA" in stack.say(HER, "bpjs saya mati").text
    assert "menemani" in stack.say(HER, "sudah").text
    summary = stack.say(HER, "ditemani suami")
    assert "Banjarejo, Kec. Donomulyo" in summary.text
    assert "terdaftar" in press(stack, HER, summary, "Benar").text
    (person,) = stack.records("person", phone=HER)
    assert (person["name"], person["dob"], person["village"]) == ("Dewi Lestari", "2001-07-07", "Banjarejo")
    assert (person["consent"], person["registered_by"], person["messages"]) == ("given", HER, "on")
    pregnancies = [row for row in stack.records("pregnancy") if row["hpht"] == "2026-05-12" and row["nik"] is None]
    assert [row["gpa"] for row in pregnancies] == ["G2P1A0"]
    consents = [row for row in stack.records("consent") if row["channel"] == channel and row["text_version"] != "world"]
    assert [(row["status"], row["by"]) for row in consents] == [("given", "mother")]


def test_one_message_with_everything_leaves_little_to_ask(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    her = POOR.phone
    told = (
        f"daftar bu, nama {POOR.name}, lahir {POOR.spoken_birthday}, desa Sumberoto, HPHT 12 mei 2026, NIK {POOR.nik},"
        " hamil ke 1, tidak punya bpjs"
    )
    consent = stack.say(her, told)
    assert POOR.nik not in consent.text
    assert "27 minggu" in press(stack, her, consent, "Ya, boleh").text
    assert "punya siapa" in stack.say(her, "ya").text
    assert "Buku KIA" in stack.say(her, "sendiri").text
    summary = tell(stack, her, "belum punya", "ibu saya")
    assert POOR.nik not in summary.text
    assert "terdaftar" in stack.say(her, "ya benar").text
    (person,) = stack.records("person", phone=her)
    assert (person["nik"], person["nik_on_file"], person["consent"]) == (POOR.nik, True, "given")
    assert "SKTM" in stack.say(her, "apakah saya bisa lahiran gratis?").text


def test_refusal_keeps_nothing_and_danger_is_still_answered(stack: RunningStack) -> None:
    consent = stack.say(HER, "saya mau daftar")
    assert "Tidak ada data Ibu" in press(stack, HER, consent, "Tidak").text
    assert stack.records("person", phone=HER) == []
    assert "Buku KIA" in stack.say(HER, "surat apa saja yang dibawa?").text
    assert "tanda bahaya" in stack.say(HER, "saya keluar darah banyak").text


def test_question_in_between_is_answered_and_the_registration_goes_on(stack: RunningStack) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh")
    said = stack.say(HER, "apa saja yang ditanggung?").text
    assert "ditanggung" in said
    assert "nama" in said
    assert "Tanggal lahir" in stack.say(HER, "Dewi Lestari").text


def test_danger_in_the_middle_goes_first_and_nothing_told_is_lost(stack: RunningStack) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh", "Dewi Lestari")
    assert "tanda bahaya" in stack.say(HER, "pusing hebat pandangan kabur").text
    assert "desa" in stack.say(HER, "7 juli 2001").text


def test_registration_that_was_broken_off_is_taken_up(stack: RunningStack) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh", "Dewi Lestari")
    stack.advance("2026-11-23T10:00:00+07:00")
    again = stack.say(HER, "saya mau daftar bu")
    assert "belum selesai" in again.text
    assert "Tanggal lahir" in press(stack, HER, again, "Ya, lanjut").text


@pytest.mark.parametrize("way", ["batal", "gak jadi bu"])
def test_registration_is_left_when_she_cancels(stack: RunningStack, way: str) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh", "Dewi Lestari")
    assert "berhenti dulu" in stack.say(HER, way).text
    assert stack.records("person", phone=HER) == []


def test_somebody_elses_nik_shows_nothing_and_calls_a_person(stack: RunningStack) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh", "Dewi Lestari", "7 juli 2001", "Sumberoto", "20 minggu", "ya")
    answer = stack.say(HER, ACTIVE.nik)
    assert "petugas" in answer.text
    for hidden in ("Kasiyem", ACTIVE.phone, "1998"):
        assert hidden not in answer.text
    assert stack.records("person", phone=HER) == []
    assert [talk["status"] for talk in stack.records("handoff", phone=HER)] == ["open"]


def test_new_number_of_a_registered_mother_is_moved(stack: RunningStack) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh", ACTIVE.name, ACTIVE.spoken_birthday, "Sumberoto", "20 minggu", "ya")
    asked = stack.say(HER, ACTIVE.nik)
    assert "nomor HP lain" in asked.text
    press(stack, HER, asked, "Ya, ganti")
    (person,) = stack.records("person", nik=ACTIVE.nik)
    assert person["phone"] == HER


def test_minor_is_not_scolded_and_a_midwife_is_told(stack: RunningStack) -> None:
    tell(stack, HER, "saya mau daftar", "ya boleh", "Dewi Lestari", "1 mei 2010", "Sumberoto", "20 minggu", "ya")
    tell(stack, HER, "nanti saja", "punya ibu saya")
    assert "belum 18 tahun" in stack.say(HER, "cukup").text
    stack.say(HER, "Tarmi Rahayu")
    stack.say(HER, "ya setuju")
    done = stack.say(HER, "ya benar")
    assert any(message["kind"] == "alert" for message in done.to(MIDWIFE))
    (person,) = stack.records("person", phone=HER)
    assert (person["minor"], person["guardian"], person["consent"]) == (True, "Tarmi Rahayu", "given")
    assert [row["by"] for row in stack.records("consent") if row["text_version"] != "world"] == ["guardian"]
    assert [row["kind"] for row in stack.records("alert", phone=HER)] == ["minor_mother"]


def test_registered_mother_sees_her_first_name_alone(stack: RunningStack) -> None:
    said = stack.say(ACTIVE.phone, "saya mau daftar").text
    assert "Kasiyem" in said
    assert "Wulansari" not in said
    assert "Sumberoto" not in said
