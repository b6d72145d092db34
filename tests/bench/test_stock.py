"""Lengthening a stock conversation, and the settings that keep our own service away from real data."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from bench.service import NOBODY, environment
from bench.stock import lengthen

TABLE = """CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, timestamp FLOAT,
           intent_name TEXT, action_name TEXT, data TEXT)"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A tracker store with one conversation of two turns, and somebody else's."""
    path = tmp_path / "stock.db"
    with sqlite3.connect(path) as connection:
        connection.execute(TABLE)
        for sender, kinds in (("ana", ["session_started", *["user", "bot"] * 2]), ("eve", ["user"])):
            for kind in kinds:
                connection.execute(
                    "INSERT INTO events (sender_id, type_name, data) VALUES (?, ?, ?)",
                    (sender, kind, json.dumps({"event": kind, "timestamp": 1.0})),
                )
    connection.close()
    return path


def _count(store: Path, sender: str, kind: str) -> int:
    connection = sqlite3.connect(store)
    query = "SELECT count(*) FROM events WHERE sender_id = ? AND type_name = ?"
    (found,) = connection.execute(query, (sender, kind)).fetchone()
    connection.close()
    return int(found)


def test_conversation_has_as_many_turns_as_asked_when_lengthened(store: Path) -> None:
    assert lengthen(store, "ana", 50) == 50
    assert (_count(store, "ana", "user"), _count(store, "ana", "bot")) == (50, 50)
    assert _count(store, "ana", "session_started") == 1
    assert _count(store, "eve", "user") == 1


def test_conversation_stays_when_it_is_long_enough(store: Path) -> None:
    assert lengthen(store, "ana", 2) == 2
    assert _count(store, "ana", "user") == 2


def test_copies_carry_a_time_of_now(store: Path) -> None:
    lengthen(store, "ana", 3)
    connection = sqlite3.connect(store)
    stamp, data = connection.execute("SELECT timestamp, data FROM events ORDER BY id DESC LIMIT 1").fetchone()
    connection.close()
    assert json.loads(data)["timestamp"] == stamp > 1_700_000_000


def test_nothing_of_the_machine_reaches_the_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KAWAL_DATABASE_URL", "postgresql+psycopg://real")
    monkeypatch.setenv("KAWAL_TELEGRAM_TOKEN", "real")
    monkeypatch.setenv("KAWAL_WHATSAPP_TOKEN", "real")
    settings = environment(tmp_path)
    assert settings["KAWAL_DATABASE_URL"].startswith(f"sqlite:///{tmp_path}")
    assert settings["KAWAL_TELEGRAM_API_URL"] == NOBODY
    assert "real" not in settings.values()
