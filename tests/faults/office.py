"""Our side: the outbox with real channels, a database, and a clock that stands until the next thing is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.channel import Channel
from bot.outbox import Outbox
from registry import clock
from registry.db import Database
from registry.messaging import messages, senders
from registry.messaging.messages import Draft
from registry.messaging.outbox import UNSETTLED
from registry.models import Contact, ConversationHold, OutboxMessage, Sender
from registry.persons import people
from tests.bot.fakes import outbox_rows
from tests.conftest import NOW
from tests.doubles.wire import Fault
from tests.faults.lines import Line

STEPS = 400
SWEEP = timedelta(seconds=5)
FIRST, SECOND = "baik, bu", "untuk ibu yang lain"


@dataclass(frozen=True)
class Expected:
    """What becomes of a message that meets a fault, and of somebody else's after it."""

    times: int = 1  # she can read it so often
    calls: int = 2
    after_s: tuple[float, float] = (0, 0)
    others_after_s: tuple[float, float] = (0, 0)
    doubts: int = 0
    dead_for: str | None = None  # None: it is sent in the end
    blocked: bool = False
    notices: tuple[str, ...] = ()
    attempts: int | None = None


class Office:
    """An outbox that talks to the doubles."""

    def __init__(self, database: Database, lines: Iterable[Line]) -> None:
        self.database, self.lines = database, {line.name: line for line in lines}
        self.now = NOW
        self.another_process()
        self._stop_at(NOW)

    @property
    def line(self) -> Line:
        """The only one."""
        (line,) = self.lines.values()
        return line

    def another_process(self) -> None:
        """A worker that knows nothing but the database takes this one's place."""
        self.outbox = Outbox(self.database, self.find)

    def find(self, row: OutboxMessage) -> Channel | None:
        """The channel of a message."""
        line = self.lines.get(row.channel)
        return line.channel if line else None

    def queue(self, words: str, mother: int = 0, line: Line | None = None, **draft: Any) -> int:
        """An answer to her; returns its number."""
        line = line or self.line
        priority, kind = draft.pop("priority", messages.ANSWER), draft.pop("kind", "reply")
        with self.database.write() as session:
            contact = people.keep_contact(session, line.name, line.address(mother), None, self.now)
            contact.last_wrote_at = self.now
            messages.queue(session, contact, Draft(words, **draft), kind=kind, priority=priority, now=self.now)
            return session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1).one().id

    async def drain_at(self, moment: datetime) -> None:
        """Set the clock and send what is due."""
        self._stop_at(moment)
        await self.outbox.drain()

    async def settle(self) -> None:
        """Step from one due moment to the next until every message is sent or dead."""
        for _ in range(STEPS):
            await self.outbox.drain()
            if not any(row.status in UNSETTLED for row in self.rows):
                return
            self._stop_at(self._next())
        raise AssertionError(Counter((row.status, row.last_error) for row in self.rows).most_common(8))

    async def requeue(self) -> int:
        """As an operator does when the fault is gone; returns how many were dead."""
        with self.database.write() as session:
            count = messages.requeue(session, None, self.now)
        await self.settle()
        return count

    def _stop_at(self, moment: datetime) -> None:
        self.now = moment
        with self.database.write() as session:
            clock.stop_at(session, moment)

    def _next(self) -> datetime:
        with self.database.read() as session:
            moments = [
                *session.scalars(select(OutboxMessage.due_at).where(OutboxMessage.status.in_(("queued", "unknown")))),
                *session.scalars(select(OutboxMessage.lease_until).where(OutboxMessage.status == "leased")),
                *session.scalars(select(ConversationHold.until)),
            ]
            for sender in session.scalars(select(Sender)):
                moments += [sender.slow_until, sender.try_at, sender.bulk_until]
        ahead = [moment for moment in moments if moment is not None and moment > self.now]
        return min(ahead, default=self.now + SWEEP)

    @property
    def rows(self) -> list[OutboxMessage]:
        """All messages, oldest first."""
        return outbox_rows(self.database)

    def notices(self) -> tuple[str, ...]:
        """What the operator has been told."""
        with self.database.read() as session:
            return tuple(sorted(notice.code for notice in senders.open_notices(session)))

    def blocked(self, number: int) -> bool:
        """Whether we remember that this message's reader does not want us."""
        with self.database.read() as session:
            return session.get_one(Contact, session.get_one(OutboxMessage, number).contact_id).blocked

    def seconds(self, row: OutboxMessage) -> float:
        """From the beginning until it was sent."""
        assert row.sent_at is not None
        return (row.sent_at - NOW).total_seconds()


async def check(office: Office, faults: Iterable[Fault], expected: Expected) -> None:
    """A message meets the faults, one a try; then nothing is lost, and nothing comes twice that is not counted."""
    line = office.line
    line.fail(*faults)
    first = office.queue(FIRST)
    await office.outbox.drain()
    office.queue(SECOND, mother=1)
    await office.settle()
    row, other = office.rows
    if expected.dead_for is None:
        assert (row.status, row.delivery) == ("sent", "sent")
        assert expected.after_s[0] <= office.seconds(row) <= expected.after_s[1]
    else:
        assert (row.status, row.last_error) == ("dead", expected.dead_for)
    assert (line.times(FIRST), line.calls(FIRST), row.doubts) == (expected.times, expected.calls, expected.doubts)
    assert (line.times(SECOND), other.status) == (1, "sent")
    assert expected.others_after_s[0] <= office.seconds(other) <= expected.others_after_s[1]
    assert (office.notices(), office.blocked(first)) == (expected.notices, expected.blocked)
    assert row.attempts == (expected.attempts or expected.calls)
    assert line.times(FIRST) <= 1 + row.doubts  # what comes twice is counted
    if expected.dead_for is not None:  # nothing is lost: when the fault is gone it goes out
        assert await office.requeue() == 1
        assert (office.rows[0].status, line.times(FIRST)) == ("sent", expected.times + 1)
