"""The same calls made by grammY, whose authors read the Bot API without us: our double must hear the same from both."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.channel import Button, Outbound, Row
from bot.telegram import ALLOWED_UPDATES, TelegramChannel, make_bot
from registry import texts
from tests.doubles.telegram_api import TOKEN, TelegramApi, serve_telegram_api
from tests.foreign.programs import ask_witness

pytestmark = pytest.mark.anyio
SITI, SECRET, SHARE = "700000101", "rahasia_uji-1", "Bagikan nomor saya"
WORDS = "Halo <b>Bu</b> & *_` 🤰🏽"
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(32)
HOOK = "https://bunda.example/telegram"
Ours = Callable[[TelegramChannel], Awaitable[Any]]


@pytest.fixture(scope="module")
def running() -> Iterator[TelegramApi]:
    """One for all tests of this file."""
    with serve_telegram_api() as double:
        yield double


@pytest.fixture
def api(running: TelegramApi) -> TelegramApi:
    """Our own double, which remembers nothing of the test before."""
    running.reset()
    return running


@pytest.fixture
async def channel(api: TelegramApi) -> AsyncIterator[TelegramChannel]:
    """Our adapter."""
    opened = TelegramChannel(make_bot(TOKEN, api.base_url), SECRET, contact_title=SHARE)
    yield opened
    await opened.close()


def heard(api: TelegramApi) -> list[tuple[str, dict[str, Any], dict[str, bytes]]]:
    """What was called; names of methods count for Telegram in any case."""
    return [(call.method.lower(), call.params, call.files) for call in api.calls]


def send(**content: Any) -> Ours:
    """Hand over one message."""
    return lambda channel: channel.send(Outbound(SITI, **content))


def inline(*pairs: tuple[str, str]) -> dict[str, Any]:
    """What grammY takes for a keyboard under a message."""
    keyboard = [[{"text": title, "callback_data": payload}] for title, payload in pairs]
    return {"reply_markup": {"inline_keyboard": keyboard}}


KEYBOARD = {
    "reply_markup": {
        "keyboard": [[{"text": SHARE, "request_contact": True}], [{"text": "Nanti"}]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
}
COMMANDS = texts.commands()
MENU = [{"command": name, "description": said} for name, said in COMMANDS]
PHOTO = {"bytes": base64.b64encode(PIXEL).decode()}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(send(text=WORDS), [("sendMessage", SITI, WORDS)], id="text"),
        pytest.param(
            send(text="Jadi?", buttons=(Button("Jadi", "k4:ya"), Button("Tidak", "k4:tidak"))),
            [("sendMessage", SITI, "Jadi?", inline(("Jadi", "k4:ya"), ("Tidak", "k4:tidak")))],
            id="buttons",
        ),
        pytest.param(
            send(text="Ke mana?", rows=(Row("Polindes", "p1"), Row("RSUD", "p2"))),
            [("sendMessage", SITI, "Ke mana?", inline(("Polindes", "p1"), ("RSUD", "p2")))],
            id="rows",
        ),
        pytest.param(
            send(text="Nomor Ibu?", ask_contact=True, buttons=(Button("Nanti", "later"),)),
            [("sendMessage", SITI, "Nomor Ibu?", KEYBOARD)],
            id="asking for the number",
        ),
        pytest.param(
            send(text="Buku KIA", image=PIXEL), [("sendPhoto", SITI, PHOTO, {"caption": "Buku KIA"})], id="photo"
        ),
        pytest.param(
            lambda channel: channel.set_up(HOOK, COMMANDS, max_connections=20),
            [
                ("setWebhook", HOOK, {"secret_token": SECRET, "max_connections": 20,
                                      "allowed_updates": list(ALLOWED_UPDATES)}),
                ("setMyCommands", MENU),
            ],
            id="webhook and menu",
        ),
        pytest.param(
            lambda channel: channel.set_up(None, COMMANDS), [("deleteWebhook",), ("setMyCommands", MENU)], id="polling"
        ),
    ],
)  # fmt: skip
async def test_call_is_the_one_that_grammy_makes(
    channel: TelegramChannel, api: TelegramApi, ours: Ours, theirs: list[tuple[Any, ...]]
) -> None:
    await ours(channel)
    mine = heard(api)
    api.reset()
    url = api.base_url.removesuffix("/bot")
    jobs = [{"client": "telegram", "url": url, "call": name, "args": list(args)} for name, *args in theirs]
    complaints = [answer for answer in ask_witness(TOKEN, "", jobs) if "complaint" in answer]
    assert complaints == []
    assert mine == heard(api)
