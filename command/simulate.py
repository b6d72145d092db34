"""``kawal simulate``: a made-up population through the real plan and the real outbox, on a fast clock.

Every message that leaves is held against what is true of its mother (``command.simulated_mothers``): none may go out
after a loss, a STOP or a refusal, at night, twice, or about the wrong half of her course.
"""

from __future__ import annotations

import time as stopwatch
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from re import compile as pattern
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from command.simulated_life import MOTHERS_OF_A_CADRE, Life
from command.simulated_mothers import Chance, Mother, population
from registry import clock, places
from registry.clock import JAKARTA
from registry.db import Database
from registry.messaging import outbox
from registry.models import Alert, OutboxMessage, Reminder, Village
from reminders import duties

FIRST_DAY = date(2026, 1, 5)
HOURS = range(6, 21)  # looked at at half past each
LOOKS = (*(time(hour, 30) for hour in HOURS), time(23, 5))
BEFORE_NOON = 4  # looks before people tell what happened
LIVES_AT = time(9, 45)
FAULTY = 0.02  # share of sends that fail and are tried again
RETRY = timedelta(minutes=40)
ONE_DAY = timedelta(days=1)
TWICE = timedelta(minutes=10)
CLAIM = 500
CODE = pattern(r"\bM-[0-9A-Z]{4}\b")
KEPT_EXAMPLES = 20
PLANNED = frozenset({"anc", "due_date", "postnatal", "newborn_jkn", "education", "papers"})  # one of these a day


@dataclass
class Result:
    """What came of a run."""

    pregnancies: int
    days: int
    sent: Counter[str] = field(default_factory=Counter)  # messages by kind of reminder, or of message
    hours: Counter[int] = field(default_factory=Counter)  # messages by local hour
    states: Counter[str] = field(default_factory=Counter)  # reminders by state
    reasons: Counter[str] = field(default_factory=Counter)  # of those that were not sent
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)  # ids and codes of the first wrong ones
    double: int = 0
    faults: int = 0
    escalated: int = 0
    reached: int = 0  # mothers about whom somebody got a reminder
    missed: int = 0  # registered mothers about whom nobody did
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        """Nothing wrong, nothing twice, nothing forgotten."""
        return not self.wrong and not self.double and not self.reasons["stuck"]


class Simulation:
    """One run over some days."""

    def __init__(self, database: Database, size: int, days: int, seed: int) -> None:
        self.database, self.days = database, days
        self.chance = Chance(seed)  # the same seed is the same year
        self.mothers = population(size, FIRST_DAY, days, self.chance)
        self.result = Result(size, days)
        self._by_day: dict[date, list[Mother]] = {}
        for one in self.mothers:
            for day in one.events:
                self._by_day.setdefault(day, []).append(one)
        self._by_phone: dict[str, Mother] = {}
        self._by_code: dict[str, Mother] = {}
        self._last: dict[tuple[str, str], datetime] = {}
        self._days_told: set[tuple[int, date]] = set()
        self._keys: set[str] = set()
        self._reached: set[int] = set()

    def run(self, progress: Callable[[int], None]) -> Result:
        """Day by day; ``progress`` is told of each day that is over."""
        began = stopwatch.monotonic()
        life = self._begin()
        for number in range(self.days):
            day = FIRST_DAY + timedelta(days=number)
            self._pass(day, LOOKS[:BEFORE_NOON])
            self._live(life, day)
            self._pass(day, LOOKS[BEFORE_NOON:])
            progress(number + 1)
        self._count()
        self.result.seconds = stopwatch.monotonic() - began
        return self.result

    def _begin(self) -> Life:
        now = datetime.combine(FIRST_DAY, time(5), JAKARTA)
        with self.database.write() as session:
            places.load(session)
            wanted = max(1, len(self.mothers) // MOTHERS_OF_A_CADRE)
            in_kabupaten = select(Village).where(Village.code.like("35.07.%")).order_by(Village.code).limit(wanted)
            life = Life(self.mothers, session.scalars(in_kabupaten).all())
            life.hire(session, now)
            clock.stop_at(session, now)
        duties.run_due(self.database)
        return life

    def _live(self, life: Life, day: date) -> None:
        """What people tell in the course of the day: registrations first, then everything else."""
        now = datetime.combine(day, LIVES_AT, JAKARTA)
        today = self._by_day.get(day, [])
        newcomers = [one for one in today if one.registers_on == day]
        with self.database.write() as session:
            clock.stop_at(session, now)
            life.register(session, newcomers, now)
            self._by_code |= {one.code: one for one in newcomers}
            for one in today:
                for event in one.events[day]:
                    life.happen(session, one, event, now + timedelta(minutes=1))
        self._by_phone = self._by_phone | {one.phone: one for one in today if one.phone}

    def _pass(self, day: date, looks: Sequence[time]) -> None:
        """From look to look; where nothing falls due nobody looks."""
        with self.database.read() as session:
            following = self._next(clock.now(session))
        for at in looks:
            now = datetime.combine(day, at, JAKARTA)
            if following is not None and following <= now:
                self._stand_at(now)
                following = self._next(now)

    def _next(self, after: datetime) -> datetime | None:
        duty = duties.next_due(self.database, after)
        with self.database.read() as session:
            queued = outbox.next_due(session, after - ONE_DAY, after + ONE_DAY)
        return min((moment for moment in (duty, queued) if moment is not None), default=None)

    def _stand_at(self, now: datetime) -> None:
        with self.database.write() as session:
            clock.stop_at(session, now)
        duties.run_due(self.database)
        while self._drain(now):
            pass

    def _drain(self, now: datetime) -> int:
        """Send what is due; a channel that fails is tried again, a dead number never answers."""
        with self.database.write() as session:
            rows = outbox.claim_outbox(session, now, CLAIM)
            sent = []
            for row in rows:
                one = self._by_phone.get(row.contact.phone or "")
                if one is not None and one.has_dead_number:
                    outbox.mark_dead(session, row, "131026")
                elif self.chance.random() < FAULTY:
                    self.result.faults += 1
                    outbox.mark_retry(session, row, "503", now + RETRY)
                else:
                    sent.append((row, (f"sim{row.id}",)))
                    self._judge(row, now)
            outbox.mark_all_sent(session, sent, now)
        return len(rows)

    def _judge(self, row: OutboxMessage, now: datetime) -> None:
        """Hold one message against the truth."""
        self.result.hours[now.hour] += 1
        phone, text = row.contact.phone or "", row.text
        if now - self._last.get((phone, text), now - 2 * TWICE) < TWICE or (row.key or "") in self._keys:
            self._wrong("twice", row)
            self.result.double += 1
        self._last[phone, text] = now
        self._keys.add(row.key or f"row {row.id}")
        if row.kind != "reminder":
            self.result.sent[row.kind] += 1
            return
        self.result.sent[_kind(row)] += 1
        if not HOURS[0] <= now.hour <= HOURS[-1]:
            self._wrong("at night", row)
        self._judge_reminder(row, phone, text, now)

    def _judge_reminder(self, row: OutboxMessage, phone: str, text: str, now: datetime) -> None:
        hers = self._by_phone.get(phone)
        if hers is not None and hers.phone != phone:
            self._wrong("to an old number", row)
        about = [hers] if hers else [self._by_code[code] for code in CODE.findall(text) if code in self._by_code]
        for one in about:
            why = one.wrong(row.template or "", now) if not _is_digest(row) or one.lost_at else None
            if why is not None:
                self._wrong(why, row)
            if _is_digest(row):
                continue
            self._reached.add(one.number)
            if _kind(row) in PLANNED:
                if (one.number, now.date()) in self._days_told:
                    self._wrong("two on one day", row)
                    self.result.double += 1
                self._days_told.add((one.number, now.date()))

    def _wrong(self, why: str, row: OutboxMessage) -> None:
        self.result.wrong[why] += 1
        if len(self.result.examples) < KEPT_EXAMPLES:
            self.result.examples.append(f"{why}: outbox {row.id} {row.key} {row.template}")

    def _count(self) -> None:
        known = {one.number for one in self.mothers if one.registered_at is not None and not one.refused}
        self.result.reached = len(self._reached & known)
        self.result.missed = len(known - self._reached)
        with self.database.read() as session:
            self.result.states = _counted(session, Reminder.status)
            self.result.reasons = _counted(session, Reminder.reason)
            self.result.escalated = session.scalar(select(func.count(Alert.id))) or 0


def _counted(session: Session, column: InstrumentedAttribute[Any]) -> Counter[str]:
    rows: Iterable[tuple[str | None, int]] = session.execute(select(column, func.count()).group_by(column)).all()
    return Counter({str(name): count for name, count in rows if name is not None})


def _kind(row: OutboxMessage) -> str:
    return "digest" if _is_digest(row) else (row.key or "").partition(":")[0]


def _is_digest(row: OutboxMessage) -> bool:
    return (row.key or "").startswith("digest:")
