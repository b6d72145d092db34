"""Broadcasts in the console: within one's area, seen before they go, approved by two, held and stopped."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.messaging import broadcast_desk
from registry.messaging.broadcast_desk import Progress
from registry.models import AuditEntry, Broadcast, BroadcastRecipient, Contact, OutboxMessage, Person
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Browser, Console
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

COLLEAGUE, NEIGHBOUR = "+628120009003", "+628120009004"
TEXT = "Posyandu besok jam 8 di balai desa."


@pytest.fixture
def peopled(console: Console) -> Console:
    """Two mothers of Sumberoto, one of whom said STOP, and one of Ketawang."""
    with console.database.write() as session:
        for village, wanted in ((SUMBEROTO, "on"), (SUMBEROTO, "stopped"), (KETAWANG, "on")):
            mother = factories.person(session, village_code=village, messages=wanted)
            factories.pregnancy(session, mother)
            factories.reachable(session, mother)
    return console


def write(browser: Browser, **form: Any) -> str:
    """Fill the form; the address of the draft."""
    browser.get("/siaran/baru")
    answer = browser.post("/siaran/baru", {"text": TEXT, "who": "mothers"} | form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/console")


def do(browser: Browser, address: str, act: str) -> str:
    """Press a button of its page; the page that follows."""
    browser.get(address)
    answer = browser.post(f"{address}/{act}")
    assert answer.status_code == 303
    return browser.get(answer.headers["location"].removeprefix("/console")).text


def only(console: Console) -> Broadcast:
    with console.database.read() as session:
        return session.scalars(select(Broadcast).order_by(Broadcast.id.desc())).first() or pytest.fail("none")


def queued(console: Console) -> int:
    with console.database.read() as session:
        rows = select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == "broadcast")
        return session.scalar(rows.where(OutboxMessage.status == "queued")) or 0


def test_preview_says_whom_it_reaches_and_whom_not(peopled: Console) -> None:
    browser = peopled.midwife()
    page = html.unescape(browser.get(write(browser)).text)
    assert "1 penerima" in page
    assert "1 minta berhenti" in page
    assert f"Kabar dari Puskesmas Donomulyo untuk Ibu: {TEXT}" in page
    assert queued(peopled) == 0


def test_preview_says_what_whatsapp_lets_through(peopled: Console) -> None:
    browser = peopled.midwife()
    page = browser.get(write(browser)).text
    assert "<dd>1 orang</dd>" in page  # nobody has written today: a template
    assert "<dd>200 orang</dd>" in page  # a fifth of 250 is kept for reminders and emergencies
    assert "harga belum diatur" in page
    assert "belum pernah dicek" in page


def test_broadcast_goes_out_on_a_yes(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser)
    page = do(browser, address, "kirim")
    assert "1 dari 1 penerima" in page
    assert (only(peopled).status, queued(peopled)) == ("done", 1)
    assert "Sumberoto" not in page
    assert TEXT in browser.get("/siaran").text


def test_pressing_twice_sends_once(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser)
    do(browser, address, "kirim")
    assert "Tidak bisa dilakukan" in do(browser, address, "kirim")
    assert queued(peopled) == 1


@pytest.mark.parametrize(
    ("form", "reached"),
    [
        ({}, 2),
        ({"areas": SUMBEROTO}, 1),
        ({"areas": [SUMBEROTO, GONDANGLEGI]}, 2),
        ({"areas": KETAWANG}, 1),
        ({"trimester": "3"}, 2),
        ({"trimester": "1"}, 0),
        ({"only": "high_risk"}, 0),
        ({"due_weeks": "14"}, 2),
        ({"due_weeks": "2"}, 0),
        ({"due_from": "2027-01-01", "due_until": "2027-03-31"}, 2),
        ({"due_from": "2026-12-01", "due_until": "2026-12-31"}, 0),
        ({"due_until": "2026-12-31"}, 0),
        ({"unvisited": "K4"}, 0),
        ({"unvisited": "K1"}, 2),
        ({"jkn": "unknown"}, 2),
        ({"jkn": ["active", "inactive"]}, 0),
        ({"jkn": ["active", "unknown"], "trimester": "3"}, 2),
        ({"paths": "UNASKED"}, 2),
        ({"paths": ["SELF_PAY", "JKN_ACTIVE"]}, 0),
        ({"who": "cadres", "jkn": "unknown", "due_from": "x"}, 0),
        ({"who": "cadres"}, 0),
        ({"who": "after_birth", "trimester": "1", "due_weeks": "x"}, 0),
        ({"who": "everybody"}, 2),
        ({"trimester": "9", "only": "everything", "jkn": "x", "paths": "y", "unvisited": "K9"}, 2),
    ],
    ids=[
        "all",
        "a village",
        "village and district",
        "another",
        "third",
        "first",
        "at risk",
        "due within weeks",
        "not so soon",
        "due range",
        "due in another month",
        "due until",
        "K4 ahead",
        "K1 missing",
        "JKN unknown",
        "JKN known",
        "JKN and trimester",
        "never asked",
        "asked",
        "cadres by area alone",
        "cadres",
        "after a birth",
        "nobody there is",
        "unknown words",
    ],
)
def test_audience_is_what_the_form_says(peopled: Console, form: dict[str, Any], reached: int) -> None:
    browser = peopled.dinkes()
    write(browser, **form)
    assert only(peopled).recipients == reached


@pytest.mark.parametrize("areas", [KETAWANG, GONDANGLEGI, [SUMBEROTO, KETAWANG], "35.99", "' OR 1=1 --"])
def test_area_of_another_puskesmas_is_not_found(peopled: Console, areas: Any) -> None:
    browser = peopled.midwife()
    browser.get("/siaran/baru")
    assert browser.post("/siaran/baru", {"text": TEXT, "areas": areas}).status_code == 404


def test_without_an_area_a_puskesmas_writes_to_its_own(peopled: Console) -> None:
    browser = peopled.midwife()
    write(browser)
    assert only(peopled).recipients == 1


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"text": "   "}, "masih kosong"),
        ({"text": "x" * 701}, "terlalu panjang"),
        ({"text": TEXT, "due": "besok"}, "belum terbaca"),
        ({"text": TEXT, "due": "2026-11-22T08:00+00:00"}, "belum terbaca"),
        ({"text": TEXT, "due_from": "1 Desember"}, "HPL belum terbaca"),
        ({"text": TEXT, "due_weeks": "-1"}, "HPL belum terbaca"),
        ({"text": TEXT, "due_weeks": "99"}, "Rentang HPL belum benar"),
        ({"text": TEXT, "due_from": "2026-12-31", "due_until": "2026-12-01"}, "Rentang HPL belum benar"),
    ],
    ids=[
        "empty",
        "too long",
        "no moment",
        "moment of another zone",
        "no day",
        "no weeks",
        "more than a pregnancy",
        "backwards",
    ],
)
def test_form_that_cannot_be_sent_says_why(peopled: Console, form: dict[str, str], says: str) -> None:
    browser = peopled.midwife()
    browser.get("/siaran/baru")
    answer = browser.post("/siaran/baru", form)
    assert (answer.status_code, says in answer.text) == (400, True)


def test_moment_is_that_of_malang(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser, due="2026-11-23T08:00", repeat="weekly")
    page = do(browser, address, "kirim")
    row = only(peopled)
    assert (row.due_at.isoformat(), row.repeat, row.status) == ("2026-11-23T01:00:00+00:00", "weekly", "scheduled")
    assert "Senin, 23 Nov 08.00" in page
    assert queued(peopled) == 0


def test_moment_that_has_passed_means_now(peopled: Console) -> None:
    write(peopled.midwife(), due="2020-01-01T08:00")
    assert only(peopled).due_at == NOW


def test_what_was_sent_can_begin_the_next_one(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser, due_weeks="14", jkn=["unknown", "none"], areas=SUMBEROTO, unvisited="K1")
    do(browser, address, "kirim")
    assert "Tulis lagi dari ini" in browser.get(address).text
    form = browser.get(f"/siaran/baru?dari={address.rpartition('/')[2]}").text
    for part in (TEXT, 'value="14"', 'value="unknown" checked', 'value="K1" selected', f'value="{SUMBEROTO}" checked'):
        assert part in form
    assert 'value="active" checked' not in form


def test_draft_that_is_changed_keeps_its_time_and_repetition(peopled: Console) -> None:
    browser = peopled.dinkes()
    address = write(browser, due="2026-11-23T08:00", repeat="weekly", areas=[SUMBEROTO])
    form = browser.get(f"/siaran/baru?dari={address.rpartition('/')[2]}").text
    assert 'value="2026-11-23T08:00"' in form
    assert 'value="weekly" selected' in form
    assert f'value="{SUMBEROTO}" checked' in form  # in the list of its kecamatan


def test_held_goes_on_and_stopped_does_not(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser, due="2026-11-23T08:00")
    do(browser, address, "kirim")
    for act, status in (("jeda", "paused"), ("lanjut", "scheduled"), ("hentikan", "stopped"), ("lanjut", "stopped")):
        do(browser, address, act)
        assert only(peopled).status == status


def test_running_one_renews_its_page_by_itself(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser, due="2026-11-23T08:00")
    assert 'http-equiv="refresh"' in do(browser, address, "kirim")
    assert 'http-equiv="refresh"' not in do(browser, address, "hentikan")


def test_draft_that_is_changed_leaves_no_second_one(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser)
    number = address.rpartition("/")[2]
    assert TEXT in browser.get(f"/siaran/baru?dari={number}").text
    write(browser, text="Lain.", earlier=number)
    with peopled.database.read() as session:
        assert session.get_one(Broadcast, int(number)).status == "stopped"


def test_colleague_sees_it_and_neighbour_does_not(peopled: Console) -> None:
    sender = peopled.midwife()
    address = write(sender)
    assert peopled.midwife(COLLEAGUE).get(address).status_code == 404  # a draft is its writer's
    do(sender, address, "kirim")
    assert peopled.start("midwife", "+628120009005", DONOMULYO).get(address).status_code == 200
    stranger = peopled.midwife(NEIGHBOUR, GONDANGLEGI)
    assert stranger.get(address).status_code == 404
    assert TEXT not in stranger.get("/siaran").text
    for act in ("kirim", "setujui", "tolak", "jeda", "lanjut", "hentikan"):
        stranger.get("/siaran")
        assert stranger.post(f"{address}/{act}").status_code == 404


@pytest.mark.parametrize("act", ["kirim", "setujui", "tolak", "jeda", "lanjut", "hentikan"])
def test_button_of_another_site_does_nothing(peopled: Console, act: str) -> None:
    browser = peopled.midwife()
    address = write(browser)
    assert browser.post(f"{address}/{act}", token="0" * 64).status_code == 403
    assert only(peopled).status == "draft"


def test_form_of_another_site_does_nothing(peopled: Console) -> None:
    browser = peopled.midwife()
    assert browser.post("/siaran/baru", {"text": TEXT}, token="").status_code == 403


@pytest.mark.parametrize(
    "address", ["/siaran/0", "/siaran/999999", "/siaran/x", "/siaran/99999999999999", "/siaran/baru?kec=35.07.10"]
)
def test_what_is_not_there_is_not_found(peopled: Console, address: str) -> None:
    assert peopled.midwife().get(address).status_code == 404


def test_text_is_shown_as_text(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser, text="<script>alert(1)</script>")
    pages = [browser.get(address).text, do(browser, address, "kirim"), browser.get("/siaran").text]
    assert all("<script>alert" not in page and "&lt;script&gt;alert" in page for page in pages)


def test_every_act_is_on_record(peopled: Console) -> None:
    browser = peopled.midwife()
    address = write(browser)
    do(browser, address, "kirim")
    with peopled.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"broadcast:{only(peopled).id}")).all()
    by_whom = {entry.action: (entry.detail or {}).get("by") for entry in entries}
    assert {"broadcast_prepared", "broadcast_confirmed", "broadcast_act"} <= set(by_whom)
    assert str(by_whom["broadcast_act"]).startswith("staff:")


@pytest.mark.parametrize(
    ("after", "counted"), [(timedelta(hours=1), 1), (timedelta(hours=49), 0), (-timedelta(hours=1), 0)],
    ids=["soon", "much later", "before it came"],
)  # fmt: skip
def test_who_wrote_back_is_counted(peopled: Console, after: timedelta, counted: int) -> None:
    browser = peopled.midwife()
    address = write(browser)
    do(browser, address, "kirim")
    with peopled.database.write() as session:
        recipient = session.scalars(select(BroadcastRecipient)).one()
        session.get_one(OutboxMessage, recipient.outbox_id).sent_at = NOW
        _wrote(session, session.get_one(Contact, recipient.contact_id), NOW + after)
    assert f"<strong>{counted}</strong><span>membalas" in browser.get(address).text


def _wrote(session: Any, contact: Contact, at: datetime) -> None:
    factories.inbox_message(session, contact, "ya bu", now=at)


def test_results_are_those_of_the_registry(peopled: Console) -> None:
    browser = peopled.dinkes()
    address = write(browser)
    do(browser, address, "kirim")
    with peopled.database.write() as session:
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast").limit(1)):
            message.status, message.delivery = "sent", "read"
    with peopled.database.read() as session:
        expected = broadcast_desk.progress(session, only(peopled))
        assert session.scalar(select(func.count(Person.id))) == 3
    assert expected == Progress(queued=1, sent=1, delivered=1, read=1)
    page = browser.get(address).text
    assert "<strong>1</strong><span>dibaca" in page
    assert "<strong>1</strong><span>menunggu" in page


def test_writer_who_is_not_signed_in_is_sent_to_the_door(console: Console) -> None:
    for address in ("/siaran", "/siaran/baru", "/siaran/1"):
        assert console.browser().get(address).headers["location"] == "/console/masuk"
