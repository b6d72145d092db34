"""The course of a referral: a facility is asked, answers, she goes, she arrives; every step keeps its time.

She need not wait for an answer: she may leave as soon as a facility has been asked. Somebody is always asked or told:
a facility's silence of ten minutes is told to the Dinas Kesehatan, again and again until it answers or she has left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from registry.rules.machine import Decision, Duty, Table, TimePassed, allows, refuse

ANSWER_WITHIN = timedelta(minutes=10)
ARRIVAL_OVERDUE = timedelta(minutes=90)  # after she left
ASK_AGAIN = timedelta(minutes=30)
READY_BUT_NOT_LEFT = timedelta(minutes=30)
OUTCOME_AFTER = timedelta(hours=24)  # after she arrived, and daily


class Status(StrEnum):
    """Where a referral stands."""

    REQUESTED = "requested"  # no facility is known yet: the Dinas Kesehatan names one
    ASKED = "asked"
    READY = "ready"  # a bed and staff are prepared
    COME = "come"  # come at once as she is, we make room
    FULL = "full"  # the last facility asked was full, and no further one is known: Dinas Kesehatan names one
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    CLOSED = "closed"


class Answer(StrEnum):
    """What a facility answers."""

    READY = "ready"
    COME = "come"
    FULL = "full"


class Role(StrEnum):
    """Whoever takes part; ``ref`` of a duty to a facility is its id."""

    SENDER = "sender"  # the midwife or cadre who refers
    FACILITY = "facility"
    MOTHER = "mother"
    CADRE = "cadre"
    DRIVER = "driver"
    DINKES = "dinkes"


class Task(StrEnum):
    """What a step of a referral asks to be done."""

    ASK_FACILITY = "ask_facility"  # ready, full, come?
    FIND_FACILITY = "find_facility"
    TELL_SILENT = "tell_silent"  # the facility does not answer
    TELL_STATE = "tell_state"  # the same state to everybody
    STAND_DOWN = "stand_down"  # she goes elsewhere
    TELL_FULL = "tell_full"  # she is on the way, and they say they are full
    ASK_LEFT = "ask_left"
    ASK_ARRIVED = "ask_arrived"
    ASK_OUTCOME = "ask_outcome"


class Refusal(StrEnum):
    """Why an event changes nothing; the sender is told."""

    NOT_ASKED = "not_asked"  # this facility was never asked
    OTHER_IS_READY = "other_is_ready"
    REPEATED = "repeated"
    NO_FACILITY = "no_facility"  # nobody has been asked yet
    TOO_LATE = "too_late"
    OVER = "over"


class Outcome(StrEnum):
    """How a referral ended."""

    ADMITTED = "admitted"
    DELIVERED = "delivered"
    TREATED_HOME = "treated_home"
    SENT_ON = "sent_on"  # to a higher facility: a new referral
    DIED = "died"
    NOT_NEEDED = "not_needed"
    REFUSED_TO_GO = "refused_to_go"


@dataclass(frozen=True)
class Asked:
    """One facility was asked, and what it answered."""

    facility: int
    at: datetime
    answer: Answer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Referral:
    """One referral; ``further`` are the facilities still to be asked, the best first. All moments are aware."""

    requested_at: datetime
    further: tuple[int, ...] = ()
    status: Status = Status.REQUESTED
    asked: tuple[Asked, ...] = ()
    facility: int | None = None  # where she goes
    looked_at: datetime | None = None  # when the clock last did something in this state
    left_at: datetime | None = None
    arrived_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def answered_at(self) -> datetime | None:
        """When the facility she goes to said yes."""
        return next((one.answered_at for one in self.asked if one.facility == self.facility), None)

    def minutes_to_arrival(self, alert_at: datetime | None = None) -> int | None:
        """Whole minutes from the alert (else the referral) to her arrival."""
        start = alert_at or self.requested_at
        return None if self.arrived_at is None else int((self.arrived_at - start).total_seconds() // 60)


@dataclass(frozen=True)
class FacilityNamed:
    """The sender or the Dinas Kesehatan names a facility to ask now."""

    facility: int


@dataclass(frozen=True)
class Answered:
    """A facility answers."""

    facility: int
    answer: Answer


@dataclass(frozen=True)
class Left:
    """She has set out."""


@dataclass(frozen=True)
class Arrived:
    """She is there, says whoever is with her or the facility."""


@dataclass(frozen=True)
class Closed:
    """How it ended; also when she need not go."""

    outcome: Outcome


Event = FacilityNamed | Answered | Left | Arrived | Closed | TimePassed
STARTS = (Status.REQUESTED, Status.ASKED)
_WAITING = (Status.ASKED, Status.READY, Status.COME, Status.FULL)
_ANSWERS = (Status.READY, Status.COME, Status.ASKED, Status.FULL)
TRANSITIONS: Table = {
    (Status.REQUESTED, FacilityNamed): (Status.ASKED,),
    (Status.REQUESTED, TimePassed): (Status.REQUESTED,),
    (Status.REQUESTED, Closed): (Status.CLOSED,),
    **{(status, FacilityNamed): (Status.ASKED,) for status in _WAITING},
    (Status.ASKED, Answered): _ANSWERS,
    (Status.READY, Answered): _ANSWERS,
    (Status.COME, Answered): _ANSWERS,
    (Status.FULL, Answered): (Status.READY, Status.COME, Status.FULL),
    **{(status, Left): (Status.ON_THE_WAY,) for status in _WAITING},
    **{(status, Arrived): (Status.ARRIVED,) for status in (*_WAITING, Status.ON_THE_WAY)},
    **{(status, TimePassed): (status,) for status in (*_WAITING, Status.ON_THE_WAY, Status.ARRIVED)},
    **{(status, Closed): (Status.CLOSED,) for status in (*_WAITING, Status.ON_THE_WAY, Status.ARRIVED)},
    (Status.ON_THE_WAY, Answered): (Status.ON_THE_WAY,),
}


def start(facilities: tuple[int, ...], now: datetime) -> Decision[Referral]:
    """Refer: ask the first facility; without one the Dinas Kesehatan is asked to name one."""
    return _ask_next(Referral(now, facilities), now)


def step(referral: Referral, event: Event, now: datetime) -> Decision[Referral]:
    """What an event makes of a referral."""
    if not allows(TRANSITIONS, referral.status, event):
        return refuse(referral, _why_not(referral, event))
    match event:
        case FacilityNamed():
            return _name(referral, event.facility, now)
        case Answered():
            return _answer(referral, event, now)
        case Left():
            return _leave(referral, now)
        case Arrived():
            after = replace(referral, status=Status.ARRIVED, arrived_at=now, looked_at=now)
            after = replace(after, facility=_target(after))
            return Decision(after, _told(after))
        case Closed():
            after = replace(referral, status=Status.CLOSED, outcome=event.outcome, closed_at=now)
            return Decision(after, _told(after))
        case TimePassed():
            return _look(referral, now)


def due_at(referral: Referral) -> datetime | None:
    """When the clock must look at this referral next; None when it is closed.

    The longer nobody says anything the longer the pauses: each is at least half of the time waited so far, so that a
    referral that everybody has forgotten does not ring for weeks.
    """
    if referral.status is Status.CLOSED:
        return None
    since = referral.looked_at or referral.requested_at
    return since + max(_pause(referral, since), (since - _began(referral)) / 2)


def _pause(referral: Referral, since: datetime) -> timedelta:
    match referral.status:
        case Status.REQUESTED | Status.ASKED | Status.FULL:
            return ANSWER_WITHIN
        case Status.READY | Status.COME:
            return READY_BUT_NOT_LEFT
        case Status.ON_THE_WAY:
            return ARRIVAL_OVERDUE if since == referral.left_at else ASK_AGAIN
        case _:
            return OUTCOME_AFTER


def _began(referral: Referral) -> datetime:
    """Since when it stands as it does."""
    found: datetime | None
    match referral.status:
        case Status.ASKED:
            found = referral.asked[-1].at
        case Status.FULL:
            found = max((one.answered_at for one in referral.asked if one.answered_at), default=None)
        case Status.READY | Status.COME:
            found = referral.answered_at
        case Status.ON_THE_WAY:
            return (referral.left_at or referral.requested_at) + ARRIVAL_OVERDUE
        case _:
            found = referral.arrived_at
    return found or referral.requested_at


def _last(referral: Referral) -> int | None:
    return referral.asked[-1].facility if referral.asked else None


def _target(referral: Referral) -> int | None:
    """Where she goes, else the facility that was asked last; the number may be 0."""
    return _last(referral) if referral.facility is None else referral.facility


def _told(referral: Referral) -> tuple[Duty, ...]:
    """Everybody sees the same state; the facility she goes to, else the one being asked, among them."""
    everybody = (Role.SENDER, Role.MOTHER, Role.CADRE, Role.DRIVER)
    target = _target(referral)
    told = tuple(Duty(Task.TELL_STATE, role) for role in everybody)
    return told if target is None else (*told, Duty(Task.TELL_STATE, Role.FACILITY, target))


def _ask_next(referral: Referral, now: datetime, duties: tuple[Duty, ...] = ()) -> Decision[Referral]:
    if not referral.further:
        status = Status.FULL if referral.asked else Status.REQUESTED
        after = replace(referral, status=status, facility=None, looked_at=now)
        told = (Duty(Task.FIND_FACILITY, Role.DINKES), Duty(Task.TELL_STATE, Role.SENDER))
        return Decision(after, (*duties, *told))
    facility, *further = referral.further
    others = tuple(one for one in referral.asked if one.facility != facility)
    after = replace(
        referral,
        status=Status.ASKED,
        facility=None,
        further=tuple(further),
        asked=(*others, Asked(facility, now)),
        looked_at=now,
    )
    told = (Duty(Task.ASK_FACILITY, Role.FACILITY, facility), Duty(Task.TELL_STATE, Role.SENDER))
    return Decision(after, (*duties, *told))


def _name(referral: Referral, facility: int, now: datetime) -> Decision[Referral]:
    """A facility named by people is asked now, also when another was ready: that one is stood down."""
    if facility == referral.facility or (referral.status is Status.ASKED and facility == _last(referral)):
        return refuse(referral, Refusal.REPEATED)
    further = (facility, *(other for other in referral.further if other != facility))
    return _ask_next(replace(referral, further=further), now, _stand_down(referral))


def _stand_down(referral: Referral) -> tuple[Duty, ...]:
    return () if referral.facility is None else (Duty(Task.STAND_DOWN, Role.FACILITY, referral.facility),)


def _answer(referral: Referral, event: Answered, now: datetime) -> Decision[Referral]:
    given = next((one for one in referral.asked if one.facility == event.facility), None)
    if given is None:
        return refuse(referral, Refusal.NOT_ASKED)
    if given.answer is event.answer:
        return refuse(referral, Refusal.REPEATED)
    kept = tuple(replace(one, answer=event.answer, answered_at=now) if one is given else one for one in referral.asked)
    known = replace(referral, asked=kept)
    if referral.status is Status.ON_THE_WAY:
        return _answer_on_the_way(known, event)
    if event.answer is Answer.FULL:
        return _answer_full(known, event.facility, now)
    if referral.facility not in (None, event.facility):
        return refuse(referral, Refusal.OTHER_IS_READY)
    waiting = [one.facility for one in kept if one.answer is None]
    freed = tuple(Duty(Task.STAND_DOWN, Role.FACILITY, facility) for facility in waiting)
    after = replace(known, status=Status(event.answer.value), facility=event.facility, looked_at=now)
    return Decision(after, (*freed, *_told(after)))


def _answer_full(known: Referral, facility: int, now: datetime) -> Decision[Referral]:
    """The next is asked only if this was the facility that counts: the one she goes to, else the one being asked."""
    counts = _last(known) if known.facility is None and known.status is Status.ASKED else known.facility
    return _ask_next(known, now) if facility == counts else Decision(known)


def _answer_on_the_way(known: Referral, event: Answered) -> Decision[Referral]:
    """She is not turned round by a message: a facility that is full is told to those who can decide."""
    if event.answer is not Answer.FULL:
        return Decision(known, _told(known))
    return Decision(known, (Duty(Task.TELL_FULL, Role.DINKES), Duty(Task.TELL_FULL, Role.SENDER)))


def _leave(referral: Referral, now: datetime) -> Decision[Referral]:
    after = replace(referral, status=Status.ON_THE_WAY, facility=_target(referral), left_at=now, looked_at=now)
    return Decision(after, _told(after))


def _look(referral: Referral, now: datetime) -> Decision[Referral]:
    due = due_at(referral)
    if due is None or now < due:
        return Decision(referral)
    after = replace(referral, looked_at=now)
    match referral.status:
        case Status.ASKED:
            silent = Duty(Task.TELL_SILENT, Role.DINKES, _last(referral))
            return Decision(after, (silent, Duty(Task.ASK_FACILITY, Role.FACILITY, _last(referral))))
        case Status.REQUESTED | Status.FULL:
            return Decision(after, (Duty(Task.FIND_FACILITY, Role.DINKES),))
        case Status.READY | Status.COME:
            return Decision(after, (Duty(Task.ASK_LEFT, Role.SENDER),))
        case Status.ON_THE_WAY:
            asked = (Role.SENDER, Role.DRIVER)
            facility = Duty(Task.ASK_ARRIVED, Role.FACILITY, referral.facility)
            return Decision(after, (*(Duty(Task.ASK_ARRIVED, role) for role in asked), facility))
        case _:
            return Decision(after, (Duty(Task.ASK_OUTCOME, Role.FACILITY, referral.facility),))


def _why_not(referral: Referral, event: Event) -> Refusal:
    if referral.status is Status.CLOSED:
        return Refusal.OVER
    if referral.status is Status.REQUESTED:
        return Refusal.NO_FACILITY
    if isinstance(event, (Left, Arrived)):
        return Refusal.REPEATED
    return Refusal.TOO_LATE
