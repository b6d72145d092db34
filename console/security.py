"""What every answer of the console carries, and what every post must show."""

from __future__ import annotations

import hmac

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry import sealing

COOKIE = "kawal_console"
PATH = "/console"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
HSTS = "max-age=31536000"


class Headers:
    """Puts the headers on whatever is answered; nothing personal stays in a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        secure = is_secure(Request(scope))
        is_file = str(scope["path"]).startswith(f"{PATH}/static/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "public, max-age=86400" if is_file else "no-store")
                if secure:
                    headers["strict-transport-security"] = HSTS
            await send(message)

        await self.app(scope, receive, answer)


def is_secure(request: Request) -> bool:
    """Whether the browser came by https; the bot in front of us says so."""
    return request.headers.get("x-kawal-proto", request.url.scheme) == "https"


def address_of(request: Request) -> str:
    """The network address that tries are counted by."""
    return request.headers.get("x-kawal-address") or (request.client.host if request.client else "")


def csrf_of(token: str) -> str:
    """What a form carries to prove that it was drawn for this browser."""
    return sealing.index("csrf", token)


def is_forged(request: Request, token: str, shown: str) -> bool:
    """Whether a post was not sent by a form of ours in this browser."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    return not token or not hmac.compare_digest(csrf_of(token).encode(), shown.encode("utf-8", "replace"))
