"""What a post leaves in the database: messages, names, reports, in whatever mixture they come."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot import turn
from bot.channel import Inbound, InboundKind, Media, Rejected, Stopped, Unreachable, WindowClosed
from bot.intake import MANY, PORTION, read_waiting, store
from registry import clock
from registry.db import Database
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Contact, InboxMessage, OutboxMessage
from tests import factories
from tests.bot.fakes import inbox_rows, outbox_rows
from tests.bot.posts import PHONE, Post
from tests.conftest import NOW

pytestmark = pytest.mark.anyio
NEW_PHONE, BSUID = "+6281200090009", "ID.9001"
ALARM = "bu saya keluar darah banyak sekarang"


def inbound(text: str | None = None, name: str = "m1", sender: str = PHONE, **values: Any) -> Inbound:
    phone = sender if sender.startswith("+") else None
    return Inbound("whatsapp", name, sender, datetime.now(UTC), text=text, **({"phone": phone} | values))


def contacts(database: Database) -> list[Contact]:
    with database.read() as session:
        return list(session.scalars(select(Contact).order_by(Contact.id)))


def test_messages_of_one_post_keep_their_order_and_urgency(database: Database) -> None:
    ids = store(database, [inbound("satu"), inbound(ALARM, "m2"), inbound("tiga", "m3", NEW_PHONE)])
    rows = inbox_rows(database)
    assert [row.id for row in rows] == ids
    assert [(row.content["text"], row.priority) for row in rows] == [
        ("satu", messages.ANSWER),
        (ALARM, messages.DANGER),
        ("tiga", messages.ANSWER),
    ]


def test_answer_to_the_danger_question_is_urgent(database: Database) -> None:
    store(database, [inbound("halo")])
    with database.write() as session:
        session.scalars(select(Contact)).one().open_question = "1"
    store(database, [inbound("iya", "m2")])
    assert inbox_rows(database)[1].priority == messages.DANGER


def test_redelivery_is_not_read_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    post = [inbound(f"{number}", f"m{number}") for number in range(MANY)]
    assert len(store(database, [*post, post[0]])) == MANY
    monkeypatch.setattr(turn, "priority_of", lambda _content: pytest.fail("read again"))
    assert store(database, post) == []
    assert len(inbox_rows(database)) == MANY


def test_thousand_messages_are_stored_quickly(database: Database) -> None:
    post = [inbound(f"{n} kapan jadwal periksa saya", f"m{n}", f"+6281200{n % 50:06}") for n in range(1000)]
    turn.priority_of({"text": "halo"})  # the lexicons are read once
    began = time.perf_counter()
    assert len(store(database, post)) == 1000
    assert time.perf_counter() - began < 3.0  # a third of a second on a calm machine
    assert len(contacts(database)) == 50


LONG = "mual terus bu " * 100
"""So long that a handful of them is stored unread."""


def test_large_post_is_stored_unread_but_for_its_buttons(database: Database) -> None:
    texts = [inbound(f"{number} {LONG}", f"m{number}") for number in range(5)]
    pressed = inbound(name="b1", button="/report_danger_sign")
    store(database, [*texts, pressed, inbound(name="p1", media=Media("photo", caption=LONG))])
    priorities = [row.priority for row in inbox_rows(database)]
    assert priorities == [messages.UNREAD] * 5 + [messages.DANGER, messages.UNREAD]


def test_unread_messages_are_not_taken_up_before_they_are_read(database: Database) -> None:
    post = [inbound(f"{number} {LONG}", f"m{number}", f"+62812000900{number:02}") for number in range(PORTION + 4)]
    store(database, [*post, inbound(ALARM, "alarm", "+6281200070001")])
    later = datetime.now(UTC) + timedelta(seconds=1)
    with database.write() as session:
        assert messages.claim_inbox(session, later) == []
    assert read_waiting(database)
    with database.write() as session:
        assert len(messages.claim_inbox(session, later, 99)) == PORTION
    assert read_waiting(database)
    with database.write() as session:
        claimed = messages.claim_inbox(session, later, 99)
    assert [row.priority for row in claimed] == [messages.DANGER, *[messages.ANSWER] * 4]
    assert not read_waiting(database)


def test_unread_answer_to_the_danger_question_is_urgent_when_read(database: Database) -> None:
    store(database, [inbound("halo")])
    with database.write() as session:
        session.scalars(select(Contact)).one().open_question = "1"
    others = [inbound(f"{number} {LONG}", f"m{number}", NEW_PHONE) for number in range(5)]
    store(database, [*others, inbound("iya", "yes")])
    while read_waiting(database):
        pass
    assert inbox_rows(database)[-1].priority == messages.DANGER


@pytest.mark.parametrize("text", ["halo", LONG * 5], ids=["read at once", "read later"])
def test_message_whose_words_break_the_gate_is_urgent_and_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(turn, "priority_of", fail)
    store(database, [inbound(text)])
    read_waiting(database)
    assert [row.priority for row in inbox_rows(database)] == [messages.DANGER]


def test_people_we_know_are_looked_up_at_once(database: Database) -> None:
    people = [(f"+62812000900{number:02}", f"ID.90{number:02}") for number in range(MANY + 5)]

    def post(name: str) -> list[Inbound]:
        return [inbound("halo", f"{name}{phone}", phone, other_address=known) for phone, known in people]

    store(database, post("a"))
    with record_statements(database) as statements:
        assert len(store(database, post("b"))) == len(people)
    assert len(contacts(database)) == len(people)
    assert len(statements) < len(people)


def test_new_number_in_a_large_post_is_kept(database: Database) -> None:
    people = [(f"+62812000900{number:02}", f"ID.90{number:02}") for number in range(MANY + 5)]
    store(database, [inbound("halo", f"a{phone}", phone, other_address=known) for phone, known in people])
    moved = [(f"+62812000800{number:02}", known) for number, (_, known) in enumerate(people)]
    store(database, [inbound("halo", f"b{phone}", phone, other_address=known) for phone, known in moved])
    assert sorted(contact.address for contact in contacts(database)) == sorted(phone for phone, _ in moved)


@contextmanager
def record_statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_media_and_edits_are_kept(database: Database) -> None:
    place = Media("location", lat=-8.1, lon=112.5)
    store(database, [inbound(media=place), inbound("eh bukan", "m2", edited=True)])
    first, second = inbox_rows(database)
    assert first.content["media"]["lat"] == -8.1
    assert second.content == {"kind": "message", "text": "eh bukan", "edited": True}


def test_she_writes_by_number_and_by_id_and_is_one(database: Database) -> None:
    store(database, [inbound("satu", other_address=BSUID), inbound("dua", "m2", BSUID)])
    (mother,) = contacts(database)
    assert {row.contact_id for row in inbox_rows(database)} == {mother.id}


def test_moved_and_writing_from_the_new_number_in_one_post(database: Database) -> None:
    store(database, [inbound("halo")])
    moved = inbound(name="s1", kind=InboundKind.MOVED, other_address=NEW_PHONE, phone=NEW_PHONE)
    store(database, [moved, inbound("ini saya", "m2", NEW_PHONE)])
    (mother,) = contacts(database)
    assert (mother.address, mother.phone) == (NEW_PHONE, NEW_PHONE)


def test_nothing_is_stored_when_one_thing_of_the_post_cannot_be(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise OSError("no connection")

    with monkeypatch.context() as broken:
        broken.setattr(messages, "receive_all", away)
        with pytest.raises(OSError, match="no connection"):
            store(database, [inbound("satu")])
    assert (inbox_rows(database), contacts(database)) == ([], [])
    assert store(database, [inbound("satu")]) == [1]  # the provider posts it again


def report(post: Post, state: str, name: str = "x1", failure: Any = None) -> None:
    told = Inbound(
        "whatsapp", f"{name}:{state}", "", NOW, InboundKind.STATUS, status=state, status_of=name,
        tracker=str(post.row.id), failure=failure,
    )  # fmt: skip
    store(post.database, [told])


async def sent(post: Post, **draft: Any) -> OutboxMessage:
    post.queue("baik, bu", **draft)
    await post.outbox.drain()
    return post.row


async def test_template_follows_when_the_window_was_closed_after_all(post: Post) -> None:
    await sent(post, template="alert_labour")
    report(post, "failed", failure=WindowClosed("131047"))
    await post.outbox.drain()
    assert [message.template for message in post.channel.sent] == [None, "alert_labour"]
    assert post.row.status == "sent"


@pytest.mark.parametrize(
    ("failure", "status", "blocked"),
    [
        pytest.param(Unreachable("131000"), "queued", False, id="ill: again"),
        pytest.param(Stopped("131026"), "dead", True, id="not on WhatsApp: remembered"),
        pytest.param(Rejected("131051"), "dead", False, id="our bug: dead"),
        pytest.param(None, "dead", False, id="no reason told: dead"),
        pytest.param(WindowClosed("131047"), "dead", False, id="window closed, no template: dead"),
    ],
)
async def test_failure_reported_later(post: Post, failure: Any, status: str, blocked: bool) -> None:
    await sent(post)
    report(post, "failed", failure=failure)
    assert post.row.status == status
    assert contacts(post.database)[0].blocked is blocked


async def test_failure_reported_later_is_tried_again_after_its_pause(post: Post) -> None:
    await sent(post)
    report(post, "failed", failure=Unreachable("131000"))
    report(post, "failed", failure=Unreachable("131000"))  # a redelivery
    await post.drain_at(NOW + timedelta(seconds=20))
    assert post.channel.texts == ["baik, bu"] * 2
    assert post.row.attempts == 2


async def test_reports_in_a_strange_order_end_well(post: Post) -> None:
    await sent(post)
    for state in ("read", "sent", "delivered", "failed"):
        report(post, state, failure=Unreachable("131000") if state == "failed" else None)
    assert (post.row.status, post.row.delivery) == ("sent", "read")


def test_report_about_a_stranger_s_message_makes_no_contact(database: Database) -> None:
    told = Inbound("whatsapp", "w:sent", PHONE, NOW, InboundKind.STATUS, status="sent", status_of="w", tracker="77")
    assert store(database, [told]) == []
    assert contacts(database) == []


def test_she_is_reachable_again_when_she_writes(database: Database) -> None:
    store(database, [inbound(name="b", kind=InboundKind.BLOCKED), inbound("halo")])
    assert contacts(database)[0].blocked is False


def test_message_is_dated_by_the_service_s_clock(database: Database) -> None:
    with database.write() as session:
        clock.stop_at(session, NOW)
        factories.contact(session, PHONE)
    store(database, [inbound("halo")])
    assert contacts(database)[0].last_wrote_at == NOW
    with database.read() as session:
        assert session.scalars(select(InboxMessage.received_at)).one() == NOW


def test_queue_after_store_answers_in_the_window(database: Database) -> None:
    store(database, [inbound("halo")])
    with database.write() as session:
        mother = session.scalars(select(Contact)).one()
        messages.queue(session, mother, Draft("hai"), kind="reply", priority=1, now=NOW)
    assert [row.status for row in outbox_rows(database)] == ["queued"]
