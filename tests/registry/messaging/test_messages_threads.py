"""Several workers at once, each with its own connection: nothing is claimed twice, nothing is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.casework import talks
from registry.db import Database
from registry.emergencies import triage
from registry.messaging import messages
from registry.models import Alert, Contact, InboxMessage, OutboxMessage
from registry.persons import people
from tests import factories
from tests.conftest import NOW

WORKERS = 4


def _together(work: Callable[[int], None]) -> None:
    """Run the same work in all workers, all beginning at the same moment; a failure of one fails the test."""
    start = Barrier(WORKERS)

    def begin(worker: int) -> None:
        start.wait()
        work(worker)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(begin, range(WORKERS)))


class Busy:
    """Which contacts are being served just now; two workers at one contact are an error."""

    def __init__(self) -> None:
        self._lock, self._now = Lock(), set[int]()
        self.overlaps, self.handled = 0, list[tuple[int, int]]()

    def take(self, contact_id: int) -> None:
        """A worker begins."""
        with self._lock:
            self.overlaps += contact_id in self._now
            self._now.add(contact_id)

    def give_back(self, contact_id: int, number: int) -> None:
        """A worker is done; to be called before another may claim."""
        with self._lock:
            self._now.discard(contact_id)
            self.handled.append((contact_id, number))


def _check(busy: Busy, expected: set[int]) -> None:
    numbers = [number for _, number in busy.handled]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert set(numbers) == expected
    assert busy.overlaps == 0
    for contact_id in {contact for contact, _ in busy.handled}:
        own = [number for contact, number in busy.handled if contact == contact_id]
        assert own == sorted(own)


def test_workers_share_the_inbox(database: Database) -> None:
    with database.write() as session:
        senders = [factories.contact(session) for _ in range(6)]
        expected = {factories.inbox_message(session, sender).id for _ in range(8) for sender in senders}
    busy = Busy()

    def work(_worker: int) -> None:
        while len(busy.handled) < len(expected):
            with database.write() as session:
                rows = messages.claim_inbox(session, NOW, 3)
                for row in rows:
                    busy.take(row.contact_id)
            for row in rows:
                with database.write() as session:
                    messages.finish(session, row.id, {})
                    session.flush()
                    busy.give_back(row.contact_id, row.id)

    _together(work)
    _check(busy, expected)


def test_workers_share_the_outbox(database: Database) -> None:
    with database.write() as session:
        readers = [factories.contact(session) for _ in range(6)]
        expected = {factories.outbox_message(session, reader).id for _ in range(8) for reader in readers}
    busy = Busy()

    def work(_worker: int) -> None:
        while len(busy.handled) < len(expected):
            with database.write() as session:
                rows = messages.claim_outbox(session, NOW, 3)
                for row in rows:
                    busy.take(row.contact_id)
            for row in rows:
                with database.write() as session:
                    messages.mark_sent(session, row, [], NOW)
                    session.flush()
                    busy.give_back(row.contact_id, row.id)

    _together(work)
    _check(busy, expected)
    with database.read() as session:
        assert set(session.scalars(select(OutboxMessage.status))) == {"sent"}


def test_the_same_message_delivered_to_all_workers_is_stored_once(database: Database) -> None:
    stored = []

    def work(_worker: int) -> None:
        with database.write() as session:
            sender = people.keep_contact(session, "whatsapp", "+6281200000777", "+6281200000777", NOW)
            row = messages.receive(
                session, sender, external_id="wamid.1", content={"text": "halo"}, priority=1, now=NOW, wall=NOW
            )
            stored.append(row)

    _together(work)
    assert len([row for row in stored if row is not None]) == 1
    with database.read() as session:
        assert len(session.scalars(select(Contact)).all()) == 1
        assert len(session.scalars(select(InboxMessage)).all()) == 1


def test_the_same_reason_in_all_workers_is_said_once(database: Database) -> None:
    with database.write() as session:
        mother = factories.contact(session)
    said = []

    def work(_worker: int) -> None:
        with database.write() as session:
            draft = messages.Draft("waktunya periksa")
            said.append(
                messages.queue(session, mother, draft, kind="reminder", priority=3, now=NOW, key="k4:1:2026-11-21")
            )

    _together(work)
    assert sorted(said) == [False] * (WORKERS - 1) + [True]


def test_messages_about_one_emergency_in_all_workers_are_one_alert(database: Database) -> None:
    with database.write() as session:
        midwife = factories.staff(session)
        mother = factories.person(session)
        factories.reachable(session, midwife, mother)
    signs = ["bleeding", "fits", "fever", "fainting"]

    def work(worker: int) -> None:
        with database.write() as session:
            speaker = _speaker(session, mother.phone or "")
            triage.answer_danger(session, speaker, "danger_sign", (signs[worker],), NOW, None)

    _together(work)
    with database.read() as session:
        alerts = session.scalars(select(Alert)).all()
        assert [sorted(alert.signs) for alert in alerts] == [sorted(signs)]
        assert len(session.scalars(select(OutboxMessage)).all()) == WORKERS


def test_a_talk_asked_for_in_all_workers_is_opened_once(database: Database) -> None:
    with database.write() as session:
        mother = factories.person(session)
        factories.reachable(session, mother)

    opened = []

    def work(_worker: int) -> None:
        with database.write() as session:
            opened.append(
                talks.open_handoff(session, _speaker(session, mother.phone or ""), "talk_to_human", NOW, None).id
            )

    _together(work)
    assert len(set(opened)) == 1


def _speaker(session: Session, phone: str) -> people.Speaker:
    contact = people.contact_for_phone(session, phone)
    assert contact is not None
    return people.speaker(session, contact)
