"""What the providers post to us, over real HTTP to the real application."""

from __future__ import annotations

import json
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.app import Parts, create_app
from bot.inbox import Inbox
from bot.outbox import Outbox
from registry.db import Database
from tests.bot.conftest import TELEGRAM_SECRET, telegram_payload
from tests.bot.fakes import FakeRasa
from tests.doubles import whatsapp_webhooks as webhooks
from tests.doubles.wire import serve
from tests.faults.lines import Line

Headers = dict[str, str]


@dataclass(frozen=True)
class Posted:
    """One request."""

    body: bytes
    headers: Headers


class Poster(ABC):
    """A provider that posts."""

    path: str
    proof: str
    """The header by which we know it."""

    @abstractmethod
    def text(self, words: str, number: int = 1, mother: int = 1, **unknown: Any) -> dict[str, Any]:
        """Somebody writes; ``number`` names the message."""

    @abstractmethod
    def sealed(self, posted: dict[str, Any] | bytes) -> Posted:
        """As it goes over the wire."""


class Meta(Poster):
    """WhatsApp: signs the body."""

    path, proof = "/whatsapp", webhooks.SIGNATURE

    def text(self, words: str, number: int = 1, mother: int = 1, **unknown: Any) -> dict[str, Any]:
        person = webhooks.person(f"62812000900{mother:02}", f"ID.7000000{mother:02}")
        value = webhooks.text(words, person)
        value["messages"][0] |= {"id": f"wamid.{number}", **unknown}
        return webhooks.post(value | unknown) | unknown

    def sealed(self, posted: dict[str, Any] | bytes) -> Posted:
        return Posted(*webhooks.signed(posted))


class Telegram(Poster):
    """Telegram: repeats our secret."""

    path, proof = "/telegram", "X-Telegram-Bot-Api-Secret-Token"

    def text(self, words: str, number: int = 1, mother: int = 1, **unknown: Any) -> dict[str, Any]:
        update = telegram_payload("text") | {"update_id": number}
        update["message"]["text"] = words
        update["message"]["chat"]["id"] = update["message"]["from"]["id"] = 700000900 + mother
        update["message"] |= unknown
        return update | unknown

    def sealed(self, posted: dict[str, Any] | bytes) -> Posted:
        body = posted if isinstance(posted, bytes) else json.dumps(posted).encode()
        return Posted(body, {self.proof: TELEGRAM_SECRET, "Content-Type": "application/json"})


POSTERS: dict[str, Poster] = {"whatsapp": Meta(), "telegram": Telegram()}


@contextmanager
def served(database: Database, *lines: Line) -> Iterator[str]:
    """The address of the application, without its workers."""
    outbox = Outbox(database, lambda _: None)
    inbox = Inbox(database, FakeRasa(), outbox.wake.set)
    app = create_app(Parts(inbox, outbox, {f"/{line.name}": line.channel for line in lines}, {}))
    with socket.create_server(("127.0.0.1", 0)) as listener, serve(app, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
