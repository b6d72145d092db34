"""The doubles of both providers, lines to them and the office that sends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from registry.db import Database, connect
from tests.conftest import KEY, SqliteBackend
from tests.doubles.telegram_api import TelegramApi
from tests.doubles.whatsapp_api import WhatsAppApi
from tests.faults.lines import Line, TelegramLine, WhatsAppLine, make_line, running_doubles
from tests.faults.office import Office

Doubles = dict[str, WhatsAppApi | TelegramApi]


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def doubles() -> Iterator[Doubles]:
    """One server each for all tests."""
    with running_doubles() as running:
        yield running


@pytest.fixture
def sqlite_database(sqlite: SqliteBackend) -> Iterator[Database]:
    """A SQLite file of the test's own: what a provider does has nothing to do with the kind of database."""
    url = sqlite.copy()
    opened = connect(url, KEY)
    yield opened
    opened.close()
    sqlite.drop(url)


@pytest.fixture
async def whatsapp(doubles: Doubles) -> AsyncIterator[WhatsAppLine]:
    """A line to a Graph API that remembers nothing."""
    line = make_line(doubles["whatsapp"])
    assert isinstance(line, WhatsAppLine)
    yield line
    await line.close()


@pytest.fixture
async def telegram(doubles: Doubles) -> AsyncIterator[TelegramLine]:
    """A line to a Bot API that remembers nothing."""
    line = make_line(doubles["telegram"])
    assert isinstance(line, TelegramLine)
    yield line
    await line.close()


@pytest.fixture(params=["whatsapp", "telegram"])
async def line(request: pytest.FixtureRequest, doubles: Doubles) -> AsyncIterator[Line]:
    """A line to each provider in turn."""
    made = make_line(doubles[request.param])
    yield made
    await made.close()


@pytest.fixture
def office(sqlite_database: Database, line: Line) -> Office:
    """One that sends on the line."""
    return Office(sqlite_database, [line])
