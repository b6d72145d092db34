"""The process that faces people: wires channels, inbox, outbox, simulator and the web server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import httpx
import structlog
import uvicorn
from httpx_aiohttp import AiohttpTransport
from sqlalchemy import text

from bot.app import Parts, create_app
from bot.channel import Channel, Inbound
from bot.channels import make_telegram, make_whatsapp, rates
from bot.console_proxy import ConsoleProxy
from bot.inbox import Inbox
from bot.notices import Notices
from bot.outbox import Outbox
from bot.photos import Photos
from bot.sample_photo import SAMPLE
from bot.simulator import Simulator, SimulatorChannel
from bot.simulator_page import page_routes
from bot.simulator_routes import routes as simulator_routes
from bot.telegram import AnotherPoller
from bot.understanding import Rasa
from logs import configure
from registry import texts, wording_follower
from registry.db import Database, connect
from registry.messaging import conversations, messages, senders
from registry.models import OutboxMessage
from registry.outside import world
from settings import Settings

SWEEP_S = 10
POLL_AGAIN_S = 10
_log = structlog.get_logger(__name__)


class Bot:
    """Everything of this process, built from the settings."""

    def __init__(self, settings: Settings) -> None:
        texts.sentences()  # a broken file of words must stop the start, not a conversation
        self.settings = settings
        self.database = connect(settings.database, settings.data_key_bytes())
        self.client = httpx.AsyncClient(transport=AiohttpTransport())
        rasa_url = f"http://127.0.0.1:{settings.rasa_port}"
        self.rasa = Rasa(self.client, rasa_url, settings.secret, settings.understanding_seconds)
        self.console = ConsoleProxy(f"http://127.0.0.1:{settings.console_port}")
        self.notices = Notices(self.database)
        self.telegram, self.whatsapp = make_telegram(settings), make_whatsapp(settings, self.notices)
        self.simulated = _simulated(self.database) if settings.simulator_is_on else {}
        if self.simulated and self.whatsapp is not None:  # an invented number may be somebody's
            _log.error("whatsapp_sends_to_simulated_phones_only", way_out="leave KAWAL_SIMULATOR on auto")
        self.outbox = Outbox(self.database, self.channel_for, rates(settings, self.telegram, self.whatsapp))
        self.inbox = Inbox(self.database, self.rasa, self.outbox.wake.set)
        self.photos = Photos(self.database, self.channel_of_file)

    def channel_for(self, row: OutboxMessage) -> Channel | None:
        """A simulated phone has a number for an address; a real chat never does."""
        if row.contact.address.startswith("+") and row.channel in self.simulated:
            return self.simulated[row.channel]
        real: dict[str, Channel | None] = {"telegram": self.telegram, "whatsapp": self.whatsapp}
        return real.get(row.channel)

    def channel_of_file(self, name: str, file: str) -> Channel | None:
        """A simulated phone sends the one file that no provider has."""
        if file == SAMPLE:
            return self.simulated.get(name)
        return self.telegram if name == "telegram" else self.whatsapp

    def parts(self) -> Parts:
        """For the web application."""
        background: list[Callable[[], Awaitable[None]]] = [self._sweep, self.photos.run]
        on_start: list[Callable[[], Awaitable[None]]] = []
        webhooks: dict[str, Channel] = {}
        if self.telegram is not None:
            webhooks["/telegram"] = self.telegram
            on_start.append(self._announce)
            if self.settings.public_url is None:
                background.append(self._poll)
        if self.whatsapp is not None:
            webhooks["/whatsapp"] = self.whatsapp
            background.append(self.notices.run)
            on_start.append(self._tell_limit)
        routes = []
        if self.settings.simulator_is_on:
            forget = partial(conversations.forget, self.settings.conversations)
            simulator = Simulator(self.database, self.inbox, self.outbox, forget, world.demo(), self._run_due)
            routes = [*simulator_routes(simulator, self.database), *page_routes(simulator, self.database)]
        return Parts(
            inbox=self.inbox,
            outbox=self.outbox,
            webhooks=webhooks,
            checks={
                "database": self._database_answers,
                "rasa": self.rasa.answers,
                "actions": partial(self._answers, self.settings.actions_port),
                "reminders": partial(self._answers, self.settings.reminders_port),
                "console": partial(self._answers, self.settings.console_port),
            },
            after_storing=self._acknowledge,
            routes=(*routes, *self.console.routes()),
            background=tuple(background),
            on_start=tuple(on_start),
            on_stop=(self._close,),
        )

    async def _announce(self) -> None:
        """Tell Telegram our commands and where to post; when it is away the rest starts all the same."""
        if self.telegram is None:
            return
        url = f"{self.settings.public_url.rstrip('/')}/telegram" if self.settings.public_url else None
        try:
            await self.telegram.set_up(url, texts.commands())
        except Exception as error:
            _log.error("telegram_set_up_failed", error=type(error).__name__)

    async def _tell_limit(self) -> None:
        """How many people a day WhatsApp lets us write to first stands where broadcasts are planned."""

        def tell() -> None:
            with self.database.write() as session:
                senders.set_limit(session, "whatsapp", self.settings.whatsapp_tier)

        await asyncio.to_thread(tell)

    async def _poll(self) -> None:
        """For ever: whatever goes wrong, Telegram keeps what was not confirmed, and we ask again."""
        while self.telegram is not None:
            try:
                await self.telegram.poll(self._take, asyncio.Event())
            except AnotherPoller:
                _log.error("telegram_has_another_poller", way_out="stop the other bot or use another token")
            except Exception:
                _log.exception("telegram_polling_failed")
            await asyncio.sleep(POLL_AGAIN_S)

    async def _take(self, inbounds: list[Inbound]) -> None:
        await self.inbox.store(inbounds)
        await self._acknowledge(inbounds)

    async def _acknowledge(self, inbounds: list[Inbound]) -> None:
        """Stop the waiting sign on pressed buttons."""
        for inbound in inbounds:
            if self.telegram is not None and inbound.button:
                await self.telegram.acknowledge(inbound)

    async def _sweep(self) -> None:
        """Take back what a dead worker left."""
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                await asyncio.to_thread(self._sweep_once)
            except Exception:
                _log.exception("sweep_failed")

    def _sweep_once(self) -> None:
        with self.database.write() as session:
            messages.sweep_inbox(session, datetime.now(UTC))

    async def _database_answers(self) -> bool:
        def ask() -> bool:
            with self.database.read() as session:
                return session.execute(text("SELECT 1")).scalar() == 1

        return await asyncio.to_thread(ask)

    async def _answers(self, port: int) -> bool:
        response = await self.client.get(f"http://127.0.0.1:{port}/health", timeout=2.0)
        return response.status_code == 200

    async def _run_due(self) -> datetime | None:
        """Let the clock's process do what is due at the simulated moment; returns when it wants to be asked again."""
        response = await self.client.post(
            f"http://127.0.0.1:{self.settings.reminders_port}/run",
            headers={"x-kawal-secret": self.settings.secret},
            timeout=60.0,
        )
        following = response.raise_for_status().json()["next"]
        return datetime.fromisoformat(following) if following else None

    async def _close(self) -> None:
        if self.telegram is not None:
            await self.telegram.close()
        if self.whatsapp is not None:
            await self.whatsapp.close()
        await self.console.close()
        await self.client.aclose()
        self.database.close()


def _simulated(database: Database) -> dict[str, SimulatorChannel]:
    return {name: SimulatorChannel(database, name) for name in ("whatsapp", "telegram")}


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.from_env()
    configure(settings.log_level)

    async def serve() -> None:
        bot = Bot(settings)
        wording_follower.follow(bot.database)
        config = uvicorn.Config(
            create_app(bot.parts()), host=settings.host, port=settings.port, log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        await server.serve()

    asyncio.run(serve())
    sys.exit(0)


if __name__ == "__main__":
    main()
