"""A NIK that follows later: told by herself or her cadre, by name or code, and kept once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from actions.identity_form import ValidateEligibilityForm
from registry.models import Handoff, Person
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk

PHONE, CADRE = "+6281200008801", "+6281200008802"
BORN = date(1998, 3, 5)
NIK = factories.make_nik(BORN)


@pytest.fixture
def mother(session: Session) -> Person:
    """Registered without her NIK."""
    values = {"phone": PHONE, "name": "Tarmini", "born_on": BORN, "code": "M-4F7Q", "nik": None}
    person = factories.person(session, **values, village_code=factories.SUMBEROTO)
    factories.pregnancy(session, person)
    factories.cadre(session, phone=CADRE)
    return person


def talk(session: Session, phone: str) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


@pytest.mark.parametrize(
    ("phone", "text", "answer"),
    [
        (PHONE, f"ini nik saya {NIK}", "NIK Ibu sudah saya catat"),
        (CADRE, f"nik bu tarmini {NIK}", "NIK Tarmini (M-4F7Q) sudah dicatat"),
        (CADRE, f"M-4F7Q nik {NIK}", "NIK Tarmini (M-4F7Q) sudah dicatat"),
        (CADRE, f"NIKnya Tarmini: {NIK[:6]} {NIK[6:12]} {NIK[12:]}", "NIK Tarmini (M-4F7Q) sudah dicatat"),
    ],
    ids=["herself", "cadre by name", "cadre by code", "in groups"],
)
def test_nik_told_later_is_kept(session: Session, mother: Person, phone: str, text: str, answer: str) -> None:
    chat = talk(session, phone)
    said = chat.say(text, "update_data")
    assert (answer in said.text, mother.nik, chat.is_open) == (True, NIK, False)
    assert NIK not in said.text


def test_nik_is_asked_for_when_only_the_wish_is_told(session: Session, mother: Person) -> None:
    chat = talk(session, PHONE)
    assert "Berapa NIK" in chat.say("mau nambah nik saya", "update_data").text
    assert "sudah saya catat" in chat.say(NIK).text
    assert mother.nik == NIK


@pytest.mark.parametrize(
    "nik",
    [factories.make_nik(date(1990, 1, 1)), factories.make_nik(BORN, woman=False), NIK[:12] + "0000"],
    ids=["another birth date", "a man's", "no serial"],
)
def test_number_that_cannot_be_hers_goes_to_a_person(session: Session, mother: Person, nik: str) -> None:
    assert "petugas" in talk(session, CADRE).say(f"nik bu tarmini {nik}", "update_data").text
    assert (mother.nik, session.query(Handoff).count()) == (None, 1)


@pytest.mark.parametrize(("phone", "text"), [(PHONE, NIK), (CADRE, f"nik bu tarmini {NIK} berhak gratis?")])
def test_nik_sent_for_her_entitlement_is_kept_as_well(
    session: Session, mother: Person, phone: str, text: str
) -> None:  # fmt: skip
    chat = Talk(session, factories.contact(session, phone))
    heard = chat.again(ValidateEligibilityForm(), chat.write(text), "check_eligibility")
    assert "NIK" in heard.messages[0]["text"]
    assert mother.nik == NIK
