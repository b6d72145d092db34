"""Sends what waits: by priority, in order within a contact, again when the provider was ill."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
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

AT_ONCE = 40
AT_MOST = 2 * AT_ONCE  # room for alerts, which are claimed first, when the provider is slow
FEWEST = 10  # free places before more is claimed: a claim costs as much as a message
SWEEP_S = 5.0
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
        self._sweep_at = 0.0  # on the monotonic clock
        self.wake = asyncio.Event()

    async def drain(self) -> None:
        """Send everything that is due now; a slow provider holds up one message, not the twenty claimed with it."""
        async with self._one_drain:
            self._sweep_at = 0.0
            sending: set[asyncio.Task[None]] = set()
            try:
                while True:
                    room = self._room(len(sending))
                    self.wake.clear()
                    rows = await asyncio.to_thread(self._claim, room) if room > 0 else []
                    sending |= {asyncio.create_task(self._send(row)) for row in rows}
                    if not sending:
                        return
                    sending = await self._next(sending)
            finally:
                await _leave(sending)

    def _room(self, busy: int) -> int:
        """How many to claim: not few at a time, but what was just queued may be an alert and is looked at always."""
        if AT_ONCE - busy >= FEWEST:
            return AT_ONCE - busy
        return 1 if self.wake.is_set() and busy < AT_MOST else 0

    async def _next(self, sending: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Until a message is out or another was queued; those that are still being sent."""
        queued = asyncio.create_task(self.wake.wait())
        try:
            done, _ = await asyncio.wait({*sending, queued}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            queued.cancel()
        for task in done & sending:
            task.result()
        return sending - done

    def _claim(self, room: int) -> list[OutboxMessage]:
        with self._database.write() as session:
            now = clock.now(session)
            if time.monotonic() >= self._sweep_at:
                messages.sweep_outbox(session, now)
                self._sweep_at = time.monotonic() + SWEEP_S
            rows = messages.claim_outbox(session, now, room)
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
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):  # wait_for may swallow our end on Python 3.11
                    await self.wake.wait()


async def _leave(sending: set[asyncio.Task[None]]) -> None:
    """What has begun is brought to its end, or the next worker would send it again."""
    if sending:
        await asyncio.wait(sending)


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
