"""The public web application: webhooks, health, metrics, and the simulator when it is on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channel import Challenged, Channel, Inbound
from bot.inbox import Inbox
from bot.outbox import Outbox

LARGEST_BODY = 4 * 1024 * 1024  # the largest webhook WhatsApp posts is 3 MB
CHECK_S = 3.0
Check = Callable[[], Awaitable[bool]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """What the application is made of; wired in ``bot.__main__``."""

    inbox: Inbox
    outbox: Outbox
    webhooks: Mapping[str, Channel]  # by the path they post to
    checks: Mapping[str, Check]  # by the name of the part
    after_storing: Callable[[list[Inbound]], Awaitable[None]] | None = None  # once the provider has its answer
    routes: tuple[BaseRoute, ...] = ()
    background: tuple[Callable[[], Awaitable[None]], ...] = ()
    on_start: tuple[Callable[[], Awaitable[None]], ...] = ()
    on_stop: tuple[Callable[[], Awaitable[None]], ...] = ()


def create_app(parts: Parts) -> Starlette:
    """The ASGI application; its workers start and stop with it."""
    webhooks = [Route(path, _webhook(channel, parts), methods=["POST"]) for path, channel in parts.webhooks.items()]
    challenges = [
        Route(path, _challenge(channel), methods=["GET"])
        for path, channel in parts.webhooks.items()
        if isinstance(channel, Challenged)
    ]
    return Starlette(
        routes=[
            Route("/healthz", _health(parts.checks)),
            Route("/metrics", _metrics),
            *webhooks,
            *challenges,
            *parts.routes,
        ],
        lifespan=_lifespan(parts),
    )


def _lifespan(parts: Parts) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        for start in parts.on_start:
            await start()
        jobs = (parts.inbox.run, parts.outbox.run, *parts.background)
        tasks = [asyncio.ensure_future(job()) for job in jobs]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for stop in parts.on_stop:
                await stop()

    return lifespan


def _webhook(channel: Channel, parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    """Verify, store, answer; what is done with it happens later."""

    async def webhook(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not channel.verify(headers, body):
            return PlainTextResponse("forbidden", status_code=403)
        try:
            inbounds = channel.receive(body)
        except ValueError:
            return PlainTextResponse("not understood", status_code=400)
        await parts.inbox.store(inbounds)
        task = BackgroundTask(parts.after_storing, inbounds) if parts.after_storing else None
        return PlainTextResponse("ok", background=task)

    return webhook


def _challenge(channel: Challenged) -> Callable[[Request], Awaitable[Response]]:
    """Prove to the provider that the webhook is ours; nobody else learns anything."""

    async def answer(request: Request) -> Response:
        proof = channel.challenge(request.query_params)
        return PlainTextResponse("forbidden", status_code=403) if proof is None else PlainTextResponse(proof)

    return answer


async def _body(request: Request) -> bytes | None:
    """What was posted; None as soon as it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _health(checks: Mapping[str, Check]) -> Callable[[Request], Awaitable[Response]]:
    """One line of JSON per part; 200 only when all answer."""

    async def health(_request: Request) -> Response:
        states = dict(zip(checks, await asyncio.gather(*(_ask(check) for check in checks.values())), strict=True))
        lines = "".join(json.dumps({"part": part, "ok": ok}) + "\n" for part, ok in states.items())
        status = 200 if all(states.values()) else 503
        return Response(lines, status_code=status, media_type="application/x-ndjson")

    return health


async def _ask(check: Check) -> bool:
    try:
        return await asyncio.wait_for(check(), timeout=CHECK_S)
    except Exception:
        _log.warning("health_check_failed")  # a part that raises is a part that is ill
        return False


async def _metrics(request: Request) -> Response:
    if request.client is None or request.client.host not in ("127.0.0.1", "::1"):
        return JSONResponse({"error": "not found"}, status_code=404)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
