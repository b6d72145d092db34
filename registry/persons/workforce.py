"""Cadres, officers and drivers as the offices look after them: listed, invited, moved to other villages, ended.

Every act asks ``registry.access`` first and leaves an audit row; numbers are shown masked, here and nowhere whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, selectinload

from registry import access, audit, sealing
from registry.errors import NotAllowedError
from registry.models import (
    Cadre,
    CadreArea,
    Driver,
    DriverArea,
    Invitation,
    Staff,
    StaffDistrict,
    Village,
)
from registry.persons import invitations
from registry.persons.invitations import IN_VILLAGES, Area, InvitationError, Role
from registry.persons.people import Speaker

Kind = Literal["staff", "cadre", "driver"]
Helper: TypeAlias = Cadre | Staff | Driver
TABLES: dict[str, type[Cadre] | type[Staff] | type[Driver]] = {"staff": Staff, "cadre": Cadre, "driver": Driver}
PLACES: dict[str, Any] = {"staff": Staff.districts, "cadre": Cadre.areas, "driver": Driver.areas}
SHOWN_DIGITS = 3


class TakenError(InvitationError):
    """The number already works for somebody whom the speaker may not touch."""


def masked(phone: str) -> str:
    """ "0812 ••• 041": enough to tell two people apart, not enough to call."""
    local = f"0{phone.removeprefix('+62')}" if phone.startswith("+62") else phone
    return f"{local[:4]} ••• {local[-SHOWN_DIGITS:]}"


@dataclass(frozen=True)
class Page:
    """Some of a list, and how long it is."""

    helpers: list[Helper]
    total: int


def listed(
    session: Session, speaker: Speaker, kind: Kind, *, district: str = "", former: bool = False, start: int = 0,
    most: int = 40,
) -> Page:  # fmt: skip
    """Those of one kind whom the speaker may see, in the order in which they came."""
    table = TABLES[kind]
    rows: Select[Any] = select(table).where(_is_of(table, speaker, district), table.active.is_(not former))
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    found = session.scalars(rows.options(selectinload(PLACES[kind])).order_by(table.id).offset(start).limit(most))
    return Page(list(found), total)


def _is_of(table: type[Helper], speaker: Speaker, district: str) -> ColumnElement[bool]:
    """``access.may_see_helper`` as a condition, within one district when one is named."""
    staff = speaker.staff
    everywhere = staff is not None and staff.unit == "dinkes"
    if everywhere and not district:
        return true()
    inside = {district} if everywhere else ({district} & speaker.districts if district else speaker.districts)
    if table is Staff:
        return Staff.districts.any(StaffDistrict.district_code.in_(inside))
    villages = select(Village.code).where(Village.district_code.in_(inside))
    if table is Cadre:
        return Cadre.areas.any(CadreArea.village_code.in_(villages))
    return Driver.areas.any(DriverArea.village_code.in_(villages))


def find(session: Session, speaker: Speaker, kind: str, number: int) -> Helper | None:
    """Somebody by kind and number, when the speaker may see her."""
    found: Helper | None = None
    match kind:
        case "staff":
            found = session.get(Staff, number)
        case "cadre":
            found = session.get(Cadre, number)
        case "driver":
            found = session.get(Driver, number)
    return found if found is not None and access.may_see_helper(speaker, found) else None


def areas_of(helper: Helper) -> list[str]:
    """The codes of her villages or districts."""
    if isinstance(helper, Staff):
        return [one.district_code for one in helper.districts]
    return [one.village_code for one in helper.areas]


def invite(session: Session, speaker: Speaker, role: Role, name: str, phone: str, area: Area, now: datetime) -> str:
    """Invite in the name of an office; returns the code, which is nowhere else.

    Raises:
        NotAllowedError: the speaker may not make anybody this, or not there.
        TakenError: the number works, or is invited, where the speaker has nothing to say.
        InvitationError: no area where the role needs one, or one that does not exist.
    """
    districts = access.districts_around(area.villages) | frozenset(area.districts)
    if not access.may_appoint(speaker, role, districts):
        raise NotAllowedError(role)
    index = sealing.index("phone", phone)
    if not all(access.may_manage(speaker, one) for one in _with_number(session, index)):
        raise TakenError(role)
    if not all(_may_touch(speaker, one) for one in open_ones(session, now, index)):
        raise TakenError(role)
    return invitations.invite(session, role, name, phone, now, area=area, invited_by=_ref(speaker))


def _ref(speaker: Speaker) -> str:
    if speaker.staff is None:
        raise NotAllowedError("staff")
    return f"staff:{speaker.staff.id}"


def _with_number(session: Session, index: str) -> list[Helper]:
    """Everybody active with this number."""
    found: list[Helper] = []
    for table in TABLES.values():
        found += session.scalars(select(table).where(table.phone_index == index, table.active))
    return found


def open_ones(session: Session, now: datetime, index: str | None = None) -> list[Invitation]:
    """Invitations that can still be used, the newest first; of one number or of all."""
    rows = select(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at > now)
    rows = rows if index is None else rows.where(Invitation.phone_index == index)
    return list(session.scalars(rows.order_by(Invitation.id.desc())))


def invited(session: Session, speaker: Speaker, now: datetime) -> list[Invitation]:
    """The open invitations that the speaker may see: those she might have given."""
    return [one for one in open_ones(session, now) if _may_touch(speaker, one)]


def _may_touch(speaker: Speaker, invitation: Invitation) -> bool:
    districts = access.districts_around(invitation.villages) | frozenset(invitation.districts)
    return access.may_appoint(speaker, invitation.role, districts)


def withdraw(session: Session, speaker: Speaker, number: int, now: datetime) -> bool:
    """Take an invitation back; False when there is nothing to take back.

    Raises:
        NotAllowedError: it is not the speaker's.
    """
    found = session.get(Invitation, number)
    if found is None or not _may_touch(speaker, found):
        raise NotAllowedError("invitation")
    return invitations.withdraw(session, found, now, _ref(speaker))


def end(session: Session, speaker: Speaker, helper: Helper, now: datetime) -> bool:
    """Somebody's work ends; False when it had ended. What she was invited to anew is taken back too.

    Raises:
        NotAllowedError: she is not the speaker's to end, or the last admin.
    """
    if not access.may_manage(speaker, helper):
        raise NotAllowedError("end")
    if isinstance(helper, Staff) and helper.duty == "admin" and _admins(session) < 2:
        raise NotAllowedError("last_admin")
    if not helper.active:
        return False
    for one in open_ones(session, now, helper.phone_index):
        if _may_touch(speaker, one):
            invitations.withdraw(session, one, now, _ref(speaker))
    invitations.end(session, helper, now, _ref(speaker))
    return True


def _admins(session: Session) -> int:
    return session.scalar(select(func.count(Staff.id)).where(Staff.active, Staff.duty == "admin")) or 0


def move(session: Session, speaker: Speaker, helper: Helper, codes: Sequence[str], now: datetime) -> bool:
    """Give somebody other villages, or an officer other districts; False when they are what they were.

    Raises:
        NotAllowedError: the old or the new ones are not all the speaker's, or it is herself.
        InvitationError: none, or one that does not exist.
    """
    wanted = list(dict.fromkeys(codes))
    new = frozenset(wanted) if isinstance(helper, Staff) else access.districts_around(wanted)
    if not helper.active or not access.may_manage(speaker, helper):
        raise NotAllowedError("area")
    role = access.role_of(helper)
    if wanted and not access.may_appoint(speaker, role, new):
        raise NotAllowedError("area")
    is_local = role in IN_VILLAGES
    invitations.check(session, role, Area(villages=tuple(wanted)) if is_local else Area(districts=tuple(wanted)))
    before = areas_of(helper)
    if set(before) == set(wanted):
        return False
    _set(helper, wanted)
    session.flush()
    added, gone = sorted(set(wanted) - set(before)), sorted(set(before) - set(wanted))
    subject = f"{helper.__tablename__}:{helper.id}"
    audit.note(session, now, "area_changed", subject=subject, by=_ref(speaker), added=added, gone=gone)
    return True


def _set(helper: Helper, wanted: Iterable[str]) -> None:
    """Rows that stay are kept: a driver's place in the order of a village hangs on his."""
    if isinstance(helper, Staff):
        kept = {one.district_code: one for one in helper.districts}
        helper.districts = [kept.get(code) or StaffDistrict(district_code=code) for code in wanted]
    elif isinstance(helper, Cadre):
        known = {one.village_code: one for one in helper.areas}
        helper.areas = [known.get(code) or CadreArea(village_code=code) for code in wanted]
    else:
        served = {one.village_code: one for one in helper.areas}
        helper.areas = [served.get(code) or DriverArea(village_code=code) for code in wanted]


def drivers_of(session: Session, village_code: str) -> list[tuple[Driver, DriverArea]]:
    """The drivers of a village in the order in which they are asked."""
    rows = select(Driver, DriverArea).join(DriverArea).where(Driver.active, DriverArea.village_code == village_code)
    place = func.coalesce(DriverArea.place_in_order, Driver.place_in_order)
    return [(driver, area) for driver, area in session.execute(rows.order_by(place, Driver.id))]


def put_in_order(
    session: Session, speaker: Speaker, village_code: str, places: dict[int, int], now: datetime
) -> bool:  # fmt: skip
    """The order in which drivers of a village are asked, by their numbers; False when nothing changes.

    Raises:
        NotAllowedError: the village is not the speaker's.
    """
    if not access.may_appoint(speaker, "driver", access.districts_around([village_code])):
        raise NotAllowedError("order")
    changed = False
    for driver, area in drivers_of(session, village_code):
        if driver.id in places and area.place_in_order != places[driver.id]:
            area.place_in_order, changed = places[driver.id], True
    if changed:
        session.flush()
        audit.note(session, now, "drivers_ordered", subject=f"village:{village_code}", by=_ref(speaker))
    return changed


def set_duty(session: Session, speaker: Speaker, driver: Driver, on_duty: bool, now: datetime) -> bool:
    """Ask a driver again, or no more, until somebody says otherwise; False when it was so.

    Raises:
        NotAllowedError: he is not the speaker's.
    """
    if not access.may_plan(speaker, driver):
        raise NotAllowedError("duty")
    if driver.on_duty is on_duty:
        return False
    driver.on_duty = on_duty
    session.flush()
    audit.note(session, now, "driver_duty", subject=f"driver:{driver.id}", by=_ref(speaker), on_duty=on_duty)
    return True
