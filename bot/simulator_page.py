"""The simulator's page: the phones of the demo world side by side, drawn on the server, refreshed by a small script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.local_callers import is_local
from bot.simulator import BadRequestError, Simulator, as_received
from bot.simulator_routes import MESSAGE_ID
from registry import clock, texts
from registry.db import Database
from registry.models import Contact, OutboxMessage, SimulatedMessage
from registry.persons.people import speaker

HERE = Path(__file__).resolve().parent
SHOWN = 4
STATUSES = 50
ORDER = ("mother", "cadre", "midwife", "driver", "stranger")
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
Handler = Callable[[Request], Awaitable[Response]]


def page_routes(simulator: Simulator, database: Database) -> list[BaseRoute]:
    """GET /, GET /simulator/, GET /simulator/screens, POST /simulator/type and the static files."""
    pages = Environment(loader=FileSystemLoader(HERE / "pages"), autoescape=select_autoescape())

    async def home(_request: Request) -> Response:
        return RedirectResponse("/simulator/")

    async def page(request: Request) -> Response:
        values = await run_in_threadpool(_page_values, database, _asked_for(request))
        html = pages.get_template("simulator.html").render(**values)
        return HTMLResponse(html, headers={"content-security-policy": POLICY, "x-content-type-options": "nosniff"})

    async def screens(request: Request) -> Response:
        phones = _asked_for(request)
        since = request.query_params.get("since") or "0"
        after = int(since) if MESSAGE_ID.fullmatch(since) else 0
        return JSONResponse(await run_in_threadpool(_screens, database, phones, after))

    async def typed(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        said = {name: form[name] for name in ("text", "button") if form.get(name)}
        if said:
            await simulator.write({"from": form.get("phone"), "channel": form.get("channel"), **said})
        return RedirectResponse(f"/simulator/?phones={quote(form.get('phones', ''))}", status_code=303)

    return [
        Route("/", _loopback(home)),
        Route("/simulator", _loopback(home)),
        Route("/simulator/", _loopback(page)),
        Route("/simulator/screens", _loopback(screens)),
        Route("/simulator/type", _loopback(typed), methods=["POST"]),
        Mount("/simulator/static", StaticFiles(directory=HERE / "static")),
    ]


def _asked_for(request: Request) -> list[str]:
    """The phones named in the query, in order; an unescaped plus has become a space there."""
    named = ",".join(request.query_params.getlist("phones")).split(",")
    return [f"+{phone.strip().lstrip('+')}" for phone in named if phone.strip()][:SHOWN]


def _loopback(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        if not is_local(request):
            return PlainTextResponse("Not Found", status_code=404)
        try:
            return await handler(request)
        except BadRequestError as error:
            return PlainTextResponse(str(error), status_code=400)

    return guarded


def _page_values(database: Database, chosen: list[str]) -> dict[str, Any]:
    with database.read() as session:
        phones = _phones(session)
        picked = chosen or _one_of_each(phones)
        return {
            "now": clock.now(session).astimezone(clock.JAKARTA),
            "standing": clock.simulated(session) is not None,
            "phones": phones,
            "chosen": picked,
            "screens": {phone: _messages(session, [phone], 0) for phone in picked},
            "samples": [{"phone": picked[0], "text": line} for line in texts.samples()] if picked else [],
        }


def _phones(session: Session) -> list[dict[str, Any]]:
    found = []
    for contact in session.scalars(select(Contact).order_by(Contact.id)):
        if contact.phone is None:
            continue
        who = speaker(session, contact)
        role = "midwife" if who.role == "staff" else who.role
        helper = who.staff or who.cadre or who.driver or who.person
        found.append(
            {
                "phone": contact.phone,
                "name": (helper.name if helper else None) or contact.phone,
                "role": role,
                "role_label": texts.phrase(f"role_{role}", role),
                "channel": contact.channel,
            }
        )
    return sorted(found, key=lambda phone: ORDER.index(phone["role"]))


def _one_of_each(phones: list[dict[str, Any]]) -> list[str]:
    first: dict[str, str] = {}
    for phone in phones:
        first.setdefault(phone["role"], phone["phone"])
    return list(first.values())[:SHOWN]


def _messages(session: Session, phones: list[str], since: int) -> list[dict[str, Any]]:
    rows = select(SimulatedMessage).where(SimulatedMessage.phone.in_(phones), SimulatedMessage.id > since)
    return [_as_shown(session, message) for message in session.scalars(rows.order_by(SimulatedMessage.id))]


def _as_shown(session: Session, message: SimulatedMessage) -> dict[str, Any]:
    shown = as_received(session, message)
    media = message.content.get("media")
    return {
        **shown,
        "phone": shown.pop("to"),
        "direction": message.direction,
        "media": media,
        "buttons": shown["buttons"] or [],
        "rows": shown["rows"] or [],
        "status": shown["status"] if message.direction == "out" else "read",
    }


def _screens(database: Database, phones: list[str], since: int) -> dict[str, Any]:
    with database.write() as session:
        messages = _messages(session, phones, since)
        last = select(SimulatedMessage).where(SimulatedMessage.phone.in_(phones), SimulatedMessage.direction == "out")
        recent = list(session.scalars(last.order_by(SimulatedMessage.id.desc()).limit(STATUSES)))
        _mark_read(session, [message.outbox_id for message in recent if message.outbox_id])
        return {
            "now": clock.now(session).astimezone(clock.JAKARTA).isoformat(),
            "standing": clock.simulated(session) is not None,
            "messages": messages,
            "statuses": {message.id: as_received(session, message)["status"] for message in recent},
        }


def _mark_read(session: Session, outbox_ids: list[int]) -> None:
    """Somebody looks at the screen."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(outbox_ids), OutboxMessage.delivery == "sent")
        .values(delivery="read")
        .execution_options(synchronize_session="fetch")
    )
