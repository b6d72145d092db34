"""An outbox with a fake channel, for every test of sending."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.channel import Channel
from bot.outbox import Outbox
from registry import clock
from registry.db import Database
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import OutboxMessage
from tests import factories
from tests.bot.fakes import FakeChannel, outbox_rows
from tests.conftest import NOW

PHONE = "+6281200090001"


class Post:
    """An outbox with a fake channel and a clock that stands."""

    def __init__(self, database: Database) -> None:
        self.database, self.channel = database, FakeChannel()
        self.outbox = Outbox(database, self.find)
        self.at(NOW)

    def another_process(self, rates: Mapping[str, float] | None = None) -> Outbox:
        """A worker that knows nothing but the database; it takes this one's place."""
        self.outbox = Outbox(self.database, self.find, rates)
        return self.outbox

    def find(self, row: OutboxMessage) -> Channel | None:
        """The fake, for its own name."""
        return self.channel if row.channel == self.channel.name else None

    def at(self, moment: Any) -> None:
        """Set the clock."""
        with self.database.write() as session:
            clock.stop_at(session, moment)

    def queue(self, *texts: str, phone: str = PHONE, hours_ago: float = 0, **draft: Any) -> None:
        """Answers to a mother who wrote so many hours ago."""
        priority, kind = draft.pop("priority", messages.ANSWER), draft.pop("kind", "reply")
        with self.database.write() as session:
            contact = factories.contact(session, phone, channel=draft.pop("channel", "whatsapp"))
            contact.last_wrote_at = NOW - timedelta(hours=hours_ago)
            for text in texts:
                messages.queue(session, contact, Draft(text, **draft), kind=kind, priority=priority, now=NOW)

    async def drain_at(self, moment: Any) -> None:
        """Set the clock and send."""
        self.at(moment)
        await self.outbox.drain()

    @property
    def rows(self) -> list[OutboxMessage]:
        """All messages, oldest first."""
        return outbox_rows(self.database)

    @property
    def row(self) -> OutboxMessage:
        """The first message."""
        return outbox_rows(self.database)[0]
