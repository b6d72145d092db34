"""What officers do in the console: visits, entitlement, risks, alerts, talks, search, the spreadsheet."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from registry.models import (
    Alert,
    Contact,
    Handoff,
    OutboxMessage,
    Person,
    Pregnancy,
    Visit,
)
from tests.conftest import NOW
from tests.console.conftest import Browser, Console
from tests.console.people import add, read
from tests.factories import KETAWANG


def send(browser: Browser, page: str, path: str, **form: str) -> int:
    browser.get(page)
    return browser.post(path, form).status_code


def test_officer_verifies_a_visit(console: Console) -> None:
    ids = add(console)
    browser, page = console.midwife(), f"/ibu/{ids['person']}"
    assert send(browser, page, f"{page}/kunjungan/{ids['visit']}") == 303
    assert read(console.database, ids)[1].status == "verified"
    assert "diverifikasi" in browser.get(page).text


def test_officer_enters_a_visit(console: Console) -> None:
    ids = add(console)
    browser, page = console.midwife(), f"/ibu/{ids['person']}"
    send(browser, page, f"{page}/kunjungan", kind="K2", on="2026-11-10")
    send(browser, page, f"{page}/kunjungan", kind="K3", on="2027-11-10")
    send(browser, page, f"{page}/kunjungan", kind="K9", on="2026-11-10")
    with console.database.read() as session:
        kinds = {row.kind: row.status for row in session.scalars(select(Visit))}
    assert kinds == {"K1": "reported", "K2": "verified"}


def test_officer_confirms_the_entitlement(console: Console) -> None:
    ids = add(console)
    browser, page = console.midwife(), f"/ibu/{ids['person']}"
    assert send(browser, page, f"{page}/hak/{ids['answer']}", why="papers_seen") == 303
    assert read(console.database, ids)[2].status == "confirmed"


def test_officer_takes_an_alert_and_says_how_it_ended(console: Console) -> None:
    ids = add(console)
    browser = console.midwife()
    assert send(browser, "/", f"/peringatan/{ids['alert']}/ambil") == 303
    assert read(console.database, ids)[3].taken_at == NOW
    assert "Dipegang Ana Lestari" in browser.get("/").text
    send(browser, "/", f"/peringatan/{ids['alert']}/tutup", outcome="nonsense")
    assert read(console.database, ids)[3].status == "open"
    send(browser, "/", f"/peringatan/{ids['alert']}/tutup", outcome="at_facility")
    row = read(console.database, ids)[3]
    assert (row.status, row.outcome) == ("closed", "at_facility")


def test_mother_who_is_looked_for_is_ended_from_the_board(console: Console) -> None:
    ids = add(console)
    with console.database.write() as session:
        alert = session.get_one(Alert, ids["alert"])
        alert.kind, alert.about = "missed_visit", "K4"
    browser = console.midwife()
    page = browser.get("/").text
    assert f'action="/console/peringatan/{ids["alert"]}/tutup"' in page
    assert "Tanggal baru disepakati" in page
    assert send(browser, "/", f"/peringatan/{ids['alert']}/tutup", outcome="visit_agreed") == 303
    assert read(console.database, ids)[3].status == "closed"


def test_outcome_must_be_chosen_and_says_what_became_of_it(console: Console) -> None:
    ids = add(console)
    browser, address = console.midwife(), f"/peringatan/{ids['alert']}/tutup"
    page = browser.get("/").text
    assert '<option value="">Pilih hasilnya</option>' in page
    ended = {said: browser.post(address, {"outcome": said}).headers["location"] for said in ("", "unreachable", "died")}
    assert [where.partition("pesan=")[2] for where in ended.values()] == [
        f"{word}#peringatan-{ids['alert']}" for word in ("ditolak", "peringatan_tetap", "ditutup")
    ]


def test_open_alert_stands_on_her_page_until_it_is_ended(console: Console) -> None:
    ids = add(console)
    browser, words = console.midwife(), "Masih terbuka sejak"
    assert words in browser.get(f"/ibu/{ids['person']}").text
    send(browser, "/", f"/peringatan/{ids['alert']}/tutup", outcome="at_home_safe")
    assert words not in browser.get(f"/ibu/{ids['person']}").text


def test_reply_goes_out_once_takes_the_talk_and_shows_no_nik(console: Console) -> None:
    ids = add(console)
    browser, page = console.midwife(), f"/percakapan/{ids['contact']}"
    for _ in range(2):
        assert send(browser, page, f"{page}/balas", text="Ibu, NIK 3507014503980001 sudah kami cek") == 303
    with console.database.read() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "staff")).all()
        talk = session.scalars(select(Handoff)).one()
    assert [row.text.replace(" ", "").count("3507014503980001") for row in sent] == [0]
    assert talk.status == "taken"
    assert "sudah kami cek" in browser.get(page).text


def test_talk_is_noted_and_given_back(console: Console) -> None:
    ids = add(console)
    browser, page = console.midwife(), f"/percakapan/{ids['contact']}"
    assert send(browser, page, f"{page}/ambil") == 303
    assert send(browser, page, f"{page}/catatan", note="sudah ditelepon") == 303
    assert "sudah ditelepon" in browser.get(page).text
    assert send(browser, page, f"{page}/tutup") == 303
    with console.database.read() as session:
        assert session.scalars(select(Handoff)).one().status == "closed"


def test_empty_reply_is_asked_for_again(console: Console) -> None:
    ids = add(console)
    browser, page = console.midwife(), f"/percakapan/{ids['contact']}"
    assert send(browser, page, f"{page}/balas", text="   ") == 422


@pytest.mark.parametrize(("hours", "is_closed"), [(23, False), (25, True)], ids=["within a day", "later"])
def test_closed_window_is_told(console: Console, hours: int, is_closed: bool) -> None:
    ids = add(console)
    with console.database.write() as session:
        session.get_one(Contact, ids["contact"]).last_wrote_at = NOW - timedelta(hours=hours)
    assert ("24 jam" in console.midwife().get(f"/percakapan/{ids['contact']}").text) is is_closed


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?cari=siti", {"Siti Aminah", "Siti Rohmah"}),
        ("?cari=aminah+siti", {"Siti Aminah"}),
        ("?cari=m-4f7q", {"Siti Rohmah"}),
        ("?risiko=1", {"Dewi"}),
        ("?umur=1", {"Dewi"}),
        ("?umur=3", {"Siti Aminah", "Siti Rohmah"}),
        ("?jalur=JKN_ACTIVE", {"Siti Aminah", "Siti Rohmah", "Dewi"}),
        ("?jalur=SELF_PAY", set()),
        ("?keadaan=delivered", set()),
        ("?desa=35.07.01.2002", set()),
        ("?umur=x&jalur=x&keadaan=x&hal=x", {"Siti Aminah", "Siti Rohmah", "Dewi"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_mothers_are_found(console: Console, query: str, found: set[str]) -> None:
    add(console)
    add(console, name="Siti Rohmah", code="M-4F7Q")
    ids = add(console, name="Dewi")
    with console.database.write() as session:
        row = session.get_one(Pregnancy, ids["pregnancy"])
        row.risks, row.hpht, row.hpl = ["twins"], NOW.date() - timedelta(weeks=10), NOW.date() + timedelta(weeks=30)
    text = console.midwife().get(f"/ibu{query}").text
    assert {name for name in ("Siti Aminah", "Siti Rohmah", "Dewi") if f">{name}</a>" in text} == found


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "a\x0bb"])
def test_spreadsheet_computes_nothing_that_somebody_typed(console: Console, name: str) -> None:
    add(console, name=name)
    add(console, KETAWANG, "Wahyuni")
    sheet = openpyxl.load_workbook(io.BytesIO(console.midwife().get("/ibu.xlsx").content)).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not any(text.startswith(("=", "+", "@")) for text in cells)
    assert not any("Wahyuni" in text for text in cells)
    with console.database.read() as session:
        niks = [person.nik for person in session.scalars(select(Person))]
    assert not any(nik and nik in text for nik in niks for text in cells)
