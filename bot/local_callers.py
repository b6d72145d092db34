"""Who may use the simulator: people at this machine, never a web page that their browser happens to show.

A loopback address alone proves little: any page may post to 127.0.0.1 from the operator's browser, may call a name of
its own 127.0.0.1 (DNS rebinding) and read the answers, and a reverse proxy makes the whole world look local.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

LOOPBACK = {"127.0.0.1", "::1"}
NAMES = LOOPBACK | {"localhost"}
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
READING = ("GET", "HEAD")


def is_local(request: Request) -> bool:
    """The request comes straight from this machine, by its loopback name, and from no foreign page."""
    if request.client is None or request.client.host not in LOOPBACK:
        return False
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.headers.get("host", "")
    if _hostname(host) not in NAMES:
        return False
    return request.method in READING or not _is_from_elsewhere(request, host)


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_from_elsewhere(request: Request, host: str) -> bool:
    """Browsers say which page posts; other programs say nothing of it."""
    origin = request.headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2] != host
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
