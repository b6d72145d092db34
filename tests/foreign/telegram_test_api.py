"""telegram-test-api (npm): a Bot API with polling. People write through its client interface, as its own client does.

It knows getMe, getUpdates, sendMessage, editMessageText, answerCallbackQuery, setWebhook and deleteWebhook.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from command.stack import free_port
from tests.foreign.programs import node, running

Json = dict[str, Any]


class TelegramTestApi:
    """The running double: what its people do, and what it keeps."""

    def __init__(self, url: str) -> None:
        self.base_url = f"{url}/bot"  # as python-telegram-bot wants it: the token is appended
        self._client = httpx.Client(base_url=url, trust_env=False)

    def say(self, token: str, chat: int, text: str | None = None, **content: Any) -> None:
        """Somebody writes to the bot."""
        words = {} if text is None else {"text": text}
        self._post("/sendMessage", {**_person(token, chat), **words, **content})

    def press(self, token: str, chat: int, data: str) -> None:
        """Somebody presses a button of the bot."""
        person = _person(token, chat)
        self._post("/sendCallback", {**person, "message": {key: person[key] for key in ("from", "chat")}, "data": data})

    def received(self, token: str, chat: int) -> list[Json]:
        """What the bot has sent to somebody, oldest first, in the double's own words."""
        kept = [entry.get("message", {}) for entry in self._history(token)]
        return [message for message in kept if str(message.get("chat_id")) == str(chat)]

    def unread(self, token: str) -> list[Json]:
        """What people said that the bot has not fetched yet."""
        return [
            entry for entry in self._history(token) if "chat_id" not in entry.get("message", {}) and not entry["isRead"]
        ]

    def _history(self, token: str) -> list[Json]:
        kept: list[Json] = self._post("/getUpdatesHistory", {"token": token})["result"]
        return kept

    def close(self) -> None:
        """Shut the connection to it."""
        self._client.close()

    def _post(self, path: str, body: Json) -> Json:
        answer: Json = self._client.post(path, json=body).raise_for_status().json()
        return answer


def _person(token: str, chat: int) -> Json:
    name = {"first_name": "Siti", "username": "siti_contoh"}
    return {
        "botToken": token,
        "date": int(time.time()),
        "from": {"id": chat, "is_bot": False, **name},
        "chat": {"id": chat, "type": "private", "title": "Siti", **name},
    }


@contextmanager
def serve_telegram_test_api(folder: Path) -> Iterator[TelegramTestApi]:
    """Run it until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    started = running(node("telegram_server.cjs", str(port)), folder, f"{url}/bot1:a/getMe", {})
    with started, closing(TelegramTestApi(url)) as double:
        yield double
