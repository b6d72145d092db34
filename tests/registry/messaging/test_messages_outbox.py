"""The outbox: who is written to, when, in which order, and what becomes of it."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import programme, sealing
from registry.messaging import messages
from registry.messaging.messages import ANSWER, BROADCAST, DANGER, LEASE, REMINDER, Draft, Kind
from registry.models import OutboxMessage
from registry.rules.quiet import JAKARTA
from tests import factories
from tests.conftest import NIGHT, NOW

MINUTE = timedelta(minutes=1)
MORNING = datetime(2026, 11, 22, 6, 0, tzinfo=JAKARTA)
KINDS: dict[str, tuple[Kind, int]] = {
    "an answer": ("reply", ANSWER),
    "a staff reply": ("staff", ANSWER),
    "an emergency": ("alert", DANGER),
    "a call for an officer": ("alert", REMINDER),
    "a reminder": ("reminder", REMINDER),
    "a confirmation": ("confirmation", REMINDER),
    "a broadcast": ("broadcast", BROADCAST),
}


def _texts(rows: list[OutboxMessage]) -> list[str]:
    return [row.text for row in rows]


def _claimed(session: Session, now: datetime = NOW, limit: int = 20) -> list[str]:
    return _texts(messages.claim_outbox(session, now, limit))


def test_everything_said_comes_back_from_the_queue(session: Session) -> None:
    draft = Draft(
        "pilih ya, Bu 🙏", buttons=(("Ya", "/affirm"),), rows=(("Desa", "Kec. Dau", "/x"),), image="a.png",
        ask_contact=True, template="reminder_k4",
    )  # fmt: skip
    messages.queue(session, factories.contact(session), draft, kind="reply", priority=ANSWER, now=NOW)
    (row,) = messages.claim_outbox(session, NOW)
    assert (row.text, row.template) == (draft.text, "reminder_k4")
    assert row.extras == {
        "buttons": [["Ya", "/affirm"]],
        "rows": [["Desa", "Kec. Dau", "/x"]],
        "image": "a.png",
        "ask_contact": True,
    }


def test_a_plain_text_has_no_extras(session: Session) -> None:
    assert factories.outbox_message(session, factories.contact(session)).extras is None


def test_the_most_urgent_is_sent_first(session: Session) -> None:
    for name in ("a broadcast", "a reminder", "an answer", "an emergency"):
        kind, priority = KINDS[name]
        factories.outbox_message(session, factories.contact(session), name, kind=kind, priority=priority)
    assert [_claimed(session, limit=1) for _ in range(4)] == [
        ["an emergency"],
        ["an answer"],
        ["a reminder"],
        ["a broadcast"],
    ]


def test_a_contact_gets_one_message_at_a_time(session: Session) -> None:
    mother = factories.contact(session)
    for text in ("satu", "dua", "tiga"):
        factories.outbox_message(session, mother, text)
    seen = []
    while rows := messages.claim_outbox(session, NOW):
        assert len(rows) == 1
        seen += _texts(rows)
        messages.mark_sent(session, rows[0], ["w1"], NOW)
    assert seen == ["satu", "dua", "tiga"]


def test_a_contact_gets_the_urgent_message_before_the_older_ones(session: Session) -> None:
    midwife = factories.contact(session)
    factories.outbox_message(session, midwife, "pengumuman", kind="broadcast", priority=BROADCAST)
    factories.outbox_message(session, midwife, "tanda bahaya", kind="alert", priority=DANGER)
    assert _claimed(session) == ["tanda bahaya"]


def test_what_is_due_later_is_not_sent_now_and_holds_up_nobody(session: Session) -> None:
    mother = factories.contact(session)
    factories.outbox_message(session, mother, "nanti", due_at=NOW + MINUTE)
    factories.outbox_message(session, mother, "sekarang")
    assert _claimed(session) == ["sekarang"]


def test_the_same_reason_sends_once(session: Session) -> None:
    mother = factories.contact(session)
    kept = [
        messages.queue(session, mother, Draft("K4"), kind="reminder", priority=REMINDER, now=NOW, key="k4:1:2026-11-21")
        for _ in range(3)
    ]
    assert kept == [True, False, False]
    assert _claimed(session) == ["K4"]


def test_messages_without_a_reason_are_all_sent(session: Session) -> None:
    for _ in range(2):
        factories.outbox_message(session, factories.contact(session))
    assert len(_claimed(session)) == 2


@pytest.mark.parametrize(
    ("name", "reaches_her"),
    [
        pytest.param("an answer", True, id="an answer reaches her"),
        pytest.param("a staff reply", True, id="a staff reply reaches her"),
        pytest.param("an emergency", True, id="an emergency reaches her"),
        pytest.param("a call for an officer", True, id="a call for an officer reaches her"),
        pytest.param("a reminder", False, id="a reminder does not"),
        pytest.param("a confirmation", False, id="a confirmation nobody asked for does not"),
        pytest.param("a broadcast", False, id="a broadcast does not"),
    ],
)
def test_after_stop(session: Session, name: str, reaches_her: bool) -> None:
    mother = factories.contact(session, stopped_at=NOW)
    kind, priority = KINDS[name]
    assert messages.queue(session, mother, Draft("."), kind=kind, priority=priority, now=NOW) is reaches_her
    assert len(_claimed(session)) == int(reaches_her)


@pytest.mark.parametrize("name", ["a reminder", "a confirmation", "a broadcast"])
def test_stop_also_holds_for_what_was_queued_before_it(session: Session, name: str) -> None:
    mother = factories.contact(session)
    kind, priority = KINDS[name]
    factories.outbox_message(session, mother, kind=kind, priority=priority)
    factories.outbox_message(session, mother, "balasan")
    mother.stopped_at = NOW
    assert _claimed(session) == ["balasan"]
    messages.mark_sent(session, session.query(OutboxMessage).filter_by(status="leased").one(), [], NOW)
    assert _claimed(session) == []


@pytest.mark.parametrize(
    ("name", "due_at"),
    [
        pytest.param("an answer", NIGHT, id="an answer at once"),
        pytest.param("a staff reply", NIGHT, id="a staff reply at once"),
        pytest.param("an emergency", NIGHT, id="an emergency at once"),
        pytest.param("a call for an officer", MORNING, id="a call for an officer in the morning"),
        pytest.param("a reminder", MORNING, id="a reminder in the morning"),
        pytest.param("a broadcast", MORNING, id="a broadcast in the morning"),
    ],
)
def test_what_is_queued_at_night_goes_out(session: Session, name: str, due_at: datetime) -> None:
    kind, priority = KINDS[name]
    row = factories.outbox_message(session, factories.contact(session), kind=kind, priority=priority, now=NIGHT)
    assert row.due_at == due_at
    assert len(_claimed(session, NIGHT)) == int(due_at == NIGHT)
    assert len(_claimed(session, MORNING)) == int(due_at == MORNING)


def test_a_reminder_planned_for_the_evening_waits_for_the_morning(session: Session) -> None:
    row = factories.outbox_message(
        session, factories.contact(session), kind="reminder", priority=REMINDER, due_at=NIGHT
    )
    assert row.due_at == MORNING


@pytest.mark.parametrize("name", ["a reminder", "a broadcast", "a call for an officer"])
def test_what_was_due_by_day_but_was_late_waits_for_the_morning(session: Session, name: str) -> None:
    kind, priority = KINDS[name]
    factories.outbox_message(session, factories.contact(session), kind=kind, priority=priority)
    assert _claimed(session, NIGHT) == []
    assert len(_claimed(session, MORNING)) == 1


def test_an_answer_is_sent_at_night_although_a_reminder_waits(session: Session) -> None:
    mother = factories.contact(session)
    factories.outbox_message(session, mother, "pengingat", kind="reminder", priority=REMINDER)
    factories.outbox_message(session, mother, "balasan", now=NIGHT)
    assert _claimed(session, NIGHT) == ["balasan"]


def test_quiet_hours_that_an_office_has_set_hold(session: Session) -> None:
    programme.decide(session, "quiet_hours", ["09:00", "11:00"], NOW.date(), "Dinkes")
    row = factories.outbox_message(session, factories.contact(session), kind="reminder", priority=REMINDER)
    assert row.due_at.astimezone(JAKARTA).hour == 11


@pytest.mark.parametrize("name", ["a reminder", "a broadcast"])
def test_what_was_stopped_does_not_come_after_all_when_she_starts_again(session: Session, name: str) -> None:
    mother = factories.contact(session)
    kind, priority = KINDS[name]
    row = factories.outbox_message(session, mother, kind=kind, priority=priority)
    mother.stopped_at = NOW
    messages.sweep_outbox(session, NOW)
    mother.stopped_at = None
    session.refresh(row)
    assert row.status == "cancelled"
    assert _claimed(session) == []


@pytest.mark.parametrize("name", ["an answer", "a staff reply", "an emergency", "a call for an officer"])
def test_a_sweep_drops_nothing_that_stop_does_not_mean(session: Session, name: str) -> None:
    kind, priority = KINDS[name]
    factories.outbox_message(session, factories.contact(session, stopped_at=NOW), kind=kind, priority=priority)
    messages.sweep_outbox(session, NOW)
    assert len(_claimed(session)) == 1


def _leased(session: Session) -> OutboxMessage:
    factories.outbox_message(session, factories.contact(session), "satu")
    (row,) = messages.claim_outbox(session, NOW)
    session.expunge(row)  # as the worker holds it: a copy from another transaction
    return row


def _fresh(session: Session, row: OutboxMessage) -> OutboxMessage:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.id == row.id)).one()


def test_a_sent_message_is_settled(session: Session) -> None:
    row = _leased(session)
    messages.mark_sent(session, row, ["wamid.1", "wamid.2"], NOW)
    kept = _fresh(session, row)
    assert (kept.status, kept.delivery, kept.sent_at) == ("sent", "sent", NOW)
    assert kept.external_index == sealing.index("message", "wamid.2")
    assert (kept.lease_until, kept.lease_token) == (None, None)


def test_a_message_is_tried_again_when_told_to(session: Session) -> None:
    row = _leased(session)
    messages.mark_retry(session, row, "Throttled", NOW + MINUTE)
    assert _claimed(session) == []
    (again,) = messages.claim_outbox(session, NOW + MINUTE)
    assert (again.attempts, again.last_error) == (2, "Throttled")


def test_a_dead_message_stays_to_be_looked_at(session: Session) -> None:
    row = _leased(session)
    messages.mark_dead(session, row, "Rejected")
    kept = _fresh(session, row)
    assert (kept.status, kept.delivery, kept.last_error) == ("dead", "failed", "Rejected")
    assert _claimed(session, NOW + LEASE) == []


SETTLES = {
    "sent": lambda session, row: messages.mark_sent(session, row, ["late"], NOW),
    "to be tried again": lambda session, row: messages.mark_retry(session, row, "late", NOW),
    "dead": lambda session, row: messages.mark_dead(session, row, "late"),
}


@pytest.mark.parametrize("late", SETTLES)
def test_a_worker_whose_lease_has_passed_can_no_longer_say_it_is(session: Session, late: str) -> None:
    slow = _leased(session)
    assert messages.sweep_outbox(session, NOW + LEASE + MINUTE) == 1
    (row,) = messages.claim_outbox(session, NOW + LEASE + MINUTE)
    SETTLES[late](session, slow)
    kept = _fresh(session, row)
    session.refresh(kept)
    assert (kept.status, kept.last_error, kept.external_index) == ("leased", None, None)


@pytest.mark.parametrize("late", SETTLES)
def test_a_message_is_settled_once(session: Session, late: str) -> None:
    factories.outbox_message(session, factories.contact(session))
    (row,) = messages.claim_outbox(session, NOW)
    messages.mark_sent(session, row, ["first"], NOW)
    session.refresh(row)
    SETTLES[late](session, row)
    session.refresh(row)
    assert (row.status, row.external_index, row.last_error) == ("sent", sealing.index("message", "first"), None)


def test_a_sweep_gives_back_only_what_is_overdue(session: Session) -> None:
    _leased(session)
    assert messages.sweep_outbox(session, NOW + LEASE - MINUTE / 60) == 0
    assert messages.sweep_outbox(session, NOW + LEASE + MINUTE / 60) == 1
    assert messages.sweep_outbox(session, NOW + LEASE + MINUTE / 60) == 0


RANK = {"sent": 1, "delivered": 2, "failed": 2, "read": 3}


@pytest.mark.parametrize("reports", list(itertools.permutations(["sent", "delivered", "read"])), ids=" then ".join)
def test_reports_in_any_order_end_with_read(session: Session, reports: tuple[str, ...]) -> None:
    row = _leased(session)
    messages.mark_sent(session, row, ["wamid.1"], NOW)
    kept, reached = _fresh(session, row), 1
    for report in reports:
        messages.mark_delivery(session, "whatsapp", "wamid.1", report)
        assert RANK[kept.delivery] >= reached
        reached = RANK[kept.delivery]
    assert kept.delivery == "read"


@pytest.mark.parametrize("reports", list(itertools.permutations(["failed", "delivered", "sent"])), ids=" then ".join)
def test_a_report_never_steps_back(session: Session, reports: tuple[str, ...]) -> None:
    row = _leased(session)
    messages.mark_sent(session, row, ["wamid.1"], NOW)
    for report in reports:
        messages.mark_delivery(session, "whatsapp", "wamid.1", report)
    assert _fresh(session, row).delivery == next(report for report in reports if report != "sent")


@pytest.mark.parametrize(
    ("channel", "external_id", "state"),
    [
        pytest.param("telegram", "wamid.1", "read", id="another channel"),
        pytest.param("whatsapp", "wamid.9", "read", id="an unknown message"),
        pytest.param("whatsapp", "", "read", id="no message"),
        pytest.param("whatsapp", "wamid.1", "warped", id="an unknown state"),
    ],
)
def test_a_report_about_something_else_changes_nothing(
    session: Session, channel: str, external_id: str, state: str
) -> None:
    row = _leased(session)
    messages.mark_sent(session, row, ["wamid.1"], NOW)
    messages.mark_delivery(session, channel, external_id, state)
    assert _fresh(session, row).delivery == "sent"


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        pytest.param(0, 60, 10, id="the nearest one"),
        pytest.param(10, 60, 30, id="after it: the one behind"),
        pytest.param(9, 10, 10, id="the end counts"),
        pytest.param(10, 20, None, id="the beginning does not"),
        pytest.param(30, 60, None, id="nothing left"),
    ],
)
def test_the_next_moment_something_falls_due(session: Session, after: int, until: int, expected: int | None) -> None:
    for minutes in (30, 10):
        factories.outbox_message(session, factories.contact(session), due_at=NOW + minutes * MINUTE)
    found = messages.next_due(session, NOW + after * MINUTE, NOW + until * MINUTE)
    assert found == (None if expected is None else NOW + expected * MINUTE)


def test_what_is_settled_is_not_due_any_more(session: Session) -> None:
    row = _leased(session)
    messages.mark_retry(session, row, "Throttled", NOW + MINUTE)
    (again,) = messages.claim_outbox(session, NOW + MINUTE)
    messages.mark_sent(session, again, [], NOW + MINUTE)
    assert messages.next_due(session, NOW, NOW + LEASE) is None
