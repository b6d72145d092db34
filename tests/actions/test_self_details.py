"""A mother registers herself: her village, her dates, her NIK, and what is different under 18."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, AuditEntry, Consent, Contact, Handoff, RecordChange
from tests import factories
from tests.actions.registering import Registering, persons, registered, to_summary

NIK = factories.make_nik(serial=77)


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


# ---------------------------------------------------------------- the village


def test_name_used_twice_asks_the_kecamatan(session: Session, contact: Contact, agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("lewati").says("banjarejo")
    assert agreed.asked == "district"
    assert [title for title, _ in agreed.buttons] == ["Donomulyo", "Pakis", "Ngantang", "Pagelaran"]
    agreed.presses("Donomulyo")
    assert agreed.asked == "dating"
    assert agreed.data["told"]["village_code"] == factories.BANJAREJO


@pytest.mark.parametrize("answer", ["donomulyo", "kec donomulyo bu", "Banjarejo Donomulyo"])
def test_kecamatan_may_be_typed(agreed: Registering, answer: str) -> None:
    agreed.says("Siti Aminah").says("lewati").says("banjarejo").says(answer)
    assert agreed.data["told"]["village_code"] == factories.BANJAREJO


def test_village_outside_malang_is_taken_as_typed(session: Session, contact: Contact, agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("lewati").says("Wlingi Blitar")
    assert "tidak ada di catatan saya" in agreed.said
    agreed.presses("Di luar Malang")
    assert agreed.asked == "dating"
    assert agreed.data["told"]["village_name"] == "Wlingi Blitar"


def test_village_said_twice_is_called_so_and_a_slip_is_put_right(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("lewati").says("Qwerty").says("qwerty")
    assert agreed.asked == "dating"
    assert agreed.data["told"]["village_name"] == "qwerty"


def test_kecamatan_alone_asks_for_the_village(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("lewati").says("kecamatan donomulyo")
    assert agreed.asked == "village"
    assert "kecamatan" in agreed.said


# ---------------------------------------------------------------- dates


@pytest.fixture
def dating(agreed: Registering) -> Registering:
    """She is asked for the first day."""
    return agreed.says("Siti Aminah").says("lewati").says("Sumberoto")


@pytest.mark.parametrize(
    ("way", "answer", "hpht"),
    [
        (None, "3 juli 2026", "2026-07-03"),
        (None, "20 minggu", "2026-07-04"),
        ("Lupa, tahu minggunya", "20", "2026-07-04"),
        ("Tahu perkiraan lahir", "9 april", None),
    ],
    ids=["a day", "weeks at once", "weeks", "due date"],
)
def test_dates_are_understood_and_read_back(
    dating: Registering, way: str | None, answer: str, hpht: str | None
) -> None:
    if way:
        dating.presses(way)
    dating.says(answer)
    assert dating.asked == "dating_confirm"
    assert "minggu" in dating.said
    assert "perkiraan lahir" in dating.said
    assert dating.data["told"].get("hpht") == hpht


def test_wrong_reading_is_asked_again_or_put_right_at_once(dating: Registering) -> None:
    dating.says("3 juli 2026").presses("Salah")
    assert dating.asked == "dating"
    dating.says("3 juni 2026").says("bukan, 13 juni 2026", "inform")
    assert dating.asked == "dating_confirm"
    assert dating.data["told"]["hpht"] == "2026-06-13"
    assert dating.says("ya bu", "affirm").asked == "nik"


@pytest.mark.parametrize(("text", "intent"), [("lupa", "out_of_scope"), ("belum tahu bu", "deny"), ("belum", "deny")])
def test_who_has_forgotten_the_day_may_know_the_weeks(dating: Registering, text: str, intent: str) -> None:
    assert dating.says(text, intent).asked == "weeks"
    assert dating.says(text, intent).asked == "nik"


def test_months_are_asked_back_kindly(dating: Registering) -> None:
    dating.says("4 bulan")
    assert dating.asked == "dating"
    assert "minggunya" in dating.said


# ---------------------------------------------------------------- NIK


def test_wrong_nik_is_explained(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says("5 maret 1998").says("Sumberoto").presses("Belum tahu").says(NIK[:15])
    assert agreed.asked == "nik"
    assert "16 angka" in agreed.said
    assert agreed.says("ktp belum jadi", "deny").asked == "phone_owner"


def test_nik_is_taken_whenever_she_sends_it(agreed: Registering) -> None:
    agreed.says("Siti Aminah").says(NIK)
    assert agreed.asked == "born_on"
    agreed.says("5 maret 1998").says("Sumberoto").says("20 minggu").presses("Benar")
    assert agreed.asked == "phone_owner"


@pytest.mark.parametrize(("text", "intent"), [("nanti", "cancel"), ("belum", "deny"), ("ga ada", "deny")])
def test_nik_may_come_later_in_whatever_words(dating: Registering, text: str, intent: str) -> None:
    assert dating.presses("Belum tahu").says(text, intent).asked == "phone_owner"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("batal", "cancel"), ("resep rendang dong", "out_of_scope"), ("STOP", "stop_messages"),
     ("saya sudah periksa kemarin", "report_antenatal_visit")],
)  # fmt: skip
def test_wish_to_leave_and_other_talk_are_no_answers(dating: Registering, text: str, intent: str) -> None:
    assert dating.hears(text, intent) is None


def test_husbands_nik_from_the_register_is_recognised(session: Session, agreed: Registering) -> None:
    nik = factories.make_nik(woman=True, serial=78)
    factories.civil_record(session, nik, sex="M")
    agreed = to_summary(agreed, nik)
    assert agreed.asked == "nik"
    assert "laki-laki" in agreed.said


def test_nik_that_the_register_has_with_her_birth_date_goes_on_file(
    session: Session, contact: Contact, agreed: Registering
) -> None:
    factories.civil_record(session, NIK)
    to_summary(agreed, NIK).presses("Benar")
    assert registered(session, contact).nik == NIK
    assert "differs_from_register" not in session.scalars(select(AuditEntry.action)).all()


def test_nik_with_another_birth_date_stays_off_her_file_and_nobody_is_told(
    session: Session, contact: Contact, agreed: Registering
) -> None:
    factories.civil_record(session, NIK, name="Ngatinah Pertiwi", born_on=date(1991, 1, 1))
    to_summary(agreed, NIK)
    assert "Ngatinah" not in agreed.said
    assert "1991" not in agreed.said
    assert "akan dicek petugas" in agreed.said
    agreed.presses("Benar")
    assert registered(session, contact).nik is None
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "differs_from_register")).one()
    assert noted.detail == {"fields": ["born_on", "name"]}


def test_number_is_moved_when_she_proves_to_be_the_registered_one(
    session: Session, contact: Contact, agreed: Registering
) -> None:
    mother = factories.person(session, nik=NIK, agreed=["chat"])
    factories.pregnancy(session, mother)
    old = mother.phone
    to_summary(agreed, NIK)
    assert agreed.asked == "moved"
    agreed.presses("Ya, ganti")
    assert persons(session) == [mother]
    assert mother.phone == contact.phone
    change = session.scalars(select(RecordChange).where(RecordChange.field == "phone")).one()
    assert (change.old, change.new, change.by) == (old, contact.phone, "mother")


@pytest.mark.parametrize(
    "known", [{"name": "Ngatinah Pertiwi"}, {"born_on": date(1990, 1, 1)}], ids=["another name", "another birth date"]
)
def test_somebody_elses_nik_goes_to_a_person_and_shows_nothing(
    session: Session, contact: Contact, agreed: Registering, known: dict[str, Any]
) -> None:
    mother = factories.person(session, nik=NIK, **known)
    phone = mother.phone
    to_summary(agreed, NIK)
    assert agreed.asked is None
    assert "dicek dulu oleh petugas" in agreed.said
    assert (persons(session), mother.phone) == ([mother], phone)
    assert [talk.reason for talk in session.scalars(select(Handoff))] == ["identity"]


# ---------------------------------------------------------------- under 18


@pytest.mark.parametrize(
    ("answers", "consent", "by", "guardian"),
    [
        (["Bu Tarmi", "Ya, setuju"], "given", ["guardian"], "Tarmi"),
        (["Bu Tarmi", "Belum"], "pending", [], None),
        (["Belum ada"], "pending", [], None),
    ],
    ids=["guardian agrees", "not yet", "no guardian there"],
)
def test_minor_needs_her_guardian_and_gets_a_midwife(
    session: Session, contact: Contact, agreed: Registering, answers: list[str], consent: str, by: list[str],
    guardian: str | None,
) -> None:  # fmt: skip
    factories.reachable(session, factories.staff(session))
    to_summary(agreed, born="1 mei 2010")
    assert agreed.asked == "guardian"
    for answer in answers:
        agreed = agreed.presses(answer) if answer in dict(agreed.buttons) else agreed.says(answer)
    assert agreed.asked == "summary"
    agreed.presses("Benar")
    person = registered(session, contact)
    assert (person.consent, person.guardian) == (consent, guardian)
    rows = session.scalars(select(Consent).where(Consent.person_id == person.id)).all()
    assert [row.by for row in rows] == by
    assert [alert.kind for alert in session.scalars(select(Alert))] == ["minor_mother"]
    assert agreed.asked == "minor_help"
    agreed.presses("Ya, boleh")
    assert [talk.reason for talk in session.scalars(select(Handoff))] == ["minor"]


def test_human_is_brought_in_only_when_she_likes(session: Session, agreed: Registering) -> None:
    to_summary(agreed, born="1 mei 2010").presses("Belum ada").presses("Benar").presses("Nanti saja")
    assert session.scalars(select(Handoff)).all() == []
