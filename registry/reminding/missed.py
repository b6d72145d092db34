"""Whom somebody must go and see: a check-up that nobody reported, or messages that do not arrive.

One piece of work at a time for each mother; ``alerts`` calls her cadre, then the midwife, then the puskesmas,
and reporting the visit closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from registry import clock
from registry.emergencies import alerts
from registry.models import Alert, OutboxMessage, Person, Pregnancy, Reminder, Visit
from registry.reminding.plan_facts import ALL_PURPOSES, courses, persons_of, settings_on, wishes_of
from registry.rules import antenatal, postnatal
from registry.rules.plan import nothing_because
from registry.rules.plan_values import Course, ReminderSettings

BATCH = 200
LOOKS_BACK = timedelta(days=60)  # what is longer ago is no work any more
LONGEST = timedelta(days=420)  # from a registration to the 42nd day after birth
NOT_REACHED = "not_reached"
IN_A_ROW = 2  # messages that did not arrive
OVER = ("sent", "skipped", "failed")  # states of a reminder whose check-up is still wanted
KIND: Literal["missed_visit"] = "missed_visit"


def candidates(session: Session, after: int, now: datetime, limit: int = BATCH) -> list[Pregnancy]:
    """Pregnancies with an id after this one for whom there may be work, in the order of their ids."""
    today = clock.today(now)
    grace = timedelta(days=settings_on(session, now).grace_days)
    of_hers = Reminder.pregnancy_id == Pregnancy.id
    reported = exists().where(Visit.pregnancy_id == Pregnancy.id, Visit.kind == Reminder.visit)
    unreported = exists().where(
        of_hers,
        Reminder.kind.in_(("anc", "postnatal")),
        Reminder.step != "after",
        Reminder.status.in_(OVER),
        Reminder.about.between(today - LOOKS_BACK, today - grace - timedelta(days=1)),
        ~reported,
    )
    is_looked_for = exists().where(Alert.person_id == Pregnancy.person_id, Alert.kind == KIND, Alert.status == "open")
    failed = exists().where(of_hers, _did_not_arrive(), Reminder.due_at >= now - LOOKS_BACK)
    rows = select(Pregnancy).where(
        Pregnancy.id > after,
        Pregnancy.status.in_(("active", "delivered")),
        Pregnancy.opened_at >= now - LONGEST,
        or_(unreported, failed),
        ~is_looked_for,
    )
    return list(session.scalars(rows.order_by(Pregnancy.id).limit(limit)))


def _did_not_arrive() -> ColumnElement[bool]:
    dead = exists().where(OutboxMessage.id == Reminder.outbox_id, OutboxMessage.delivery == "failed")
    return or_(Reminder.status == "failed", and_(Reminder.outbox_id.is_not(None), dead))


def open_work(session: Session, pregnancies: Sequence[Pregnancy], now: datetime) -> int:
    """A piece of work for each of these who needs one and has none; returns how many."""
    persons = persons_of(session, pregnancies)
    found = courses(session, pregnancies, persons, {})
    settings, today = settings_on(session, now), clock.today(now)
    opened = 0
    for one in pregnancies:
        person = persons[one.person_id]
        if not _may_be_visited(one, person, found[one.id]):
            continue
        about = _missed(session, one, found[one.id], settings, today) or _unreached(session, one, now)
        if about is not None:
            alerts.open_alert(
                session, KIND, person=person, contact=None, about=about, village_code=person.village_code, now=now,
                inbox_id=None,
            )  # fmt: skip
            opened += 1
    return opened


def _may_be_visited(pregnancy: Pregnancy, person: Person, course: Course) -> bool:
    """Not after a loss, not against her will, and only when her cadre may know of her."""
    shares = person.consent == "pending" or "sharing" in (person.agreed or ALL_PURPOSES)
    return shares and nothing_because(course, wishes_of(pregnancy, person)) in (None, "no_phone")


def _missed(
    session: Session, pregnancy: Pregnancy, course: Course, settings: ReminderSettings, today: date
) -> str | None:
    """The last check-up that is not reported; nothing while other work about her is open, or was about this one."""
    late = [one.visit for one in antenatal.unreported(course, settings, today)]
    if course.birth is not None and course.has_delivered:
        reported = frozenset(one.kind for one in course.visits)
        late = [one.visit for one in postnatal.unreported_checks(course.birth, reported, settings.grace_days, today)]
    asked = session.scalars(
        select(Reminder.visit).where(Reminder.pregnancy_id == pregnancy.id, Reminder.status.in_(OVER))
    )
    told = set(asked)
    last = next((visit for visit in reversed(late) if visit in told), None)
    earlier = select(Alert).where(
        Alert.person_id == pregnancy.person_id, Alert.kind == KIND, Alert.at >= pregnancy.opened_at
    )
    for alert in session.scalars(earlier):
        if alert.status == "open" or alert.about == last:
            return None
    return last


def _unreached(session: Session, pregnancy: Pregnancy, now: datetime) -> str | None:
    """Whether the last two messages did not arrive, since somebody was last asked to look for her."""
    last = select(Alert).where(Alert.person_id == pregnancy.person_id, Alert.kind == KIND).order_by(Alert.id.desc())
    alert = session.scalar(last.limit(1))
    if alert is not None and alert.status == "open":
        return None
    since = alert.closed_at or alert.at if alert is not None else now - LOOKS_BACK
    tried = (
        select(Reminder.status, Reminder.outbox_id, OutboxMessage.delivery)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.outbox_id)
        .where(Reminder.pregnancy_id == pregnancy.id, Reminder.status.in_(("sent", "failed")), Reminder.due_at > since)
        .order_by(Reminder.due_at.desc(), Reminder.id.desc())
    )
    ends: dict[object, bool] = {}
    for number, (status, outbox_id, delivery) in enumerate(session.execute(tried)):
        ends.setdefault(outbox_id or f"row {number}", status == "failed" or delivery == "failed")
    arrived = list(ends.values())[:IN_A_ROW]
    return NOT_REACHED if len(arrived) == IN_A_ROW and all(arrived) else None
