"""Registering: one person, one pregnancy, one code; completing never overwrites, and every change is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.short_codes import is_code
from registry import sealing
from registry.models import Alert, AuditEntry, Consent, Person, Pregnancy, RecordChange
from registry.persons.people import Speaker
from registry.pregnancies import registration
from registry.pregnancies.entries import Entry
from registry.pregnancies.registration import AlreadyRegisteredError, Difference
from tests import factories
from tests.conftest import NOW
from tests.factories import SUMBEROTO

NIK = "3507014503989001"
HPHT = date(2026, 8, 3)
ENTRY = Entry(
    name="Siti Aminah", born_on=date(1998, 3, 5), nik=NIK, phone="+6281200000071", phone_owner="husband",
    village_code=SUMBEROTO, hpht=HPHT, dated_by="lmp", gravida=2, para=1, abortus=0, jkn_told="inactive",
    kia_book=True, companion="Budi",
)  # fmt: skip


@pytest.fixture
def cadre(session: Session) -> Speaker:
    """A cadre of Sumberoto who writes."""
    return factories.speaker_of(session, factories.cadre(session).phone)


def register(session: Session, speaker: Speaker, entry: Entry = ENTRY, **more: Any) -> Person:
    return registration.register(session, speaker, entry, NOW, **{"by": "cadre"} | more)


def pregnancy_of(session: Session, person: Person) -> Pregnancy:
    return session.scalars(select(Pregnancy).where(Pregnancy.person_id == person.id)).one()


def test_mother_is_kept_with_everything_that_was_told(session: Session, cadre: Speaker) -> None:
    mother = register(session, cadre)
    session.expire_all()
    assert (mother.name, mother.born_on, mother.nik) == ("Siti Aminah", date(1998, 3, 5), NIK)
    assert (mother.phone, mother.phone_owner) == ("+6281200000071", "husband")
    assert mother.phone_index == sealing.index("phone", "+6281200000071")
    assert mother.nik_index == sealing.index("nik", NIK)
    assert (mother.village_name, mother.regency) == ("Sumberoto", "Kabupaten Malang")
    assert (mother.jkn_told, mother.kia_book, mother.companion) == ("inactive", True, "Budi")
    assert mother.code is not None
    assert is_code(mother.code)
    assert mother.registered_by == cadre.contact.phone
    assert mother.consent == "pending"
    assert mother.registered


def test_pregnancy_is_opened_and_dated(session: Session, cadre: Speaker) -> None:
    pregnancy = pregnancy_of(session, register(session, cadre))
    assert (pregnancy.hpht, pregnancy.hpl) == (HPHT, HPHT + timedelta(days=280))
    assert (pregnancy.gpa, pregnancy.gpa_told) == ("G2P1A0", {"gravida": 2, "para": 1, "abortus": 0})
    assert (pregnancy.dated_by, pregnancy.dated_from, pregnancy.status) == ("lmp", "cadre", "active")
    assert cadre.cadre is not None
    assert pregnancy.cadre_id == cadre.cadre.id


@pytest.mark.parametrize(
    ("told", "hpht", "hpl", "dated_by"),
    [
        (Entry(name="A", hpht=HPHT), HPHT, HPHT + timedelta(days=280), "lmp"),
        (Entry(name="A", hpl=date(2027, 3, 8)), date(2026, 6, 1), date(2027, 3, 8), "hpl"),
        (Entry(hpl=date(2027, 3, 8), dated_by="ultrasound"), date(2026, 6, 1), date(2027, 3, 8), "ultrasound"),
        (Entry(name="A", hpht=HPHT, hpl=date(2027, 5, 13)), HPHT, date(2027, 5, 13), "lmp"),
        (registration.dated_by_weeks(20, date(2026, 11, 21)), date(2026, 7, 4), date(2027, 4, 10), "weeks"),
        (Entry(name="A"), None, None, None),
    ],
    ids=["HPHT", "HPL", "HPL of an ultrasound", "both", "weeks", "nothing known"],
)  # fmt: skip
def test_dates_are_counted_from_what_is_told(
    session: Session, cadre: Speaker, told: Entry, hpht: date | None, hpl: date | None, dated_by: str | None
) -> None:
    pregnancy = pregnancy_of(session, register(session, cadre, told))
    assert (pregnancy.hpht, pregnancy.hpl, pregnancy.dated_by) == (hpht, hpl, dated_by)


def test_age_is_kept_only_when_no_birth_date_is_told(session: Session, cadre: Speaker) -> None:
    assert register(session, cadre, Entry(name="A", age=24)).told_age == 24
    assert register(session, cadre, Entry(name="B", age=24, born_on=date(2002, 1, 1))).told_age is None


@pytest.mark.parametrize(("consent", "rows"), [("given", 1), ("refused", 1), ("pending", 0), ("none", 0)])
def test_consent_is_a_row_only_when_somebody_has_answered(
    session: Session, cadre: Speaker, consent: str, rows: int
) -> None:  # fmt: skip
    mother = register(session, cadre, by="mother", consent=consent, purposes=["chat", "reminders"])
    kept = session.scalars(select(Consent).where(Consent.person_id == mother.id)).all()
    assert (mother.consent, len(kept)) == (consent, rows)
    if kept:
        assert (kept[0].by, kept[0].text_version) == ("mother", registration.TEXT_VERSION)
        assert kept[0].purposes == mother.agreed == ["chat", "reminders"]


def test_mother_registers_herself_and_her_cadre_is_named_only_when_she_shares(session: Session) -> None:
    helper = factories.cadre(session)
    speaker = factories.speaker_of(session, "+6281200000071")
    own = register(session, speaker, by="mother", consent="given", purposes=["chat"])
    assert own.registered_by == "+6281200000071"
    assert pregnancy_of(session, own).cadre_id is None
    entry = Entry(name="Dewi", village_code=SUMBEROTO)
    other = register(session, speaker, entry, by="mother", consent="given", purposes=["chat", "sharing"])
    assert pregnancy_of(session, other).cadre_id == helper.id
    assert pregnancy_of(session, own).dated_from == "mother"


def test_nik_of_somebody_else_is_refused(session: Session, cadre: Speaker) -> None:
    factories.person(session, nik=NIK)
    with pytest.raises(AlreadyRegisteredError):
        register(session, cadre)
    assert session.scalar(select(func.count(Person.id))) == 1


def test_nik_of_a_mother_who_said_no_is_refused(session: Session, cadre: Speaker) -> None:
    factories.person(session, nik=NIK, registered=False, consent="refused")
    with pytest.raises(AlreadyRegisteredError):
        register(session, cadre)


def test_known_mother_gets_a_new_pregnancy_when_the_last_is_over(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK)
    factories.pregnancy(session, mother, status="delivered", closed_at=NOW)
    assert register(session, cadre, person=mother) is mother
    rows = session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id).order_by(Pregnancy.id)).all()
    assert [row.status for row in rows] == ["delivered", "active"]
    assert rows[1].hpht == HPHT


def test_consent_that_was_given_stays_when_a_cadre_completes_the_record(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK, consent="given")
    register(session, cadre, person=mother)
    assert mother.consent == "given"


@pytest.mark.parametrize(
    ("told", "alerted"), [(Entry(name="A", age=16), True), (Entry(name="A", age=24), False)], ids=["16", "24"]
)
def test_staff_are_told_when_a_minor_is_registered(
    session: Session, cadre: Speaker, told: Entry, alerted: bool
) -> None:  # fmt: skip
    factories.reachable(session, factories.staff(session))
    register(session, cadre, replace(told, village_code=SUMBEROTO))
    assert (session.scalar(select(func.count(Alert.id))) == 1) is alerted


def test_every_registration_is_audited_without_a_word_of_it(session: Session, cadre: Speaker) -> None:
    mother = register(session, cadre, by="mother", consent="given", purposes=["chat"])
    rows = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{mother.id}")).all()
    assert {row.action for row in rows} >= {"person_registered", "pregnancy_opened", "consent_given"}
    assert {row.contact_id for row in rows} == {cadre.contact.id}
    whole = " ".join(f"{row.action} {row.subject} {row.detail}" for row in rows)
    assert not any(secret in whole for secret in (NIK, "Siti", "+62", "1998", "2026-08"))


# ------------------------------------------------------------------ merging


def changes(session: Session, person: Person) -> list[tuple[str, str | None, str | None]]:
    rows = select(RecordChange).where(RecordChange.person_id == person.id).order_by(RecordChange.id)
    return [(row.field, row.old, row.new) for row in session.scalars(rows)]


def merge(session: Session, speaker: Speaker, person: Person, entry: Entry = ENTRY) -> tuple[Difference, ...]:
    return registration.merge(session, person, entry, NOW, speaker=speaker, by="cadre")


def test_merging_fills_what_is_missing_and_notes_each_field(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=None, phone=None, born_on=None)
    pregnancy = factories.pregnancy(session, mother, hpht=None, hpl=None, gpa=None)
    assert merge(session, cadre, mother) == ()
    assert (mother.nik, mother.phone, mother.born_on) == (NIK, "+6281200000071", date(1998, 3, 5))
    assert (pregnancy.hpht, pregnancy.gpa) == (HPHT, "G2P1A0")
    assert mother.code is not None
    noted = {field: (old, new) for field, old, new in changes(session, mother)}
    assert noted["nik"] == (None, NIK)
    assert noted["hpht"] == (None, "2026-08-03")
    assert {"phone", "born_on", "hpl", "gpa"} <= set(noted)


def test_merging_changes_nothing_that_differs(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK, name="Siti Amina", phone="+6281200000072", born_on=date(1998, 5, 3))
    pregnancy = factories.pregnancy(session, mother, gpa="G3P2A0")
    found = {each.field: (each.old, each.new) for each in merge(session, cadre, mother)}
    assert found["name"] == ("Siti Amina", "Siti Aminah")
    assert found["phone"] == ("+6281200000072", "+6281200000071")
    assert found["born_on"] == (date(1998, 5, 3), date(1998, 3, 5))
    assert found["hpht"] == (pregnancy.hpht, HPHT)
    assert found["gpa"] == ("G3P2A0", "G2P1A0")
    assert (mother.name, mother.phone, pregnancy.gpa) == ("Siti Amina", "+6281200000072", "G3P2A0")


def test_dates_a_few_days_apart_are_no_difference(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK, phone=ENTRY.phone)
    factories.pregnancy(session, mother, hpht=HPHT + timedelta(days=7), gpa="G2P1A0")
    assert merge(session, cadre, mother) == ()


def test_nik_of_another_is_not_filled_in(session: Session, cadre: Speaker) -> None:
    factories.person(session, nik=NIK)
    mother = factories.person(session, nik=None)
    merge(session, cadre, mother)
    assert mother.nik is None


def test_cadre_who_completes_a_record_without_one_becomes_its_cadre(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK)
    pregnancy = factories.pregnancy(session, mother)
    merge(session, cadre, mother)
    assert cadre.cadre is not None
    assert pregnancy.cadre_id == cadre.cadre.id


TOLD = st.builds(
    Entry,
    name=st.none() | st.sampled_from(["Siti Aminah", "Dewi"]),
    born_on=st.none() | st.sampled_from([date(1998, 3, 5), date(2001, 8, 2)]),
    phone=st.none() | st.sampled_from(["+6281200000071", "+6281200000072"]),
    address=st.none() | st.sampled_from(["RT 1", "RT 2"]),
    hpht=st.none() | st.sampled_from([HPHT, date(2026, 5, 1)]),
    companion=st.none() | st.sampled_from(["Budi", "Wati"]),
)
SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
WATCHED = ("name", "born_on", "phone", "address", "companion")


@SLOW
@given(st.lists(TOLD, min_size=1, max_size=4))
def test_first_told_value_stays_however_often_a_record_is_merged(session: Session, told: list[Entry]) -> None:
    with session.begin_nested() as undone:
        speaker = factories.speaker_of(session, factories.cadre(session).phone)
        mother = register(session, speaker, replace(told[0], village_code=SUMBEROTO))
        first = told[0]
        for entry in told[1:]:
            found = {each.field for each in merge(session, speaker, mother, entry)}
            for name in WATCHED:
                before, new = getattr(first, name), getattr(entry, name)
                assert getattr(mother, name) == (new if before is None else before)
                assert (name in found) == (before is not None and new is not None and new != before)
            first = first.completed(entry)
        assert len(session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id)).all()) == 1
        undone.rollback()


# ------------------------------------------------------------------ settling


def settle(session: Session, speaker: Speaker, person: Person, *names: str, by: str = "cadre") -> tuple[str, ...]:
    return registration.settle(session, speaker, person, ENTRY, names, NOW, by=by)


def test_settling_takes_the_new_values_and_keeps_the_old_on_record(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK, phone="+6281200000072")
    pregnancy = factories.pregnancy(session, mother, dated_from="cadre", dated_by="weeks")
    before = pregnancy.hpht
    assert settle(session, cadre, mother, "phone", "hpht", "gpa") == ("phone", "hpht", "gpa")
    assert (mother.phone, pregnancy.hpht) == ("+6281200000071", HPHT)
    assert mother.phone_index == sealing.index("phone", "+6281200000071")
    assert pregnancy.hpl == HPHT + timedelta(days=280)
    noted = {field: (old, new) for field, old, new in changes(session, mother)}
    assert noted["phone"] == ("+6281200000072", "+6281200000071")
    assert noted["hpht"] == (str(before), "2026-08-03")


def test_dates_of_staff_are_not_overruled_by_a_cadre(session: Session, cadre: Speaker) -> None:
    mother = factories.person(session, nik=NIK)
    pregnancy = factories.pregnancy(session, mother, dated_from="staff", dated_by="lmp")
    before = pregnancy.hpht
    assert settle(session, cadre, mother, "hpht") == ()
    assert pregnancy.hpht == before
    assert settle(session, cadre, mother, "hpht", by="staff") == ("hpht",)


def test_nik_of_another_is_never_settled_on(session: Session, cadre: Speaker) -> None:
    factories.person(session, nik=NIK)
    mother = factories.person(session, nik="3507014208019004")
    assert settle(session, cadre, mother, "nik") == ()
    assert mother.nik == "3507014208019004"
