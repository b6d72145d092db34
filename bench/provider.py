"""A provider that takes every message after a while: the far side of sending, in a process of its own."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from command.stack import free_port

PATIENCE_S = 60.0


def create_app(delay_s: float) -> Starlette:
    """Telegram's Bot API as far as sending needs it; GET /sent tells how many it took, GET /log what came when."""
    numbers, taken = itertools.count(1), list[tuple[float, str]]()

    async def take(request: Request) -> JSONResponse:
        came = time.time()
        form = dict(parse_qsl((await request.body()).decode()))
        await asyncio.sleep(delay_s)
        taken.append((came, form["text"]))
        chat = {"id": int(form["chat_id"]), "type": "private"}
        message = {"message_id": next(numbers), "date": int(time.time()), "chat": chat, "text": form["text"]}
        return JSONResponse({"ok": True, "result": message})

    async def count(_request: Request) -> JSONResponse:
        return JSONResponse({"sent": len(taken)})

    async def tell(_request: Request) -> JSONResponse:
        return JSONResponse(taken)

    return Starlette(
        routes=[Route("/sent", count), Route("/log", tell), Route("/bot{token}/sendmessage", take, methods=["POST"])]
    )


def _serve(port: int, delay_s: float) -> None:
    uvicorn.run(create_app(delay_s), host="127.0.0.1", port=port, log_config=None, access_log=False)


@contextmanager
def providing(delay_s: float) -> Iterator[str]:
    """The address of a running provider.

    Raises:
        RuntimeError: it did not start.
    """
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, delay_s), daemon=True)
    process.start()
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join(PATIENCE_S)


def _wait(url: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            sent(url)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the provider did not start")


def sent(url: str) -> int:
    """How many messages it took so far."""
    return int(httpx.get(f"{url}/sent", timeout=5.0).json()["sent"])


def log(url: str) -> list[tuple[float, str]]:
    """When each message came (seconds since 1970) and what it said."""
    return [(float(came), str(text)) for came, text in httpx.get(f"{url}/log", timeout=20.0).json()]
