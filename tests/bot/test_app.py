"""The public application: webhooks that store before they answer, health, metrics, and a message's whole way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot import app as application
from bot.app import LARGEST_BODY, Check, Parts, create_app
from bot.channel import Channel, Inbound
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.telegram import TelegramChannel
from registry import sealing, texts
from registry.db import Database
from tests.bot.conftest import TELEGRAM_SECRET, telegram_payload
from tests.bot.fakes import FakeChannel, FakeRasa, inbox_rows, outbox_rows, understood
from tests.doubles.telegram_api import TelegramApi

pytestmark = pytest.mark.anyio
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
POSTED = Inbound("whatsapp", "w1", "+6281200090001", datetime(2026, 11, 21, tzinfo=UTC), text="halo")


class Site:
    """The application with a fake Rasa, and callers from near and far."""

    def __init__(self, database: Database) -> None:
        self.database, self.rasa, self.channel = database, FakeRasa(), FakeChannel()
        self.outbox = Outbox(database, lambda row: self.channels.get(row.channel))
        self.inbox = Inbox(database, self.rasa, self.outbox.wake.set)
        self.channels: dict[str, Channel] = {"whatsapp": self.channel}
        self.checks: dict[str, Check] = {}
        self.stored: list[list[Inbound]] = []

    def app(self, **more: Any) -> Starlette:
        webhooks = {f"/{name}": channel for name, channel in self.channels.items()}
        return create_app(Parts(self.inbox, self.outbox, webhooks, self.checks, **more))

    def caller(self, host: str = "127.0.0.1", app: Starlette | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app or self.app(), client=(host, 50000))
        return httpx.AsyncClient(transport=transport, base_url="http://kawal")

    async def post(self, path: str, content: bytes = b"{}", **headers: str) -> httpx.Response:
        async with self.caller("203.0.113.9") as client:
            return await client.post(path, content=content, headers=headers)


@pytest.fixture
def site(database: Database) -> Site:
    return Site(database)


# ---------------------------------------------------------------- webhooks


async def test_message_is_stored_before_the_provider_has_its_answer(site: Site) -> None:
    site.channel.posted = [POSTED]
    response = await site.post("/whatsapp")
    assert (response.status_code, response.text) == (200, "ok")
    assert [row.external_index for row in inbox_rows(site.database)] == [sealing.index("message", "w1")]
    assert site.rasa.asked == []


async def test_provider_gets_no_200_when_nothing_could_be_stored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_inbounds: list[Inbound]) -> list[int]:
        raise OSError("disk full")

    monkeypatch.setattr(site.inbox, "store", fail)
    with pytest.raises(OSError, match="disk full"):
        await site.post("/whatsapp")


async def test_press_is_acknowledged_after_the_provider_has_its_answer(site: Site) -> None:
    seen: list[list[Inbound]] = []

    async def note(inbounds: list[Inbound]) -> None:
        assert inbox_rows(site.database)
        seen.append(inbounds)

    site.channel.posted = [POSTED]
    async with site.caller(app=site.app(after_storing=note)) as client:
        assert (await client.post("/whatsapp", content=b"{}")).status_code == 200
    assert seen == [[POSTED]]


@pytest.mark.parametrize(
    ("genuine", "readable", "size", "status"),
    [
        pytest.param(True, True, LARGEST_BODY, 200, id="as large as may be"),
        pytest.param(True, True, LARGEST_BODY + 1, 413, id="too large"),
        pytest.param(False, True, LARGEST_BODY + 1, 413, id="too large and forged"),
        pytest.param(True, False, 10, 400, id="not understood"),
        pytest.param(False, True, 10, 403, id="forged"),
        pytest.param(False, False, 10, 403, id="forged and not understood"),
    ],
)
async def test_webhook_answers_as_the_post_deserves(
    site: Site, genuine: bool, readable: bool, size: int, status: int
) -> None:
    site.channel.genuine, site.channel.posted = genuine, [POSTED] if readable else None
    response = await site.post("/whatsapp", b"x" * size)
    assert response.status_code == status
    assert len(inbox_rows(site.database)) == (status == 200)


async def test_body_is_not_read_to_its_end_when_it_is_too_large(site: Site) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100:
            sent += 1
            yield b"x" * 1024 * 1024

    async with site.caller() as client:
        response = await client.post("/whatsapp", content=endless())
    assert response.status_code == 413
    assert sent < 10


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/whatsapp", 405), ("GET", "/nowhere", 404), ("POST", "/telegram", 404), ("PUT", "/healthz", 405)],
)
async def test_other_addresses_say_nothing(site: Site, method: str, path: str, status: int) -> None:
    async with site.caller() as client:
        assert (await client.request(method, path)).status_code == status


# ---------------------------------------------------------------- health and metrics


async def well() -> bool:
    return True


async def ill() -> bool:
    return False


async def broken() -> bool:
    raise RuntimeError("password=rahasia")


async def slow() -> bool:
    await asyncio.sleep(60)
    return True


@pytest.mark.parametrize(
    ("check", "status"),
    [pytest.param(well, 200, id="well"), pytest.param(ill, 503, id="ill"), pytest.param(broken, 503, id="raises"),
     pytest.param(slow, 503, id="slow")],
)  # fmt: skip
async def test_health_tells_one_line_per_part(
    site: Site, monkeypatch: pytest.MonkeyPatch, check: Callable[[], Any], status: int
) -> None:
    monkeypatch.setattr(application, "CHECK_S", 0.1)
    site.checks = {"database": well, "rasa": check}
    async with site.caller("203.0.113.9") as client:
        response = await client.get("/healthz")
    assert response.status_code == status
    assert [json.loads(line) for line in response.text.splitlines()] == [
        {"part": "database", "ok": True},
        {"part": "rasa", "ok": status == 200},
    ]
    assert "rahasia" not in response.text


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("::1", 200), ("203.0.113.9", 404), ("10.0.0.7", 404), ("testclient", 404)]
)
async def test_metrics_are_for_loopback_callers(site: Site, host: str, status: int) -> None:
    async with site.caller(host) as client:
        response = await client.get("/metrics")
    assert response.status_code == status
    assert ("python_info" in response.text) is (status == 200)


# ---------------------------------------------------------------- the life of the application


async def test_parts_start_and_stop_with_the_application(site: Site) -> None:
    seen: list[str] = []

    async def start() -> None:
        seen.append("start")

    async def work() -> None:
        seen.append("work")
        try:
            await asyncio.sleep(60)
        finally:
            seen.append("cancelled")

    async def stop() -> None:
        seen.append("stop")

    app = site.app(on_start=(start,), background=(work,), on_stop=(stop,))
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0.05)
    assert seen == ["start", "work", "cancelled", "stop"]


async def until(there: Callable[[], Any]) -> None:
    async with asyncio.timeout(15):
        while not there():
            await asyncio.sleep(0.02)


async def test_telegram_update_is_answered_over_the_wire(
    site: Site, channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    site.channels = {"telegram": channel}
    app = site.app()
    async with app.router.lifespan_context(app), site.caller("149.154.160.1", app) as client:
        response = await client.post("/telegram", json=telegram_payload("text"), headers=HEADERS)
        assert response.status_code == 200
        assert [row.channel for row in inbox_rows(site.database)] == ["telegram"]
        await until(lambda: len(telegram_api.called("sendMessage")) == 2)
        again = await client.post("/telegram", json=telegram_payload("text"), headers=HEADERS)
        assert again.status_code == 200
        await until(lambda: all(row.status == "done" for row in inbox_rows(site.database)))
    calls = telegram_api.called("sendMessage")
    assert {call.params["chat_id"] for call in calls} == {"700000101"}
    assert [call.params["text"] for call in calls] == [
        "jawaban: Bu saya hamil 5 bulan, kapan periksa?", texts.say("utter_ask_phone").text,
    ]  # fmt: skip
    assert calls[1].params["reply_markup"]["keyboard"][0][0]["request_contact"] is True
    assert len(inbox_rows(site.database)) == 1
    assert {row.status for row in outbox_rows(site.database)} == {"sent"}


@pytest.mark.parametrize(
    "secret", ["", "wrong", TELEGRAM_SECRET.upper(), "rahasiå"], ids=["none", "wrong", "case", "å"]
)
async def test_telegram_update_is_refused_when_the_secret_is_wrong(
    site: Site, channel: TelegramChannel, secret: str
) -> None:
    site.channels = {"telegram": channel}
    async with site.caller() as client:
        headers = [(b"x-telegram-bot-api-secret-token", secret.encode("latin-1"))]
        response = await client.post("/telegram", json=telegram_payload("text"), headers=headers)
    assert response.status_code == 403
    assert inbox_rows(site.database) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe"], ids=repr)
async def test_telegram_post_is_400_when_it_is_no_update(site: Site, channel: TelegramChannel, body: bytes) -> None:
    site.channels = {"telegram": channel}
    assert (await site.post("/telegram", body, **HEADERS)).status_code == 400


async def test_danger_is_answered_over_the_wire_when_rasa_is_away(
    site: Site, channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    site.rasa.away = True
    site.rasa.answer = lambda _: understood("never said")
    site.channels = {"telegram": channel}
    update = telegram_payload("text")
    update["message"]["text"] = "tolong bu saya keluar darah banyak sekarang"
    await site.post("/telegram", json.dumps(update).encode(), **HEADERS)
    await site.inbox.drain()
    await site.outbox.drain()
    assert "119" in telegram_api.called("sendMessage")[0].params["text"]
