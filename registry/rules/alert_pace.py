"""How fast each kind of alert climbs: whom it calls when, when it asks for an outcome, which outcomes close it.

The times are working values for the Dinas Kesehatan to set; none is taken from a regulation. A danger sign
is called at once whatever the hour; the softer kinds wait for the morning, which the outbox sees to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What an alert is about (contracts.md, 4)."""

    DANGER_SIGN = "danger_sign"
    LABOUR = "labour"
    MISSED_VISIT = "missed_visit"
    NO_DRIVER = "no_driver"
    MINOR_MOTHER = "minor_mother"
    HIGH_RISK = "high_risk"


class Role(StrEnum):
    """Whom an alert calls; ``puskesmas`` is all of its staff, ``taker`` whoever took the alert."""

    MOTHER = "mother"
    CADRE = "cadre"
    MIDWIFE = "midwife"
    PUSKESMAS = "puskesmas"
    DINKES = "dinkes"
    TAKER = "taker"


class Outcome(StrEnum):
    """How an alert ended. ``unreachable`` ends nothing: it stays open and climbs."""

    AT_FACILITY = "at_facility"
    AT_HOME_SAFE = "at_home_safe"
    FALSE_ALARM = "false_alarm"
    UNREACHABLE = "unreachable"
    DELIVERED = "delivered"
    DIED = "died"
    REFERRED = "referred"
    VISIT_DONE = "visit_done"
    VISIT_AGREED = "visit_agreed"  # a new date was agreed with her
    MOVED = "moved"
    TRANSPORT_FOUND = "transport_found"
    NOT_NEEDED = "not_needed"
    GUARDIAN_TOLD = "guardian_told"
    SEEN = "seen"  # by the midwife, at home or at the puskesmas


@dataclass(frozen=True)
class Rung:
    """Whom to call when nobody has taken the alert for so long."""

    after: timedelta
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Pace:
    """The clock of one kind."""

    rungs: tuple[Rung, ...]
    repeat: timedelta | None  # past the last rung, everybody is called again so often until somebody takes it;
    # None: nobody is, it stands in the weekly list and on the console until it is closed
    outcome_after: timedelta  # whoever took it is asked how it ended, and again so often
    follow_ups: tuple[timedelta, ...]  # after it was closed, she and her cadre are asked how she is
    outcomes: frozenset[Outcome]


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _days(count: int) -> timedelta:
    return timedelta(days=count)


_SHARED = frozenset({Outcome.UNREACHABLE, Outcome.FALSE_ALARM, Outcome.DIED, Outcome.DELIVERED})
_EMERGENCY = Pace(
    rungs=(
        Rung(_minutes(0), (Role.MIDWIFE, Role.CADRE)),
        Rung(_minutes(5), (Role.PUSKESMAS,)),
        Rung(_minutes(10), (Role.DINKES,)),
    ),
    repeat=_minutes(15),
    outcome_after=_minutes(60),
    follow_ups=(_days(1), _days(3)),
    outcomes=_SHARED | {Outcome.AT_FACILITY, Outcome.AT_HOME_SAFE, Outcome.REFERRED},
)
_RIDE_OUTCOMES = _SHARED | {Outcome.TRANSPORT_FOUND, Outcome.NOT_NEEDED, Outcome.AT_FACILITY}
PACES: Mapping[Kind, Pace] = {
    Kind.DANGER_SIGN: _EMERGENCY,
    Kind.LABOUR: _EMERGENCY,
    Kind.NO_DRIVER: Pace(
        rungs=(Rung(_minutes(0), (Role.CADRE, Role.PUSKESMAS)), Rung(_minutes(10), (Role.DINKES,))),
        repeat=_minutes(15),
        outcome_after=_minutes(60),
        follow_ups=(),
        outcomes=_RIDE_OUTCOMES,
    ),
    Kind.MISSED_VISIT: Pace(
        rungs=(
            Rung(_days(0), (Role.CADRE,)),
            Rung(_days(3), (Role.MIDWIFE,)),
            Rung(_days(7), (Role.PUSKESMAS,)),
        ),
        repeat=None,  # fifty mothers called for one by one every week would be read by nobody
        outcome_after=_days(3),
        follow_ups=(),
        outcomes=_SHARED | {Outcome.VISIT_DONE, Outcome.VISIT_AGREED, Outcome.MOVED},
    ),
    Kind.MINOR_MOTHER: Pace(
        rungs=(
            Rung(_days(0), (Role.MIDWIFE, Role.CADRE)),
            Rung(_days(1), (Role.PUSKESMAS,)),
            Rung(_days(3), (Role.DINKES,)),
        ),
        repeat=_days(3),
        outcome_after=_days(3),
        follow_ups=(),
        outcomes=_SHARED | {Outcome.GUARDIAN_TOLD, Outcome.SEEN, Outcome.MOVED},
    ),
    Kind.HIGH_RISK: Pace(
        rungs=(
            Rung(_days(0), (Role.MIDWIFE, Role.CADRE)),
            Rung(_days(2), (Role.PUSKESMAS,)),
            Rung(_days(5), (Role.DINKES,)),
        ),
        repeat=_days(7),
        outcome_after=_days(3),
        follow_ups=(_days(3),),
        outcomes=_SHARED | {Outcome.SEEN, Outcome.REFERRED, Outcome.AT_FACILITY, Outcome.MOVED},
    ),
}
PLANNED_RIDE = Pace(  # no driver for a ride of another day: there is time to find one
    rungs=(
        Rung(_minutes(0), (Role.CADRE,)),
        Rung(_minutes(30), (Role.PUSKESMAS,)),
        Rung(_minutes(120), (Role.DINKES,)),
    ),
    repeat=_minutes(120),
    outcome_after=_minutes(180),
    follow_ups=(),
    outcomes=_RIDE_OUTCOMES,
)
WITHOUT_FOLLOW_UP = frozenset({Outcome.FALSE_ALARM, Outcome.DIED, Outcome.MOVED})  # a dead woman is never written to


def pace_of(kind: Kind, urgent: bool = True) -> Pace:
    """The clock of a kind; ``urgent`` matters for rides only."""
    return PLANNED_RIDE if kind is Kind.NO_DRIVER and not urgent else PACES[kind]
