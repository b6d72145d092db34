"""What offices find out about facilities: dated, with its source, and signed by another officer.

A change is a row of its own and is put into the register on its day; it stays there when the list of facilities is
loaded anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, audit, clock
from registry.errors import NotAllowedError, RegistryError
from registry.models import Facility, FacilityChange, Staff

FLAGS = ("delivery_care", "open_24h", "inpatient", "bpjs", "poned", "ponek")
FURTHEST = timedelta(days=730)
LONGEST, LONGEST_SOURCE = 200, 300
Problem = Literal["phone", "address", "flag", "hours", "date", "source", "same", "stale"]
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{2,19}")
_FLAG = {"": None, "ya": True, "tidak": False}


class FacilityError(RegistryError):
    """It is not kept; ``problem`` says which part of it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def read(typed: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, as columns of ``Facility``; an empty field means that nobody knows.

    Raises:
        FacilityError: a field makes no sense.
    """
    phone, address = typed.get("phone", "").strip(), " ".join(typed.get("address", "").split())
    if phone and not _PHONE.fullmatch(phone):
        raise FacilityError("phone")
    if len(address) > LONGEST:
        raise FacilityError("address")
    if any(typed.get(name, "") not in _FLAG for name in FLAGS):
        raise FacilityError("flag")
    flags = {name: _FLAG[typed.get(name, "")] for name in FLAGS}
    return {"phone": phone or None, "address": address or None, **flags, "hours": _hours(typed)}


def _hours(typed: Mapping[str, str]) -> list[list[str]] | None:
    """Seven days from Monday on; None when no hour is filled in at all."""
    week = [_day(typed.get(f"opens:{day}", ""), typed.get(f"closes:{day}", "")) for day in range(7)]
    return week if any(week) else None


def _day(opens: str, closes: str) -> list[str]:
    if not opens and not closes:
        return []
    try:
        span = [time.fromisoformat(opens).strftime("%H:%M"), time.fromisoformat(closes).strftime("%H:%M")]
    except ValueError as error:
        raise FacilityError("hours") from error
    if len(opens) > 5 or len(closes) > 5 or span[0] >= span[1]:
        raise FacilityError("hours")
    return span


def change(
    session: Session, officer: Staff, facility: Facility, typed: Mapping[str, str], day: date, source: str,
    now: datetime,
) -> FacilityChange:  # fmt: skip
    """Keep what was found out; from its day on it holds, and nobody has signed it yet.

    Raises:
        NotAllowedError: it is not hers to decide.
        FacilityError: a field, the day or the source makes no sense, or nothing is new.
    """
    if not access.may_decide(officer):
        raise NotAllowedError("decide")
    today, source, wanted = clock.today(now), source.strip(), read(typed)
    if not today <= day <= today + FURTHEST:
        raise FacilityError("date")
    if not source or len(source) > LONGEST_SOURCE:
        raise FacilityError("source")
    then = _on(session, facility, day)
    new = {name: value for name, value in wanted.items() if value != then[name]}
    if not new:
        raise FacilityError("same")
    facts = {**new, "approved": False, "source": source, "source_on": f"{day:%Y-%m}"}
    return _keep(session, officer, facility, facts, day, source, now, "facility_changed")


def _on(session: Session, facility: Facility, day: date) -> dict[str, Any]:
    """What will hold on a day: today's facts and what is to come until then."""
    facts = {name: getattr(facility, name) for name in ("phone", "address", *FLAGS, "hours")}
    for row in _waiting(session, day, facility.code):
        facts |= {name: value for name, value in row.values.items() if name in facts}
    return facts


def sign(
    session: Session, officer: Staff, facility: Facility, seen: str, source: str, now: datetime, *, given: bool = True
) -> None:  # fmt: skip
    """Stand by what the register says of it today, or no longer; ``seen`` is the ``version_of`` what was looked at.

    Raises:
        NotAllowedError: it is not hers to sign, or she found it out herself.
        FacilityError: it says something else by now, it is so already, or the source is missing.
    """
    if not access.may_sign(officer, author_of(session, facility) if given else None):
        raise NotAllowedError("sign")
    if seen != str(version_of(session, facility)):
        raise FacilityError("stale")
    if not source.strip() or len(source) > LONGEST_SOURCE:
        raise FacilityError("source")
    if facility.approved is given:
        raise FacilityError("same")
    action = "facility_signed" if given else "facility_unsigned"
    _keep(session, officer, facility, {"approved": given}, clock.today(now), source.strip(), now, action)


def author_of(session: Session, facility: Facility) -> int | None:
    """Who found out what the register says now; None for the list it began with."""
    applied = [row for row in history(session, facility) if row.applied_at is not None and "source" in row.values]
    return applied[0].staff_id if applied else None


def _keep(
    session: Session, officer: Staff, facility: Facility, facts: dict[str, Any], day: date, source: str, now: datetime,
    action: str,
) -> FacilityChange:  # fmt: skip
    row = FacilityChange(
        facility_code=facility.code, values=facts, valid_from=day, source=source, staff_id=officer.id, at=now
    )
    session.add(row)
    session.flush()
    audit.note(session, now, action, subject=f"facility:{facility.code}", by=f"staff:{officer.id}", change=row.id)
    apply_due(session, now)
    return row


def history(session: Session, facility: Facility) -> list[FacilityChange]:
    """What was decided about it, the latest first."""
    rows = select(FacilityChange).where(FacilityChange.facility_code == facility.code)
    return list(session.scalars(rows.order_by(FacilityChange.valid_from.desc(), FacilityChange.id.desc())))


def version_of(session: Session, facility: Facility) -> int:
    """Changes with what the register says of it: who signs signs what she saw."""
    applied = [row.id for row in history(session, facility) if row.applied_at is not None]
    return max(applied, default=0)


def _waiting(session: Session, until: date, code: str | None = None) -> list[FacilityChange]:
    rows = select(FacilityChange).where(FacilityChange.applied_at.is_(None), FacilityChange.valid_from <= until)
    rows = rows if code is None else rows.where(FacilityChange.facility_code == code)
    return list(session.scalars(rows.order_by(FacilityChange.valid_from, FacilityChange.id)))


def apply_due(session: Session, now: datetime) -> int:
    """Put what holds from today on into the register; returns how many changes that were."""
    due = _waiting(session, clock.today(now))
    for row in due:
        put(session.get_one(Facility, row.facility_code), row)
        row.applied_at = now
    session.flush()
    return len(due)


def put(facility: Facility, row: FacilityChange) -> None:
    """The register as this change makes it."""
    for name, value in row.values.items():
        setattr(facility, name, value)


def next_at(session: Session, after: datetime) -> datetime | None:
    """When the next change comes into force, later than ``after``."""
    rows = select(FacilityChange.valid_from).where(FacilityChange.applied_at.is_(None))
    moments = [datetime.combine(day, time.min, clock.JAKARTA) for day in session.scalars(rows)]
    return min((moment for moment in moments if moment > after), default=None)
