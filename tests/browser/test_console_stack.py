"""The console beside the whole running system: what an officer does arrives on the simulated phones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from registry import clock
from registry.db import connect
from registry.persons import invitations
from registry.persons.invitations import Area
from tests.console.conftest import PASSWORD
from tests.factories import DONOMULYO
from tests.stack import RunningStack

MIDWIFE = "+628120009077"
MOTHER = "+6281200000001"
WAIT_MS = 40_000
MORNING = datetime.fromisoformat("2026-11-21T09:00:00+07:00")


@pytest.fixture
def page(stack: RunningStack, browser_page: Page) -> Iterator[Page]:
    """A midwife of Donomulyo at the public port of the running system."""
    key = bytes.fromhex((stack.home / "keys" / "data.key").read_text().strip())
    database = connect(f"sqlite:///{stack.home}/kawal.db", key)
    with database.write() as session:
        area = Area(districts=(DONOMULYO,), facility="Puskesmas Donomulyo")
        code = invitations.invite(session, "midwife", "Dwi Retno", MIDWIFE, clock.now(session), area=area)
    database.close()
    browser_page.set_default_timeout(WAIT_MS)
    browser_page.goto(f"{stack.url}/console/mulai")
    for label, value in (("Nomor HP", MIDWIFE), ("Kode undangan", code), ("Kata sandi baru", PASSWORD)):
        browser_page.get_by_label(label).fill(value)
    browser_page.get_by_label("Kata sandi sekali lagi").fill(PASSWORD)
    browser_page.get_by_role("button", name="Buat akun").click()
    expect(browser_page.get_by_role("heading", name="Hari ini")).to_be_visible()
    yield browser_page


def heard(stack: RunningStack, words: str) -> int:
    """How many messages with these words arrived on her phone."""
    return len([message for message in stack.received(MOTHER) if words in message["text"]])


def arrives(stack: RunningStack, words: str) -> None:
    """Wait until they are on her phone, once."""
    until = time.monotonic() + WAIT_MS / 1000
    while not heard(stack, words) and time.monotonic() < until:
        time.sleep(0.2)
    assert heard(stack, words) == 1


def test_broadcast_reaches_the_phones_while_the_page_looks_on(page: Page, stack: RunningStack) -> None:
    stack.say(MOTHER, "halo")
    page.goto(f"{stack.url}/console/siaran/baru")
    page.get_by_label("Isi pesan").fill("Posyandu besok jam 8 di balai desa.")
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.get_by_text("Kabar dari Puskesmas Donomulyo untuk Ibu: Posyandu besok")).to_be_visible()
    assert heard(stack, "Posyandu besok") == 0
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.locator(".tile", has_text="terkirim").locator("strong")).not_to_have_text(
        "0", timeout=WAIT_MS
    )  # nobody reloads it
    expect(page.get_by_role("button", name="Jeda")).to_have_count(0)
    arrives(stack, "Posyandu besok")
    stack.say(MOTHER, "siap bu")
    expect(page.locator(".tile", has_text="membalas").locator("strong")).to_have_text("1", timeout=WAIT_MS)


def test_one_that_waits_for_the_morning_is_held_and_stopped(page: Page, stack: RunningStack) -> None:
    stack.advance("2026-11-21T22:30:00+07:00")
    page.goto(f"{stack.url}/console/siaran/baru")
    page.get_by_label("Isi pesan").fill("Salah kirim.")
    page.get_by_role("button", name="Lihat dulu").click()
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.get_by_text("Sekarang jam tenang")).to_be_visible()
    page.get_by_role("button", name="Jeda").click()
    expect(page.get_by_text("dijeda").first).to_be_visible()
    page.get_by_role("button", name="Lanjutkan").click()
    page.get_by_role("button", name="Hentikan").click()
    expect(page.get_by_text("dihentikan").first).to_be_visible()
    stack.advance("2026-11-22T08:00:00+07:00")
    assert heard(stack, "Salah kirim") == 0


def test_answer_of_an_officer_reaches_the_phone_and_silences_the_bot(page: Page, stack: RunningStack) -> None:
    stack.say(MOTHER, "saya mau bicara dengan bidan")
    page.goto(f"{stack.url}/console/percakapan")
    page.get_by_role("link", name="Siti Aminah").first.click()
    page.get_by_label("Pesan untuk").fill("Halo Ibu Siti, ini bidan Retno. Ada apa, Bu?")
    page.get_by_role("button", name="Kirim").click()
    expect(page.locator(".said.staff").last).to_contain_text("bidan Retno")
    arrives(stack, "bidan Retno")
    stack.say(MOTHER, "saya mau tanya jadwal periksa")
    expect(page.locator(".said.mother", has_text="jadwal periksa")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name="Selesai, kembali ke bot").click()
    assert stack.say(MOTHER, "halo").texts
