"""The simulator's addresses: for loopback callers only, everybody else sees nothing there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.local_callers import is_local
from bot.simulator import BadRequestError, Simulator
from registry import clock
from registry.db import Database
from registry.errors import WorldError
from registry.outside import records

MESSAGE_ID = re.compile(r"[0-9]{1,18}")
Handler = Callable[[Request], Awaitable[Response]]


def routes(simulator: Simulator, database: Database) -> list[Route]:
    """GET and POST /simulator/…"""

    async def reset(request: Request) -> Response:
        body = await _json(request)
        given, channel = body.get("given"), str(body.get("channel") or "whatsapp")
        if given is not None and not isinstance(given, dict):
            raise BadRequestError("given must be a world document")
        now = await simulator.reset(_moment(body.get("now")), channel, given)
        return JSONResponse({"now": _local(now)})

    async def show_clock(_request: Request) -> Response:
        return JSONResponse({"now": _local(await simulator.clock())})

    async def move_clock(request: Request) -> Response:
        now = await simulator.advance(_moment((await _json(request)).get("advance_to")))
        return JSONResponse({"now": _local(now)})

    async def write(request: Request) -> Response:
        return JSONResponse(await simulator.write(await _json(request)))

    async def read(request: Request) -> Response:
        since = request.query_params.get("since") or "0"
        if not MESSAGE_ID.fullmatch(since):
            raise BadRequestError("since must be a message id")
        return JSONResponse(await simulator.received(_phone(request.query_params.get("to")), int(since)))

    async def staff(request: Request) -> Response:
        await simulator.act_as_staff(await _json(request))
        return JSONResponse({"ok": True})

    def show_records(request: Request) -> Response:
        filters = dict(request.query_params)
        name = filters.pop("record", "")
        if "phone" in filters:
            filters["phone"] = _phone(filters["phone"]) or ""
        with database.read() as session:
            try:
                return JSONResponse(records.read(session, name, filters))
            except KeyError as error:
                raise BadRequestError(f"no record {name!r}; known: {', '.join(records.names())}") from error

    async def show(request: Request) -> Response:
        return await run_in_threadpool(show_records, request)

    table: list[tuple[str, str, Handler]] = [
        ("POST", "/simulator/reset", reset),
        ("GET", "/simulator/clock", show_clock),
        ("POST", "/simulator/clock", move_clock),
        ("POST", "/simulator/messages", write),
        ("GET", "/simulator/messages", read),
        ("GET", "/simulator/pictures/{message}", _pictures(simulator)),
        ("POST", "/simulator/staff", staff),
        ("GET", "/simulator/records", show),
    ]
    return [Route(path, _guarded(handler), methods=[method]) for method, path, handler in table]


def _pictures(simulator: Simulator) -> Handler:
    """The picture in a message, drawn anew; kept by no browser."""

    async def show(request: Request) -> Response:
        named = request.path_params["message"]
        png = await simulator.picture(int(named)) if MESSAGE_ID.fullmatch(named) else None
        if png is None:
            return PlainTextResponse("Not Found", status_code=404)
        return Response(png, media_type="image/png", headers={"cache-control": "no-store"})

    return show


def _guarded(handler: Handler) -> Handler:
    """Local callers only; what they ask wrongly is told in one line."""

    async def guarded(request: Request) -> Response:
        if not is_local(request):
            return PlainTextResponse("Not Found", status_code=404)
        try:
            return await handler(request)
        except (BadRequestError, WorldError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except TimeoutError:
            return JSONResponse({"error": "the message is not handled yet; it is kept"}, status_code=503)

    return guarded


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:  # the second: brackets in brackets without end
        raise BadRequestError("the body must be JSON") from error
    if not isinstance(body, dict):
        raise BadRequestError("the body must be a JSON object")
    return body


def _moment(value: Any) -> datetime:
    """An ISO moment; without a zone it is local time in Malang."""
    try:
        moment = datetime.fromisoformat(str(value))
        local = moment if moment.tzinfo else moment.replace(tzinfo=clock.JAKARTA)
        local.astimezone(UTC)  # the first and the last day of all have no neighbour
    except (ValueError, OverflowError) as error:
        raise BadRequestError(f"not an ISO moment: {value!r}") from error
    return local


def _local(moment: datetime) -> str:
    return moment.astimezone(clock.JAKARTA).isoformat()


def _phone(value: str | None) -> str | None:
    """A phone out of a query, where an unescaped plus has become a space."""
    return "+" + value.strip().lstrip("+") if value else None
