"""The inbox: every message is answered once, in order, also when Rasa or we ourselves fail in between."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from bot import turn
from bot.channel import Inbound, InboundKind, Media
from bot.inbox import PAUSES, TRIES, Inbox
from registry import sealing, texts
from registry.casework import talks
from registry.db import Database
from registry.messaging import messages
from registry.models import Alert, Contact, Handoff, InboxMessage
from registry.persons import people
from tests import factories
from tests.bot.fakes import FakeRasa, inbox_rows, outbox_rows, understood

pytestmark = pytest.mark.anyio
PHONE = "+6281200090001"
ALARM = "bu saya keluar darah banyak sekarang"
UNSURE = "kalau keluar darah banyak itu kenapa ya"


def inbound(text: str | None = None, external_id: str = "m1", sender: str = PHONE, **values: Any) -> Inbound:
    return Inbound("whatsapp", external_id, sender, datetime.now(UTC), text=text, phone=sender, **values)


class Desk:
    """An inbox with a fake Rasa, and what a test wants to see of it."""

    def __init__(self, database: Database) -> None:
        self.database, self.rasa, self.queued = database, FakeRasa(), 0
        self.inbox = Inbox(database, self.rasa, self._count)

    def _count(self) -> None:
        self.queued += 1

    async def receive(self, *inbounds: Inbound) -> None:
        await self.inbox.store(list(inbounds))
        await self.inbox.drain()

    async def drain_later(self, seconds: float) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True):
            await self.inbox.drain()

    @property
    def said(self) -> list[str]:
        return [row.text for row in outbox_rows(self.database)]

    @property
    def statuses(self) -> list[str]:
        return [row.status for row in inbox_rows(self.database)]

    def contact(self) -> Contact:
        with self.database.read() as session:
            return session.scalars(select(Contact)).one()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def test_message_is_answered_when_rasa_understands(desk: Desk) -> None:
    await desk.receive(inbound("halo"))
    assert desk.said == ["jawaban: halo"]
    assert desk.statuses == ["done"]
    assert inbox_rows(desk.database)[0].trace == {
        "intent": "greet", "confidence": 0.9, "entities": [], "danger": [], "handled_by": "rasa",
    }  # fmt: skip
    assert desk.queued


async def test_rasa_is_asked_by_uid_and_never_by_phone(desk: Desk) -> None:
    await desk.receive(inbound("nik saya 3507014503989001 hp 081234567890"))
    sender, text, metadata = desk.rasa.asked[0]
    assert sender == desk.contact().uid
    assert text == "nik saya xnik1 hp xhp1"
    assert metadata == {"message_id": 1, "role": "stranger", "gestation_days": None, "refers": False}


async def test_redelivery_changes_nothing(desk: Desk) -> None:
    assert await desk.inbox.store([inbound("halo"), inbound("halo")]) == [1]
    await desk.inbox.drain()
    await desk.receive(inbound("halo"))
    assert desk.said == ["jawaban: halo"]


async def test_she_is_told_once_and_answered_in_order_when_rasa_was_away(desk: Desk) -> None:
    desk.rasa.away = True
    await desk.receive(inbound("satu"), inbound("dua", "m2"))
    await desk.drain_later(PAUSES[0] + 1)
    assert desk.rasa.texts == ["satu", "satu"]
    assert desk.said == [texts.say("utter_wait").text]
    desk.rasa.away = False
    await desk.drain_later(PAUSES[0] + PAUSES[1] + 2)
    assert desk.said == [texts.say("utter_wait").text, "jawaban: satu", "jawaban: dua"]
    assert desk.statuses == ["done", "done"]


async def test_message_is_not_tried_before_its_pause_is_over(desk: Desk) -> None:
    desk.rasa.away = True
    await desk.receive(inbound("halo"))
    due = inbox_rows(desk.database)[0].due_at
    with time_machine.travel(due - timedelta(milliseconds=1), tick=False):
        await desk.inbox.drain()
    assert len(desk.rasa.asked) == 1
    with time_machine.travel(due, tick=False):
        await desk.inbox.drain()
    assert len(desk.rasa.asked) == 2


async def test_message_waits_for_ever_when_rasa_stays_away(desk: Desk) -> None:
    desk.rasa.away = True
    await desk.receive(inbound("halo"))
    for hours in range(1, TRIES + 4):
        await desk.drain_later(3600 * hours)
    assert len(desk.rasa.asked) == TRIES + 4
    assert desk.statuses == ["queued"]
    assert desk.said == [texts.say("utter_wait").text]


async def test_others_are_answered_when_one_waits(desk: Desk) -> None:
    desk.rasa.away = True
    await desk.receive(inbound("halo"))
    desk.rasa.away = False
    await desk.receive(inbound("permisi", "m2", "+6281200090002"))
    assert "jawaban: permisi" in desk.said


async def test_danger_overtakes_when_an_older_message_waits(desk: Desk) -> None:
    desk.rasa.away = True
    await desk.receive(inbound("halo"))
    await desk.receive(inbound(ALARM, "m2"))
    assert desk.statuses == ["queued", "done"]
    assert any("119" in text for text in desk.said[1:])


async def test_danger_overtakes_when_an_older_message_is_being_understood(desk: Desk) -> None:
    desk.rasa.hold = asyncio.Event()
    other = Inbox(desk.database, desk.rasa, lambda: None)
    await desk.inbox.store([inbound("halo")])
    running = asyncio.ensure_future(desk.inbox.drain())
    while not desk.rasa.asked:
        await asyncio.sleep(0.01)
    await other.store([inbound(ALARM, "m2")])
    await other.drain()
    assert desk.statuses == ["leased", "done"]
    desk.rasa.hold.set()
    await running
    assert desk.statuses == ["done", "done"]


async def test_alarm_at_the_end_of_a_large_post_waits_for_nobody(desk: Desk) -> None:
    """Nobody has read the post yet, Rasa keeps everybody waiting, and a hundred others stand before her."""
    desk.rasa.hold = asyncio.Event()
    others = [inbound("mual terus bu " * 20 + str(n), f"m{n}", f"+6281200{n:06}") for n in range(100)]
    await desk.inbox.store([*others, inbound(ALARM, "alarm")])
    assert {row.priority for row in inbox_rows(desk.database)} == {messages.UNREAD}
    worker = asyncio.ensure_future(desk.inbox.run())
    async with asyncio.timeout(60):
        while (await asyncio.to_thread(inbox_rows, desk.database))[-1].status != "done":
            await asyncio.sleep(0.1)
    assert any("119" in text for text in desk.said)
    assert desk.statuses.count("done") == 1
    desk.rasa.hold.set()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


@pytest.mark.parametrize(
    "answer", [{"text": "iya"}, {"button": "/danger_yes"}], ids=lambda answer: next(iter(answer.values()))
)
async def test_yes_raises_the_alert_when_rasa_is_still_away(desk: Desk, answer: dict[str, str]) -> None:
    desk.rasa.away = True
    await desk.receive(inbound(UNSURE))
    assert desk.said[-1] == texts.say("utter_danger_ask").text
    await desk.receive(inbound(external_id="m2", **answer))
    with desk.database.read() as session:
        assert [alert.signs for alert in session.scalars(select(Alert))] == [["bleeding"]]
    assert any("119" in text for text in desk.said[1:])


async def test_message_is_tried_again_without_double_replies_when_concluding_crashed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, crashes = messages.finish, iter([True, True, False])

    def crash(*arguments: Any) -> None:
        finish(*arguments)
        if next(crashes):
            raise RuntimeError("the power went")

    monkeypatch.setattr(messages, "finish", crash)
    await desk.receive(inbound("halo"))
    await desk.drain_later(10)
    assert desk.statuses == ["queued"]
    await desk.drain_later(30)
    assert desk.statuses == ["done"]
    assert desk.said == [texts.say("utter_wait").text, "jawaban: halo"]


async def test_person_is_called_and_the_next_message_answered_when_we_fail_at_one_again_and_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    conclude = turn.conclude

    def fail_at_one(session: Any, message: InboxMessage, *others: Any) -> Any:
        if message.external_index == sealing.index("message", "m1"):
            raise RuntimeError("a fault of ours")
        return conclude(session, message, *others)

    monkeypatch.setattr(turn, "conclude", fail_at_one)
    await desk.receive(inbound("satu"), inbound("dua", "m2"))
    for minutes in range(1, TRIES):
        await desk.drain_later(60 * minutes)
    assert desk.rasa.texts == ["satu"] * TRIES + ["dua"]
    assert desk.statuses == ["done", "done"]
    said = [text for text in desk.said if not text.startswith("Petugas menjawab pada jam kerja")]  # by the hour
    assert said == [texts.say("utter_wait").text, texts.say("utter_system_error").text, "jawaban: dua"]
    with desk.database.read() as session:
        assert [talk.reason for talk in session.scalars(select(Handoff))] == ["system"]


async def test_each_message_is_answered_once_when_two_workers_share_the_inbox(desk: Desk) -> None:
    workers = [desk.inbox, Inbox(desk.database, desk.rasa, lambda: None)]
    phones = [f"+62812000900{number:02}" for number in range(12)]
    await desk.inbox.store([inbound(f"{phone} {n}", f"{phone}-{n}", phone) for phone in phones for n in "ab"])
    await asyncio.gather(*(worker.drain() for worker in workers))
    await desk.inbox.drain()
    assert len(desk.rasa.asked) == len(desk.said) == 24
    for sender in {sender for sender, _, _ in desk.rasa.asked}:
        assert [text[-1] for other, text, _ in desk.rasa.asked if other == sender] == ["a", "b"]


async def test_message_is_taken_up_when_its_worker_died(desk: Desk) -> None:
    await desk.inbox.store([inbound("halo")])
    with desk.database.write() as session:
        session.execute(update(InboxMessage).values(status="leased", attempts=1, lease_until=datetime.now(UTC)))
    await desk.inbox.drain()
    assert desk.said == []
    with desk.database.write() as session:
        assert messages.sweep_inbox(session, datetime.now(UTC) + timedelta(seconds=1)) == 1
    await desk.inbox.drain()
    assert desk.said == ["jawaban: halo"]


async def test_contact_is_marked_when_she_blocks_and_unblocks(desk: Desk) -> None:
    await desk.receive(inbound("halo"))
    await desk.receive(inbound(external_id="b1", kind=InboundKind.BLOCKED))
    assert desk.contact().blocked is True
    await desk.receive(inbound(external_id="b2", kind=InboundKind.UNBLOCKED))
    assert desk.contact().blocked is False
    assert desk.said == ["jawaban: halo"]


async def test_contact_is_reachable_again_when_she_writes(desk: Desk) -> None:
    await desk.receive(inbound(external_id="b1", kind=InboundKind.BLOCKED))
    await desk.receive(inbound("halo"))
    assert desk.contact().blocked is False


@pytest.mark.parametrize(
    ("reports", "state"),
    [(["delivered", "read"], "read"), (["read", "delivered"], "read"), (["nonsense"], "sent"), ([], "sent")],
    ids=["in order", "out of order", "unknown word", "none"],
)
async def test_delivery_only_steps_forward_when_reports_come(desk: Desk, reports: list[str], state: str) -> None:
    await desk.receive(inbound("halo"))
    with desk.database.write() as session:
        row = messages.claim_outbox(session, datetime.now(UTC))[0]
        messages.mark_sent(session, row, ["wamid.1"], datetime.now(UTC))
    for number, report in enumerate(reports):
        values = {"kind": InboundKind.STATUS, "status": report, "status_of": "wamid.1"}
        await desk.receive(inbound(external_id=f"s{number}", **values))
    assert outbox_rows(desk.database)[0].delivery == state


async def test_nothing_but_danger_is_answered_when_an_officer_talks_with_her(desk: Desk) -> None:
    await desk.receive(inbound("halo"))
    with desk.database.write() as session:
        contact = people.find_contact(session, "whatsapp", PHONE)
        assert contact is not None
        talks.reply(session, contact, factories.make_phone(), "Saya bidan Ana", datetime.now(UTC))
    await desk.receive(inbound("terima kasih bu", "m2"))
    assert desk.said == ["jawaban: halo", "Saya bidan Ana"]
    await desk.receive(inbound(external_id="m3", media=Media("photo", caption=ALARM)))
    assert any("119" in text for text in desk.said[2:])


async def test_worker_goes_on_when_the_database_was_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, faults = messages.claim_inbox, iter([True])

    def away(*arguments: Any) -> Any:
        if next(faults, False):
            raise OSError("no connection")
        return claim(*arguments)

    monkeypatch.setattr(messages, "claim_inbox", away)
    worker = asyncio.ensure_future(desk.inbox.run())
    await desk.inbox.store([inbound("halo")])
    async with asyncio.timeout(10):
        while desk.statuses != ["done"]:
            await asyncio.sleep(0.05)
    worker.cancel()
    assert desk.said == ["jawaban: halo"]


async def test_question_is_asked_when_only_rasa_is_unsure(desk: Desk) -> None:
    desk.rasa.answer = lambda _: understood(
        intent="report_danger_sign", kind="danger", certainty="ask", codes=["fever"]
    )
    await desk.receive(inbound("badan rasanya kok begini"))
    assert desk.said == [texts.say("utter_danger_ask").text]
    await desk.receive(inbound("iya", "m2"))
    with desk.database.read() as session:
        assert [alert.signs for alert in session.scalars(select(Alert))] == [["fever"]]
