"""The simulator's API as contracts name it: a whole conversation over HTTP, and one sentence for every fault."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.simulator import Simulator, SimulatorChannel
from bot.simulator_routes import routes
from bot.understanding import Reply, Understanding
from registry import texts
from registry.db import Database
from registry.messaging import pictures
from registry.models import Person, Pregnancy
from registry.outside import world
from tests.bot.fakes import FakeRasa, nothing_due

pytestmark = pytest.mark.anyio
NOW = "2026-11-21T10:00:00+07:00"
MOTHER, CADRE, MIDWIFE, STRANGER = "+6281200000001", "+6281200000011", "+6281200000021", "+6281200099999"
ALARM = "bu saya keluar darah banyak sekarang"


class Phones:
    """A caller of the API."""

    def __init__(self, database: Database) -> None:
        self.database = database
        channels = {name: SimulatorChannel(database, name) for name in ("whatsapp", "telegram")}
        self.rasa = FakeRasa()
        outbox = Outbox(database, lambda row: channels[row.channel])
        inbox = Inbox(database, self.rasa, lambda: None)
        self.app = Starlette(
            routes=routes(Simulator(database, inbox, outbox, lambda: None, world.demo(), nothing_due), database)
        )
        self.client = self.caller("127.0.0.1")

    def caller(self, host: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(host, 50000))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")

    async def post(self, name: str, **body: Any) -> Any:
        response = await self.client.post(f"/simulator/{name}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    async def get(self, name: str, **query: Any) -> Any:
        response = await self.client.get(f"/simulator/{name}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def say(self, phone: str, text: str | None = None, **more: Any) -> Any:
        body = {"from": phone, **({} if text is None else {"text": text}), **more}
        return await self.post("messages", **body)


@pytest.fixture
async def phones(database: Database) -> AsyncIterator[Phones]:
    opened = Phones(database)
    await opened.post("reset", now=NOW)
    yield opened
    await opened.client.aclose()


# ---------------------------------------------------------------- clock


async def test_clock_stands_and_moves_forward(phones: Phones) -> None:
    assert await phones.get("clock") == {"now": NOW}
    assert await phones.post("clock", advance_to="2026-11-22T03:00:00Z") == {"now": "2026-11-22T10:00:00+07:00"}
    assert await phones.post("clock", advance_to="2026-11-22T11:00:00") == {"now": "2026-11-22T11:00:00+07:00"}
    response = await phones.client.post("/simulator/clock", json={"advance_to": NOW})
    assert (response.status_code, response.json()) == (400, {"error": "the clock only moves forward"})


async def test_reset_answers_where_the_clock_stands(phones: Phones) -> None:
    assert await phones.post("reset", now="2027-01-01T00:00:00", channel="telegram", given={}) == {
        "now": "2027-01-01T00:00:00+07:00"
    }
    assert await phones.get("records", record="person") == []
    assert await phones.get("messages") == []


# ---------------------------------------------------------------- messages


async def test_message_is_answered_with_its_trace(phones: Phones) -> None:
    said = await phones.say(MOTHER, "halo", message_id="m1")
    assert said["message_id"] == "m1"
    assert said["trace"] == {
        "intent": "greet", "confidence": 0.9, "entities": [], "danger": [], "handled_by": "rasa",
    }  # fmt: skip
    assert [(message["to"], message["text"], message["kind"]) for message in said["messages"]] == [
        (MOTHER, "jawaban: halo", "reply")
    ]


async def test_picture_in_an_answer_is_served(phones: Phones) -> None:
    with phones.database.write() as session:
        mother = session.scalars(select(Person).join(Pregnancy).where(Pregnancy.status == "active")).first()
        assert mother is not None
        named = pictures.reference(mother)
    phones.rasa.answer = lambda _: Understanding((Reply("ini kartunya", image=named),), "greet", 0.9)
    (shown,) = (await phones.say(MOTHER, "halo"))["messages"]
    served = await phones.client.get(shown["image"])
    assert (served.status_code, served.headers["content-type"]) == (200, "image/png")
    assert served.headers["cache-control"] == "no-store"
    assert served.content.startswith(b"\x89PNG")
    async with phones.caller("203.0.113.9") as stranger:
        assert (await stranger.get(shown["image"])).status_code == 404


@pytest.mark.parametrize("named", ["1", "0", "-1", "x", "9" * 30, "%2e%2e%2fetc", "card:1", "\u0661"])
async def test_no_picture_is_served_where_there_is_none(phones: Phones, named: str) -> None:
    await phones.say(MOTHER, "halo")
    assert (await phones.client.get(f"/simulator/pictures/{named}")).status_code == 404


async def test_redelivery_is_answered_and_changes_nothing(phones: Phones) -> None:
    first = await phones.say(MOTHER, "halo", message_id="m1")
    assert await phones.say(MOTHER, "halo", message_id="m1") == first
    assert len(await phones.get("messages")) == 1
    assert len(phones.rasa.asked) == 1


async def test_alarm_reaches_the_helpers_also_through_a_closed_window(phones: Phones) -> None:
    said = await phones.say(MOTHER, ALARM)
    assert said["trace"]["danger"] == ["bleeding"]
    reached = {message["to"]: message for message in said["messages"]}
    assert set(reached) == {MOTHER, CADRE, MIDWIFE}
    assert (reached[MIDWIFE]["template"], reached[MIDWIFE]["kind"]) == ("alert_danger_sign", "alert")
    assert reached[MOTHER]["template"] is None
    (alert,) = await phones.get("records", record="alert")
    assert (alert["phone"], alert["kind"], set(alert["to"])) == (MOTHER, "danger_sign", {CADRE, MIDWIFE})


async def test_button_and_media_are_messages(phones: Phones) -> None:
    voice = await phones.say(MOTHER, media={"type": "voice", "duration_s": 9})
    assert [button["payload"] for button in voice["messages"][0]["buttons"]] == [
        "/danger_yes", "/danger_no", "/talk_to_human",
    ]  # fmt: skip
    yes = await phones.say(MOTHER, button="/danger_yes")
    assert yes["trace"]["handled_by"] == "danger_question"
    caption = await phones.say(STRANGER, media={"type": "photo", "caption": ALARM})
    assert caption["trace"]["danger"] == ["bleeding"]


async def test_channels_keep_people_apart_and_phones_together(phones: Phones) -> None:
    await phones.say(MOTHER, "halo", channel="telegram")
    await phones.say(MOTHER, "halo", channel="whatsapp")
    assert len(await phones.get("messages", to=MOTHER)) == 2


async def test_received_messages_are_filtered(phones: Phones) -> None:
    await phones.say(MOTHER, "satu")
    await phones.say(STRANGER, "dua")
    everything = await phones.get("messages")
    assert [message["to"] for message in everything] == [MOTHER, STRANGER]
    assert await phones.get("messages", to=STRANGER) == everything[1:]
    assert await phones.get("messages", since=everything[0]["id"]) == everything[1:]
    assert await phones.get("messages", since=everything[0]["id"], to=MOTHER) == []
    unescaped = await phones.client.get(f"/simulator/messages?to={STRANGER}")
    assert unescaped.json() == everything[1:]


# ---------------------------------------------------------------- staff and records


async def test_officer_takes_over_and_closes(phones: Phones) -> None:
    await phones.say(MOTHER, "halo")
    answered = await phones.post("staff", by=MIDWIFE, to=MOTHER, action="reply", text="Saya bidan Ana")
    assert answered == {"ok": True}
    newest = (await phones.get("messages", to=MOTHER))[-1]
    assert (newest["kind"], newest["text"]) == ("staff", "Saya bidan Ana")
    assert (await phones.say(MOTHER, "baik bu"))["trace"]["handled_by"] == "staff"
    assert await phones.get("records", record="handoff") == [{"phone": MOTHER, "owner": MIDWIFE, "status": "taken"}]
    await phones.post("staff", by=MIDWIFE, to=MOTHER, action="close")
    assert (await phones.say(MOTHER, "halo lagi"))["trace"]["handled_by"] == "rasa"


async def test_records_are_filtered(phones: Phones) -> None:
    (siti,) = await phones.get("records", record="person", phone=MOTHER)
    assert (siti["name"], siti["consent"], siti["registered"]) == ("Siti Aminah", "given", True)
    assert await phones.get("records", record="person", phone=MOTHER, consent="refused") == []
    assert await phones.get("records", record="ride") == []


# ---------------------------------------------------------------- faults

REPLY = {"to": MOTHER, "action": "reply"}
FAULTS: dict[str, tuple[str, str, Any, str]] = {
    "no JSON": ("POST", "messages", b"{", "must be JSON"),
    "not UTF-8": ("POST", "messages", b"\xff", "must be JSON"),
    "a list": ("POST", "messages", [], "JSON object"),
    "no sender": ("POST", "messages", {"text": "halo"}, "from must be"),
    "nothing said": ("POST", "messages", {"from": MOTHER}, "one of text, button or media"),
    "unknown channel": ("POST", "messages", {"from": MOTHER, "text": "x", "channel": "sms"}, "channel must be"),
    "unknown media": ("POST", "messages", {"from": MOTHER, "media": {"type": "x"}}, "media type must be"),
    "media as text": ("POST", "messages", {"from": MOTHER, "media": "voice"}, "media must be"),
    "reset without now": ("POST", "reset", {}, "not an ISO moment"),
    "reset to no moment": ("POST", "reset", {"now": "besok"}, "not an ISO moment"),
    "reset on no channel": ("POST", "reset", {"now": NOW, "channel": "sms"}, "channel must be"),
    "reset with a list": ("POST", "reset", {"now": NOW, "given": [1]}, "given must be"),
    "reset with an unknown section": ("POST", "reset", {"now": NOW, "given": {"x": []}}, "unknown section"),
    "clock without a moment": ("POST", "clock", {}, "not an ISO moment"),
    "since is a word": ("GET", "messages?since=x", None, "since must be"),
    "since is a raised digit": ("GET", "messages?since=%C2%B2", None, "since must be"),
    "since is endless": ("GET", "messages?since=" + "9" * 30, None, "since must be"),
    "no record": ("GET", "records", None, "no record"),
    "unknown record": ("GET", "records?record=secrets", None, "known: alert"),
    "staff without action": ("POST", "staff", {"by": MIDWIFE, "to": MOTHER}, "action must be"),
    "staff to nobody": ("POST", "staff", {"by": MIDWIFE, "to": "+62899", "action": "close"}, "nobody has written"),
    "reply without words": ("POST", "staff", {**REPLY, "by": MIDWIFE, "text": " "}, "a reply needs"),
    "reply by nobody": ("POST", "staff", {**REPLY, "text": "x"}, "a reply needs"),
}  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "sentence"), FAULTS.values(), ids=FAULTS)
async def test_fault_is_400_with_one_sentence(
    sqlite_database: Database, method: str, path: str, body: Any, sentence: str
) -> None:
    content = {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}
    phones = Phones(sqlite_database)
    async with phones.client as client:
        response = await client.request(method, f"/simulator/{path}", **content)
    assert response.status_code == 400
    assert sentence in response.json()["error"]
    assert "\n" not in response.json()["error"]


@pytest.mark.parametrize("host", ["203.0.113.9", "10.0.0.5", "testclient", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "reset"), ("GET", "clock"), ("POST", "clock"), ("POST", "messages"), ("GET", "messages"),
     ("POST", "staff"), ("GET", "records?record=person")],
)  # fmt: skip
async def test_others_than_loopback_callers_see_nothing(
    file_database: Database, host: str, method: str, path: str
) -> None:
    async with Phones(file_database).caller(host) as client:
        response = await client.request(method, f"/simulator/{path}", json={})
    assert (response.status_code, response.text) == (404, "Not Found")


async def test_page_of_another_site_sees_nothing(phones: Phones) -> None:
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}):
        response = await phones.client.post("/simulator/messages", json={"from": MOTHER, "text": "x"}, headers=headers)
        assert response.status_code == 404
    assert phones.rasa.asked == []


async def test_stop_is_known_as_such(phones: Phones) -> None:
    await phones.say(MOTHER, "STOP")
    assert phones.rasa.texts == ["/stop_messages"]
    assert texts.say("utter_stopped").text
