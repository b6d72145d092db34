"""Fetches the pictures of what rides cost from the provider, one after another; whoever sent one waits for nothing.

The network call stands between two short transactions. What is fetched is made small and sealed by the registry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.channel import Channel, ChannelError, Fetching
from registry import clock
from registry.db import Database
from registry.transport import voucher_photos
from registry.transport.voucher_photos import LARGEST, Wanted

LOOK_S = 5.0
_log = structlog.get_logger(__name__)


class Photos:
    """Looks every few seconds whether a picture waits; ``channel_for`` knows who sent a file of this name there."""

    def __init__(self, database: Database, channel_for: Callable[[str, str], Channel | None]) -> None:
        self._database = database
        self._channel_for = channel_for

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.fetch_waiting()
            except Exception:
                _log.exception("photos_failed")  # the database was away: they wait
            await asyncio.sleep(LOOK_S)

    async def fetch_waiting(self) -> int:
        """Those that are due; returns how many were tried."""
        waiting = await asyncio.to_thread(self._claim)
        for wanted in waiting:
            await self._fetch(wanted)
        return len(waiting)

    async def _fetch(self, wanted: Wanted) -> None:
        channel = self._channel_for(wanted.channel, wanted.file)
        if not isinstance(channel, Fetching):
            await asyncio.to_thread(self._fail, wanted, False)
            return
        try:
            content = await channel.fetch(wanted.file, LARGEST)
        except ChannelError as error:
            _log.warning("photo_not_fetched", voucher=wanted.voucher_id, error=type(error).__name__, code=error.code)
            await asyncio.to_thread(self._fail, wanted, error.retry)
            return
        await asyncio.to_thread(self._keep, wanted, content)

    def _claim(self) -> list[Wanted]:
        with self._database.read() as session:
            if not voucher_photos.is_any(session, clock.now(session)):
                return []
        with self._database.write() as session:
            return voucher_photos.claim(session, clock.now(session))

    def _keep(self, wanted: Wanted, content: bytes) -> None:
        with self._database.write() as session:
            voucher_photos.keep(session, wanted, content, clock.now(session))

    def _fail(self, wanted: Wanted, again: bool) -> None:
        with self._database.write() as session:
            voucher_photos.fail(session, wanted, clock.now(session), again=again)
