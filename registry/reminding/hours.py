"""The hour of a mother's reminders: the one she chose, else the one at which she answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models import Person, Pregnancy, RecordChange, Reminder
from registry.reminding import plan
from registry.rules.learned_hour import ANSWERS, learned_hour
from registry.rules.plan_values import ReminderSettings

FIELD, LEARNED = "reminder_hour", "learned"


def learn(
    session: Session, mothers: Sequence[tuple[Pregnancy, Person]], settings: ReminderSettings, now: datetime
) -> int:  # fmt: skip
    """Look at the last answers of these mothers; who answers at another hour is written to at that one from now on."""
    answers = _answers(session, [pregnancy.id for pregnancy, _ in mothers])
    learnt = 0
    for pregnancy, person in mothers:
        given = answers.get(pregnancy.id, [])
        present = settings.default_hour if person.reminder_hour is None else person.reminder_hour
        hour = learned_hour(given, present, settings.quiet_hours) if len(given) >= ANSWERS else None
        if hour is not None and not _has_chosen(session, person):
            _keep(session, pregnancy, person, hour, now)
            learnt += 1
    return learnt


def _answers(session: Session, ids: Sequence[int]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    rows = select(Reminder.pregnancy_id, Reminder.answered_at).where(
        Reminder.pregnancy_id.in_(ids), Reminder.answered_at.is_not(None), Reminder.recipient == "mother"
    )
    for pregnancy_id, answered_at in session.execute(rows):
        if answered_at is not None:
            found[pregnancy_id].append(answered_at)
    return found


def _has_chosen(session: Session, person: Person) -> bool:
    """Whether somebody asked for an hour; what she asked for is never unlearnt."""
    asked = exists().where(RecordChange.person_id == person.id, RecordChange.field == FIELD, RecordChange.by != LEARNED)
    return bool(session.scalar(select(asked)))


def _keep(session: Session, pregnancy: Pregnancy, person: Person, hour: int, now: datetime) -> None:
    before = None if person.reminder_hour is None else str(person.reminder_hour)
    session.add(RecordChange(person_id=person.id, field=FIELD, old=before, new=str(hour), by=LEARNED, at=now))
    person.reminder_hour = hour
    audit.note(session, now, "reminder_hour_learned", subject=f"person:{person.id}", hour=hour)
    plan.replan(session, pregnancy, now)
