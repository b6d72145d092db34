"""What tests of actions stand on: a turn of a conversation over a real database, and its answers in full words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.turn import Events, RegistryAction, Turn
from registry import db, texts
from registry.db import Database
from registry.models import Contact, InboxMessage
from registry.persons import people
from tests import factories
from tests.conftest import KEY, NOW, SqliteBackend, rolled_back


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def actions_database(sqlite: SqliteBackend) -> Iterator[Database]:
    """One SQLite file for all tests that roll back what they write."""
    opened = db.connect(sqlite.copy(), KEY)
    yield opened
    opened.close()


@pytest.fixture
def session(actions_database: Database) -> Iterator[Session]:
    """On SQLite alone: the registry's own tests run on both kinds of database."""
    with rolled_back(actions_database) as opened:
        yield opened


@dataclass
class Heard:
    """What an action did: its events and what it wants said."""

    events: Events
    messages: list[dict[str, Any]]

    @property
    def responses(self) -> list[str]:
        """The names of the sentences."""
        return [message["response"] for message in self.messages]

    @property
    def slots(self) -> dict[str, Any]:
        """What it remembers."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def text(self) -> str:
        """All sentences with their values, as Rasa would say them."""
        return "\n\n".join(rendered(message) for message in self.messages)


def rendered(message: dict[str, Any]) -> str:
    """One sentence of domain.yml with its values; a missing or an empty value is a fault."""
    sentence = texts.sentences()[message["response"]]
    wanted = {name for _, name, _, _ in Formatter().parse(sentence.text) if name}
    missing = {name for name in wanted if message.get(name) is None}
    assert not missing, f"{sentence.name} lacks {missing}"
    said = sentence.text.format_map(message)
    assert "None" not in said
    assert "{" not in said
    assert "\n\n\n" not in said, "an empty list"
    return said.strip()


@dataclass
class Talk:
    """A conversation with one contact: slots are kept from turn to turn as Rasa does."""

    session: Session
    contact: Contact
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    now: Any = NOW

    def do(self, action: RegistryAction, text: str | None = "halo", intent: str = "inform", **more: Any) -> Heard:
        """She writes, and Rasa calls one action."""
        return self.again(action, self.write(text), intent, **more)

    def write(self, text: str | None, **content: Any) -> InboxMessage:
        """Her message in the inbox."""
        message = factories.inbox_message(self.session, self.contact, text or "")
        message.content = {"kind": "message", **({} if text is None else {"text": text}), **content}
        self.session.flush()
        return message

    def again(
        self, action: RegistryAction, message: InboxMessage | None, intent: str = "inform",
        after: str = "action_listen", confidence: float = 0.0, **more: Any,
    ) -> Heard:  # fmt: skip
        """Rasa calls an action about a message that is there, ``after`` another one."""
        parse = {
            "intent": {"name": intent, "confidence": confidence},
            "metadata": {"message_id": message.id if message else None},
            **more,
        }
        self.events.append({"event": "user", "parse_data": parse, "metadata": parse["metadata"]})
        tracker = Tracker(self.contact.uid, dict(self.slots), parse, list(self.events), False, None, {}, after)
        dispatcher = CollectingDispatcher()
        speaker = people.speaker(self.session, self.contact)
        events = action.act(Turn(self.session, speaker, message, self.now, tracker, dispatcher))
        heard = Heard(events, dispatcher.messages)
        self.slots.update(heard.slots)
        return heard
