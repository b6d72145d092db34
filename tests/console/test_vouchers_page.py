"""The page of what rides cost: who sees it, what is decided there, the photo, the list for payment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import func, select

from registry import programme
from registry.models import Driver, OutboxMessage, Ride, Staff, Voucher, VoucherPhoto
from registry.transport import voucher_photos
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Browser, Console
from tests.console.office import acts, admin, officer
from tests.factories import GONDANGLEGI, KETAWANG, SUMBEROTO

DAY = timedelta(days=1)
YESTERDAY = (NOW - DAY).date().isoformat()
TODAY = NOW.date().isoformat()
REASON = "Perjalanan ini sudah dibayar desa"


def switch(console: Console, on: bool = True) -> None:
    with console.database.write() as session:
        programme.decide(session, "vouchers_in_force", on, NOW.date() - DAY, "SK Kepala Dinas")


def a_voucher(console: Console, village: str = SUMBEROTO, amount: int = 75_000, **values: object) -> int:
    """A driver of the village has asked; his number."""
    with console.database.write() as session:
        driver = factories.driver(session, village, vehicle="Avanza", plate="N 1234 XY")
        factories.reachable(session, driver)
        mother = factories.person(session, name="Wagiyem Rahayu", village_code=village)
        ride = Ride(
            person_id=mother.id, purpose="visit", at=NOW - DAY, asked_at=NOW - 2 * DAY, village_code=village,
            status="done", driver_id=driver.id, confirmed_at=NOW - DAY, arrived_at=NOW - DAY,
        )  # fmt: skip
        session.add(ride)
        session.flush()
        made = Voucher(ride_id=ride.id, amount=amount, at=NOW - timedelta(hours=2), **values)
        session.add(made)
        session.flush()
        return made.id


def approved_by_another(console: Console, village: str = SUMBEROTO) -> int:
    with console.database.write() as session:
        other = factories.staff(session, duty="officer", name="Sri Wahyuni")
    return a_voucher(console, village, status="approved", decided_by=other.id, decided_at=NOW - DAY)


def picture() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (60, 40), "white").save(kept, "PNG")
    return kept.getvalue()


def with_photo(console: Console, number: int) -> None:
    with console.database.write() as session:
        image = voucher_photos.small(picture())
        session.add(VoucherPhoto(voucher_id=number, channel="whatsapp", image=image, at=NOW, erase_at=NOW + 9 * DAY))


def row_of(console: Console, number: int) -> Voucher:
    with console.database.read() as session:
        return session.get_one(Voucher, number)


def told(console: Console) -> list[str]:
    with console.database.read() as session:
        return [row.text or "" for row in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


# ---------------------------------------------------------------- who sees it


@pytest.mark.parametrize(
    ("is_on", "has_some", "is_shown"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
    ids=["off and none", "on and none", "off but some are left", "on and some"],
)
def test_menu_leads_there_only_when_there_is_something(
    console: Console, is_on: bool, has_some: bool, is_shown: bool
) -> None:  # fmt: skip
    switch(console, is_on)
    if has_some:
        a_voucher(console)
    browser = officer(console)
    assert ('href="/console/ongkos"' in browser.get("/angka").text) is is_shown
    assert ("Bantuan ongkos sedang tidak berlaku" in browser.get("/ongkos").text) is not is_on


WHO = {
    "officer of the puskesmas": (lambda console: officer(console), 200),
    "officer of Dinkes": (lambda console: console.dinkes(), 200),
    "midwife": (lambda console: console.midwife(), 404),
    "admin": (lambda console: admin(console), 404),
}


@pytest.mark.parametrize(("who", "status"), WHO.values(), ids=WHO)
def test_money_is_the_officers_alone(console: Console, who: object, status: int) -> None:
    switch(console)
    number = a_voucher(console)
    with_photo(console, number)
    assert callable(who)
    browser: Browser = who(console)
    found = {browser.get(path).status_code for path in ("/ongkos", f"/ongkos/{number}", f"/ongkos/{number}/foto")}
    assert found == {status}
    assert browser.get("/ongkos.xlsx").status_code == status
    assert ('href="/console/ongkos"' in browser.get("/ibu").text) is (status == 200)
    if status != 200:
        for path, form in ((f"/ongkos/{number}/setuju", {}), ("/ongkos/bayar", {"voucher": str(number), "on": TODAY})):
            browser.get("/ibu")
            assert browser.post(path, form).status_code == 404
        assert row_of(console, number).status == "asked"


def test_vouchers_of_another_area_are_not_there(console: Console) -> None:
    switch(console)
    theirs, hers = approved_by_another(console, KETAWANG), approved_by_another(console)
    browser = officer(console)
    html = browser.get("/ongkos").text
    assert (f"Ongkos {hers}<" in html, f"Ongkos {theirs}<" in html) == (True, False)
    assert browser.get(f"/ongkos/{theirs}").status_code == 404
    browser.get("/ongkos?keadaan=approved")
    assert browser.post(f"/ongkos/{theirs}/tolak", {"reason": REASON}).status_code == 404
    browser.get("/ongkos?keadaan=approved")
    assert browser.post("/ongkos/bayar", {"voucher": [str(hers), str(theirs)], "on": TODAY}).status_code == 404
    assert {row_of(console, number).status for number in (theirs, hers)} == {"approved"}
    assert [row[3] for row in payments(browser)] == [hers]
    assert f"Ongkos {theirs}<" in officer(console, "+628120009055", GONDANGLEGI).get("/ongkos").text


def test_mother_is_not_named_where_only_money_is_spoken_of(console: Console) -> None:
    switch(console)
    number = approved_by_another(console)
    browser = console.dinkes()
    shown = [browser.get(path).text for path in ("/ongkos", f"/ongkos/{number}")]
    assert not [html for html in shown if "Wagiyem" in html]
    assert "Wagiyem" not in str(payments(browser))


# ---------------------------------------------------------------- decided


def test_officer_approves_and_the_driver_hears_of_it(console: Console) -> None:
    switch(console)
    number = a_voucher(console)
    browser = officer(console)
    assert "Rp75.000" in browser.get(f"/ongkos/{number}").text
    answer = browser.post(f"/ongkos/{number}/setuju")
    assert answer.headers["location"] == f"/console/ongkos/{number}?pesan=ongkos_disetujui"
    assert row_of(console, number).status == "approved"
    assert "Rp75.000" in told(console)[-1]
    assert "sudah disetujui" in told(console)[-1]
    assert [entry.subject for entry in acts(console, "voucher_approved")] == [f"voucher:{number}"]
    assert "dicatat petugas lain" in browser.get(f"/ongkos/{number}").text


@pytest.mark.parametrize(
    ("reason", "status", "tells"),
    [(REASON, "refused", True), ("", "asked", False), ("   ", "asked", False), ("x" * 301, "asked", False)],
    ids=["with a reason", "without", "with blanks", "with too many words"],
)
def test_refusal_needs_a_reason_which_the_driver_reads(
    console: Console, reason: str, status: str, tells: bool
) -> None:  # fmt: skip
    switch(console)
    number = a_voucher(console)
    browser = officer(console)
    browser.get(f"/ongkos/{number}")
    assert browser.post(f"/ongkos/{number}/tolak", {"reason": reason}).status_code == (303 if tells else 422)
    assert row_of(console, number).status == status
    assert any(REASON in text for text in told(console)) is tells


def test_what_was_decided_stays_decided(console: Console) -> None:
    switch(console)
    number = a_voucher(console)
    browser = officer(console)
    browser.get(f"/ongkos/{number}")
    browser.post(f"/ongkos/{number}/tolak", {"reason": REASON})
    answer = browser.post(f"/ongkos/{number}/setuju")
    assert "Sudah diputuskan petugas lain" in answer.text
    assert row_of(console, number).status == "refused"
    assert len(told(console)) == 1


def test_what_was_asked_for_is_finished_when_vouchers_end(console: Console) -> None:
    switch(console, False)
    number = a_voucher(console)
    browser = officer(console)
    browser.get(f"/ongkos/{number}")
    assert browser.post(f"/ongkos/{number}/setuju").status_code == 303


# ---------------------------------------------------------------- paid


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (TODAY, "paid"),
        (YESTERDAY, "paid"),
        ((NOW - 3 * DAY).date().isoformat(), "approved"),
        ((NOW + DAY).date().isoformat(), "approved"),
        ("21-11-2026", "approved"),
        ("", "approved"),
    ],
    ids=["today", "the day it was approved", "before that", "tomorrow", "no date", "nothing"],
)
def test_payment_has_a_date_that_can_be(console: Console, on: str, status: str) -> None:
    switch(console)
    number = approved_by_another(console)
    browser = officer(console)
    browser.get("/ongkos?keadaan=approved")
    answer = browser.post("/ongkos/bayar", {"voucher": str(number), "on": on})
    assert answer.status_code == (303 if status == "paid" else 422)
    row = row_of(console, number)
    assert (row.status, row.paid_on) == (status, date.fromisoformat(on) if status == "paid" else None)
    assert any("sudah dibayarkan" in text for text in told(console)) is (status == "paid")


def test_several_are_paid_at_once_or_none(console: Console) -> None:
    switch(console)
    numbers = [approved_by_another(console) for _ in range(3)]
    browser = officer(console)
    own = a_voucher(console)
    browser.get(f"/ongkos/{own}")
    browser.post(f"/ongkos/{own}/setuju")
    browser.get("/ongkos?keadaan=approved")
    wanted = [str(number) for number in numbers]
    refused = browser.post("/ongkos/bayar", {"voucher": [*wanted, str(own)], "on": TODAY})
    assert (refused.status_code, "tidak mencatat pembayarannya sendiri" in refused.text) == (422, True)
    assert {row_of(console, number).status for number in numbers} == {"approved"}
    assert browser.post("/ongkos/bayar", {"voucher": wanted, "on": TODAY}).status_code == 303
    assert {row_of(console, number).status for number in numbers} == {"paid"}
    assert len(acts(console, "voucher_paid")) == 3


def test_nothing_ticked_is_said(console: Console) -> None:
    switch(console)
    approved_by_another(console)
    browser = officer(console)
    browser.get("/ongkos?keadaan=approved")
    assert "Pilih dulu" in browser.post("/ongkos/bayar", {"on": TODAY}).text


# ---------------------------------------------------------------- the photo


def test_photo_is_seen_by_a_press_and_each_look_is_on_record(console: Console) -> None:
    switch(console)
    number = a_voucher(console)
    with_photo(console, number)
    browser = officer(console)
    html = browser.get(f"/ongkos/{number}").text
    assert f'href="/console/ongkos/{number}/foto"' in html
    assert "<img" not in html.split("<main")[1]
    assert acts(console, "voucher_photo_seen") == []
    for looks in (1, 2):
        answer = browser.get(f"/ongkos/{number}/foto")
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/jpeg", "no-store")
        assert Image.open(BytesIO(answer.content)).format == "JPEG"
        assert [entry.subject for entry in acts(console, "voucher_photo_seen")] == [f"voucher:{number}"] * looks


def test_voucher_without_a_photo_says_so(console: Console) -> None:
    switch(console)
    number = a_voucher(console)
    browser = officer(console)
    assert "Tidak ada foto" in browser.get(f"/ongkos/{number}").text
    assert browser.get(f"/ongkos/{number}/foto").status_code == 404


# ---------------------------------------------------------------- the list for payment


def payments(browser: Browser) -> Sequence[tuple[object, ...]]:
    answer = browser.get("/ongkos.xlsx")
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "Sopir")
    return rows[head + 1 : -1]


def test_list_for_payment_holds_what_is_approved_and_its_sum(console: Console) -> None:
    switch(console)
    a_voucher(console)
    numbers = [approved_by_another(console) for _ in range(2)]
    browser = console.dinkes()
    rows = payments(browser)
    assert [(row[0], *row[2:7], row[8]) for row in rows] == [
        ("Joko Susilo", "N 1234 XY", number, YESTERDAY, "Sumberoto, Donomulyo", 75_000, "Sri Wahyuni")
        for number in numbers
    ]
    sheet = load_workbook(BytesIO(browser.get("/ongkos.xlsx").content)).worksheets[0]
    assert list(sheet.iter_rows(values_only=True))[-1][6] == 150_000
    assert [entry.subject for entry in acts(console, "vouchers_exported")] == ["vouchers:2"] * 2


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx"])
def test_name_of_a_driver_is_no_formula(console: Console, name: str) -> None:
    switch(console)
    approved_by_another(console)
    with console.database.write() as session:
        driver = session.scalars(select(Driver)).one()
        driver.name = driver.plate = name
    sheet = load_workbook(BytesIO(console.dinkes().get("/ongkos.xlsx").content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if str(cell.value or "").startswith(("=", "+", "-", "@", "\t"))]


# ---------------------------------------------------------------- many


def test_long_list_comes_in_pages_and_by_state(console: Console) -> None:
    switch(console)
    for _ in range(27):
        a_voucher(console)
    paid = a_voucher(console, status="paid", paid_on=NOW.date())
    browser = officer(console)
    first, second = (browser.get(f"/ongkos?keadaan=asked&hal={number}").text for number in (1, 2))
    assert [len(re.findall(r">Ongkos \d+<", html)) for html in (first, second)] == [25, 2]
    assert f">Ongkos {paid}<" in browser.get("/ongkos?keadaan=paid").text
    assert browser.get("/ongkos?keadaan=xx").status_code == 404
    assert "Tidak ada permintaan" in browser.get("/ongkos?hal=99").text


def test_page_needs_no_script_and_is_light(console: Console) -> None:
    switch(console)
    for _ in range(25):
        approved_by_another(console)
    html = officer(console).get("/ongkos?keadaan=approved").text
    assert len(html.encode()) < 60_000
    assert '<form method="post" action="/console/ongkos/bayar">' in html
    with console.database.read() as session:
        assert session.scalar(select(func.count(Staff.id))) == 26
