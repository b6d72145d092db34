"""Our whole service, started as anybody starts it, in a folder that is thrown away."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.processes import running, wait_for
from command.environments import ROOT, VENV
from command.stack import free_port

NOBODY = "http://127.0.0.1:9/bot"  # a Telegram that is not there
NOBODYS = "1:bench"
KEPT = {"KAWAL_CACHE", "KAWAL_PYTHON310"}


@dataclass(frozen=True)
class Service:
    """Where it listens, its first process, and how long it took until every part answered."""

    url: str
    pid: int
    start_s: float


def environment(home: Path, **more: str) -> dict[str, str]:
    """Every setting that could lead to real data or a real channel is said here, so that no ``.env`` is heard."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAWAL_") or name in KEPT}
    return {
        **kept,
        "KAWAL_HOME": str(home),
        "KAWAL_HOST": "127.0.0.1",
        "KAWAL_DATABASE_URL": f"sqlite:///{home}/kawal.db",
        "KAWAL_CONVERSATIONS_URL": f"sqlite:///{home}/conversations.db",
        "KAWAL_DATA_KEY": secrets.token_hex(32),
        "KAWAL_SIMULATOR": "on",
        "KAWAL_TELEGRAM_TOKEN": NOBODYS,
        "KAWAL_TELEGRAM_API_URL": NOBODY,
        "KAWAL_TELEGRAM_SECRET": "bench",
        "KAWAL_PUBLIC_URL": "https://bench.invalid",
        "KAWAL_RASA_PORT": "0",
        "KAWAL_ACTIONS_PORT": "0",
        "KAWAL_REMINDERS_PORT": "0",
        "KAWAL_LOG_LEVEL": "warning",
        **more,
    }


@contextmanager
def serving(more: Mapping[str, str] | None = None) -> Iterator[Service]:
    """``kawal run`` with the demonstration world, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="kawal-bench-") as name:
        home, port = Path(name), free_port()
        settings = {**environment(home), "KAWAL_PORT": str(port), **(more or {})}
        command = [str(VENV / "bin" / "python"), "kawal.py", "run"]
        began = time.monotonic()
        with running(command, settings, ROOT, home / "run.log") as process:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, home / "run.log")
            yield Service(f"http://127.0.0.1:{port}", process.pid, time.monotonic() - began)


async def say(client: httpx.AsyncClient, service: Service, person: str, text: str) -> int:
    """One full turn of a simulated phone; returns how many messages came back.

    Raises:
        RuntimeError: the turn did not go through Rasa, or nothing came back.
    """
    body = {"from": person, "text": text, "channel": "whatsapp"}
    response = await client.post(f"{service.url}/simulator/messages", json=body, timeout=60.0)
    answer = response.raise_for_status().json()
    handled_by = (answer["trace"] or {}).get("handled_by")
    if handled_by != "rasa" or not answer["messages"]:
        raise RuntimeError(f"turn handled by {handled_by}, {len(answer['messages'])} messages back")
    return len(answer["messages"])
