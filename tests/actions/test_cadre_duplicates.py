"""A cadre registers a mother who is known already: shown, merged or told apart, never doubled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.short_codes import find_codes
from registry.models import Person, Pregnancy
from tests import factories
from tests.actions.tasks import TaskTalk
from tests.actions.test_cadre_registration import NIK, NOTE, OPENS, WHOLE, YES, mothers, only, talk_of, through
from tests.factories import KETAWANG


@pytest.fixture
def talk(session: Session) -> TaskTalk:
    """The conversation of the cadre of Sumberoto."""
    return talk_of(session, factories.cadre(session))


def known(session: Session, **values: Any) -> Person:
    mother = factories.person(session, **{"nik": NIK, "code": "M-4F7Q", "phone": None} | values)
    factories.pregnancy(session, mother, hpht=date(2026, 8, 3), hpl=date(2027, 5, 10), gpa=None)
    return mother


def test_mother_with_the_same_nik_is_shown_and_completed(session: Session, talk: TaskTalk) -> None:
    mother = known(session)
    said = through(talk, WHOLE)
    for shown in ("Siti Aminah", "Sumberoto", "3507********9001", "M-4F7Q"):
        assert shown in said.text
    assert set(said.buttons) == {"Ibu yang sama", "Batal"}, "with one NIK she is no other"
    done = talk.press(said.buttons["Ibu yang sama"])
    assert "M-4F7Q" in done.text
    assert mother.phone == "+6281299000071"
    assert len(mothers(session)) == 1
    assert not talk.is_open


def test_typed_payload_makes_nobody_another_with_the_same_nik(session: Session, talk: TaskTalk) -> None:
    mother = known(session)
    through(talk, WHOLE, f"/inform:duplicate:other-{mother.id}")
    assert talk.is_open
    assert len(mothers(session)) == 1


@pytest.mark.parametrize("way", ["button", "orang lain bu"])
def test_near_name_may_be_somebody_else(session: Session, talk: TaskTalk, way: str) -> None:
    known(session, nik="3507014208019004", name="Siti Aminnah")
    said = through(talk, NOTE)
    assert set(said.buttons) == {"Ibu yang sama", "Orang lain", "Batal"}
    talk.press(said.buttons["Orang lain"]) if way == "button" else talk.say(way)
    talk.press(YES)
    assert len(mothers(session)) == 2


def test_right_nik_frees_a_mother_from_a_wrong_match(session: Session, talk: TaskTalk) -> None:
    known(session, name="Kasiyem")
    through(talk, WHOLE)
    said = talk.say("nik 3507014503989002")
    assert set(said.buttons) == {"Benar", "Ubah", "Batal"}


@pytest.mark.parametrize(("choice", "hpht"), [("new", date(2026, 7, 1)), ("old", date(2026, 8, 3))])
def test_what_differs_is_a_question(session: Session, talk: TaskTalk, choice: str, hpht: date) -> None:
    mother = known(session)
    said = through(talk, f"Siti Aminah hpht 1 juli 2026 nik {NIK}", "/inform:duplicate:same-" + str(mother.id))
    assert "HPHT: 3 Agustus 2026 → 1 Juli 2026" in said.text
    talk.press(f"/inform:differ:{choice}")
    assert only(session)[1].hpht == hpht
    assert not talk.is_open


@pytest.mark.parametrize(("said", "hpht"), [("pakai yang baru", date(2026, 7, 1)), ("yg lama aja", date(2026, 8, 3))])
def test_old_or_new_is_said_in_words(session: Session, talk: TaskTalk, said: str, hpht: date) -> None:
    mother = known(session)
    through(talk, f"Siti Aminah hpht 1 juli 2026 nik {NIK}", f"/inform:duplicate:same-{mother.id}", said)
    assert only(session)[1].hpht == hpht
    assert not talk.is_open


def test_next_mother_while_a_difference_is_open_is_no_list_of_two(session: Session, talk: TaskTalk) -> None:
    mother = known(session)
    through(talk, f"Siti Aminah hpht 1 juli 2026 nik {NIK}", f"/inform:duplicate:same-{mother.id}")
    said = talk.say("bumil Tukinem 30 th hpht 3 juni", OPENS)
    assert "Data yang lama tetap dipakai" in said.text
    assert "Siti" not in said.text
    talk.press(YES)
    assert {each.name for each in mothers(session)} == {"Siti Aminah", "Tukinem"}


def test_list_of_mothers_who_are_all_known_is_gone_through_one_by_one(session: Session, talk: TaskTalk) -> None:
    first, second = known(session), factories.person(session, name="Tukinem Lestari", code="M-4F7R")
    factories.pregnancy(session, second)
    said = through(talk, "1. Siti Aminah 28 th hpht 3 agustus 2026\n2. Tukinem Lestari 30 th hpht 3 juni 2026")
    assert f"/inform:duplicate:same-{first.id}" in said.buttons.values()
    said = talk.press(f"/inform:duplicate:same-{first.id}")
    assert f"/inform:duplicate:same-{second.id}" in said.buttons.values()
    talk.press("/cancel")
    assert len(mothers(session)) == 2


def test_known_mother_without_a_code_gets_one_when_she_is_shown(session: Session, talk: TaskTalk) -> None:
    mother = known(session, code=None)
    assert find_codes(through(talk, WHOLE).text) == (mother.code,)


def test_mother_of_another_village_is_not_shown(session: Session, talk: TaskTalk) -> None:
    factories.person(session, nik=NIK, name="Kasiyem Wulansari", village_code=KETAWANG, code="M-4F7Q")
    midwife = factories.staff(session)
    said = through(talk, WHOLE)
    assert midwife.name in said.text
    assert not any(secret in said.text for secret in ("Kasiyem", "M-4F7Q", "Ketawang"))
    assert not talk.is_open
    assert len(mothers(session)) == 1


@pytest.mark.parametrize(
    "values", [{"consent": "refused", "registered": False}, {"consent": "withdrawn"}], ids=["refused", "withdrawn"]
)
def test_mother_who_said_no_is_not_registered_again(session: Session, talk: TaskTalk, values: dict[str, Any]) -> None:
    factories.person(session, nik=NIK, **values)
    said = through(talk, WHOLE)
    assert "beliau sendiri" in said.text
    assert not talk.is_open
    assert len(mothers(session)) == 1


def test_mother_who_delivered_gets_a_new_pregnancy(session: Session, talk: TaskTalk) -> None:
    mother = factories.person(session, nik=NIK, code="M-4F7Q")
    factories.pregnancy(session, mother, status="delivered")
    through(talk, WHOLE, f"/inform:duplicate:same-{mother.id}")
    rows = session.scalars(
        select(Pregnancy.status).where(Pregnancy.person_id == mother.id).order_by(Pregnancy.id)
    ).all()
    assert rows == ["delivered", "active"]
