"""Our whole bot process (webhook, polling, inbox, outbox, adapters) on a port, beside a Rasa that repeats words."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import uvicorn
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.__main__ import Bot
from bot.app import create_app
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import OutboxMessage
from registry.persons import people
from settings import Settings
from tests.bot.fakes import outbox_rows

SENT_S = 15.0  # a machine under load
CHOICE = "pilihan"  # whoever says this gets buttons
BUTTONS = {"Jadwal periksa": "/ask_antenatal_schedule", "Bicara": "/talk_to_human"}
Found = TypeVar("Found")


def repeat(request: Request) -> Response:
    """What our Rasa answers: the words once more."""
    asked = request.get_json()["text"]
    message: dict[str, Any] = {"text": f"jawaban: {asked}"}
    if asked == CHOICE:
        message["buttons"] = [{"title": title, "payload": payload} for title, payload in BUTTONS.items()]
    parse = {"intent": {"name": "greet", "confidence": 0.9}, "entities": []}
    return Response(json.dumps({"parse": parse, "messages": [message]}), content_type="application/json")


def eventually(find: Callable[[], Found], seconds: float = SENT_S) -> Found:
    """What is found as soon as there is something; what there is in the end, when it stays empty."""
    until = time.monotonic() + seconds
    while not (found := find()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


class Service:
    """The running bot: where it listens, and what it has written down."""

    def __init__(self, bot: Bot, url: str) -> None:
        self.url = url
        self._database = bot.database

    def queue(self, channel: str, address: str, draft: Draft, *, wrote_at: datetime, now: datetime) -> None:
        """Something we want to say to somebody who wrote at that moment."""
        with self._database.write() as session:
            contact = people.keep_contact(session, channel, address, None, wrote_at)
            contact.last_wrote_at = wrote_at
            messages.queue(session, contact, draft, kind="reply", priority=messages.ANSWER, now=now)

    def sent(self, address: str) -> list[OutboxMessage]:
        """What has gone out to somebody, as our outbox knows it."""
        return [row for row in outbox_rows(self._database) if row.status == "sent" and self._is_for(row, address)]

    def _is_for(self, row: OutboxMessage, address: str) -> bool:
        with self._database.read() as session:
            contact = people.find_contact(session, row.channel, address)
            return contact is not None and contact.id == row.contact_id


@contextmanager
def running_service(settings: Settings, rasa: HTTPServer) -> Iterator[Service]:
    """Serve on the port of the settings until the block ends."""
    rasa.expect_request("/webhooks/kawal/turn", method="POST").respond_with_handler(repeat)
    bot = Bot(settings)
    app = create_app(bot.parts())
    config = uvicorn.Config(app, port=settings.port, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert eventually(lambda: server.started or not thread.is_alive())
    assert server.started, "our own bot did not start"
    try:
        yield Service(bot, f"http://127.0.0.1:{settings.port}")
    finally:
        server.should_exit = True
        thread.join(timeout=10)
