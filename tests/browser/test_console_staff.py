"""People and texts in a real browser: an invitation from page to chat, without scripts, narrow, and for all eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from registry import clock, sealing, wordings
from registry.db import Database
from registry.models import Cadre, Facility, Shift, Staff
from registry.persons import invitations, people, shifts
from registry.persons.shifts import Wish
from tests import factories as make
from tests.browser.console_served import NARROW, Served, barriers, overflow, serving, start
from tests.conftest import NOW, SqliteBackend
from tests.factories import BANJAREJO, DONOMULYO, SUMBEROTO

CADRE = "+6281200000077"
NAMES = ("Sri Hartini", "Endang Sulistyowati Kartikaningrum", "Yuliana")


def fill(database: Database) -> None:
    """A puskesmas with its people, and a word that an office has changed."""
    with database.write() as session:
        clock.stop_at(session, NOW)
        for number, name in enumerate(NAMES):
            make.cadre(session, (SUMBEROTO, BANJAREJO)[number % 2], name=name)
        ana = make.staff(session, name="Ana Lestari", duty="midwife", facility="Puskesmas Donomulyo")
        make.staff(session, name="Dwi Retno Wulandari", duty="midwife", facility="Puskesmas Donomulyo")
        for number, name in enumerate(("Joko Susilo", "Slamet Raharjo")):
            make.driver(session, SUMBEROTO, BANJAREJO, name=name, vehicle="mobil siaga desa", place_in_order=number + 1)
        today = NOW.date()
        for wish in (
            Wish(frozenset(range(5)), today, None, *_hours("07:30", "14:00")),
            Wish(frozenset({5, 6}), today, today + timedelta(days=60), *_hours("08:00", "08:00")),
        ):
            shifts.plan(session, ana, wish, "staff:1", NOW)
        author = make.staff(session, unit="dinkes", name="Tono Prasetyo")
        name = "reminder_dates_unknown"
        original = wordings.originals()[name]
        wordings.change(
            session, author, name, original.text.strip() + " Terima kasih, Ibu.", [t for t, _ in original.buttons],
            today, "Surat Dinkes 440/12/2026", NOW,
        )  # fmt: skip


def _hours(starts: str, ends: str) -> tuple[time, time]:
    return time.fromisoformat(starts), time.fromisoformat(ends)


@pytest.fixture
def served(sqlite: SqliteBackend) -> Iterator[Served]:
    """A console with people in it."""
    with serving(sqlite, fill) as made:
        yield made


@pytest.fixture
def page(served: Served, browser_page: Page) -> Page:
    """An officer's browser."""
    start(browser_page, served, "officer")
    return browser_page


@pytest.fixture
def dinkes_page(served: Served, browser_page: Page) -> Page:
    """A browser of Dinkes."""
    start(browser_page, served, "dinkes")
    return browser_page


@pytest.fixture
def plain_page(served: Served, browser: Browser) -> Iterator[Page]:
    """An officer's narrow browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport=NARROW, locale="id-ID")
    opened = context.new_page()
    start(opened, served, "officer")
    yield opened
    context.close()


def invite_cadre(page: Page, served: Served) -> str:
    """Through the pages; returns the code that is shown."""
    page.goto(f"{served.url}/petugas")
    page.get_by_role("link", name="Undang orang baru").click()
    page.get_by_label("Sebagai").select_option(label="Kader")
    page.get_by_role("button", name="Pilih").click()
    page.get_by_label("Nama").fill("Sri Rahayu")
    page.get_by_label("Nomor HP").fill("0812 0000 0077")
    page.get_by_label("Sumberoto").check()
    page.get_by_role("button", name="Buat undangan").click()
    return page.locator(".big-code").inner_text().strip()


def is_cadre_of(served: Served, village: str) -> bool:
    with served.database.write() as session:
        contact = make.contact(session, CADRE)
        return people.speaker(session, contact).villages == {village}


def test_invited_cadre_begins_and_ends(page: Page, served: Served) -> None:
    code = invite_cadre(page, served)
    with served.database.write() as session:
        contact = make.contact(session, CADRE)
        assert [draft.template for draft in invitations.answer(session, contact, f"undangan {code}", NOW)] == [
            "invitation_welcome_cadre"
        ]
    assert is_cadre_of(served, SUMBEROTO)
    page.goto(f"{served.url}/petugas?jenis=cadre")
    page.get_by_role("link", name="Sri Rahayu").click()
    page.get_by_label("Ya, tugasnya selesai").check()
    page.get_by_role("button", name="Akhiri tugas").click()
    expect(page.get_by_role("status")).to_contain_text("Tugasnya diakhiri")
    with served.database.read() as session:
        assert not session.scalars(select(Cadre).where(Cadre.phone_index == sealing.index("phone", CADRE))).one().active


def test_everything_works_without_scripts_on_a_narrow_screen(plain_page: Page, served: Served) -> None:
    assert len(invite_cadre(plain_page, served)) == 8
    plain_page.goto(f"{served.url}/petugas/undangan")
    plain_page.get_by_role("button", name="Cabut undangan Sri Rahayu").click()
    expect(plain_page.get_by_role("status")).to_contain_text("Undangan dicabut")
    plain_page.goto(f"{served.url}/petugas")
    plain_page.get_by_role("link", name="Dwi Retno Wulandari").click()
    plain_page.locator("summary", has_text="Tambah jadwal").click()
    plain_page.get_by_label("Minggu").check()
    plain_page.get_by_role("button", name="Simpan jadwal").click()
    expect(plain_page.get_by_role("status")).to_contain_text("Jadwal jaga disimpan")
    with served.database.read() as session:
        assert session.scalars(select(Shift).order_by(Shift.id.desc())).first() is not None
    plain_page.goto(f"{served.url}/petugas/urutan/{SUMBEROTO}")
    plain_page.get_by_label("Urutan Joko Susilo").fill("9")
    plain_page.get_by_role("button", name="Simpan urutan").click()
    expect(plain_page.locator("tbody tr").first).to_contain_text("Slamet Raharjo")


def test_officer_ends_a_work_with_the_keyboard_alone(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/petugas?jenis=cadre")
    link = page.get_by_role("link", name="Yuliana")
    _tab_to(page, lambda: bool(link.evaluate("one => one === document.activeElement")))
    page.keyboard.press("Enter")
    box = page.get_by_label("Ya, tugasnya selesai")
    _tab_to(page, lambda: bool(box.evaluate("one => one === document.activeElement")))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Tugasnya diakhiri")


def _tab_to(page: Page, is_there: Callable[[], bool]) -> None:
    for _ in range(120):
        if is_there():
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not get there")


def test_text_is_looked_at_kept_and_shown(dinkes_page: Page, served: Served) -> None:
    page = dinkes_page
    page.goto(f"{served.url}/aturan/teks/reminder_dates_unknown")
    box = page.get_by_label("Isi")
    words = box.input_value().replace("Terima kasih, Ibu.", "Sehat selalu, Ibu.")
    box.fill(words)
    page.get_by_label("Sumber").first.fill("Surat Dinkes 440/13/2026")
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.locator("#pratinjau")).to_contain_text("Sehat selalu, Ibu.")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("status")).to_contain_text("Kata-kata baru disimpan")
    expect(page.locator(".bubble").first).to_contain_text("Sehat selalu, Ibu.")


def test_facility_is_completed(dinkes_page: Page, served: Served) -> None:
    page = dinkes_page
    page.goto(f"{served.url}/aturan/fasilitas/pkm-donomulyo")
    page.get_by_label("Telepon").fill("0341 881234")
    page.get_by_label("Melayani persalinan").select_option("ya")
    page.get_by_label("Senin buka").fill("07:30")
    page.get_by_label("Senin tutup").fill("14:00")
    page.get_by_label("Sumber").last.fill("Ditelepon 21 November 2026")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("status")).to_contain_text("Data fasilitas disimpan")
    with served.database.read() as session:
        found = session.get_one(Facility, "pkm-donomulyo")
    assert (found.phone, found.delivery_care, found.hours) == (
        "0341 881234", True, [["07:30", "14:00"], [], [], [], [], [], []],
    )  # fmt: skip


def addresses(served: Served) -> list[str]:
    """Every page of people and texts."""
    with served.database.read() as session:
        midwife = session.scalars(select(Staff.id).where(Staff.duty == "midwife").order_by(Staff.id)).first()
    return [
        "/petugas", "/petugas?jenis=cadre", "/petugas?jenis=driver", f"/petugas/staff/{midwife}", "/petugas/cadre/1",
        "/petugas/driver/1", "/petugas/jaga", f"/petugas/jaga?kec={DONOMULYO}", f"/petugas/urutan/{SUMBEROTO}",
        "/petugas/undang", "/petugas/undang?peran=officer", "/petugas/undangan", "/aturan/teks",
        "/aturan/teks/reminder_dates_unknown", "/aturan/teks/utter_danger", "/aturan/fasilitas",
        "/aturan/fasilitas/pkm-donomulyo",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_can_be_read_by_all(dinkes_page: Page, served: Served, scheme: str, width: int) -> None:
    page = dinkes_page
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    served.invite("officer")
    for address in addresses(served):
        answer = page.goto(f"{served.url}{address}")
        assert answer is not None
        assert answer.status == 200, address
        assert overflow(page) <= 0, address
        assert barriers(page) == [], address
    assert complaints == []
