"""The outside view of a pregnancy's course: births, reminders, and what was corrected in it (contracts, section 4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Birth, Cadre, Person, Pregnancy, RecordChange, Reminder

Row = dict[str, Any]
STATUS = {"failed": "skipped"}  # the outside view knows planned, sent, cancelled and skipped


def births(session: Session) -> list[Row]:
    """Every child; the hour is local."""
    rows = session.execute(
        select(Birth, Person)
        .join(Pregnancy, Pregnancy.id == Birth.pregnancy_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .order_by(Birth.id)
    )
    return [
        {
            "mother_nik": p.nik,
            "date": b.on,
            "time": b.time.isoformat("minutes") if b.time else None,
            "place": b.place,
            "sex": b.sex,
            "weight_g": b.weight_g,
        }
        for b, p in rows
    ]


def reminders(session: Session) -> list[Row]:
    """Every reminder, with the phone it went or is to go to."""
    rows = session.execute(
        select(Reminder, Person, Cadre)
        .join(Pregnancy, Pregnancy.id == Reminder.pregnancy_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Cadre, Cadre.id == Pregnancy.cadre_id, isouter=True)
        .order_by(Reminder.id)
    )
    return [
        {
            "nik": p.nik,
            "phone": r.sent_to or (p.phone if r.recipient == "mother" else c.phone if c else None),
            "kind": r.kind,
            "visit": r.visit,
            "due": r.due_at,
            "sent": r.sent_at,
            "status": STATUS.get(r.status, r.status),
            "recipient": r.recipient,
        }
        for r, p, c in rows
    ]


def changes(session: Session) -> list[Row]:
    """Every corrected field of a pregnancy."""
    rows = session.execute(
        select(RecordChange, Person)
        .join(Person, Person.id == RecordChange.person_id)
        .where(RecordChange.pregnancy_id.is_not(None))
        .order_by(RecordChange.id)
    )
    return [{"nik": p.nik, "field": c.field, "old": c.old, "new": c.new, "by": c.by, "at": c.at} for c, p in rows]
