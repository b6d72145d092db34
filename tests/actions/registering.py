"""A mother in a conversation with the task that registers her, message by message, over a real database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.self_registration import SelfRegistration
from actions.task import Step
from actions.turn import Turn
from registry.models import Contact, Person
from registry.persons import people
from tests import factories
from tests.conftest import NOW


@dataclass
class Registering:
    """Keeps what the draft would keep; everything passes through JSON as there."""

    session: Session
    contact: Contact
    asked: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    said: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    now: Any = NOW

    def opens(self, text: str) -> Registering:
        """Her first message."""
        return self._take(SelfRegistration().begin(self._turn(text, None, "register_pregnancy")))

    def says(self, text: str, intent: str = "inform", confidence: float = 0.9) -> Registering:
        """Words; asserts that they were an answer."""
        step = self.hears(text, intent, confidence)
        assert step is not None, f"{text!r} was no answer to {self.asked}"
        return self._take(step)

    def hears(self, text: str, intent: str = "inform", confidence: float = 0.9) -> Step | None:
        """What the task makes of words, without going on."""
        assert self.asked is not None
        return SelfRegistration().go_on(self._turn(text, None, intent, confidence), self.asked, self.data)

    def presses(self, title: str) -> Registering:
        """The button with this title, which must be there."""
        payload = dict(self.buttons)[title]
        return self.sends(payload)

    def sends(self, payload: str) -> Registering:
        """A button, also one of an earlier message."""
        assert self.asked is not None
        intent = payload.removeprefix("/").partition(":")[0]
        step = SelfRegistration().go_on(self._turn(None, payload, intent), self.asked, self.data)
        assert step is not None, f"{payload} was no answer to {self.asked}"
        return self._take(step)

    def _take(self, step: Step) -> Registering:
        parts = [draft.text for draft in (*step.says, *([step.asks] if step.asks else []))]
        self.said = "\n".join(parts)
        assert "None" not in self.said
        assert "{" not in self.said
        self.asked, self.data = step.asked, json.loads(json.dumps(dict(step.data)))
        last = step.asks or (step.says[-1] if step.says else None)
        self.buttons = last.buttons if last else ()
        self.session.flush()
        return self

    def _turn(self, text: str | None, button: str | None, intent: str, confidence: float = 0.9) -> Turn:
        message = factories.inbox_message(self.session, self.contact, text or "")
        content = {"kind": "message", "text": text, "button": button}
        message.content = {name: value for name, value in content.items() if value is not None}
        parse = {"intent": {"name": intent, "confidence": confidence}, "metadata": {"message_id": message.id}}
        tracker = Tracker(self.contact.uid, {}, parse, [], False, None, {}, "action_listen")
        speaker = people.speaker(self.session, self.contact)
        return Turn(self.session, speaker, message, self.now, tracker, CollectingDispatcher())


def to_summary(her: Registering, nik: str | None = None, born: str = "5 maret 1998") -> Registering:
    """Answers every question, most of them with a button."""
    her.says("Siti Aminah").says(born).says("Sumberoto").says("12 mei 2026").presses("Benar")
    her = her.says(nik) if nik else her.presses("Nanti saja")
    if her.asked != "phone_owner":
        return her
    her.presses("Punya sendiri").presses("Kedua").presses("Tidak pernah").presses("KIS gratis (PBI)")
    return her.presses("Sudah").presses("Suami")


def registered(session: Session, contact: Contact) -> Person:
    """The one person with this phone."""
    return session.scalars(select(Person).where(Person.phone_index == contact.phone_index)).one()


def persons(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.id)))
