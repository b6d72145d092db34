"""Meta's posts through the application into the inbox: signed, in bulk, twice, broken."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.app import Parts, create_app
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.whatsapp import WhatsAppChannel, challenge, make_client
from bot.whatsapp_updates import Notice
from registry.db import Database
from tests.bot.fakes import FakeChannel, FakeRasa, inbox_rows
from tests.bot.test_whatsapp_updates import PAYLOADS
from tests.doubles import whatsapp_webhooks as webhooks
from tests.doubles.whatsapp_api import PHONE_ID, TOKEN

pytestmark = pytest.mark.anyio
ASKED = {"hub.mode": "subscribe", "hub.verify_token": "kata-uji", "hub.challenge": "1158201444"}
BODY = b'{"entry": []}'


def offline(**more: Any) -> WhatsAppChannel:
    """A channel for reading only; its client never opens a connection."""
    usual: dict[str, Any] = {"app_secret": webhooks.APP_SECRET, "verify_token": "kata-uji", "list_label": "Pilih"}
    return WhatsAppChannel(make_client(TOKEN, PHONE_ID, "http://127.0.0.1:9/v26.0"), **(usual | more))


def signature(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("given", "believed"),
    [
        pytest.param(signature(webhooks.APP_SECRET), True, id="right"),
        pytest.param(signature("rahasia-lain"), False, id="signed by another app"),
        pytest.param(signature(webhooks.APP_SECRET, b'{"entry": [1]}'), False, id="for another body"),
        pytest.param(signature(webhooks.APP_SECRET).removeprefix("sha256="), False, id="without its method"),
        pytest.param(signature(webhooks.APP_SECRET)[:-1], False, id="cut short"),
        pytest.param("sha256=é", False, id="not ascii"),
        pytest.param("", False, id="empty"),
        pytest.param(None, False, id="missing"),
    ],
)
def test_verify_believes_only_the_signature(given: str | None, believed: bool) -> None:
    headers = {} if given is None else {"x-hub-signature-256": given}
    assert offline().verify(headers, BODY) is believed


def test_verify_believes_nobody_without_a_secret() -> None:
    open_to_all = offline(app_secret="")
    assert not open_to_all.verify({"x-hub-signature-256": signature("")}, BODY)
    assert not open_to_all.verify({}, BODY)


@pytest.mark.parametrize(
    ("query", "word", "answer"),
    [
        pytest.param(ASKED, "kata-uji", "1158201444", id="right word"),
        pytest.param(ASKED, "kata-lain", None, id="wrong word"),
        pytest.param(ASKED | {"hub.verify_token": "kata-é"}, "kata-uji", None, id="word not ascii"),
        pytest.param(ASKED | {"hub.mode": "unsubscribe"}, "kata-uji", None, id="another question"),
        pytest.param(ASKED | {"hub.verify_token": ""}, "", None, id="no word agreed on"),
        pytest.param({}, "kata-uji", None, id="no question"),
    ],
)
def test_challenge(query: dict[str, str], word: str, answer: str | None) -> None:
    assert challenge(query, word) == answer
    assert offline(verify_token=word).challenge(query) == answer


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'"post"', b"17", b"null", b"{}", pytest.param(b"[" * 200_000, id="nested too deep")],
)
def test_receive_refuses_what_meta_does_not_post(body: bytes) -> None:
    with pytest.raises(ValueError):
        offline().receive(body)


def test_receive_tells_what_concerns_the_account() -> None:
    told: list[Notice] = []
    body = (PAYLOADS / "notice_template_paused.json").read_bytes()
    assert offline(on_notice=told.append).receive(body) == []
    assert [(notice.event, notice.about) for notice in told] == [("PAUSED", "pengingat_periksa")]
    assert offline().receive(body) == []  # nobody need be told


@pytest.mark.parametrize("label", ["", "x" * 21])
def test_label_of_a_list_must_fit(label: str) -> None:
    with pytest.raises(ValueError, match="1 to 20"):
        offline(list_label=label)


@pytest.fixture
async def meta(sqlite_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of an application with a WhatsApp and another webhook."""
    channel = offline()
    inbox = Inbox(sqlite_database, FakeRasa(), lambda: None)
    app = create_app(
        Parts(
            inbox,
            Outbox(sqlite_database, lambda _: None),
            {"/whatsapp": channel, "/telegram": FakeChannel("telegram")},
            {},
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kawal") as caller:
        yield caller
    await channel.close()


async def post(meta: httpx.AsyncClient, posted: dict[str, Any] | bytes, secret: str = webhooks.APP_SECRET) -> int:
    body, headers = webhooks.signed(posted, secret)
    return (await meta.post("/whatsapp", content=body, headers=headers)).status_code


async def test_challenge_is_answered_as_meta_wants_it(meta: httpx.AsyncClient) -> None:
    answer = await meta.get("/whatsapp", params=ASKED)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_challenge_tells_a_stranger_nothing(meta: httpx.AsyncClient) -> None:
    answer = await meta.get("/whatsapp", params=ASKED | {"hub.verify_token": "tebak"})
    assert (answer.status_code, answer.text) == (403, "forbidden")
    assert (await meta.get("/telegram", params=ASKED)).status_code == 405


async def test_post_stores_every_message_once(meta: httpx.AsyncClient, sqlite_database: Database) -> None:
    ani = webhooks.person("6281200000102", "ID.70000000000000000102")
    values = [webhooks.text(words, ani if words == "tiga" else None) for words in ("satu", "dua", "tiga", "empat")]
    posted = webhooks.post(*values, entries=2)
    assert [await post(meta, posted) for _ in range(2)] == [200, 200]
    said = [row.content["text"] for row in inbox_rows(sqlite_database)]
    assert said == ["satu", "dua", "tiga", "empat"]


@pytest.mark.parametrize(
    ("posted", "secret", "status"),
    [
        pytest.param(webhooks.post(webhooks.text("halo")), "rahasia-lain", 403, id="signed by another app"),
        pytest.param(b"{", webhooks.APP_SECRET, 400, id="no JSON"),
        pytest.param(b"[]", webhooks.APP_SECRET, 400, id="a list"),
        pytest.param({"object": "page", "entry": []}, webhooks.APP_SECRET, 400, id="about another product"),
        pytest.param(b"x" * (4 * 1024 * 1024 + 1), webhooks.APP_SECRET, 413, id="too large"),
    ],
)
async def test_post_is_refused(
    posted: dict[str, Any] | bytes, secret: str, status: int, meta: httpx.AsyncClient, sqlite_database: Database
) -> None:
    assert await post(meta, posted, secret) == status
    assert inbox_rows(sqlite_database) == []


async def test_post_without_a_signature_is_refused(meta: httpx.AsyncClient) -> None:
    assert (await meta.post("/whatsapp", json=webhooks.post(webhooks.text("halo")))).status_code == 403


async def test_post_of_a_changed_body_is_refused(meta: httpx.AsyncClient) -> None:
    body, headers = webhooks.signed(webhooks.post(webhooks.text("halo")))
    assert (await meta.post("/whatsapp", content=body + b" ", headers=headers)).status_code == 403


async def test_post_of_three_megabytes_and_a_thousand_updates_is_stored(
    meta: httpx.AsyncClient, sqlite_database: Database
) -> None:
    people = [webhooks.person(f"62812{number:08}", f"ID.{number:020}") for number in range(50)]
    values = [webhooks.text(f"{at} " + "mual " * 540, people[at % 50]) for at in range(1000)]
    posted = webhooks.post(*values, entries=10)
    assert 3_000_000 < len(json.dumps(posted)) < 4 * 1024 * 1024
    assert await post(meta, posted) == 200
    assert len(inbox_rows(sqlite_database)) == 1000


def test_reading_a_thousand_statuses_takes_no_time() -> None:
    values = [webhooks.status(f"wamid.out{at}", "delivered", str(at)) for at in range(1000)]
    body, _ = webhooks.signed(webhooks.post(*values))
    began = time.perf_counter()
    found = offline().receive(body)
    assert [inbound.tracker for inbound in found] == [str(at) for at in range(1000)]
    assert time.perf_counter() - began < 1.0
