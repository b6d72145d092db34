"""How long a turn takes with us and with a stock Rasa, asked in turns while both are running."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import httpx
from httpx_aiohttp import AiohttpTransport

from bench import service, stock
from bench.figures import Figures, quantile, show

# Answered by rules with fixed words in both: no action server is needed, so the stock one has no work less.
TEXTS = ("halo", "terima kasih bu", "apakah lahiran gratis?", "jadwal periksa hamil kapan saja", "cara daftarnya apa")
Talk = Callable[[str, str], Awaitable[int]]  # (person, text) -> messages that came back


async def compare(ours: Talk, theirs: Talk, pairs: int, rounds: int, at_once: int) -> Figures:
    """Single turns in pairs, for the latency; then crowds in alternation, for the throughput."""
    ours_s, theirs_s = await alternate(ours, theirs, pairs)
    ours_crowd, theirs_crowd = 0.0, 0.0
    for number in range(rounds):
        sides = [(ours, True), (theirs, False)]
        for talk, is_ours in sides if number % 2 else sides[::-1]:
            spent = await crowd(talk, at_once)
            ours_crowd += spent if is_ours else 0.0
            theirs_crowd += 0.0 if is_ours else spent
    return {
        "turn.p50_ms": quantile(ours_s, 0.5) * 1000,
        "turn.p99_ms": quantile(ours_s, 0.99) * 1000,
        "turn.stock_p50_ms": quantile(theirs_s, 0.5) * 1000,
        "turn.p50_vs_stock_rasa": quantile(ours_s, 0.5) / quantile(theirs_s, 0.5),
        "turn.p99_vs_stock_rasa": quantile(ours_s, 0.99) / quantile(theirs_s, 0.99),
        "turn.throughput_vs_stock_rasa": theirs_crowd / ours_crowd,
        "turn.per_s": rounds * at_once * len(TEXTS) / ours_crowd,
    }


async def alternate(ours: Talk, theirs: Talk, pairs: int) -> tuple[list[float], list[float]]:
    """The same words to both, now this side first, now the other; seconds each took."""
    ours_s, theirs_s = [], []
    for number, text in zip(range(pairs), itertools.cycle(TEXTS), strict=False):
        who = person(number // len(TEXTS) % 20)
        if number % 2:
            ours_s.append(await timed(ours, who, text))
            theirs_s.append(await timed(theirs, who, text))
        else:
            theirs_s.append(await timed(theirs, who, text))
            ours_s.append(await timed(ours, who, text))
    return ours_s, theirs_s


async def timed(talk: Talk, who: str, text: str) -> float:
    """Seconds of one turn."""
    began = time.perf_counter()
    await talk(who, text)
    return time.perf_counter() - began


async def crowd(talk: Talk, at_once: int) -> float:
    """So many people say all the texts, each waiting for her own answers; seconds until all are done."""

    async def one(number: int) -> None:
        for text in TEXTS:
            await talk(person(100 + number), text)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(at_once)))
    return time.perf_counter() - began


def person(number: int) -> str:
    """A stranger's phone; nobody in the demonstration world has it."""
    return f"+62899{number:07d}"


async def warm(talks: Sequence[Talk]) -> None:
    """Whatever is loaded late is loaded now."""
    for talk in talks:
        for text in TEXTS:
            await talk(person(999), text)


async def measure(pairs: int = 150, rounds: int = 4, at_once: int = 20) -> Figures:
    """Start both, compare, stop both."""
    with (
        tempfile.TemporaryDirectory(prefix="kawal-stock-") as name,
        service.serving() as own,
        stock.serving_stock(Path(name)) as rasa,
    ):
        async with httpx.AsyncClient(transport=AiohttpTransport()) as client:
            ours, theirs = partial(service.say, client, own), partial(stock.say, client, rasa)
            await warm((ours, theirs))
            return await compare(ours, theirs, pairs, rounds, at_once)


if __name__ == "__main__":
    show(asyncio.run(measure()))
