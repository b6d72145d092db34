"""How many messages the outbox table gives out and takes back in a second, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

from sqlalchemy import exists, select

from bench.databases import add_contacts, fill_outbox, opened, postgres_url, sqlite_url
from bench.figures import Figures, show
from bot.outbox import AT_ONCE
from registry.db import Database
from registry.messaging import messages
from registry.models import OutboxMessage

CONTACTS, ROWS = 2000, 10_000
GRACE = timedelta(minutes=5)  # rows are due at the start; the workers look a little later
PATIENCE_S = 300


def measure(contacts: int = CONTACTS, rows: int = ROWS) -> Figures:
    """Claim a batch, settle it, until nothing is left: the product's own statements, nothing is sent."""
    figures: Figures = {}
    with sqlite_url() as url:
        figures["queue.sqlite_per_s"] = rate(url, 1, contacts, rows)
    for workers, key in ((1, "queue.postgres_1_worker_per_s"), (2, "queue.postgres_2_workers_per_s")):
        with postgres_url() as url:
            figures[key] = rate(url, workers, contacts, rows)
    return figures


def rate(url: str, workers: int, contacts: int, rows: int) -> float:
    """Rows per second with so many worker processes, from the common start to the last one's end.

    Raises:
        RuntimeError: a row was handled twice or not at all.
    """
    now = datetime.now(UTC)
    with opened(url) as database:
        fill_outbox(database, add_contacts(database, contacts, now), rows, now)
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(workers + 1)
    counts = spawn.SimpleQueue()
    running = [spawn.Process(target=_work, args=(url, now + GRACE, start, counts), daemon=True) for _ in range(workers)]
    for process in running:
        process.start()
    start.wait(PATIENCE_S)
    began = time.perf_counter()
    handled = sum(counts.get() for _ in running)
    spent = time.perf_counter() - began
    for process in running:
        process.join(PATIENCE_S)
    if handled != rows:
        raise RuntimeError(f"{handled} of {rows} rows handled")
    return rows / spent


def _work(url: str, now: datetime, start: Barrier, counts: multiprocessing.SimpleQueue[int]) -> None:
    with opened(url) as database:
        _claim(database, now - 2 * GRACE)  # nothing is due yet: opens the connection
        start.wait(PATIENCE_S)
        counts.put(work_off(database, now))


def work_off(database: Database, now: datetime) -> int:
    """Until nothing is queued any more; how many rows this worker had."""
    handled = 0
    while True:
        rows = _claim(database, now)
        if rows:
            handled += len(rows)
            _settle(database, rows, now)
        elif not _is_left(database):
            return handled
        else:
            time.sleep(0.002)  # the other worker holds the heads


def _claim(database: Database, now: datetime) -> list[OutboxMessage]:
    with database.write() as session:
        return messages.claim_outbox(session, now, AT_ONCE, channel="telegram")


def _settle(database: Database, rows: list[OutboxMessage], now: datetime) -> None:
    with database.write() as session:
        for row in rows:
            messages.mark_sent(session, row, (f"bench{row.id}",), now)


def _is_left(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(select(exists().where(OutboxMessage.status == "queued"))))


if __name__ == "__main__":
    show(measure())
