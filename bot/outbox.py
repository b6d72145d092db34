"""Sends what waits: by priority, in order within a contact, again when the provider was ill."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channel import (
    Button,
    Channel,
    ChannelError,
    Delivery,
    Outbound,
    Rejected,
    Row,
    Stopped,
    Throttled,
    Unreachable,
    WindowClosed,
)
from registry import clock, messages
from registry.db import Database
from registry.models import Contact, OutboxMessage

AT_ONCE = 20
TRIES = 6
WINDOW = timedelta(hours=24)  # WhatsApp: free text only this long after her last message
LONGEST_PAUSE_S = 900
_log = structlog.get_logger(__name__)
FindChannel = Callable[[OutboxMessage], Channel | None]


class Outbox:
    """One worker; several may run, on several machines."""

    def __init__(self, database: Database, channel_for: FindChannel) -> None:
        self._database, self._channel_for = database, channel_for
        self._one_drain = asyncio.Lock()
        self._chance = random.SystemRandom()
        self.wake = asyncio.Event()

    async def drain(self) -> None:
        """Send everything that is due now."""
        async with self._one_drain:
            while rows := await asyncio.to_thread(self._claim):
                await asyncio.gather(*(self._send(row) for row in rows))

    def _claim(self) -> list[OutboxMessage]:
        with self._database.write() as session:
            now = clock.now(session)
            messages.sweep_outbox(session, now)
            rows = messages.claim_outbox(session, now, AT_ONCE)
            for row in rows:
                row.used_template = row.channel == "whatsapp" and not _in_window(row.contact, now)
            return rows

    async def _send(self, row: OutboxMessage) -> None:
        try:
            channel = self._channel_for(row)
            if channel is None:
                raise Rejected("no_channel")
            if row.used_template and row.template is None:
                raise WindowClosed("no_template")
            delivery = await _hand_over(channel, row)
        except ChannelError as error:
            _log.warning("send_failed", outbox_id=row.id, kind=type(error).__name__, code=error.code)
            await asyncio.to_thread(self._failed, row, error)
        except Exception:
            # The edge of one message: a fault of ours in it must not hold up the others, nor be tried for ever.
            _log.exception("send_crashed", outbox_id=row.id)
            await asyncio.to_thread(self._failed, row, Unreachable("crashed", unknown_outcome=True))
        else:
            await asyncio.to_thread(self._sent, row, delivery.external_ids)

    def _sent(self, row: OutboxMessage, external_ids: tuple[str, ...]) -> None:
        with self._database.write() as session:
            messages.mark_sent(session, row, external_ids, clock.now(session))
            session.get_one(OutboxMessage, row.id).used_template = row.used_template

    def _failed(self, row: OutboxMessage, error: ChannelError) -> None:
        name = f"{type(error).__name__}:{error.code}"[:200]
        with self._database.write() as session:
            now = clock.now(session)
            if error.retry and row.attempts < TRIES:
                messages.mark_retry(session, row, name, now + timedelta(seconds=self._pause(row.attempts, error)))
                return
            messages.mark_dead(session, row, name)
            if isinstance(error, Stopped):
                session.get_one(Contact, row.contact_id).blocked = True

    def _pause(self, attempts: int, error: ChannelError) -> float:
        """Exponential with jitter, never sooner than the provider asked for."""
        least = error.retry_after if isinstance(error, Throttled) else 0.0
        return max(least, min(LONGEST_PAUSE_S, 2.0**attempts) * self._chance.uniform(0.5, 1.0))

    async def run(self) -> None:
        """Until cancelled: at once when something was queued, else every second."""
        while True:
            self.wake.clear()
            try:
                await self.drain()
            except Exception:
                _log.exception("outbox_failed")  # the database was away: the rows wait
                await asyncio.sleep(1.0)
            try:
                await asyncio.wait_for(self.wake.wait(), timeout=1.0)
            except TimeoutError:
                continue


async def _hand_over(channel: Channel, row: OutboxMessage) -> Delivery:
    """Send; when the provider knows better than we that the window is closed, at once again as the template."""
    try:
        return await channel.send(outbound(row))
    except WindowClosed:
        if row.template is None or row.used_template:
            raise
        row.used_template = True
        return await channel.send(outbound(row))


def outbound(row: OutboxMessage) -> Outbound:
    """A row of the outbox as the channels take it."""
    extras = row.extras or {}
    return Outbound(
        to=row.contact.address,
        text=row.text,
        buttons=tuple(Button(title, payload) for title, payload in extras.get("buttons", ())),
        rows=tuple(Row(title, payload, description) for title, description, payload in extras.get("rows", ())),
        image=extras.get("image"),
        template=row.template if row.used_template else None,
        ask_contact=bool(extras.get("ask_contact")),
        tracker=str(row.id),
    )


def _in_window(contact: Contact, now: datetime) -> bool:
    return contact.last_wrote_at is not None and contact.last_wrote_at > now - WINDOW
