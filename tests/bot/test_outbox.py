"""The outbox: what is queued arrives, in order, at least once, and a fault of one message harms no other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.channel import (
    Button,
    ChannelError,
    Outbound,
    Rejected,
    Row,
    Stopped,
    Throttled,
    Unreachable,
    WindowClosed,
)
from bot.outbox import Outbox, outbound
from bot.retries import TRIES
from registry import sealing
from registry.db import Database
from registry.messaging import messages, pictures
from registry.messaging.messages import Draft
from registry.messaging.outbox import CHANNELS
from registry.models import Contact, OutboxMessage, Person, Pregnancy
from tests import factories
from tests.bot.fakes import always, outbox_rows
from tests.bot.posts import PHONE, Post
from tests.conftest import NOW

pytestmark = pytest.mark.anyio


async def test_message_arrives_and_is_marked(post: Post) -> None:
    post.queue("baik, bu")
    await post.outbox.drain()
    assert post.channel.texts == ["baik, bu"]
    assert (post.row.status, post.row.delivery, post.row.sent_at) == ("sent", "sent", NOW)
    assert post.row.external_index == sealing.index("message", "x1")


@pytest.mark.parametrize(
    ("fault", "at_least_s", "at_most_s"),
    [
        pytest.param(Unreachable("timeout"), 3.75, 6.25, id="unreachable"),
        pytest.param(Throttled("429", retry_after=40), 40, 40, id="throttled for 40 seconds"),
        pytest.param(Throttled("429", retry_after=0.1), 1, 2, id="throttled for a moment"),
    ],
)
async def test_message_is_tried_again_later_when_the_channel_is_ill(
    post: Post, fault: ChannelError, at_least_s: float, at_most_s: float
) -> None:
    post.queue("baik, bu")
    post.channel.faults.append(fault)
    await post.outbox.drain()
    assert post.row.status == "queued"
    assert at_least_s <= (post.row.due_at - NOW).total_seconds() <= at_most_s
    await post.drain_at(post.row.due_at - timedelta(milliseconds=1))
    assert post.channel.tried == 1
    await post.drain_at(post.row.due_at)
    assert post.channel.texts == ["baik, bu"]


async def test_pauses_grow_and_the_message_is_dead_when_six_tries_failed(post: Post) -> None:
    post.queue("baik, bu")
    post.channel.faults = always(Unreachable("timeout"))
    pauses, now = [], NOW
    while post.row.status == "queued":
        await post.drain_at(now)
        pauses.append((post.row.due_at - now).total_seconds())
        now = post.row.due_at
    assert post.channel.tried == TRIES == 6
    wanted = [5, 18.5, 68.5, 253, 900]
    assert all(w * 0.75 <= pause <= w * 1.26 for w, pause in zip(wanted, pauses, strict=False))
    assert (post.row.status, post.row.delivery, post.row.last_error) == ("dead", "failed", "Unreachable:timeout")


@pytest.mark.parametrize(
    ("fault", "blocked"),
    [(Rejected("bad"), False), (Stopped("blocked"), True), (WindowClosed("131047"), False)],
    ids=["rejected", "stopped", "window closed without a template"],
)
async def test_message_is_dead_at_once_when_no_try_can_help(post: Post, fault: ChannelError, blocked: bool) -> None:
    post.queue("baik, bu")
    post.channel.faults.append(fault)
    await post.outbox.drain()
    assert (post.row.status, post.channel.tried) == ("dead", 1)
    with post.database.read() as session:
        assert session.scalars(select(Contact.blocked)).one() is blocked


async def test_message_is_dead_when_its_channel_is_not_there(post: Post) -> None:
    post.queue("baik, bu", channel="telegram")
    await post.outbox.drain()
    assert (post.row.status, post.row.last_error) == ("dead", "Rejected:no_channel")


@pytest.mark.parametrize(
    ("hours_ago", "template", "channel", "sent_as"),
    [
        pytest.param(23.9, "alert_labour", "whatsapp", None, id="window open"),
        pytest.param(24.0, "alert_labour", "whatsapp", "alert_labour", id="window closed"),
        pytest.param(99.0, "alert_labour", "telegram", None, id="telegram has no window"),
    ],
)
async def test_template_goes_out_when_the_window_is_closed(
    post: Post, hours_ago: float, template: str, channel: str, sent_as: str | None
) -> None:
    post.channel.name = channel
    post.queue("mohon segera", hours_ago=hours_ago, template=template, channel=channel)
    await post.outbox.drain()
    assert [message.template for message in post.channel.sent] == [sent_as]


async def test_message_is_dead_when_the_window_is_closed_and_it_has_no_template(post: Post) -> None:
    post.queue("baik, bu", hours_ago=25)
    await post.outbox.drain()
    assert (post.row.status, post.row.last_error, post.channel.tried) == ("dead", "WindowClosed:no_template", 0)


async def test_template_goes_out_when_the_provider_says_the_window_is_closed(post: Post) -> None:
    post.queue("mohon segera", template="alert_labour")
    post.channel.faults.append(WindowClosed("131047"))
    await post.outbox.drain()
    assert [message.template for message in post.channel.sent] == ["alert_labour"]
    assert (post.row.status, post.row.used_template) == ("sent", True)


async def test_order_is_kept_within_a_contact(post: Post) -> None:
    wanted = [f"bagian {number}" for number in range(30)]
    post.queue(*wanted)
    post.queue(*wanted, phone="+6281200090002")
    await asyncio.gather(post.outbox.drain(), Outbox(post.database, post.find).drain())
    for phone in (PHONE, "+6281200090002"):
        assert [message.text for message in post.channel.sent if message.to == phone] == wanted


async def test_urgent_overtakes_within_a_contact(post: Post) -> None:
    post.queue("jawaban")
    post.queue("tanda bahaya", priority=messages.DANGER, kind="alert")
    await post.outbox.drain()
    assert post.channel.texts == ["tanda bahaya", "jawaban"]


async def test_message_is_sent_again_when_the_worker_died_between_sending_and_marking(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: nobody can know whether it arrived, and a missing answer is worse than a second one."""
    post.queue("baik, bu")

    def die(*_arguments: Any) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as dying:
        dying.setattr(messages, "mark_all_sent", lambda _session, sent, _now: die() if sent else None)
        with pytest.raises(SystemError):
            await post.outbox.drain()
    post.another_process()
    assert (post.row.status, post.channel.texts) == ("leased", ["baik, bu"])
    await post.drain_at(NOW + messages.LEASE)
    assert post.channel.texts == ["baik, bu"]
    await post.drain_at(NOW + messages.LEASE + timedelta(seconds=5))
    assert post.channel.texts == ["baik, bu", "baik, bu"]
    assert (post.row.status, post.row.doubts) == ("sent", 1)


async def test_nothing_is_sent_twice_when_the_database_was_away_after_sending(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, faults = messages.mark_all_sent, iter([True])

    def away(session: Any, sent: Any, now: Any) -> None:
        if sent and next(faults, False):
            raise OSError("no connection")
        mark(session, sent, now)

    monkeypatch.setattr(messages, "mark_all_sent", away)
    post.queue("baik, bu")
    with pytest.raises(OSError, match="no connection"):
        await post.outbox.drain()
    await post.outbox.drain()
    assert (post.channel.texts, post.row.status) == (["baik, bu"], "sent")


async def test_late_worker_changes_nothing_when_another_has_the_lease(post: Post) -> None:
    post.queue("baik, bu")
    with post.database.write() as session:
        late = messages.claim_outbox(session, NOW)[0]
    with post.database.write() as session:
        session.execute(update(OutboxMessage).values(lease_token="another"))
    with post.database.write() as session:
        messages.mark_dead(session, late, "late")
    assert post.row.status == "leased"


@pytest.mark.parametrize("name", CHANNELS)
async def test_one_drain_sends_what_a_dead_worker_left_whichever_lane_comes_first(post: Post, name: str) -> None:
    post.channel.name = name
    for number in range(20):
        post.queue(f"{number}", channel=name)
        with post.database.write() as session:
            messages.claim_outbox(session, NOW)
            session.execute(update(OutboxMessage).values(lease_until=NOW - timedelta(seconds=1)))
        await post.another_process().drain()
    assert post.channel.texts == [f"{number}" for number in range(20)]


async def test_others_arrive_and_it_dies_in_the_end_when_one_message_crashes_the_adapter(post: Post) -> None:
    post.queue("satu")
    post.queue("dua", phone="+6281200090002")
    post.channel.faults.extend([RuntimeError("a fault of ours")])
    await post.outbox.drain()
    assert len(post.channel.texts) == 1
    post.channel.faults.extend([RuntimeError("a fault of ours")] * TRIES)
    now = NOW
    for _ in range(TRIES):
        now += timedelta(hours=1)
        await post.drain_at(now)
    rows = outbox_rows(post.database)
    assert sorted(row.status for row in rows) == ["dead", "sent"]
    assert {row.last_error for row in rows} == {None, "Unreachable:crashed"}


async def test_planned_message_waits_for_its_time_and_for_the_morning(post: Post) -> None:
    night = NOW + timedelta(hours=13, minutes=30)  # 23:30 in Malang
    with post.database.write() as session:
        contact = factories.contact(session, PHONE, last_wrote_at=night)
        draft = Draft("besok periksa ya", template="x")
        messages.queue(session, contact, draft, kind="reminder", priority=messages.REMINDER, now=NOW, due_at=night)
    await post.drain_at(night + timedelta(hours=1))
    assert post.channel.texts == []
    await post.drain_at(night + timedelta(hours=7))
    assert post.channel.texts == ["besok periksa ya"]


def test_row_keeps_buttons_rows_and_picture(database: Database) -> None:
    with database.write() as session:
        contact = factories.contact(session, PHONE)
        draft = Draft(
            "pilih", (("Ya", "/affirm"),), (("Satu", "baris", "/deny"),), image="card:1", ask_contact=True, template="t"
        )
        messages.queue(session, contact, draft, kind="reply", priority=1, now=NOW)
    row = outbox_rows(database)[0]
    with database.read() as session:
        row.contact = session.scalars(select(Contact)).one()
    made = outbound(row, b"png")
    assert (made.to, made.text, made.image, made.ask_contact) == (PHONE, "pilih", b"png", True)
    assert (made.buttons, made.rows) == ((Button("Ya", "/affirm"),), (Row("Satu", "/deny", "baris"),))
    assert (made.template, made.tracker) == (None, str(row.id))


def mother_with_a_card(post: Post) -> str:
    with post.database.write() as session:
        mother = factories.person(session)
        factories.pregnancy(session, mother)
        return pictures.reference(mother)


async def test_picture_is_drawn_when_the_message_is_sent(post: Post) -> None:
    post.queue("ini kartunya", image=mother_with_a_card(post))
    assert "PNG" not in str(post.row.extras)
    await post.outbox.drain()
    (sent,) = post.channel.sent
    assert sent.image is not None
    assert sent.image.startswith(b"\x89PNG")


async def test_words_go_alone_when_the_mother_was_erased_meanwhile(post: Post) -> None:
    named = mother_with_a_card(post)
    post.queue("ini kartunya", image=named)
    with post.database.write() as session:
        session.execute(delete(Pregnancy))
        session.execute(delete(Person))
    await post.outbox.drain()
    assert [(message.text, message.image) for message in post.channel.sent] == [("ini kartunya", None)]
    assert post.row.status == "sent"


async def test_picture_is_not_drawn_for_a_message_without_one(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: Any) -> bytes:
        raise AssertionError("drawn for nothing")

    monkeypatch.setattr(pictures, "render", draw)
    post.queue("baik, bu")
    await post.outbox.drain()
    assert post.channel.texts == ["baik, bu"]


async def test_same_picture_goes_with_the_template_when_the_window_was_closed_after_all(post: Post) -> None:
    post.queue("ini kartunya", image=mother_with_a_card(post), template="t")
    post.channel.faults.append(WindowClosed("131047"))
    await post.outbox.drain()
    (sent,) = post.channel.sent
    assert (sent.template, sent.image is not None) == ("t", True)


def test_picture_is_not_part_of_what_a_message_prints() -> None:
    assert "geheim" not in repr(Outbound("62811", "halo", image=b"geheim"))


async def test_worker_goes_on_when_the_database_was_away(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, faults = messages.claim_outbox, iter([True])

    def away(*arguments: Any, **named: Any) -> Any:
        if next(faults, False):
            raise OSError("no connection")
        return claim(*arguments, **named)

    monkeypatch.setattr(messages, "claim_outbox", away)
    post.queue("baik, bu")
    worker = asyncio.ensure_future(post.outbox.run())
    async with asyncio.timeout(10):
        while not post.channel.texts:
            await asyncio.sleep(0.05)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert post.channel.texts == ["baik, bu"]
