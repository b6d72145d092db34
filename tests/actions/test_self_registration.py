"""A mother registers herself: consent first, one question at a time, nothing asked twice, a summary, a code."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEntry, Consent, Contact, Pregnancy
from registry.persons import people
from tests import factories
from tests.actions.registering import Registering, persons, registered, to_summary
from tests.conftest import NOW

NIK = factories.make_nik(serial=77)
EVERYTHING = (
    f"daftar bu, nama Siti Aminah, lahir 5 maret 1998, desa Sumberoto, HPHT 12 mei 2026, nik {NIK}, hamil ke 2 belum"
    " pernah keguguran, kis pbi"
)


@pytest.fixture
def contact(session: Session) -> Contact:
    """A phone the registry has never heard of."""
    return factories.contact(session)


@pytest.fixture
def her(session: Session, contact: Contact) -> Registering:
    """She has said that she wants to register."""
    return Registering(session, contact).opens("saya mau daftar bu")


@pytest.fixture
def agreed(her: Registering) -> Registering:
    """She has agreed to everything."""
    return her.presses("Ya, boleh")


# ---------------------------------------------------------------- consent


def test_consent_is_asked_before_anything_else_and_says_what_for(her: Registering) -> None:
    assert her.asked == "consent"
    for words in ("menjawab pertanyaan", "mengingatkan", "kader, bidan, desa, dan Dinas Sosial", "STOP", "hapus"):
        assert words in her.said


@pytest.mark.parametrize(
    ("text", "intent"), [("tidak", "deny"), ("ora", "deny"), ("gak mau bu", "deny")], ids=["tidak", "ora", "gak mau"]
)
def test_no_keeps_nothing(session: Session, her: Registering, text: str, intent: str) -> None:
    her.says(text, intent)
    assert her.asked is None
    assert "Tidak ada data Ibu yang saya simpan" in her.said
    assert "tanda bahaya" in her.said
    assert persons(session) == []
    assert session.scalars(select(AuditEntry.action)).all() == ["consent_refused"]


@pytest.mark.parametrize(
    ("reminders", "sharing", "agreed"),
    [
        ("Ya, boleh", "Ya, boleh", ["chat", "reminders", "sharing"]),
        ("Tidak", "Ya, boleh", ["chat", "sharing"]),
        ("Tidak", "Tidak", ["chat"]),
    ],
    ids=["all", "no reminders", "chat only"],
)
def test_purposes_may_be_chosen(
    session: Session, contact: Contact, her: Registering, reminders: str, sharing: str, agreed: list[str]
) -> None:
    her.presses("Saya pilih sendiri").presses(reminders).presses(sharing)
    to_summary(her).presses("Benar")
    person = registered(session, contact)
    assert (person.consent, person.agreed) == ("given", agreed)
    (row,) = session.scalars(select(Consent).where(Consent.person_id == person.id)).all()
    assert (row.status, row.by, row.channel, row.purposes) == ("given", "mother", "whatsapp", agreed)
    assert ("saya ingatkan" in her.said) is ("reminders" in agreed)


def test_what_she_tells_before_she_agrees_is_not_lost_and_consent_is_asked_again(her: Registering) -> None:
    her.says("nama saya Siti Aminah, desa Sumberoto")
    assert her.asked == "consent"
    assert "izin" in her.said
    assert her.presses("Ya, boleh").asked == "born_on"


# ---------------------------------------------------------------- the questions


def test_whole_registration_step_by_step(session: Session, contact: Contact, agreed: Registering) -> None:
    to_summary(agreed)
    for words in (
        "Siti Aminah", "5 Maret 1998", "Sumberoto, Kec. Donomulyo", "HPHT 12 Mei 2026", "27 minggu 4 hari",
        "16 Februari 2027", "2 (pernah melahirkan 1 kali, keguguran 0 kali)", "KIS gratis", "sudah punya",
        "Punya sendiri", "Suami",
    ):  # fmt: skip
        assert words in agreed.said
    agreed.presses("Benar")
    person = registered(session, contact)
    assert agreed.asked is None
    assert str(person.code) in agreed.said
    assert "Periksa berikutnya sekitar" in agreed.said
    assert (person.name, person.born_on, person.village_code) == ("Siti Aminah", date(1998, 3, 5), factories.SUMBEROTO)
    assert (person.phone, person.registered_by, person.registered) == (contact.phone, contact.phone, True)
    assert (person.phone_owner, person.jkn_told, person.kia_book, person.companion) == ("own", "pbi", True, "Suami")
    pregnancy = people.active_pregnancy(session, person)
    assert pregnancy is not None
    assert (pregnancy.hpht, pregnancy.hpl, pregnancy.gpa) == (date(2026, 5, 12), date(2027, 2, 16), "G2P1A0")
    assert (pregnancy.dated_by, pregnancy.dated_from) == ("lmp", "mother")


def test_nothing_is_asked_twice_when_the_first_message_tells_all(session: Session, contact: Contact) -> None:
    her = Registering(session, contact).opens(EVERYTHING).presses("Ya, boleh")
    assert her.asked == "dating_confirm"
    her.presses("Benar")
    assert her.asked == "phone_owner"
    her.presses("Suami")
    assert her.asked == "kia_book"
    her.presses("Sudah").presses("Belum ada")
    assert her.asked == "summary"
    her.presses("Benar")
    person = registered(session, contact)
    assert (person.nik, person.jkn_told, person.phone_owner) == (NIK, "pbi", "husband")


def test_full_nik_is_never_shown(session: Session, contact: Contact) -> None:
    her = Registering(session, contact).opens(EVERYTHING)
    for title in ("Ya, boleh", "Benar", "Punya sendiri", "Lewati", "Belum ada"):
        her.presses(title)
        assert NIK not in her.said
    assert f"{NIK[:4]}********{NIK[-4:]}" in her.said


def test_several_things_in_one_answer_are_taken(agreed: Registering) -> None:
    agreed.says("nama Dewi Lestari, desa Sumberoto, hpht 12 mei 2026, hamil ke 1")
    assert agreed.asked == "born_on"
    agreed.says("5 maret 1998")
    assert agreed.asked == "dating_confirm"


def test_only_name_village_and_dates_need_an_answer(session: Session, contact: Contact, agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("lewati").says("Sumberoto").presses("Belum tahu").says("nanti saja")
    agreed.presses("Punya sendiri").says("lupa").says("lewati").says("skip").says("gak tahu bu")
    assert agreed.asked == "summary"
    agreed.presses("Benar")
    assert "belum diketahui" in agreed.said
    person = registered(session, contact)
    pregnancy = people.active_pregnancy(session, person)
    assert pregnancy is not None
    assert (person.born_on, person.nik, pregnancy.hpht, pregnancy.gpa) == (None, None, None, None)


@pytest.mark.parametrize(("first", "asked"), [(None, "name"), ("Siti Aminah", "born_on")])
def test_required_thing_is_asked_again_with_its_reason(agreed: Registering, first: str | None, asked: str) -> None:
    if first:
        agreed.says(first).says("lewati")
        asked = "village"
    agreed.says("lewati")
    assert agreed.asked == asked
    assert "saya perlukan" in agreed.said
    agreed.says("nanti saja")
    assert dict(agreed.buttons) == {"Bicara dengan orang": "/talk_to_human"}


def test_cup_of_patience_ends_the_open_questions(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("5 maret 1998").says("Sumberoto").says("12 mei 2026").presses("Benar")
    assert agreed.says("sudah cukup").asked == "summary"


def test_short_words_answer_though_they_are_understood_as_another_wish(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("5 maret 1998").says("Sumberoto").says("12 mei 2026").presses("Benar")
    agreed.presses("Nanti saja").presses("Suami").presses("Pertama").presses("Tidak punya")
    assert agreed.says("sudah", "report_antenatal_visit").asked == "companion"
    assert agreed.says("cukup", "stop_messages", 0.5).asked == "summary"


def test_wrong_answer_is_explained_and_the_second_time_there_are_ways_out(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("31 februari 2001")
    assert agreed.asked == "born_on"
    assert "tidak ada di kalender" in agreed.said
    agreed.says("seribu sembilan ratus")
    assert dict(agreed.buttons) == {"Lewati": "/inform:born_on:skip", "Bicara dengan orang": "/talk_to_human"}
    assert agreed.presses("Lewati").asked == "village"


def test_button_from_further_up_does_not_answer_another_question(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("5 maret 1998")
    assert agreed.asked == "village"
    agreed.sends("/inform:born_on:skip")
    assert agreed.asked == "village"
    agreed.says("Sumberoto")
    assert agreed.data["told"]["born_on"] == "1998-03-05"


def test_another_wish_is_no_answer(agreed: Registering) -> None:
    assert agreed.hears("apa saja yang ditanggung?", "ask_coverage", 0.9) is None
    assert agreed.hears("terima kasih", "thank", 0.95) is None


# ---------------------------------------------------------------- summary, coming back, already known


@pytest.mark.parametrize(
    ("title", "answer", "field", "value"),
    [
        ("Nama", "Dewi Lestari", "name", "Dewi Lestari"),
        ("Desa", "Kedungsalam", "village_code", "35.07.01.2003"),
        ("Pendamping", "bu lik", "companion", "bu lik"),
        ("Buku KIA", "belum", "kia_book", False),
    ],
)
def test_one_thing_is_changed_and_the_summary_comes_again(
    session: Session, agreed: Registering, title: str, answer: str, field: str, value: Any
) -> None:
    to_summary(agreed).presses("Ubah").presses(title).says(answer)
    assert agreed.asked == "summary"
    if field == "village_code":
        assert "Kedungsalam, Kec. Donomulyo" in agreed.said
    else:
        assert agreed.data["told"][field] == value
    assert agreed.data["told"]["born_on"] == "1998-03-05"


def test_dates_that_are_changed_are_read_back_again(agreed: Registering) -> None:
    to_summary(agreed).presses("Ubah").presses("Kehamilan").says("13 mei 2026")
    assert agreed.asked == "dating_confirm"
    assert "13 Mei 2026" in agreed.presses("Benar").said
    assert agreed.asked == "summary"


def test_thing_to_change_may_be_left_as_it_was(agreed: Registering) -> None:
    to_summary(agreed).presses("Ubah").presses("Nama").says("lewati")
    assert agreed.asked == "summary"
    assert "Siti Aminah" in agreed.said


def test_correction_may_be_typed_at_the_summary(agreed: Registering) -> None:
    to_summary(agreed).says("nama saya Dewi Lestari")
    assert agreed.asked == "summary"
    assert "Dewi Lestari" in agreed.said


def test_registration_that_was_broken_off_is_taken_up_or_begun_anew(agreed: Registering) -> None:
    agreed.says("Siti Aminah")
    agreed.says("mau daftar bu", "register_pregnancy")
    assert agreed.asked == "resume"
    assert agreed.presses("Ya, lanjut").asked == "born_on"
    agreed.says("saya mau daftar", "register_pregnancy").presses("Mulai dari awal")
    assert agreed.asked == "consent"
    assert agreed.presses("Ya, boleh").asked == "name"


def test_who_is_registered_sees_her_first_name_alone(session: Session) -> None:
    mother = factories.person(session, agreed=["chat"])
    factories.pregnancy(session, mother)
    her = Registering(session, factories.contact(session, mother.phone)).opens("mau daftar")
    assert "Bu Siti" in her.said
    for hidden in ("Aminah", "Sumberoto", str(mother.nik), "1998"):
        assert hidden not in her.said
    assert dict(her.buttons)["Ubah data saya"] == "/update_data"


def test_next_pregnancy_asks_only_what_is_new(session: Session) -> None:
    mother = factories.person(session, agreed=["chat", "reminders"], phone_owner="own")
    factories.pregnancy(session, mother, status="delivered")
    contact = factories.contact(session, mother.phone)
    her = Registering(session, contact).opens("mau daftar").presses("Hamil lagi")
    assert her.asked == "dating"
    her.says("12 oktober 2026").presses("Benar").presses("Ketiga").presses("Tidak pernah").says("cukup").presses(
        "Benar"
    )
    assert persons(session) == [mother]
    pregnancy = people.active_pregnancy(session, mother)
    assert pregnancy is not None
    assert (pregnancy.hpht, pregnancy.gpa) == (date(2026, 10, 12), "G3P2A0")
    assert len(session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id)).all()) == 2


def test_second_mother_on_the_phone_is_another_person(session: Session) -> None:
    mother = factories.person(session, agreed=["chat"])
    factories.pregnancy(session, mother)
    her = Registering(session, factories.contact(session, mother.phone)).opens("mau daftar")
    her.presses("Daftar ibu lain").presses("Ya, boleh")
    her.says("Dewi Lestari").says("7 juli 2001").says("Sumberoto").says("12 mei 2026").presses("Benar").says("cukup")
    her.presses("Benar")
    assert [person.name for person in persons(session)] == ["Siti Aminah", "Dewi Lestari"]


def test_whom_a_cadre_registered_is_asked_for_her_consent(session: Session) -> None:
    mother = factories.person(session, consent="pending")
    her = Registering(session, factories.contact(session, mother.phone)).opens("mau daftar")
    assert her.asked is None
    assert dict(her.buttons)["Ya, boleh"] == f"/press:consent_yes:{mother.id}"


def test_whom_a_cadre_registered_without_a_phone_is_completed_not_doubled(
    session: Session, contact: Contact, agreed: Registering
) -> None:
    mother = factories.person(session, consent="pending", phone=None, nik=None, nik_index=None)
    factories.pregnancy(session, mother, gpa=None)
    to_summary(agreed).presses("Benar")
    assert persons(session) == [mother]
    assert (mother.phone, mother.consent) == (contact.phone, "given")


def test_same_name_birth_date_and_village_with_another_phone_goes_to_a_person(
    session: Session, agreed: Registering
) -> None:
    mother = factories.person(session)
    to_summary(agreed).presses("Benar")
    assert persons(session) == [mother]
    assert "dicek dulu oleh petugas" in agreed.said


def test_without_a_proved_number_she_is_asked_to_share_it(session: Session) -> None:
    her = Registering(session, factories.unproved(session)).opens("mau daftar")
    assert her.asked is None
    assert "Bagikan nomor saya" in her.said


def test_stop_of_a_stranger_ends_when_she_agrees_to_reminders(
    session: Session, contact: Contact, agreed: Registering
) -> None:
    contact.stopped_at = NOW
    to_summary(agreed).presses("Benar")
    assert contact.stopped_at is None


@pytest.mark.parametrize(
    "text", ["tgl lahir saya salah bu, yang benar 14 april 1996", "eh keliru, bukan tanggal 4, 14 april 1996"]
)
def test_what_was_told_before_is_put_right_in_the_middle(agreed: Registering, text: str) -> None:
    agreed.says("Poniti Wulandari").says("4 april 1996")
    assert agreed.asked == "village"
    agreed.says(text, "update_data")
    assert "sudah saya betulkan" in agreed.said
    assert agreed.asked == "village"
    assert agreed.data["told"]["born_on"] == "1996-04-14"


def test_only_saying_that_something_is_wrong_asks_which_line(agreed: Registering) -> None:
    agreed.says("Poniti Wulandari").says("4 april 1996").says("mau ubah data saya", "update_data")
    assert agreed.asked == "change"


def test_sentence_is_not_read_as_the_name_of_a_village(agreed: Registering) -> None:
    agreed.says("Melani Putri").says("9 september 1999").says("ibu mertua tidak tahu mbak, saya takut", "deny")
    assert agreed.asked == "village"
    assert "tidak ada di catatan" not in agreed.said


def test_months_told_for_the_day_are_asked_as_weeks(agreed: Registering) -> None:
    agreed.says("Poniti Wulandari").says("4 april 1996").says("Sumberoto Donomulyo")
    agreed.says("lupa, pokoknya 5 bulan lebih", "ask_antenatal_schedule", 0.4)
    assert "minggunya" in agreed.said
