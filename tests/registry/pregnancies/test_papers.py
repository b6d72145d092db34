"""The papers of a way to pay: which are asked for, seen, unseen again, and that an older one stays on the list."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEntry, JknRecord, Paper, Person, RecordChange
from registry.persons.people import Speaker
from registry.pregnancies import entitlement, papers
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def speaker(session: Session) -> Speaker:
    """A midwife."""
    return factories.speaker_of(session, factories.staff(session).phone)


def poor(session: Session) -> Person:
    """No JKN, known to be poor: the way of the SKTM."""
    person = factories.person(session)
    factories.civil_record(session, person.nik or "")
    factories.welfare_record(session, person.nik or "", listed=True, decile=2)
    factories.jkn_record(session, person.nik or "", segment="NONE", active=False)
    return person


def codes(session: Session, person: Person) -> list[str]:
    return [one.code for one in papers.listed(session, person, None, NOW)]


def test_papers_follow_what_the_registers_say(session: Session) -> None:
    person = poor(session)
    decision = entitlement.decide(session, person.nik or "", NOW)
    assert codes(session, person) == [papers.SAME_PAPER.get(code, code) for code in decision.documents]
    assert "sktm" in codes(session, person)


def test_mother_without_a_nik_has_a_list_too(session: Session) -> None:
    assert codes(session, factories.person(session, nik=None))


def test_seen_papers_are_kept_with_who_and_when_and_taken_away_again(session: Session, speaker: Speaker) -> None:
    person, staff = poor(session), speaker.staff
    assert staff is not None
    assert papers.keep(session, speaker, person, staff.id, ["ktp", "sktm", "crown"], NOW)
    assert {one.code for one in papers.listed(session, person, None, NOW) if one.seen} == {"ktp", "sktm"}
    assert not papers.keep(session, speaker, person, staff.id, ["sktm", "ktp"], NOW)
    assert papers.keep(session, speaker, person, staff.id, ["ktp"], NOW)
    assert [(row.code, row.staff_id, row.at) for row in session.scalars(select(Paper))] == [("ktp", staff.id, NOW)]
    rows = session.scalars(select(RecordChange).order_by(RecordChange.id)).all()
    assert [(row.field, row.new) for row in rows] == [("papers", "sktm, ktp"), ("papers", "ktp")]
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "papers_seen")).all()) == 2


def test_paper_that_is_no_longer_asked_for_stays_while_it_is_there(session: Session, speaker: Speaker) -> None:
    person, staff = poor(session), speaker.staff
    assert staff is not None
    papers.keep(session, speaker, person, staff.id, ["sktm"], NOW)
    row = session.get_one(JknRecord, person.nik_index)
    row.segment, row.active = "PBI_JK", True
    session.flush()
    needed = {one.code: one.is_needed for one in papers.listed(session, person, None, NOW)}
    assert (needed["sktm"], needed["jkn_card"]) == (False, True)
    papers.keep(session, speaker, person, staff.id, [], NOW)
    assert "sktm" not in codes(session, person)


@pytest.mark.parametrize("why", entitlement.WHYS)
def test_confirmation_says_by_what_and_is_taken_back(session: Session, speaker: Speaker, why: str) -> None:
    person, staff = poor(session), speaker.staff
    assert staff is not None
    contact = factories.contact(session, person.phone)
    entitlement.answer(session, contact, person.nik or "", NOW)
    row = entitlement.latest_for(session, contact)
    assert row is not None
    before = row.status
    assert entitlement.confirm(session, row, staff.id, NOW, why=why)
    assert (row.status, row.confirmed_why, row.confirmed_by, row.status_before) == ("confirmed", why, staff.id, before)
    assert not entitlement.confirm(session, row, staff.id, NOW, why=why)
    assert entitlement.unconfirm(session, row, staff.id, NOW)
    assert (row.status, row.confirmed_at) == (before, None)
    assert not entitlement.unconfirm(session, row, staff.id, NOW)


def test_confirmation_without_a_ground_is_none(session: Session, speaker: Speaker) -> None:
    person = poor(session)
    contact = factories.contact(session, person.phone)
    entitlement.answer(session, contact, person.nik or "", NOW)
    row = entitlement.latest_for(session, contact)
    assert row is not None
    assert not entitlement.confirm(session, row, 1, NOW, why="because")
    assert row.status != "confirmed"
