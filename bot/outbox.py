"""Sends what waits: by priority, in order within a contact, no faster than the channel allows, again when it was ill.

Every channel has a lane of its own, so that a slow provider keeps nobody waiting on the other. A lane writes down how
its tries ended and claims what is next in one transaction.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.channel import Button, Channel, ChannelError, Outbound, Row, WindowClosed
from bot.settling import End, crashed, no_channel, settle
from registry import clock
from registry.db import Database
from registry.messaging import deliveries, fallback, messages, pictures, senders
from registry.messaging.outbox import CHANNELS
from registry.models import Contact, OutboxMessage

AT_ONCE = 40  # in flight on one channel
AT_MOST = 2 * AT_ONCE  # room for alerts, which are claimed first, when the provider is slow
FEWEST = 10  # free places before more is claimed: a claim costs as much as a message
TOGETHER_S = 0.005  # ends that come so close together are written down together
SWEEP = timedelta(seconds=5)
WINDOW = timedelta(hours=24)  # WhatsApp: free text only this long after her last message
_log = structlog.get_logger(__name__)
FindChannel = Callable[[OutboxMessage], Channel | None]


class Bell:
    """Tells every lane that something was queued."""

    def __init__(self) -> None:
        self.heard = {name: asyncio.Event() for name in CHANNELS}

    def set(self) -> None:
        """Ring."""
        for event in self.heard.values():
            event.set()


@dataclass(frozen=True)
class _Claimed:
    """What a lane may send now, and when it may ask again for more (None: nothing holds it up)."""

    rows: list[OutboxMessage]
    again_in_s: float | None = None


class Outbox:
    """One worker; several may run, on several machines.

    Args:
        database: where the messages wait.
        channel_for: the channel of a message, None when it is not switched on.
        rates: messages a second by channel, over all workers; none while the simulator has stopped the clock.
    """

    def __init__(
        self, database: Database, channel_for: FindChannel, rates: Mapping[str, float] | None = None
    ) -> None:  # fmt: skip
        self.wake = Bell()
        self._lanes = [_Lane(database, channel_for, name, self.wake, (rates or {}).get(name)) for name in CHANNELS]

    async def drain(self) -> None:
        """Send everything that is due now; a slow provider holds up one message, not the twenty claimed with it."""
        await asyncio.gather(*(lane.drain() for lane in self._lanes))

    async def run(self) -> None:
        """Until cancelled: at once when something was queued, else every second."""
        async with asyncio.TaskGroup() as lanes:
            for lane in self._lanes:
                lanes.create_task(lane.run())


class _Lane:
    """The worker of one channel."""

    def __init__(
        self, database: Database, channel_for: FindChannel, name: str, bell: Bell, rate: float | None
    ) -> None:  # fmt: skip
        self._database, self._channel_for, self._name, self._rate = database, channel_for, name, rate
        self._wake = bell.heard[name]
        self._alone = asyncio.Lock()
        self._ended: list[End] = []  # not yet written down
        self._swept_at: datetime | None = None

    async def run(self) -> None:
        """For ever; when the database was away the rows wait, and so do the ends that could not be written."""
        while True:
            self._wake.clear()
            try:
                await self.drain()
            except Exception:
                _log.exception("outbox_failed", channel=self._name)
                await asyncio.sleep(1.0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):  # wait_for may swallow our end on Python 3.11
                    await self._wake.wait()

    async def drain(self) -> None:
        """Claim, send, settle, until nothing is due and nothing under way."""
        async with self._alone:
            sending: set[asyncio.Task[None]] = set()
            try:
                while True:
                    room = self._room(len(sending))
                    self._wake.clear()
                    claimed = await self._step(room)
                    sending |= {asyncio.create_task(self._send(row)) for row in claimed.rows}
                    if not sending and claimed.again_in_s is None:
                        return
                    sending = await self._next(sending, claimed.again_in_s)
            finally:
                await self._leave(sending)

    def _room(self, busy: int) -> int:
        """How many to claim: not few at a time, but what was just queued may be an alert and is looked at always."""
        if AT_ONCE - busy >= FEWEST:
            return AT_ONCE - busy
        return 1 if self._wake.is_set() and busy < AT_MOST else 0

    async def _next(self, sending: set[asyncio.Task[None]], again_in_s: float | None) -> set[asyncio.Task[None]]:
        """Until messages are out, another was queued or more may be claimed; those that are still being sent."""
        queued = asyncio.create_task(self._wake.wait())
        try:
            if again_in_s is not None:  # the bucket gives its tokens in even portions, whoever is done meanwhile
                await asyncio.wait({queued}, timeout=again_in_s)
            else:
                await asyncio.wait({*sending, queued}, return_when=asyncio.FIRST_COMPLETED)
                if self._ended and not self._wake.is_set():
                    await asyncio.sleep(TOGETHER_S)
        finally:
            queued.cancel()
        return {task for task in sending if not task.done()}

    async def _step(self, room: int) -> _Claimed:
        """Settle what has ended and claim anew, in one transaction."""
        if room <= 0 and not self._ended:
            return _Claimed([])
        ended, self._ended = self._ended, []
        try:
            return await asyncio.to_thread(self._settle_and_claim, ended, room)
        except BaseException:
            self._ended = ended + self._ended  # they went out, whatever the database says
            raise

    def _settle_and_claim(self, ended: list[End], room: int) -> _Claimed:
        if not ended and not self._has_work():
            return _Claimed([])
        with self._database.write() as session:
            stopped = clock.simulated(session)
            now = stopped or datetime.now(UTC)
            settle(session, ended, now)
            if room <= 0:
                return _Claimed([])
            if self._is_time_to_sweep(now):
                messages.sweep_outbox(session, now, self._name)
                self._swept_at = now
            rate = None if stopped else self._rate
            allowed = senders.allowance(session, self._name, now, room, rate)
            if allowed.size == 0:
                fallback.from_stopped(session, self._name, now)
                return _Claimed([], allowed.again_in_s)
            rows = messages.claim_outbox(session, now, allowed.size, channel=self._name, least=allowed.least)
            for row in rows:
                closed = row.channel == "whatsapp" and not _in_window(row.contact, now)
                row.used_template = row.used_template or closed
            if rate is not None:
                senders.spend(session, self._name, len(rows))
            return _Claimed(rows, allowed.again_in_s if len(rows) == allowed.size else None)

    def _has_work(self) -> bool:
        """Looked up without the lock that writers wait for: mostly there is nothing to do."""
        with self._database.read() as session:
            now = clock.now(session)
            return self._is_time_to_sweep(now) or messages.has_work(session, self._name, now)

    def _is_time_to_sweep(self, now: datetime) -> bool:
        return self._swept_at is None or not self._swept_at <= now < self._swept_at + SWEEP

    async def _send(self, row: OutboxMessage) -> None:
        """One try; its end is written down by whoever waits for it."""
        channel = self._channel_for(row)
        reported = channel is not None and channel.reports
        try:
            if channel is None:
                raise no_channel()
            if row.used_template and row.template is None:
                raise WindowClosed("no_template")
            external_id = await self._hand_over(channel, row)
        except ChannelError as error:
            _log.warning("send_failed", outbox_id=row.id, kind=type(error).__name__, code=error.code)
            self._ended.append(End(row, error=error, is_reported=reported))
        except Exception:
            # The edge of one message: a fault of ours in it must not hold up the others, nor be tried for ever.
            _log.exception("send_crashed", outbox_id=row.id)
            self._ended.append(End(row, error=crashed(), is_reported=reported))
        else:
            self._ended.append(End(row, (external_id,) if external_id else ()))

    async def _hand_over(self, channel: Channel, row: OutboxMessage) -> str:
        """Send; when the provider knows better than we that the window is closed, at once again as the template."""
        picture = await self._picture(row)
        try:
            return await self._send_parts(channel, row, picture)
        except WindowClosed:
            if row.template is None or row.used_template:
                raise
            row.used_template = True
            return await self._send_parts(channel, row, picture)

    async def _send_parts(self, channel: Channel, row: OutboxMessage, picture: bytes | None) -> str:
        """Send what of a long message is not out yet; the provider's name for the last part."""
        parts = channel.parts(outbound(row, picture))
        done = 0 if row.used_template else min(row.parts_sent, len(parts) - 1)
        name = ""
        for number in range(max(done, 0), max(len(parts), 1)):
            part = parts[number] if parts else outbound(row, picture)  # of nothing the channel says what is wrong
            delivery = await channel.send(replace(part, tracker=deliveries.tracker(row, number, len(parts) or 1)))
            name = delivery.external_ids[-1] if delivery.external_ids else ""
            if number < len(parts) - 1:
                await asyncio.to_thread(self._note_part, row, number, name)
        return name

    def _note_part(self, row: OutboxMessage, number: int, name: str) -> None:
        with self._database.write() as session:
            messages.note_part(session, row, number, name)

    async def _picture(self, row: OutboxMessage) -> bytes | None:
        """Drawn only now; when what it shows is gone, the words go out alone."""
        name = (row.extras or {}).get("image")
        return await asyncio.to_thread(self._drawn, name) if name else None

    def _drawn(self, name: str) -> bytes | None:
        with self._database.read() as session:
            return pictures.render(session, name)

    async def _leave(self, sending: set[asyncio.Task[None]]) -> None:
        """What has begun is brought to its end and written down, or the next worker would send it again."""
        if sending:
            await asyncio.wait(sending)
        if self._ended:
            await self._step(0)


def outbound(row: OutboxMessage, picture: bytes | None = None) -> Outbound:
    """A row of the outbox as the channels take it, with the picture it refers to."""
    extras = row.extras or {}
    return Outbound(
        to=row.contact.address,
        text=row.text,
        buttons=tuple(Button(title, payload) for title, payload in extras.get("buttons", ())),
        rows=tuple(Row(title, payload, description) for title, description, payload in extras.get("rows", ())),
        image=picture,
        template=row.template if row.used_template else None,
        template_values=tuple(extras.get("values", ())),
        ask_contact=bool(extras.get("ask_contact")),
        tracker=str(row.id),
    )


def _in_window(contact: Contact, now: datetime) -> bool:
    return contact.last_wrote_at is not None and contact.last_wrote_at > now - WINDOW
