"""The loopback address of the clock: whether it runs, and the simulator's way to make it look."""

from __future__ import annotations

import asyncio
import hmac
from datetime import UTC

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from registry import clock
from registry.db import Database
from reminders import duties


def create_app(database: Database, secret: str) -> Starlette:
    """GET /health; POST /run with the secret does what is due and says when to come again."""

    async def health(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def run(request: Request) -> Response:
        given = request.headers.get("x-kawal-secret", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode()):
            return JSONResponse({"error": "forbidden"}, status_code=403)
        return JSONResponse(await asyncio.to_thread(look, database))

    return Starlette(routes=[Route("/health", health), Route("/run", run, methods=["POST"])])


def look(database: Database) -> dict[str, object]:
    """Do what is due; how much of each duty, and the next moment (ISO, UTC) at which there is something to do."""
    done = duties.run_due(database)
    with database.read() as session:
        now = clock.now(session)
    following = duties.next_due(database, now)
    return {"done": done, "next": following.astimezone(UTC).isoformat() if following else None}


def is_simulated(database: Database) -> bool:
    """Whether the simulator holds the clock: then only it says when to look."""
    with database.read() as session:
        return clock.simulated(session) is not None


def tick(database: Database) -> dict[str, int]:
    """What the scheduler calls: nothing while the clock stands."""
    return {} if is_simulated(database) else duties.run_due(database)
