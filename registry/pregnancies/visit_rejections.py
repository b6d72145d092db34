"""A reported check-up that was none: taken off the record, what was told stays as a change, and the plan asks again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy.orm import Session

from registry import audit, voices
from registry.models import Pregnancy, RecordChange, Visit
from registry.persons.people import Speaker
from registry.pregnancies import schedule
from registry.reminding import plan

Why = Literal["not_in_book", "other_mother", "other_visit", "typing"]
WHYS: tuple[str, ...] = get_args(Why)


def reject(session: Session, speaker: Speaker, pregnancy: Pregnancy, visit: Visit, why: Why, now: datetime) -> None:
    """Staff say that it did not take place as told; also one of their own that was entered by mistake."""
    schedule.hold(session, pregnancy)
    person = schedule.person_of(session, pregnancy)
    change = RecordChange(
        person_id=person.id, pregnancy_id=pregnancy.id, field=f"visit_{visit.kind}", old=visit.on.isoformat(), new=None,
        by=voices.role_of(speaker, person), contact_id=speaker.contact.id, at=now,
    )  # fmt: skip
    session.add(change)
    audit.note(
        session, now, "visit_rejected", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}",
        visit=visit.kind, was=visit.status, why=why,
    )  # fmt: skip
    session.delete(visit)
    session.flush()
    plan.replan(session, pregnancy, now)
