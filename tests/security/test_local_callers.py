"""The simulator empties the store and shows people in full: no web page and no proxy may reach it."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.local_callers import is_local


def call(method: str = "POST", client: str | None = "127.0.0.1", **headers: str) -> Request:
    given = {"host": "127.0.0.1:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http",
        "method": method,
        "path": "/simulator/reset",
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
        "client": (client, 50000) if client else None,
    }
    return Request(scope)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(call(), id="a program"),
        pytest.param(call(client="::1", host="[::1]:8000"), id="over IPv6"),
        pytest.param(call(host="localhost:8000"), id="by the name localhost"),
        pytest.param(call(host="localhost"), id="without a port"),
        pytest.param(call(origin="http://127.0.0.1:8000", sec_fetch_site="same-origin"), id="our own page"),
        pytest.param(call(sec_fetch_site="none"), id="typed by the operator"),
        pytest.param(call("GET", sec_fetch_site="cross-site"), id="a link to our page"),
    ],
)
def test_caller_at_this_machine_is_let_in(request_: Request) -> None:
    assert is_local(request_)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(call(client="203.0.113.9"), id="another machine"),
        pytest.param(call(client=None), id="nobody knows who"),
        pytest.param(call(host="jahat.example:8000"), id="a foreign name that means us (DNS rebinding)"),
        pytest.param(call("GET", host="jahat.example"), id="reading by a foreign name"),
        pytest.param(call(host="127.0.0.1.jahat.example"), id="a name that begins like ours"),
        pytest.param(call(host="localhost@jahat.example"), id="our name as a user"),
        pytest.param(call(host=""), id="no name"),
        pytest.param(call(host="[::1"), id="half a name"),
        pytest.param(call(origin="http://jahat.example"), id="a foreign page"),
        pytest.param(call(origin="http://127.0.0.1:9999"), id="a page of another port"),
        pytest.param(call(origin="null"), id="a page that hides"),
        pytest.param(call(sec_fetch_site="cross-site"), id="a foreign form"),
        pytest.param(call(x_forwarded_for="127.0.0.1"), id="through a proxy"),
        pytest.param(call("GET", x_real_ip="203.0.113.9"), id="through a proxy that says who"),
        pytest.param(call(forwarded="for=127.0.0.1"), id="through a modern proxy"),
    ],
)
def test_anybody_else_sees_nothing(request_: Request) -> None:
    assert not is_local(request_)
