"""Talks that wait for an officer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.casework import talks
from registry.messaging import messages
from registry.models import Contact, Handoff, OutboxMessage
from registry.persons.people import Speaker
from tests import factories
from tests.conftest import NIGHT, NOW

MIDWIFE, CADRE, DINKES, MOTHER = "+6281200000901", "+6281200000902", "+6281200000903", "+6281200000904"


@pytest.fixture
def mother(session: Session) -> Speaker:
    """A registered mother of Sumberoto with a midwife, a cadre and Dinkes, all of whom the bot can reach."""
    factories.reachable(
        session,
        factories.staff(session, phone=MIDWIFE),
        factories.cadre(session, phone=CADRE),
        factories.staff(session, unit="dinkes", phone=DINKES),
    )
    factories.person(session, phone=MOTHER)
    return factories.speaker_of(session, MOTHER)


def _told(session: Session) -> list[tuple[str | None, str]]:
    rows = select(Contact.phone, OutboxMessage.text).join(OutboxMessage).order_by(OutboxMessage.id)
    return [(phone, text) for phone, text in session.execute(rows)]


def test_a_talk_is_opened_and_the_midwife_told(session: Session, mother: Speaker) -> None:
    talk = talks.open_handoff(session, mother, "talk_to_human", NOW, None)
    assert (talk.status, talk.owner, talk.reason, talk.at) == ("open", None, "talk_to_human", NOW)
    ((phone, text),) = _told(session)
    assert phone == MIDWIFE  # a cadre is no officer
    for words in ("minta bicara dengan petugas", "Siti Aminah", "Sumberoto, Kec. Donomulyo", MOTHER):
        assert words in text


def test_a_talk_is_opened_once(session: Session, mother: Speaker) -> None:
    first = talks.open_handoff(session, mother, "talk_to_human", NOW, None)
    assert talks.open_handoff(session, mother, "complain", NOW, None) is first
    assert [phone for phone, _ in _told(session)] == [MIDWIFE, MOTHER]
    assert "hari ini jam 12.00" in _told(session)[1][1]  # two hours of office time, then Dinkes hears of it


def test_a_talk_with_a_reason_nobody_knows_is_opened_too(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, mother, "surprise", NOW, None)
    assert "perlu bantuan petugas" in _told(session)[0][1]


def test_a_talk_asked_for_at_night_is_told_in_the_morning(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, mother, "talk_to_human", NIGHT, None)
    (told,) = messages.claim_outbox(session, NIGHT)
    assert told.contact_id == mother.contact.id
    assert "Senin, 23 November 2026 jam 07.30" in told.text  # the 22nd is a Sunday
    assert [row.contact.phone for row in messages.claim_outbox(session, NIGHT + timedelta(hours=7))] == [MIDWIFE]


def test_dinkes_is_told_when_the_midwife_cannot_be_reached(session: Session, mother: Speaker) -> None:
    for contact in session.scalars(select(Contact)):
        contact.blocked = contact.phone == MIDWIFE
    session.flush()
    talks.open_handoff(session, mother, "talk_to_human", NOW, None)
    assert [phone for phone, _ in _told(session)] == [DINKES]


def test_a_stranger_waits_for_dinkes(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, factories.speaker_of(session, "+6281200000905"), "talk_to_human", NOW, None)
    assert [phone for phone, _ in _told(session)] == [DINKES]


def test_nobody_owns_a_talk_before_an_officer_replies(session: Session, mother: Speaker) -> None:
    assert talks.current_handoff(session, mother.contact) is None
    talks.open_handoff(session, mother, "talk_to_human", NOW, None)
    assert not talks.is_owned(session, mother.contact)


@pytest.mark.parametrize("asked", [True, False], ids=["she had asked", "she had not asked"])
def test_a_reply_takes_the_talk_over(session: Session, mother: Speaker, asked: bool) -> None:
    if asked:
        talks.open_handoff(session, mother, "talk_to_human", NOW, None)
    talks.reply(session, mother.contact, MIDWIFE, "Ibu, besok ke puskesmas ya", NOW)
    talk = session.scalars(select(Handoff)).one()
    assert (talk.status, talk.owner) == ("taken", MIDWIFE)
    assert talks.is_owned(session, mother.contact)
    assert _told(session)[-1] == (MOTHER, "Ibu, besok ke puskesmas ya")


def test_a_second_officer_does_not_take_it_away(session: Session, mother: Speaker) -> None:
    talks.reply(session, mother.contact, MIDWIFE, "satu", NOW)
    talks.reply(session, mother.contact, DINKES, "dua", NOW)
    assert session.scalars(select(Handoff)).one().owner == MIDWIFE


def test_a_reply_reaches_her_at_night_and_after_stop(session: Session, mother: Speaker) -> None:
    mother.contact.stopped_at = NOW
    talks.reply(session, mother.contact, MIDWIFE, "segera ke puskesmas", NIGHT)
    (row,) = messages.claim_outbox(session, NIGHT)
    assert (row.kind, row.text, row.template) == ("staff", "segera ke puskesmas", "staff_reply")


def test_the_same_reply_twice_is_sent_twice(session: Session, mother: Speaker) -> None:
    for _ in range(2):
        talks.reply(session, mother.contact, MIDWIFE, "ya", NOW)
    assert len(_told(session)) == 2


def test_after_closing_the_bot_answers_again(session: Session, mother: Speaker) -> None:
    talks.reply(session, mother.contact, MIDWIFE, "ya", NOW)
    talks.close(session, mother.contact, NOW)
    talk = session.scalars(select(Handoff)).one()
    assert (talk.status, talk.closed_at) == ("closed", NOW)
    assert not talks.is_owned(session, mother.contact)
    assert talks.current_handoff(session, mother.contact) is None


def test_after_closing_she_may_ask_again(session: Session, mother: Speaker) -> None:
    first = talks.open_handoff(session, mother, "talk_to_human", NOW, None)
    talks.close(session, mother.contact, NOW)
    assert talks.open_handoff(session, mother, "talk_to_human", NOW + timedelta(minutes=1), None) is not first
    assert [phone for phone, _ in _told(session)] == [MIDWIFE, MOTHER, MIDWIFE]


def test_closing_what_is_not_open_changes_nothing(session: Session, mother: Speaker) -> None:
    talks.close(session, mother.contact, NOW)
    assert session.scalars(select(Handoff)).all() == []


def test_one_talk_says_nothing_about_another(session: Session, mother: Speaker) -> None:
    other = factories.contact(session)
    talks.reply(session, mother.contact, MIDWIFE, "ya", NOW)
    assert not talks.is_owned(session, other)
