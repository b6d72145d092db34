"""The action server: a small ASGI app around rasa-sdk's executor, for loopback callers who know the secret.

The SDK's own server listens everywhere, asks nobody, and answers a crash with the whole conversation.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_log = structlog.get_logger(__name__)


CallStaff = Callable[[str], None]


def create_app(executor: ActionExecutor, secret: str, call_staff: CallStaff | None = None) -> Starlette:
    """Routes: POST / (an action call of Rasa's) and GET /health.

    ``call_staff`` asks staff to answer the contact with this uid, when an action has failed her.
    """

    async def call(request: Request) -> Response:
        given = request.headers.get("x-kawal-secret", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return JSONResponse({"error": "forbidden"}, status_code=403)
        try:
            body = await request.json()
        except ValueError:
            return JSONResponse({"error": "not JSON"}, status_code=400)
        return await run(executor, body, call_staff)

    async def health(_request: Request) -> Response:
        return JSONResponse({"actions": len(executor.actions)})

    return Starlette(
        routes=[
            Route("/", call, methods=["POST"]),
            Route("/health", health),
        ]
    )


async def run(executor: ActionExecutor, body: dict[str, Any], call_staff: CallStaff | None = None) -> Response:
    """Run one action; whatever goes wrong becomes an answer Rasa can go on with.

    A database that is away is no answer at all (503): the message then waits in the inbox instead of being lost.
    """
    name = str(body.get("next_action"))
    try:
        result = await executor.run(body)
    except ActionExecutionRejection as rejection:
        return JSONResponse({"error": str(rejection), "action_name": rejection.action_name}, status_code=400)
    except ActionNotFoundException:
        return JSONResponse({"error": "no such action", "action_name": name}, status_code=404)
    except OperationalError:
        _log.exception("database_away", action=name)
        return JSONResponse({"error": "database away", "action_name": name}, status_code=503)
    except Exception:
        # The edge of this process: she gets a sentence, staff a line in the log, nobody the conversation.
        _log.exception("action_failed", action=name, sender=body.get("sender_id"))
        await _call_staff(call_staff, str(body.get("sender_id")))
        return JSONResponse({"events": _way_out(name), "responses": [{"response": "utter_system_error"}]})
    return JSONResponse(result.model_dump() if result else {})


def _way_out(action: str) -> list[dict[str, Any]]:
    """A form whose own action fails would be asked for its next step again and again: it ends, what was told stays."""
    if not action.startswith("validate_"):
        return []
    return [{"event": "slot", "timestamp": None, "name": "requested_slot", "value": None}]


async def _call_staff(call_staff: CallStaff | None, sender: str) -> None:
    """What utter_system_error promises; a failure here must not cost her that sentence too."""
    if call_staff is None:
        return
    try:
        await asyncio.to_thread(call_staff, sender)
    except Exception:
        _log.exception("staff_not_called", sender=sender)
