"""What is read out of a simulated message, how simulated phones show what they receive, and the standing clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.channel import InboundKind, Media
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.simulator import BadRequestError, Simulator, SimulatorChannel, read_message
from registry import clock, sealing
from registry.db import Database
from registry.errors import WorldError
from registry.messaging import messages, pictures
from registry.messaging.messages import Draft
from registry.models import Contact, Person, Pregnancy, SimulatedMessage
from registry.outside import world
from tests import factories
from tests.bot.fakes import FakeRasa, nothing_due, outbox_rows
from tests.conftest import NOW

PHONE = "+6281200090001"


class Stage:
    """A simulator over a real database with a fake Rasa."""

    def __init__(self, database: Database) -> None:
        self.database, self.rasa, self.forgotten = database, FakeRasa(), 0
        self.channels = {name: SimulatorChannel(database, name) for name in ("whatsapp", "telegram")}
        self.outbox = Outbox(database, lambda row: self.channels[row.channel])
        self.inbox = Inbox(database, self.rasa, lambda: None)
        self.simulator = Simulator(database, self.inbox, self.outbox, self._forget, world.demo(), nothing_due)

    def _forget(self) -> None:
        self.forgotten += 1

    async def show(self, draft: Draft, channel: str = "whatsapp", hours_ago: float = 0) -> list[dict[str, Any]]:
        with self.database.write() as session:
            clock.stop_at(session, NOW)
            contact = factories.contact(session, PHONE, channel=channel)
            contact.last_wrote_at = NOW - timedelta(hours=hours_ago)
            messages.queue(session, contact, draft, kind="reply", priority=1, now=NOW)
        await self.outbox.drain()
        return await self.simulator.received(PHONE, 0)


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


# ---------------------------------------------------------------- reading a message


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"text": "halo"}, {"text": "halo", "channel": "whatsapp"}, id="text"),
        pytest.param({"text": "", "channel": "telegram"}, {"text": "", "channel": "telegram"}, id="empty text"),
        pytest.param({"text": 123}, {"text": "123"}, id="number as text"),
        pytest.param({"button": "/greet"}, {"button": "/greet", "text": None}, id="button"),
        pytest.param(
            {"media": {"type": "voice", "duration_s": 7}}, {"media": Media("voice", duration_s=7)}, id="voice"
        ),
        pytest.param(
            {"media": {"kind": "photo", "caption": "ini", "bytes": 9, "mime": "image/jpeg"}},
            {"media": Media("photo", caption="ini", size_bytes=9, mime="image/jpeg")},
            id="photo",
        ),
        pytest.param(
            {"media": {"type": "location", "lat": -8.3, "lon": 112.4}},
            {"media": Media("location", lat=-8.3, lon=112.4)},
            id="location",
        ),
        pytest.param({"text": "halo", "message_id": 7}, {"external_id": "7"}, id="message id"),
    ],
)
def test_message_is_read(body: dict[str, Any], expected: dict[str, Any]) -> None:
    inbound = read_message({"from": PHONE, **body}, NOW)
    assert (inbound.sender, inbound.phone, inbound.sent_at, inbound.kind) == (PHONE, PHONE, NOW, InboundKind.MESSAGE)
    for name, value in expected.items():
        assert getattr(inbound, name) == value


def test_message_id_is_new_when_none_is_given() -> None:
    body = {"from": PHONE, "text": "halo"}
    assert len({read_message(body, NOW).external_id for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param({"text": "halo"}, "from must be", id="no sender"),
        pytest.param({"from": "0812345678", "text": "halo"}, "from must be", id="local number"),
        pytest.param({"from": "+62²³4567", "text": "halo"}, "from must be", id="raised digits"),
        pytest.param({"from": "+" + "1" * 40, "text": "halo"}, "from must be", id="endless number"),
        pytest.param({"from": 62812, "text": "halo"}, "from must be", id="a number"),
        pytest.param({"from": PHONE, "text": "halo", "channel": "sms"}, "channel must be", id="unknown channel"),
        pytest.param({"from": PHONE}, "one of text, button or media", id="nothing said"),
        pytest.param({"from": PHONE, "media": {}}, "media type must be", id="media without a type"),
        pytest.param({"from": PHONE, "media": {"type": "hologram"}}, "media type must be", id="unknown media"),
        pytest.param({"from": PHONE, "media": "voice"}, "media must be", id="media is a text"),
    ],
)
def test_fault_is_told_when_a_message_cannot_be_read(body: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadRequestError, match=sentence):
        read_message(body, NOW)


# ---------------------------------------------------------------- what the phones show


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("channel", "count", "kind"),
    [("whatsapp", 3, "buttons"), ("whatsapp", 4, "rows"), ("whatsapp", 10, "rows"), ("telegram", 10, "buttons")],
)
async def test_choices_are_shown_as_the_channel_can(stage: Stage, channel: str, count: int, kind: str) -> None:
    choices = tuple((f"Pilihan {number}", f"/p{number}") for number in range(count))
    (shown,) = await stage.show(Draft("Pilih ya", buttons=choices), channel)
    assert [(choice["title"], choice["payload"]) for choice in shown[kind]] == list(choices)
    assert shown["rows" if kind == "buttons" else "buttons"] == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("channel", "hours_ago", "template"),
    [("whatsapp", 1, None), ("whatsapp", 25, "alert_labour"), ("telegram", 25, None)],
    ids=["window open", "window closed", "telegram"],
)
async def test_template_is_shown_when_the_window_was_closed(
    stage: Stage, channel: str, hours_ago: float, template: str | None
) -> None:
    (shown,) = await stage.show(Draft("mohon segera", template="alert_labour"), channel, hours_ago)
    assert (shown["template"], shown["text"]) == (template, "mohon segera")


@pytest.mark.anyio
async def test_long_text_arrives_whole_in_several_messages(stage: Stage) -> None:
    text = "\n\n".join(f"Paragraf {number}. " + "kata " * 100 for number in range(20))
    shown = await stage.show(Draft(text))
    assert len(shown) > 1
    assert all(0 < len(message["text"]) <= 4096 for message in shown)
    assert " ".join(" ".join(message["text"] for message in shown).split()) == " ".join(text.split())
    row = outbox_rows(stage.database)[0]
    assert (row.parts_sent, row.external_index) == (len(shown) - 1, sealing.index("message", f"sim{shown[-1]['id']}"))


@pytest.mark.anyio
async def test_message_is_told_with_everything_the_contract_names(stage: Stage) -> None:
    (shown,) = await stage.show(Draft("halo"))
    assert shown == {
        "id": 1, "to": PHONE, "at": "2026-11-21T10:00:00+07:00", "kind": "reply", "text": "halo", "buttons": [],
        "rows": [], "image": None, "template": None, "priority": 1, "status": "delivered",
    }  # fmt: skip


def mother_with_a_card(stage: Stage) -> str:
    with stage.database.write() as session:
        clock.stop_at(session, NOW)
        mother = factories.person(session)
        factories.pregnancy(session, mother)
        return pictures.reference(mother)


@pytest.mark.anyio
@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
async def test_picture_is_shown_by_its_address_and_kept_by_its_reference(stage: Stage, channel: str) -> None:
    named = mother_with_a_card(stage)
    (shown,) = await stage.show(Draft("ini kartunya", image=named), channel)
    assert (shown["text"], shown["image"]) == ("ini kartunya", f"/simulator/pictures/{shown['id']}")
    with stage.database.read() as session:
        assert session.get_one(SimulatedMessage, shown["id"]).content["image"] == named
    png = await stage.simulator.picture(shown["id"])
    assert png is not None
    assert png.startswith(b"\x89PNG")


@pytest.mark.anyio
async def test_picture_stands_on_the_one_part_that_carries_it(stage: Stage) -> None:
    buttons = (("Ya", "/affirm"), ("Tidak", "/deny"))
    shown = await stage.show(Draft("benar?", buttons=buttons, image=mother_with_a_card(stage)), "whatsapp")
    assert [(message["text"], bool(message["image"])) for message in shown] == [("", True), ("benar?", False)]
    assert await stage.simulator.picture(shown[1]["id"]) is None


@pytest.mark.anyio
async def test_phone_that_got_words_alone_shows_no_picture(stage: Stage) -> None:
    (shown,) = await stage.show(Draft("ini kartunya", image="card:999"))
    assert (shown["text"], shown["image"]) == ("ini kartunya", None)


@pytest.mark.anyio
async def test_picture_is_gone_when_the_mother_is(stage: Stage) -> None:
    (shown,) = await stage.show(Draft("ini kartunya", image=mother_with_a_card(stage)))
    with stage.database.write() as session:
        session.execute(delete(Pregnancy))
        session.execute(delete(Person))
    assert await stage.simulator.picture(shown["id"]) is None
    assert await stage.simulator.picture(shown["id"] + 1) is None


# ---------------------------------------------------------------- reset and clock


@pytest.mark.anyio
async def test_reset_empties_loads_and_stops_the_clock(stage: Stage) -> None:
    await stage.simulator.reset(NOW, "telegram", None)
    with stage.database.read() as session:
        assert {contact.channel for contact in session.scalars(select(Contact))} == {"telegram"}
        assert "Siti Aminah" in {person.name for person in session.scalars(select(Person))}
    await stage.simulator.reset(NOW + timedelta(days=1), "whatsapp", {})
    with stage.database.read() as session:
        assert session.scalars(select(Person)).all() == []
    assert (await stage.simulator.clock(), stage.forgotten) == (NOW + timedelta(days=1), 2)


@pytest.mark.anyio
async def test_store_is_as_it_was_when_the_world_does_not_hold_together(stage: Stage) -> None:
    await stage.simulator.reset(NOW, "whatsapp", None)
    with pytest.raises(WorldError):
        await stage.simulator.reset(NOW, "whatsapp", {"persons": [{"name": "A", "dob": "kemarin", "nik": "1"}]})
    with stage.database.read() as session:
        assert session.scalars(select(Person)).first() is not None


@pytest.mark.anyio
async def test_clock_is_real_until_a_reset(stage: Stage) -> None:
    assert abs(await stage.simulator.clock() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.anyio
async def test_what_falls_due_on_the_way_is_sent_at_its_time(stage: Stage) -> None:
    await stage.simulator.reset(NOW, "whatsapp", {})
    due = [NOW + timedelta(hours=hours) for hours in (26, 2, 50)]
    with stage.database.write() as session:
        contact = factories.contact(session, PHONE, last_wrote_at=NOW)
        for moment in due:
            draft = Draft(moment.isoformat(), template="x")
            messages.queue(session, contact, draft, kind="reminder", priority=3, now=NOW, due_at=moment)
    await stage.simulator.advance(NOW + timedelta(hours=49))
    shown = await stage.simulator.received(None, 0)
    assert [datetime.fromisoformat(message["at"]) for message in shown] == sorted(due)[:2]
    await stage.simulator.advance(NOW + timedelta(hours=50))
    assert len(await stage.simulator.received(None, 0)) == 3


@pytest.mark.anyio
async def test_clock_moves_forward_only(stage: Stage) -> None:
    await stage.simulator.reset(NOW, "whatsapp", {})
    with pytest.raises(BadRequestError, match="only moves forward"):
        await stage.simulator.advance(NOW - timedelta(seconds=1))
    assert await stage.simulator.advance(NOW) == NOW


# ---------------------------------------------------------------- writing


@pytest.mark.anyio
async def test_answer_comes_at_once_when_rasa_is_away_also_for_the_second_message(stage: Stage) -> None:
    stage.rasa.away = True
    first = await stage.simulator.write({"from": PHONE, "text": "halo"})
    second = await stage.simulator.write({"from": PHONE, "text": "permisi"})
    assert first["trace"]["handled_by"] == "waiting"
    assert len(first["messages"]) == 1
    assert (second["trace"], second["messages"]) == (None, [])


@pytest.mark.anyio
async def test_phone_shows_the_title_of_the_pressed_button(stage: Stage) -> None:
    await stage.show(Draft("pilih", buttons=(("Ya, cek", "/check_eligibility"),)))
    await stage.simulator.write({"from": PHONE, "button": "/check_eligibility"})
    with stage.database.read() as session:
        own = session.scalars(select(SimulatedMessage).where(SimulatedMessage.direction == "in")).one()
    assert own.content["text"] == "Ya, cek"


def test_nobody_can_post_to_a_simulated_provider(stage: Stage) -> None:
    assert stage.channels["whatsapp"].verify({}, b"{}") is False
    assert stage.channels["whatsapp"].receive(b"{}") == []
