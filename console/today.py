"""Today: what needs the officer, the most urgent first, alive by server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from console import security, sessions
from console.pages import HOME, Officer, View, number_in, officer_of, page
from registry import access, clock
from registry.casework import worklists
from registry.db import Database
from registry.emergencies import alerts
from registry.messaging import broadcast_approval, broadcast_words
from registry.messaging.audiences import Audience
from registry.models import Alert, AlertRecipient, Broadcast
from registry.rules.alert_pace import Kind, Outcome, pace_of

LOOK_S = 2.0
APPROVALS_SHOWN = 5
A_SIGN_OF_LIFE = 10  # looks, after which something is said even when nothing has changed
LOOKS = 450  # then the browser comes again, and its session is asked for anew
Print = Callable[[Session, Officer, datetime, int], Any]  # the number is that of the address, else 0


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/", show),
        live("/alir", _print),
        page("/peringatan/{id}/ambil", take, methods=["POST"]),
        page("/peringatan/{id}/tutup", conclude, methods=["POST"]),
    ]


def show(view: View) -> Response:
    """The board."""
    board = worklists.board(view.session, view.speaker, view.now)
    if board.alerts.lines:
        view.look(f"alerts:{','.join(str(line.alert.id) for line in board.alerts.lines)}", "alerts_seen")
    standing = clock.simulated(view.session) is not None
    return view.render(
        "today.html", board=board, outcomes=_outcomes(board), standing=standing, approvals=_approvals(view)
    )


def _approvals(view: View) -> list[tuple[Broadcast, str]]:
    """Broadcasts that wait for this officer's yes, each with whom it is for."""
    rows = broadcast_approval.waiting_for(view.session, view.speaker)
    audiences = ((row, Audience.from_json(row.audience)) for row in rows[:APPROVALS_SHOWN])
    return [(row, broadcast_words.who(audience)) for row, audience in audiences]


def _print(session: Session, officer: Officer, now: datetime, _number: int) -> object:
    return worklists.fingerprint(session, officer.speaker, now), broadcast_approval.fingerprint(session)


def _outcomes(board: worklists.Board) -> dict[str, list[str]]:
    """How each kind of alert on the board may end, in the order of the enumeration."""
    kinds = {line.alert.kind for line in (*board.alerts.lines, *board.missed.lines)}
    return {kind: [one.value for one in Outcome if one in pace_of(Kind(kind)).outcomes] for kind in kinds}


def take(view: View) -> Response:
    """She deals with it."""
    row = _alert(view)
    decision = alerts.take(view.session, row, _recipient(view, row), view.now, None)
    return _back(view, row, "peringatan_dipegang" if decision.accepted else "ditolak")


def conclude(view: View) -> Response:
    """She says how it ended."""
    row, said = _alert(view), view.form.get("outcome", "")
    if said not in {one.value for one in pace_of(Kind(row.kind)).outcomes}:
        return _back(view, row, "ditolak")
    by = _recipient(view, row)
    alerts.take(view.session, row, by, view.now, None)
    decision = alerts.conclude(view.session, row, Outcome(said), by, view.now, None)
    closed = decision.accepted and row.status == "closed"
    return _back(view, row, "ditutup" if closed else "peringatan_tetap" if decision.accepted else "ditolak")


def _back(view: View, row: Alert, flash: str) -> Response:
    """To the board, where this alert stands as long as it is open."""
    answer = view.go(HOME, flash)
    return RedirectResponse(f"{answer.headers['location']}#peringatan-{row.id}", status_code=303)


def _alert(view: View) -> Alert:
    row = view.session.get(Alert, view.number())
    if row is None or not access.may_see_place(view.session, view.speaker, row.village_code):
        raise HTTPException(404)
    view.note("alert_handled", f"alert:{row.id}")
    return row


def _recipient(view: View, row: Alert) -> AlertRecipient:
    """Whoever acts is among those who were called from now on."""
    staff = view.officer.staff
    found = alerts.recipient_of(row, view.speaker)
    if found is None:
        role = "midwife" if staff.duty == "midwife" and staff.unit == "puskesmas" else staff.unit
        found = AlertRecipient(phone=staff.phone, phone_index=staff.phone_index, role=role)
        row.recipients.append(found)
        view.session.flush()
    return found


def live(path: str, fingerprint: Print) -> Route:
    """Server-sent events: "changed" whenever the fingerprint does. Ends with the officer's session."""

    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(security.COOKIE, "")
        if await run_in_threadpool(_look, request, token, fingerprint) is None:
            raise HTTPException(403)
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return StreamingResponse(
            _events(request, token, fingerprint), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
        )

    return Route(f"{security.PATH}{path}", endpoint)


async def _events(request: Request, token: str, fingerprint: Print) -> AsyncIterator[str]:
    yield "retry: 4000\nevent: hello\ndata: 1\n\n"
    seen = await run_in_threadpool(_look, request, token, fingerprint)
    for number in range(1, LOOKS + 1):
        await asyncio.sleep(LOOK_S)
        found = await run_in_threadpool(_look, request, token, fingerprint)
        if found is None:
            yield "event: changed\ndata: 0\n\n"  # the page finds out that she is signed out
            return
        if found != seen:
            seen = found
            yield "event: changed\ndata: 1\n\n"
        elif number % A_SIGN_OF_LIFE == 0:
            yield ": \n\n"


def _look(request: Request, token: str, fingerprint: Print) -> str | None:
    """What the part looks like now; None when the session has ended. Looking keeps no session awake."""
    database: Database = request.app.state.database
    with database.read() as session:
        row = sessions.find(session, token, datetime.now(UTC))
        if row is None or row.stage != "full":
            return None
        number = number_in(str(request.path_params.get("id", "0")))
        if number is None:
            return None
        found = fingerprint(session, officer_of(row), clock.now(session), number)
        return None if found is None else repr(found)
