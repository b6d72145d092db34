"""The way from the bot into Rasa: one call answers with what was understood and what is to be said.

Rasa's own REST channel tells only the answers; the bot also needs the parse, and must tell "nothing to say" from
"the action server failed".
"""

from __future__ import annotations

import hmac
import os
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

PARSE_FIELDS = ("intent", "intent_ranking", "entities", "danger", "health_topic")


class WholeMessages(CollectingOutputChannel):
    """Keeps a message in one piece; Rasa's own channels cut at blank lines."""

    async def send_text_message(self, recipient_id: Text, text: Text, **kwargs: Any) -> None:
        """Collect it."""
        await self._persist_message(self._message(recipient_id, text=text))


class BotChannel(InputChannel):
    """POST /webhooks/kawal/turn {sender, text, metadata} -> {messages, parse}; …/parse {text} -> parse alone."""

    @classmethod
    def name(cls) -> Text:
        """Its part of the address."""
        return "kawal"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; whoever does not know the secret learns only that we are here."""
        turns = Blueprint("kawal_turns", __name__)

        @turns.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = agent is not None and agent.is_ready()  # Rasa also serves when it could not load its model
            return response.json({"ready": ready}, status=200 if ready else 503)

        @turns.route("/parse", methods=["POST"])
        async def parse(request: Request) -> HTTPResponse:
            if not _knows_secret(request):
                return response.json({"error": "forbidden"}, status=403)
            return response.json(_parse(await request.app.ctx.agent.parse_message(request.json["text"])))

        @turns.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            if not _knows_secret(request):
                return response.json({"error": "forbidden"}, status=403)
            body = request.json
            store = request.app.ctx.agent.tracker_store
            metadata = {**(body.get("metadata") or {}), "question": await _open_question(store, body["sender"])}
            collector = WholeMessages()
            await on_new_message(
                UserMessage(body["text"], collector, body["sender"], input_channel=self.name(), metadata=metadata)
            )
            tracker = await store.retrieve(body["sender"])
            found = tracker.latest_message.parse_data if tracker and tracker.latest_message else {}
            return response.json({"messages": _messages(collector.messages), "parse": _parse(found)})

        return turns


def _knows_secret(request: Request) -> bool:
    given = request.headers.get("x-kawal-secret", "")  # compared as bytes: letters beyond ASCII would raise
    return hmac.compare_digest(given.encode("utf-8", "replace"), os.environ["KAWAL_INTERNAL_SECRET"].encode())


async def _open_question(store: TrackerStore, sender: Text) -> Optional[Text]:
    """What the bot has asked last, so that the classifier may lean towards an answer."""
    tracker = await store.retrieve(sender)
    return tracker.get_slot("requested_slot") or tracker.get_slot("waiting_for") if tracker else None


def _messages(messages: List[Dict[Text, Any]]) -> List[Dict[Text, Any]]:
    return [{name: value for name, value in message.items() if name != "recipient_id"} for message in messages]


def _parse(parse: Optional[Dict[Text, Any]]) -> Dict[Text, Any]:
    return {name: parse[name] for name in PARSE_FIELDS if name in parse} if parse else {}
