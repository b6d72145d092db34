"""One turn of a conversation as an action sees it: who speaks, what she wrote, what time it is."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from nlu.language import identifiers
from nlu.language.identifiers import Identifier
from nlu.language.normalise import clean
from registry import clock
from registry.casework import talks
from registry.db import Database
from registry.models import InboxMessage
from registry.persons import people
from registry.persons.people import Speaker

Events = list[dict[str, Any]]
_database: Database | None = None
_sends_unsigned = False


def use(database: Database, *, sends_unsigned: bool) -> None:
    """Give all actions their database; called once by the process that serves them.

    ``sends_unsigned``: whether health answers that nobody has signed yet may be sent (demonstration, evaluation).
    """
    global _database, _sends_unsigned
    _database, _sends_unsigned = database, sends_unsigned


class UnknownSpeakerError(Exception):
    """Rasa names a contact that the registry does not have: it was erased meanwhile."""


@dataclass(frozen=True)
class Turn:
    """The facts of one turn; the session is committed when the action ends well."""

    session: Session
    speaker: Speaker
    message: InboxMessage | None
    now: datetime
    tracker: Tracker
    dispatcher: CollectingDispatcher

    @property
    def message_id(self) -> int | None:
        """The inbox message that is being answered."""
        return None if self.message is None else self.message.id

    @property
    def text(self) -> str:
        """What she really wrote, also under a picture, identifiers included; never to be logged."""
        if self.message is None:
            return ""
        content = self.message.content
        return clean(content.get("text") or (content.get("media") or {}).get("caption") or "")

    @property
    def intent(self) -> str:
        """What Rasa understood."""
        return str((self.tracker.latest_message or {}).get("intent", {}).get("name") or "")

    @property
    def confidence(self) -> float:
        """How sure Rasa was of it."""
        return float((self.tracker.latest_message or {}).get("intent", {}).get("confidence") or 0.0)

    @property
    def button(self) -> str | None:
        """The payload of the button she pressed: an intent, and behind a colon what it stands for."""
        return None if self.message is None else self.message.content.get("button")

    @property
    def choice(self) -> str | None:
        """What the pressed button stands for: "/inform:village:3507012003" is "village:3507012003"."""
        return (self.button or "").partition(":")[2] or None

    @property
    def media(self) -> dict[str, Any]:
        """The place, picture or voice note she sent; empty when it was words."""
        return {} if self.message is None else dict(self.message.content.get("media") or {})

    def identifiers(self) -> tuple[Identifier, ...]:
        """The numbers in her message that name a person."""
        return identifiers.find_identifiers(self.text)

    def slot(self, name: str) -> Any:
        """What the conversation remembers."""
        return self.tracker.get_slot(name)

    @property
    def sends_unsigned(self) -> bool:
        """Whether health answers without a midwife's signature may be sent."""
        return _sends_unsigned

    def say(self, response: str, **values: str) -> None:
        """Utter a sentence of domain.yml with its values."""
        self.dispatcher.utter_message(response=response, **values)


class RegistryAction(Action, ABC):
    """An action that works on the registry: in a thread, in one transaction."""

    @abstractmethod
    def act(self, turn: Turn) -> Events:
        """Do it; returns Rasa's events."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Called by the executor."""
        return await asyncio.to_thread(self._in_transaction, dispatcher, tracker)

    def _in_transaction(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        if _database is None:
            raise RuntimeError("actions have no database")
        with _database.write() as session:
            return self.act(open_turn(session, tracker, dispatcher))


def call_staff(uid: str) -> None:
    """An action has failed this contact: a person must answer her."""
    if _database is None:
        return
    with _database.write() as session:
        contact = people.contact_by_uid(session, uid)
        if contact is not None:
            talks.open_handoff(session, people.speaker(session, contact), "system", clock.now(session), None)


def open_turn(session: Session, tracker: Tracker, dispatcher: CollectingDispatcher) -> Turn:
    """Look up who speaks and what was written.

    Raises:
        UnknownSpeakerError: no contact has this uid.
    """
    contact = people.contact_by_uid(session, tracker.sender_id)
    if contact is None:
        raise UnknownSpeakerError(tracker.sender_id)
    metadata = (tracker.latest_message or {}).get("metadata") or {}
    message = session.get(InboxMessage, metadata.get("message_id") or -1)
    if message is not None and message.contact_id != contact.id:
        message = None
    speaker = people.speaker(session, contact)
    return Turn(session, speaker, message, clock.now(session), tracker, dispatcher)
