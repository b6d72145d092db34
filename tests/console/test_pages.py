"""Every page: what it shows, to whom, at what cost, and what it never shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from registry.models import (
    Alert,
    AuditEntry,
)
from tests.console.conftest import Console
from tests.console.people import add, read
from tests.factories import GONDANGLEGI, KETAWANG

HOSTILE = "<img src=x onerror=alert(1)>"
PAGES = ("/", "/ibu", "/percakapan")


def of_mother(ids: dict[str, int]) -> tuple[str, ...]:
    return (f"/ibu/{ids['person']}", f"/percakapan/{ids['contact']}", f"/percakapan/{ids['contact']}/alir")


def posts_of(ids: dict[str, int]) -> tuple[str, ...]:
    person, contact = f"/ibu/{ids['person']}", f"/percakapan/{ids['contact']}"
    return (
        f"{person}/kunjungan/{ids['visit']}", f"{person}/kunjungan", f"{person}/hak/{ids['answer']}",
        f"{person}/ubah", f"{contact}/balas", f"{contact}/ambil", f"{contact}/catatan", f"{contact}/tutup",
        f"/peringatan/{ids['alert']}/ambil", f"/peringatan/{ids['alert']}/tutup",
    )  # fmt: skip


def test_mother_stands_on_every_page_of_her_area(console: Console) -> None:
    ids = add(console)
    browser = console.midwife()
    for path in (*PAGES, *of_mother(ids)[:2]):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "Siti Aminah" in answer.text
        assert len(answer.content) < 100_000
        assert not re.search(r"None|\{\{|\}\}|Undefined", answer.text)


def test_empty_area_has_pages_without_a_word_too_many(console: Console) -> None:
    browser = console.midwife()
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert not re.search(r"None|\{\{|\}\}", answer.text)


def test_nothing_of_another_area_can_be_read_or_changed(console: Console) -> None:
    ids = add(console, KETAWANG, "Wahyuni")
    browser = console.midwife()
    before = read(console.database, ids)
    for path in PAGES:
        assert "Wahyuni" not in browser.get(path).text
    for path in of_mother(ids)[:2]:
        assert browser.get(path).status_code == 404
    assert browser.get(of_mother(ids)[2]).status_code == 403
    browser.get("/")
    for path in posts_of(ids):
        assert (
            browser.post(path, {"text": "halo", "outcome": "died", "kind": "K2", "on": "2026-11-01"}).status_code == 404
        )
        browser.get("/")
    after = read(console.database, ids)
    assert [(row.__class__, vars(row) | {"_sa_instance_state": 0}) for row in before] == [
        (row.__class__, vars(row) | {"_sa_instance_state": 0}) for row in after
    ]
    assert console.midwife("+628120009003", GONDANGLEGI).get(of_mother(ids)[0]).status_code == 200


def test_ids_of_another_area_do_not_slip_in_under_a_mother_of_mine(console: Console) -> None:
    mine, other = add(console), add(console, KETAWANG, "Wahyuni")
    browser = console.midwife()
    browser.get("/")
    for path in (f"/ibu/{mine['person']}/kunjungan/{other['visit']}", f"/ibu/{mine['person']}/hak/{other['answer']}"):
        assert browser.post(path).status_code == 404
        browser.get("/")
    assert read(console.database, other)[1].status == "reported"


@pytest.mark.parametrize("number", ["0", "-1", "abc", "99999999999999999999", "1%00", "²"])
def test_number_that_is_none_is_not_found(console: Console, number: str) -> None:
    assert console.midwife().get(f"/ibu/{number}").status_code == 404


def test_dinkes_sees_all(console: Console) -> None:
    ids = add(console, KETAWANG, "Wahyuni")
    browser = console.dinkes()
    assert "Wahyuni" in browser.get("/").text
    assert browser.get(of_mother(ids)[0]).status_code == 200


@pytest.mark.parametrize(
    "values", [{"consent": "withdrawn"}, {"agreed": ["chat", "reminders"]}], ids=["withdrew", "shares nothing"]
)
def test_mother_who_does_not_share_is_seen_in_an_emergency_only(console: Console, values: dict[str, Any]) -> None:
    ids = add(console, **values)
    browser = console.midwife()
    assert "Siti Aminah" not in browser.get("/ibu").text
    assert browser.get(f"/ibu/{ids['person']}").status_code == 200
    with console.database.write() as session:
        session.get_one(Alert, ids["alert"]).status = "closed"
    assert browser.get(f"/ibu/{ids['person']}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/keluar", "/masuk", "/mulai", "/peringatan/1/ambil", "/ibu/1/ubah", "/percakapan/1/balas"]
)
@pytest.mark.parametrize("token", ["", "0" * 64], ids=["no token", "another token"])
def test_post_without_its_token_is_refused(console: Console, path: str, token: str) -> None:
    browser = console.midwife()
    assert browser.post(path, {"text": "halo"}, token=token).status_code == 403


def test_post_of_another_site_is_refused_even_with_the_token(console: Console) -> None:
    browser = console.midwife()
    browser.get("/")
    assert browser.post("/keluar", None, **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_token_of_another_browser_is_refused(console: Console) -> None:
    first, second = console.midwife(), console.midwife("+628120009003")
    first.get("/")
    second.seen = first.seen
    assert second.post("/keluar").status_code == 403


@pytest.mark.parametrize("path", ["/", "/ibu", "/ibu.xlsx", "/ibu/1", "/percakapan", "/percakapan/1", "/alir"])
def test_nobody_looks_in_from_outside(console: Console, path: str) -> None:
    answer = console.browser().get(path)
    assert answer.status_code in (303, 403)
    assert "Ana" not in answer.text


def test_markup_in_names_and_messages_is_shown_as_text(console: Console) -> None:
    ids = add(console, name=HOSTILE)
    browser = console.midwife()
    for path in (*PAGES, *of_mother(ids)[:2], f"/ibu?cari={HOSTILE}", f"/ibu?cari=%22%3E{HOSTILE}"):
        assert "<img src=x" not in browser.get(path).text


def test_answers_carry_the_headers(console: Console) -> None:
    answer = console.browser().get("/masuk", **{"x-kawal-proto": "https"})
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert re.search(r"HttpOnly.*SameSite=lax.*Secure", answer.headers["set-cookie"])
    assert "strict-transport-security" not in console.browser().get("/masuk").headers


def test_pages_hold_nothing_inline(console: Console) -> None:
    ids = add(console)
    browser = console.midwife()
    for path in (*PAGES, *of_mother(ids)[:2], "/masuk"):
        text = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", text)


def test_failure_tells_nothing(
    console: Console, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from registry.casework import worklists

    def fail(*_args: object) -> None:
        raise ValueError("rahasia")

    monkeypatch.setattr(worklists, "board", fail)
    answer = console.midwife().get("/")
    assert answer.status_code == 500
    assert "rahasia" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(lambda _: "/", id="today"),
        pytest.param(lambda _: "/ibu", id="mothers"),
        pytest.param(lambda ids: f"/ibu/{ids['person']}", id="mother"),
        pytest.param(lambda _: "/percakapan", id="talks"),
        pytest.param(lambda ids: f"/percakapan/{ids['contact']}", id="talk"),
    ],
)
def test_page_asks_the_database_no_more_often_for_many(console: Console, path: Callable[[dict[str, int]], str]) -> None:
    ids = add(console)
    browser = console.midwife()
    asked: list[str] = []
    event.listen(console.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    browser.get(path(ids))
    few = len(asked)
    for number in range(5):
        add(console, name=f"Ibu {number}")
    asked.clear()
    browser.get(path(ids))
    assert len(asked) <= few <= 32


def test_each_look_at_a_record_is_in_the_audit(console: Console) -> None:
    ids = add(console)
    browser = console.midwife()
    for path in of_mother(ids)[:2]:
        browser.get(path)
    browser.get("/ibu.xlsx")
    with console.database.read() as session:
        rows = session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail)).all()
    seen = {(action, subject) for action, subject, _ in rows}
    assert ("record_seen", f"person:{ids['person']}") in seen
    assert ("talk_seen", f"contact:{ids['contact']}") in seen
    assert ("list_exported", "list:1") in seen
    assert all(detail["by"].startswith("staff:") for action, _, detail in rows if action == "record_seen")
