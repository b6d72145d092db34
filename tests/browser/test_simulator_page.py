"""The simulator's page in a real browser, against a complete running system with the demonstration's people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

WAIT_MS = 30_000  # a turn goes through the inbox, understanding, the actions and the outbox
DANGER = "tolong, saya keluar darah banyak sekarang"
HOSTILE = "<img src=x onerror=\"document.title='kena'\"> <b>tebal</b>"
NARROW: ViewportSize = {"width": 360, "height": 740}


class Stack(Protocol):
    """The running system."""

    url: str


@pytest.fixture
def page(browser_page: Page, stack: Stack) -> Page:
    """The simulator, live and with its first answer from the server."""
    browser_page.set_default_timeout(WAIT_MS)
    with browser_page.expect_response(re.compile("/simulator/screens")):
        browser_page.goto(f"{stack.url}/simulator/")
    return browser_page


@pytest.fixture
def plain_page(browser_page: Page, stack: Stack) -> Iterator[Page]:
    """The simulator in a browser that runs no scripts."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.set_default_timeout(WAIT_MS)
    plain.goto(f"{stack.url}/simulator/")
    yield plain
    context.close()


def phone_of(page: Page, role: str) -> Locator:
    return page.locator(f'.screen[data-role="{role}"]').first


def messages(phone: Locator, direction: str) -> Locator:
    return phone.locator(f'.message[data-direction="{direction}"]:not(.waiting)')


def type_text(phone: Locator, text: str) -> None:
    field = phone.get_by_role("textbox", name="Ketik pesan")
    field.fill(text)
    field.press("Enter")


def ask(phone: Locator, text: str) -> Locator:
    """Type, wait for what comes back, and return the newest message of the bot."""
    written, answered = messages(phone, "in").count(), messages(phone, "out").count()
    type_text(phone, text)
    expect(messages(phone, "in")).to_have_count(written + 1, timeout=WAIT_MS)
    expect(messages(phone, "out").nth(answered)).to_be_visible(timeout=WAIT_MS)
    expect(phone.locator(".typing")).to_be_hidden(timeout=WAIT_MS)
    return messages(phone, "out").last


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return width


def shown_moment(page: Page) -> datetime:
    return datetime.fromisoformat(page.locator("#now").get_attribute("datetime") or "")


def test_answer_with_buttons_appears_when_mother_types(page: Page) -> None:
    mother = phone_of(page, "mother")
    answer = ask(mother, "halo")
    expect(messages(mother, "in").last.locator(".text")).to_have_text("halo")
    expect(answer.locator(".text")).not_to_be_empty()
    expect(mother.get_by_role("textbox", name="Ketik pesan")).to_have_value("")
    expect(messages(mother, "out").locator(".choice").last).to_be_visible()


def test_title_is_said_and_answered_when_a_button_is_pressed(page: Page) -> None:
    mother = phone_of(page, "mother")
    ask(mother, "halo")
    button = mother.locator(".choice").last
    title = button.locator(".title").inner_text()
    written, answered = messages(mother, "in").count(), messages(mother, "out").count()
    button.click()
    expect(messages(mother, "in")).to_have_count(written + 1, timeout=WAIT_MS)
    expect(messages(mother, "in").last.locator(".text")).to_have_text(title)
    expect(messages(mother, "out").nth(answered)).to_be_visible(timeout=WAIT_MS)


def test_read_tick_appears_when_screen_has_been_looked_at(page: Page) -> None:
    ask(phone_of(page, "mother"), "halo")
    tick = messages(phone_of(page, "mother"), "out").last.locator(".status")
    expect(tick).to_have_attribute("data-status", "read", timeout=WAIT_MS)
    expect(tick).to_have_accessible_name("dibaca")


def test_understanding_is_shown_to_trainer_when_message_was_handled(page: Page) -> None:
    mother = phone_of(page, "mother")
    ask(mother, "halo")
    expect(mother.locator(".trace .intent")).not_to_be_empty(timeout=WAIT_MS)


@pytest.mark.parametrize(("label", "step"), [("+1 jam", timedelta(hours=1)), ("+1 hari", timedelta(days=1))])
def test_clock_moves_forward_when_asked(page: Page, label: str, step: timedelta) -> None:
    before = shown_moment(page)
    page.get_by_role("button", name=label, exact=True).click()
    page.wait_for_function(
        "target => Date.parse(document.getElementById('now').dateTime) >= target",
        arg=(before + step).timestamp() * 1000,
    )
    expect(page.get_by_role("button", name=label, exact=True)).to_be_enabled()
    expect(page.locator("#clock-problem")).to_be_hidden()


def test_clock_says_so_when_asked_to_go_back(page: Page) -> None:
    before = shown_moment(page)
    page.locator(".more > summary").click()
    page.get_by_label("Majukan jam ke").fill((before - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Majukan", exact=True).click()
    expect(page.locator("#clock-problem")).to_be_visible(timeout=WAIT_MS)
    assert shown_moment(page) >= before


def test_nothing_is_wiped_when_restart_is_not_confirmed(page: Page) -> None:
    mother = phone_of(page, "mother")
    ask(mother, "halo")
    page.locator(".more > summary").click()
    page.get_by_role("button", name="Mulai ulang", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Batal").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(messages(mother, "out").last).to_be_visible()


def test_conversations_are_gone_and_people_are_back_when_restart_is_confirmed(page: Page) -> None:
    mother = phone_of(page, "mother")
    ask(mother, "halo")
    page.locator(".more > summary").click()
    page.get_by_role("button", name="Mulai ulang", exact=True).click()
    page.get_by_role("button", name="Hapus dan mulai ulang").click()
    expect(page.get_by_role("dialog")).to_be_hidden(timeout=WAIT_MS)
    expect(page.locator("#standing")).to_be_visible(timeout=WAIT_MS)
    expect(mother).to_be_visible()
    expect(mother.locator(".message")).to_have_count(0)
    ask(mother, "halo")


def test_midwife_gets_alert_when_mother_is_in_danger(page: Page) -> None:
    midwife = phone_of(page, "midwife")
    alerts = midwife.locator('.message[data-kind="alert"]')
    before = alerts.count()
    ask(phone_of(page, "mother"), DANGER)
    expect(alerts.nth(before)).to_be_visible(timeout=WAIT_MS)
    expect(alerts.nth(before).locator(".badge.kind")).to_have_text("peringatan")
    expect(phone_of(page, "mother").locator(".trace .signs")).to_contain_text("bleeding")


@pytest.mark.parametrize("kind", ["Foto", "Pesan suara", "Lokasi", "Stiker", "Dokumen"])
def test_attachment_is_answered_when_sent(page: Page, kind: str) -> None:
    mother = phone_of(page, "mother")
    answered = messages(mother, "out").count()
    mother.locator(".attach > summary").click()
    mother.locator(".attach").get_by_role("button", name=kind).click()
    expect(messages(mother, "in").last.locator(".media-name")).to_have_text(kind, timeout=WAIT_MS)
    expect(messages(mother, "out").nth(answered)).to_be_visible(timeout=WAIT_MS)


def test_sample_is_sent_when_pressed(page: Page) -> None:
    samples = page.locator(".sample")
    phone = page.locator(".screen", has=samples).first
    text = phone.locator(".sample").first.inner_text()
    written = messages(phone, "in").count()
    phone.locator(".sample").first.click()
    expect(messages(phone, "in").nth(written).locator(".text")).to_have_text(text, timeout=WAIT_MS)


def test_other_person_is_shown_when_chosen(page: Page) -> None:
    first = page.locator(".screen").first
    first.locator(".picker > summary").click()
    link = first.locator("a.person").first
    number = link.locator("small").inner_text()
    link.click()
    expect(page.locator(".screen").first).to_have_attribute("data-phone", number)
    expect(page.locator(".screen")).to_have_count(page.locator(".tabs a").count())


def test_unknown_number_can_write_when_it_is_new(page: Page) -> None:
    page.locator(".screen").last.locator(".picker > summary").click()
    page.locator(".screen").last.get_by_role("button", name="Pakai").click()
    page.wait_for_url(re.compile("phones="))
    stranger = page.locator(".screen").last
    expect(stranger).to_have_attribute("data-role", "stranger")
    ask(stranger, "halo")


@pytest.mark.parametrize("hostile", [HOSTILE, "<script>document.title='kena'</script>"], ids=["image", "script"])
def test_markup_is_shown_as_text_when_somebody_types_it(page: Page, plain_page: Page, hostile: str) -> None:
    mother = phone_of(page, "mother")
    title = page.title()
    ask(mother, hostile)
    expect(messages(mother, "in").last.locator(".text")).to_have_text(hostile)
    plain_page.reload()
    expect(messages(phone_of(plain_page, "mother"), "in").last.locator(".text")).to_have_text(hostile)
    for one in (page, plain_page):
        expect(one.locator('.text img, .text script, .text b, img[src="x"]')).to_have_count(0)
    assert page.title() == title


def test_page_reads_and_writes_when_javascript_is_off(plain_page: Page) -> None:
    mother = phone_of(plain_page, "mother")
    written, answered = messages(mother, "in").count(), messages(mother, "out").count()
    mother.get_by_role("textbox", name="Ketik pesan").fill("halo")
    mother.get_by_role("button", name="Kirim").click()
    expect(messages(mother, "in")).to_have_count(written + 1, timeout=WAIT_MS)
    expect(messages(mother, "out").nth(answered)).to_be_visible(timeout=WAIT_MS)
    mother.locator(".choice").last.click()
    expect(messages(mother, "in")).to_have_count(written + 2, timeout=WAIT_MS)
    expect(plain_page.get_by_role("button", name="+1 jam")).to_be_hidden()


def test_nothing_overflows_when_screen_is_narrow(page: Page) -> None:
    page.set_viewport_size(NARROW)
    mother = phone_of(page, "mother")
    ask(mother, "halo " + "panjangsekali" * 30)
    assert overflow(page) <= 0
    for menu in (".more", "#screen-0 .picker", "#screen-0 .attach"):
        page.locator(f"{menu} > summary").click()
        assert overflow(page) <= 0
        page.keyboard.press("Escape")
    assert mother.locator(".bubble").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")


def test_tab_brings_the_phone_when_screen_is_narrow(page: Page) -> None:
    page.set_viewport_size(NARROW)
    second = page.locator(".tabs a").nth(1)
    second.click()
    expect(page.locator("#screen-1")).to_be_in_viewport(ratio=0.9)
    expect(page.locator("#screen-0")).not_to_be_in_viewport(ratio=0.5)
    expect(second).to_have_attribute("aria-current", "true")


def test_place_is_kept_when_a_message_comes_while_reading_back(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    mother = phone_of(page, "mother")
    for text in ("halo", "terima kasih", "halo lagi"):
        ask(mother, text)
    log = mother.locator(".log")
    log.evaluate("log => { log.scrollTop = -log.scrollHeight }")
    oldest = mother.locator(".message").first
    expect(oldest).to_be_in_viewport()
    number = mother.get_attribute("data-phone")
    page.request.post(page.url.split("?")[0] + "messages", data={"from": number, "channel": "whatsapp", "text": "halo"})
    expect(mother.get_by_role("button", name="Pesan baru")).to_be_visible(timeout=WAIT_MS)
    expect(oldest).to_be_in_viewport()
    mother.get_by_role("button", name="Pesan baru").click()
    expect(messages(mother, "out").last).to_be_in_viewport()


def test_page_says_so_when_server_does_not_answer(page: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/simulator/screens*", refuse)
    expect(page.locator("#offline")).to_be_visible(timeout=WAIT_MS)
    page.unroute("**/simulator/screens*", refuse)
    expect(page.locator("#offline")).to_be_hidden(timeout=WAIT_MS)


def test_text_comes_back_when_it_could_not_be_sent(page: Page) -> None:
    page.route("**/simulator/messages", lambda route: route.fulfill(status=503))
    mother = phone_of(page, "mother")
    written = messages(mother, "in").count()
    type_text(mother, "apa saya gratis?")
    expect(mother.locator(":scope > .problem")).to_have_text("Pesan belum terkirim. Coba kirim lagi.", timeout=WAIT_MS)
    expect(mother.get_by_role("textbox", name="Ketik pesan")).to_have_value("apa saya gratis?")
    expect(mother.locator(".waiting")).to_have_count(0)
    expect(messages(mother, "in")).to_have_count(written)


def test_nothing_comes_from_elsewhere_and_no_rule_is_broken_when_loaded(browser_page: Page, stack: Stack) -> None:
    asked: list[str] = []
    said: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("console", lambda line: said.append(line.text))
    browser_page.on("pageerror", lambda error: said.append(f"error: {error}"))
    with browser_page.expect_response(re.compile("/simulator/screens")) as answer:
        browser_page.goto(f"{stack.url}/simulator/")
    assert answer.value.ok
    assert [url for url in asked if not url.startswith(f"{stack.url}/")] == []
    assert [line for line in said if "Content Security Policy" in line or line.startswith("error")] == []
