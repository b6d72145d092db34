"""Rasa over HTTP: one call per message, with a deadline. An empty answer is a failure, never silence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import httpx

ONE_MESSAGE = 1000  # characters; WhatsApp shows 1,024 above buttons


class NotUnderstoodError(Exception):
    """Rasa or the action server did not do its part; the message must be tried again."""


@dataclass(frozen=True)
class Reply:
    """One message that Rasa wants said."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    image: str | None = None


@dataclass(frozen=True)
class Understanding:
    """What was understood and what is to be said."""

    replies: tuple[Reply, ...]
    intent: str
    confidence: float
    entities: tuple[dict[str, Any], ...] = ()
    danger: dict[str, Any] = field(default_factory=dict)

    @property
    def asks_whether_now(self) -> bool:
        """The pipeline is not sure of a danger sign: she must be asked."""
        return self.danger.get("certainty") == "ask"


class Rasa:
    """The conversation engine behind its loopback address."""

    def __init__(self, client: httpx.AsyncClient, url: str, secret: str, deadline_s: float) -> None:
        self._client, self._url, self._secret, self._deadline = client, url, secret, deadline_s

    async def understand(self, sender: str, text: str, metadata: dict[str, Any]) -> Understanding:
        """Hand over one masked message of an opaque sender.

        Raises:
            NotUnderstoodError: no answer in time, an error, or an answer with nothing in it.
        """
        body = {"sender": sender, "text": text, "metadata": metadata}
        try:
            response = await self._client.post(
                f"{self._url}/webhooks/kawal/turn",
                json=body,
                headers={"x-kawal-secret": self._secret},
                timeout=self._deadline,
            )
            response.raise_for_status()
            return _read(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotUnderstoodError(type(error).__name__) from error

    async def answers(self) -> bool:
        """Whether the process is there."""
        try:
            return (await self._client.get(f"{self._url}/webhooks/kawal/", timeout=2.0)).status_code == 200
        except httpx.HTTPError:
            return False


def _read(body: dict[str, Any]) -> Understanding:
    parse = body["parse"]
    intent = parse["intent"]
    replies = _replies(body["messages"])
    found = Understanding(
        replies,
        intent["name"],
        float(intent["confidence"]),
        tuple(parse.get("entities", [])),
        parse.get("danger") or {},
    )
    if not replies and not found.asks_whether_now:
        raise NotUnderstoodError("nothing to say")
    return found


def _replies(messages: list[dict[str, Any]]) -> tuple[Reply, ...]:
    """Rasa tells a picture apart from its words, right behind them."""
    found: list[Reply] = []
    for message in messages:
        if (message.get("text") or "").strip():
            found.append(_reply(message))
        elif message.get("image") and found:
            found[-1] = replace(found[-1], image=message["image"])
    return tuple(found)


def _reply(message: dict[str, Any]) -> Reply:
    buttons = tuple((b["title"], b["payload"]) for b in message.get("buttons", []))
    return Reply(message["text"].strip(), buttons, message.get("image"))


def joined(replies: tuple[Reply, ...]) -> list[Reply]:
    """Fewer, fuller messages: a text and what follows it become one, as long as a phone shows it with its buttons."""
    whole: list[Reply] = []
    for reply in replies:
        last = whole[-1] if whole else None
        plain = last is not None and not last.buttons and not last.image and not reply.image
        if last is not None and plain and len(last.text) + len(reply.text) < ONE_MESSAGE:
            whole[-1] = Reply(f"{last.text}\n\n{reply.text}", reply.buttons)
        else:
            whole.append(reply)
    return whole
