"""An officer's corrections: what differs, what may be kept, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, AuditEntry, Person, Pregnancy, RecordChange, Reminder
from registry.persons.people import Speaker
from registry.pregnancies import corrections
from registry.pregnancies.corrections import Wish
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def speaker(session: Session) -> Speaker:
    """A midwife."""
    return factories.speaker_of(session, factories.staff(session).phone)


@pytest.fixture
def person(session: Session) -> Person:
    """Pregnant, her plan made."""
    made = factories.person(session)
    plan.replan(session, factories.pregnancy(session, made), NOW)
    return made


def test_what_stands_there_already_is_no_difference(session: Session, speaker: Speaker, person: Person) -> None:
    wishes = [
        Wish("name", "Siti Aminah"), Wish("gpa", "G2P1A0"), Wish("companion", ""), Wish("risks", ""),
        Wish("hpht", str(TODAY - timedelta(weeks=27))),
    ]  # fmt: skip
    assert corrections.compare(session, speaker, person, wishes, NOW) == []
    assert corrections.keep(session, speaker, person, wishes, NOW) == []


def test_dating_shows_both_days(session: Session, speaker: Speaker, person: Person) -> None:
    wish = Wish("weeks", str(TODAY - timedelta(weeks=20)))
    found = corrections.compare(session, speaker, person, [wish], NOW)
    assert [(one.field, one.new, one.verdict) for one in found] == [
        ("hpht", str(TODAY - timedelta(weeks=20)), "ok"), ("hpl", str(TODAY + timedelta(weeks=20)), "ok"),
    ]  # fmt: skip


def test_wish_that_may_not_be_is_passed_over_and_the_others_kept(
    session: Session, speaker: Speaker, person: Person
) -> None:
    wishes = [
        Wish("hpht", str(TODAY + timedelta(days=1))), Wish("phone", speaker.contact.phone or ""),
        Wish("companion", "Bu Ti"),
    ]  # fmt: skip
    verdicts = {one.field: one.verdict for one in corrections.compare(session, speaker, person, wishes, NOW)}
    assert verdicts == {"hpht": "impossible", "hpl": "impossible", "phone": "taken", "companion": "ok"}
    assert corrections.keep(session, speaker, person, wishes, NOW) == ["companion"]


def test_each_field_leaves_a_change_an_audit_row_and_a_new_plan(
    session: Session, speaker: Speaker, person: Person
) -> None:
    before = set(session.scalars(select(Reminder.due_at).where(Reminder.status == "planned")))
    wishes = [
        Wish("hpht", str(TODAY - timedelta(weeks=20)), told_by="mother"), Wish("gpa", "G3P1A1"),
        Wish("risks", "twins, kek"), Wish("house", "RT 3"),
    ]  # fmt: skip
    kept = corrections.keep(session, speaker, person, wishes, NOW)
    assert kept == ["hpht", "gpa", "risks", "house"]
    fields = session.scalars(select(RecordChange.field).order_by(RecordChange.id)).all()
    assert fields == ["hpht", "hpl", "gpa", "risks", "house"]
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "record_changed")).all()
    assert [(entry.detail or {})["field"] for entry in noted] == kept
    assert not any("RT 3" in str(entry.detail) for entry in noted)
    pregnancy = session.scalars(select(Pregnancy)).one()
    assert (pregnancy.gpa_told, pregnancy.risks, pregnancy.dated_from) == (
        {"gravida": 3, "para": 1, "abortus": 1}, ["twins", "kek"], "mother",
    )  # fmt: skip
    assert set(session.scalars(select(Reminder.due_at).where(Reminder.status == "planned"))) != before


@pytest.mark.parametrize("status", ["delivered", "loss", "closed"])
@pytest.mark.parametrize(
    "wish", [Wish("gpa", "G3P1A1"), Wish("risks", "kek"), Wish("hpht", str(TODAY - timedelta(99)))]
)
def test_course_that_is_over_keeps_its_dates_and_risks(
    session: Session, speaker: Speaker, person: Person, status: str, wish: Wish
) -> None:
    session.scalars(select(Pregnancy)).one().status = status
    assert {one.verdict for one in corrections.compare(session, speaker, person, [wish], NOW)} == {"not_pregnant"}
    assert corrections.keep(session, speaker, person, [wish], NOW) == []


def test_two_mothers_on_a_phone_keep_what_waits_when_it_is_taken_from_one(
    session: Session, speaker: Speaker, person: Person
) -> None:
    other = factories.person(session, name="Dewi", phone=person.phone)
    contact = factories.contact(session, person.phone)
    waiting = factories.outbox_message(session, contact, "besok periksa")
    waiting.kind, waiting.status, waiting.priority = "reminder", "queued", 3
    corrections.keep(session, speaker, person, [Wish("phone", "")], NOW)
    session.refresh(waiting)
    assert (person.phone, waiting.status) == (None, "queued")
    assert other.phone == contact.phone


def test_minor_is_told_of_once_with_her_own_number(session: Session, speaker: Speaker, person: Person) -> None:
    for day in ("2010-01-05", "2010-02-05"):
        corrections.keep(session, speaker, person, [Wish("born_on", day)], NOW)
    rows = session.scalars(select(Alert).where(Alert.kind == "minor_mother")).all()
    assert [row.phone for row in rows] == [person.phone]
