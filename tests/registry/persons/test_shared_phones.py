"""Two mothers on one phone: who writes is asked before anything personal is shown."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from registry import presses
from registry.models import Contact, Person
from registry.persons import people, shared_phones
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def two(session: Session) -> tuple[Contact, Person, Person]:
    """Siti and Dewi share a phone."""
    siti = factories.person(session)
    dewi = factories.person(session, name="Dewi Lestari", phone=siti.phone)
    return factories.contact(session, siti.phone), siti, dewi


def press(session: Session, contact: Contact, number: int) -> str:
    found = presses.of_button(f"/press:speaks_for:{number}")
    assert found is not None
    said = presses.act(session, people.speaker(session, contact), found, NOW, None)
    return said[0].text


def test_it_is_asked_who_writes_by_first_name_alone(session: Session, two: tuple[Contact, Person, Person]) -> None:
    contact, siti, dewi = two
    assert shared_phones.must_ask(session, contact)
    asked = shared_phones.question(session, contact)
    assert "Bu Siti atau Bu Dewi" in asked.text
    assert "Lestari" not in asked.text
    assert asked.buttons == (("Bu Siti", f"/press:speaks_for:{siti.id}"), ("Bu Dewi", f"/press:speaks_for:{dewi.id}"))


def test_who_said_so_is_the_speaker_from_then_on(session: Session, two: tuple[Contact, Person, Person]) -> None:
    contact, siti, dewi = two
    assert people.speaker(session, contact).person == siti
    assert "Bu Dewi" in press(session, contact, dewi.id)
    assert people.speaker(session, contact).person == dewi
    assert people.persons_on(session, contact) == [dewi, siti]
    assert not shared_phones.must_ask(session, contact)


@pytest.mark.parametrize("said", ["Dewi", "bu dewi", "saya Dewi Lestari", "ini lestari bu"])
def test_name_alone_says_who_writes(session: Session, two: tuple[Contact, Person, Person], said: str) -> None:
    contact, _, dewi = two
    press = presses.spoken(session, people.speaker(session, contact), said, NOW)
    assert press is not None
    presses.act(session, people.speaker(session, contact), press, NOW, None)
    assert people.speaker(session, contact).person == dewi
    assert shared_phones.spoken(session, contact, said) is None


@pytest.mark.parametrize("said", ["bu", "saya", "Rina", "Siti Dewi", "kapan jadwal Dewi periksa", ""])
def test_other_words_choose_nobody(session: Session, two: tuple[Contact, Person, Person], said: str) -> None:
    contact, _, _ = two
    assert shared_phones.spoken(session, contact, said) is None


def test_one_mother_is_never_asked(session: Session) -> None:
    contact = factories.contact(session, factories.person(session).phone)
    assert not shared_phones.must_ask(session, contact)
    assert shared_phones.spoken(session, contact, "Siti") is None


def test_nobody_becomes_a_mother_of_another_phone(session: Session, two: tuple[Contact, Person, Person]) -> None:
    _, siti, _ = two
    stranger = factories.contact(session)
    assert "sudah selesai" in press(session, stranger, siti.id)
    assert stranger.speaks_for is None


def test_mother_who_has_left_the_phone_is_not_its_speaker(
    session: Session, two: tuple[Contact, Person, Person]
) -> None:  # fmt: skip
    contact, siti, dewi = two
    press(session, contact, dewi.id)
    dewi.phone_index = None
    session.flush()
    assert people.speaker(session, contact).person == siti


def test_namesakes_are_told_apart_by_the_whole_name(session: Session) -> None:
    one = factories.person(session, name="Siti Aminah")
    factories.person(session, name="Siti Rahayu", phone=one.phone)
    asked = shared_phones.question(session, factories.contact(session, one.phone))
    assert [title for title, _ in asked.buttons] == ["Bu Siti Aminah", "Bu Siti Rahayu"]


@pytest.mark.parametrize(
    ("owner", "hidden"), [(None, False), ("own", False), ("husband", True), ("family", True), ("neighbour", True)]
)
def test_phone_of_somebody_else_shows_no_detail(session: Session, owner: str | None, hidden: bool) -> None:
    assert shared_phones.shows_no_detail(factories.person(session, phone_owner=owner)) is hidden


@pytest.mark.parametrize(
    ("said", "switches"), [("iki dewi", True), ("aku Dewi bu", True), ("dewi", False), ("ini siti", False)]
)
def test_telephone_changes_hands_in_words(
    session: Session, two: tuple[Contact, Person, Person], said: str, switches: bool
) -> None:
    contact, siti, dewi = two
    press(session, contact, siti.id)
    assert shared_phones.spoken(session, contact, said) == (("speaks_for", dewi.id) if switches else None)
