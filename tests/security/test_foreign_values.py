"""What is no text, no number and no moment is refused or stored harmlessly; nothing a sender types is filled in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.simulator import Simulator, SimulatorChannel, read_message
from bot.simulator_page import page_routes
from bot.simulator_routes import routes
from registry import texts
from registry.db import Database
from registry.emergencies import alerts
from registry.models import OutboxMessage
from registry.outside import world
from registry.persons import people
from registry.sealing import Sealer
from tests import factories
from tests.bot.fakes import FakeRasa, nothing_due, outbox_rows
from tests.conftest import KEY, NOW

pytestmark = pytest.mark.anyio
PHONE = "+6281200090001"
NAMES = ("{phone}", "{0.__class__}", "{signs!r}", "%s %(name)s", "{{7*7}}", "${HOME}", "*tebal* </p><script>")


def read(**body: Any) -> Any:
    return read_message({"from": PHONE, **body}, NOW)


@pytest.mark.parametrize("field", ["caption", "filename", "mime"])
@pytest.mark.parametrize("value", [5, {"a": 1}, ["x"], "\ud800", "a\0b"], ids=repr)
def test_words_of_a_picture_are_words(field: str, value: Any) -> None:
    media = read(media={"type": "photo", field: value}).media
    found = getattr(media, field)
    assert isinstance(found, str)
    assert "\0" not in found
    found.encode("utf-8")


@pytest.mark.parametrize("value", ["x", [1], {"a": 1}, True, None], ids=repr)
def test_place_and_size_are_numbers(value: Any) -> None:
    media = read(media={"type": "location", "lat": value, "bytes": value}).media
    assert (media.lat, media.size_bytes) == (None, None)


@pytest.mark.parametrize("field", ["text", "button", "message_id"])
def test_half_a_character_can_be_stored(field: str) -> None:
    inbound = read(**{"text": "halo", field: "a\ud800\0b"})
    stored = inbound.external_id if field == "message_id" else getattr(inbound, field)
    assert stored == "a?b"


def test_half_a_character_does_not_stop_the_sealer() -> None:
    sealer = Sealer(KEY)
    assert sealer.open(sealer.seal("darah \ud83d")) == "darah ?"
    assert sealer.index("phone", "\ud800")


@pytest.mark.parametrize("name", NAMES)
def test_name_that_looks_like_a_hole_is_said_as_it_is(name: str) -> None:
    assert name in texts.say("phrase_mother", name=name).text


@pytest.mark.parametrize("name", NAMES)
def test_alarm_says_such_a_name_as_it_is(database: Database, name: str) -> None:
    with database.write() as session:
        midwife = factories.staff(session, factories.DONOMULYO)
        factories.contact(session, midwife.phone)
        mother = factories.person(session, name=name)
        speaker = people.speaker(session, factories.contact(session, mother.phone))
        alerts.raise_alert(session, speaker, "danger_sign", ("bleeding",), NOW, None)
    sent: list[OutboxMessage] = outbox_rows(database)
    assert len(sent) == 1
    assert name in sent[0].text


def app_over(database: Database) -> Starlette:
    channels = {name: SimulatorChannel(database, name) for name in ("whatsapp", "telegram")}
    outbox = Outbox(database, lambda row: channels[row.channel])
    inbox = Inbox(database, FakeRasa(), outbox.wake.set)
    simulator = Simulator(database, inbox, outbox, lambda: None, world.demo(), nothing_due)
    return Starlette(routes=[*routes(simulator, database), *page_routes(simulator, database)])


def caller(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("messages", "[" * 100_000 + "]" * 100_000, id="brackets without end"),
        pytest.param("messages", "[1]", id="no object"),
        pytest.param("messages", "halo", id="no JSON"),
        pytest.param("reset", json.dumps({"now": "0001-01-01T00:00:00"}), id="before all time"),
        pytest.param("reset", json.dumps({"now": "9999-12-31T23:59:59-12:00"}), id="after all time"),
        pytest.param("clock", json.dumps({"advance_to": {"a": 1}}), id="no moment"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_line(database: Database, path: str, body: str) -> None:
    async with caller(app_over(database)) as client:
        response = await client.post(f"/simulator/{path}", content=body)
    assert response.status_code == 400
    assert len(response.json()["error"]) < 200


@pytest.mark.parametrize("address", ["/simulator/reset", "/simulator/type", "/simulator/messages", "/simulator/staff"])
async def test_foreign_page_cannot_act_through_the_operators_browser(database: Database, address: str) -> None:
    body = json.dumps({"now": datetime(2026, 11, 21, tzinfo=UTC).isoformat(), "from": PHONE, "text": "halo"})
    async with caller(app_over(database)) as client:
        response = await client.post(address, content=body, headers={"origin": "http://jahat.example"})
    assert (response.status_code, response.text) == (404, "Not Found")
    assert outbox_rows(database) == []


@pytest.mark.parametrize("address", ["/simulator/records?record=person", "/simulator/messages", "/simulator/", "/"])
async def test_foreign_name_for_this_machine_reads_nothing(database: Database, address: str) -> None:
    async with caller(app_over(database)) as client:
        response = await client.get(address, headers={"host": "jahat.example:8000"})
    assert (response.status_code, response.text) == (404, "Not Found")
