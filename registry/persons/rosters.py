"""Who is on duty for a village, in the order in which they are called, each with the address that reaches them.

The lists are data of the offices: cadres by village, staff by district, those on call first, Dinkes for everybody.
Who is on call is planned by the offices (``registry.persons.shifts``); ``on_call`` in the row means day and night.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import places
from registry.models import Cadre, CadreArea, Contact, Staff, StaffDistrict, Village
from registry.persons import people, shifts
from registry.rules.alert_pace import Role


@dataclass(frozen=True)
class OnDuty:
    """Someone who can be called."""

    name: str
    phone: str
    index: str
    contact: Contact


@dataclass(frozen=True)
class Roster:
    """Everybody for one place whom a message reaches."""

    cadres: tuple[OnDuty, ...] = ()
    midwives: tuple[OnDuty, ...] = ()
    puskesmas: tuple[OnDuty, ...] = ()
    dinkes: tuple[OnDuty, ...] = ()
    village: str | None = None  # as one says it

    def of(self, role: str) -> tuple[OnDuty, ...]:
        """Those whom a rung of an alert or a duty of a talk means."""
        found = {
            Role.CADRE: self.cadres,
            Role.MIDWIFE: self.midwives,
            Role.PUSKESMAS: self.puskesmas,
            Role.DINKES: self.dinkes,
        }
        return found[Role(role)]


def roster_of(
    session: Session, village_code: str | None, without: str | None = None, *, now: datetime | None = None
) -> Roster:  # fmt: skip
    """The roster of a village; of an unknown place only Dinkes. ``without`` is the phone index of whoever asks.

    With ``now`` those who are on call at that moment take the place of the midwives and of Dinkes, when a message
    reaches any; all of the puskesmas is the next step. Without it everybody is meant.
    """
    village = session.get(Village, village_code) if village_code else None
    cadres = _cadres(session, village)
    staff = _staff(session, village)
    everybody: list[Cadre | Staff] = [*cadres, *staff]
    reached = people.contacts_by_phone(session, [one.phone_index for one in everybody])
    called = shifts.on_call(session, staff, now) if now is not None else {one.id for one in staff if one.on_call}
    staff.sort(key=lambda one: one.id not in called)
    office, dinkes = ([one for one in staff if one.unit == unit] for unit in ("puskesmas", "dinkes"))
    midwives = [one for one in office if one.duty == "midwife"] or office
    on_call = _reachable([one for one in office if one.id in called], reached, without)
    of_dinkes = _reachable([one for one in dinkes if one.id in called and now is not None], reached, without)
    return Roster(
        cadres=_reachable(cadres, reached, without),
        midwives=on_call or _reachable(midwives, reached, without),
        puskesmas=_reachable(office, reached, without),
        dinkes=of_dinkes or _reachable(dinkes, reached, without),
        village=places.village_label(session, village_code) if village else None,
    )


def names_of(session: Session, indexes: Collection[str]) -> dict[str, str]:
    """The names of cadres and staff by phone index; nobody else is in it."""
    wanted = set(indexes)
    cadres = select(Cadre.phone_index, Cadre.name).where(Cadre.phone_index.in_(wanted), Cadre.active)
    staff = select(Staff.phone_index, Staff.name).where(Staff.phone_index.in_(wanted), Staff.active)
    return {index: name for rows in (cadres, staff) for index, name in session.execute(rows)}


def _cadres(session: Session, village: Village | None) -> list[Cadre]:
    if village is None:
        return []
    rows = select(Cadre).join(CadreArea).where(Cadre.active, CadreArea.village_code == village.code)
    return list(session.scalars(rows.order_by(Cadre.id)).unique())


def _staff(session: Session, village: Village | None) -> list[Staff]:
    """Staff of the district and of Dinkes."""
    here = Staff.unit == "dinkes"
    if village is not None:
        of_district = Staff.districts.any(StaffDistrict.district_code == village.district_code)
        here = or_(here, (Staff.unit == "puskesmas") & of_district)
    rows = select(Staff).where(Staff.active, here)
    return list(session.scalars(rows.order_by(Staff.id)))


def _reachable(
    helpers: Iterable[Cadre | Staff], reached: dict[str, Contact], without: str | None
) -> tuple[OnDuty, ...]:
    return tuple(
        OnDuty(one.name, one.phone, one.phone_index, reached[one.phone_index])
        for one in helpers
        if one.phone_index in reached and one.phone_index != without
    )
