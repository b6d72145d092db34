"""The course of a ride: offered, confirmed by one driver, under way, arrived; or handed to people who find another way.

A ride always has an owner: a driver who is being asked, a driver who accepted, or people (``escalated``). Nobody is
told of a car before a driver accepted it. ``docs/states.md`` draws the table below.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from registry.rules.machine import Decision, Duty, Table, TimePassed, allows, refuse
from registry.rules.quiet import next_allowed
from registry.rules.ride_clock import DEFAULT, due_at, give_up_at
from registry.rules.ride_drivers import AT_ONCE, is_free, next_offers, wanted_slot
from registry.rules.ride_values import (
    URGENT_WINDOW,
    Accepted,
    Arrived,
    Assigned,
    Cancelled,
    Declined,
    Done,
    Driver,
    Offer,
    OfferState,
    Party,
    PickedUp,
    Refusal,
    Ride,
    Status,
    Task,
    Terms,
    TimeChanged,
)

LEAST_SEARCH = timedelta(minutes=30)  # by day before a pick-up, else drivers are asked in the night
NEWS_NOT_BEFORE = timedelta(minutes=90)  # before the pick-up time

Event = Accepted | Declined | Assigned | TimeChanged | Cancelled | PickedUp | Arrived | Done | TimePassed

STARTS = (Status.REQUESTED, Status.ESCALATED)
TRANSITIONS: Table = {
    (Status.REQUESTED, Accepted): (Status.CONFIRMED,),
    (Status.REQUESTED, Declined): (Status.REQUESTED, Status.ESCALATED),
    (Status.REQUESTED, TimePassed): (Status.REQUESTED, Status.ESCALATED),
    (Status.REQUESTED, Assigned): (Status.CONFIRMED,),
    (Status.REQUESTED, TimeChanged): (Status.REQUESTED, Status.ESCALATED),
    (Status.REQUESTED, Cancelled): (Status.CANCELLED,),
    (Status.REQUESTED, PickedUp): (Status.ON_THE_WAY,),
    (Status.REQUESTED, Arrived): (Status.ARRIVED,),
    (Status.REQUESTED, Done): (Status.DONE,),
    (Status.CONFIRMED, Declined): (Status.REQUESTED, Status.ESCALATED),
    (Status.CONFIRMED, TimePassed): (Status.CONFIRMED, Status.ESCALATED),
    (Status.CONFIRMED, Assigned): (Status.CONFIRMED,),
    (Status.CONFIRMED, TimeChanged): (Status.REQUESTED, Status.ESCALATED),
    (Status.CONFIRMED, Cancelled): (Status.CANCELLED,),
    (Status.CONFIRMED, PickedUp): (Status.ON_THE_WAY,),
    (Status.CONFIRMED, Arrived): (Status.ARRIVED,),
    (Status.CONFIRMED, Done): (Status.DONE,),
    (Status.ON_THE_WAY, Declined): (Status.ESCALATED,),
    (Status.ON_THE_WAY, TimePassed): (Status.ON_THE_WAY, Status.ESCALATED),
    (Status.ON_THE_WAY, Cancelled): (Status.CANCELLED,),
    (Status.ON_THE_WAY, Arrived): (Status.ARRIVED,),
    (Status.ON_THE_WAY, Done): (Status.DONE,),
    (Status.ARRIVED, TimePassed): (Status.ARRIVED, Status.DONE),
    (Status.ARRIVED, Done): (Status.DONE,),
    (Status.ESCALATED, Accepted): (Status.CONFIRMED,),
    (Status.ESCALATED, Declined): (Status.ESCALATED,),
    (Status.ESCALATED, TimePassed): (Status.ESCALATED,),
    (Status.ESCALATED, Assigned): (Status.CONFIRMED,),
    (Status.ESCALATED, TimeChanged): (Status.REQUESTED, Status.ESCALATED),
    (Status.ESCALATED, Cancelled): (Status.CANCELLED,),
    (Status.ESCALATED, PickedUp): (Status.ON_THE_WAY,),
    (Status.ESCALATED, Arrived): (Status.ARRIVED,),
    (Status.ESCALATED, Done): (Status.DONE,),
}
_OVER = (Status.DONE, Status.CANCELLED)


def start(
    village: str, at: datetime, urgent: bool, drivers: Collection[Driver], now: datetime, terms: Terms = DEFAULT
) -> Decision[Ride]:
    """A car is asked for; the first drivers are offered it, or people are told at once that there is none."""
    return _search(Ride(village, at, urgent, round_at=now), drivers, now, terms)


def step(
    ride: Ride, event: Event, now: datetime, drivers: Collection[Driver] = (), terms: Terms = DEFAULT
) -> Decision[Ride]:
    """What an event makes of a ride. ``drivers`` are those of the roster, with what else they have to do."""
    if not allows(TRANSITIONS, ride.status, event):
        return refuse(ride, _why_not(ride, event))
    match event:
        case Accepted():
            return _accept(ride, event, now, drivers)
        case Declined():
            return _decline(ride, event, now, drivers, terms)
        case Assigned():
            return _assign(ride, event.driver, now, drivers)
        case TimeChanged():
            return _change_time(ride, event, now, drivers, terms)
        case Cancelled():
            return _cancel(ride, event)
        case TimePassed():
            return _look(ride, now, drivers, terms)
        case _:
            return _news(ride, event, now, drivers)


def _search(
    ride: Ride,
    drivers: Collection[Driver],
    now: datetime,
    terms: Terms,
    duties: tuple[Duty, ...] = (),
    first: int | None = None,
) -> Decision[Ride]:
    """Offer the ride to the next drivers; with nobody left, or nobody who could be asked in time, people take it."""
    ride = _of_this_night(ride, now, terms)
    sent_at = now if ride.urgent else next_allowed(now, terms.quiet_hours)
    chosen = _chosen(ride, drivers, now, first) if sent_at < give_up_at(ride) else ()
    if not chosen and not ride.open_offers:
        return _escalate(ride, now, duties)
    answer_by = sent_at + timedelta(minutes=terms.urgent_minutes if ride.urgent else terms.confirm_minutes)
    kept = tuple(offer for offer in ride.offers if offer.driver not in chosen)
    offers = kept + tuple(Offer(driver, answer_by) for driver in chosen)
    asked = tuple(Duty(Task.OFFER, Party.DRIVER, driver) for driver in chosen)
    return Decision(replace(ride, status=Status.REQUESTED, offers=offers), duties + asked)


def _of_this_night(ride: Ride, now: datetime, terms: Terms) -> Ride:
    """A pick-up before the morning can only be arranged in the night: it becomes urgent, so that nobody waits for a car
    of which no driver and no helper has heard."""
    asked_at = next_allowed(now, terms.quiet_hours)
    too_late = asked_at > now and asked_at + LEAST_SEARCH > give_up_at(ride)
    return replace(ride, urgent=True, round_at=now) if too_late and not ride.urgent else ride


def _chosen(ride: Ride, drivers: Collection[Driver], now: datetime, first: int | None) -> tuple[int, ...]:
    """The next drivers, with one who had confirmed the old time before all others, if he is free."""
    best = next_offers(ride, drivers, now)
    if first is None or not _can_come(ride, first, drivers, now):
        return best
    return (first, *(driver for driver in best if driver != first))[: AT_ONCE[ride.urgent]]


def _can_come(ride: Ride, driver: int, drivers: Collection[Driver], now: datetime) -> bool:
    slot = wanted_slot(ride, now)
    return any(one.id == driver and is_free(one, slot) for one in drivers)


def _escalate(ride: Ride, now: datetime, duties: tuple[Duty, ...] = ()) -> Decision[Ride]:
    """Nobody is left: the alert ``no_driver``, and mother and cadre know it at once."""
    offers = _marked(ride.offers, OfferState.SILENT, {offer.driver for offer in ride.open_offers})
    after = replace(ride, status=Status.ESCALATED, round_at=now, asked_at=None, offers=offers)
    raised = Duty(Task.RAISE_NO_DRIVER, Party.STAFF)
    return Decision(after, (*duties, raised, *_told(Task.TELL_NOBODY, after)))


def _told(task: Task, ride: Ride) -> tuple[Duty, ...]:
    """The same news to mother, cadre and the driver who has the ride, if there is one; the sender among them."""
    everybody = (Duty(task, Party.MOTHER), Duty(task, Party.CADRE))
    return everybody if ride.driver is None else (*everybody, Duty(task, Party.DRIVER, ride.driver))


def _marked(offers: tuple[Offer, ...], state: OfferState, drivers: Collection[int | None]) -> tuple[Offer, ...]:
    return tuple(replace(offer, state=state) if offer.driver in drivers else offer for offer in offers)


def _stand_down(ride: Ride, but: int | None = None) -> tuple[tuple[Offer, ...], tuple[Duty, ...]]:
    """Nobody but one driver need answer or come any more: the offers after that, and whom to tell."""
    waiting = [offer.driver for offer in ride.open_offers]
    freed = [driver for driver in dict.fromkeys((*waiting, ride.driver)) if driver not in (None, but)]
    return _marked(ride.offers, OfferState.STOOD_DOWN, freed), tuple(
        Duty(Task.STAND_DOWN, Party.DRIVER, driver) for driver in freed
    )


def _confirm(ride: Ride, driver: int, now: datetime) -> Decision[Ride]:
    offers, stood_down = _stand_down(ride, but=driver)
    others = tuple(offer for offer in offers if offer.driver != driver)
    after = replace(
        ride,
        status=Status.CONFIRMED,
        driver=driver,
        offers=(*others, Offer(driver, now, OfferState.ACCEPTED)),
        expected_at=max(ride.at, now),
        picked_up_at=None,
        asked_at=None,
    )
    return Decision(after, stood_down + _told(Task.TELL_CONFIRMED, after))


def _accept(ride: Ride, event: Accepted, now: datetime, drivers: Collection[Driver]) -> Decision[Ride]:
    """The first acceptance wins; one that comes late is taken as long as the ride still needs a driver."""
    if ride.offer_to(event.driver) is None:
        return refuse(ride, Refusal.NOT_ASKED)
    if event.at not in (None, ride.at):
        return refuse(ride, Refusal.TIME_CHANGED)
    too_late = now >= max(ride.at, ride.round_at) + wanted_slot(ride, now).window
    if too_late or ride.picked_up_at is not None:
        return refuse(ride, Refusal.TOO_LATE)
    if not _can_come(ride, event.driver, drivers, now):
        return refuse(ride, Refusal.BUSY)
    return _confirm(ride, event.driver, now)


def _assign(ride: Ride, driver: int, now: datetime, drivers: Collection[Driver]) -> Decision[Ride]:
    if ride.status is Status.CONFIRMED and ride.driver == driver:
        return refuse(ride, Refusal.REPEATED)
    if not _can_come(ride, driver, drivers, now):
        return refuse(ride, Refusal.BUSY)
    return _confirm(ride, driver, now)


def _decline(ride: Ride, event: Declined, now: datetime, drivers: Collection[Driver], terms: Terms) -> Decision[Ride]:
    offer = ride.offer_to(event.driver)
    if ride.driver is not None and ride.driver == event.driver:
        return _lose_driver(ride, event, now, drivers, terms)
    if ride.status in (Status.CONFIRMED, Status.ON_THE_WAY):
        return refuse(ride, Refusal.ALREADY_TAKEN)
    if offer is None or offer.state is OfferState.DECLINED:
        return refuse(ride, Refusal.NOT_ASKED if offer is None else Refusal.REPEATED)
    after = replace(ride, offers=_marked(ride.offers, OfferState.DECLINED, {event.driver}))
    return Decision(after) if ride.status is Status.ESCALATED else _search(after, drivers, now, terms)


def _lose_driver(
    ride: Ride, event: Declined, now: datetime, drivers: Collection[Driver], terms: Terms
) -> Decision[Ride]:
    """He had the ride: she is told at once and others are asked; broken down with her in the car, people take it."""
    refused = _marked(ride.offers, OfferState.DECLINED, {event.driver})
    kept = tuple(offer for offer in refused if offer.state in (OfferState.DECLINED, OfferState.STOOD_DOWN))
    after = replace(
        ride, driver=None, offers=kept, round_at=now, expected_at=None, picked_up_at=None, reason=event.reason
    )
    if ride.status is Status.ESCALATED:
        return Decision(replace(after, offers=refused), _told(Task.TELL_NOBODY, after))
    if ride.status is Status.ON_THE_WAY:
        return _escalate(after, now)
    return _search(replace(after, asked_at=None), drivers, now, terms, _told(Task.TELL_SEARCHING, after))


def _change_time(
    ride: Ride, event: TimeChanged, now: datetime, drivers: Collection[Driver], terms: Terms
) -> Decision[Ride]:
    """Everything that was said was said for the old time; whoever had confirmed is asked first."""
    if event.at == ride.at:
        return refuse(ride, Refusal.REPEATED)
    if event.at < now or ride.picked_up_at is not None:
        return refuse(ride, Refusal.TOO_LATE)
    urgent = ride.urgent and event.at - now <= URGENT_WINDOW
    anew = Ride(ride.village, event.at, urgent, round_at=now)
    told = (Duty(Task.TELL_TIME, Party.MOTHER), Duty(Task.TELL_TIME, Party.CADRE))
    found = _search(anew, drivers, now, terms, told, first=ride.driver)
    asked_again = {offer.driver for offer in found.case.open_offers}
    freed = tuple(duty for duty in _stand_down(ride)[1] if duty.ref not in asked_again)
    return Decision(found.case, freed + found.duties)


def _cancel(ride: Ride, event: Cancelled) -> Decision[Ride]:
    offers, stood_down = _stand_down(ride, but=ride.driver)
    after = replace(ride, status=Status.CANCELLED, offers=offers, reason=event.reason)
    return Decision(after, stood_down + _told(Task.TELL_CANCELLED, ride))


def _news(ride: Ride, event: PickedUp | Arrived | Done, now: datetime, drivers: Collection[Driver]) -> Decision[Ride]:
    """What one of the three saw is taken for true; a driver may only speak of his own ride."""
    driver = ride.driver
    if event.by is Party.DRIVER:
        if driver not in (None, event.driver):
            return refuse(ride, Refusal.NOT_YOURS)
        if event.driver is None or ride.offer_to(event.driver) is None:
            return refuse(ride, Refusal.NOT_ASKED)
        driver = event.driver if driver or _can_come(ride, event.driver, drivers, now) else None
    if now < ride.at - NEWS_NOT_BEFORE:
        return refuse(ride, Refusal.TOO_EARLY)
    offers, stood_down = _stand_down(ride, but=driver)
    known = replace(
        ride,
        driver=driver,
        offers=_marked(offers, OfferState.ACCEPTED, {driver}),
        asked_at=None,
        expected_at=ride.expected_at or max(ride.at, now),
    )
    match event:
        case PickedUp():
            after, task = replace(known, status=Status.ON_THE_WAY, picked_up_at=now), Task.TELL_PICKED_UP
        case Arrived():
            after, task = replace(known, status=Status.ARRIVED, arrived_at=now), Task.TELL_ARRIVED
        case Done():
            arrived = ride.arrived_at or now
            after, task = replace(known, status=Status.DONE, arrived_at=arrived), Task.TELL_DONE
    return Decision(after, stood_down + _told(task, after))


def _look(ride: Ride, now: datetime, drivers: Collection[Driver], terms: Terms) -> Decision[Ride]:
    due = due_at(ride, terms)
    if due is None or now < due:
        return Decision(ride)
    if ride.status is Status.ARRIVED:
        return Decision(replace(ride, status=Status.DONE))
    if ride.status is Status.REQUESTED:
        late = {offer.driver for offer in ride.open_offers if offer.answer_by <= now}
        after = replace(ride, offers=_marked(ride.offers, OfferState.SILENT, late))
        return _escalate(after, now) if now >= give_up_at(ride) else _search(after, drivers, now, terms)
    if ride.status is not Status.ESCALATED and ride.asked_at is not None:
        raised = (Duty(Task.RAISE_NO_NEWS, Party.STAFF), Duty(Task.RAISE_NO_NEWS, Party.CADRE))
        return Decision(replace(ride, status=Status.ESCALATED, asked_at=now), raised)
    return Decision(replace(ride, asked_at=now), _told(Task.ASK_NEWS, ride))


def _why_not(ride: Ride, event: Event) -> Refusal:
    if ride.status in _OVER:
        return Refusal.OVER
    match event:
        case Accepted():
            return Refusal.REPEATED if event.driver == ride.driver else Refusal.ALREADY_TAKEN
        case PickedUp() | Arrived():
            return Refusal.REPEATED
        case _:
            return Refusal.TOO_LATE
