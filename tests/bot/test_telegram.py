"""The Telegram adapter over real HTTP against a double of the Bot API."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channel import (
    Button,
    ChannelError,
    Delivery,
    Outbound,
    Rejected,
    Row,
    Stopped,
    Throttled,
    Unreachable,
)
from bot.telegram import ALLOWED_UPDATES, AnotherPoller, TelegramChannel, make_bot
from tests.bot.conftest import TELEGRAM_PAYLOADS, TELEGRAM_SECRET, Connect, telegram_payload
from tests.doubles.telegram_api import (
    BLOCKED,
    CHAT_NOT_FOUND,
    CONFLICT,
    INTERNAL,
    MIGRATED,
    TOKEN,
    UNAUTHORIZED,
    Call,
    TelegramApi,
    throttled,
)
from tests.doubles.wire import BAD_GATEWAY, CUT, DROPPED, TOO_MANY_FOR_A_GATEWAY, Fault, serve

SITI = "700000101"
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(32)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        pytest.param({"x-telegram-bot-api-secret-token": TELEGRAM_SECRET}, True, id="right"),
        pytest.param({"x-telegram-bot-api-secret-token": TELEGRAM_SECRET + "2"}, False, id="wrong"),
        pytest.param({"x-telegram-bot-api-secret-token": ""}, False, id="empty"),
        pytest.param({"x-telegram-bot-api-secret-token": "rahasia_é"}, False, id="not ascii"),
        pytest.param({}, False, id="missing"),
    ],
)
def test_verify_believes_only_the_secret(headers: dict[str, str], believed: bool, offline: TelegramChannel) -> None:
    assert offline.verify(headers, b"{}") is believed


def test_verify_believes_nobody_without_a_secret() -> None:
    channel = TelegramChannel(make_bot(TOKEN), "", contact_title="-")
    assert not channel.verify({}, b"")
    assert not channel.verify({"x-telegram-bot-api-secret-token": ""}, b"")


def bold(offset: int, count: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": count}


def keyboard(*titles_and_payloads: tuple[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": title, "callback_data": data}] for title, data in titles_and_payloads]}


@pytest.mark.parametrize(
    ("outbound", "sent"),
    [
        pytest.param(
            Outbound(SITI, "Halo <b>Bu</b> & *_`"), {"text": "Halo <b>Bu</b> & *_`"}, id="text, never as markup"
        ),
        pytest.param(
            Outbound(SITI, "😀 Ini *tanda bahaya*. Telepon *119*."),
            {"text": "😀 Ini tanda bahaya. Telepon 119.", "entities": [bold(7, 12), bold(29, 3)]},
            id="what is stressed is bold",
        ),
        pytest.param(
            Outbound(SITI, "Jadi?", buttons=(Button("Jadi", "k4:ya"), Button("Tidak", "k4:tidak"))),
            {"text": "Jadi?", "reply_markup": keyboard(("Jadi", "k4:ya"), ("Tidak", "k4:tidak"))},
            id="buttons, one per line",
        ),
        pytest.param(
            Outbound(SITI, "Ke mana?", rows=(Row("Polindes", "p1", "buka pagi"), Row("RSUD", "p2"))),
            {"text": "Ke mana?\n\nPolindes: buka pagi", "reply_markup": keyboard(("Polindes", "p1"), ("RSUD", "p2"))},
            id="rows, their descriptions in the text",
        ),
        pytest.param(
            Outbound(SITI, "Bagikan nomor Ibu?", ask_contact=True, buttons=(Button("Nanti", "later"),)),
            {
                "text": "Bagikan nomor Ibu?",
                "reply_markup": {
                    "keyboard": [
                        [{"text": "Bagikan nomor saya", "request_contact": True}],
                        [{"text": "Nanti"}],
                    ],
                    "one_time_keyboard": True,
                    "resize_keyboard": True,
                },
            },
            id="asking for the number",
        ),
        pytest.param(
            Outbound(SITI, "x", buttons=(Button("Y", "é" * 32),)),
            {"text": "x", "reply_markup": keyboard(("Y", "é" * 32))},
            id="a payload of exactly 64 bytes",
        ),
    ],
)
async def test_send_makes_one_call(
    outbound: Outbound, sent: dict[str, Any], channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    assert await channel.send(outbound) == Delivery(("1",))
    assert telegram_api.calls == [Call("sendmessage", {"chat_id": SITI, **sent})]


async def test_caption_is_stressed_too(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    await channel.send(Outbound(SITI, "*Buku KIA* Ibu", image=PIXEL))
    (call,) = telegram_api.calls
    assert (call.params["caption"], call.params["caption_entities"]) == ("Buku KIA Ibu", [bold(0, 8)])


async def test_send_takes_the_contact_keyboard_away(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    await channel.send(Outbound(SITI, "Terima kasih"), remove_keyboard=True)
    assert telegram_api.calls[0].params["reply_markup"] == {"remove_keyboard": True}


async def test_send_splits_a_long_text(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    delivery = await channel.send(Outbound(SITI, "kata 😀 " * 1000, buttons=(Button("Ya", "ya"),)))
    assert delivery.external_ids == ("1", "2")
    first, second = telegram_api.called("sendMessage")
    assert "reply_markup" not in first.params
    assert second.params["reply_markup"] == keyboard(("Ya", "ya"))


@pytest.mark.parametrize(
    ("text", "methods"),
    [("Buku KIA", ["sendphoto"]), ("", ["sendphoto"]), ("x" * 1025, ["sendphoto", "sendmessage"])],
    ids=["caption", "image alone", "too long for a caption"],
)
async def test_send_uploads_the_image(
    text: str, methods: list[str], channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    await channel.send(Outbound(SITI, text, image=PIXEL))
    assert [call.method for call in telegram_api.calls] == methods
    assert telegram_api.calls[0].files == {"photo": PIXEL}
    assert "".join(call.params.get("caption", "") + call.params.get("text", "") for call in telegram_api.calls) == text


@pytest.mark.parametrize(
    "outbound",
    [
        pytest.param(Outbound(SITI, " "), id="empty"),
        pytest.param(Outbound(SITI, "Jadi?", buttons=(Button("Ya", "x" * 65),)), id="payload too long"),
        pytest.param(Outbound(SITI, "Jadi?", buttons=(Button("Ya", "é" * 33),)), id="payload too long in bytes"),
        pytest.param(Outbound(SITI, "Jadi?", rows=(Row("Ya", ""),)), id="payload empty"),
        pytest.param(Outbound(SITI, "Jadi?", buttons=(Button("Ya", "\ud83d" * 22),)), id="payload too long and broken"),
        pytest.param(Outbound(SITI, "Halo \ud83d"), id="half an emoji"),
    ],
)
async def test_send_rejects_what_cannot_be_sent(
    outbound: Outbound, channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    with pytest.raises(Rejected):
        await channel.send(outbound)
    assert telegram_api.calls == []


async def test_send_never_logs_the_token_or_the_words(
    channel: TelegramChannel, telegram_api: TelegramApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    half = Fault(200, b'{"ok": true, "result": {"message_id": 1, "text": "rahasia ibu"')
    telegram_api.fail("sendMessage", BAD_GATEWAY, half, CUT)
    for _ in range(3):
        with pytest.raises(Unreachable) as caught:
            await channel.send(Outbound(SITI, "rahasia ibu"))
        assert TOKEN not in caught.value.code
    await channel.send(Outbound(SITI, "rahasia ibu"))
    assert TOKEN not in caplog.text
    assert "rahasia ibu" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        pytest.param(throttled(7), Throttled, "Flood control exceeded", id="too many messages"),
        pytest.param(TOO_MANY_FOR_A_GATEWAY, Throttled, "Too Many Requests (429)", id="too many for a proxy"),
        pytest.param(BLOCKED, Stopped, "Forbidden: bot was blocked by the user", id="blocked"),
        pytest.param(CHAT_NOT_FOUND, Rejected, "Chat not found", id="chat not found"),
        pytest.param(MIGRATED, Rejected, "Group migrated", id="group became a supergroup"),
        pytest.param(UNAUTHORIZED, Rejected, "Unauthorized", id="token revoked"),
        pytest.param(CONFLICT, AnotherPoller, "Conflict", id="conflict"),
        pytest.param(INTERNAL, Unreachable, "Internal Server Error", id="500"),
        pytest.param(BAD_GATEWAY, Unreachable, "Bad Gateway (502)", id="502 in html"),
        pytest.param(Fault(200, b"<html>portal</html>"), Unreachable, "Invalid server response", id="login page"),
        pytest.param(Fault(200, b'{"ok": true, "result": {}}'), Unreachable, "foreign answer", id="answer of another"),
        pytest.param(DROPPED, Unreachable, "Timed out", id="connection dropped"),
        pytest.param(Fault(delay_s=4.0), Unreachable, "Timed out", id="no answer in time"),
    ],
)
async def test_send_says_what_went_wrong(
    fault: Fault, error: type[ChannelError], code: str, connect: Connect, telegram_api: TelegramApi
) -> None:
    telegram_api.fail("sendMessage", fault)
    with pytest.raises(ChannelError) as caught:
        await connect(timeout_s=1.5).send(Outbound(SITI, "Halo"))
    assert type(caught.value) is error
    assert caught.value.code.startswith(code)
    assert len(caught.value.code) <= 120
    assert len(telegram_api.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"date": 1795314368826, "chat": {"id": 7, "type": "private"}}, id="a time in milliseconds"),
        pytest.param({"date": 1795314368, "reply_markup": {"keyboard": [[{"text": "Ya"}]]}}, id="our keyboard again"),
        pytest.param({}, id="nothing but its number"),
    ],
)
async def test_message_is_out_when_the_answer_numbers_it(
    answer: dict[str, Any], channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    result = {"ok": True, "result": {"message_id": 7, **answer}}
    telegram_api.fail("sendMessage", Fault(200, json.dumps(result).encode()))
    assert await channel.send(Outbound(SITI, "Halo")) == Delivery(("7",))


async def test_throttled_says_for_how_long(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    telegram_api.fail("sendMessage", throttled(7))
    with pytest.raises(Throttled) as caught:
        await channel.send(Outbound(SITI, "Halo"))
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("fault", "unknown"),
    [
        pytest.param(DROPPED, True, id="dropped after reading"),
        pytest.param(Fault(delay_s=4.0), True, id="no answer in time"),
        pytest.param(INTERNAL, False, id="an answer that says no"),
    ],
)
async def test_outcome_is_unknown_only_when_the_request_went_out(
    fault: Fault, unknown: bool, connect: Connect, telegram_api: TelegramApi
) -> None:
    telegram_api.fail("sendMessage", fault)
    with pytest.raises(Unreachable) as caught:
        await connect(timeout_s=1.5).send(Outbound(SITI, "Halo"))
    assert caught.value.unknown_outcome is unknown


async def test_outcome_is_known_when_nobody_listens(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/bot"
    with pytest.raises(Unreachable) as caught:
        await connect(address).send(Outbound(SITI, "Halo"))
    assert caught.value.unknown_outcome is False


async def test_acknowledge_answers_the_press_once(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    telegram_api.push(telegram_payload("button"))
    (pressed,) = channel.receive((TELEGRAM_PAYLOADS / "button.json").read_bytes())
    await channel.acknowledge(pressed)
    await channel.acknowledge(pressed)
    pressed_id = telegram_payload("button")["callback_query"]["id"]
    assert telegram_api.calls == [Call("answerCallbackQuery", {"callback_query_id": pressed_id})]


@pytest.mark.parametrize("missing", ["chat_instance", "message.date", "message.message_id"])
async def test_press_counts_although_a_field_is_missing(
    missing: str, channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    update = telegram_payload("button")
    holder, _, name = f"callback_query.{missing}".rpartition(".")
    within = update["callback_query"]["message"] if holder.endswith("message") else update["callback_query"]
    del within[name]
    telegram_api.push(update)
    (pressed,) = channel.receive(json.dumps(update).encode())
    assert (pressed.button, pressed.sender) == (update["callback_query"]["data"], SITI)
    await channel.acknowledge(pressed)
    assert [call.method for call in telegram_api.calls] == ["answerCallbackQuery"]


@pytest.mark.parametrize("message", [None, {}, {"chat": {}}, []], ids=["none", "empty", "no chat", "no object"])
def test_press_in_no_chat_is_left_out(message: Any, offline: TelegramChannel) -> None:
    update = telegram_payload("button")
    update["callback_query"] = {"id": "1", "data": "/affirm", "message": message}
    assert offline.receive(json.dumps(update).encode()) == []


async def test_acknowledge_lets_a_late_press_be(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    (pressed,) = channel.receive((TELEGRAM_PAYLOADS / "button.json").read_bytes())
    await channel.acknowledge(pressed)  # the double does not know this press: 400
    assert len(telegram_api.calls) == 1


async def test_acknowledge_leaves_a_text_alone(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    (written,) = channel.receive((TELEGRAM_PAYLOADS / "text.json").read_bytes())
    await channel.acknowledge(written)
    assert telegram_api.calls == []


COMMANDS = [("mulai", "Mulai dari awal"), ("bantuan", "Apa yang bisa saya tanyakan")]


async def test_set_up_for_polling_removes_the_webhook(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    telegram_api.webhook = {"url": "https://lama.example/telegram"}
    await channel.set_up(None, COMMANDS)
    assert telegram_api.webhook == {}
    assert telegram_api.commands == [{"command": name, "description": said} for name, said in COMMANDS]


async def test_set_up_registers_the_webhook(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    await channel.set_up("https://bunda.example/telegram", COMMANDS, max_connections=20)
    assert telegram_api.webhook == {
        "url": "https://bunda.example/telegram",
        "secret_token": TELEGRAM_SECRET,
        "max_connections": 20,
        "allowed_updates": list(ALLOWED_UPDATES),
    }


async def test_set_up_hears_without_a_menu(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    telegram_api.fail("setMyCommands", INTERNAL)
    with pytest.raises(Unreachable):
        await channel.set_up("https://bunda.example/telegram", COMMANDS)
    assert telegram_api.webhook["url"] == "https://bunda.example/telegram"


@pytest.mark.parametrize(
    ("url", "commands"),
    [
        pytest.param("http://bunda.example/telegram", COMMANDS, id="no https"),
        pytest.param(None, [("Mulai!", "x")], id="impossible command"),
    ],
)
async def test_set_up_says_what_telegram_refuses(
    url: str | None, commands: list[tuple[str, str]], channel: TelegramChannel
) -> None:
    with pytest.raises(Rejected):
        await channel.set_up(url, commands)


@pytest.mark.parametrize("registered", [TELEGRAM_SECRET, "rahasia_lain", None], ids=["right", "wrong", "none"])
async def test_webhook_call_is_believed_only_with_the_secret(
    registered: str | None, channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    async def take(request: Request) -> Response:
        body = await request.body()
        if not channel.verify(request.headers, body):
            return Response(status_code=403)
        return PlainTextResponse(channel.receive(body)[0].text)

    app = Starlette(routes=[Route("/telegram", take, methods=["POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener, serve(app, listener):
        await channel.set_up(f"http://127.0.0.1:{listener.getsockname()[1]}/telegram", [])
        telegram_api.webhook["secret_token"] = registered
        answer = await asyncio.to_thread(telegram_api.post, telegram_payload("start_with_code"))
    believed = registered == TELEGRAM_SECRET
    assert (answer.status_code, answer.text) == ((200, "/start KDR-7Q2F") if believed else (403, ""))
