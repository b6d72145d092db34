"""Whatever happens in whatever order: every message is handled once, and in order for each contact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.db import Database
from registry.messaging import messages
from registry.messaging.messages import ANSWER, BROADCAST, DANGER, LEASE, REMINDER, Draft, Kind
from registry.models import Contact, InboxMessage, OutboxMessage
from tests import factories
from tests.conftest import NOW, rolled_back

SECOND = timedelta(seconds=1)
Handled = tuple[int, int, int]
"""Contact, priority and number of a message."""
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Arrival(NamedTuple):
    """A message comes."""

    contact: int
    priority: int


class Claim(NamedTuple):
    """A worker takes some, and each goes well, is tried again, or dies with the worker."""

    limit: int
    ends: tuple[str, ...]


FINISH = Claim(4, ("done",) * 4)
ends = st.lists(st.sampled_from(["done", "done", "again", "lost"]), min_size=4, max_size=4).map(tuple)
claims = st.builds(Claim, st.integers(1, 4), ends)
arrivals_in = st.builds(Arrival, st.integers(0, 2), st.sampled_from([ANSWER, ANSWER, DANGER]))
arrivals_out = st.builds(Arrival, st.integers(0, 2), st.sampled_from([DANGER, ANSWER, REMINDER, BROADCAST]))


def _in_order(handled: list[Handled]) -> bool:
    """Per contact and priority the numbers only grow."""
    last: dict[tuple[int, int], int] = {}
    for contact, priority, number in handled:
        if number <= last.get((contact, priority), -1):
            return False
        last[contact, priority] = number
    return True


@few
@given(st.lists(arrivals_in | claims, max_size=18))
def test_every_message_is_answered_once_and_in_order(shared_database: Database, events: list[Arrival | Claim]) -> None:
    with rolled_back(shared_database) as session:
        contacts = [factories.contact(session) for _ in range(3)]
        stored: set[int] = set()
        handled: list[Handled] = []
        wall = NOW
        for event in [*events, *[FINISH] * 2 * len(events)]:
            wall += 2 * LEASE
            messages.sweep_inbox(session, wall)
            if isinstance(event, Arrival):
                row = factories.inbox_message(session, contacts[event.contact], priority=event.priority, now=wall)
                stored.add(row.id)
                continue
            rows = messages.claim_inbox(session, wall, event.limit)
            if event is FINISH and not rows:
                break
            _check_inbox_batch(rows, event.limit)
            handled += _answer(session, rows, event.ends)
        assert {number for _, _, number in handled} == stored
        assert len(handled) == len(stored)
        assert _in_order([row for row in handled if row[1] != DANGER])  # danger overtakes even danger that waits


def _check_inbox_batch(rows: list[InboxMessage], limit: int) -> None:
    calm = [row.contact_id for row in rows if row.priority != DANGER]
    assert len(rows) <= limit
    assert len(calm) == len(set(calm))


def _answer(session: Session, rows: list[InboxMessage], ends: tuple[str, ...]) -> list[Handled]:
    done = []
    for row, end in zip(rows, ends, strict=False):
        if end == "done":
            messages.finish(session, row.id, {})
            done.append((row.contact_id, row.priority, row.id))
        elif end == "again":
            messages.postpone(session, row.id, NOW, {})
    return done


@few
@given(st.lists(arrivals_out | claims, max_size=18))
def test_every_message_is_sent_once_and_in_order(shared_database: Database, events: list[Arrival | Claim]) -> None:
    with rolled_back(shared_database) as session:
        contacts = [factories.contact(session) for _ in range(3)]
        queued: set[int] = set()
        sent: list[Handled] = []
        now = NOW
        for event in [*events, *[FINISH] * 2 * len(events)]:
            now += LEASE + SECOND  # an hour at most: it stays day
            messages.sweep_outbox(session, now)
            if isinstance(event, Arrival):
                queued.add(_queue(session, contacts[event.contact], event.priority, now))
                continue
            rows = messages.claim_outbox(session, now, event.limit)
            if event is FINISH and not rows:
                break
            assert len(rows) <= event.limit
            assert len({row.contact_id for row in rows}) == len(rows)
            sent += _send(session, rows, event.ends, now)
        assert {number for _, _, number in sent} == queued
        assert len(sent) == len(queued)
        assert _in_order(sent)


def _queue(session: Session, contact: Contact, priority: int, now: datetime) -> int:
    kinds: dict[int, Kind] = {DANGER: "alert", ANSWER: "reply", REMINDER: "reminder", BROADCAST: "broadcast"}
    row = factories.outbox_message(session, contact, kind=kinds[priority], priority=priority, now=now)
    return row.id


def _send(session: Session, rows: list[OutboxMessage], ends: tuple[str, ...], now: datetime) -> list[Handled]:
    done = []
    for row, end in zip(rows, ends, strict=False):
        if end == "done":
            messages.mark_sent(session, row, [], now)
            done.append((row.contact_id, row.priority, row.id))
        elif end == "again":
            messages.mark_retry(session, row, "Throttled", now)
    return done


@few
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_a_reason_is_never_said_twice(shared_database: Database, wishes: list[tuple[int, bool]]) -> None:
    with rolled_back(shared_database) as session:
        mother, said = factories.contact(session), []
        for reason, claimed in wishes:
            draft = Draft(str(reason))
            messages.queue(session, mother, draft, kind="reply", priority=ANSWER, now=NOW, key=f"reason:{reason}")
            for row in messages.claim_outbox(session, NOW) if claimed else []:
                messages.mark_sent(session, row, [], NOW)
                said.append(row.text)
        assert len(said) == len(set(said))
