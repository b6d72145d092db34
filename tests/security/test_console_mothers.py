"""Attacks on a mother's pages: not one's business, forged posts, markup in what is typed, numbers that are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from registry.models import Alert, Person, Staff
from registry.persons import people
from registry.pregnancies import unreached
from tests.conftest import NOW
from tests.console.conftest import MIDWIFE, Browser, Console, console
from tests.console.people import add
from tests.factories import GONDANGLEGI
from tests.security.village import state_of

__all__ = ["console"]  # the fixture

NAME, COMPANION, PLACE = "Wagiyem Kusumawardani", "Pak Rahasia", "Polindes Rahasia"
HOSTILE = '"><script>alert(1)</script>'
GETS = ("", "/ubah", "/tutup")
POSTS: dict[str, dict[str, str]] = {
    "/ubah": {"name": "Diambil Alih", "step": "keep", "seen": "0" * 24},
    "/tutup": {"how": "moved", "step": "keep"},
    "/buka": {},
    "/kehilangan/1/batal": {},
    "/kunjungan": {"kind": "K2", "on": "2026-11-20"},
    "/kunjungan/1": {},
    "/kunjungan/1/tolak": {"why": "typing"},
    "/hak/1": {"why": "letter"},
    "/hak/1/batal": {},
    "/berkas": {"paper": "ktp"},
}
BAD_NUMBERS = ("0", "-1", "abc", "2147483648", "99999999999999999999", "1e3", "1%00", "%C2%B2", "0x1", "1.0")
TRACES = (NAME, COMPANION, "M-7W9K", "0812 0009 7901", "+6281200097901")
OFF_LISTS = {"audit", "console_session", "sign_in_try", "staff_account", "invitation", "staff", "staff_district"}


def hers(console: Console, **values: Any) -> dict[str, int]:
    """A mother of Donomulyo; nothing urgent of hers is open."""
    given = {"code": "M-7W9K", "phone": "+6281200097901", "companion": COMPANION} | values
    ids = add(console, name=given.pop("name", NAME), **given)
    with console.database.write() as session:
        session.get_one(Alert, ids["alert"]).status = "closed"
    return ids


def elsewhere(console: Console) -> Browser:
    """A midwife of another district."""
    hers(console)
    return console.midwife("+628120009003", GONDANGLEGI)


def not_agreed(console: Console) -> Browser:
    """Her own midwife, but she left sharing out."""
    hers(console, agreed=["chat", "reminders"])
    return console.midwife()


def withdrawn(console: Console) -> Browser:
    """Her own midwife, and she took her consent back."""
    hers(console, consent="withdrawn")
    return console.midwife()


def unregistered(console: Console) -> Browser:
    """She said no to being registered."""
    hers(console, registered=False)
    return console.midwife()


def dinkes_of_a_mother_who_keeps_to_herself(console: Console) -> Browser:
    """All of the kabupaten is theirs, but not who did not agree."""
    hers(console, agreed=["chat"])
    return console.dinkes()


OUTSIDERS: dict[str, Callable[[Console], Browser]] = {
    maker.__name__: maker
    for maker in (elsewhere, not_agreed, withdrawn, unregistered, dinkes_of_a_mother_who_keeps_to_herself)
}


def tells_nothing(answer: httpx.Response) -> bool:
    return answer.status_code == 404 and not any(trace in answer.text for trace in TRACES)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsider_gets_not_one_byte_of_her_and_changes_nothing(console: Console, who: str) -> None:
    browser = OUTSIDERS[who](console)
    browser.get("/")
    with console.database.read() as session:
        before = state_of(session, *OFF_LISTS)
    for path in GETS:
        assert tells_nothing(browser.get(f"/ibu/1{path}")), path
    for path, form in POSTS.items():
        browser.get("/")
        assert tells_nothing(browser.post(f"/ibu/1{path}", form)), path
    with console.database.read() as session:
        assert state_of(session, *OFF_LISTS) == before


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize(
    "query", ["", "?cari=Wagiyem", "?cari=M-7W9K", "?terjangkau=belum", "?keadaan=active", "?dari=1"]
)
def test_outsider_does_not_find_her(console: Console, who: str, query: str) -> None:
    browser = OUTSIDERS[who](console)
    typed = query.partition("cari=")[2] or "nothing typed"  # the page may say what she was asked for
    text = browser.get(f"/ibu{query}").text.replace(typed, "")
    assert not any(trace in text for trace in TRACES)
    assert b"Kusumawardani" not in browser.get(f"/ibu.xlsx{query}").content


def test_former_officer_is_out_at_once(console: Console) -> None:
    hers(console)
    browser = console.midwife()
    assert NAME in browser.get("/ibu/1").text
    with console.database.write() as session:
        session.scalars(select(Staff)).one().active = False
    for path in GETS:
        answer = browser.get(f"/ibu/1{path}")
        assert answer.status_code in (303, 403)
        assert NAME not in answer.text
    for path, form in POSTS.items():
        assert browser.post(f"/ibu/1{path}", form).status_code in (303, 403)
    with console.database.read() as session:
        assert session.get_one(Person, 1).name == NAME


def test_stranger_gets_to_the_door_only(console: Console) -> None:
    hers(console)
    browser = console.browser()
    for path in GETS:
        assert browser.get(f"/ibu/1{path}").status_code == 303
    browser.get("/masuk")
    for path, form in POSTS.items():
        answer = browser.post(f"/ibu/1{path}", form)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/console/masuk"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", ["", "0" * 64, "ü"], ids=["no token", "another token", "no hexadecimal"])
def test_post_without_her_officers_token_is_refused(console: Console, path: str, token: str) -> None:
    hers(console)
    browser = console.midwife()
    assert browser.post(f"/ibu/1{path}", POSTS[path], token=token).status_code == 403
    with console.database.read() as session:
        assert session.get_one(Person, 1).name == NAME


@pytest.mark.parametrize("path", POSTS)
def test_post_of_another_site_or_another_officer_is_refused(console: Console, path: str) -> None:
    hers(console)
    browser, other = console.midwife(), console.midwife("+628120009004")
    browser.get("/ibu/1")
    assert browser.post(f"/ibu/1{path}", POSTS[path], **{"sec-fetch-site": "cross-site"}).status_code == 403
    browser.get("/ibu/1")
    other.seen = browser.seen
    assert other.post(f"/ibu/1{path}", POSTS[path]).status_code == 403


@pytest.mark.parametrize("path", POSTS)
def test_act_is_no_address_to_be_opened(console: Console, path: str) -> None:
    hers(console)
    expected = 200 if path in ("/ubah", "/tutup") else (404, 405)
    status = console.midwife().get(f"/ibu/1{path}").status_code
    assert status == expected if isinstance(expected, int) else status in expected


@pytest.mark.parametrize("number", BAD_NUMBERS)
def test_number_that_is_none_is_not_found_anywhere(console: Console, number: str) -> None:
    hers(console)
    browser = console.midwife()
    for path in GETS:
        assert browser.get(f"/ibu/{number}{path}").status_code == 404, path
    for path, form in POSTS.items():
        browser.get("/ibu/1")
        assert browser.post(f"/ibu/{number}{path}", form).status_code == 404, path
        if path.count("/") > 1:
            browser.get("/ibu/1")
            swapped = path.replace("/1", f"/{number}")
            assert browser.post(f"/ibu/1{swapped}", form).status_code == 404, swapped


def test_what_belongs_to_another_mother_does_not_slip_in_under_mine(console: Console) -> None:
    hers(console)
    other = add(console, name="Ibu Lain")
    browser = console.midwife()
    for path in (
        f"/kunjungan/{other['visit']}", f"/kunjungan/{other['visit']}/tolak", f"/hak/{other['answer']}",
        f"/hak/{other['answer']}/batal", "/kehilangan/1/batal",
    ):  # fmt: skip
        browser.get("/ibu/1")
        assert browser.post(f"/ibu/1{path}", {"why": "typing"}).status_code == 404, path


@pytest.mark.parametrize(
    "field", ["name", "companion", "house", "phone", "born_on", "village", "jkn", "gravida", "day"]
)
def test_markup_that_is_typed_is_shown_as_text(console: Console, field: str) -> None:
    hers(console)
    browser = console.midwife()
    browser.get("/ibu/1/ubah")
    form = {field: HOSTILE, "how": "lmp" if field == "day" else "", "para": "1", "abortus": "0", "step": "check"}
    answer = browser.post("/ibu/1/ubah", form)
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.text
    assert ("&lt;script&gt;" in answer.text) is (field not in ("village", "jkn"))  # of those there is a list


def test_markup_that_was_kept_is_shown_as_text(console: Console) -> None:
    ids = hers(console, name=HOSTILE, companion=HOSTILE, address=HOSTILE)
    browser = console.midwife()
    browser.get("/ibu/1")
    for path, form in (
        ("/kunjungan", {"kind": "K3", "on": "2026-11-20", "place": HOSTILE}),
        (f"/hak/{ids['answer']}", {"why": "letter", "note": HOSTILE}),
    ):
        assert browser.post(f"/ibu/1{path}", form).status_code == 303
        browser.get("/ibu/1")
    for path in (*GETS, "", "?pesan=%3Cscript%3E"):
        assert "<script>alert" not in browser.get(f"/ibu/1{path}").text
    assert "<script>alert" not in browser.get("/ibu").text
    shown = browser.post("/ibu/1/tutup", {"how": "birth", "on": "2026-11-20", "place": HOSTILE, "step": "check"})
    assert "<script>alert" not in shown.text


@pytest.mark.parametrize("extra", [
    {"id": "2"}, {"person_id": "2"}, {"status": "closed"}, {"consent": "given"}, {"nik": "3507014503980001"},
    {"registered": ""}, {"risk": "../../x"}, {"paper": "x" * 5000},
], ids=lambda extra: next(iter(extra)))  # fmt: skip
def test_fields_that_no_form_has_change_nothing(console: Console, extra: dict[str, str]) -> None:
    hers(console)
    add(console, name="Ibu Lain")
    browser = console.midwife()
    browser.get("/ibu/1")
    with console.database.read() as session:
        before = state_of(session, *OFF_LISTS)
    for path in ("/ubah", "/tutup", "/berkas"):
        browser.get("/ibu/1")
        assert browser.post(f"/ibu/1{path}", {**extra, "step": "keep"}).status_code < 500
    with console.database.read() as session:
        assert state_of(session, *OFF_LISTS) == before


def test_nothing_of_hers_leaks_into_what_the_log_says(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    hers(console)
    browser = console.midwife()
    browser.get("/ibu/1/ubah")
    browser.post("/ibu/1/ubah", {"companion": "Bu Tetangga", "step": "check"})
    said = capsys.readouterr()
    assert not any(trace in said.out + said.err for trace in (*TRACES, "Tetangga", MIDWIFE))


def test_list_of_the_unreached_holds_ids_and_leaves_the_door_to_access(console: Console) -> None:
    hers(console)
    with console.database.read() as session:
        assert set(unreached.found(NOW).c.keys()) == {"pregnancy_id", "why", "at"}
        assert unreached.among(session, [1], NOW) == set()
        assert people.persons_with(session, None) == []
