"""The course of an alert: it climbs until somebody takes it, and stays open until somebody says how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from registry.rules.alert_pace import WITHOUT_FOLLOW_UP, Kind, Outcome, Pace, Role, pace_of
from registry.rules.machine import Decision, Duty, Table, TimePassed, allows, refuse


class Status(StrEnum):
    """Where an alert stands; to the outside (contracts.md, 4) ``taken`` is still ``open``."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"

    @property
    def shown(self) -> str:
        """The code of the outside view."""
        return "closed" if self is Status.CLOSED else "open"


class Task(StrEnum):
    """What a step of an alert asks to be done."""

    CALL = "call"  # the alert, with the buttons to take it and to say how it ended
    TELL_TAKEN = "tell_taken"  # to everybody called: somebody has it
    TELL_SIGN = "tell_sign"  # one more sign of the same emergency
    TELL_CLOSED = "tell_closed"  # to everybody called: how it ended
    ASK_OUTCOME = "ask_outcome"
    FOLLOW_UP = "follow_up"  # how is she now?
    START_REFERRAL = "start_referral"
    ASK_BIRTH = "ask_birth"  # day, hour, place, helper, sex, weight
    ASK_LOSS = "ask_loss"  # who died: the closing act ends every reminder


class Refusal(StrEnum):
    """Why an event changes nothing; the sender is told."""

    TAKEN_BY_OTHER = "taken_by_other"
    REPEATED = "repeated"
    NOT_YOURS = "not_yours"
    WRONG_OUTCOME = "wrong_outcome"  # this kind does not end so
    OVER = "over"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True)
class Alert:
    """One alert; ``rungs`` is how many rungs of its pace have been called. All moments are aware."""

    kind: Kind
    at: datetime
    urgent: bool = True  # a ride of another day is not
    status: Status = Status.OPEN
    rungs: int = 0
    climbing_from: datetime | None = None  # when it last began to climb; None: when it was opened
    called_at: datetime | None = None
    taken_by: int | None = None
    taken_at: datetime | None = None
    asked_at: datetime | None = None  # for the outcome, since it was taken
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    follow_ups: int = 0

    @property
    def pace(self) -> Pace:
        """The clock that holds for it."""
        return pace_of(self.kind, self.urgent)

    @property
    def called(self) -> tuple[Role, ...]:
        """Everybody who was called so far."""
        return tuple(dict.fromkeys(role for rung in self.pace.rungs[: self.rungs] for role in rung.roles))


@dataclass(frozen=True)
class Taken:
    """Somebody says: I am dealing with it."""

    by: int


@dataclass(frozen=True)
class GivenBack:
    """Whoever took it cannot go on."""

    by: int


@dataclass(frozen=True)
class SignAdded:
    """One more message of the same emergency."""


@dataclass(frozen=True)
class NobodyReached:
    """None of those just called has a channel; the next rung must not wait."""


@dataclass(frozen=True)
class OutcomeGiven:
    """A helper says how it ended, or that she cannot be reached."""

    outcome: Outcome
    by: int


Event = Taken | GivenBack | SignAdded | NobodyReached | OutcomeGiven | TimePassed
STARTS = (Status.OPEN,)
TRANSITIONS: Table = {
    (Status.OPEN, TimePassed): (Status.OPEN,),
    (Status.OPEN, NobodyReached): (Status.OPEN,),
    (Status.OPEN, SignAdded): (Status.OPEN,),
    (Status.OPEN, Taken): (Status.TAKEN,),
    (Status.OPEN, OutcomeGiven): (Status.OPEN, Status.CLOSED),
    (Status.TAKEN, TimePassed): (Status.TAKEN,),
    (Status.TAKEN, SignAdded): (Status.TAKEN,),
    (Status.TAKEN, GivenBack): (Status.OPEN,),
    (Status.TAKEN, OutcomeGiven): (Status.OPEN, Status.CLOSED),
    (Status.CLOSED, TimePassed): (Status.CLOSED,),
}


def start(kind: Kind, now: datetime, urgent: bool = True) -> Decision[Alert]:
    """Open an alert and call the first rung."""
    return _climb(Alert(kind, now, urgent), now)


def step(alert: Alert, event: Event, now: datetime) -> Decision[Alert]:
    """What an event makes of an alert."""
    if not allows(TRANSITIONS, alert.status, event):
        return refuse(alert, _why_not(alert, event))
    match event:
        case Taken():
            after = replace(alert, status=Status.TAKEN, taken_by=event.by, taken_at=now, asked_at=None)
            return Decision(after, _to_called(Task.TELL_TAKEN, after))
        case GivenBack():
            return _give_back(alert, event.by, now)
        case SignAdded():
            told = _to_taker(Task.TELL_SIGN, alert)
            return Decision(alert, told or _to_called(Task.TELL_SIGN, alert))
        case NobodyReached():
            at_top = alert.rungs == len(alert.pace.rungs)
            return Decision(alert) if at_top else _climb(alert, now, at_least=1)
        case OutcomeGiven():
            return _end(alert, event, now)
        case TimePassed():
            return _look(alert, now)


def due_at(alert: Alert) -> datetime | None:
    """When the clock must look at this alert next.

    None when it is closed and followed up, and when everybody was called of a kind that is not called again.
    """
    pace = alert.pace
    if alert.status is Status.TAKEN and alert.taken_at:
        return (alert.asked_at or alert.taken_at) + pace.outcome_after
    if alert.status is Status.OPEN:
        if alert.rungs < len(pace.rungs):
            return (alert.climbing_from or alert.at) + pace.rungs[alert.rungs].after
        return None if pace.repeat is None else (alert.called_at or alert.at) + pace.repeat
    left = _follow_ups(alert)[alert.follow_ups :]
    return alert.closed_at + left[0] if left and alert.closed_at else None


def _follow_ups(alert: Alert) -> tuple[timedelta, ...]:
    return () if alert.outcome in WITHOUT_FOLLOW_UP else alert.pace.follow_ups


def _look(alert: Alert, now: datetime) -> Decision[Alert]:
    due = due_at(alert)
    if due is None or now < due:
        return Decision(alert)
    if alert.status is Status.OPEN:
        return _climb(alert, now)
    if alert.status is Status.TAKEN:
        return _ask_outcome(alert, now)
    passed = sum(alert.closed_at is not None and alert.closed_at + after <= now for after in _follow_ups(alert))
    duties = (Duty(Task.FOLLOW_UP, Role.MOTHER), Duty(Task.FOLLOW_UP, Role.CADRE))
    return Decision(replace(alert, follow_ups=passed), duties)


def _climb(alert: Alert, now: datetime, at_least: int = 0) -> Decision[Alert]:
    """Call every rung whose time has come and ``at_least`` one more; past the last rung, everybody again."""
    rungs = alert.pace.rungs
    waited = now - (alert.climbing_from or alert.at)
    due = sum(rung.after <= waited for rung in rungs)
    reached = min(len(rungs), max(due, alert.rungs + at_least))
    begun = now - rungs[reached - 1].after if at_least else alert.climbing_from  # the rung called has its whole time
    after = replace(alert, rungs=reached, called_at=now, climbing_from=begun)
    roles = after.called[len(alert.called) :] or after.called
    return Decision(after, tuple(Duty(Task.CALL, role) for role in roles))


def _ask_outcome(alert: Alert, now: datetime) -> Decision[Alert]:
    """The first time only whoever took it is asked; from then on the next rung hears of it too."""
    after, called = replace(alert, asked_at=now), tuple[Duty, ...]()
    if alert.asked_at is not None and alert.rungs < len(alert.pace.rungs):
        called = tuple(Duty(Task.CALL, role) for role in alert.pace.rungs[alert.rungs].roles)
        after = replace(after, rungs=alert.rungs + 1)
    return Decision(after, (*_to_taker(Task.ASK_OUTCOME, alert), *called))


def _reopened(alert: Alert, now: datetime) -> Alert:
    """Open again, as if the rungs that were called had just had their time."""
    begun = now - alert.pace.rungs[max(0, alert.rungs - 1)].after
    return replace(
        alert, status=Status.OPEN, taken_by=None, taken_at=None, asked_at=None, climbing_from=begun, called_at=now
    )


def _give_back(alert: Alert, by: int, now: datetime) -> Decision[Alert]:
    if alert.taken_by != by:
        return refuse(alert, Refusal.NOT_YOURS)
    after = _reopened(alert, now)
    return Decision(after, _to_called(Task.CALL, after))


def _end(alert: Alert, event: OutcomeGiven, now: datetime) -> Decision[Alert]:
    """Any helper may say how it ended, taken or not; an outcome closes, ``unreachable`` calls the next rung now."""
    if event.outcome not in alert.pace.outcomes:
        return refuse(alert, Refusal.WRONG_OUTCOME)
    if event.outcome is Outcome.UNREACHABLE:
        return _climb(_reopened(alert, now), now, at_least=1)
    after = replace(alert, status=Status.CLOSED, outcome=event.outcome, closed_at=now)
    return Decision(after, (*_to_called(Task.TELL_CLOSED, after), *_consequences(event)))


def _consequences(event: OutcomeGiven) -> tuple[Duty, ...]:
    task = {
        Outcome.REFERRED: Task.START_REFERRAL,
        Outcome.DELIVERED: Task.ASK_BIRTH,
        Outcome.DIED: Task.ASK_LOSS,
    }.get(event.outcome)
    return () if task is None else (Duty(task, Role.TAKER, event.by),)


def _to_called(task: Task, alert: Alert) -> tuple[Duty, ...]:
    return tuple(Duty(task, role) for role in alert.called)


def _to_taker(task: Task, alert: Alert) -> tuple[Duty, ...]:
    return () if alert.taken_by is None else (Duty(task, Role.TAKER, alert.taken_by),)


def _why_not(alert: Alert, event: Event) -> Refusal:
    if alert.status is Status.CLOSED:
        return Refusal.OVER
    match event:
        case Taken():
            return Refusal.REPEATED if event.by == alert.taken_by else Refusal.TAKEN_BY_OTHER
        case GivenBack():
            return Refusal.NOT_TAKEN
        case _:
            return Refusal.REPEATED
