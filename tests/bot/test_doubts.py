"""What is said to words that nobody could read, while something may be wrong."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot import turn
from bot.turn import Settled
from bot.understanding import Reply, Understanding
from registry import drafts
from registry.models import Contact, InboxMessage
from tests import factories
from tests.bot.turns import ALARM, said_to, written
from tests.conftest import NOW

MIDWIFE, MOTHER = "+6281200000861", "+6281200000862"
GUESSES = Reply("Maksud Ibu yang mana?", (("Minta jemputan", "/request_transport"),))
HELP_COMES = Reply("Saya panggilkan petugas.")
ASKS: dict[str, object] = {"kind": "danger", "certainty": "ask", "codes": ["unspecified"]}


@pytest.fixture
def mother(session: Session) -> Contact:
    """A registered mother whose midwife can be reached."""
    factories.reachable(session, factories.staff(session, phone=MIDWIFE))
    factories.person(session, phone=MOTHER)
    return factories.contact(session, MOTHER)


def unread(session: Session, contact: Contact, *replies: Reply, danger: dict[str, object]) -> list[str]:
    """She writes something Rasa cannot read; what is said to it."""
    message, before = written(session, contact, "banyak sekali"), len(said_to(session, contact))
    turn.conclude(session, message, Understanding(replies, "nlu_fallback", 0.4, danger=danger), False, NOW)
    return said_to(session, contact)[before:]


def alarm(session: Session, contact: Contact) -> InboxMessage:
    message = written(session, contact, ALARM)
    step = turn.prepare(session, message, NOW)
    assert isinstance(step, Settled)
    message.trace = step.trace
    session.flush()
    return message


def test_only_the_question_about_danger_is_put(session: Session, mother: Contact) -> None:
    (said,) = unread(session, mother, GUESSES, danger=ASKS)
    assert "sekarang" in said


def test_that_a_person_comes_is_said_beside_it(session: Session, mother: Contact) -> None:
    said = unread(session, mother, HELP_COMES, danger=ASKS)
    assert said[0] == HELP_COMES.text
    assert len(said) == 2


def test_guesses_stay_where_nothing_seems_wrong(session: Session, mother: Contact) -> None:
    assert unread(session, mother, GUESSES, danger={}) == [GUESSES.text]


def test_question_of_an_open_task_stays(session: Session, mother: Contact) -> None:
    drafts.keep(session, mother, "registration", "born_on", {}, NOW, None)
    assert unread(session, mother, GUESSES, danger=ASKS)[0] == GUESSES.text


@pytest.mark.parametrize("danger", [ASKS, {}], ids=["something may be wrong", "nothing is heard"])
def test_after_an_alarm_help_has_been_called(session: Session, mother: Contact, danger: dict[str, object]) -> None:
    alarm(session, mother)
    (said,) = unread(session, mother, GUESSES, danger=danger)
    assert "Bantuan sudah saya panggil" in said
