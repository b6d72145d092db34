"""Attacks on own data: reading, changing, erasing or moving what is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import db
from registry.db import Database
from registry.messaging import pictures
from registry.models import AuditEntry, Person
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import KEY, SqliteBackend, rolled_back

VICTIM, ATTACKER = "+6281200009901", "+6281200009902"
BORN = "5-3-1998"


@pytest.fixture(scope="module")
def own_database(sqlite: SqliteBackend) -> Iterator[Database]:
    """One file for these tests."""
    opened = db.connect(sqlite.copy(), KEY)
    yield opened
    opened.close()


@pytest.fixture
def session(own_database: Database) -> Iterator[Session]:
    """On SQLite alone, rolled back."""
    with rolled_back(own_database) as opened:
        yield opened


@pytest.fixture
def victim(session: Session) -> Person:
    """A registered mother with a pregnancy."""
    person = factories.person(session, phone=VICTIM, name="Wagiyem Kusuma", code="M-7W9K")
    factories.pregnancy(session, person)
    return person


@pytest.fixture
def attacker(session: Session) -> TaskTalk:
    """A registered mother with another phone."""
    factories.person(session, phone=ATTACKER, name="Orang Lain", nik=factories.make_nik(serial=777))
    return TaskTalk(Talk(session, factories.contact(session, ATTACKER)))


@pytest.mark.parametrize(
    "payload", ["/inform:who:{0.id}", "/inform:reader:yes", "/inform:page:1", "/inform:which:{0.id}"]
)
@pytest.mark.parametrize("opener", ["show_my_data", "delete_my_data", "update_data", "list_my_mothers"])
def test_typed_payload_reaches_nobody_else(
    session: Session, victim: Person, attacker: TaskTalk, opener: str, payload: str
) -> None:
    attacker.say(f"data bu {victim.name} {victim.code} {victim.nik}", opener)
    said = attacker.press(payload.format(victim))
    attacker.press("/inform:delete:yes")
    attacker.press("/inform:update_confirm:yes")
    assert "Wagiyem" not in said.text
    assert "5 Maret" not in said.text or "Orang Lain" in said.text
    assert session.get(Person, victim.id) is not None
    assert (victim.name, victim.phone) == ("Wagiyem Kusuma", VICTIM)


def test_own_data_never_show_a_whole_nik(session: Session, victim: Person) -> None:
    chat = TaskTalk(Talk(session, factories.contact(session, VICTIM)))
    said = chat.say("data saya", "show_my_data").text
    assert str(victim.nik) not in said
    assert str(victim.nik)[4:12] not in said


def test_number_is_not_moved_by_guessing_names(session: Session, victim: Person) -> None:
    contact = factories.contact(session, "+6281200009903")
    for name in ("Siti Rahayu", "Rina Wati", "Dewi Lestari", "Wagiyem"):
        chat = TaskTalk(Talk(session, contact))
        chat.say("nomor saya ganti", "update_data")
        for answer in (str(victim.nik), BORN, name):
            chat.say(answer)
    assert victim.phone == VICTIM
    chat = TaskTalk(Talk(session, contact))
    chat.say("nomor saya ganti", "update_data")
    for answer in (str(victim.nik), BORN, "Wagiyem Kusuma"):
        said = chat.say(answer)
    assert "pindahkan" not in said.text, "after so many guesses even the right answer waits"
    assert victim.phone == VICTIM
    wrong = [entry for entry in session.scalars(select(AuditEntry)) if entry.action == "identity_wrong"]
    assert len(wrong) >= 3


def test_moving_a_number_tells_nothing_about_a_nik(session: Session, victim: Person) -> None:
    known, unknown = (TaskTalk(Talk(session, factories.contact(session))) for _ in range(2))
    answers = []
    for chat, nik in ((known, str(victim.nik)), (unknown, factories.make_nik(serial=888))):
        chat.say("nomor saya ganti", "update_data")
        answers.append((chat.say(nik).text, chat.say(BORN).text))
    assert answers[0] == answers[1]


def test_audit_of_a_change_holds_no_value(session: Session, victim: Person) -> None:
    chat = TaskTalk(Talk(session, factories.contact(session, VICTIM)))
    chat.say("nama saya salah, harusnya Wagiyem Lestari", "update_data")
    chat.press("/inform:update_confirm:yes")
    assert victim.name == "Wagiyem Lestari"
    written = " ".join(str((entry.subject, entry.detail)) for entry in session.scalars(select(AuditEntry)))
    assert "Lestari" not in written
    assert VICTIM not in written


def test_card_of_an_erased_mother_is_gone(session: Session, victim: Person) -> None:
    name = pictures.reference(victim)
    assert pictures.render(session, name) is not None
    chat = TaskTalk(Talk(session, factories.contact(session, VICTIM)))
    chat.say("hapus data saya", "delete_my_data")
    chat.press("/inform:delete:yes")
    other = factories.person(session, nik=factories.make_nik(serial=999))
    factories.pregnancy(session, other)
    assert pictures.render(session, name) is None
