"""Duplicates: nobody is doubled, and two women with one name stay two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.pregnancies.duplicates import find_duplicates, with_nik
from registry.pregnancies.entries import Entry
from tests import factories

NIK = "3507014503989001"
OTHER_NIK = "3507014208019004"
SITI = Entry(name="Siti Aminah", village_code=factories.SUMBEROTO)


def whys(session: Session, entry: Entry) -> list[str]:
    return [each.why for each in find_duplicates(session, entry)]


@pytest.mark.parametrize(
    ("known", "told", "why"),
    [
        ({"nik": NIK, "name": "Lain Sekali"}, Entry(nik=NIK), "nik"),
        ({"nik": NIK, "village_code": factories.KETAWANG}, Entry(name="Siti", nik=NIK), "nik"),
        ({}, Entry(name="SITI AMINAH", village_code=factories.SUMBEROTO, born_on=factories.BORN_ON), "same_person"),
        ({}, Entry(name="Siti Aminnah", village_code=factories.SUMBEROTO, born_on=factories.BORN_ON), "near"),
        ({}, Entry(name="Aminah Siti", village_code=factories.SUMBEROTO, age=28), "near"),
        ({"phone": "+6281200000071"}, Entry(name="Siti Amina", village_code=factories.SUMBEROTO,
                                            phone="+6281200000071"), "near"),
        ({"nik": None}, SITI, "near"),
        ({"born_on": None, "told_age": 24}, replace(SITI, age=25), "near"),
        ({"consent": "refused", "registered": False}, SITI, "near"),
    ],
    ids=["NIK alone", "NIK in another village", "name, birth date and village", "near name and birth date",
         "words turned round, same age", "near name and phone", "same name, nothing that differs",
         "age told by heart a year off", "she said no"],
)  # fmt: skip
def test_known_mother_is_found(session: Session, known: dict[str, Any], told: Entry, why: str) -> None:
    mother = factories.person(session, **known)
    (found,) = find_duplicates(session, told)
    assert (found.person.id, found.why) == (mother.id, why)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, Entry(name="Siti Aminah", village_code=factories.KETAWANG, born_on=factories.BORN_ON)),
        ({}, Entry(name="Siti Rahayu", village_code=factories.SUMBEROTO, born_on=factories.BORN_ON)),
        ({}, Entry(name="Siti Aminah", village_code=factories.SUMBEROTO, born_on=date(2001, 1, 1))),
        ({}, Entry(name="Siti Aminah", village_code=factories.SUMBEROTO, age=40)),
        ({"nik": NIK}, Entry(name="Siti Aminah", village_code=factories.SUMBEROTO, nik=OTHER_NIK)),
        ({"name": None}, SITI),
        ({"registered": False}, SITI),
        ({}, Entry(village_code=factories.SUMBEROTO, born_on=factories.BORN_ON)),
        ({}, Entry(name="Siti Aminah", born_on=factories.BORN_ON)),
    ],
    ids=["other village", "other name", "other birth date", "other age", "other NIK", "record without a name",
         "only asked about", "nobody named", "no village told"],
)  # fmt: skip
def test_other_woman_is_not_taken_for_her(session: Session, known: dict[str, Any], told: Entry) -> None:
    factories.person(session, **known)
    assert whys(session, told) == []


def test_dates_of_the_pregnancy_tell_two_of_one_name_apart(session: Session) -> None:
    mother = factories.person(session, born_on=None, nik=None)
    pregnancy = factories.pregnancy(session, mother)
    same = Entry(name="Siti Aminah", village_code=factories.SUMBEROTO, hpht=pregnancy.hpht)
    assert whys(session, same) == ["near"]
    assert whys(session, Entry(name="Siti Aminah", village_code=factories.SUMBEROTO, hpht=date(2026, 11, 1))) == []


def test_surest_stands_first_when_several_are_alike(session: Session) -> None:
    factories.person(session, name="Siti Aminnah", nik=OTHER_NIK, born_on=factories.BORN_ON)
    hers = factories.person(session, nik=NIK, born_on=factories.BORN_ON)
    told = Entry(name="Siti Aminah", nik=NIK, village_code=factories.SUMBEROTO, born_on=factories.BORN_ON)
    found = find_duplicates(session, told)
    assert [each.why for each in found] == ["nik", "near"]
    assert found[0].person.id == hers.id


def test_owner_of_a_nik_is_found_also_when_she_said_no(session: Session) -> None:
    mother = factories.person(session, nik=NIK, registered=False, consent="refused")
    assert with_nik(session, NIK) == mother
    assert with_nik(session, OTHER_NIK) is None
    assert with_nik(session, None) is None
