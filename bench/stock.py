"""A stock Rasa beside ours: the same trained model behind Rasa's own REST channel and SQL tracker store."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from bench.processes import running, wait_for
from command import model
from command.environments import ROOT, rasa_python
from command.stack import free_port


@dataclass(frozen=True)
class StockRasa:
    """Where it listens, and the file of its tracker store."""

    url: str
    store: Path


@contextmanager
def serving_stock(folder: Path) -> Iterator[StockRasa]:
    """`rasa run` with everything left as it comes, until the block ends."""
    store, port = folder / "stock.db", free_port()
    endpoints, credentials = folder / "stock_endpoints.yml", folder / "stock_credentials.yml"
    endpoints.write_text(yaml.safe_dump({"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(store)}}))
    credentials.write_text("rest:\n")
    command = [
        str(rasa_python()), "-m", "rasa", "run", "--model", str(model.ensure()), "--interface", "127.0.0.1",
        "--port", str(port), "--endpoints", str(endpoints), "--credentials", str(credentials),
    ]  # fmt: skip
    log = folder / "stock.log"
    with running(command, model.quiet(), ROOT, log) as process:
        wait_for(f"http://127.0.0.1:{port}/webhooks/rest/", process, log)
        yield StockRasa(f"http://127.0.0.1:{port}", store)


async def say(client: httpx.AsyncClient, stock: StockRasa, person: str, text: str) -> int:
    """One turn over its REST channel; returns how many messages came back.

    Raises:
        RuntimeError: nothing came back, so it did not do the same work.
    """
    body = {"sender": person, "message": text}
    response = await client.post(f"{stock.url}/webhooks/rest/webhook", json=body, timeout=120.0)
    answers = response.raise_for_status().json()
    if not answers:
        raise RuntimeError("stock Rasa said nothing")
    return len(answers)


def lengthen(store: Path, sender: str, turns: int) -> int:
    """Make a conversation as long as ``turns`` by repeating its own last turn; returns how many turns it has now.

    The rows are the ones Rasa wrote itself, with new times; typing them would take a quarter of an hour.
    """
    with sqlite3.connect(store, timeout=30) as connection:
        rows = connection.execute(
            "SELECT type_name, intent_name, action_name, data FROM events WHERE sender_id = ? ORDER BY id", (sender,)
        ).fetchall()
        marks = [number for number, row in enumerate(rows) if row[0] == "user"]
        last = rows[marks[-1] :]
        stamp = time.time()
        copies = [
            (sender, kind, stamp, intent, action, json.dumps({**json.loads(data), "timestamp": stamp}))
            for _ in range(turns - len(marks))
            for kind, intent, action, data in last
        ]
        connection.executemany(
            "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            copies,
        )
    connection.close()
    return max(turns, len(marks))
