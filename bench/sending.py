"""How many messages a second go to a provider that takes 50 ms for each, how evenly, and how soon an alert does."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier, Event

from bench import provider
from bench.databases import add_contacts, fill_outbox, opened, postgres_url, sqlite_url
from bench.figures import Figures, quantile, show
from bot.outbox import Outbox
from bot.telegram import TelegramChannel, make_bot
from registry.db import Database
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Contact

CONTACTS, ROWS = 1000, 2000
DELAY_S = 0.05
RATE, SECONDS, PROCESSES = 80.0, 8, 3
BEHIND, READERS = 40_000, 4000  # waiting broadcasts, and to how many people
ALERTS, ALERT_EVERY_S = 60, 0.1
BULK = 2  # behaves as a broadcast in the bucket, and the quiet hours leave it alone: the figure holds at night too
PATIENCE_S = 120


def measure(contacts: int = CONTACTS, rows: int = ROWS, delay_s: float = DELAY_S) -> Figures:
    """The product's outbox and Telegram channel until everything is out: one process, then two."""
    with sqlite_url() as url, opened(url) as database, provider.providing(delay_s) as far:
        now = datetime.now(UTC)
        fill_outbox(database, add_contacts(database, contacts, now), rows, now)
        spent = asyncio.run(send_all(database, far))
        check(far, rows)
    figures = {"sending.per_s": rows / spent}
    with postgres_url() as url, provider.providing(delay_s) as far:
        with opened(url) as database:
            now = datetime.now(UTC)
            fill_outbox(database, add_contacts(database, contacts, now), 2 * rows, now)
        with workers(url, far, 2, None):
            wait_until(far, 2 * rows)
        figures["sending.two_processes_per_s"] = 2 * rows / span(provider.log(far))
    return figures


def check(far: str, rows: int) -> None:
    """Whether each message came once.

    Raises:
        RuntimeError: one is missing or came twice.
    """
    if (taken := provider.sent(far)) != rows:
        raise RuntimeError(f"{taken} of {rows} messages arrived")


async def send_all(database: Database, far: str) -> float:
    """Seconds until the outbox is empty."""
    channel = TelegramChannel(make_bot("1:bench", f"{far}/bot"), "", contact_title="-")
    began = time.perf_counter()
    await Outbox(database, lambda _row: channel).drain()
    spent = time.perf_counter() - began
    await channel.close()
    return spent


def measure_rate(behind: int = BEHIND, readers: int = READERS, seconds: int = SECONDS) -> Figures:
    """Three processes on one PostgreSQL share 80 a second, while alerts come between many broadcasts."""
    with postgres_url() as url, provider.providing(DELAY_S) as far:
        with opened(url) as database:
            now = datetime.now(UTC)
            everybody = add_contacts(database, readers + ALERTS, now)
            fill_outbox(database, everybody[ALERTS:], behind, now, priority=BULK)
            with workers(url, far, PROCESSES, RATE):
                time.sleep(1.0)
                queued = [alert(database, number, contact) for number, contact in enumerate(everybody[:ALERTS])]
                time.sleep(max(1.0, seconds - 1 - ALERTS * ALERT_EVERY_S))
        came = provider.log(far)
    arrived = {text: at for at, text in came}
    delays = [arrived[f"alert {number}"] - at for number, at in enumerate(queued)]
    return {
        "sending.rate_error_80": max(abs(count - RATE) / RATE for count in per_second(came)[1:]),  # warm by then
        "sending.alert_behind_broadcast_p99_s": quantile(delays, 0.99),
    }


def alert(database: Database, number: int, contact_id: int) -> float:
    """Queue one; the moment."""
    time.sleep(ALERT_EVERY_S)
    with database.write() as session:
        contact, now = session.get_one(Contact, contact_id), datetime.now(UTC)
        draft = Draft(f"alert {number}")
        messages.queue(session, contact, draft, kind="alert", priority=messages.DANGER, now=now)
    return time.time()


def per_second(came: list[tuple[float, str]]) -> list[int]:
    """How many came in each full second from the first one on."""
    first, last = min(at for at, _ in came), max(at for at, _ in came)
    counts = Counter(int(at - first) for at, _ in came)
    return [counts[second] for second in range(int(last - first))]


def span(came: list[tuple[float, str]]) -> float:
    """Seconds from the first message to the last."""
    return max(at for at, _ in came) - min(at for at, _ in came)


def wait_until(far: str, rows: int) -> None:
    """Until so many messages came.

    Raises:
        RuntimeError: they did not come in time, or too many did.
    """
    end = time.monotonic() + PATIENCE_S
    while provider.sent(far) < rows and time.monotonic() < end:
        time.sleep(0.1)
    check(far, rows)


@contextmanager
def workers(url: str, far: str, count: int, rate: float | None) -> Iterator[None]:
    """So many processes that empty the outbox, until the block ends; all begin together."""
    spawn = multiprocessing.get_context("spawn")
    start, stop = spawn.Barrier(count + 1), spawn.Event()
    running = [spawn.Process(target=_work, args=(url, far, rate, start, stop), daemon=True) for _ in range(count)]
    for process in running:
        process.start()
    start.wait(PATIENCE_S)
    try:
        yield
    finally:
        stop.set()
        for process in running:
            process.join(PATIENCE_S)


def _work(url: str, far: str, rate: float | None, start: Barrier, stop: Event) -> None:
    with opened(url) as database:
        asyncio.run(_send_until(database, far, rate, start, stop))


async def _send_until(database: Database, far: str, rate: float | None, start: Barrier, stop: Event) -> None:
    channel = TelegramChannel(make_bot("1:bench", f"{far}/bot"), "", contact_title="-")
    outbox = Outbox(database, lambda _row: channel, {"telegram": rate} if rate else {})
    await asyncio.to_thread(start.wait, PATIENCE_S)
    running = asyncio.ensure_future(outbox.run())
    while not stop.is_set():
        await asyncio.sleep(0.05)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await channel.close()


if __name__ == "__main__":
    show(measure() | measure_rate())
