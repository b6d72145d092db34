"""What the registry does for one who registers herself: her NIK is compared, never shown; nobody is doubled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEntry, IdentityClaim, Person, RecordChange
from registry.persons import newcomers, people
from registry.pregnancies.entries import Entry
from tests import factories
from tests.conftest import NOW

NIK = factories.make_nik(serial=55)
HER = Entry(name="Siti Aminah", born_on=factories.BORN_ON, nik=NIK, village_code=factories.SUMBEROTO)


@pytest.mark.parametrize(
    ("civil", "standing"),
    [
        (None, "free"),
        ({}, "free"),
        ({"name": "Siti Aminnah"}, "free"),
        ({"name": "Ngatinah Pertiwi"}, "free"),
        ({"born_on": date(1990, 1, 1)}, "held_back"),
        ({"sex": "M"}, "man"),
    ],
    ids=["unknown", "same", "other spelling", "other name", "other birth date", "a man's"],
)
def test_nik_is_compared_with_the_population_register(
    session: Session, civil: dict[str, Any] | None, standing: str
) -> None:
    if civil is not None:
        factories.civil_record(session, NIK, **civil)
    contact = factories.contact(session)
    assert newcomers.standing_of_nik(session, contact, None, HER, NOW) == standing
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "differs_from_register")).all()
    assert bool(noted) is ((civil is not None and civil.get("name") == "Ngatinah Pertiwi") or standing == "held_back")


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        (HER, "moved"),
        (Entry(name="Siti Aminah", born_on=date(1990, 1, 1), nik=NIK), "someone_else"),
        (Entry(name="Dewi Lestari", born_on=factories.BORN_ON, nik=NIK), "someone_else"),
        (Entry(name="Siti Aminah", nik=NIK), "someone_else"),
    ],
    ids=["proved", "wrong birth date", "wrong name", "no birth date"],
)
def test_registered_nik_needs_a_proof_from_another_phone(session: Session, told: Entry, standing: str) -> None:
    factories.person(session, nik=NIK)
    contact = factories.contact(session)
    assert newcomers.standing_of_nik(session, contact, None, told, NOW) == standing
    owner = newcomers.proved_owner(session, contact, told, NOW)
    assert (owner is not None) is (standing == "moved")


def test_her_own_nik_needs_none(session: Session) -> None:
    mother = factories.person(session, nik=NIK)
    contact = factories.contact(session, mother.phone)
    assert newcomers.standing_of_nik(session, contact, mother, HER, NOW) == "hers"
    assert session.scalars(select(IdentityClaim)).all() == []


def test_guessing_is_counted_as_everywhere(session: Session) -> None:
    factories.person(session, nik=NIK)
    contact = factories.contact(session)
    wrong = Entry(name="Siti Aminah", born_on=date(1990, 1, 1), nik=NIK)
    for _ in range(3):
        assert newcomers.standing_of_nik(session, contact, None, wrong, NOW) == "someone_else"
    assert newcomers.standing_of_nik(session, contact, None, HER, NOW) == "someone_else", "the right answer comes late"


def test_number_moves_with_its_history(session: Session) -> None:
    mother = factories.person(session, nik=NIK)
    old, contact = mother.phone, factories.contact(session)
    newcomers.move_number(session, mother, contact, NOW)
    newcomers.move_number(session, mother, contact, NOW)
    assert people.speaker(session, contact).person == mother
    (change,) = session.scalars(select(RecordChange)).all()
    assert (change.field, change.old, change.new, change.by) == ("phone", old, contact.phone, "mother")


@pytest.mark.parametrize("minor", [False, True], ids=["grown", "under 18"])
def test_enrolled_mother_is_registered_by_her_own_number(session: Session, minor: bool) -> None:
    contact = factories.contact(session)
    born_on = date(2010, 1, 1) if minor else factories.BORN_ON
    entry = Entry(name="Siti", born_on=born_on, village_code=factories.SUMBEROTO, hpht=date(2026, 7, 4))
    speaker = people.speaker(session, contact)
    made = newcomers.enrol(
        session, speaker, entry, ("chat", "reminders"), None, NOW, None, guardian_agreed=False, minor=minor
    )
    assert made is not None
    assert (made.phone, made.registered_by) == (contact.phone, contact.phone)
    assert made.consent == ("pending" if minor else "given")


def test_nobody_is_doubled(session: Session) -> None:
    factories.person(session, nik=None)
    speaker = people.speaker(session, factories.contact(session))
    kept = Entry(name="Siti Aminah", born_on=factories.BORN_ON, village_code=factories.SUMBEROTO)
    found = newcomers.enrol(session, speaker, kept, ("chat",), None, NOW, None, guardian_agreed=False, minor=False)
    assert found is None
    assert len(session.scalars(select(Person)).all()) == 1


def test_next_check_up_is_ahead_and_needs_dates(session: Session) -> None:
    mother, other = factories.person(session), factories.person(session, name="Dewi")
    factories.pregnancy(session, mother)
    factories.pregnancy(session, other, hpht=None, hpl=None)
    day = newcomers.next_check_up(session, mother, NOW)
    assert day is not None
    assert NOW.date() <= day <= NOW.date() + timedelta(weeks=6)
    assert newcomers.next_check_up(session, other, NOW) is None
    assert newcomers.next_check_up(session, factories.person(session, name="Tanpa"), NOW) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sumberoto", ["Sumberoto"]),
        ("banjarejo", ["Banjarejo"] * 4),
        ("banjarejo donomulyo", ["Banjarejo"]),
        ("qwerty", []),
    ],
)
def test_villages_are_found_by_name(session: Session, text: str, names: list[str]) -> None:
    assert [village.name for village in newcomers.villages_named(session, text, asked=True)] == names


@pytest.mark.parametrize(
    ("text", "is_one"), [("kecamatan donomulyo", True), ("donomulyo", False), ("sumberoto", False), ("", False)]
)
def test_kecamatan_alone_is_seen(text: str, is_one: bool) -> None:
    assert newcomers.is_district(text) is is_one
