"""What a driver writes of the cost of a ride, as the button that says the same: any sum, or nothing.

The question stays open for two days; a bare number, yes or no answers it only while it is the last he was told.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from nlu.language.ride_cost import read_cost
from registry.models import Ride, Voucher
from registry.persons.people import Speaker
from registry.transport import vouchers

OPEN_FOR = timedelta(hours=48)


def spoken(
    session: Session, speaker: Speaker, payloads: Collection[str], said: str, now: datetime
) -> tuple[str, int] | None:
    """The verb and the number of what he says the ride cost; None when nobody asked him, or he says nothing of it.

    ``payloads`` are those of the last message to him.
    """
    ride = _asked_about(session, speaker, now)
    if ride is None:
        return None
    cost = read_cost(said, is_answer=f"/press:{vouchers.NOTHING}:{ride.id}" in payloads)
    if cost is None:
        return None
    if cost.amount is None:
        return vouchers.AGAIN, ride.id
    return (vouchers.NOTHING, ride.id) if cost.amount == 0 else (vouchers.SUM, vouchers.sum_of(ride, cost.amount))


def _asked_about(session: Session, speaker: Speaker, now: datetime) -> Ride | None:
    """The last ride he drove and was asked about, if he has not asked for money yet."""
    if speaker.driver is None or not vouchers.in_force(session, now):
        return None
    told = exists().where(Voucher.ride_id == Ride.id)
    rows = select(Ride).where(Ride.driver_id == speaker.driver.id, Ride.arrived_at >= now - OPEN_FOR, ~told)
    return session.scalar(rows.order_by(Ride.arrived_at.desc(), Ride.id.desc()).limit(1))
