"""A mother's page in a real browser: dates put right, a birth told, by keyboard alone, without scripts, narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from registry.models import Birth, Person, Pregnancy
from tests.browser.console_served import NARROW, Served, barriers, overflow, serving, start
from tests.browser.test_console import NAMES, fill
from tests.conftest import SqliteBackend

HER = NAMES[2]


@pytest.fixture
def served(sqlite: SqliteBackend) -> Iterator[Served]:
    """A console with a morning's work."""
    with serving(sqlite, fill) as made:
        yield made


@pytest.fixture
def page(served: Served, browser_page: Page) -> Page:
    """A midwife on her mother's page."""
    start(browser_page, served)
    open_mother(browser_page, served)
    return browser_page


@pytest.fixture
def plain_page(served: Served, browser: Browser) -> Iterator[Page]:
    """The same in a narrow browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    opened = context.new_page()
    start(opened, served)
    open_mother(opened, served)
    yield opened
    context.close()


def open_mother(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/ibu?cari={HER.split()[0]}")
    page.get_by_role("link", name=HER).click()
    expect(page.get_by_role("heading", name=HER)).to_be_visible()


def hers(served: Served) -> Pregnancy:
    with served.database.read() as session:
        found = session.scalars(select(Person)).all()
        mother = next(one for one in found if one.name == HER)
        return session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id)).one()


def facts(page: Page) -> str:
    return page.locator("#hamil .facts").inner_text()


def test_first_day_is_put_right_and_the_due_date_follows(page: Page, served: Served) -> None:
    page.get_by_role("link", name="Betulkan tanggal").click()
    expect(page.get_by_label("Tanggalnya")).to_be_hidden()
    page.get_by_label("Dihitung ulang dari").select_option("lmp")
    expect(page.get_by_label("Minggu")).to_be_hidden()
    page.get_by_label("Tanggalnya").fill("2026-07-01")
    page.get_by_role("button", name="Periksa perubahan").click()
    row = page.get_by_role("row", name=re.compile("HPL"))
    expect(row.locator("ins")).to_have_text("7 April 2027")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("status")).to_contain_text("Data sudah dibetulkan")
    assert "7 April 2027" in facts(page)
    assert str(hers(served).hpl) == "2027-04-07"
    expect(page.locator(".timeline")).to_contain_text("7 April 2027")


def test_mistake_is_told_beside_the_field_and_the_rest_stays(page: Page) -> None:
    page.get_by_role("link", name="Betulkan data").click()
    page.get_by_label("Nama", exact=True).fill("4")
    page.get_by_label("Pendamping").fill("Pak Slamet")
    page.get_by_role("button", name="Periksa perubahan").click()
    expect(page.get_by_role("alert")).to_contain_text("Belum disimpan")
    name = page.get_by_label("Nama", exact=True)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{name.get_attribute('aria-describedby')}")).to_contain_text("huruf saja")
    expect(page.get_by_label("Pendamping")).to_have_value("Pak Slamet")


def test_pregnancy_ends_with_a_birth(page: Page, served: Served) -> None:
    page.get_by_role("link", name="Akhiri kehamilan").click()
    page.get_by_role("radio", name=re.compile("Pindah")).check()
    expect(page.get_by_label("Tanggal lahir bayi")).to_be_hidden()
    page.get_by_role("radio", name=re.compile("Sudah melahirkan")).check()
    page.get_by_label("Tanggal lahir bayi").fill("2026-11-20")
    page.get_by_label("Tempat", exact=True).select_option("puskesmas")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_text("Pengingat hamil berhenti")).to_be_visible()
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("#hamil")).to_contain_text("sudah melahirkan")
    expect(page.locator(".timeline")).to_contain_text("Melahirkan 20 November 2026")
    with served.database.read() as session:
        assert [row.place_kind for row in session.scalars(select(Birth))] == ["puskesmas"]


def test_whole_correction_by_keyboard_alone(page: Page, served: Served) -> None:
    page.get_by_role("link", name="Betulkan data").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Betulkan data")).to_be_visible()
    field = page.get_by_label("Pendamping")
    until_focused(page, "f-companion")
    expect(field).to_be_focused()
    page.keyboard.type("Pak Slamet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sudah benar?")).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Simpan":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Data sudah dibetulkan")
    expect(page.locator("#diri")).to_contain_text("Pak Slamet")


def until_focused(page: Page, name: str) -> None:
    """Tab after tab, as somebody without a mouse does."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")


def test_day_of_work_without_scripts_and_narrow(plain_page: Page, served: Served) -> None:
    page = plain_page
    page.get_by_label("Tolak K1").click()
    page.get_by_label("Mengapa?").select_option("not_in_book")
    page.get_by_role("button", name="Tolak K1").click()
    expect(page.get_by_role("status")).to_contain_text("Kunjungan dihapus")
    page.get_by_text("Catat atau betulkan kunjungan").click()
    page.get_by_role("combobox", name="Kunjungan").select_option("K2")
    page.get_by_label("Tanggal", exact=True).fill("2026-11-10")
    page.get_by_role("button", name="Simpan kunjungan").click()
    expect(page.locator("#periksa")).to_contain_text("10 November 2026")
    page.get_by_text("Konfirmasi hak ini").click()
    page.get_by_label("Dasarnya").select_option("papers_seen")
    page.get_by_role("button", name="Konfirmasi").click()
    expect(page.locator("#hak")).to_contain_text("oleh Ana Lestari")
    page.get_by_label("KTP asli").check()
    page.get_by_role("button", name="Simpan berkas").click()
    expect(page.locator("#berkas")).to_contain_text("1 dari")
    page.get_by_role("link", name="Akhiri kehamilan").click()
    page.get_by_role("radio", name=re.compile("Keguguran")).check()
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Salah lapor kehilangan?").click()
    page.get_by_role("button", name="Batalkan laporan kehilangan").click()
    assert hers(served).status == "active"
    assert overflow(page) <= 0


def test_list_is_narrowed_without_scripts(plain_page: Page, served: Served) -> None:
    plain_page.goto(f"{served.url}/ibu")
    plain_page.get_by_text("Saring", exact=True).first.click()
    plain_page.get_by_label("Minggu", exact=True).fill("30")
    plain_page.get_by_role("button", name="Saring").click()
    names = plain_page.locator("tbody th a").all_inner_texts()
    assert names == ["Sumarni", "Yuliana"]
    plain_page.get_by_role("link", name="Hapus saringan").click()
    assert plain_page.locator("tbody th a").count() == len(NAMES)


def every_page(page: Page, served: Served) -> Iterator[str]:
    """Each page of a mother, also with mistakes in it."""
    open_mother(page, served)
    yield "record"
    closed = page.locator("main details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    yield "record with its forms open"
    page.get_by_role("link", name="Betulkan data").click()
    yield "correction"
    page.get_by_label("Dihitung ulang dari").select_option("weeks")
    page.get_by_label("Minggu").fill("99")
    page.get_by_label("Hamil ke (G)").fill("x")
    page.get_by_role("button", name="Periksa perubahan").click()
    yield "correction with mistakes"
    page.get_by_label("Minggu").fill("21")
    page.get_by_label("Hamil ke (G)").fill("2")
    page.get_by_role("button", name="Periksa perubahan").click()
    expect(page.get_by_role("heading", name="Sudah benar?")).to_be_visible()
    yield "old and new"
    open_mother(page, served)
    page.get_by_role("link", name="Akhiri kehamilan").click()
    page.get_by_role("radio", name=re.compile("Sudah melahirkan")).check()
    page.get_by_role("button", name="Lanjut").click()
    yield "ending with a mistake"
    page.get_by_label("Tanggal lahir bayi").fill("2026-11-20")
    page.get_by_role("button", name="Lanjut").click()
    yield "what follows"
    page.goto(f"{served.url}/ibu?dari=1")
    yield "list"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_can_be_read_by_all_and_fits(page: Page, served: Served, scheme: str, width: int) -> None:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    for what in every_page(page, served):
        assert overflow(page) <= 0, what
        assert barriers(page) == [], what
    assert [line for line in said if "422" not in line] == []
