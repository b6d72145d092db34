"""An invitation code in a message: answered before Rasa, and never seen by it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import turn
from registry.models import Handoff, OutboxMessage
from registry.persons import invitations
from registry.persons.invitations import Area
from tests import factories
from tests.conftest import NOW

PHONE = "+6281200000071"


@pytest.fixture
def code(session: Session) -> str:
    """Of a cadre of Sumberoto."""
    return invitations.invite(session, "cadre", "Sri Rahayu", PHONE, NOW, area=Area(villages=(factories.SUMBEROTO,)))


def handled(session: Session, text: str) -> tuple[Any, list[str]]:
    message = factories.inbox_message(session, factories.contact(session, PHONE), text)
    settled = turn.prepare(session, message, NOW)
    return settled, [row.text for row in session.scalars(select(OutboxMessage))]


@pytest.mark.parametrize("words", ["/start {code}", "kode undangan {code}", "{code}"])
def test_code_makes_its_owner_a_cadre_without_rasa(session: Session, code: str, words: str) -> None:
    settled, said = handled(session, words.format(code=code))
    assert isinstance(settled, turn.Settled)
    assert settled.trace["handled_by"] == "invitation"
    assert "Selamat datang" in said[0]
    assert code not in said[0]
    assert factories.speaker_of(session, PHONE).role == "cadre"


def test_wrong_code_is_told_how(session: Session, code: str) -> None:
    settled, said = handled(session, "kode undangan ZZZZZZZ2")
    assert isinstance(settled, turn.Settled)
    assert "kode baru" in said[0]


def test_code_works_while_an_officer_owns_the_talk(session: Session, code: str) -> None:
    contact = factories.contact(session, PHONE)
    session.add(Handoff(contact_id=contact.id, reason="talk_to_human", status="taken", at=NOW))
    session.flush()
    handled(session, f"kode undangan {code}")
    assert factories.speaker_of(session, PHONE).role == "cadre"


@pytest.mark.parametrize("text", ["/start", "halo bu", "undangan kelas ibu hamil kapan ya"])
def test_other_words_go_to_rasa(session: Session, text: str) -> None:
    settled, _ = handled(session, text)
    assert isinstance(settled, turn.ForRasa)


def test_danger_beside_a_code_is_answered_first(session: Session, code: str) -> None:
    settled, said = handled(session, f"kode undangan {code} perut sakit banget keluar darah banyak")
    assert isinstance(settled, turn.Settled)
    assert settled.trace["handled_by"] == "danger_gate"
    assert "Selamat datang" not in " ".join(said)
