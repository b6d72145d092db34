"""What both doubles share: a server on a loopback port, and every way in which an answer can go wrong on it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

Json = dict[str, Any]
HALF = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{"ok": true, "messages": [{'


class Refusal(Exception):
    """The call is wrong; ``fault`` is how the provider says so."""

    def __init__(self, reason: str, fault: Fault) -> None:
        super().__init__(reason)
        self.fault = fault


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of an answer; with only a delay the answer comes late."""

    status: int = 200
    body: bytes | None = None  # None: the true answer
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drop: bool = False  # the connection is closed without a word
    cut: bool = False  # the connection is closed in the middle of the answer
    takes: bool = False  # the call is carried out all the same: only its answer is lost

    def taken(self) -> Fault:
        """The same fault of an answer to what was carried out."""
        return replace(self, takes=True)

    @property
    def spares_the_answer(self) -> bool:
        """Whether the caller learns in the end what became of the call."""
        return self.status == 200 and self.body is None and not self.drop and not self.cut


BAD_GATEWAY = Fault(502, b"<html><h1>502 Bad Gateway</h1></html>")
GATEWAY_TIMEOUT = Fault(504, b"")
DROPPED = Fault(drop=True)
CUT = Fault(cut=True)
EMPTY = Fault(200, b"")
LOGIN_PAGE = Fault(200, b"<html>Selamat datang di WiFi desa</html>")
FIREWALL = Fault(403, b"<html>forbidden</html>")
TOO_MANY_FOR_A_GATEWAY = Fault(429, b"<html>slow down</html>")
SLOW = Fault(delay_s=5.0)


class Script:
    """The faults that are to come, by what is called; safe to fill from the test's thread."""

    def __init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def add(self, name: str, *faults: Fault) -> None:
        """Let the next calls of ``name`` end so, one fault each."""
        self._faults[name].extend(faults)

    def next(self, name: str) -> Fault:
        """What is to happen to this call."""
        faults = self._faults[name]
        return faults.popleft() if faults else Fault()


async def play(request: Request, fault: Fault, answer: Callable[[], Awaitable[Any]]) -> Response:
    """Answer a call as its fault wants it; ``answer`` carries it out."""
    if fault.takes or fault.spares_the_answer:
        try:
            true: Response = JSONResponse(await answer())
        except Refusal as refusal:
            fault, true = refusal.fault, respond(refusal.fault)
    await asyncio.sleep(fault.delay_s)
    if fault.drop or fault.cut:
        return await _hang_up(request, HALF if fault.cut else b"")
    return true if fault.spares_the_answer else respond(fault)


def respond(fault: Fault) -> Response:
    """The answer as it is written in the fault."""
    body = fault.body or b""
    kind = "application/json" if body.startswith((b"{", b"[")) else "text/html"
    return Response(body, fault.status, fault.headers, kind)


def as_json(value: Json) -> bytes:
    """A body."""
    return json.dumps(value).encode()


async def _hang_up(request: Request, last_words: bytes) -> Response:
    """Close the connection after the request was read; nobody hears what is returned."""
    transport = request.scope["transport"]
    if last_words:
        transport.write(last_words)
        await asyncio.sleep(0.05)
    transport.abort()
    await asyncio.sleep(0.02)
    return Response()


def with_transport(app: Starlette) -> Callable[[Scope, Receive, Send], Any]:
    """Hand uvicorn's connection to the app, so that it can be cut."""

    async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
        scope["transport"] = cast(Any, send).__self__.transport
        await app(scope, receive, send)

    return serve_one


@contextmanager
def serve(app: Any, listener: socket.socket) -> Iterator[None]:
    """Run an ASGI app in a thread on an open socket."""
    config = uvicorn.Config(app, lifespan="off", ws="none", log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=5)
