"""How many Telegram updates a second our web process stores, and how long the provider waits for its answer."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from bench.databases import opened
from bench.figures import Figures, quantile, show
from bench.processes import running, wait_for
from bench.service import environment
from command.environments import ROOT, VENV
from command.stack import free_port
from registry.migrations import upgrade
from registry.models import InboxMessage

POSTS, AT_ONCE, CHATS = 2000, 20, 200
SECRET_HEADER = {"x-telegram-bot-api-secret-token": "bench"}


async def measure(posts: int = POSTS, at_once: int = AT_ONCE, chats: int = CHATS) -> Figures:
    """Post from ``at_once`` connections; every update must be in the database afterwards.

    Raises:
        RuntimeError: an update was refused or not stored.
    """
    async with silent_rasa() as rasa_port:
        with tempfile.TemporaryDirectory(prefix="kawal-bench-") as home, web(Path(home), rasa_port) as url:
            async with aiohttp.ClientSession(headers=SECRET_HEADER) as client:
                await post_all(client, url, range(at_once), at_once, chats)  # connections, caches
                began = time.perf_counter()
                spent = await post_all(client, url, range(at_once, at_once + posts), at_once, chats)
                total = time.perf_counter() - began
            kept = stored(Path(home))
    if kept != posts + at_once:
        raise RuntimeError(f"{kept} of {posts + at_once} updates stored")
    return {"intake.per_s": posts / total, "intake.p99_ms": quantile(spent, 0.99) * 1000}


async def post_all(client: aiohttp.ClientSession, url: str, numbers: range, at_once: int, chats: int) -> list[float]:
    """Seconds each post waited for its answer."""
    waiting, spent = iter(numbers), []

    async def one_connection() -> None:
        for number in waiting:
            began = time.perf_counter()
            async with client.post(f"{url}/telegram", json=update(number, chats)) as answer:
                if answer.status != 200:
                    raise RuntimeError(f"update answered with {answer.status}")
            spent.append(time.perf_counter() - began)

    await asyncio.gather(*(one_connection() for _ in range(at_once)))
    return spent


def update(number: int, chats: int) -> dict[str, Any]:
    """A message as Telegram posts it."""
    chat = 7_100_000_000 + number % chats
    sender = {"id": chat, "is_bot": False, "first_name": "Ibu"}
    message = {
        "message_id": number + 1,
        "date": int(time.time()),
        "chat": {"id": chat, "type": "private", "first_name": "Ibu"},
        "from": sender,
        "text": f"bu kapan jadwal periksa saya {number}",
    }
    return {"update_id": number + 1, "message": message}


@contextmanager
def web(home: Path, rasa_port: int) -> Iterator[str]:
    """The real web process alone."""
    port = free_port()
    settings = environment(home, KAWAL_PORT=str(port), KAWAL_RASA_PORT=str(rasa_port), KAWAL_DATA_KEY="00" * 32)
    upgrade(settings["KAWAL_DATABASE_URL"])
    log = home / "bot.log"
    with running([str(VENV / "bin" / "python"), "-m", "bot"], settings, ROOT, log) as process:
        wait_for(f"http://127.0.0.1:{port}/metrics", process, log)
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def silent_rasa() -> AsyncIterator[int]:
    """A Rasa that is asked and thinks for ever: what came in before keeps the inbox as busy as on a bad day."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)  # takes all, says nothing
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def stored(home: Path) -> int:
    """How many messages the inbox holds."""
    with opened(f"sqlite:///{home}/kawal.db") as database, database.read() as session:
        return session.scalar(select(func.count()).select_from(InboxMessage)) or 0


if __name__ == "__main__":
    show(asyncio.run(measure()))
