"""Reminders that are due: taken mother by mother, looked at once more, put into the outbox or closed with a reason.

Whoever takes a mother's reminders holds her pregnancy's row until the end of the transaction, so two clocks send
nothing twice. A state only steps forward; what has to wait gets a later moment and stays planned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import cast

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from registry import clock
from registry.models import Cadre, CadreArea, Contact, OutboxMessage, Person, Pregnancy, Reminder
from registry.persons import people
from registry.reminding.plan_facts import courses, persons_of, wishes_of
from registry.rules.plan_values import Course, Kind, Step, Wishes
from registry.rules.planned import Planned

BATCH = 200
ONE_PHONE = timedelta(minutes=10)  # two mothers on one phone are not written to at the same time
PLANNED = Reminder.status == literal_column("'planned'")  # spelled as in the partial index
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Owed:
    """What one mother is owed now, and what there is to know to decide about it.

    ``had_today``: her message of today is out. ``waits``: another mother on her phone was just written to.
    """

    pregnancy: Pregnancy
    person: Person
    course: Course
    wishes: Wishes
    rows: tuple[Reminder, ...]
    had_today: bool
    waits: bool


def claim(session: Session, now: datetime, limit: int = BATCH) -> list[Owed]:
    """The mothers of the reminders that have been due longest, each with all that is due; nobody else has them now."""
    due = select(Reminder.pregnancy_id).where(PLANNED, Reminder.due_at <= now)
    first = session.scalars(due.order_by(Reminder.due_at, Reminder.id).limit(limit)).all()
    held = select(Pregnancy).where(Pregnancy.id.in_(set(first))).order_by(Pregnancy.id)
    pregnancies = session.scalars(held.with_for_update(skip_locked=True)).all() if first else []
    if not pregnancies:
        return []
    ids = [one.id for one in pregnancies]
    rows = _due_rows(session, ids, now)
    persons = persons_of(session, pregnancies)
    found = courses(session, pregnancies, persons, {})
    had_today, waiting = _had_today(session, ids, now), _on_a_busy_phone(session, persons.values(), now)
    return [
        Owed(
            one,
            persons[one.person_id],
            found[one.id],
            wishes_of(one, persons[one.person_id]),
            tuple(rows[one.id]),
            one.id in had_today,
            one.person_id in waiting,
        )
        for one in pregnancies
        if rows[one.id]
    ]


def _due_rows(session: Session, ids: Sequence[int], now: datetime) -> dict[int, list[Reminder]]:
    found: dict[int, list[Reminder]] = defaultdict(list)
    due = select(Reminder).where(Reminder.pregnancy_id.in_(ids), PLANNED, Reminder.due_at <= now)
    for row in session.scalars(due.order_by(Reminder.due_at, Reminder.id)):
        found[row.pregnancy_id].append(row)
    return found


def _had_today(session: Session, ids: Sequence[int], now: datetime) -> set[int]:
    """Whose message of today has gone out; work for a cadre is none."""
    midnight = datetime.combine(clock.today(now), time(), clock.JAKARTA)
    sent = select(Reminder.pregnancy_id).where(
        Reminder.pregnancy_id.in_(ids),
        Reminder.status == "sent",
        Reminder.sent_at >= midnight,
        Reminder.outbox_id.is_not(None),
    )
    return set(session.scalars(sent))


def _on_a_busy_phone(session: Session, persons: Iterable[Person], now: datetime) -> set[int]:
    """Those who share their phone with a mother who was written to in these minutes."""
    indexes = {one.phone_index for one in persons if one.phone_index}
    shared = select(Person.phone_index).where(Person.phone_index.in_(indexes))
    several = session.scalars(shared.group_by(Person.phone_index).having(func.count() > 1)).all()
    if not several:
        return set()
    told = (
        select(Person.phone_index)
        .join(Pregnancy, Pregnancy.person_id == Person.id)
        .join(Reminder, Reminder.pregnancy_id == Pregnancy.id)
        .where(Person.phone_index.in_(several), Reminder.status == "sent", Reminder.sent_at > now - ONE_PHONE)
    )
    busy = set(session.scalars(told))
    return {one.id for one in persons if one.phone_index in busy}


def as_planned(row: Reminder) -> Planned:
    """The row as the rules see it; whoever gets it is decided when it goes out."""
    local = row.due_at.astimezone(clock.JAKARTA)
    return Planned(
        cast(Kind, row.kind),
        row.visit,
        cast(Step, row.step),
        row.about,
        local.date(),
        local.hour,
        row.text,
        "mother",
        row.key,
        row.kind != "education",
        row.with_doctor,
        row.last_on,
    )


def mark_sent(
    rows: Iterable[Reminder], now: datetime, *, to: str | None, recipient: str, outbox_id: int | None
) -> None:
    """They went into the outbox as one message."""
    for row in rows:
        row.status, row.sent_at, row.sent_to, row.recipient, row.outbox_id = "sent", now, to, recipient, outbox_id


def close(row: Reminder, reason: str) -> None:
    """It will not go out: too late is skipped, nobody to tell is failed, anything else is cancelled."""
    row.status = {"stale": "skipped", "crowded": "skipped", "no_phone": "failed", "no_address": "failed"}.get(
        reason, "cancelled"
    )
    row.reason = reason


def wait_till_tomorrow(row: Reminder, now: datetime) -> None:
    """She has her message of today: it goes tomorrow at the same hour, unless that is too late."""
    later = row.due_at
    while clock.today(later) <= clock.today(now):
        later += _DAY
    if clock.today(later) > row.last_on:
        close(row, "crowded")
    else:
        row.due_at = later


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after ``after`` at which a reminder falls due."""
    due = select(Reminder.due_at).where(PLANNED, Reminder.due_at > after)
    return session.scalar(due.order_by(Reminder.due_at).limit(1))


def are_overdue(session: Session, at: datetime) -> bool:
    """Whether something due by then is still planned."""
    due = select(Reminder.id).where(PLANNED, Reminder.due_at <= at)
    return session.scalar(due.order_by(Reminder.due_at).limit(1)) is not None


class AddressBook:
    """Whom to write to, looked up at once for all who are owed something."""

    def __init__(self, session: Session, owed: Sequence[Owed], now: datetime) -> None:
        self._session, self._now = session, now
        ids = {one.pregnancy.cadre_id for one in owed if one.pregnancy.cadre_id}
        active = session.scalars(select(Cadre).where(Cadre.id.in_(ids), Cadre.active)) if ids else ()
        self._cadres = {one.id: one for one in active}
        self._of_village: dict[str, Cadre | None] = {}
        phones = {one.person.phone: one.person.phone_index for one in owed}
        phones |= {one.phone: one.phone_index for one in self._cadres.values()}
        self._contacts = people.contacts_by_phone(session, [index for index in phones.values() if index])

    def mother(self, person: Person) -> Contact | None:
        """Her newest address; none when every one of hers has blocked us."""
        return self._contact(person.phone, person.phone_index)

    def cadre(self, owed: Owed) -> Contact | None:
        """Her cadre's address; of a cadre who has left, that of another one of the village."""
        cadre = self._cadres.get(owed.pregnancy.cadre_id or 0) or self._other_cadre(owed.person.village_code)
        return self._contact(cadre.phone, cadre.phone_index) if cadre else None

    def _other_cadre(self, village: str | None) -> Cadre | None:
        if village is None:
            return None
        if village not in self._of_village:
            there = select(Cadre).join(CadreArea).where(Cadre.active, CadreArea.village_code == village)
            self._of_village[village] = self._session.scalar(there.order_by(Cadre.id).limit(1))
        return self._of_village[village]

    def _contact(self, phone: str | None, index: str | None) -> Contact | None:
        if phone is None or index is None:
            return None
        if index not in self._contacts:
            if people.contacts_of_phone(self._session, index):
                return None
            self._contacts[index] = people.reach(self._session, phone, self._now)
        return self._contacts[index]


def outbox_id_of(session: Session, key: str) -> int | None:
    """The message that has this reason."""
    return session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))
