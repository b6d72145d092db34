"""Rasa over real HTTP: what counts as an answer, and that everything else is a failure and never silence."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.understanding import NotUnderstoodError, Rasa, Reply

pytestmark = pytest.mark.anyio
SECRET = "rahasia-uji"
PARSE: dict[str, Any] = {"intent": {"name": "greet", "confidence": 0.93}, "entities": []}
ASK = {"kind": "danger", "certainty": "ask", "codes": ["bleeding"]}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=AiohttpTransport()) as opened:
        yield opened


@pytest.fixture
def rasa(client: httpx.AsyncClient, httpserver: HTTPServer) -> Rasa:
    return Rasa(client, httpserver.url_for("").rstrip("/"), SECRET, deadline_s=0.4)


def answering(httpserver: HTTPServer, body: Any, status: int = 200) -> None:
    httpserver.expect_request("/webhooks/kawal/turn", method="POST").respond_with_json(body, status=status)


async def test_answer_is_read_whole(rasa: Rasa, httpserver: HTTPServer) -> None:
    entities = [{"entity": "place", "value": "Sumberoto"}]
    answering(
        httpserver,
        {
            "messages": [
                {"text": " Halo, Bu.\n", "buttons": [{"title": "Ya", "payload": "/affirm"}]},
                {"text": "Ini gambarnya", "image": "a.png"},
            ],
            "parse": {**PARSE, "entities": entities, "danger": ASK},
        },
    )
    found = await rasa.understand("uid", "halo", {"message_id": 7})
    assert found.replies == (Reply("Halo, Bu.", (("Ya", "/affirm"),)), Reply("Ini gambarnya", (), "a.png"))
    assert (found.intent, found.confidence, found.entities) == ("greet", 0.93, tuple(entities))
    assert found.asks_whether_now
    request, _ = httpserver.log[0]
    assert request.get_json() == {"sender": "uid", "text": "halo", "metadata": {"message_id": 7}}
    assert request.headers["x-kawal-secret"] == SECRET


async def test_picture_that_rasa_tells_apart_belongs_to_the_words_before_it(rasa: Rasa, httpserver: HTTPServer) -> None:
    told = [{"image": "lost.png"}, {"text": "Ini kartu Ibu."}, {"image": "card:7"}, {"text": "Ada lagi?"}]
    answering(httpserver, {"messages": told, "parse": PARSE})
    found = await rasa.understand("uid", "halo", {})
    assert found.replies == (Reply("Ini kartu Ibu.", (), "card:7"), Reply("Ada lagi?"))


async def test_answer_without_words_is_enough_when_the_bot_has_to_ask(rasa: Rasa, httpserver: HTTPServer) -> None:
    answering(httpserver, {"messages": [], "parse": {**PARSE, "danger": ASK}})
    found = await rasa.understand("uid", "halo", {})
    assert (found.replies, found.asks_whether_now) == ((), True)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"messages": [], "parse": PARSE}, id="no message"),
        pytest.param({"messages": [{"text": ""}, {"text": " \n"}, {}], "parse": PARSE}, id="empty messages"),
        pytest.param({"messages": [], "parse": {**PARSE, "danger": {"certainty": "alarm"}}}, id="alarm without words"),
        pytest.param([], id="a list"),
        pytest.param(None, id="null"),
        pytest.param("ok", id="a text"),
        pytest.param({"messages": [{"text": "x"}]}, id="no parse"),
        pytest.param({"messages": [{"text": "x"}], "parse": {}}, id="empty parse"),
        pytest.param({"messages": [{"text": "x"}], "parse": {"intent": None}}, id="no intent"),
        pytest.param({"messages": [{"text": "x"}], "parse": {"intent": {"name": "a"}}}, id="no confidence"),
        pytest.param({"messages": None, "parse": PARSE}, id="messages are null"),
        pytest.param({"messages": ["x"], "parse": PARSE}, id="messages are texts"),
        pytest.param({"messages": [{"text": "x", "buttons": [{"title": "Ya"}]}], "parse": PARSE}, id="half a button"),
    ],
)
async def test_failure_when_the_answer_is_none(rasa: Rasa, httpserver: HTTPServer, body: Any) -> None:
    answering(httpserver, body)
    with pytest.raises(NotUnderstoodError):
        await rasa.understand("uid", "halo", {})


@pytest.mark.parametrize("status", [301, 400, 403, 404, 500, 503])
async def test_failure_when_rasa_answers_with_an_error(rasa: Rasa, httpserver: HTTPServer, status: int) -> None:
    answering(httpserver, {"messages": [{"text": "x"}], "parse": PARSE}, status)
    with pytest.raises(NotUnderstoodError):
        await rasa.understand("uid", "halo", {})


async def test_failure_when_the_secret_is_wrong(client: httpx.AsyncClient, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/webhooks/kawal/turn", headers={"x-kawal-secret": SECRET}).respond_with_json(
        {"messages": [{"text": "x"}], "parse": PARSE}
    )
    stranger = Rasa(client, httpserver.url_for("").rstrip("/"), "another", deadline_s=1)
    with pytest.raises(NotUnderstoodError):
        await stranger.understand("uid", "halo", {})


async def test_failure_when_the_answer_is_no_json(rasa: Rasa, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/webhooks/kawal/turn").respond_with_data("<html>", content_type="text/html")
    with pytest.raises(NotUnderstoodError, match="JSONDecodeError"):
        await rasa.understand("uid", "halo", {})


async def test_failure_in_time_when_rasa_does_not_answer(rasa: Rasa, httpserver: HTTPServer) -> None:
    def sleep(_request: Request) -> Response:
        time.sleep(1.0)
        return Response("{}")

    httpserver.expect_request("/webhooks/kawal/turn").respond_with_handler(sleep)
    began = time.monotonic()
    with pytest.raises(NotUnderstoodError, match="Timeout"):
        await rasa.understand("uid", "halo", {})
    assert time.monotonic() - began < 0.9


async def test_failure_when_nobody_listens(client: httpx.AsyncClient) -> None:
    absent = Rasa(client, "http://127.0.0.1:9", SECRET, deadline_s=1)
    assert await absent.answers() is False
    with pytest.raises(NotUnderstoodError):
        await absent.understand("uid", "halo", {})


@pytest.mark.parametrize(("status", "there"), [(200, True), (404, False), (503, False)])
async def test_rasa_is_there_when_its_channel_answers(
    rasa: Rasa, httpserver: HTTPServer, status: int, there: bool
) -> None:
    httpserver.expect_request("/webhooks/kawal/", method="GET").respond_with_json({"ready": True}, status=status)
    assert await rasa.answers() is there
