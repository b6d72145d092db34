"""Works off what came in: a contact's oldest message first, many contacts at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot import intake, turn
from bot.channel import Inbound
from bot.turn import ForRasa, Settled
from bot.understanding import NotUnderstoodError, Rasa
from registry import clock
from registry.db import Database
from registry.messaging import messages
from registry.models import InboxMessage

AT_ONCE = 20
AT_MOST = 2 * AT_ONCE  # with the places kept for danger
PAUSES = (2, 5, 10, 20, 30)  # seconds between tries while Rasa is away; the last one for ever
TRIES = 6  # of our own at one message, when it is not Rasa that fails
PUT_BACK_S = 1.0  # between tries to put a message back while the database is away
_log = structlog.get_logger(__name__)


class Inbox:
    """One worker; several may run, on several machines."""

    def __init__(self, database: Database, rasa: Rasa, queued: Callable[[], None]) -> None:
        self._database, self._rasa, self._queued = database, rasa, queued
        self._busy = 0  # messages in hand
        self._reading, self._claiming = asyncio.Lock(), asyncio.Lock()
        self.wake = asyncio.Event()

    async def store(self, inbounds: list[Inbound]) -> list[int]:
        """Keep what a channel brought, before the provider is answered; returns the ids of new messages."""
        stored = await asyncio.to_thread(intake.store, self._database, inbounds)
        self.wake.set()
        if len(stored) < len(inbounds):
            self._queued()  # a report may have put a message back
        return stored

    async def drain(self) -> None:
        """Handle everything that can be handled now; several may run, so that nobody waits for a slow one."""
        await self._read_waiting()
        while rows := await self._take():
            try:
                await asyncio.gather(*(self._handle(row) for row in rows))
            finally:
                self._busy -= len(rows)
            self._queued()

    async def _take(self) -> list[InboxMessage]:
        """Claimed one drain after the other: two that count the same free places would fill those of danger too."""
        async with self._claiming:
            rows = await asyncio.to_thread(self._claim)
            self._busy += len(rows)
        return rows

    async def _read_waiting(self) -> None:
        """Read what was stored unread; another drain takes up what is urgent while the rest is being read."""
        if self._reading.locked():
            return
        async with self._reading:
            while await asyncio.to_thread(intake.read_waiting, self._database):
                self.wake.set()

    def _claim(self) -> list[InboxMessage]:
        """Ordinary messages take up AT_ONCE places, danger the rest too: Rasa may hold all the others."""
        room = AT_ONCE - self._busy
        least = messages.BROADCAST if room > 0 else messages.DANGER
        size = room if room > 0 else AT_MOST - self._busy
        if size <= 0:
            return []
        with self._database.write() as session:
            return messages.claim_inbox(session, datetime.now(UTC), size, least)

    async def _handle(self, row: InboxMessage) -> None:
        try:
            step = await asyncio.to_thread(self._prepare, row.id)
            if isinstance(step, ForRasa):
                await self._ask(row, step)
        except Exception:
            # The edge of the turn: whatever went wrong, the message stays and is tried again, in the end by a person.
            _log.exception("turn_failed", message_id=row.id)
            await self._put_back(row)

    async def _put_back(self, row: InboxMessage) -> None:
        """It keeps its place; when it is the database that failed, as soon as that is back or the lease is over."""
        back = self._postpone if row.attempts < TRIES else self._give_up
        while row.lease_until is None or datetime.now(UTC) < row.lease_until:
            try:
                await asyncio.to_thread(back, row.id, row.attempts)
            except (OperationalError, InterfaceError):
                _log.warning("message_not_put_back", message_id=row.id)
                await asyncio.sleep(PUT_BACK_S)
            else:
                return

    def _prepare(self, message_id: int) -> ForRasa | Settled:
        with self._database.write() as session:
            message = session.get_one(InboxMessage, message_id)
            step = turn.prepare(session, message, clock.now(session))
            if isinstance(step, Settled):
                messages.finish(session, message_id, step.trace)
            return step

    async def _ask(self, row: InboxMessage, step: ForRasa) -> None:
        try:
            found = await self._rasa.understand(step.sender, step.text, step.metadata)
        except NotUnderstoodError as error:
            _log.warning("not_understood", message_id=row.id, attempt=row.attempts, reason=str(error))
            await asyncio.to_thread(self._postpone, row.id, row.attempts)
            return

        def conclude() -> None:
            with self._database.write() as session:
                message = session.get_one(InboxMessage, row.id)
                settled = turn.conclude(session, message, found, step.too_long, clock.now(session))
                messages.finish(session, row.id, settled.trace)

        await asyncio.to_thread(conclude)

    def _postpone(self, message_id: int, attempts: int) -> None:
        pause = PAUSES[min(attempts, len(PAUSES)) - 1]
        with self._database.write() as session:
            message = session.get_one(InboxMessage, message_id)
            settled = turn.make_wait(session, message, clock.now(session))
            messages.postpone(session, message_id, datetime.now(UTC) + timedelta(seconds=pause), settled.trace)

    def _give_up(self, message_id: int, _attempts: int) -> None:
        with self._database.write() as session:
            message = session.get_one(InboxMessage, message_id)
            messages.finish(session, message_id, turn.give_up(session, message, clock.now(session)).trace)

    async def run(self) -> None:
        """Until cancelled: at once when something comes in, else every half second, whatever still waits for Rasa."""
        async with asyncio.TaskGroup() as drains:
            while True:
                self.wake.clear()
                drains.create_task(self._drain_safely())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.5):  # wait_for may swallow our end on Python 3.11
                        await self.wake.wait()

    async def _drain_safely(self) -> None:
        try:
            await self.drain()
        except Exception:
            _log.exception("inbox_failed")  # the database was away: the rows wait
