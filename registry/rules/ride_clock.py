"""When the clock looks at a ride: offers that run out, news that are overdue, reminders to all three."""

from __future__ import annotations

from datetime import datetime, timedelta

from registry.rules.quiet import JAKARTA, is_quiet, next_allowed
from registry.rules.ride_values import Ride, Status, Terms

PICK_UP_OVERDUE = timedelta(minutes=15)
ARRIVAL_OVERDUE = timedelta(minutes=60)  # after the pick-up
ASK_AGAIN_PLANNED, ASK_AGAIN_URGENT = timedelta(minutes=30), timedelta(minutes=10)
SEARCH_PLANNED, SEARCH_URGENT = timedelta(minutes=30), timedelta(minutes=15)
DONE_AFTER_ARRIVAL = timedelta(minutes=60)
EVENING_HOUR = 18  # local time: the reminder of the evening before
SHORTLY_BEFORE = timedelta(hours=2)
DEFAULT = Terms()


def due_at(ride: Ride, terms: Terms = DEFAULT) -> datetime | None:
    """When the clock must look at this ride next; None when only people can move it."""
    if ride.status is Status.REQUESTED:
        return min((give_up_at(ride), *(offer.answer_by for offer in ride.open_offers)))
    if ride.status is Status.ARRIVED and ride.arrived_at:
        return ride.arrived_at + DONE_AFTER_ARRIVAL
    return ask_after(ride, terms)


def give_up_at(ride: Ride) -> datetime:
    """When people are told that no driver has accepted, even if some could still be asked."""
    if ride.urgent:
        return ride.round_at + SEARCH_URGENT
    return max(ride.at, ride.round_at + SEARCH_PLANNED)


def ask_after(ride: Ride, terms: Terms = DEFAULT) -> datetime | None:
    """When news of a ride are overdue; asked by day only, unless it is urgent. None when nothing is to be asked."""
    moment = _overdue_at(ride)
    return moment if moment is None or ride.urgent else next_allowed(moment, terms.quiet_hours)


def _overdue_at(ride: Ride) -> datetime | None:
    if ride.status is Status.ESCALATED:
        return None if ride.asked_at else max(ride.at, ride.round_at) + PICK_UP_OVERDUE
    if ride.status not in (Status.CONFIRMED, Status.ON_THE_WAY):
        return None
    if ride.asked_at:
        return ride.asked_at + (ASK_AGAIN_URGENT if ride.urgent else ASK_AGAIN_PLANNED)
    if ride.status is Status.ON_THE_WAY and ride.picked_up_at:
        return ride.picked_up_at + ARRIVAL_OVERDUE
    return (ride.expected_at or ride.at) + PICK_UP_OVERDUE


def reminders(ride: Ride, now: datetime, terms: Terms = DEFAULT) -> tuple[datetime, ...]:
    """When all three are reminded of a confirmed ride: the evening before and two hours before, never by night."""
    if ride.status is not Status.CONFIRMED:
        return ()
    local = ride.at.astimezone(JAKARTA)
    evening = (local - timedelta(days=1)).replace(hour=EVENING_HOUR, minute=0, second=0, microsecond=0)
    moments = (evening, ride.at - SHORTLY_BEFORE)
    return tuple(at for at in moments if at > now and not is_quiet(at, terms.quiet_hours))
