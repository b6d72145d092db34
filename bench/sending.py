"""How many messages a second the outbox gets out to a provider that takes 50 ms for each."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from bench import provider
from bench.databases import add_contacts, fill_outbox, opened, sqlite_url
from bench.figures import Figures, show
from bot.outbox import Outbox
from bot.telegram import TelegramChannel, make_bot
from registry.db import Database

CONTACTS, ROWS = 1000, 2000
DELAY_S = 0.05


def measure(contacts: int = CONTACTS, rows: int = ROWS, delay_s: float = DELAY_S) -> Figures:
    """The product's outbox and Telegram channel, on SQLite, until everything is out."""
    with sqlite_url() as url, opened(url) as database, provider.providing(delay_s) as far:
        now = datetime.now(UTC)
        fill_outbox(database, add_contacts(database, contacts, now), rows, now)
        spent = asyncio.run(send_all(database, far))
        taken = provider.sent(far)
    if taken != rows:
        raise RuntimeError(f"{taken} of {rows} messages arrived")
    return {"sending.per_s": rows / spent}


async def send_all(database: Database, far: str) -> float:
    """Seconds until the outbox is empty."""
    channel = TelegramChannel(make_bot("1:bench", f"{far}/bot"), "", contact_title="-")
    began = time.perf_counter()
    await Outbox(database, lambda _row: channel).drain()
    spent = time.perf_counter() - began
    await channel.close()
    return spent


if __name__ == "__main__":
    show(measure())
