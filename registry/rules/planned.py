"""What the reminder plan consists of: reminders, reasons for the missing ones, how long each stays fresh (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from registry.rules.plan_values import Kind, Step

Recipient = Literal["mother", "cadre"]
Why = Literal["done", "sent", "closed", "consent", "stopped", "no_dates", "no_phone", "past", "crowded"]

ESCALATION = "reminder_overdue_escalate"

# How many days after its own day, or after the day it was due on, a reminder may still go out (after an outage).
_AFTER_ITS_DAY = {
    visit: timedelta(days=days)
    for visit, days in (
        *(("KF1", 2), ("KN1", 2), ("KF2", 4), ("KN2", 4), ("KF3", 20), ("KN3", 20), ("KF4", 13), ("imm1", 13)),
        *(("d3", 10), ("d14", 6), ("d21", 4), ("d26", 2)),  # the day before the next step; the 28th day
    )
}
_AFTER_DUE: dict[Kind, timedelta] = {
    "anc": timedelta(days=5),
    "due_date": timedelta(days=5),
    "papers": timedelta(days=7),
    "education": timedelta(days=2),
}
_ESCALATION = timedelta(days=28)


class Draft(NamedTuple):
    """A reminder before it has its place among the others."""

    kind: Kind
    visit: str
    step: Step
    about: date
    due_on: date
    text: str
    with_doctor: bool = False
    last: date | None = None  # when it differs from the rule of its kind


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder. ``about`` is the day of the visit or event, ``due_on`` and ``hour`` when it goes out (local).

    ``key`` is unique per pregnancy, kind, visit, step and day. ``merge`` says that it may share a message with others;
    ``last_on`` is the last day on which sending it makes sense.
    """

    kind: Kind
    visit: str
    step: Step
    about: date
    due_on: date
    hour: int
    text: str
    recipient: Recipient
    key: str
    merge: bool
    with_doctor: bool
    last_on: date


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a visit or step has no living reminder; an empty ``visit`` speaks for the whole kind."""

    kind: Kind
    visit: str
    why: Why


@dataclass(frozen=True, slots=True)
class Plan:
    """All living reminders of a pregnancy in the order of their days, and the reasons for those that are missing."""

    planned: tuple[Planned, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes out as one message: the reminder that leads and those that travel with it."""

    lead: Planned
    along: tuple[Planned, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of its texts, each once."""
        return tuple(dict.fromkeys(one.text for one in (self.lead, *self.along)))


def key_of(pregnancy_id: int, draft: Draft) -> str:
    """The unique key. It holds the day the reminder is about, so moving its sending never sends it twice."""
    return f"{draft.kind}:{pregnancy_id}:{draft.visit}:{draft.step}:{draft.about.isoformat()}"


def last_on(draft: Draft) -> date:
    """The last day on which the reminder makes sense, by kind.

    Before a visit: the day of the visit (the day after it is the question's). Postnatal: the end of the window.
    Newborn's JKN: until the next step. Education 2, due date and questions 5, papers 7 days after they were
    due; an overdue birth is passed on for four weeks.
    """
    if draft.last is not None:
        return draft.last
    if draft.text == ESCALATION:
        return draft.due_on + _ESCALATION
    if draft.step == "before":
        return draft.about
    after = _AFTER_DUE.get(draft.kind)
    return draft.about + _AFTER_ITS_DAY[draft.visit] if after is None else draft.due_on + after


def is_stale(planned: Planned, on: date) -> bool:
    """Whether it is too late to send this on a day."""
    return on > planned.last_on


_LEADS: dict[tuple[Kind, Step], int] = {
    ("postnatal", "once"): 0,
    ("anc", "before"): 1,
    ("due_date", "once"): 2,
    ("anc", "after"): 3,
    ("anc", "once"): 4,
    ("newborn_jkn", "once"): 5,
    ("papers", "once"): 6,
    ("education", "once"): 7,
}


def rank(planned: Planned) -> int:
    """Which of two reminders leads when they share a message; the lower one does."""
    return _LEADS[planned.kind, planned.step]


def message_of_the_day(due: Iterable[Planned]) -> Bundle | None:
    """The one routine message of today out of all that is due for one mother; what is not in it waits for tomorrow.

    What may be merged goes together. A lesson goes only when nothing else does, the newest first. Reminders to a cadre
    are not hers and are left out.
    """
    hers = sorted((one for one in due if one.recipient == "mother"), key=lambda one: (rank(one), one.due_on, one.key))
    together = [one for one in hers if one.merge]
    if together:
        return Bundle(together[0], tuple(together[1:]))
    return Bundle(max(hers, key=lambda one: one.about), ()) if hers else None
