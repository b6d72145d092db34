"""Tests of attacks are asynchronous where the attacked part is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.app import create_app
from registry import clock
from registry.db import Database
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.security import console_world


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture
def console(database: Database) -> Iterator[Console]:
    """A console at NOW."""
    with database.write() as session:
        clock.stop_at(session, NOW)
    yield Console(create_app(database), database)


@pytest.fixture
def secrets(console: Console) -> tuple[str, ...]:
    """The village, and what nobody from elsewhere may read."""
    return console_world.build(console.database)
