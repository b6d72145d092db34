"""Sessions of the console under attack: fixation, revocation, expiry, headers, and being sent elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
import time_machine

from console import security, sessions
from registry.persons import invitations
from registry.persons.invitations import Area
from tests.conftest import NOW
from tests.console.conftest import MIDWIFE, PASSWORD, Browser, Console
from tests.console.serving import proxied
from tests.factories import DONOMULYO
from tests.security import console_world
from tests.security.console_world import DOOR, HOSTILE_FORM, OPEN, attack, send, ways


def test_cookie_set_by_somebody_else_is_not_the_one_that_is_signed_in(console: Console) -> None:
    console.midwife()
    planted = "a" * 43
    browser = Browser(console.app, cookies={security.COOKIE: planted})
    browser.get("/masuk")
    assert browser.post("/masuk", {"phone": MIDWIFE, "password": PASSWORD}).status_code == 303
    assert browser.cookies[security.COOKIE] != planted
    assert Browser(console.app, cookies={security.COOKIE: planted}).get("/").status_code == 303


def test_browser_behind_the_public_port_gets_nobody_elses_session(console: Console) -> None:
    public = proxied("http://inner", httpx.ASGITransport(console.app))
    officer = Browser(public)
    officer.get("/masuk")
    with console.database.write() as session:
        area = Area((), (DONOMULYO,), "Puskesmas Donomulyo")
        code = invitations.invite(session, "midwife", "Ana Lestari", MIDWIFE, NOW, area=area)
    form = {"phone": MIDWIFE, "code": code, "password": PASSWORD, "again": PASSWORD}
    assert officer.post("/mulai", form).headers["location"] == "/console/"
    assert officer.get("/").status_code == 200
    stranger = Browser(public)
    assert stranger.get("/").headers["location"] == DOOR
    assert stranger.get("/masuk").status_code == 200
    assert stranger.cookies[security.COOKIE] != officer.cookies[security.COOKIE]


def test_each_step_of_signing_in_has_a_token_of_its_own(console: Console) -> None:
    browser = console.start("dinkes", "+628120009002")
    half = browser.cookies[security.COOKIE]
    browser.get("/kunci")
    browser.post("/kunci", {"code": console.code_of("+628120009002")})
    assert browser.cookies[security.COOKIE] != half
    assert Browser(console.app, cookies={security.COOKIE: half}).get("/").status_code == 303


def test_revoked_officer_is_out_on_every_page_at_once(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.midwife()
    with console.database.write() as session:
        invitations.revoke(session, MIDWIFE, NOW)
    for way in ways():
        if way.path in OPEN:
            continue
        answer = attack(browser, way, way.filled(), **HOSTILE_FORM)
        assert answer.status_code in (303, 403), way
        assert not [word for word in secrets if word in answer.text], way


def test_expired_session_opens_no_page(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.midwife()
    with time_machine.travel(datetime.now(UTC) + sessions.LASTS + timedelta(seconds=1)):
        for way in ways("GET"):
            if way.path not in OPEN:
                assert send(browser, "GET", way.filled()).status_code in (303, 403), way


def test_every_answer_carries_the_headers(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.dinkes()
    found = [send(browser, "GET", way.filled()) for way in console_world.pages()]
    found += [send(browser, "POST", way.filled()) for way in ways("POST")]
    found += [send(browser, "PUT", "/ibu"), send(browser, "GET", "/nihil"), send(browser, "GET", "/static/console.css")]
    for answer in found:
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store" or "/static/" in str(answer.request.url)


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(console: Console, where: str) -> None:
    console.midwife()
    for name in ("next", "url", "kembali", "redirect", "pesan"):
        browser = console.browser()
        browser.get(f"/masuk?{name}={quote(where)}")
        form = {"phone": MIDWIFE, "password": PASSWORD, name: where}
        answer = browser.post(f"/masuk?{name}={quote(where)}", form, host="evil.example")
        assert answer.headers["location"] == "/console/"


@pytest.mark.parametrize("path", ["/ibu/", "//evil.example/", "/masuk//", "/..//evil.example"])
def test_address_that_is_none_sends_nobody_away(console: Console, path: str) -> None:
    answer = console.midwife().get(path, host="evil.example")
    assert "evil" not in answer.headers.get("location", "")
    assert answer.status_code in (303, 404)


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "..%2f..%2fsettings.py", "/etc/passwd", ""])
def test_files_of_ours_are_not_served(console: Console, name: str) -> None:
    assert send(console.browser(), "GET", f"/static/{name}").status_code in (404, 405)
