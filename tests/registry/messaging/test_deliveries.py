"""Reports of the provider: they settle what nobody knew, and take back what failed after all."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry import sealing
from registry.messaging import deliveries, messages
from registry.messaging.deliveries import Report
from registry.messaging.messages import LEASE
from registry.models import OutboxMessage, OutboxPart
from tests import factories
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def leased(session: Session) -> OutboxMessage:
    factories.outbox_message(session, factories.contact(session))
    (row,) = messages.claim_outbox(session, NOW)
    return row


def unknown(session: Session) -> OutboxMessage:
    row = leased(session)
    messages.mark_unknown(session, row, "Unreachable:timeout", NOW)
    return row


def report(session: Session, row: OutboxMessage, state: str, name: str = "wamid.1", tracker: str | None = "") -> bool:
    """Whether it has to be settled as a failure."""
    told = Report("whatsapp", name, state, str(row.id) if tracker == "" else tracker)
    return bool(deliveries.apply(session, [told], NOW))


@pytest.mark.parametrize("state", ["sent", "delivered", "read"])
def test_report_settles_a_try_whose_end_nobody_knew(session: Session, state: str) -> None:
    row = unknown(session)
    report(session, row, state)
    assert (row.status, row.delivery, row.sent_at) == ("sent", state, NOW)
    assert row.external_index == sealing.index("message", "wamid.1")
    assert messages.claim_outbox(session, NOW + 2 * MINUTE) == []


def test_unknown_is_sent_again_and_counted_when_no_report_came_within_a_minute(session: Session) -> None:
    row = unknown(session)
    messages.sweep_outbox(session, NOW + MINUTE - timedelta(seconds=1))
    assert (row.status, row.doubts) == ("unknown", 1)
    messages.sweep_outbox(session, NOW + MINUTE)
    assert [again.id for again in messages.claim_outbox(session, NOW + MINUTE)] == [row.id]


def test_what_follows_waits_while_the_end_of_the_first_is_unknown(session: Session) -> None:
    row = unknown(session)
    factories.outbox_message(session, row.contact, "sesudahnya")
    assert messages.claim_outbox(session, NOW) == []
    report(session, row, "sent")
    assert [after.text for after in messages.claim_outbox(session, NOW)] == ["sesudahnya"]


def test_report_that_overtakes_our_own_mark_is_enough(session: Session) -> None:
    row = leased(session)
    session.expunge(row)
    held = session.get_one(OutboxMessage, row.id)
    report(session, held, "delivered")
    messages.mark_retry(session, row, "Unreachable:timeout", NOW)
    session.refresh(held)
    assert (held.status, held.delivery) == ("sent", "delivered")


@pytest.mark.parametrize("state", ["sent", "leased", "unknown"])
def test_failure_is_given_to_whoever_settles_it(session: Session, state: str) -> None:
    row = leased(session)
    if state == "sent":
        messages.mark_sent(session, row, ["wamid.1"], NOW)
    elif state == "unknown":
        messages.mark_unknown(session, row, "timeout", NOW)
    assert report(session, row, "failed")
    messages.mark_retry(session, row, "Unreachable:131000", NOW + MINUTE)
    assert (row.status, row.sent_at) == ("queued", None)


@pytest.mark.parametrize(
    ("before", "name"),
    [
        pytest.param(["delivered"], "wamid.1", id="it has arrived"),
        pytest.param(["read"], "wamid.1", id="she has read it"),
        pytest.param([], "wamid.0", id="an earlier try"),
    ],
)
def test_failure_changes_nothing_when(session: Session, before: list[str], name: str) -> None:
    row = leased(session)
    messages.mark_sent(session, row, ["wamid.1"], NOW)
    for state in before:
        report(session, row, state)
    assert not report(session, row, "failed", name)
    assert row.status == "sent"


def test_failure_told_twice_is_settled_once(session: Session) -> None:
    row = leased(session)
    messages.mark_sent(session, row, ["wamid.1"], NOW)
    assert report(session, row, "failed")
    messages.mark_retry(session, row, "Unreachable:131000", NOW)
    assert not report(session, row, "failed")
    messages.claim_outbox(session, NOW)
    assert not report(session, row, "failed")
    assert not report(session, row, "sent")  # of the first try, out of order
    assert row.status == "leased"


def test_dead_message_that_arrived_after_all_is_sent(session: Session) -> None:
    row = leased(session)
    messages.mark_dead(session, row, "Unreachable:timeout")
    report(session, row, "delivered")
    assert (row.status, row.delivery) == ("sent", "delivered")


def test_report_of_any_part_is_found(session: Session) -> None:
    row = leased(session)
    messages.mark_sent(session, row, ["a", "b", "c"], NOW)
    for name in "abc":
        row.delivery = "sent"
        report(session, row, "delivered", name, None)
        assert row.delivery == "delivered"


def test_report_of_a_part_lets_the_rest_follow_at_once(session: Session) -> None:
    row = unknown(session)
    report(session, row, "sent", "wamid.a", f"{row.id}.0")
    assert (row.status, row.parts_sent, row.due_at) == ("queued", 1, NOW)
    assert session.get_one(OutboxPart, (row.id, 0)).external_index == sealing.index("message", "wamid.a")


def test_failed_part_is_where_the_next_try_begins(session: Session) -> None:
    row = leased(session)
    messages.mark_sent(session, row, ["a", "b", "c"], NOW)
    assert report(session, row, "failed", "b", f"{row.id}.1")
    assert row.parts_sent == 1


@pytest.mark.parametrize(
    ("sent", "name", "tracker", "doubts"),
    [
        pytest.param("abc", "a", "{}.0", 1, id="first of three"),
        pytest.param("abc", "b", "{}.1", 1, id="second of three"),
        pytest.param("abc", "c", "{}", 0, id="the last: nothing goes twice"),
        pytest.param("a", "a", "{}", 0, id="the only one"),
    ],
)
def test_parts_that_go_again_after_a_failed_one_are_counted(
    session: Session, sent: str, name: str, tracker: str, doubts: int
) -> None:
    row = leased(session)
    messages.mark_sent(session, row, list(sent), NOW)
    assert report(session, row, "failed", name, tracker.format(row.id))
    assert row.doubts == doubts


@pytest.mark.parametrize(
    ("number", "parts", "told"), [(0, 1, "{}"), (0, 3, "{}.0"), (1, 3, "{}.1"), (2, 3, "{}")], ids=str
)
def test_tracker_of_the_last_part_is_the_message(session: Session, number: int, parts: int, told: str) -> None:
    row = leased(session)
    assert deliveries.tracker(row, number, parts) == told.format(row.id)


@pytest.mark.parametrize("tracker", ["999999", "x", "-1", "1.2.3", "9" * 40, "", None])
def test_report_about_nothing_of_ours_changes_nothing(session: Session, tracker: str | None) -> None:
    row = unknown(session)
    assert not report(session, row, "sent", "wamid.foreign", tracker or None)
    assert row.status == "unknown"


RANK = deliveries.FORWARD


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])), ids=" then ".join)
def test_unknown_ends_as_read_whatever_the_order(session: Session, order: tuple[str, ...]) -> None:
    row = unknown(session)
    reached = 0
    for state in order:
        report(session, row, state)
        assert RANK[row.delivery] >= reached
        reached = RANK[row.delivery]
    assert (row.status, row.delivery) == ("sent", "read")


def test_thousand_reports_need_few_questions(session: Session) -> None:
    mother = factories.contact(session)
    for number in range(50):
        row = factories.outbox_message(session, mother, str(number))
        row.status, row.delivery, row.external_index = "sent", "sent", sealing.index("message", f"w{number}")
    session.flush()
    told = [Report("whatsapp", f"w{number}", "delivered") for number in range(50)]
    deliveries.apply(session, told * 20, NOW)
    session.expire_all()
    assert {row.delivery for row in session.query(OutboxMessage)} == {"delivered"}


def test_hold_of_a_conversation_grows_to_ten_minutes_and_begins_anew(session: Session) -> None:
    mother, at = factories.contact(session), NOW
    holds = []
    for _ in range(6):
        holds.append(messages.hold_conversation(session, mother.id, at))
        at += timedelta(seconds=holds[-1])
    assert holds == [6, 24, 96, 384, 600, 600]
    assert messages.hold_conversation(session, mother.id, at + timedelta(minutes=11)) == 6


def test_held_conversation_waits_and_others_do_not(session: Session) -> None:
    held, other = factories.contact(session), factories.contact(session)
    for mother, text in ((held, "nanti"), (other, "sekarang")):
        factories.outbox_message(session, mother, text)
    messages.hold_conversation(session, held.id, NOW)
    assert [row.text for row in messages.claim_outbox(session, NOW)] == ["sekarang"]
    assert [row.text for row in messages.claim_outbox(session, NOW + timedelta(seconds=6))] == ["nanti"]


def test_dead_letters_are_listed_and_queued_anew(session: Session) -> None:
    rows = []
    for text in ("satu", "dua"):
        factories.outbox_message(session, factories.contact(session), text)
    for row in messages.claim_outbox(session, NOW):
        messages.mark_dead(session, row, "Rejected:100")
        rows.append(row)
    assert [row.text for row in messages.dead_letters(session)] == ["dua", "satu"]
    assert messages.requeue(session, [rows[0].id, 999], NOW) == 1
    assert messages.requeue(session, None, NOW + LEASE) == 1
    assert {(row.status, row.attempts, row.last_error) for row in rows} == {("queued", 0, None)}
    assert len(messages.claim_outbox(session, NOW + LEASE)) == 2


def test_blocked_contact_gets_no_reminder_but_answers(session: Session) -> None:
    mother = factories.contact(session)
    factories.outbox_message(session, mother, "pengingat", kind="reminder", priority=messages.REMINDER)
    mother.blocked = True
    factories.outbox_message(session, mother, "jawaban")
    assert [row.text for row in messages.claim_outbox(session, NOW)] == ["jawaban"]
