"""The console behind the bot's proxy on real ports, so that a browser can open it."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.console_proxy import ConsoleProxy
from command.stack import free_port
from console.app import create_app
from registry.db import Database

READY_S = 20.0


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """An application on a loopback port of its own."""
    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1, loop="asyncio"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + READY_S
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(READY_S)


@contextmanager
def served_console(database: Database) -> Iterator[str]:
    """The public address of a console."""
    with served(create_app(database)) as inner, served(proxied(inner)) as public:
        yield public


def proxied(inner: str, transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The bot's part of it alone."""
    proxy = ConsoleProxy(inner, transport)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await proxy.close()

    return Starlette(routes=proxy.routes(), lifespan=lifespan)
