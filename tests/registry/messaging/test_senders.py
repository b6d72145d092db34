"""Our side of a channel: the bucket, what is held back, what an operator is told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.db import Database
from registry.messaging import messages, senders
from registry.messaging.messages import ANSWER, BROADCAST, DANGER
from registry.models import OutboxMessage, SenderNotice
from tests import factories
from tests.conftest import NOW, rolled_back

SECOND = timedelta(seconds=1)


def take(session: Session, after_s: float, rate: float | None = 80.0, wanted: int = 40) -> senders.Allowance:
    """What may be claimed, and claim all of it."""
    allowed = senders.allowance(session, "whatsapp", NOW + after_s * SECOND, wanted, rate)
    if rate is not None:
        senders.spend(session, "whatsapp", allowed.size)
    return allowed


def test_nothing_is_limited_without_a_rate(session: Session) -> None:
    assert take(session, 0, rate=None) == senders.Allowance(40)
    assert senders.find(session, "whatsapp") is None


def test_bucket_is_empty_at_first_and_fills_with_the_rate(session: Session) -> None:
    assert take(session, 0).size == 0
    assert take(session, 0.15).size == 10  # 12 less the reserve of 2


def test_bucket_never_holds_more_than_a_quarter_of_a_second(session: Session) -> None:
    take(session, 0)
    assert take(session, 3600).size == 18


def test_reserve_is_for_answers_and_emergencies(session: Session) -> None:
    take(session, 0)
    take(session, 10)
    reserved = take(session, 10)
    assert (reserved.size, reserved.least) == (2, ANSWER)
    assert take(session, 10).size == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(0.0, 0.4), min_size=20, max_size=60), st.sampled_from([25.0, 70.0, 80.0, 3.0]))
def test_no_second_sees_more_than_the_rate_and_a_bucket(
    shared_database: Database, waits: list[float], rate: float
) -> None:
    with rolled_back(shared_database) as session:
        at, taken = 0.0, []
        for wait in waits:
            at += wait
            taken.append((at, take(session, at, rate).size))
        for start, _ in taken:
            within = sum(size for moment, size in taken if start <= moment <= start + 1)
            assert within <= rate + max(1.0, rate / 4) + 1e-6


def test_clock_that_steps_back_gives_no_tokens(session: Session) -> None:
    take(session, 0)
    take(session, 10)
    take(session, 10)
    assert take(session, 5).size == 0
    assert take(session, 10.05).size == 2


def test_channel_slows_down_once_for_all_that_were_under_way(session: Session) -> None:
    pauses = []
    at = NOW
    for _ in range(4):
        for _ in range(20):
            senders.slow_down(session, "whatsapp", at, 0.5)
        row = senders.keep(session, "whatsapp")
        assert row.slow_until is not None
        pauses.append((row.slow_until - at).total_seconds())
        assert senders.allowance(session, "whatsapp", at, 40, None).size == 0
        at = row.slow_until
    assert pauses == [1, 2, 4, 8]
    assert senders.allowance(session, "whatsapp", at, 40, None).size == 40


def test_slow_down_is_as_long_as_the_provider_asked(session: Session) -> None:
    senders.slow_down(session, "whatsapp", NOW, 90)
    assert senders.keep(session, "whatsapp").slow_until == NOW + 90 * SECOND


def test_pauses_begin_anew_when_it_went_well_for_a_minute(session: Session) -> None:
    senders.slow_down(session, "whatsapp", NOW, 1)
    senders.works(session, "whatsapp", NOW + 30 * SECOND)
    assert senders.keep(session, "whatsapp").slowed == 1
    senders.works(session, "whatsapp", NOW + 120 * SECOND)
    assert senders.keep(session, "whatsapp").slowed == 0


def test_stopped_channel_tries_one_message_every_five_minutes(session: Session) -> None:
    senders.stop(session, "whatsapp", NOW, "190")
    sizes = [senders.allowance(session, "whatsapp", NOW + minute * 60 * SECOND, 40, 80.0).size for minute in range(11)]
    assert Counter(sizes) == {0: 9, 1: 2}


def test_stopped_channel_is_open_again_when_a_message_went_out(session: Session) -> None:
    senders.stop(session, "whatsapp", NOW, "190")
    senders.works(session, "whatsapp", NOW)
    assert senders.allowance(session, "whatsapp", NOW, 40, None).size == 40
    assert [notice.code for notice in senders.open_notices(session)] == ["resumed", "stopped"]


def test_other_channel_goes_on(session: Session) -> None:
    senders.stop(session, "whatsapp", NOW, "190")
    assert senders.allowance(session, "telegram", NOW, 40, None) == senders.Allowance(40)


def test_broadcasts_wait_a_day_when_bulk_is_paused(session: Session) -> None:
    senders.pause_bulk(session, "whatsapp", NOW, "131048")
    assert senders.allowance(session, "whatsapp", NOW, 40, None).least == BROADCAST - 1
    assert senders.allowance(session, "whatsapp", NOW + senders.BULK_PAUSE, 40, None).least == BROADCAST


def test_operator_resumes_what_was_held_back(session: Session) -> None:
    assert not senders.resume(session, "whatsapp")
    senders.stop(session, "whatsapp", NOW, "190")
    senders.pause_bulk(session, "whatsapp", NOW, "131048")
    assert senders.resume(session, "whatsapp")
    assert senders.allowance(session, "whatsapp", NOW, 40, None) == senders.Allowance(40)


def test_same_notice_within_a_day_is_one_line(session: Session) -> None:
    for hours in (0, 1, 23, 50):
        senders.note(session, NOW + timedelta(hours=hours), "whatsapp", "PAUSED", "reminder_anc")
    senders.note(session, NOW, "whatsapp", "PAUSED", "another")
    told = session.query(SenderNotice).order_by(SenderNotice.id).all()
    assert [(notice.about, notice.times) for notice in told] == [
        ("reminder_anc", 3),
        ("reminder_anc", 1),
        ("another", 1),
    ]


def sent_as_template(session: Session, hours_ago: float, times: int = 1) -> None:
    mother = factories.contact(session)
    for _ in range(times):
        row = factories.outbox_message(session, mother)
        row.status, row.used_template, row.sent_at = "sent", True, NOW - timedelta(hours=hours_ago)
    session.flush()


def test_room_counts_different_people_of_the_last_day(session: Session) -> None:
    assert messages.room_outside_window(session, NOW) == 250
    sent_as_template(session, 1, times=3)
    sent_as_template(session, 23.9)
    sent_as_template(session, 24.1)
    answered = factories.outbox_message(session, factories.contact(session))
    answered.sent_at = NOW
    session.flush()
    assert messages.room_outside_window(session, NOW) == 248


@pytest.mark.parametrize(
    ("set_to", "told", "room"),
    [(None, None, 250), (1000, None, 1000), (1000, 2000, 2000), (None, 100_000, 100_000)],
    ids=["as for a new number", "as set", "as Meta told after that", "as Meta told"],
)
def test_room_within(session: Session, set_to: int | None, told: int | None, room: int) -> None:
    if set_to is not None:
        senders.set_limit(session, "whatsapp", set_to)
    if told is not None:
        senders.set_limit(session, "whatsapp", told, told=True)
    assert messages.room_outside_window(session, NOW) == room


def test_room_is_never_negative(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 1)
    sent_as_template(session, 1)
    sent_as_template(session, 1)
    assert messages.room_outside_window(session, NOW) == 0


def test_backlog_counts_broadcasts_that_wait(session: Session) -> None:
    mother = factories.contact(session)
    for priority in (DANGER, ANSWER, BROADCAST, BROADCAST):
        factories.outbox_message(session, mother, priority=priority)
    session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1).one().status = "sent"
    session.flush()
    assert messages.backlog(session) == 1
