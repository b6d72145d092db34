"""A Bot API on a loopback port: it checks what Telegram checks, records every call and fails when told to.

Written from core.telegram.org/bots/api (making requests, getting updates, setWebhook, sendMessage, sendPhoto).
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from itertools import count
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

TOKEN = "7000000001:AAH-synthetic_token_of_the_double_000000"
Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request as the API understood it; parameters that are JSON are decoded."""

    method: str
    params: Json
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of an answer; with only a delay the answer comes late."""

    status: int = 200
    body: bytes = b""
    delay_s: float = 0.0
    drop: bool = False

    @classmethod
    def error(cls, status: int, description: str, **parameters: int) -> Fault:
        """Build the API's own error answer."""
        answer: Json = {"ok": False, "error_code": status, "description": description}
        if parameters:
            answer["parameters"] = parameters
        return cls(status, json.dumps(answer).encode())


def throttled(retry_after: int) -> Fault:
    """Too many messages."""
    return Fault.error(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


BLOCKED = Fault.error(403, "Forbidden: bot was blocked by the user")
CHAT_NOT_FOUND = Fault.error(400, "Bad Request: chat not found")
MIGRATED = Fault.error(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009000000001)
UNAUTHORIZED = Fault.error(401, "Unauthorized")
CONFLICT = Fault.error(409, "Conflict: terminated by other getUpdates request")
INTERNAL = Fault.error(500, "Internal Server Error")
BAD_GATEWAY = Fault(502, b"<html><h1>502 Bad Gateway</h1></html>")
DROPPED = Fault(drop=True)


class Refusal(Exception):
    """The call is wrong; the message is Telegram's description."""

    def __init__(self, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.fault = Fault.error(status, description)


class TelegramApi:
    """The double's state and its controls; safe to use from the test's thread."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url  # as python-telegram-bot wants it: the token is appended
        self.closing = False
        self._polls = count(1)
        self.reset()
        self._methods: dict[str, Callable[[Call], Any]] = {
            "getme": lambda _: {"id": 7000000001, "is_bot": True, "first_name": "Kawal", "username": "KawalUjiBot"},
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "sendchataction": lambda _: True,
            "answercallbackquery": self._answer_callback_query,
            "setmycommands": self._set_my_commands,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
        }

    def reset(self) -> None:
        """Forget everything, as if newly started; whoever still waits for updates is sent away."""
        self.calls: list[Call] = []
        self.webhook: Json = {}
        self.commands: list[Json] = []
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._updates: list[Json] = []
        self._allowed: list[str] = []
        self._update_ids = count(500_000_001)
        self._message_ids = count(1)
        self._latest_poll = next(self._polls)
        self._pressed: set[str] = set()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of ``method`` end so, one fault each."""
        self._faults[method.lower()].extend(faults)

    def called(self, method: str) -> list[Call]:
        """All calls of ``method`` so far, oldest first."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def push(self, *updates: Json) -> list[int]:
        """Put updates in the queue of getUpdates; each gets the next update id unless it brings one."""
        numbered = [self._numbered(update) for update in updates]
        self._updates.extend(numbered)
        return [update["update_id"] for update in numbered]

    def post(self, update: Json) -> httpx.Response:
        """Deliver an update to the registered webhook as Telegram does."""
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        return httpx.post(self.webhook["url"], json=self._numbered(update), headers=headers)

    @property
    def unconfirmed(self) -> list[int]:
        """Ids of the updates that would be delivered again."""
        return [update["update_id"] for update in self._updates]

    def _numbered(self, update: Json) -> Json:
        numbered = {"update_id": next(self._update_ids), **update}
        if "callback_query" in numbered:
            self._pressed.add(numbered["callback_query"]["id"])
        return numbered

    async def answer(self, request: Request) -> Response:
        """Handle one request of a bot."""
        call = await _read(request)
        if f"bot{TOKEN}" != request.path_params["bot"]:
            return _respond(UNAUTHORIZED)
        self.calls.append(call)
        faults = self._faults[call.method.lower()]
        fault = faults.popleft() if faults else Fault()
        await asyncio.sleep(fault.delay_s)
        if fault.drop:
            await _drop(request)
        if fault.status != 200 or fault.body or fault.drop:
            return _respond(fault)
        try:
            return JSONResponse({"ok": True, "result": await self._result(call)})
        except Refusal as refusal:
            return _respond(refusal.fault)

    async def _result(self, call: Call) -> Any:
        if call.method.lower() == "getupdates":
            return await self._get_updates(call)
        if call.method.lower() not in self._methods:
            raise Refusal("Not Found", 404)
        return self._methods[call.method.lower()](call)

    async def _get_updates(self, call: Call) -> list[Json]:
        if self.webhook:
            raise Refusal("Conflict: can't use getUpdates method while webhook is active", 409)
        poll = self._latest_poll = next(self._polls)
        offset, limit = int(call.params.get("offset", 0)), int(call.params.get("limit", 100))
        self._allowed = call.params.get("allowed_updates", self._allowed)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        end = time.monotonic() + int(call.params.get("timeout", 0))
        while not self._waiting() and time.monotonic() < end and not self.closing:
            await asyncio.sleep(0.005)
            if poll != self._latest_poll:
                raise Refusal("Conflict: terminated by other getUpdates request", 409)
        return self._waiting()[:limit]

    def _waiting(self) -> list[Json]:
        return [update for update in self._updates if not self._allowed or set(self._allowed) & update.keys()]

    def _send_message(self, call: Call) -> Json:
        _check_text(call.params.get("text", ""), 4096, "message")
        if not call.params.get("text", "").strip():
            raise Refusal("Bad Request: message text is empty")
        return self._sent(call, text=call.params["text"])

    def _send_photo(self, call: Call) -> Json:
        if not call.files.get("photo"):
            raise Refusal("Bad Request: there is no photo in the request")
        if not call.files["photo"].startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8")):
            raise Refusal("Bad Request: IMAGE_PROCESS_FAILED")
        _check_text(call.params.get("caption", ""), 1024, "message caption")
        photo = {"file_id": "AgAC-double", "file_unique_id": "AQAD-double", "width": 1, "height": 1}
        return self._sent(call, photo=[photo])

    def _sent(self, call: Call, **content: Any) -> Json:
        _check_chat(call.params.get("chat_id"))
        _check_markup(call.params.get("reply_markup"))
        if call.params.get("parse_mode", "HTML") not in ("HTML", "Markdown", "MarkdownV2"):
            raise Refusal("Bad Request: unsupported parse_mode")
        chat = {"id": int(call.params["chat_id"]), "type": "private", "first_name": "Contoh"}
        return {"message_id": next(self._message_ids), "date": int(time.time()), "chat": chat, **content}

    def _answer_callback_query(self, call: Call) -> bool:
        if str(call.params.get("callback_query_id")) not in self._pressed:
            raise Refusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    def _set_my_commands(self, call: Call) -> bool:
        commands = call.params.get("commands", [])
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal("Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal("Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    def _set_webhook(self, call: Call) -> bool:
        url = call.params.get("url", "")
        if not url.startswith(("https://", "http://127.0.0.1:")):  # http: as a Bot API server of one's own allows
            raise Refusal("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", call.params.get("secret_token", "")):
            raise Refusal("Bad Request: secret token contains unallowed characters")
        if not 1 <= int(call.params.get("max_connections", 40)) <= 100:
            raise Refusal("Bad Request: max_connections must be 1-100")
        self.webhook = call.params
        return True

    def _delete_webhook(self, _: Call) -> bool:
        self.webhook = {}
        return True


def _check_text(text: str, limit: int, what: str) -> None:
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise Refusal(f"Bad Request: {what} is too long")


def _check_chat(chat_id: Any) -> None:
    if not re.fullmatch(r"-?\d+", str(chat_id)):
        raise Refusal("Bad Request: chat not found")


def _check_markup(markup: Any) -> None:
    if markup is None:
        return
    if not isinstance(markup, dict):
        raise Refusal("Bad Request: can't parse reply keyboard markup JSON object")
    for row in [*markup.get("inline_keyboard", []), *markup.get("keyboard", [])]:
        if any(not button.get("text", "").strip() for button in row):
            raise Refusal("Bad Request: text buttons are unallowed in the inline keyboard")
    for button in (button for row in markup.get("inline_keyboard", []) for button in row):
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise Refusal("Bad Request: BUTTON_DATA_INVALID")


async def _read(request: Request) -> Call:
    body, content_type = await request.body(), request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        fields, files = _parts(content_type, body)
    else:
        fields, files = dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    return Call(request.path_params["method"], {name: _decoded(name, value) for name, value in fields.items()}, files)


def _parts(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    fields, files = {}, {}
    parsed = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in parsed.walk():
        name = part.get_param("name", header="content-disposition")
        if name is None:
            continue
        content = cast(bytes, part.get_payload(decode=True))
        if part.get_filename():
            files[str(name)] = content
        else:
            fields[str(name)] = content.decode()
    return fields, files


def _decoded(name: str, value: str) -> Any:
    if name in ("text", "caption", "chat_id", "callback_query_id", "secret_token", "url"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _respond(fault: Fault) -> Response:
    kind = "application/json" if fault.body.startswith(b"{") else "text/html"
    return Response(fault.body, fault.status, media_type=kind)


async def _drop(request: Request) -> None:
    """Close the connection without a word, after the request was read."""
    request.scope["transport"].abort()
    await asyncio.sleep(0.02)


def _with_transport(app: Starlette) -> Callable[[Scope, Receive, Send], Any]:
    """Hand uvicorn's connection to the app, so that it can be cut."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        scope["transport"] = cast(Any, send).__self__.transport
        await app(scope, receive, send)

    return serve


@contextmanager
def serve_telegram_api() -> Iterator[TelegramApi]:
    """Run the double on a free loopback port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = TelegramApi(f"http://127.0.0.1:{listener.getsockname()[1]}/bot")
        app = Starlette(routes=[Route("/{bot}/{method}", api.answer, methods=["POST"])])
        with serve(_with_transport(app), listener):
            yield api
            api.closing = True


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
