"""Getting into the console and out of it, and everything that must not get in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from console import security
from registry.models import AuditEntry, ConsoleSession, Staff, StaffAccount
from tests.conftest import NOW
from tests.console.conftest import MIDWIFE, OFFICER_OF_DINKES, PASSWORD, Console
from tests.factories import DONOMULYO, SUMBEROTO


def form(given: str, **other: str) -> dict[str, str]:
    return {"phone": "0812 0009 001", "code": given, "password": PASSWORD, "again": PASSWORD} | other


def test_whoever_is_not_signed_in_is_sent_to_the_door(console: Console) -> None:
    answer = console.browser().get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/masuk")


def test_invited_midwife_is_in_after_choosing_a_password(console: Console) -> None:
    browser = console.midwife()
    assert "Ana Lestari" in browser.get("/").text


def test_number_and_password_open_the_door(console: Console) -> None:
    console.midwife()
    browser = console.browser()
    browser.get("/masuk")
    answer = browser.post("/masuk", {"phone": "08120009001", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    assert browser.get("/").status_code == 200


def test_unknown_number_and_wrong_password_look_the_same(console: Console) -> None:
    console.midwife()
    said = []
    for phone, password in ((MIDWIFE, "salah sekali ini"), ("+628120009999", PASSWORD)):
        browser = console.browser()
        browser.get("/masuk")
        answer = browser.post("/masuk", {"phone": phone, "password": password})
        said.append(
            (
                answer.status_code,
                answer.text.replace(phone, "").replace(security.csrf_of(browser.cookies[security.COOKIE]), ""),
            )
        )
    assert said[0] == said[1]
    assert said[0][0] == 422


@pytest.mark.parametrize("phone", [MIDWIFE, "+628120009999"], ids=["known number", "unknown number"])
def test_door_stays_shut_for_fifteen_minutes_after_five_wrong_tries(console: Console, phone: str) -> None:
    console.midwife()
    browser = console.browser()
    browser.get("/masuk")
    for _ in range(5):
        browser.post("/masuk", {"phone": phone, "password": "salah sekali ini"})
    answer = browser.post("/masuk", {"phone": phone, "password": PASSWORD})
    assert "15 menit" in answer.text
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        answer = browser.post("/masuk", {"phone": phone, "password": PASSWORD})
        assert answer.status_code == (303 if phone == MIDWIFE else 422)
        assert "15 menit" not in answer.text


def test_one_address_may_not_try_many_numbers(console: Console) -> None:
    browser = console.browser()
    browser.get("/masuk")
    for number in range(20):
        browser.post("/masuk", {"phone": f"+6281200080{number:02}", "password": "x"}, **{"x-kawal-address": "10.1.1.1"})
    answer = browser.post("/masuk", {"phone": "+628120008099", "password": "x"}, **{"x-kawal-address": "10.1.1.1"})
    assert "15 menit" in answer.text
    answer = browser.post("/masuk", {"phone": "+628120008099", "password": "x"}, **{"x-kawal-address": "10.1.1.2"})
    assert "15 menit" not in answer.text


@pytest.mark.parametrize(
    ("other", "said"),
    [
        pytest.param({"password": "pendek", "again": "pendek"}, "paling sedikit 10", id="short"),
        pytest.param({"again": "padi menguning di ladang"}, "tidak sama", id="not the same twice"),
        pytest.param({"password": "a" * 12, "again": "a" * 12}, "mudah ditebak", id="one letter"),
        pytest.param({"password": "08120009001", "again": "08120009001"}, "mudah ditebak", id="her number"),
        pytest.param({"phone": "0812 0009 777"}, "tidak cocok", id="another number"),
        pytest.param({"code": "ABCD2345"}, "tidak cocok", id="another code"),
    ],
)
def test_account_is_refused(console: Console, other: dict[str, str], said: str) -> None:
    code = console.invite("midwife", MIDWIFE, DONOMULYO)
    browser = console.browser()
    browser.get("/mulai")
    answer = browser.post("/mulai", form(code, **other))
    assert answer.status_code == 422
    assert said in answer.text
    assert browser.post("/mulai", form(code)).status_code == 303, "the code was not used up"


def test_code_works_once(console: Console) -> None:
    code = console.invite("midwife", MIDWIFE, DONOMULYO)
    first, second = console.browser(), console.browser()
    for browser, status in ((first, 303), (second, 422)):
        browser.get("/mulai")
        assert browser.post("/mulai", form(code)).status_code == status


def test_code_of_a_cadre_opens_nothing(console: Console) -> None:
    from registry.persons import invitations
    from registry.persons.invitations import Area

    with console.database.write() as session:
        code = invitations.invite(session, "cadre", "Sri", MIDWIFE, NOW, area=Area(villages=(SUMBEROTO,)))
    browser = console.browser()
    browser.get("/mulai")
    assert browser.post("/mulai", form(code)).status_code == 422


def test_dinkes_sets_up_a_second_factor_before_anything_is_shown(console: Console) -> None:
    browser = console.start("dinkes", OFFICER_OF_DINKES)
    assert browser.get("/").headers["location"] == "/console/kunci"
    page = browser.get("/kunci")
    assert "data:image/svg+xml" in page.text
    assert browser.post("/kunci", {"code": "000000"}).status_code == 422
    assert browser.post("/kunci", {"code": console.code_of(OFFICER_OF_DINKES)}).headers["location"] == "/console/"
    assert browser.get("/").status_code == 200


def test_code_of_the_second_factor_is_asked_each_time_and_works_once(console: Console) -> None:
    console.dinkes()
    browser = console.browser()
    browser.get("/masuk")
    assert (
        browser.post("/masuk", {"phone": OFFICER_OF_DINKES, "password": PASSWORD}).headers["location"].endswith("/kode")
    )
    assert browser.get("/").headers["location"].endswith("/kode")
    assert browser.get("/kunci").headers["location"].endswith("/kode"), "the secret is shown no more"
    browser.get("/kode")
    assert browser.post("/kode", {"code": console.code_of(OFFICER_OF_DINKES)}).status_code == 422, "used when set up"
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert browser.post("/kode", {"code": console.code_of(OFFICER_OF_DINKES)}).headers["location"] == "/console/"


def test_second_factor_cannot_be_guessed(console: Console) -> None:
    console.dinkes()
    browser = console.browser()
    browser.get("/masuk")
    browser.post("/masuk", {"phone": OFFICER_OF_DINKES, "password": PASSWORD})
    browser.get("/kode")
    for _ in range(5):
        browser.post("/kode", {"code": "000000"})
    assert "15 menit" in browser.post("/kode", {"code": "000000"}).text


@pytest.mark.parametrize(
    ("passed", "is_in"),
    [
        pytest.param(timedelta(minutes=59), True, id="idle for less than an hour"),
        pytest.param(timedelta(minutes=61), False, id="idle for more than an hour"),
    ],
)
def test_idle_session_ends(console: Console, passed: timedelta, is_in: bool) -> None:
    browser = console.midwife()
    with time_machine.travel(datetime.now(UTC) + passed):
        assert (browser.get("/").status_code == 200) is is_in


def test_session_ends_after_twelve_hours_however_busy(console: Console) -> None:
    browser = console.midwife()
    begun = datetime.now(UTC)
    for minutes in range(50, 12 * 60, 50):
        with time_machine.travel(begun + timedelta(minutes=minutes)):
            assert browser.get("/").status_code == 200
    with time_machine.travel(begun + timedelta(hours=12, minutes=1)):
        assert browser.get("/").status_code == 303


def test_token_is_worth_nothing_after_signing_out(console: Console) -> None:
    browser = console.midwife()
    browser.get("/")
    stolen = dict(browser.cookies)
    assert browser.post("/keluar").headers["location"].startswith("/console/masuk")
    assert browser.get("/").status_code == 303
    browser.cookies = stolen
    assert browser.get("/").status_code == 303


def test_officer_who_serves_no_more_is_out_at_once(console: Console) -> None:
    browser = console.midwife()
    with console.database.write() as session:
        session.execute(update(Staff).values(active=False))
    assert browser.get("/").status_code == 303
    browser.get("/masuk")
    assert browser.post("/masuk", {"phone": MIDWIFE, "password": PASSWORD}).status_code == 422


def test_new_password_ends_other_sessions(console: Console) -> None:
    old = console.midwife()
    new = console.midwife()
    assert (old.get("/").status_code, new.get("/").status_code) == (303, 200)


def test_neither_token_nor_password_stands_in_the_database(console: Console) -> None:
    browser = console.midwife()
    with console.database.read() as session:
        account, row = session.scalars(select(StaffAccount)).one(), session.scalars(select(ConsoleSession)).one()
        assert account.password_hash.startswith("$argon2id$")
        assert browser.cookies[security.COOKIE] != row.token_index


def test_what_happened_stands_in_the_audit(console: Console) -> None:
    console.midwife()
    browser = console.browser()
    browser.get("/masuk")
    browser.post("/masuk", {"phone": MIDWIFE, "password": "salah sekali ini"})
    with console.database.read() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"invitation_claimed", "console_account", "console_signed_in", "console_refused"} <= actions
