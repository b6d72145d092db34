"""STOP and START: at once, on every address of the phone; broadcasts alone may be stopped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, presses
from registry.messaging import messages
from registry.models import AuditEntry, Contact, OutboxMessage, Person, Reminder, Visit
from registry.persons import people, stopping
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def mother(session: Session) -> Person:
    """A mother who wants everything."""
    return factories.person(session, agreed=["chat", "reminders", "sharing"])


@pytest.fixture
def contact(session: Session, mother: Person) -> Contact:
    """Her phone on WhatsApp."""
    return factories.contact(session, mother.phone)


def stop(session: Session, contact: Contact) -> bool:
    return stopping.stop(session, people.speaker(session, contact), NOW)


def start(session: Session, contact: Contact) -> bool:
    return stopping.start(session, people.speaker(session, contact), NOW)


def pressed(session: Session, contact: Contact, verb: str, number: int | None = None) -> str:
    press = presses.of_button(f"/press:{verb}:{contact.id if number is None else number}")
    assert press is not None
    said = presses.act(session, people.speaker(session, contact), press, NOW, None)
    return "\n".join(draft.text for draft in said)


def test_stop_holds_at_once_and_start_undoes_it(session: Session, mother: Person, contact: Contact) -> None:
    assert stop(session, contact)
    assert (contact.stopped_at, mother.messages, mother.broadcasts) == (NOW, "stopped", "stopped")
    assert not stop(session, contact), "nobody asks why twice"
    assert start(session, contact)
    assert (contact.stopped_at, mother.messages, mother.broadcasts) == (None, "on", "on")
    assert not start(session, contact)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["messages_stopped"] * 2 + ["messages_started"] * 2


def test_second_stop_keeps_the_moment_of_the_first(session: Session, contact: Contact) -> None:
    stop(session, contact)
    stopping.stop(session, people.speaker(session, contact), NOW + timedelta(days=1))
    assert contact.stopped_at == NOW


def test_what_waits_to_be_pushed_is_dropped_and_what_answers_is_not(session: Session, contact: Contact) -> None:
    kinds: tuple[messages.Kind, ...] = ("reminder", "broadcast", "confirmation", "alert", "staff")
    for kind in kinds:
        factories.outbox_message(session, contact, kind=kind, priority=messages.REMINDER)
    factories.outbox_message(session, contact)
    stop(session, contact)
    waiting = session.scalars(select(OutboxMessage.kind).where(OutboxMessage.status == "queued")).all()
    assert sorted(waiting) == ["alert", "reply", "staff"]


def test_planned_reminders_end_with_stop_and_are_planned_again(
    session: Session, mother: Person, contact: Contact
) -> None:
    factories.pregnancy(session, mother)

    def planned() -> int:
        rows = select(Reminder.id).where(Reminder.status == "planned", Reminder.recipient == "mother")
        return len(session.scalars(rows).all())

    start(session, contact)
    wanted = planned()
    assert wanted > 0
    stop(session, contact)
    assert planned() == 0
    start(session, contact)
    assert planned() == wanted


def test_stop_on_one_channel_is_stop_on_the_other(session: Session, mother: Person, contact: Contact) -> None:
    other = people.keep_contact(session, "telegram", "tg-77", mother.phone, NOW)
    stop(session, contact)
    assert other.stopped_at == NOW
    start(session, other)
    assert contact.stopped_at is None


def test_stranger_is_obeyed_too(session: Session) -> None:
    contact = factories.unproved(session)
    assert stop(session, contact)
    assert contact.stopped_at == NOW
    assert stopping.needs_consent(session, people.speaker(session, contact)) is None


def test_broadcasts_alone_may_be_stopped(session: Session, mother: Person, contact: Contact) -> None:
    stop(session, contact)
    assert "Pengumuman saya hentikan" in pressed(session, contact, "stop_broadcasts_only")
    assert (contact.stopped_at, mother.messages, mother.broadcasts) == (None, "on", "stopped")


@pytest.mark.parametrize("reason", stopping.REASONS)
def test_reason_is_noted_without_her_words(session: Session, contact: Contact, reason: str) -> None:
    stop(session, contact)
    assert pressed(session, contact, f"stop_reason_{reason}")
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "stop_reason")).one()
    assert noted.detail == {"reason": reason}
    assert contact.stopped_at == NOW


@pytest.mark.parametrize("verb", sorted(stopping.PRESSES))
def test_button_of_another_phone_changes_nothing(session: Session, contact: Contact, verb: str) -> None:
    stop(session, contact)
    other = factories.contact(session)
    assert "sudah selesai" in pressed(session, other, verb, contact.id)
    assert contact.stopped_at == NOW


def test_question_offers_each_reason_once(session: Session, contact: Contact) -> None:
    asked = stopping.question(contact)
    assert [title for title, _ in asked.buttons] == [
        "Hanya pengumuman", "Terlalu sering", "Tidak perlu", "Sudah lahir", "Lainnya",
    ]  # fmt: skip
    assert all(presses.of_button(payload) for _, payload in asked.buttons)


@pytest.mark.parametrize(
    ("consent", "asks"), [("withdrawn", "izin Ibu"), ("pending", "izin Ibu"), ("refused", "dari awal"), ("given", None)]
)
def test_start_does_not_stand_for_consent(session: Session, consent: str, asks: str | None) -> None:
    person = factories.person(session, consent=consent, registered=consent != "refused")
    contact = factories.contact(session, person.phone, stopped_at=NOW)
    start(session, contact)
    draft = stopping.needs_consent(session, people.speaker(session, contact))
    assert (draft is None) if asks is None else (draft is not None and asks in draft.text)
    assert (contact.stopped_at is None) is (consent in ("pending", "given"))


@pytest.mark.parametrize(
    ("weeks", "silent_days", "caught_up"),
    [
        pytest.param(14, 30, {"K2"}, id="K2 went by in the silence"),
        pytest.param(14, 1, set(), id="nothing went by"),
        pytest.param(14, 0, set(), id="at once"),
        pytest.param(26, 26, {"K4"}, id="K4 went by"),
        pytest.param(26, 49, set(), id="K4 went by and K5 comes within a fortnight"),
    ],
)
def test_check_up_that_went_by_in_the_silence_is_caught_up_with(
    session: Session, mother: Person, contact: Contact, weeks: int, silent_days: int, caught_up: set[str]
) -> None:
    hpht = clock.today(NOW) - timedelta(weeks=weeks)
    pregnancy = factories.pregnancy(session, mother, hpht=hpht, hpl=hpht + timedelta(days=280))
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K1", on=hpht + timedelta(weeks=10), status="reported"))
    plan.replan(session, pregnancy, NOW)
    before = due(session)
    stop(session, contact)
    back = NOW + timedelta(days=silent_days)
    stopping.start(session, people.speaker(session, contact), back)
    late = {visit for visit, on in due(session).items() if before[visit] < clock.today(back) <= on}
    assert late == caught_up


def due(session: Session) -> dict[str, date]:
    """Which check-ups are announced to her, each with its day."""
    rows = select(Reminder).where(Reminder.kind == "anc", Reminder.step == "before", Reminder.status == "planned")
    return {row.visit: row.about for row in session.scalars(rows)}
