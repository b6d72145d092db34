"""Consent in her own words: leave, refusal, some messages later, and who is said to have registered her."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.messaging import messages
from registry.models import OutboxMessage
from registry.persons import consents, people
from tests import factories
from tests.conftest import NOW
from tests.registry.persons.test_consents import helper, mother, sent_to


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("iya boleh", "given"),
        ("nggih monggo", "given"),
        ("gak apa-apa bu", "given"),
        ("gak usah", "refused"),
        ("emoh aku, ojo didaftarno", "refused"),
        ("gak gelem pokoe", "refused"),
    ],
)
def test_leave_is_given_or_refused_in_her_own_words(session: Session, said: str, status: str) -> None:
    mother = factories.person(session, consent="pending")
    contact = factories.contact(session, mother.phone)
    consents.ask_mother(session, mother, helper(session), NOW, None)
    for row in session.scalars(select(OutboxMessage)):
        row.sent_at, row.status = NOW, "sent"
    session.flush()
    speaker = people.speaker(session, contact)
    press = presses.spoken(session, speaker, said, NOW)
    assert press is not None
    presses.act(session, speaker, press, NOW, None)
    assert mother.consent == status


@pytest.mark.parametrize(
    ("unit", "duty", "said"),
    [
        ("puskesmas", "midwife", "Bidan Ana Lestari"),
        ("puskesmas", "officer", "petugas Ana Lestari"),
        ("dinkes", "midwife", "petugas Budi Santosa"),
    ],
)
def test_mother_is_told_the_office_of_who_registered_her(session: Session, unit: str, duty: str, said: str) -> None:
    person = mother(session)
    officer = factories.speaker_of(session, factories.staff(session, unit=unit, duty=duty).phone)
    assert consents.ask_mother(session, person, officer, NOW, None)
    assert said in sent_to(session, person.phone)[0].text


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("oh bu kader to. yo gpp mau", "consent_again"),
        ("boleh", "consent_again"),
        ("ojo didaftarno", "consent_no"),
        ("kapan saya periksa", None),
    ],
)
def test_leave_some_messages_later_is_asked_once_more(session: Session, said: str, verb: str | None) -> None:
    """Something else was said in between: a yes is not taken for it, and not lost."""
    person = mother(session)
    consents.ask_mother(session, person, helper(session), NOW, None)
    speaker = factories.speaker_of(session, person.phone or "")
    answered = messages.Draft("Saya mesin penjawab.")
    messages.queue(session, speaker.contact, answered, kind="reply", priority=messages.ANSWER, now=NOW, key="r")
    for at, row in enumerate(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))):
        row.sent_at, row.status = NOW + timedelta(seconds=at), "sent"
    session.flush()
    press = presses.spoken(session, speaker, said, NOW + timedelta(minutes=1))
    assert (press.verb if press else None) == verb
