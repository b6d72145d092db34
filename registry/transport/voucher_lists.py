"""Vouchers as officers find them: those of their area, in portions, one of them, and the list for payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from registry import access
from registry.models import District, Driver, Ride, Staff, Village, Voucher, VoucherPhoto
from registry.persons.people import Speaker
from registry.transport import vouchers

STATES = ("asked", "approved", "refused", "paid")
PAGE = 25


@dataclass(frozen=True)
class Line:
    """One voucher with its ride: who drove, from where; of the mother nothing is needed here."""

    voucher: Voucher
    ride: Ride
    driver: Driver | None
    village: str | None
    district: str | None
    photo: VoucherPhoto | None


@dataclass(frozen=True)
class Payment:
    """One line of the list for payment."""

    voucher_id: int
    ride_id: int
    driver: str
    phone: str
    plate: str | None
    amount: int
    driven_at: datetime
    village: str | None
    district: str | None
    approved_at: datetime | None
    approved_by: str | None


def are_shown(session: Session, speaker: Speaker, now: datetime) -> bool:
    """Whether the page is in an officer's menu: while vouchers are in force, and as long as there are any."""
    if not access.may_settle(speaker):
        return False
    return bool(session.scalar(select(exists(select(Voucher.id))))) or vouchers.in_force(session, now)


def counts(session: Session, speaker: Speaker) -> dict[str, int]:
    """How many of her area stand how."""
    rows = select(Voucher.status, func.count(Voucher.id).label("how_many")).join(Ride, Ride.id == Voucher.ride_id)
    rows = rows.where(access.in_area(speaker, Ride.village_code)).group_by(Voucher.status)
    return {row.status: row.how_many for row in session.execute(rows)}


def lines(session: Session, speaker: Speaker, state: str, number: int) -> list[Line]:
    """A portion of them, from 1: what waits longest first, what was decided latest first."""
    rows = _rows(speaker)
    if state:
        rows = rows.where(Voucher.status == state)
    if state in ("asked", "approved"):
        rows = rows.order_by(Voucher.id)
    else:
        rows = rows.order_by(Voucher.status != "asked", Voucher.status != "approved", Voucher.id.desc())
    return [Line(*row) for row in session.execute(rows.limit(PAGE).offset((number - 1) * PAGE))]


def _rows(speaker: Speaker) -> Any:
    rows = select(Voucher, Ride, Driver, Village.name, District.name, VoucherPhoto)
    rows = rows.join(Ride, Ride.id == Voucher.ride_id).join(Driver, Driver.id == Ride.driver_id, isouter=True)
    rows = rows.join(Village, Village.code == Ride.village_code, isouter=True)
    rows = rows.join(District, District.code == Village.district_code, isouter=True)
    rows = rows.join(VoucherPhoto, VoucherPhoto.voucher_id == Voucher.id, isouter=True)
    return rows.where(access.in_area(speaker, Ride.village_code))


def find(session: Session, speaker: Speaker, voucher_id: int) -> Line | None:
    """One of hers; None when it is none, or not her business."""
    if not access.may_settle(speaker):
        return None
    row = session.execute(_rows(speaker).where(Voucher.id == voucher_id)).first()
    return Line(*row) if row is not None else None


def for_payment(session: Session, speaker: Speaker) -> list[Payment]:
    """What is approved and not yet paid in her area, oldest first."""
    columns = (Voucher, Ride, Driver, Village.name, District.name, Staff.name)
    rows = _rows(speaker).with_only_columns(*columns).join(Staff, Staff.id == Voucher.decided_by, isouter=True)
    rows = rows.where(Voucher.status == "approved", Driver.id.is_not(None)).order_by(Voucher.id)
    return [
        Payment(
            voucher.id, ride.id, driver.name, driver.phone, driver.plate, voucher.amount, ride.at, village, district,
            voucher.decided_at, officer,
        )
        for voucher, ride, driver, village, district, officer in session.execute(rows)
    ]  # fmt: skip


def total(payments: Sequence[Payment]) -> int:
    """In rupiah."""
    return sum(one.amount for one in payments)
