"""The foreign doubles, started once, and our bot beside them, anew for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_httpserver import HTTPServer

from command.stack import free_port
from tests.conftest import KEY, MakeSettings, SqliteBackend
from tests.foreign.mockpost import MockPost, serve_mockpost
from tests.foreign.service import Service, running_service
from tests.foreign.telegram_test_api import TelegramTestApi, serve_telegram_test_api

StartService = Callable[..., Service]


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def telegram_test_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelegramTestApi]:
    """One for all tests; each has a token of its own."""
    with serve_telegram_test_api(tmp_path_factory.mktemp("telegram_test_api")) as api:
        yield api


@pytest.fixture(scope="session")
def mockpost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockPost]:
    """One for all tests; each registers anew."""
    with serve_mockpost(tmp_path_factory.mktemp("mockpost")) as post:
        yield post


@pytest.fixture
def start_service(make_settings: MakeSettings, sqlite: SqliteBackend, httpserver: HTTPServer) -> Iterator[StartService]:
    """Start our bot with these settings, on a database of its own."""
    with ExitStack() as running:

        def start(**values: object) -> Service:
            url, port = sqlite.copy(), free_port()
            running.callback(sqlite.drop, url)
            own = {"port": port, "database_url": url, "data_key": KEY.hex(), "rasa_port": httpserver.port}
            return running.enter_context(running_service(make_settings(**own | values), httpserver))

        yield start
