"""Before the start: the port, the database, the world document, and what each process is given."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import select

from command import model, stack
from command.stack import Stack, StackError, check_port, fill_when_empty, free_port, open_database, read_world
from registry.db import Database
from registry.models import Contact, Person, Village
from tests import factories
from tests.command.conftest import MakeSettings

NOBODY = "postgresql+psycopg://u:geheim@127.0.0.1:9/x"


@pytest.fixture
def opened(make_settings: MakeSettings) -> Database:
    return open_database(make_settings())


# ---------------------------------------------------------------- ports


def test_port_is_free_when_nobody_listens() -> None:
    check_port("127.0.0.1", free_port())


def test_port_is_refused_when_somebody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StackError, match=rf"^port {port} is in use: .*KAWAL_PORT$"):
            check_port("127.0.0.1", port)


def test_address_that_is_not_ours_is_told_as_such() -> None:
    with pytest.raises(StackError, match="cannot be listened on"):
        check_port("203.0.113.7", 8000)


# ---------------------------------------------------------------- the database


def test_database_is_made_with_places_when_there_is_none(make_settings: MakeSettings) -> None:
    settings = make_settings()
    for _ in range(2):
        database = open_database(settings)
        with database.read() as session:
            assert len(session.scalars(select(Village.code)).all()) > 300
        database.close()
    assert (settings.home / "kawal.db").exists()


@pytest.mark.parametrize(
    ("values", "line"),
    [
        pytest.param({"database_url": "nonsense"}, "ArgumentError.*KAWAL_DATABASE_URL", id="no address"),
        pytest.param(
            {"database_url": "postgresql+psycopg://u:geheim@127.0.0.1:9/x"}, "OperationalError", id="nobody there"
        ),
        pytest.param({"database_url": "sqlite:////proc/absent/x.db"}, "KAWAL_DATABASE_URL", id="no such folder"),
        pytest.param({"data_key": "abc"}, "no usable data key", id="half a key"),
        pytest.param({"data_key": "x" * 64}, "no usable data key", id="no hex digits"),
    ],
)
def test_fault_is_one_line_without_secrets(make_settings: MakeSettings, values: dict[str, str], line: str) -> None:
    with pytest.raises(StackError, match=line) as caught:
        open_database(make_settings(**values))
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_database_is_refused_when_it_was_made_with_another_key(make_settings: MakeSettings) -> None:
    database = open_database(make_settings(data_key="11" * 32))
    with database.write() as session:
        factories.contact(session)
    database.close()
    with pytest.raises(StackError, match=r"WrongKeyError.*KAWAL_DATA_KEY"):
        open_database(make_settings(data_key="22" * 32))


@pytest.mark.parametrize(
    ("simulator", "somebody", "filled"),
    [("on", False, True), ("on", True, False), ("off", False, False)],
    ids=["empty", "somebody is there", "without simulator"],
)
def test_demonstration_is_loaded_into_an_empty_database_only(
    make_settings: MakeSettings, opened: Database, simulator: str, somebody: bool, filled: bool
) -> None:
    if somebody:
        with opened.write() as session:
            factories.contact(session)
    assert fill_when_empty(opened, make_settings(simulator=simulator)) is filled
    with opened.read() as session:
        assert bool(session.scalars(select(Person)).all()) is filled
        assert bool(session.scalars(select(Contact)).all()) is (filled or somebody)
    opened.close()


# ---------------------------------------------------------------- the world document


@pytest.mark.parametrize("text", ['{"persons": []}', "persons: []\n"], ids=["JSON", "YAML"])
def test_world_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "world"
    path.write_text(text)
    assert read_world(path) == {"persons": []}


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"a: [", "ParserError"), (b"\xff\xfe\x00", "UnicodeDecodeError|ReaderError"), (b"- a\n", "not a world document"),
     (b"", "not a world document"), (None, "FileNotFoundError")],
    ids=["broken", "binary", "a list", "empty", "absent"],
)  # fmt: skip
def test_fault_of_the_world_is_one_line(tmp_path: Path, content: bytes | None, line: str) -> None:
    path = tmp_path / "world.yml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StackError, match=line):
        read_world(path)


# ---------------------------------------------------------------- what the processes get


def test_rasa_gets_nothing_that_opens_peoples_records(make_settings: MakeSettings) -> None:
    settings = make_settings(data_key="ab" * 32, database_url="sqlite:///x.db", telegram_token="7:t")
    parts = {p.name: p for p in Stack(settings, 5001, 5002, 5003, 5004, "geheim", Path("m.tar.gz")).programs()}
    assert set(parts) == {"actions", "rasa", "reminders", "console", "bot"}
    rasa = parts["rasa"].environment
    for name in ("KAWAL_DATA_KEY", "KAWAL_DATABASE_URL", "KAWAL_TELEGRAM_TOKEN"):
        assert rasa[name] == ""
    assert rasa["KAWAL_CONVERSATIONS_KEY"] not in ("", "ab" * 32)
    assert rasa["KAWAL_ACTIONS_URL"] == "http://127.0.0.1:5002"
    command = list(parts["rasa"].command)
    assert command[command.index("--interface") + 1] == "127.0.0.1"
    assert {p.environment["KAWAL_INTERNAL_SECRET"] for p in parts.values()} == {"geheim"}
    assert "geheim" not in " ".join(word for p in parts.values() for word in p.command)


def test_preparation_stops_at_the_port_before_anything_is_made(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "ensure", lambda: Path("m.tar.gz"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = make_settings(port=server.getsockname()[1])
        with pytest.raises(StackError, match="in use"):
            stack.prepare(settings)
    assert not settings.home.exists()


def test_preparation_finds_free_ports_and_a_secret(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "ensure", lambda: Path("m.tar.gz"))
    prepared = stack.prepare(make_settings(port=free_port()))
    assert prepared.rasa_port
    assert prepared.actions_port
    assert prepared.rasa_port != prepared.actions_port
    assert len(prepared.secret) == 32
