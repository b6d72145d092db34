"""The double refuses what Telegram refuses, or the adapter's tests prove nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.doubles.telegram_api import TOKEN, TelegramApi, serve_telegram_api


@pytest.fixture(scope="module")
def api() -> Iterator[TelegramApi]:
    with serve_telegram_api() as running:
        yield running


def call(api: TelegramApi, method: str, token: str = TOKEN, **params: Any) -> httpx.Response:
    return httpx.post(f"{api.base_url}{token}/{method}", data=params)


def markup(**button: Any) -> str:
    return json.dumps({"inline_keyboard": [[button]]})


@pytest.mark.parametrize(
    ("method", "params", "status", "reason"),
    [
        pytest.param("sendMessage", {"text": ""}, 400, "text is empty", id="empty text"),
        pytest.param("sendMessage", {"text": " \n"}, 400, "text is empty", id="blank text"),
        pytest.param("sendMessage", {"text": "x" * 4097}, 400, "too long", id="long text"),
        pytest.param("sendMessage", {"text": "😀" * 2049}, 400, "too long", id="long text of emoji"),
        pytest.param("sendMessage", {"text": "x", "chat_id": "ibu"}, 400, "chat not found", id="no chat"),
        pytest.param("sendMessage", {"text": "x", "parse_mode": "BBCode"}, 400, "parse_mode", id="parse mode"),
        pytest.param(
            "sendMessage",
            {"text": "x", "reply_markup": markup(text="Ya", callback_data="é" * 33)},
            400,
            "BUTTON_DATA_INVALID",
            id="payload over 64 bytes",
        ),
        pytest.param(
            "sendMessage",
            {"text": "x", "reply_markup": markup(text="", callback_data="ya")},
            400,
            "text buttons",
            id="button without a title",
        ),
        pytest.param("sendPhoto", {"caption": "x"}, 400, "no photo", id="photo missing"),
        pytest.param("setWebhook", {"url": "ftp://x"}, 400, "HTTPS", id="webhook address"),
        pytest.param("setWebhook", {"url": "https://x", "secret_token": "a b"}, 400, "unallowed", id="webhook secret"),
        pytest.param("answerCallbackQuery", {"callback_query_id": "1"}, 400, "query ID is invalid", id="unknown press"),
        pytest.param("sendSmoke", {}, 404, "Not Found", id="unknown method"),
    ],
)
def test_double_refuses(method: str, params: dict[str, Any], status: int, reason: str, api: TelegramApi) -> None:
    answer = call(api, method, **({"chat_id": "1"} | params))
    assert (answer.status_code, answer.json()["ok"]) == (status, False)
    assert reason in answer.json()["description"]


def test_double_knows_one_token(api: TelegramApi) -> None:
    assert call(api, "getMe").json()["result"]["is_bot"] is True
    assert call(api, "getMe", token=f"{TOKEN}x").status_code == 401


def test_updates_come_again_until_an_offset_confirms_them(api: TelegramApi) -> None:
    first, second = api.push({"message": {"text": "a"}}, {"message": {"text": "b"}})
    for offset, expected in [(0, [first, second]), (first, [first, second]), (second, [second]), (second + 1, [])]:
        updates = call(api, "getUpdates", offset=offset).json()["result"]
        assert [update["update_id"] for update in updates] == expected
    assert api.unconfirmed == []
