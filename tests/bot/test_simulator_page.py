"""The simulator's page without a browser: it works without scripts, and shows what people type as text only."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from html.parser import HTMLParser

import httpx
import pytest
from starlette.applications import Starlette

from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.simulator import Simulator, SimulatorChannel
from bot.simulator_page import page_routes
from bot.understanding import Reply, Understanding
from registry.db import Database
from registry.models import Pregnancy
from registry.outside import world
from tests.bot.fakes import FakeRasa, nothing_due, understood

pytestmark = pytest.mark.anyio
MOTHER, STRANGER = "+6281200000001", "+6281200099999"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}</textarea>"
NOW = datetime.fromisoformat("2026-11-21T10:00:00+07:00")


class Page:
    """A visitor of the page."""

    def __init__(self, database: Database) -> None:
        self.database = database
        channels = {name: SimulatorChannel(database, name) for name in ("whatsapp", "telegram")}
        self.rasa = FakeRasa()
        inbox = Inbox(database, self.rasa, lambda: None)
        outbox = Outbox(database, lambda row: channels[row.channel])
        self.simulator = Simulator(database, inbox, outbox, lambda: None, world.demo(), nothing_due)
        self.app = Starlette(routes=page_routes(self.simulator, database))
        self.client = self.caller("127.0.0.1")

    def caller(self, host: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(host, 50000))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")

    async def type(self, text: str, phone: str = MOTHER) -> httpx.Response:
        fields = {"phone": phone, "channel": "whatsapp", "phones": phone, "text": text}
        return await self.client.post("/simulator/type", data=fields)

    async def html(self, *phones: str) -> str:
        response = await self.client.get("/simulator/", params={"phones": ",".join(phones)})
        assert response.status_code == 200
        return response.text


@pytest.fixture
async def page(sqlite_database: Database) -> AsyncIterator[Page]:
    opened = Page(sqlite_database)
    await opened.simulator.reset(NOW, "whatsapp", None)
    yield opened
    await opened.client.aclose()


async def test_picture_is_shown_whole_and_can_be_opened(page: Page) -> None:
    page.rasa.answer = lambda _: Understanding((Reply("ini kartunya", image="card:1"),), "greet", 0.9)
    with page.database.read() as session:
        assert session.get_one(Pregnancy, 1).person_id == 1
    await page.type("kartu saya")
    html = await page.html(MOTHER)
    assert re.search(r'<a class="image" target="_blank" href="(/simulator/pictures/\d+)"><img [^>]*src="\1"></a>', html)


class Tags(HTMLParser):
    """The tags and event attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


async def test_page_works_without_scripts(page: Page) -> None:
    typed = await page.type("halo bu")
    assert (typed.status_code, typed.headers["location"]) == (303, "/simulator/?phones=%2B6281200000001")
    html = await page.html(MOTHER)
    assert "halo bu" in html
    assert "jawaban: halo bu" in html
    assert "<noscript>" in html
    assert 'action="/simulator/type"' in html


async def test_one_phone_of_each_kind_is_shown_first(page: Page) -> None:
    roles = re.findall(r'<section class="screen"[^>]*data-role="(\w+)"', await page.html())
    assert roles == ["mother", "cadre", "midwife", "driver"]


async def test_chosen_phones_are_shown_and_four_at_most(page: Page) -> None:
    html = await page.html(STRANGER, MOTHER)
    assert re.findall(r'<section class="screen"[^>]*data-phone="([^"]+)"', html) == [STRANGER, MOTHER]
    many = await page.html(*(f"+62812000990{number:02}" for number in range(9)))
    assert len(re.findall(r'<section class="screen"', many)) == 4


async def test_hostile_text_stays_text(page: Page) -> None:
    page.rasa.answer = lambda text: understood(text)
    calm = Tags()
    calm.feed(await page.html(MOTHER))
    await page.type(HOSTILE)
    html = await page.html(MOTHER)
    seen = Tags()
    seen.feed(html)
    assert seen.tags.count("script") == calm.tags.count("script")
    assert seen.tags.count("img") == calm.tags.count("img")
    assert seen.handlers == []
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert "{{7*7}}" in html


async def test_hostile_phone_in_the_address_stays_text(page: Page) -> None:
    html = await page.html('"><script>alert(1)</script>')
    assert "<script>alert" not in html


async def test_page_says_what_a_browser_may_do(page: Page) -> None:
    response = await page.client.get("/simulator/")
    assert (
        "script-src" in response.headers["content-security-policy"]
        or "default-src 'self'" in (response.headers["content-security-policy"])
    )
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_screens_tell_what_is_new(page: Page) -> None:
    await page.type("halo")
    first = (await page.client.get("/simulator/screens", params={"phones": MOTHER})).json()
    assert set(first) == {"now", "standing", "messages", "statuses"}
    assert (first["now"], first["standing"]) == (NOW.isoformat(), True)
    assert [(m["direction"], m["text"], m["phone"]) for m in first["messages"]] == [
        ("in", "halo", MOTHER), ("out", "jawaban: halo", MOTHER),
    ]  # fmt: skip
    own, answer = first["messages"]
    assert {"id", "at", "kind", "text", "buttons", "rows", "image", "template", "status", "media"} <= set(answer)
    since = {"phones": MOTHER, "since": str(own["id"])}
    later = (await page.client.get("/simulator/screens", params=since)).json()
    assert [m["id"] for m in later["messages"]] == [answer["id"]]
    assert later["statuses"] == {str(answer["id"]): "read"}


@pytest.mark.parametrize("since", ["", "x", "-1", "²", "9" * 30])
async def test_screens_begin_at_the_start_when_since_is_no_id(page: Page, since: str) -> None:
    await page.type("halo")
    response = await page.client.get("/simulator/screens", params={"phones": MOTHER, "since": since})
    assert (response.status_code, len(response.json()["messages"])) == (200, 2)


@pytest.mark.parametrize("phone", ["", "0812", "+x"])
async def test_typing_from_no_phone_is_refused(page: Page, phone: str) -> None:
    response = await page.type("halo", phone)
    assert response.status_code == 400
    assert "phone number" in response.text


async def test_typing_nothing_sends_nothing(page: Page) -> None:
    assert (await page.type("")).status_code == 303
    assert page.rasa.asked == []


@pytest.mark.parametrize(("path", "status"), [("/", 307), ("/simulator", 307)])
async def test_front_door_leads_to_the_page(page: Page, path: str, status: int) -> None:
    response = await page.client.get(path)
    assert (response.status_code, response.headers["location"]) == (status, "/simulator/")


@pytest.mark.parametrize("path", ["/", "/simulator", "/simulator/", "/simulator/screens"])
async def test_others_than_loopback_visitors_see_nothing(page: Page, path: str) -> None:
    async with page.caller("203.0.113.9") as client:
        assert (await client.get(path)).status_code == 404
        assert (await client.post("/simulator/type", data={"phone": MOTHER, "text": "x"})).status_code == 404


@pytest.mark.parametrize("name", ["simulator.css", "simulator.js"])
async def test_static_files_are_served(page: Page, name: str) -> None:
    assert (await page.client.get(f"/simulator/static/{name}")).status_code == 200
