"""What all state machines here share: what a step answers, what it asks to be done, and the table of arrows.

A machine has a frozen value (the case), events, and ``step(case, event, now, ...) -> Decision``. A step never raises
for what a person says too late or twice: it answers with a refusal, the case stays as it was, there are no duties, and
the sender is told why. What was accepted is told through the duties, to the sender too where he is one of the parties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

Case = TypeVar("Case")
Table = Mapping[tuple[StrEnum, type], tuple[StrEnum, ...]]  # state and event -> the states it may lead to


@dataclass(frozen=True)
class TimePassed:
    """The clock looked at the case; nothing happens before the case's ``due_at``, and twice does no more than once."""


@dataclass(frozen=True)
class Duty:
    """One thing the caller must do now, for one party; ``ref`` is the id of the driver, officer or facility meant."""

    task: StrEnum
    to: StrEnum
    ref: int | None = None


@dataclass(frozen=True)
class Decision(Generic[Case]):
    """The case after a step, and the duties in their order; ``refused`` is the reason why nothing was changed."""

    case: Case
    duties: tuple[Duty, ...] = ()
    refused: StrEnum | None = None

    @property
    def accepted(self) -> bool:
        """Whether the event was possible."""
        return self.refused is None


@dataclass(frozen=True, order=True)
class Arrow:
    """One line of a diagram."""

    before: str
    event: str
    after: str


def event_name(event: type[Any]) -> str:
    """The name of an event as diagrams and audits write it: TimePassed is time_passed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()


def allows(table: Table, state: StrEnum, event: object) -> bool:
    """Whether an event of this kind can happen in this state at all."""
    return (state, type(event)) in table


def arrows(table: Table) -> frozenset[Arrow]:
    """Every line that a diagram of the table has."""
    return frozenset(
        Arrow(str(before), event_name(event), str(after))
        for (before, event), reached in table.items()
        for after in reached
    )


def ends(table: Table, states: Iterable[StrEnum]) -> frozenset[str]:
    """The states that are never left."""
    left = {str(before) for (before, _), reached in table.items() if set(reached) != {before}}
    return frozenset(str(state) for state in states) - left


def refuse(case: Case, reason: StrEnum) -> Decision[Case]:
    """Answer that nothing was changed, and why."""
    return Decision(case, refused=reason)
