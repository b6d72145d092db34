"""A mother without a telephone: her helper asks her, and may pass on her answer and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.models import Consent, Person
from registry.presses import Press
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def mother(session: Session) -> Person:
    """A mother of Sumberoto without a telephone, asked for her consent."""
    row = factories.person(session, phone=None, consent="pending", registered_by="+6281200000999")
    factories.pregnancy(session, row)
    return row


def press(session: Session, phone: str, verb: str, person: Person) -> str:
    speaker = factories.speaker_of(session, phone)
    return presses.act(session, speaker, Press(verb, person.id), NOW, None)[0].text


def test_cadre_passes_on_a_yes(session: Session, mother: Person) -> None:
    said = press(session, factories.cadre(session).phone, "proxy_yes", mother)
    assert "Siti Aminah" in said
    assert mother.consent == "given"
    (row,) = session.scalars(select(Consent))
    assert (row.by, row.status) == ("cadre", "given")


def test_cadre_passes_on_a_no_and_the_record_is_forgotten(session: Session, mother: Person) -> None:
    press(session, factories.cadre(session).phone, "proxy_no", mother)
    assert (mother.consent, mother.registered, mother.born_on) == ("refused", False, None)


@pytest.mark.parametrize(
    "changed",
    [{"phone": "+6281200000071", "phone_index": "x"}, {"consent": "given"}, {"consent": "refused"}],
    ids=["she has a telephone", "she has said yes", "she has said no"],
)
def test_nobody_answers_for_a_mother_who_can_or_did(
    session: Session, mother: Person, changed: dict[str, Any]
) -> None:  # fmt: skip
    for name, value in changed.items():
        setattr(mother, name, value)
    before = mother.consent
    assert "sudah selesai" in press(session, factories.cadre(session).phone, "proxy_yes", mother)
    assert mother.consent == before


@pytest.mark.parametrize("who", ["a stranger", "a cadre of another village", "a former cadre", "a driver"])
def test_nobody_else_answers_for_her(session: Session, mother: Person, who: str) -> None:
    phones = {
        "a stranger": factories.make_phone(),
        "a cadre of another village": factories.cadre(session, factories.KETAWANG).phone,
        "a former cadre": factories.cadre(session, active=False).phone,
        "a driver": factories.driver(session).phone,
    }
    assert "sudah selesai" in press(session, phones[who], "proxy_yes", mother)
    assert mother.consent == "pending"


def test_cadres_word_does_not_do_for_a_minor(session: Session, mother: Person) -> None:
    mother.born_on, mother.told_age = None, 16
    assert "wali" in press(session, factories.cadre(session).phone, "proxy_yes", mother)
    assert mother.consent == "pending"
