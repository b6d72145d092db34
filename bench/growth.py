"""Does a long conversation become slow? The time of a turn after 1,000 turns over the time after 10, ours and stock."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport

from bench import service, stock
from bench.figures import Figures, show
from bench.turn import TEXTS, Talk, person, timed, warm

SHORT, LONG, SAMPLES = 10, 1000, 15
Lengthen = Callable[[str, int], Coroutine[Any, Any, None]]  # (person, turns): make the conversation that long


async def ratio(talk: Talk, lengthen: Lengthen, long: int = LONG, samples: int = SAMPLES) -> float:
    """Median time of a turn in a long conversation over that in a short one, asked alternately."""
    short_one, long_one = person(1), person(2)
    await lengthen(short_one, SHORT)
    await lengthen(long_one, long)
    short_s, long_s = [], []
    for number in range(samples):
        text = TEXTS[number % len(TEXTS)]
        long_s.append(await timed(talk, long_one, text))
        if number % 5 == 0:  # the short one must stay short
            short_one = person(10 + number)
            await lengthen(short_one, SHORT)
        short_s.append(await timed(talk, short_one, text))
    return statistics.median(long_s) / statistics.median(short_s)


def by_talking(talk: Talk) -> Lengthen:
    """Turn by turn, as people do."""

    async def lengthen(who: str, turns: int) -> None:
        for number in range(turns):
            await talk(who, TEXTS[number % len(TEXTS)])

    return lengthen


async def measure(long: int = LONG, samples: int = SAMPLES) -> Figures:
    """Both sides, one after the other: each is its own yardstick."""
    async with httpx.AsyncClient(transport=AiohttpTransport()) as client:
        return {
            "growth.turn_1000_vs_10": await _ours(client, long, samples),
            "growth.stock_turn_1000_vs_10": await _theirs(client, long, samples),
        }


async def _ours(client: httpx.AsyncClient, long: int, samples: int) -> float:
    with service.serving() as own:
        talk = partial(service.say, client, own)
        await warm((talk,))
        return await ratio(talk, by_talking(talk), long, samples)


async def _theirs(client: httpx.AsyncClient, long: int, samples: int) -> float:
    with tempfile.TemporaryDirectory(prefix="kawal-stock-") as name, stock.serving_stock(Path(name)) as rasa:
        talk = partial(stock.say, client, rasa)

        async def lengthen(who: str, turns: int) -> None:
            await by_talking(talk)(who, min(turns, SHORT))
            stock.lengthen(rasa.store, who, turns)

        await warm((talk,))
        return await ratio(talk, lengthen, long, samples)


if __name__ == "__main__":
    show(asyncio.run(measure()))
