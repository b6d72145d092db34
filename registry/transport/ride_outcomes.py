"""How the alert of a ride ended is what became of the ride: called off, or she is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.models import Alert, Contact
from registry.rules.alert_pace import Outcome
from registry.rules.ride_values import Arrived, Cancelled, CancelReason, Party
from registry.transport import rides

ABOUT = "ride:"
BECOMES: dict[str, rides.Event] = {
    Outcome.AT_FACILITY: Arrived(Party.STAFF),
    Outcome.NOT_NEEDED: Cancelled(Party.STAFF, CancelReason.NOT_NEEDED),
    Outcome.FALSE_ALARM: Cancelled(Party.STAFF, CancelReason.NOT_NEEDED),
    Outcome.DELIVERED: Cancelled(Party.STAFF, CancelReason.BIRTH),
}
"""A car that was found has still to come: the ride stays open and its news are asked after."""


def follow(session: Session, alert: Alert, sender: Contact, now: datetime, inbox_id: int | None) -> None:
    """The ride of an alert that the sender has just closed; the others of mother, cadre and driver hear of it."""
    event = BECOMES.get(alert.outcome or "") if alert.status == "closed" else None
    number = (alert.about or "").removeprefix(ABOUT)
    if event is not None and (alert.about or "").startswith(ABOUT) and number.isdecimal():
        rides.happen(session, int(number), event, now, sender=sender, inbox_id=inbox_id)
