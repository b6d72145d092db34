"""Every page of the console in a real browser, by the table of routes: light, narrow, dark, printed, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Response, ViewportSize, expect
from sqlalchemy import select

from registry import clock, programme
from registry.db import Database
from registry.models import Contact, OutboxMessage
from registry.persons.invitations import Role
from tests import factories
from tests.browser.console_served import NARROW, OFFICERS, WAIT_MS, WIDE, Served, barriers, overflow, serving, start
from tests.conftest import NOW, SqliteBackend
from tests.console.conftest import PASSWORD
from tests.security import console_world
from tests.security.console_world import Way

ROLES: tuple[Role, ...] = ("midwife", "dinkes")
HEAVIEST = 100_000  # bytes of a page with its styles, scripts and pictures
SMALLEST = 44  # CSS pixels of what a finger must hit (WCAG 2.5.5; text links within a sentence are excepted)
DOORS = {"/masuk", "/mulai", "/kode", "/kunci"}
TARGETS = "button, .button, summary, nav a, select, textarea, input:not([type=hidden]), .tiles a, label.check, .back"
TOO_SMALL = """(least) => [...document.querySelectorAll("%s")].filter((one) => {
  if (!one.checkVisibility() || one.matches(".link")) return false;
  const hit = one.matches("[type=checkbox], [type=radio]") && one.closest("label") || one;
  const box = hit.getBoundingClientRect();
  return box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5);
}).map((one) => `${one.outerHTML.slice(0, 90)} ${JSON.stringify(one.getBoundingClientRect().toJSON())}`)"""


def fill(database: Database) -> None:
    """A village in which one of everything is open, and a talk without a handoff."""
    with database.write() as session:
        clock.stop_at(session, NOW)
    console_world.build(database)
    with database.write() as session:
        for _ in range(3):
            mother = factories.person(session, name="Endang Sulistyowati Kartikaningrum")
            factories.pregnancy(session, mother)
            factories.contact(session, mother.phone, last_wrote_at=NOW)


@pytest.fixture(scope="module")
def served(sqlite: SqliteBackend, browser: Browser) -> Iterator[Served]:
    """One console for all tests of this file, which change little in it."""
    with serving(sqlite, fill) as made:
        for role in ROLES:
            context = browser.new_context()
            start(context.new_page(), made, role)
            made.states[role] = context.storage_state()
            context.close()
        yield made


def opened(
    served: Served, browser: Browser, role: Role, viewport: ViewportSize = WIDE, *, scripts: bool = True
) -> Page:
    """A page of somebody who is signed in."""
    context = browser.new_context(
        storage_state=served.states[role], viewport=viewport, java_script_enabled=scripts, locale="id-ID",
        timezone_id="Asia/Jakarta",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    return page


@pytest.fixture
def dinkes(served: Served, browser: Browser) -> Iterator[Page]:
    """An officer of Dinkes, who sees every page."""
    page = opened(served, browser, "dinkes")
    yield page
    page.context.close()


@pytest.fixture
def midwife(served: Served, browser: Browser) -> Iterator[Page]:
    """A midwife of the puskesmas."""
    page = opened(served, browser, "midwife")
    yield page
    page.context.close()


def address_of(page: Page, served: Served, way: Way) -> str:
    """The first address of this kind that shows something."""
    for path in way.every():
        if page.request.get(f"{served.url}{path}").status == 200:
            return path
    raise AssertionError(f"{way} shows nothing: the world of the tests has nothing for it")


PAGES = [way for way in console_world.pages() if way.path not in DOORS and not way.path.endswith((".xlsx", "/foto"))]


@pytest.mark.parametrize("way", PAGES, ids=[way.path for way in PAGES])
def test_page_is_light_narrow_and_readable(dinkes: Page, served: Served, way: Way) -> None:
    said: list[str] = []
    loaded: list[Response] = []
    path = address_of(dinkes, served, way)
    dinkes.on("console", lambda line: said.append(line.text))
    dinkes.on("pageerror", lambda error: said.append(str(error)))
    dinkes.on("response", lambda response: loaded.append(response))
    dinkes.set_viewport_size(NARROW)
    dinkes.goto(f"{served.url}{path}")
    kept = [response for response in loaded if response.request.resource_type != "eventsource"]
    weight = sum(len(response.body()) for response in kept if response.ok)
    assert weight < HEAVIEST
    assert overflow(dinkes) <= 0
    assert dinkes.evaluate(TOO_SMALL % TARGETS, SMALLEST) == []
    assert barriers(dinkes) == []
    dinkes.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dinkes.set_viewport_size(WIDE)
    assert barriers(dinkes) == []
    assert said == []


def test_second_factor_is_asked_at_the_next_time(served: Served, browser: Browser) -> None:
    page = browser.new_context(viewport=NARROW).new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{served.url}/masuk")
    page.get_by_label("Nomor HP").fill(OFFICERS["dinkes"][0])
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_label("Kode 6 angka").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("Kode 6 angka").fill(served.totp().at(datetime.now(UTC) + timedelta(seconds=30)))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hari ini")).to_be_visible()
    page.context.close()


def test_report_prints_without_menus_and_buttons(dinkes: Page, served: Served) -> None:
    dinkes.goto(f"{served.url}/laporan")
    dinkes.emulate_media(media="print", color_scheme="dark")
    expect(dinkes.locator("header.top")).to_be_hidden()
    for button in dinkes.get_by_role("button").all():
        expect(button).to_be_hidden()
    expect(dinkes.get_by_role("heading", level=1)).to_be_visible()
    ink, paper = dinkes.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert _light(ink) < 80
    assert _light(paper) > 240 or paper.endswith(", 0)")
    assert len(dinkes.pdf(format="A4")) > 5_000


def _light(colour: str) -> float:
    """From 0, black, to 255."""
    return sum(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / 3


def _tab_to(page: Page, name: str, role: str = "button") -> None:
    """Press Tab until this is focused."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("[document.activeElement.textContent.trim(), document.activeElement.localName]") == [
            name,
            role,
        ]:
            return
    raise AssertionError(f"no Tab leads to {name}")


def test_broadcast_is_written_and_stopped_by_keyboard_alone(midwife: Page, served: Served) -> None:
    midwife.goto(f"{served.url}/siaran")
    _tab_to(midwife, "Tulis siaran", "a")
    midwife.keyboard.press("Enter")
    expect(midwife.get_by_role("heading", name="Tulis siaran")).to_be_visible()
    _tab_to(midwife, "", "textarea")
    midwife.keyboard.type("Posyandu pindah ke balai desa.")
    midwife.locator("[name=due]").fill("2026-11-23T08:00")
    _tab_to(midwife, "Lihat dulu siapa penerimanya")
    midwife.keyboard.press("Enter")
    expect(midwife.locator(".phone")).to_contain_text("balai desa")
    _tab_to(midwife, "Jadwalkan")
    midwife.keyboard.press("Enter")
    expect(midwife.get_by_text("terjadwal").first).to_be_visible()
    _tab_to(midwife, "Hentikan")
    midwife.keyboard.press("Enter")
    expect(midwife.get_by_text("dihentikan").first).to_be_visible()


def test_broadcast_is_narrowed_without_scripts_and_kept_while_it_is_changed(served: Served, browser: Browser) -> None:
    page = opened(served, browser, "midwife", NARROW, scripts=False)
    page.goto(f"{served.url}/siaran/baru")
    page.get_by_label("Isi pesan").fill("Segera lapor ke balai desa.")
    page.get_by_label("HPL dari").fill("2026-12-01")
    page.get_by_label("HPL sampai").fill("2027-06-30")
    page.get_by_text("Keadaan JKN").click()
    page.get_by_label("JKN nonaktif", exact=True).check()
    page.get_by_label("JKN belum diketahui").check()
    assert overflow(page) <= 0
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.get_by_text("HPL 1 Desember 2026 sampai 30 Juni 2027, JKN nonaktif / belum diketahui")).to_be_visible()
    page.get_by_role("link", name="Ubah").last.click()
    expect(page.get_by_label("HPL dari")).to_have_value("2026-12-01")
    expect(page.get_by_label("JKN nonaktif", exact=True)).to_be_checked()  # the part is open, for something is chosen
    expect(page.get_by_role("checkbox", name="JKN aktif", exact=True)).not_to_be_checked()
    page.context.close()


def test_second_person_sees_it_first_and_refuses_with_a_reason(served: Served, browser: Browser) -> None:
    with served.database.write() as session:
        programme.decide(session, "broadcast_second_approval_from", 1, NOW.date(), "test")
    first, second = (opened(served, browser, role, NARROW) for role in ROLES)
    second.goto(f"{served.url}/")
    expect(second.locator("[data-live-state=on]")).to_be_visible()
    first.goto(f"{served.url}/siaran/baru")
    first.get_by_label("Isi pesan").fill("Posyandu pindah ke balai RW.")
    first.get_by_role("button", name="Lihat dulu").click()
    expect(first.get_by_text("Perlu disetujui petugas kedua")).to_be_visible()
    first.get_by_role("button", name="Kirim sekarang").click()
    expect(first.get_by_text("menunggu persetujuan").first).to_be_visible()
    asks = second.locator(".approvals")  # nobody reloads the page
    expect(asks).to_contain_text("balai RW", timeout=WAIT_MS)
    assert barriers(second) == []
    asks.get_by_role("link").last.click()
    expect(second.locator("[data-live-state=on]")).to_be_visible()
    second.locator("summary", has_text="Tolak").click()
    second.get_by_label("Alasannya").fill("Tanggalnya keliru.")
    assert overflow(second) <= 0
    assert barriers(second) == []
    second.get_by_role("button", name="Tolak siaran ini").click()
    expect(second.get_by_text("Siaran ditolak")).to_be_visible()
    expect(first.get_by_text("Tanggalnya keliru.")).to_be_visible(timeout=WAIT_MS)
    with served.database.write() as session:
        programme.decide(session, "broadcast_second_approval_from", 500, NOW.date(), "test")
    for page in (first, second):
        page.context.close()


def test_broadcast_without_scripts_is_sent_and_its_page_renews_itself(served: Served, browser: Browser) -> None:
    page = opened(served, browser, "midwife", NARROW, scripts=False)
    page.goto(f"{served.url}/siaran/baru")
    page.get_by_label("Isi pesan").fill("Besok posyandu jam 8.")
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.get_by_text("harga belum diatur").or_(page.get_by_text("Rp 0")).first).to_be_visible()
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.locator(".tile", has_text="terkirim").locator("strong")).to_have_text("0")
    with served.database.write() as session:
        for row in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast")):
            row.status, row.delivery, row.sent_at = "sent", "delivered", NOW
    expect(page.locator(".tile", has_text="sampai").locator("strong")).not_to_have_text(
        "0", timeout=WAIT_MS
    )  # by its own reload
    page.context.close()


def test_progress_moves_by_itself(midwife: Page, served: Served) -> None:
    midwife.goto(f"{served.url}/siaran/baru")
    midwife.get_by_label("Isi pesan").fill("Senam hamil hari Minggu.")
    midwife.get_by_role("button", name="Lihat dulu").click()
    midwife.get_by_role("button", name="Kirim sekarang").click()
    expect(midwife.locator("[data-live-state=on]")).to_be_visible()
    with served.database.write() as session:
        rows = select(OutboxMessage).where(OutboxMessage.kind == "broadcast", OutboxMessage.status == "queued")
        for row in session.scalars(rows):
            row.status, row.delivery, row.sent_at = "sent", "read", NOW
            contact = session.get_one(Contact, row.contact_id)
            factories.inbox_message(session, contact, "siap bu", now=NOW + timedelta(minutes=1))
    expect(midwife.locator(".tile", has_text="dibaca").locator("strong")).not_to_have_text("0", timeout=WAIT_MS)
    expect(midwife.locator(".tile", has_text="membalas").locator("strong")).not_to_have_text("0", timeout=WAIT_MS)
    expect(midwife.get_by_role("button", name="Jeda")).to_have_count(0)


def test_script_in_a_name_never_runs(midwife: Page, served: Served) -> None:
    hostile = "<img src=x onerror=\"document.title='kena'\"><script>document.title='kena'</script>"
    with served.database.write() as session:
        mother = factories.person(session, name=hostile)
        factories.pregnancy(session, mother)
        contact = factories.contact(session, mother.phone, last_wrote_at=NOW)
        factories.inbox_message(session, contact, hostile)
    for path in ("/ibu", f"/ibu/{mother.id}", f"/percakapan/{contact.id}", "/ibu?cari=%3Cscript%3E"):
        midwife.goto(f"{served.url}{path}")
        assert midwife.title() != "kena"
        assert midwife.locator("img[src=x]").count() == 0
    midwife.evaluate("document.body.insertAdjacentHTML('beforeend', `<img src=x onerror=\"document.title='kena'\">`)")
    midwife.wait_for_timeout(200)
    assert midwife.title() != "kena", "the policy lets inline scripts run"
