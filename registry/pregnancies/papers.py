"""The papers for her delivery: which ones her way to pay asks for, and which of them an officer has seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models import Paper, Person, Pregnancy, RecordChange
from registry.persons import people
from registry.persons.people import Speaker
from registry.pregnancies import entitlement

SAME_PAPER: Mapping[str, str] = {"sktm_optional": "sktm"}
"""The rulebook names a paper that may be left out otherwise; seen once it is seen."""


@dataclass(frozen=True)
class Wanted:
    """A paper that is asked for, or was seen although it no longer is; ``seen`` is its row."""

    code: str
    words: str
    is_needed: bool
    seen: Paper | None


def listed(session: Session, person: Person, pregnancy: Pregnancy | None, now: datetime) -> list[Wanted]:
    """What the rules of today ask for in the order of the rulebook, then what else was seen."""
    today = clock.today(now)
    rules = entitlement.rulebook(session, today)
    rows = {row.code: row for row in _seen(session, person)}
    hpl = pregnancy.hpl if pregnancy is not None else None
    decision = entitlement.decide_for(session, person, hpl, rules, today)
    needed = {SAME_PAPER.get(code, code): code for code in decision.documents}
    known = rules.codes.documents
    more = {code: code for code in rows if code not in needed and code in known}
    return [
        Wanted(code, rules.phrase("documents", worded, today), code in needed, rows.get(code))
        for code, worded in {**needed, **more}.items()
    ]


def keep(
    session: Session, speaker: Speaker, person: Person, staff_id: int, seen: Collection[str], now: datetime
) -> bool:
    """Of the listed papers exactly these were seen; what is on no list is passed over. False: nothing has changed."""
    before = [one.code for one in _seen(session, person)]
    codes = [one.code for one in listed(session, person, people.active_pregnancy(session, person), now)]
    after = [code for code in codes if code in seen]
    if sorted(before) == sorted(after):
        return False
    for row in _seen(session, person):
        if row.code not in after:
            session.delete(row)
    session.add_all(
        Paper(person_id=person.id, code=code, staff_id=staff_id, at=now) for code in after if code not in before
    )
    change = RecordChange(
        person_id=person.id, field="papers", old=", ".join(before) or None, new=", ".join(after) or None, by="staff",
        contact_id=speaker.contact.id, at=now,
    )  # fmt: skip
    session.add(change)
    audit.note(session, now, "papers_seen", subject=f"person:{person.id}", by=f"staff:{staff_id}", papers=after)
    session.flush()
    return True


def _seen(session: Session, person: Person) -> list[Paper]:
    return list(session.scalars(select(Paper).where(Paper.person_id == person.id).order_by(Paper.id)))
