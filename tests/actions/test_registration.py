"""Whose registration is it: by the proved role, and nothing for a claimed or a former one."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import OutboxMessage, Person
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk

OPENS = "register_pregnancy"
NOTE = "bumil Siti Aminah 28 th desa Sumberoto hpht 3 agustus 2026"


def talk_of(session: Session, phone: str) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


def test_helper_registers_her_mothers(session: Session) -> None:
    talk = talk_of(session, factories.cadre(session).phone)
    assert "Benar" in talk.say(NOTE, OPENS).buttons
    assert talk.draft is not None
    assert talk.draft.data["as"] == "helper"


def test_anybody_else_registers_herself(session: Session) -> None:
    talk = talk_of(session, factories.make_phone())
    talk.say("saya mau daftar", OPENS)
    assert talk.draft is not None
    assert talk.draft.data["as"] == "self"


def test_former_cadre_registers_nobody_and_is_told_how_to_come_back(session: Session) -> None:
    talk = talk_of(session, factories.cadre(session, active=False).phone)
    said = talk.say(NOTE, OPENS)
    assert "kode undangan" in said.text
    assert not talk.is_open
    assert session.scalars(select(Person)).all() == []


@pytest.mark.parametrize("claim", ["saya kader Sumberoto mau daftar bumil", "saya bidan desa, daftarkan bu Siti"])
def test_claimed_role_gets_nothing_and_is_told_how(session: Session, claim: str) -> None:
    talk = talk_of(session, factories.make_phone())
    said = talk.say(claim, OPENS)
    assert "kode undangan" in said.text
    assert not talk.is_open


def test_helper_who_is_revoked_in_the_middle_stops_there(session: Session) -> None:
    cadre = factories.cadre(session)
    talk = talk_of(session, cadre.phone)
    talk.say(NOTE, OPENS)
    cadre.active = False
    session.flush()
    said = talk.press("/inform:confirm:yes")
    assert "kode undangan" in said.text
    assert session.scalars(select(Person)).all() == []


def test_mother_is_asked_once_and_told_by_whom(session: Session) -> None:
    cadre = factories.cadre(session)
    talk = talk_of(session, cadre.phone)
    talk.say(f"{NOTE} hp 081299000071", OPENS)
    talk.press("/inform:confirm:yes")
    mother = session.scalars(select(Person)).one()
    (message,) = session.scalars(select(OutboxMessage))
    assert message.contact.phone == "+6281299000071"
    assert cadre.name in message.text
    payloads = {payload for _, payload in (message.extras or {})["buttons"]}
    assert {f"/press:consent_yes:{mother.id}", f"/press:consent_no:{mother.id}"} <= payloads


def test_cadre_who_expects_a_child_registers_herself(session: Session) -> None:
    talk = talk_of(session, factories.cadre(session).phone)
    talk.say("saya sendiri hamil 8 minggu, mau daftar", OPENS)
    assert talk.draft is not None
    assert talk.draft.data["as"] == "self"
