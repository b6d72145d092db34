"""STOP and START, for the address and for the registered mother behind it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.messages_wanted import ActionStartMessages, ActionStopMessages
from actions.turn import RegistryAction
from registry.models import AuditEntry
from tests import factories
from tests.actions.conftest import Talk
from tests.conftest import NOW


@pytest.mark.parametrize("registered", [True, False], ids=["registered", "stranger"])
def test_wish_is_kept_and_undone(session: Session, registered: bool) -> None:
    mother = factories.person(session)
    talk = Talk(session, factories.contact(session, mother.phone if registered else None))
    stopped, why = talk.do(ActionStopMessages(), "STOP", "stop_messages").messages
    assert stopped["response"] == "utter_stopped"
    assert "kenapa" in why["text"]
    assert (talk.contact.stopped_at, mother.messages) == (NOW, "stopped" if registered else "on")
    assert talk.do(ActionStartMessages(), "MULAI", "start_messages").responses == ["utter_started"]
    assert (talk.contact.stopped_at, mother.messages) == (None, "on")
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "messages_stopped", "messages_started",
    ]  # fmt: skip


def test_why_is_asked_once(session: Session) -> None:
    talk = Talk(session, factories.contact(session))
    talk.do(ActionStopMessages(), "STOP", "stop_messages")
    assert talk.do(ActionStopMessages(), "STOP", "stop_messages").responses == ["utter_stopped"]


def test_start_after_a_withdrawn_consent_asks_for_it(session: Session) -> None:
    mother = factories.person(session, consent="withdrawn")
    talk = Talk(session, factories.contact(session, mother.phone, stopped_at=NOW))
    (asked,) = talk.do(ActionStartMessages(), "MULAI", "start_messages").messages
    assert "izin Ibu" in asked["text"]
    assert asked["buttons"][0]["payload"] == f"/press:consent_yes:{mother.id}"
    assert mother.messages == "on"


@pytest.mark.parametrize("action", [ActionStopMessages(), ActionStartMessages()], ids=["heard as stop", "as start"])
def test_announcements_stop_and_reminders_stay_when_she_names_both(session: Session, action: RegistryAction) -> None:
    mother = factories.person(session)
    talk = Talk(session, factories.contact(session, mother.phone))
    (said,) = talk.do(action, "info jangan dikirim lagi, pengingat periksa tetap mau", "stop_messages").messages
    assert "Pengumuman saya hentikan" in said["text"]
    assert (mother.messages, mother.broadcasts) == ("on", "stopped")


def test_refusal_that_was_understood_as_a_start_stops(session: Session) -> None:
    talk = Talk(session, factories.contact(session))
    said = talk.do(ActionStartMessages(), "ga mau dapet pengingat lagi", "start_messages").messages
    assert said[0]["response"] == "utter_stopped"
    assert talk.contact.stopped_at == NOW
