"""MockPost (PyPI): takes what goes to WhatsApp and Telegram, keeps it, and posts to a webhook what people write.

It knows ``messages`` of the Cloud API (no media, no templates' management), and of the Bot API getMe, sendMessage,
sendPhoto, answerCallbackQuery and setWebhook among others. Whose webhook is posted to, it tells by the token or number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from command.stack import free_port
from tests.foreign.programs import program, running

APP = "kawal"
Json = dict[str, Any]


class MockPost:
    """The running double: what it keeps, and what its people do."""

    def __init__(self, url: str) -> None:
        self.telegram_url = f"{url}/telegram/bot"
        self.whatsapp_url = f"{url}/whatsapp/v26.0"
        self._client = httpx.Client(base_url=url, trust_env=False, headers={"X-MockPost-App": APP})

    def register(self, **credentials: str) -> None:
        """Tell it which token and number are ours, and forget what was."""
        self._client.delete("/api/messages").raise_for_status()
        for row in self.webhooks():
            self._client.delete(f"/api/webhooks/{row['id']}").raise_for_status()
        self._post("/api/apps", {"name": APP, "creds": credentials})

    def post_to(self, channel: str, url: str, secret: str | None = None) -> None:
        """Name the webhook of a channel, as an operator does on its page."""
        self._post("/api/webhooks", {"channel": channel, "target_url": url, "token": secret, "app": APP})

    def webhooks(self) -> list[Json]:
        """The webhooks it knows."""
        return self._get("/api/webhooks")

    def received(self, channel: str, recipient: str | None = None) -> list[Json]:
        """What we sent, oldest first: its rows, with the payload it kept."""
        rows = [
            row for row in self._get("/api/messages", channel=channel, limit="500") if row["direction"] == "outbound"
        ]
        wanted = [row for row in rows if recipient is None or row["recipient"] == recipient]
        return [{**row, "raw_payload": json.loads(row["raw_payload"])} for row in reversed(wanted)]

    def hear_from_whatsapp(self, number_id: str, phone: str, text: str) -> tuple[Json, int]:
        """Somebody writes to our number: the post it makes of that, and what our webhook said to it."""
        return self._deliver("/whatsapp/simulate/incoming", {"phone_number_id": number_id, "from": phone, "text": text})

    def report_from_whatsapp(self, number_id: str, message_id: str, status: str, phone: str) -> tuple[Json, int]:
        """Something became of our message: the post it makes of that, and what our webhook said to it."""
        told = {"phone_number_id": number_id, "message_id": message_id, "status": status, "recipient_id": phone}
        return self._deliver("/whatsapp/simulate/status", told)

    def hear_from_telegram(self, chat: int, text: str) -> tuple[Json, int]:
        """Somebody writes: the update it makes of that, and what our webhook said to it."""
        return self._deliver("/telegram/client/sendMessage", {"chat_id": chat, "text": text, "from_user": "Siti"})

    def sign(self, posted: Json) -> tuple[bytes, str]:
        """The body over which its Meta signs, and the signature; it posts in the wrong header, so we take it along."""
        answer = self._post("/facebook/simulate", {"payload": posted})
        return json.dumps(posted, ensure_ascii=False).encode(), str(answer["signature"])

    def _deliver(self, path: str, body: Json) -> tuple[Json, int]:
        (delivered,) = self._post(path, body)["webhooks_delivered"]
        (kept,) = [row for row in self._get("/api/webhooks/deliveries") if row["id"] == delivered["event_id"]]
        return json.loads(kept["payload"]), int(kept["response_code"])

    def _get(self, path: str, **query: str) -> list[Json]:
        found: list[Json] = self._client.get(path, params=query).raise_for_status().json()
        return found

    def close(self) -> None:
        """Shut the connection to it."""
        self._client.close()

    def _post(self, path: str, body: Json) -> Json:
        answer: Json = self._client.post(path, json=body).raise_for_status().json()
        return answer


@contextmanager
def serve_mockpost(folder: Path) -> Iterator[MockPost]:
    """Run it until the block ends; the doors of its other channels stand on free ports too."""
    port = free_port()
    doors = ("SMTP_PORT", "FTP_PORT", "FTPS_PORT", "FTPS_IMPLICIT_PORT", "SFTP_PORT")
    environment = {f"MOCKPOST_{door}": str(free_port()) for door in doors} | {"MOCKPOST_HTTP_PORT": str(port)}
    url = f"http://127.0.0.1:{port}"
    strict = {"MOCKPOST_STRICT_AUTH": "on", "HOME": str(folder)}
    started = running([program("bin", "mockpost")], folder, f"{url}/health", environment | strict)
    with started, closing(MockPost(url)) as double:
        yield double
