"""The form reads her answer, and reads it once: Rasa always shows the form's own execution as the last action."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.identity_form import FORM, ValidateEligibilityForm
from actions.turn import Turn
from registry.persons import identity, people
from tests import factories
from tests.actions.conftest import Talk
from tests.conftest import NOW


def done(*names: str) -> list[dict[str, Any]]:
    return [{"event": "action", "name": name} for name in names]


@pytest.mark.parametrize(
    ("events", "asked_next"),
    [
        pytest.param(done("action_listen", FORM), None, id="she answers"),
        pytest.param(done("action_listen", FORM, "action_listen", FORM), None, id="she answers the second question"),
        pytest.param(done("action_listen", "utter_greet", FORM), "birth_date", id="a greeting was answered"),
        pytest.param(done("action_listen", FORM, "action_listen", "utter_thank", FORM), "birth_date", id="thanks"),
    ],
)
def test_birth_date_is_read_unless_something_else_was_answered(
    session: Session, events: list[dict[str, Any]], asked_next: str | None
) -> None:
    nik, contact = factories.make_nik(), factories.contact(session)
    factories.civil_record(session, nik)
    claim = identity.begin(session, contact, nik, NOW).claim_id
    message = Talk(session, contact).write("5 maret 1998")
    slots = {"requested_slot": "birth_date", "identity_claim": claim, "read_message": message.id - 1}
    parse = {"intent": {"name": "inform"}, "metadata": {"message_id": message.id}}
    tracker = Tracker(contact.uid, slots, parse, events, False, None, {}, FORM)
    turn = Turn(session, people.speaker(session, contact), message, NOW, tracker, CollectingDispatcher())
    changed = {event["name"]: event["value"] for event in ValidateEligibilityForm().act(turn)}
    assert changed["requested_slot"] == asked_next
