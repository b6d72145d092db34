"""What tests of the channels stand on: the doubles of the providers, and channels that talk to them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.telegram import TelegramChannel, make_bot
from registry import db
from registry.db import Database
from tests.bot.posts import Post
from tests.conftest import KEY, SqliteBackend, rolled_back
from tests.doubles.telegram_api import TOKEN, TelegramApi, serve_telegram_api

TELEGRAM_PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"
TELEGRAM_SECRET = "rahasia_uji-1"
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
Connect = Callable[..., TelegramChannel]


def telegram_payload(name: str) -> dict[str, Any]:
    """One update as Telegram would post it."""
    loaded: dict[str, Any] = json.loads((TELEGRAM_PAYLOADS / f"{name}.json").read_text())
    return loaded


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def running_telegram_api() -> Iterator[TelegramApi]:
    """One server for all tests."""
    with serve_telegram_api() as api:
        yield api


@pytest.fixture
def telegram_api(running_telegram_api: TelegramApi) -> TelegramApi:
    """A Bot API that remembers nothing of the test before."""
    running_telegram_api.reset()
    return running_telegram_api


@pytest.fixture
async def connect(telegram_api: TelegramApi) -> AsyncIterator[Connect]:
    """Make Telegram channels that talk to the double, or wherever told; all are closed in the end."""
    opened: list[TelegramChannel] = []

    def open_channel(base_url: str = telegram_api.base_url, timeout_s: float = 3.0) -> TelegramChannel:
        bot = make_bot(TOKEN, base_url, timeout_s=timeout_s)
        opened.append(TelegramChannel(bot, TELEGRAM_SECRET, contact_title="Bagikan nomor saya", now=lambda: NOW))
        return opened[-1]

    yield open_channel
    for channel in opened:
        await channel.close()


@pytest.fixture
async def channel(connect: Connect) -> TelegramChannel:
    """A Telegram channel that talks to the double."""
    return connect()


@pytest.fixture(scope="session")
def offline() -> TelegramChannel:
    """A Telegram channel for reading only; its bot never opens a connection."""
    bot = make_bot(TOKEN, "http://127.0.0.1:9/bot")
    return TelegramChannel(bot, TELEGRAM_SECRET, contact_title="-", now=lambda: NOW)


@pytest.fixture
def post(database: Database) -> Post:
    """An outbox with a fake channel and a clock that stands, on both kinds of database."""
    return Post(database)


@pytest.fixture
def sqlite_post(sqlite_database: Database) -> Post:
    """The same on SQLite alone."""
    return Post(sqlite_database)


@pytest.fixture
def sqlite_database(sqlite: SqliteBackend) -> Iterator[Database]:
    """A SQLite file of the test's own, for what does not depend on the kind of database."""
    url = sqlite.copy()
    opened = db.connect(url, KEY)
    yield opened
    opened.close()
    sqlite.drop(url)


@pytest.fixture(scope="session")
def file_database(sqlite: SqliteBackend) -> Iterator[Database]:
    """One SQLite file for all tests that roll back what they write."""
    opened = db.connect(sqlite.copy(), KEY)
    yield opened
    opened.close()


@pytest.fixture
def session(file_database: Database) -> Iterator[Session]:
    """On SQLite alone: nothing here depends on the kind of database."""
    with rolled_back(file_database) as opened:
        yield opened
