"""The console in a real browser: signing in, the day's work, a talk, without scripts, narrow, and for all eyes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from registry import clock
from registry.casework import talks
from registry.db import Database
from registry.models import Alert, EligibilityAnswer, OutboxMessage, Ride, Visit
from registry.persons.people import Speaker
from registry.reminding import plan
from tests import factories as make
from tests.browser.console_served import NARROW, OFFICERS, Served, barriers, overflow, serving, start
from tests.conftest import NOW, SqliteBackend
from tests.factories import BANJAREJO, SUMBEROTO

MIDWIFE = OFFICERS["midwife"][0]
NAMES = ("Siti Aminah", "Rina Wati", "Dewi Lestari", "Endang Sulistyowati Kartikaningrum", "Yuliana", "Sumarni")


def fill(database: Database) -> None:
    """A morning at the puskesmas."""
    with database.write() as session:
        clock.stop_at(session, NOW)
        for number, name in enumerate(NAMES):
            mother = make.person(
                session, name=name, village_code=(SUMBEROTO, BANJAREJO)[number % 2], code=f"M-{number}F7Q"
            )
            weeks = 8 + 6 * number
            pregnancy = make.pregnancy(
                session, mother, hpht=NOW.date() - timedelta(weeks=weeks), hpl=NOW.date() + timedelta(weeks=40 - weeks),
                risks=["age_over_35"] if number == 2 else [],
            )  # fmt: skip
            contact = make.contact(session, mother.phone, last_wrote_at=NOW - timedelta(hours=number * 6))
            make.inbox_message(session, contact, "Bu bidan, saya mau tanya soal surat SKTM, apa bisa diurus di desa?")
            make.outbox_message(session, contact, "Baik, Ibu. Pertanyaan ini saya sampaikan ke petugas puskesmas, ya.")
            session.add(
                Visit(pregnancy_id=pregnancy.id, kind="K1", on=NOW.date() - timedelta(days=40), status="reported")
            )
            session.add(
                EligibilityAnswer(
                    person_id=mother.id, at=NOW, rule="R4", path="PROGRAMME_SKTM", status="likely", reasons=[]
                )
            )
            if number < 2:
                session.add(
                    Alert(
                        kind=("danger_sign", "labour")[number], person_id=mother.id, phone=mother.phone,
                        signs=[("bleeding", "contractions")[number]], village_code=mother.village_code,
                        at=NOW - timedelta(minutes=4 + 20 * number), taken_by=MIDWIFE if number else None,
                        taken_at=NOW if number else None,
                    )
                )  # fmt: skip
            if number in (2, 3):
                speaker = Speaker(contact, "mother", person=mother)
                talks.open_handoff(session, speaker, "talk_to_human", NOW - timedelta(minutes=30), None)
            if number == 4:
                session.add(
                    Ride(
                        person_id=mother.id, purpose="visit", at=NOW + timedelta(hours=2), asked_at=NOW,
                        village_code=mother.village_code, status="requested",
                    )
                )  # fmt: skip
                session.add(
                    Alert(
                        kind="missed_visit", about="K4", person_id=mother.id, signs=[], at=NOW - timedelta(days=2),
                        village_code=mother.village_code,
                    )
                )  # fmt: skip
            plan.replan(session, pregnancy, NOW)


@pytest.fixture
def served(sqlite: SqliteBackend) -> Iterator[Served]:
    """A console with a morning's work."""
    with serving(sqlite, fill) as made:
        yield made


@pytest.fixture
def page(served: Served, browser_page: Page) -> Page:
    """A midwife's page of today."""
    start(browser_page, served)
    return browser_page


@pytest.fixture
def plain_page(served: Served, browser: Browser) -> Iterator[Page]:
    """The same in a narrow browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    opened = context.new_page()
    start(opened, served)
    yield opened
    context.close()


def addresses(page: Page, served: Served) -> list[str]:
    """Every kind of page of the console."""
    page.goto(f"{served.url}/ibu")
    mother = page.get_by_role("link", name=NAMES[0]).get_attribute("href") or ""
    page.goto(f"{served.url}/percakapan")
    talk = page.get_by_role("link", name=NAMES[2]).get_attribute("href") or ""
    return ["/", "/ibu", mother.removeprefix("/console"), "/percakapan", talk.removeprefix("/console"), "/nihil"]


def test_dinkes_gets_in_with_the_second_factor(served: Served, browser_page: Page) -> None:
    start(browser_page, served, "dinkes")
    expect(browser_page.get_by_role("link", name="Keluhan")).to_be_visible()


def test_alert_appears_by_itself_and_is_taken(page: Page, served: Served) -> None:
    expect(page.locator(".live-state[data-live-state='on']")).to_be_visible()
    count = page.locator(".alarms > li")
    expect(count).to_have_count(2)
    with served.database.write() as session:
        mother = make.person(session, name="Wulan Sari")
        session.add(Alert(kind="danger_sign", person_id=mother.id, signs=["fits"], village_code=SUMBEROTO, at=NOW))
    expect(count).to_have_count(3)
    line = page.locator(".alarms > li", has_text="Wulan Sari")
    line.get_by_role("button", name="Saya tangani").click()
    expect(page.locator(".alarms > li", has_text="Wulan Sari")).to_contain_text("Dipegang Ana Lestari")


def test_talk_is_answered(page: Page, served: Served) -> None:
    page.get_by_role("navigation", name="Menu utama").get_by_role("link", name="Percakapan").click()
    page.get_by_role("link", name=NAMES[2]).click()
    page.get_by_role("textbox").first.fill("Bisa, Ibu. Silakan ke balai desa besok pagi.")
    page.get_by_role("button", name="Kirim").click()
    expect(page.locator(".said.staff")).to_contain_text("balai desa")
    expect(page.get_by_role("status")).to_be_visible()
    with served.database.read() as session:
        assert session.scalars(select(OutboxMessage.text).where(OutboxMessage.kind == "staff")).all() == [
            "Bisa, Ibu. Silakan ke balai desa besok pagi."
        ]


def test_console_works_without_scripts(plain_page: Page, served: Served) -> None:
    plain_page.goto(f"{served.url}/percakapan")
    plain_page.get_by_role("link", name=NAMES[3]).click()
    plain_page.get_by_role("textbox").first.fill("Baik, Ibu.")
    plain_page.get_by_role("button", name="Kirim").click()
    expect(plain_page.locator(".said.staff")).to_contain_text("Baik, Ibu.")
    plain_page.goto(f"{served.url}/ibu")
    plain_page.get_by_role("searchbox").fill("rina")
    plain_page.get_by_role("button", name="Cari").click()
    plain_page.get_by_role("link", name="Rina Wati").click()
    plain_page.get_by_role("button", name="Verifikasi K1").click()
    expect(plain_page.get_by_text("diverifikasi").first).to_be_visible()
    plain_page.locator("details.me summary").click()
    plain_page.get_by_role("button", name="Keluar").click()
    expect(plain_page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_keyboard_alone_reaches_the_work(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".tiles a").first).to_be_focused()


def test_nothing_overflows_and_nothing_is_inline_when_narrow(page: Page, served: Served) -> None:
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    every = addresses(page, served)
    page.set_viewport_size(NARROW)
    for address in every:
        page.goto(f"{served.url}{address}")
        assert overflow(page) <= 0, address
    assert [line for line in complaints if "404" not in line] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_can_be_read_by_all(page: Page, served: Served, scheme: str, width: int) -> None:
    every = addresses(page, served)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    for address in every:
        page.goto(f"{served.url}{address}")
        assert barriers(page) == [], address


def test_door_can_be_read_by_all(served: Served, browser_page: Page) -> None:
    for address in ("/masuk", "/mulai"):
        browser_page.goto(f"{served.url}{address}")
        assert barriers(browser_page) == []
