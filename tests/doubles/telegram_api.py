"""A Bot API on a loopback port: it checks what Telegram checks, records every call and fails when told to.

Written from core.telegram.org/bots/api (making requests, getting updates, setWebhook, sendMessage, sendPhoto).
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from itertools import count
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.doubles import wire
from tests.doubles.wire import Fault, Json, Script, as_json, play, serve, with_transport

TOKEN = "7000000001:AAH-synthetic_token_of_the_double_000000"


@dataclass(frozen=True)
class Call:
    """One request as the API understood it; parameters that are JSON are decoded."""

    method: str
    params: Json
    files: dict[str, bytes] = field(default_factory=dict)


def refused(status: int, description: str, **parameters: int) -> Fault:
    """The API's own error answer."""
    answer: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return Fault(status, as_json(answer))


def throttled(retry_after: int) -> Fault:
    """Too many messages."""
    return refused(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
DEACTIVATED = refused(403, "Forbidden: user is deactivated")
NEVER_STARTED = refused(403, "Forbidden: bot can't initiate conversation with a user")
CHAT_NOT_FOUND = refused(400, "Bad Request: chat not found")
MIGRATED = refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009000000001)
UNREADABLE = refused(400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 5")
BAD_PICTURE = refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
NOT_FOUND = refused(404, "Not Found")
UNAUTHORIZED = refused(401, "Unauthorized")
CONFLICT = refused(409, "Conflict: terminated by other getUpdates request")
INTERNAL = refused(500, "Internal Server Error")


class Refusal(wire.Refusal):
    """The call is wrong; the message is Telegram's description."""

    def __init__(self, description: str, status: int = 400) -> None:
        super().__init__(description, refused(status, description))


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
        self.delivered: list[tuple[str, str]] = []  # chat and words of every message that was taken
        self.token = TOKEN
        self._script = Script()
        self._updates: list[Json] = []
        self._allowed: list[str] = []
        self._update_ids = count(500_000_001)
        self._message_ids = count(1)
        self._latest_poll = next(self._polls)
        self._pressed: set[str] = set()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of ``method`` end so, one fault each."""
        self._script.add(method.lower(), *faults)

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
        if f"bot{self.token}" != request.path_params["bot"]:
            return wire.respond(UNAUTHORIZED)
        self.calls.append(call)
        return await play(request, self._script.next(call.method.lower()), lambda: self._answer_to(call))

    async def _answer_to(self, call: Call) -> Json:
        return {"ok": True, "result": await self._result(call)}

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
        words = str(content.get("text") or call.params.get("caption", ""))
        _check_entities([*call.params.get("entities", []), *call.params.get("caption_entities", [])], words)
        if call.params.get("parse_mode", "HTML") not in ("HTML", "Markdown", "MarkdownV2"):
            raise Refusal("Bad Request: unsupported parse_mode")
        chat = {"id": int(call.params["chat_id"]), "type": "private", "first_name": "Contoh"}
        self.delivered.append((call.params["chat_id"], words))
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


def _check_entities(entities: list[Json], words: str) -> None:
    """Telegram leaves out what lies beyond the words; for us that is a mistake."""
    size = len(words.encode("utf-16-le")) // 2
    if any(entity["offset"] + entity["length"] > size for entity in entities):
        raise Refusal("Bad Request: entity beyond the end of the message")


async def _read(request: Request) -> Call:
    body, content_type = await request.body(), request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        return Call(request.path_params["method"], json.loads(body))
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
    for name in [name for name, value in fields.items() if value.startswith("attach://")]:
        files[name] = files.pop(fields.pop(name).removeprefix("attach://"))  # it stood in a part of another name
    return fields, files


def _decoded(name: str, value: str) -> Any:
    if name in ("text", "caption", "chat_id", "callback_query_id", "secret_token", "url"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


@contextmanager
def serve_telegram_api() -> Iterator[TelegramApi]:
    """Run the double on a free loopback port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = TelegramApi(f"http://127.0.0.1:{listener.getsockname()[1]}/bot")
        app = Starlette(routes=[Route("/{bot}/{method}", api.answer, methods=["POST"])])
        with serve(with_transport(app), listener):
            yield api
            api.closing = True
