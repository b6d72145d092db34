"""Telegram against MockPost: what it keeps of our calls, and the updates that it makes for our webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest

from bot.channel import Button, Outbound, Rejected
from bot.telegram import TelegramChannel, make_bot
from command.stack import free_port
from registry import texts
from tests.foreign.conftest import StartService
from tests.foreign.mockpost import MockPost
from tests.foreign.service import BUTTONS, CHOICE, Service, eventually

TOKEN, SECRET = "7000000001:AAH-synthetic_token_of_a_double_000", "rahasia_uji-1"
CHAT = 700000101
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(32)
_CHATS = count(700100001)
Json = dict[str, Any]


@pytest.fixture
def telegram(mockpost: MockPost) -> MockPost:
    """Knows our bot's token."""
    mockpost.register(telegram_token=TOKEN)
    return mockpost


@pytest.fixture
async def channel(telegram: MockPost) -> AsyncIterator[TelegramChannel]:
    """Our adapter alone."""
    opened = TelegramChannel(make_bot(TOKEN, telegram.telegram_url), SECRET, contact_title="Bagikan nomor saya")
    yield opened
    await opened.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("outbound", "kept"),
    [
        pytest.param(Outbound(str(CHAT), "Halo Bu"), {"text": "Halo Bu", "reply_markup": None}, id="text"),
        pytest.param(
            Outbound(str(CHAT), "Jadi?", buttons=(Button("Jadi", "/affirm"),)),
            {"text": "Jadi?", "reply_markup": {"inline_keyboard": [[{"text": "Jadi", "callback_data": "/affirm"}]]}},
            id="inline keyboard",
        ),
        pytest.param(
            Outbound(str(CHAT), "Nomor Ibu?", ask_contact=True),
            {
                "text": "Nomor Ibu?",
                "reply_markup": {
                    "keyboard": [[{"text": "Bagikan nomor saya", "request_contact": True}]],
                    "one_time_keyboard": True,
                    "resize_keyboard": True,
                },
            },
            id="reply keyboard, which it gives back in its answer",
        ),
        pytest.param(
            Outbound(str(CHAT), "Buku KIA", image=PIXEL),
            {"caption": "Buku KIA", "photo": "kawal.png"},
            id="photo with a caption",
        ),
    ],
)
async def test_message_is_kept_as_we_mean_it(
    channel: TelegramChannel, telegram: MockPost, outbound: Outbound, kept: Json
) -> None:
    (name,) = (await channel.send(outbound)).external_ids
    assert int(name) >= 1000
    (row,) = telegram.received("telegram")
    assert row["raw_payload"] == {"chat_id": str(CHAT), **kept}
    assert (row["sender"], row["recipient"]) == (f"bot:{TOKEN}", str(CHAT))


@pytest.mark.anyio
async def test_token_of_another_form_is_refused(telegram: MockPost) -> None:
    channel = TelegramChannel(make_bot("7000000001:short", telegram.telegram_url), SECRET, contact_title="-")
    with pytest.raises(Rejected, match="Unauthorized"):
        await channel.send(Outbound(str(CHAT), "Halo"))
    await channel.close()
    assert telegram.received("telegram") == []


@pytest.mark.anyio
async def test_webhook_is_registered_even_when_the_menu_is_refused(
    channel: TelegramChannel, telegram: MockPost
) -> None:
    """It does not know setMyCommands: that must not make us deaf."""
    with pytest.raises(Rejected):
        await channel.set_up("https://bunda.example/telegram", [("mulai", "Mulai")])
    assert [row["target_url"] for row in telegram.webhooks()] == ["https://bunda.example/telegram"]


class Chat:
    """Somebody who writes to our bot, brought to our webhook as Telegram would bring it."""

    def __init__(self, telegram: MockPost, service: Service) -> None:
        self._telegram, self._service, self.number = telegram, service, next(_CHATS)

    def says(self, text: str) -> int:
        """Write: the update is MockPost's; it forgets the secret of setWebhook, so that is added."""
        update, _ = self._telegram.hear_from_telegram(self.number, text)
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        url = f"{self._service.url}/telegram"
        return httpx.post(url, json=update, headers=headers, trust_env=False).status_code

    def has(self, words: str) -> Json:
        """The payload of the first message with these words, in MockPost's own record."""

        def look() -> list[Json]:
            kept = [row["raw_payload"] for row in self._telegram.received("telegram", str(self.number))]
            return [payload for payload in kept if payload["text"].startswith(words)]

        found = eventually(look)
        assert found, f"no {words!r}"
        return found[0]


@pytest.fixture
def service(telegram: MockPost, start_service: StartService) -> Service:
    """Our bot with Telegram on, reached by webhook."""
    port = free_port()
    return start_service(
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        telegram_token=TOKEN,
        telegram_secret=SECRET,
        telegram_api_url=telegram.telegram_url,
    )


@pytest.fixture
def chat(telegram: MockPost, service: Service) -> Chat:
    """Somebody new on Telegram."""
    return Chat(telegram, service)


def test_start_registers_the_webhook(telegram: MockPost, service: Service) -> None:
    (row,) = telegram.webhooks()
    assert (row["channel"], row["target_url"], row["token"]) == ("telegram", f"{service.url}/telegram", TOKEN)


def test_update_without_the_secret_is_refused(telegram: MockPost, service: Service) -> None:
    update, answered = telegram.hear_from_telegram(CHAT, "halo")
    assert update["message"]["text"] == "halo"
    assert answered == 403


def test_update_with_the_secret_is_answered_once(chat: Chat, service: Service) -> None:
    assert chat.says("halo") == 200
    assert chat.has("jawaban: halo")["reply_markup"] is None
    assert chat.has(texts.say("utter_ask_phone").text)["reply_markup"]["keyboard"]
    rows = eventually(lambda: found if len(found := service.sent(str(chat.number))) == 2 else [])
    assert [(row.attempts, row.doubts) for row in rows] == [(1, 0)] * 2


def test_choice_comes_as_inline_keyboard(chat: Chat) -> None:
    chat.says(CHOICE)
    keyboard = chat.has(f"jawaban: {CHOICE}")["reply_markup"]["inline_keyboard"]
    assert {button["text"]: button["callback_data"] for (button,) in keyboard} == BUTTONS
