"""WhatsApp: webhook posts in, messages out, through the Cloud API with pywa's client (not its server)."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from pywa.types.callback import Button, ContactInfoRequestButton, Section, SectionList, SectionRow
from pywa_async.client import WhatsApp

from bot.channel import Channel, Delivery, Inbound, Outbound, Rejected, Unreachable
from bot.rendering import WHATSAPP, length, render
from bot.whatsapp_errors import error_for, translated
from bot.whatsapp_updates import BSUID, CHANNEL, Notice, read, read_notices

_BLANKS = re.compile(r"\s+")
_log = structlog.get_logger(__name__)


def make_client(
    token: str,
    phone_id: str,
    base_url: str | None = None,
    *,
    business_id: str | None = None,
    timeout_s: float = 10.0,
) -> WhatsApp:
    """A client over aiohttp's connections, at most 100 at once; ``WhatsAppChannel.close`` shuts them.

    ``base_url`` stands in for Meta's and ends in the version, as in http://127.0.0.1:8000/v26.0.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs every address
    logging.getLogger("pywa").setLevel(logging.ERROR)  # below, it logs numbers, words and advice about its constructor
    transport = AiohttpTransport(limits=httpx.Limits(max_connections=100, keepalive_expiry=30))
    session = httpx.AsyncClient(transport=transport, timeout=timeout_s)
    client = WhatsApp(phone_id, token, session=session, waba_id=business_id)
    if base_url is not None:
        _session(client).base_url = httpx.URL(base_url)
    return client


def _session(client: WhatsApp) -> httpx.AsyncClient:
    """The client's network; pywa keeps it private and writes Meta's address into it, hence ``pywa~=4.5.0``."""
    session: httpx.AsyncClient = client.api._session
    return session


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """What proves to Meta that the webhook is ours; None for anybody who does not know the word agreed on."""
    given = query.get("hub.verify_token", "").encode(errors="surrogatepass")
    is_known = bool(verify_token) and hmac.compare_digest(given, verify_token.encode())
    return query.get("hub.challenge", "") if is_known and query.get("hub.mode") == "subscribe" else None


class WhatsAppChannel(Channel):
    """Mothers who write to the number on WhatsApp.

    Args:
        client: made by ``make_client``; its network is shut by ``close``.
        app_secret: signs every webhook post; with an empty one nothing is believed.
        verify_token: the word Meta says when the webhook is set up; with an empty one it cannot be.
        list_label: the words on the button that opens a list, 1 to 20 characters.
        on_notice: told what concerns our account (a template paused, quality fallen); must not block.
        language: of the templates.
        now: the clock for a message without a time.
    """

    name = CHANNEL
    reports = True

    def __init__(
        self,
        client: WhatsApp,
        app_secret: str,
        *,
        verify_token: str = "",
        list_label: str,
        on_notice: Callable[[Notice], None] | None = None,
        language: str = "id",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not 1 <= length(list_label) <= WHATSAPP.list_label:
            raise ValueError("the label of a list has 1 to 20 characters")
        self._client = client
        self._phone_id = str(client.phone_id)
        self._app_secret = app_secret.encode()
        self._verify_token = verify_token
        self._list_label = list_label
        self._on_notice = on_notice
        self._language = language
        self._now = now

    async def close(self) -> None:
        """Shut the connections; the client cannot be used again."""
        await _session(self._client).aclose()

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Meta signed these very bytes with the app's secret."""
        signature = hmac.new(self._app_secret, body, hashlib.sha256).hexdigest()
        given = headers.get("x-hub-signature-256", "").encode(errors="surrogatepass")
        return bool(self._app_secret) and hmac.compare_digest(given, f"sha256={signature}".encode())

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Answer Meta's question whether the webhook is ours."""
        return challenge(query, self._verify_token)

    def receive(self, body: bytes) -> list[Inbound]:
        """Read every message and status of a post; what it says about our account goes to ``on_notice``."""
        try:
            posted = json.loads(body)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        inbounds = [_with_failure(inbound) for inbound in read(posted, self._phone_id, self._now())]
        for notice in read_notices(posted):
            _log.warning("whatsapp_notice", field=notice.field, event_name=notice.event, about=notice.about)
            if self._on_notice is not None:
                self._on_notice(notice)
        return inbounds

    def parts(self, message: Outbound) -> tuple[Outbound, ...]:
        """One that is long, or has many choices, becomes several."""
        return render(message, WHATSAPP)

    async def send(self, message: Outbound) -> Delivery:
        """Hand over one message, as several when it is long."""
        recipient = _recipient(message.to)
        parts = render(message, WHATSAPP)
        if not parts:
            raise Rejected("empty message")
        if not all(_is_payload(payload) for part in parts for payload in _payloads(part)):
            raise Rejected("payload must be 1 to 200 bytes")
        return Delivery(tuple([await self._send_part(part, recipient) for part in parts]))

    async def _send_part(self, part: Outbound, recipient: dict[str, str | None]) -> str:
        if part.image is not None and not part.template:
            kind, content = "image", await self._upload(part.image, part.text)
        else:
            kind, content = self._content(part, recipient)
        with translated():
            answer = await self._client.api.send_message(
                sender=self._phone_id,
                to=recipient["to"],
                recipient=recipient["recipient"],
                recipient_type="individual",
                typ=kind,
                msg=content,
                biz_opaque_callback_data=part.tracker or None,
            )
            return str(answer["messages"][0]["id"])

    async def _upload(self, image: bytes, caption: str) -> dict[str, Any]:
        """Meta takes a picture first and gives a name for it; nothing has been said to her until that is sent."""
        with translated(hands_over=False):
            answer = await self._client.api.upload_media(self._phone_id, image, "image/png", "kawal.png")
            uploaded = {"id": str(answer["id"])}
        return uploaded | ({"caption": caption} if caption else {})

    async def fetch(self, file: str, most: int) -> bytes:
        """A file somebody sent; Meta tells where it lies, for some minutes, and keeps it for some days."""
        with translated(hands_over=False):
            where = await self._client.api.get_media_url(file)
            if int(where.get("file_size") or 0) > most:
                raise Rejected("file_large")
            content = bytearray()
            async with self._client.api.stream_media_bytes(str(where["url"])) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise Unreachable(f"HTTP {answer.status_code}")
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > most:
                        raise Rejected("file_large")
        return bytes(content)

    def _content(self, part: Outbound, recipient: dict[str, str | None]) -> tuple[str, dict[str, Any]]:
        """What Meta calls this kind of message, and what it holds."""
        if part.template:
            return "template", self._template(part.template, part)
        if part.rows:
            rows = [SectionRow(row.title, row.payload, row.description or None) for row in part.rows]
            listed = SectionList(self._list_label, [Section(self._list_label, rows)])
            return "interactive", _interactive("list", part.text, listed.to_dict())
        if part.buttons:
            buttons = [Button(button.title, button.payload).to_dict() for button in part.buttons]
            return "interactive", _interactive("button", part.text, {"buttons": buttons})
        if part.ask_contact and recipient["to"] is None and length(part.text) <= WHATSAPP.body:
            return "interactive", _interactive(
                "request_contact_info", part.text, ContactInfoRequestButton().to_dict()
            )  # whoever writes with a number has proved it already
        return "text", {"body": part.text, "preview_url": False}

    def _template(self, name: str, part: Outbound) -> dict[str, Any]:
        """The template's name with what is filled in: Meta refuses line breaks and empty values there."""
        values = [_BLANKS.sub(" ", value).strip() for value in part.template_values]
        if not all(values):
            raise Rejected("empty template value")
        parameters = [{"type": "text", "text": value} for value in values]
        components: list[dict[str, Any]] = [{"type": "body", "parameters": parameters}] if values else []
        components += [_template_button(index, button.payload) for index, button in enumerate(part.buttons)]
        template: dict[str, Any] = {"name": name, "language": {"code": self._language}}
        return template | ({"components": components} if components else {})


def _with_failure(inbound: Inbound) -> Inbound:
    """A report of failure, with what its code asks of us."""
    if inbound.status != "failed":
        return inbound
    code = inbound.error or ""
    return replace(inbound, failure=error_for(int(code)) if code.isdecimal() else Rejected("no_code"))


def _recipient(address: str) -> dict[str, str | None]:
    """Meta has one field for a phone and one for the id she has towards our business."""
    if re.fullmatch(r"\+[0-9]{8,15}", address):
        return {"to": address, "recipient": None}
    if BSUID.fullmatch(address):
        return {"to": None, "recipient": address}
    raise Rejected("address is neither a phone nor a user id")


def _payloads(part: Outbound) -> list[str]:
    return [*(button.payload for button in part.buttons), *(row.payload for row in part.rows)]


def _is_payload(payload: str) -> bool:
    return 1 <= len(payload.encode(errors="surrogatepass")) <= WHATSAPP.payload


def _template_button(index: int, payload: str) -> dict[str, Any]:
    """What a template's button sends back, as Meta documents it; pywa writes the sub-type in capitals."""
    parameters = [{"type": "payload", "payload": payload}]
    return {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": parameters}


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "body": {"text": text}, "action": action}
