"""The console as an ASGI application: pages, static files, headers, and errors that tell nothing."""

from __future__ import annotations

import gc
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from console import drawing, security
from console.drawing import HERE
from console.routes import routes
from registry.db import Database
from registry.persons import invitations

FAILED = security.HEADERS | {"cache-control": "no-store"}  # a failure is answered outside of what adds them
KNOWN = (400, 403, 404, 405, 413)
_log = structlog.get_logger(__name__)


def create_app(database: Database, telegram: str | None = None, whatsapp: str | None = None) -> Starlette:
    """Everything below /console, and /health for the bot in front; invitations carry links to the name of the Telegram
    bot and the number of WhatsApp.
    """
    drawing.words()
    drawing.environment()
    made = Starlette(
        routes=[
            Route("/health", _health),
            Route(security.PATH, _home),
            Mount(f"{security.PATH}/static", StaticFiles(directory=HERE / "static")),
            *routes(),
        ],
        middleware=[Middleware(security.Headers)],
        exception_handlers={HTTPException: _refuse, Exception: _fail},
    )
    made.router.redirect_slashes = False  # it would send the browser to whatever host the request named
    made.state.database = database
    made.state.links = partial(invitations.links, telegram=telegram, whatsapp=whatsapp)
    return made


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _home(_request: Request) -> Response:
    return RedirectResponse(f"{security.PATH}/")


async def _refuse(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) and error.status_code in KNOWN else 400
    return HTMLResponse(drawing.draw("error.html", {"status": status}), status_code=status)


async def _fail(request: Request, error: Exception) -> Response:
    _log.error("console_page_failed", route=_name(request), error=type(error).__name__)
    return HTMLResponse(drawing.draw("error.html", {"status": 500}), status_code=500, headers=FAILED)


def _name(request: Request) -> str:
    """The pattern of the address, never the address: it may hold what somebody searched for."""
    return str(getattr(request.scope.get("route"), "path", ""))


def settle() -> None:
    """What was loaded by now stays: Python need not look for waste in it, which takes a tenth of a second each time."""
    gc.collect()
    gc.freeze()
