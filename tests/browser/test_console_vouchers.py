"""What rides cost, in a real browser: approved by one, paid by another, without scripts, narrow, for all eyes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from registry import clock, programme
from registry.db import Database
from registry.models import Ride, Voucher, VoucherPhoto
from registry.transport import voucher_photos
from tests import factories as make
from tests.browser.console_served import NARROW, WIDE, Served, barriers, overflow, serving, start
from tests.conftest import NOW, SqliteBackend
from tests.console.test_vouchers_page import picture
from tests.factories import SUMBEROTO

DAY = timedelta(days=1)
PAGES = ["", "?keadaan=approved", "?keadaan=refused", "/1", "/2", "/3", "/4"]


def fill(database: Database) -> None:
    """One of each state, with a photo or without, and a driver with a long name."""
    with database.write() as session:
        clock.stop_at(session, NOW)
        programme.decide(session, "vouchers_in_force", True, NOW.date() - DAY, "SK Kepala Dinas")
        driver = make.driver(session, name="Bambang Sulistyo Kartikaningrat", vehicle="mobil siaga desa", plate="N 1 X")
        make.reachable(session, driver)
        officer = make.staff(session, duty="officer", name="Sri Wahyuni")
        for status in ("asked", "approved", "refused", "paid"):
            ride = Ride(
                purpose="visit", at=NOW - DAY, asked_at=NOW - DAY, village_code=SUMBEROTO, status="done",
                driver_id=driver.id, arrived_at=NOW - DAY,
            )  # fmt: skip
            session.add(ride)
            session.flush()
            decided = {} if status == "asked" else {"decided_by": officer.id, "decided_at": NOW - DAY}
            reason = "Perjalanan ini sudah dibayar desa" if status == "refused" else None
            voucher = Voucher(ride_id=ride.id, amount=75_000, at=NOW - DAY, status=status, reason=reason, **decided)
            voucher.paid_on = NOW.date() if status == "paid" else None
            session.add(voucher)
            session.flush()
            if status in ("asked", "paid"):
                kept = {"image": voucher_photos.small(picture()), "at": NOW, "erase_at": NOW + 30 * DAY}
                session.add(VoucherPhoto(voucher_id=voucher.id, channel="whatsapp", **kept))


@pytest.fixture
def served(sqlite: SqliteBackend) -> Iterator[Served]:
    """A console with vouchers in it."""
    with serving(sqlite, fill) as made:
        yield made


def test_voucher_is_approved_and_paid_without_scripts_on_a_narrow_screen(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=NARROW, locale="id-ID")
    page = context.new_page()
    start(page, served, "officer")
    page.goto(f"{served.url}/ongkos/1")
    page.get_by_role("button", name="Setujui Rp75.000").click()
    expect(page.get_by_role("status")).to_contain_text("Disetujui. Sopir diberi tahu.")
    expect(page.get_by_text("dicatat petugas lain")).to_be_visible()
    page.goto(f"{served.url}/ongkos?keadaan=approved")
    page.get_by_label("Pilih ongkos nomor 2").check()
    page.get_by_role("button", name="Catat sudah dibayar").click()
    expect(page.get_by_role("status")).to_contain_text("Pembayaran dicatat")
    context.close()
    with served.database.read() as session:
        found = session.scalars(select(Voucher.status).order_by(Voucher.id)).all()
    assert found == ["approved", "paid", "refused", "paid"]


def test_pages_of_vouchers_fit_and_are_for_all_eyes(browser_page: Page, served: Served) -> None:
    start(browser_page, served, "officer")
    for size in (NARROW, WIDE):
        browser_page.set_viewport_size(size)
        for path in PAGES:
            browser_page.goto(f"{served.url}/ongkos{path}")
            assert overflow(browser_page) <= 0, path
            assert barriers(browser_page) == [], path
