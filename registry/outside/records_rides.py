"""The outside view of rides (contracts.md, section 4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Driver, Person, Ride


def rides(session: Session) -> list[dict[str, Any]]:
    """Every ride with the driver who has it."""
    rows = session.execute(
        select(Ride, Person, Driver)
        .join(Person, Person.id == Ride.person_id, isouter=True)
        .join(Driver, Driver.id == Ride.driver_id, isouter=True)
        .order_by(Ride.id)
    )
    return [
        {"nik": p.nik if p else None, "at": r.at, "driver": d.phone if d else None, "status": r.status}
        for r, p, d in rows
    ]
