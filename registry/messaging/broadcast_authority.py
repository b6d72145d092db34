"""Who may write to whom: its sender as long as he serves there, and the second person a large broadcast needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from registry import clock, programme
from registry.messaging.audiences import Audience
from registry.models import Broadcast, Staff, StaffDistrict

SENDER = "kawal"  # stands for a phone when it was sent from the machine itself: it may write to all
DOTS = 2  # in the code of a district (35.07.01)
Lost = Literal["sender_gone", "area_lost"]


def has_authority(officer: Staff, audience: Audience) -> bool:
    """Whether an officer who serves may write to everybody of this audience; without an area that is Dinkes alone."""
    return _reaches(officer, districts_of(audience))


def _reaches(officer: Staff, districts: set[str]) -> bool:
    if not officer.active or officer.unit not in ("puskesmas", "dinkes"):
        return False
    if officer.unit == "dinkes":
        return True
    return bool(districts) and districts <= {area.district_code for area in officer.districts}


def districts_of(audience: Audience) -> set[str]:
    """The districts in which its readers live (the code of a village begins with it); empty: all of the kabupaten."""
    return {code if code.count(".") == DOTS else code.rpartition(".")[0] for code in audience.areas}


def lost(session: Session, row: Broadcast) -> Lost | None:
    """Why its sender could not send it today; None when she could. The machine's own sender always can."""
    if row.staff_id is None and row.by == SENDER:
        return None
    officer = session.get(Staff, row.staff_id) if row.staff_id else None
    if officer is None or not officer.active:
        return "sender_gone"
    return None if has_authority(officer, Audience.from_json(row.audience)) else "area_lost"


def who_answer(session: Session, row: Broadcast) -> Sequence[Staff]:
    """Dinkes, and whoever serves in one of its districts, without its sender."""
    return session.scalars(_others(row, districts_of(Audience.from_json(row.audience)))).all()


def _others(row: Broadcast, districts: set[str]) -> Select[Staff]:
    here = select(StaffDistrict.staff_id).where(StaffDistrict.district_code.in_(districts))
    peers: ColumnElement[bool] = or_(Staff.unit == "dinkes", (Staff.unit == "puskesmas") & Staff.id.in_(here))
    rows = select(Staff).where(Staff.active, Staff.id != (row.staff_id or 0), peers)
    return rows.options(selectinload(Staff.districts)).order_by(Staff.unit.desc(), Staff.id)


def is_large(session: Session, recipients: int, now: datetime) -> bool:
    """Whether a second person must approve it."""
    least: int = programme.value(session, "broadcast_second_approval_from", clock.today(now))
    return recipients >= least


def approvers(session: Session, row: Broadcast) -> list[Staff]:
    """Who may be the second person: another one, who serves, and may write to the whole audience; the nearest first."""
    districts = districts_of(Audience.from_json(row.audience))
    found = session.scalars(_others(row, districts)).all()
    return [one for one in found if one.phone != row.by and _reaches(one, districts)]


def may_approve(row: Broadcast, officer: Staff) -> bool:
    """Whether this officer is the second person it waits for."""
    if row.status != "waiting_approval" or officer.id == row.staff_id or officer.phone == row.by:
        return False
    return has_authority(officer, Audience.from_json(row.audience))
