"""A helper's note goes to Rasa as the wish to register, so that no classifier has to guess at names and numbers."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot import turn
from registry import drafts
from tests import factories
from tests.conftest import NOW

NOTE = "bumil Ponirah 28 th hpht 3/8/26"


def asked_of_rasa(session: Session, phone: str, text: str = NOTE) -> str:
    found = turn.prepare(session, factories.inbox_message(session, factories.contact(session, phone), text), NOW)
    assert isinstance(found, turn.ForRasa)
    return found.text


def test_note_of_a_helper_is_a_registration(session: Session) -> None:
    assert asked_of_rasa(session, factories.cadre(session).phone) == "/register_pregnancy"
    assert asked_of_rasa(session, factories.staff(session).phone) == "/register_pregnancy"


def test_note_of_anybody_else_is_left_to_rasa(session: Session) -> None:
    assert asked_of_rasa(session, factories.person(session).phone or "") != "/register_pregnancy"
    assert asked_of_rasa(session, factories.cadre(session, active=False).phone) != "/register_pregnancy"


@pytest.mark.parametrize(("task", "taken"), [("registration", True), ("ride", False)])
def test_note_within_another_task_is_its_answer(session: Session, task: str, taken: bool) -> None:
    phone = factories.cadre(session).phone
    drafts.keep(session, factories.contact(session, phone), task, "missing", {}, NOW, None)
    assert (asked_of_rasa(session, phone) == "/register_pregnancy") is taken


def test_other_wish_of_a_helper_is_left_to_rasa(session: Session) -> None:
    assert asked_of_rasa(session, factories.cadre(session).phone, "bu Rina sdh K4 td di pkm").startswith("bu Rina")


def test_long_list_is_not_cut_short(session: Session) -> None:
    names = "Ponirah Mulyani Wagini Sutarmi Kasminah Legirah Paini Rusmiati Sarinem Tukiyem Yatmini Boniyem".split()
    rest = "desa Sumberoto RT 03 RW 04 dusun Krajan dekat musholla sebelah balai desa, HPHT 3 Agustus 2026"
    rows = [f"{at}. {name} Setyowati umur {20 + at} tahun {rest}" for at, name in enumerate(names, start=1)]
    text = "\n".join(rows)
    assert len(text) > turn.READ_BY_RASA
    message = factories.inbox_message(session, factories.contact(session, factories.cadre(session).phone), text)
    found = turn.prepare(session, message, NOW)
    assert isinstance(found, turn.ForRasa)
    assert (found.text, found.too_long) == ("/register_pregnancy", False)
