"""An attacker at the console: every route, without a session, from another area, with forged and hostile values."""

from __future__ import annotations

import itertools
import re
from io import BytesIO
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from console import pages, security
from registry.models import ConsoleSession, Staff
from tests.console.conftest import Browser, Console
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG
from tests.security import console_world
from tests.security.console_world import (
    DOOR,
    HOSTILE_FORM,
    LIVE,
    NUMBERS,
    OPEN,
    REFUSED,
    SCRIPT,
    WORDS,
    attack,
    send,
    ways,
)

ELSEWHERE = "+628120009021"


# ---------------------------------------------------------------- the table


def test_table_knows_every_hole_of_every_address() -> None:
    holes = {hole for way in ways() for hole in way.holes}
    assert holes <= NUMBERS | set(WORDS), "a new kind of value in an address: say in console_world what may stand there"


def test_routes_that_only_look_are_gets_and_all_others_posts() -> None:
    assert {way.method for way in ways("GET", "POST", "PUT", "PATCH", "DELETE")} == {"GET", "POST"}


# ---------------------------------------------------------------- without a session


def test_nobody_comes_in_without_a_session(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.browser()
    browser.get("/masuk")
    before = console_world.state_of(console.database)
    for way in ways():
        for cookies in (browser.cookies, {security.COOKIE: "x" * 43}):
            visitor = Browser(console.app, cookies=dict(cookies))
            answer = attack(visitor, way, way.filled(), **HOSTILE_FORM)
            if way.path in OPEN:
                assert answer.status_code in (200, 422), way
            elif way.path.endswith(LIVE):
                assert answer.status_code == 403, way
            else:
                assert (answer.status_code, answer.headers.get("location")) == (303, DOOR), way
            assert not [word for word in secrets if word in answer.text], way
    assert console_world.state_of(console.database) == before


@pytest.mark.parametrize("stage", ["code", "key"])
def test_password_alone_opens_nothing_to_who_needs_a_second_factor(
    console: Console, secrets: tuple[str, ...], stage: str
) -> None:
    browser = console.start("dinkes", "+628120009002")
    with console.database.write() as session:
        session.execute(update(ConsoleSession).values(stage=stage))
    before = console_world.state_of(console.database)
    for way in ways():
        if way.path in {*OPEN, "/kode", "/kunci", "/keluar"}:
            continue
        answer = attack(browser, way, way.filled(), **HOSTILE_FORM)
        assert answer.status_code in (303, 403), way
        assert not [word for word in secrets if word in answer.text], way
    assert console_world.state_of(console.database) == before


# ---------------------------------------------------------------- another area


def test_numbers_of_another_area_are_not_found_and_nothing_changes(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.midwife(ELSEWHERE, GONDANGLEGI)
    with console.database.read() as session:
        herself = session.scalars(select(Staff.id).where(Staff.unit == "puskesmas").order_by(Staff.id.desc())).first()
    own = {f"/petugas/staff/{herself}{more}" for more in ("", "/akhiri", "/wilayah", "/jaga")}
    before = console_world.state_of(console.database)
    for way in ways():
        if not NUMBERS & set(way.holes):
            continue
        for path in set(way.every()) - own:
            answer = attack(browser, way, path, **HOSTILE_FORM)
            assert answer.status_code in REFUSED, (way.method, path)
            assert not [word for word in secrets if word in answer.text], path
    assert console_world.state_of(console.database) == before


def test_the_same_numbers_are_found_by_whose_business_they_are(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.dinkes()
    for way in console_world.pages():
        if NUMBERS & set(way.holes):
            assert any(send(browser, "GET", path).status_code == 200 for path in way.every()), way


def test_lists_and_files_of_another_area_hold_nothing_of_hers(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.midwife(ELSEWHERE, GONDANGLEGI)
    for way in console_world.pages():
        if way.holes or way.path in {*OPEN, "/kode", "/kunci"}:
            continue
        for asked in ("", f"?cari={secrets[0]}&desa={KETAWANG}&kec={DONOMULYO}&kode=1"):
            answer = send(browser, "GET", f"{way.path}{asked}")
            told = _cells(answer) if way.path.endswith(".xlsx") else [answer.text.replace(secrets[0], "")]
            assert not [word for word in secrets for text in told if word in str(text)], way


def _cells(answer: httpx.Response) -> list[Any]:
    if answer.status_code != 200:
        return [answer.text]
    book = load_workbook(BytesIO(answer.content))
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


# ---------------------------------------------------------------- forged posts


@pytest.mark.parametrize("how", ["no token", "another token", "token of another browser", "from another site"])
def test_forged_post_is_refused_everywhere(console: Console, secrets: tuple[str, ...], how: str) -> None:
    browser, other = console.dinkes(), console.midwife()
    mine = security.csrf_of(browser.cookies[security.COOKIE])
    token = {
        "no token": "", "another token": "0" * 64,
        "token of another browser": security.csrf_of(other.cookies[security.COOKIE]), "from another site": mine,
    }[how]  # fmt: skip
    headers = {"sec-fetch-site": "cross-site"} if how == "from another site" else {}
    before = console_world.state_of(console.database)
    for way in ways("POST"):
        answer = send(browser, "POST", way.filled(), data={**HOSTILE_FORM, "csrf": token}, headers=headers)
        assert answer.status_code == 403, way
    assert console_world.state_of(console.database) == before
    assert browser.get("/").status_code == 200, "signing out was forged"


# ---------------------------------------------------------------- hostile values


NO_NUMBERS = (
    "0",
    "-1",
    "2147483648",
    "9223372036854775808",
    "9" * 5000,
    "abc",
    "1.5",
    "1e3",
    "%C2%B2",
    "%D9%A3",
    "1%00",
)
NO_WORDS = ("x", "%00", "quiet_hours%00", "' OR 1=1 --", "..%2f..%2fetc", "%ED%A0%80", "x" * 3000, "%3Cscript%3E")


def test_number_that_is_none_is_not_found_anywhere(console: Console) -> None:
    browser = console.dinkes()
    for way in ways():
        for hole in NUMBERS & set(way.holes):
            for value in NO_NUMBERS:
                answer = attack(browser, way, way.filled(**{hole: value}))
                assert answer.status_code in REFUSED, (way, hole, value[:20])


def test_word_that_is_none_is_not_found_anywhere(console: Console) -> None:
    browser = console.dinkes()
    for way in ways():
        for hole in set(WORDS) & set(way.holes):
            for value in NO_WORDS:
                answer = attack(browser, way, way.filled(**{hole: value}))
                assert answer.status_code in (*REFUSED, 303), (way, hole, value[:20])
                assert "<script>" not in answer.text


QUESTIONS = (f"'\"><{SCRIPT}", "\x00", "9" * 30, "-1", "2147483648", "²", "x" * 2000, "=1+1", "2026-13-45", "\ud800")


def test_question_that_makes_no_sense_breaks_no_page(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.dinkes()
    for way in console_world.pages():
        for value in QUESTIONS:
            asked = quote(value, errors="surrogatepass")
            together = "&".join(f"{name}={asked}" for name in console_world.names_of("query"))
            alone = [f"{name}={asked}" for name in console_world.names_of("query", way.module)]
            for question in (together, *alone):
                answer = send(browser, "GET", f"{way.filled()}?{question}")
                assert answer.status_code < 500, (way, question[:40])
                assert SCRIPT not in answer.text, way


FIELDS = (SCRIPT, "", "9" * 30, "2147483648", "x" * 5000, "9999-12-31", "0001-01-01T00:00")


@pytest.mark.parametrize("value", FIELDS, ids=lambda value: value[:12] or "nothing")
def test_field_that_makes_no_sense_breaks_no_form(console: Console, secrets: tuple[str, ...], value: str) -> None:
    browser = console.dinkes()
    form: dict[str, Any] = dict.fromkeys(console_world.fields(), value)
    for way in ways("POST"):
        if way.path != "/keluar":
            answer = attack(browser, way, way.filled(), **form)
            assert answer.status_code < 500, way
            assert SCRIPT not in answer.text, way
    assert browser.get("/").status_code == 200, "she was signed out on the way: nothing was looked at"


def test_words_of_others_are_never_markup(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.dinkes()
    console_world.poison(console.database, SCRIPT)
    shown = 0
    for way in console_world.pages():
        for path in way.every():
            answer = send(browser, "GET", path)
            if way.path.endswith(".xlsx"):
                continue
            assert answer.status_code < 500, path
            assert SCRIPT not in answer.text, path
            assert not re.search(r"<script(?! src=)|\son\w+=|javascript:|\sstyle=", answer.text), path
            shown += "&lt;script&gt;alert(1)" in answer.text
    assert shown > 8, "the words stand on no page: this test looks at nothing"


def test_no_cell_of_any_file_is_a_formula(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.dinkes()
    files = [way for way in console_world.pages() if way.path.endswith((".xlsx", ".csv"))]
    assert files
    for first, way in itertools.product(("=", "+", "-", "@", "\t", "\r"), files):
        console_world.poison(console.database, f"{first}HYPERLINK({ord(first)})")
        answer = send(browser, "GET", way.path)
        assert answer.status_code == 200, way
        book = load_workbook(BytesIO(answer.content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"], way
        told = [cell.value for cell in cells if isinstance(cell.value, str)]
        assert not [value for value in told if value.startswith(("=", "+", "-", "@", "\t", "\r"))], way


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"])
def test_other_methods_do_nothing(console: Console, secrets: tuple[str, ...], method: str) -> None:
    browser = console.dinkes()
    before = console_world.state_of(console.database)
    for way in ways():
        assert send(browser, method, way.filled()).status_code in (404, 405), way
    assert console_world.state_of(console.database) == before


def test_head_looks_and_says_nothing(console: Console, secrets: tuple[str, ...]) -> None:
    browser = console.dinkes()
    for way in ways("GET"):
        answer = send(browser, "HEAD", way.filled())
        assert answer.status_code in (200, 303, 403, 404), way
    for way in ways("POST"):
        if way.path not in {other.path for other in ways("GET")}:
            assert send(browser, "HEAD", way.filled()).status_code in (404, 405), way


# ---------------------------------------------------------------- large bodies


@pytest.mark.parametrize(
    ("length", "status"), [(pages.LARGEST_BODY + 1, 413), (10**18, 413), (10**30, 413)], ids=["large", "huge", "absurd"]
)
def test_large_form_is_not_read(console: Console, length: int, status: int) -> None:
    browser = console.midwife()
    read: list[int] = []

    async def body() -> Any:
        for _ in range(100):
            read.append(1)
            yield b"x" * 65_536

    for way in ways("POST"):
        headers = {"content-length": str(length), "content-type": "application/x-www-form-urlencoded"}
        assert send(browser, "POST", way.filled(), content=body(), headers=headers).status_code == status, way


def test_form_without_a_length_is_refused(console: Console) -> None:
    browser = console.midwife()

    async def body() -> Any:
        yield b"csrf=x"

    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert send(browser, "POST", "/keluar", content=body(), headers=headers).status_code == 400


def test_many_fields_and_files_are_refused(console: Console) -> None:
    browser = console.midwife()
    assert send(browser, "POST", "/keluar", data={f"f{number}": "x" for number in range(900)}).status_code == 400
    files = [(f"f{number}", ("x.txt", b"x")) for number in range(9)]
    assert send(browser, "POST", "/keluar", files=files).status_code == 400


def test_charset_of_the_sender_makes_no_broken_letters(console: Console) -> None:
    browser = console.midwife()
    token = security.csrf_of(browser.cookies[security.COOKIE])
    parts = (("csrf", token), ("text", "\\ud800"))
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts)
    headers = {"content-type": "multipart/form-data; boundary=b; charset=unicode_escape"}
    answer = send(browser, "POST", "/siaran/baru", content=f"{body}--b--\r\n".encode(), headers=headers)
    assert answer.status_code < 500
