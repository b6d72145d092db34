"""The outbox when the provider says wait: who waits, who goes on, and what is said on the other channel."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channel import Channel, Delivery, Outbound, Pause, Rejected, Stopped, Throttled, Unreachable
from bot.outbox import Outbox
from bot.rendering import WHATSAPP, render
from registry import sealing
from registry.messaging import fallback, messages, senders
from registry.messaging.messages import Draft
from registry.models import Contact, OutboxMessage, OutboxPart, SimulatedClock
from tests import factories
from tests.bot.fakes import FakeChannel, always
from tests.bot.posts import PHONE, Post
from tests.conftest import NOW

pytestmark = pytest.mark.anyio
OTHER = "+6281200090002"
LOST = Unreachable("ReadTimeout", unknown_outcome=True)
EXPIRED = Rejected("190", pauses=Pause.CHANNEL)
SECOND = timedelta(seconds=1)


class Parting(FakeChannel):
    """Splits as WhatsApp does, and names each part."""

    def parts(self, message: Outbound) -> tuple[Outbound, ...]:
        """As the real one."""
        return render(message, WHATSAPP)

    async def send(self, message: Outbound) -> Delivery:
        """Take it, or raise the next fault; the fake's name of the tenth part is x10."""
        return replace(await super().send(message), external_ids=(f"x{len(self.sent)}",))


async def test_rows_are_kept_and_sent_when_the_token_is_good_again(post: Post) -> None:
    post.queue("satu")
    post.queue("dua", phone=OTHER)
    post.channel.faults = always(EXPIRED, 2)
    await post.outbox.drain()
    assert {(row.status, row.attempts) for row in post.rows} == {("queued", 0)}
    tried = post.channel.tried
    await post.drain_at(NOW + 60 * SECOND)
    assert post.channel.tried == tried
    await post.drain_at(NOW + senders.PROBE)
    await post.drain_at(NOW + senders.PROBE + SECOND)
    assert sorted(post.channel.texts) == ["dua", "satu"]
    with post.database.read() as session:
        assert [notice.code for notice in senders.open_notices(session)] == ["resumed", "stopped"]


async def test_other_channel_goes_on_when_one_is_stopped(post: Post) -> None:
    telegram = FakeChannel("telegram")
    post.outbox = Outbox(post.database, lambda row: telegram if row.channel == "telegram" else post.channel)
    post.queue("satu")
    post.channel.faults = always(EXPIRED, 1)
    await post.outbox.drain()
    post.queue("dua", channel="telegram", phone=OTHER)
    await post.outbox.drain()
    assert telegram.texts == ["dua"]


async def test_broadcasts_wait_and_answers_go_on_when_people_complain(post: Post) -> None:
    post.queue("kabar", kind="broadcast", priority=messages.BROADCAST, template="t")
    post.channel.faults.append(Throttled("131048", retry_after=60, pauses=Pause.BULK))
    await post.outbox.drain()
    post.queue("kabar", kind="broadcast", priority=messages.BROADCAST, phone=OTHER, template="t")
    post.queue("jawaban", phone="+6281200090003")
    await post.drain_at(NOW + 120 * SECOND)
    assert post.channel.texts == ["jawaban"]
    await post.drain_at(NOW + senders.BULK_PAUSE)
    assert post.channel.texts == ["jawaban", "kabar", "kabar"]


async def test_only_her_conversation_waits_when_we_are_too_fast_for_her(post: Post) -> None:
    post.queue("satu", "dua")
    post.channel.faults.append(Throttled("131056", retry_after=6, pauses=Pause.CONVERSATION))
    await post.outbox.drain()
    post.queue("lain", phone=OTHER)
    await post.outbox.drain()
    assert post.channel.texts == ["lain"]
    await post.drain_at(NOW + 7 * SECOND)
    assert post.channel.texts == ["lain", "satu", "dua"]


async def test_whole_channel_slows_down_when_it_is_throttled(post: Post) -> None:
    post.queue("satu")
    post.channel.faults.append(Throttled("130429", retry_after=3))
    await post.outbox.drain()
    post.queue("lain", phone=OTHER)
    await post.drain_at(NOW + 2 * SECOND)
    assert post.channel.tried == 1
    await post.drain_at(NOW + 3 * SECOND)
    assert sorted(post.channel.texts) == ["lain", "satu"]


async def test_unknown_outcome_waits_for_a_report_and_is_tried_again_without_one(post: Post) -> None:
    post.channel.reports = True
    post.queue("baik, bu")
    post.channel.faults.append(LOST)
    await post.outbox.drain()
    assert (post.row.status, post.row.doubts) == ("unknown", 1)
    await post.drain_at(NOW + 59 * SECOND)
    assert post.channel.tried == 1
    await post.drain_at(NOW + 65 * SECOND)
    assert (post.channel.texts, post.row.status) == (["baik, bu"], "sent")


async def test_unknown_outcome_is_repeated_once_where_nobody_reports(post: Post) -> None:
    post.queue("baik, bu")
    post.channel.faults = always(LOST, 9)
    await post.outbox.drain()
    await post.drain_at(NOW + timedelta(hours=1))
    await post.drain_at(NOW + timedelta(hours=2))
    assert (post.row.status, post.channel.tried) == ("dead", 2)


@pytest.fixture
def parting(post: Post) -> Parting:
    """The post's channel, splitting."""
    post.channel = Parting()
    return post.channel


LONG = "\n\n".join(f"Bagian {number}. " + "kata " * 700 for number in range(3))


async def test_each_part_is_kept_under_its_own_name(post: Post, parting: Parting) -> None:
    post.queue(LONG)
    await post.outbox.drain()
    assert len(parting.sent) == 3
    trackers = [message.tracker for message in parting.sent]
    assert trackers == [f"{post.row.id}.0", f"{post.row.id}.1", str(post.row.id)]
    with post.database.read() as session:
        parts = session.scalars(select(OutboxPart).order_by(OutboxPart.number)).all()
    assert [part.external_index for part in parts] == [sealing.index("message", name) for name in ("x1", "x2")]
    assert (post.row.external_index, post.row.parts_sent) == (sealing.index("message", "x3"), 2)


@pytest.mark.parametrize("failing", [0, 1, 2])
async def test_retry_sends_only_the_missing_parts(post: Post, parting: Parting, failing: int) -> None:
    post.queue(LONG)
    parting.faults.extend([*[None] * failing, Unreachable("500")])
    await post.outbox.drain()
    assert len(parting.sent) == failing
    post.another_process()
    await post.drain_at(NOW + 60 * SECOND)
    assert len(parting.sent) == 3
    assert "\n\n".join(parting.texts).split() == LONG.split()


async def test_nothing_said_is_dead_at_once(post: Post, parting: Parting) -> None:
    parting.faults.append(Rejected("empty message"))
    post.queue("")
    await post.outbox.drain()
    assert (post.row.status, post.row.last_error) == ("dead", "Rejected:empty message")


class TwoChannels:
    """A post whose mother is on both channels under one phone."""

    def __init__(self, post: Post) -> None:
        self.post, self.telegram = post, FakeChannel("telegram")
        post.outbox = Outbox(post.database, self.find)
        with post.database.write() as session:
            factories.contact(session, PHONE, channel="telegram")

    def find(self, row: OutboxMessage) -> Channel:
        """Each its own."""
        return self.telegram if row.channel == "telegram" else self.post.channel


@pytest.fixture
def both(post: Post) -> TwoChannels:
    return TwoChannels(post)


@pytest.mark.parametrize("fault", [Stopped("131026"), Rejected("100"), EXPIRED], ids=lambda fault: fault.code)
async def test_emergency_is_said_on_the_other_channel(both: TwoChannels, fault: Exception) -> None:
    both.post.queue("tanda bahaya", kind="alert", priority=messages.DANGER, buttons=(("Saya datang", "/press:a:1"),))
    both.post.channel.faults.append(fault)
    await both.post.outbox.drain()
    await both.post.outbox.drain()
    assert both.telegram.texts == ["tanda bahaya"]
    assert both.telegram.sent[0].buttons[0].payload == "/press:a:1"


async def test_emergency_is_said_on_the_other_channel_when_one_stays_ill_for_a_while(both: TwoChannels) -> None:
    both.post.queue("tanda bahaya", kind="alert", priority=messages.DANGER)
    both.post.channel.faults = always(Unreachable("500"), 50)
    for seconds in (0, 5, 15, 40):
        assert both.telegram.texts == []
        await both.post.drain_at(NOW + seconds * SECOND)
    await both.post.drain_at(NOW + 41 * SECOND)
    assert both.telegram.texts == ["tanda bahaya"]
    assert both.post.row.status == "queued"


async def test_emergency_queued_while_the_channel_is_stopped_is_said_on_the_other(both: TwoChannels) -> None:
    with both.post.database.write() as session:
        senders.stop(session, "whatsapp", NOW, "190")
    both.post.queue("tanda bahaya", kind="alert", priority=messages.DANGER)
    await both.post.outbox.drain()
    await both.post.outbox.drain()
    assert (both.telegram.texts, both.post.channel.tried) == (["tanda bahaya"], 0)


async def test_reminder_is_not_said_on_the_other_channel(both: TwoChannels) -> None:
    both.post.queue("waktunya periksa", kind="reminder", priority=messages.REMINDER, template="t")
    both.post.channel.faults.append(Stopped("131026"))
    await both.post.outbox.drain()
    await both.post.outbox.drain()
    assert both.telegram.texts == []


async def test_operator_is_told_when_an_emergency_reaches_nobody(post: Post) -> None:
    post.queue("tanda bahaya", kind="alert", priority=messages.DANGER)
    post.channel.faults.append(Stopped("131026"))
    await post.outbox.drain()
    with post.database.read() as session:
        assert [(told.code, told.about) for told in senders.open_notices(session)] == [
            ("emergency_undelivered", str(post.row.id))
        ]
        assert session.scalars(select(Contact.blocked)).one()


async def test_emergency_does_not_go_back_and_forth(both: TwoChannels) -> None:
    both.post.queue("tanda bahaya", kind="alert", priority=messages.DANGER)
    both.post.channel.faults.append(Rejected("100"))
    both.telegram.faults.append(Rejected("chat not found"))
    for _ in range(3):
        await both.post.outbox.drain()
    assert (both.post.channel.tried, both.telegram.tried) == (1, 1)
    with both.post.database.write() as session:
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "telegram")).one()
        assert row.key == f"{fallback.PREFIX}{both.post.row.id}"


async def test_rate_is_kept_in_real_time(post: Post) -> None:
    with post.database.write() as session:
        session.delete(session.get_one(SimulatedClock, 1))
        for number in range(40):
            mother = factories.contact(session, f"+62812000910{number:02}", channel="telegram")
            messages.queue(session, mother, Draft(str(number)), kind="reply", priority=1, now=NOW)
    post.channel.name = "telegram"
    outbox = post.another_process({"telegram": 40.0})
    began = time.monotonic()
    await outbox.drain()
    assert len(post.channel.sent) == 40
    assert time.monotonic() - began > 0.7  # the bucket is empty at first
