"""Hand-written stand-ins for what the bot talks to: Rasa and a channel."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from bot.channel import Channel, ChannelError, Delivery, Inbound, Outbound
from bot.understanding import NotUnderstoodError, Rasa, Reply, Understanding
from registry.db import Database
from registry.models import InboxMessage, OutboxMessage

Answer = Callable[[str], Understanding]


def understood(*texts: str, intent: str = "greet", **danger: Any) -> Understanding:
    """What Rasa makes of a message: plain replies and perhaps a finding of its danger gate."""
    return Understanding(tuple(Reply(text) for text in texts), intent, 0.9, danger=danger)


class FakeRasa(Rasa):
    """Repeats what it was told, until it is ``away``; remembers every call."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.away = False
        self.hold: asyncio.Event | None = None
        self.answer: Answer = lambda text: understood(f"jawaban: {text}")

    @property
    def texts(self) -> list[str]:
        """What it was asked, oldest first."""
        return [text for _, text, _ in self.asked]

    async def understand(self, sender: str, text: str, metadata: dict[str, Any]) -> Understanding:
        """Answer, or fail as the real one does."""
        self.asked.append((sender, text, metadata))
        if self.hold is not None:
            await self.hold.wait()
        if self.away:
            raise NotUnderstoodError("ConnectError")
        return self.answer(text)

    async def answers(self) -> bool:
        """Whether it is there."""
        return not self.away


class FakeChannel(Channel):
    """Takes every message, unless the next ``faults`` say otherwise."""

    def __init__(self, name: str = "whatsapp") -> None:
        self.name = name
        self.sent: list[Outbound] = []
        self.tried = 0
        self.faults: deque[Exception | None] = deque()
        self.genuine = True
        self.posted: list[Inbound] | None = []  # None: the body is not understood

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """As the test has set it."""
        return self.genuine

    def receive(self, body: bytes) -> list[Inbound]:
        """As the test has set it."""
        if self.posted is None:
            raise ValueError("not ours")
        return self.posted

    async def send(self, message: Outbound) -> Delivery:
        """Take it, or raise the next fault."""
        self.tried += 1
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
        self.sent.append(message)
        return Delivery((f"x{len(self.sent)}",))

    @property
    def texts(self) -> list[str]:
        """What arrived, oldest first."""
        return [message.text for message in self.sent]


def always(fault: ChannelError, times: int = 20) -> deque[Exception | None]:
    """The same fault at every try."""
    return deque([fault] * times)


def inbox_rows(database: Database) -> list[InboxMessage]:
    """All that came in, oldest first."""
    with database.read() as session:
        return list(session.scalars(select(InboxMessage).order_by(InboxMessage.id)))


def outbox_rows(database: Database) -> list[OutboxMessage]:
    """All that goes out, oldest first."""
    with database.read() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def nothing_due() -> None:
    """A clock without duties, for the simulator."""
