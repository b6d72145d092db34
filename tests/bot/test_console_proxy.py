"""The way to the console through the public port: nothing is lost, nothing can be pretended, and a stream flows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.console_proxy import LARGEST_BODY, ConsoleProxy


async def echo(request: Request) -> Response:
    headers = {name.lower(): value for name, value in request.headers.items()}
    answer = JSONResponse(
        {"method": request.method, "path": request.url.path, "query": request.url.query, "headers": headers,
         "body": (await request.body()).decode()},
        status_code=201,
    )  # fmt: skip
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


async def stream(_request: Request) -> Response:
    async def parts() -> AsyncIterator[str]:
        for number in range(3):
            yield f"data: {number}\n\n"

    return StreamingResponse(parts(), media_type="text/event-stream")


INNER = Starlette(
    routes=[
        Route("/console/alir", stream),
        Route("/console/{rest:path}", echo, methods=["GET", "POST"]),
    ]
)


def ask(
    method: str, path: str, *, inner: httpx.AsyncBaseTransport | None = None, client: str = "127.0.0.1", **more: Any
) -> httpx.Response:
    async def run() -> httpx.Response:
        proxy = ConsoleProxy("http://inner", inner or httpx.ASGITransport(INNER))
        outer = httpx.ASGITransport(Starlette(routes=proxy.routes()), client=(client, 5000))
        async with httpx.AsyncClient(transport=outer, base_url="http://kawal.example") as browser:
            answer = await browser.request(method, path, **more)
        await proxy.close()
        return answer

    return asyncio.run(run())


def test_method_address_headers_cookies_and_body_arrive() -> None:
    headers = {"cookie": "kawal_console=abc", "x-live": "1"}
    answer = ask("POST", "/console/ibu/7?cari=a%20b&x=%2F", content="nama=Siti", headers=headers)
    seen = answer.json()
    assert (answer.status_code, seen["method"], seen["path"]) == (201, "POST", "/console/ibu/7")
    assert (seen["query"], seen["body"]) == ("cari=a%20b&x=%2F", "nama=Siti")
    assert (seen["headers"]["cookie"], seen["headers"]["x-live"]) == ("kawal_console=abc", "1")
    assert seen["headers"]["host"] == "kawal.example"


def test_every_cookie_of_the_answer_comes_back() -> None:
    assert len(ask("GET", "/console/").headers.get_list("set-cookie")) == 2


@pytest.mark.parametrize(
    ("client", "sent", "address", "scheme"),
    [
        pytest.param("127.0.0.1", {}, "127.0.0.1", "http", id="a browser on this machine"),
        pytest.param(
            "127.0.0.1", {"x-forwarded-for": "6.6.6.6, 36.70.1.2", "x-forwarded-proto": "https"}, "36.70.1.2", "https",
            id="behind a reverse proxy its last word counts",
        ),
        pytest.param(
            "36.70.1.2", {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https"}, "36.70.1.2", "http",
            id="nobody else may say where he is",
        ),
        pytest.param(
            "36.70.1.2", {"x-kawal-address": "6.6.6.6", "x-kawal-proto": "https"}, "36.70.1.2", "http",
            id="our own headers cannot be sent from outside",
        ),
    ],
)  # fmt: skip
def test_console_is_told_the_truth_about_the_browser(
    client: str, sent: dict[str, str], address: str, scheme: str
) -> None:
    seen = ask("GET", "/console/", client=client, headers=sent).json()["headers"]
    assert (seen["x-kawal-address"], seen["x-kawal-proto"]) == (address, scheme)
    assert "x-forwarded-for" not in seen


def test_stream_comes_through() -> None:
    answer = ask("GET", "/console/alir")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n"


def test_body_that_is_too_large_is_refused() -> None:
    assert ask("POST", "/console/ibu", content=b"x" * (LARGEST_BODY + 1)).status_code == 413


def test_console_that_does_not_answer_is_told() -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    assert ask("GET", "/console/", inner=httpx.MockTransport(refuse)).status_code == 503


@pytest.mark.parametrize("path", ["/", "/console/../healthz"])
def test_nothing_but_the_console_is_reached(path: str) -> None:
    answer = ask("GET", path)
    assert answer.status_code in (307, 404)
