"""The console behind the public port: passes what is below /console to its process, and the answer back as it comes.

The console stays on loopback; what it must know of the browser (address, scheme) is told in headers of our own, which
nobody outside can set.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import structlog
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.local_callers import LOOPBACK

PREFIX = "/console"
LARGEST_BODY = 10 * 1024 * 1024  # a list of mothers as a file
METHODS = ["GET", "HEAD", "POST"]
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split()
)
OURS = ("x-kawal-address", "x-kawal-proto", "x-kawal-secret")
NOT_PASSED = HOP_BY_HOP | {"content-length", "expect", "forwarded", "x-forwarded-for", "x-forwarded-proto", *OURS}
NOT_PASSED_BACK = HOP_BY_HOP | {"date", "server"}  # our own server says these
TIMEOUT = httpx.Timeout(30.0, read=90.0)  # a live page says something more often than that
_log = structlog.get_logger(__name__)


class ConsoleProxy:
    """Passes requests on to one address."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url, transport=transport, timeout=TIMEOUT, trust_env=False, follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # keeps none: they belong to one browser each
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=20),
        )  # fmt: skip

    def routes(self) -> list[BaseRoute]:
        """/console with everything below it; / leads there when nobody else has taken it."""
        return [
            Route(PREFIX, self.forward, methods=METHODS),
            Route(f"{PREFIX}/{{path:path}}", self.forward, methods=METHODS),
            Route("/", _home),
        ]

    async def forward(self, request: Request) -> Response:
        """One request: method, address, headers, cookies, body; the answer is streamed."""
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        target = httpx.URL(path=request.url.path, query=request.url.query.encode())
        sent = self._client.build_request(request.method, target, headers=_headers(request), content=body)
        try:
            answer = await self._client.send(sent, stream=True)
        except httpx.HTTPError as error:
            _log.warning("console_does_not_answer", error=type(error).__name__)
            return PlainTextResponse("unavailable", status_code=503, headers={"retry-after": "5"})
        passed = StreamingResponse(_chunks(answer), answer.status_code, background=BackgroundTask(answer.aclose))
        passed.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in NOT_PASSED_BACK
        ]
        return passed

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


async def _home(_request: Request) -> Response:
    return RedirectResponse(f"{PREFIX}/")


async def _body(request: Request) -> bytes | None:
    """What was posted; None as soon as it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()


def _headers(request: Request) -> list[tuple[bytes, bytes]]:
    passed = [(name, value) for name, value in request.headers.raw if name.lower().decode("latin-1") not in NOT_PASSED]
    told = {"x-kawal-address": address_of(request), "x-kawal-proto": scheme_of(request)}
    return [*passed, *((name.encode(), value.encode("latin-1", "replace")) for name, value in told.items())]


def address_of(request: Request) -> str:
    """Where the browser is: behind a reverse proxy on this machine what that says, else the caller itself."""
    caller = request.client.host if request.client else ""
    named = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    return named[-1] if caller in LOOPBACK and named else caller


def scheme_of(request: Request) -> str:
    """https when the reverse proxy on this machine says so."""
    caller = request.client.host if request.client else ""
    told: Mapping[str, str] = request.headers
    return "https" if caller in LOOPBACK and told.get("x-forwarded-proto") == "https" else request.url.scheme
