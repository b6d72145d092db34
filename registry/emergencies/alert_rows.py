"""How an alert stands in its row: the value the rules work on, and when the clock must look at the row again.

The rules call again so often until somebody answers; a phone that rings every quarter of an hour for days is switched
off. So the pauses grow, at most to a day, and after a week the bot falls silent: the alert stays open on the console.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.models import Alert, AlertRecipient
from registry.rules import alert as rules
from registry.rules.alert import Status
from registry.rules.alert_pace import Kind, Outcome, pace_of

DAY = timedelta(days=1)
EMERGENCIES = frozenset({"danger_sign", "labour"})
PATIENCE = timedelta(days=7)  # for emergencies; softer kinds have five times as long
FRESH = timedelta(hours=12)  # so long an emergency rings at night


@dataclass(frozen=True)
class Follow:
    """When she is asked how she is although nobody has closed the alert."""

    at: datetime
    count: int  # of the questions that are due or past by then


def is_emergency(row: Alert) -> bool:
    """Whether minutes count."""
    return row.kind in EMERGENCIES or (row.kind == "no_driver" and row.urgent)


def was_called_to_the_top(row: Alert) -> bool:
    """Whether every rung of its pace has been called."""
    return row.level >= len(pace_of(Kind(row.kind), row.urgent).rungs)


def taker(row: Alert) -> AlertRecipient | None:
    """Whoever has taken it."""
    return next((one for one in row.recipients if row.taken_by is not None and one.phone == row.taken_by), None)


def state_of(row: Alert) -> rules.Alert:
    """The row as the rules see it."""
    owner = taker(row)
    taken = Status.TAKEN if row.taken_at is not None else Status.OPEN
    return rules.Alert(
        kind=Kind(row.kind),
        at=row.at,
        urgent=row.urgent,
        status=Status.CLOSED if row.status == "closed" else taken,
        rungs=min(row.level, len(pace_of(Kind(row.kind), row.urgent).rungs)),
        climbing_from=row.climbing_from,
        called_at=row.called_at,
        taken_by=owner.id if owner else None,
        taken_at=row.taken_at,
        asked_at=row.asked_at,
        outcome=_outcome(row),
        closed_at=row.closed_at,
        follow_ups=row.follow_ups,
    )


def _outcome(row: Alert) -> Outcome | None:
    """What others than the rules wrote (her pregnancy has ended) needs nothing more."""
    if row.outcome is None:
        return None
    return Outcome(row.outcome) if row.outcome in set(Outcome) else Outcome.NOT_NEEDED


def keep(row: Alert, state: rules.Alert) -> None:
    """Write back what the rules made of it."""
    owner = next((one for one in row.recipients if one.id == state.taken_by), None)
    row.status = "closed" if state.status is Status.CLOSED else "open"
    row.level, row.climbing_from, row.called_at = state.rungs, state.climbing_from, state.called_at
    row.taken_by, row.taken_at, row.asked_at = owner.phone if owner else None, state.taken_at, state.asked_at
    row.outcome = state.outcome.value if state.outcome else None
    row.closed_at, row.follow_ups = state.closed_at, state.follow_ups
    row.next_step_at = next_look(row)


def next_look(row: Alert) -> datetime | None:
    """The next moment at which the clock has something to do; None: nothing any more."""
    follow = follow_while_open(row)
    moments = [follow.at] if follow else []
    step = next_step(row)
    if step is not None:
        moments.append(step)
    return min(moments, default=None)


def next_step(row: Alert) -> datetime | None:
    """When the rules go on, with pauses that grow."""
    state = state_of(row)
    due = rules.due_at(state)
    if due is None or state.status is Status.CLOSED:
        return due
    patience = PATIENCE if row.kind in EMERGENCIES else 5 * PATIENCE
    slower = max(due, _after_pause(state))
    return slower if slower <= row.at + patience else None


def _after_pause(state: rules.Alert) -> datetime:
    """As long again as it has taken so far."""
    if state.status is Status.TAKEN and state.taken_at and state.asked_at:
        pause = min(state.asked_at - state.taken_at, max(DAY, state.pace.outcome_after))
        return state.asked_at + pause
    if state.status is Status.OPEN and state.called_at and state.rungs == len(state.pace.rungs):
        begun = state.climbing_from or state.at
        return state.called_at + min(state.called_at - begun, max(DAY, state.pace.repeat or DAY))
    return state.at


def follow_while_open(row: Alert) -> Follow | None:
    """Emergencies that nobody closes: she is asked as if it had been closed at once."""
    if row.status == "closed" or row.kind not in EMERGENCIES:
        return None
    left = pace_of(Kind(row.kind)).follow_ups[row.follow_ups :]
    return Follow(row.at + left[0], row.follow_ups + 1) if left else None
