"""Check-ups that were reported or verified, and what follows: the plan moves, open questions about them are closed.

A mother's or cadre's word is ``reported``; a midwife's is ``verified``. The same visit is never kept twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, voices
from registry.models import Alert, Pregnancy, RecordChange, Reminder, Visit
from registry.persons.people import Speaker
from registry.pregnancies import schedule
from registry.reminding import plan

MISTAKE = timedelta(hours=48)  # so long a report can be taken back by whoever made it
Outcome = Literal["noted", "verified", "corrected", "same", "differs", "kept"]


@dataclass(frozen=True)
class Noted:
    """What became of a report.

    ``same``: told before; ``differs``: on record for another day, ask before correcting; ``kept``: a midwife has
    verified another day and only staff may correct it. ``on`` is the day on record now.
    """

    outcome: Outcome
    kind: str
    on: date


def find(session: Session, pregnancy: Pregnancy, kind: str) -> Visit | None:
    """This visit of the pregnancy, when it is on record."""
    return session.scalar(select(Visit).where(Visit.pregnancy_id == pregnancy.id, Visit.kind == kind))


def note(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, kind: str, on: date, now: datetime, *,
    place: str | None = None, correct: bool = False,
) -> Noted:  # fmt: skip
    """Keep a report; a different day than the one on record is taken only when ``correct`` says it was confirmed."""
    schedule.hold(session, pregnancy)
    visit = find(session, pregnancy, kind)
    by_staff = _is_of_staff(speaker, pregnancy)
    if visit is None:
        _create(session, speaker, pregnancy, kind, on, now, place=place, by_staff=by_staff)
        outcome: Outcome = "verified" if by_staff else "noted"
    elif visit.on == on:
        outcome = "verified" if by_staff and visit.status == "reported" else "same"
        _verify(visit, now, by_staff=by_staff)
    elif visit.status == "verified" and not by_staff:
        return Noted("kept", kind, visit.on)
    elif not correct:
        return Noted("differs", kind, visit.on)
    else:
        _correct(session, speaker, pregnancy, visit, on, now, by_staff=by_staff)
        outcome = "corrected"
    _close_questions(session, pregnancy, kind, now)
    if outcome != "same":
        audit.note(
            session, now, f"visit_{outcome}", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}",
            visit=kind,
        )  # fmt: skip
        plan.replan(session, pregnancy, now)
    return Noted(outcome, kind, on)


def take_back(session: Session, speaker: Speaker, pregnancy: Pregnancy, visit: Visit, now: datetime) -> None:
    """It was told by mistake: the visit is open again, and she is reminded of it as before."""
    schedule.hold(session, pregnancy)
    person = schedule.person_of(session, pregnancy)
    session.add(
        RecordChange(
            person_id=person.id, pregnancy_id=pregnancy.id, field=f"visit_{visit.kind}", old=visit.on.isoformat(),
            new=None, by=voices.role_of(speaker, person), contact_id=speaker.contact.id, at=now,
        )
    )  # fmt: skip
    kind = visit.kind
    session.delete(visit)
    session.flush()
    asked = select(Reminder).where(
        Reminder.pregnancy_id == pregnancy.id, Reminder.visit == kind, Reminder.status == "sent"
    )
    for reminder in session.scalars(asked):
        reminder.answered, reminder.answered_at = "not_done", now
    audit.note(
        session, now, "visit_taken_back", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}", visit=kind
    )
    plan.replan(session, pregnancy, now)


def may_take_back(speaker: Speaker, visit: Visit, now: datetime) -> bool:
    """Whoever told it, within two days, as long as no midwife has verified it."""
    told_lately = visit.reported_at is not None and visit.reported_at > now - MISTAKE
    return visit.status == "reported" and told_lately and visit.reporter == speaker.contact.phone


def _is_of_staff(speaker: Speaker, pregnancy: Pregnancy) -> bool:
    own = speaker.person is not None and speaker.person.id == pregnancy.person_id
    return speaker.staff is not None and not own


def _create(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, kind: str, on: date, now: datetime, *,
    place: str | None, by_staff: bool,
) -> None:  # fmt: skip
    row = Visit(
        pregnancy_id=pregnancy.id, kind=kind, on=on, status="reported", reporter=speaker.contact.phone, place=place,
        reported_at=now,
    )  # fmt: skip
    _verify(row, now, by_staff=by_staff)
    session.add(row)
    session.flush()


def _verify(visit: Visit, now: datetime, *, by_staff: bool) -> None:
    if by_staff and visit.status == "reported":
        visit.status, visit.verified_at = "verified", now


def _correct(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, visit: Visit, on: date, now: datetime, *, by_staff: bool
) -> None:
    person = schedule.person_of(session, pregnancy)
    change = RecordChange(
        person_id=person.id, pregnancy_id=pregnancy.id, field=f"visit_{visit.kind}", old=visit.on.isoformat(),
        new=on.isoformat(), by=voices.role_of(speaker, person), contact_id=speaker.contact.id, at=now,
    )  # fmt: skip
    session.add(change)
    visit.on, visit.reporter, visit.reported_at = on, speaker.contact.phone, now
    _verify(visit, now, by_staff=by_staff)


def _close_questions(session: Session, pregnancy: Pregnancy, kind: str, now: datetime) -> None:
    """Reminders of this visit are answered, and nobody need look for her because of it."""
    asked = select(Reminder).where(
        Reminder.pregnancy_id == pregnancy.id, Reminder.visit == kind, Reminder.status == "sent"
    )
    for reminder in session.scalars(asked):
        if reminder.answered != "done":
            reminder.answered, reminder.answered_at = "done", now
    missed = select(Alert).where(
        Alert.person_id == pregnancy.person_id, Alert.kind == "missed_visit", Alert.about == kind,
        Alert.status == "open",
    )  # fmt: skip
    for alert in session.scalars(missed):
        alert.status, alert.outcome, alert.closed_at, alert.next_step_at = "closed", "visited", now, None
    session.flush()
