"""The course of a complaint: numbered, sent where the facility complained of cannot read it, answered, closed.

Channels outside the programme (165, SP4N-LAPOR: domain.md, 1.9) are told to her with the number and stay open to her.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from registry.rules.machine import Decision, Duty, Table, TimePassed, allows, refuse

REMIND_AFTER = timedelta(days=3)
ESCALATE_AFTER = timedelta(days=7)
ESCALATE_AGAIN = timedelta(days=7)
CLOSE_AFTER_ANSWER = timedelta(days=14)  # without a word from her
_NUMBER = re.compile(r"[Kk][\s./-]*(\d{4})[\s./-]*(\d{1,6})")


class Status(StrEnum):
    """Where a complaint stands (contracts.md, 4)."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Category(StrEnum):
    """What it is about (contracts.md, 4)."""

    ILLEGAL_FEE = "illegal_fee"
    REFUSED = "refused"
    TREATMENT = "treatment"
    SERVICE = "service"
    OTHER = "other"


class Unit(StrEnum):
    """The offices of the programme."""

    PUSKESMAS = "puskesmas"
    DINKES = "dinkes"


class View(StrEnum):
    """How much of a complaint a person of an office sees."""

    FULL = "full"
    NOTHING = "nothing"


class Role(StrEnum):
    """Whom a complaint's duties go to."""

    COMPLAINANT = "complainant"
    DINKES = "dinkes"
    HEAD = "head"  # the head of the Dinas Kesehatan, or whoever is named for complaints left lying


class Task(StrEnum):
    """What a step of a complaint asks to be done."""

    TELL_NUMBER = "tell_number"  # with her rights and the official channels
    HANDLE = "handle"
    REMIND = "remind"
    ESCALATE = "escalate"
    TELL_ANSWER = "tell_answer"  # and ask whether that settles it
    TELL_CLOSED = "tell_closed"


class Refusal(StrEnum):
    """Why an event changes nothing; the sender is told."""

    NOT_ANSWERED = "not_answered"
    REPEATED = "repeated"
    NOT_ALLOWED = "not_allowed"  # somebody of the facility complained of
    OVER = "over"


@dataclass(frozen=True)
class Officer:
    """Somebody who could be given a complaint."""

    id: int
    unit: Unit
    facility: str | None = None


@dataclass(frozen=True)
class Complaint:
    """One complaint; ``facility`` is the one complained of, None when she named none. All moments are aware."""

    number: str
    category: Category
    facility: str | None
    at: datetime
    status: Status = Status.OPEN
    waiting_since: datetime | None = None  # when an answer was last owed; None: since it was made
    reminders: int = 0
    escalated_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """An officer answers."""

    by: Officer


@dataclass(frozen=True)
class Objected:
    """She says that the answer does not settle it."""


@dataclass(frozen=True)
class Settled:
    """She says that it is settled, or takes the complaint back."""


Event = Answered | Objected | Settled | TimePassed
STARTS = (Status.OPEN,)
TRANSITIONS: Table = {
    (Status.OPEN, Answered): (Status.ANSWERED,),
    (Status.OPEN, Settled): (Status.CLOSED,),
    (Status.OPEN, TimePassed): (Status.OPEN,),
    (Status.ANSWERED, Answered): (Status.ANSWERED,),
    (Status.ANSWERED, Objected): (Status.OPEN,),
    (Status.ANSWERED, Settled): (Status.CLOSED,),
    (Status.ANSWERED, TimePassed): (Status.ANSWERED, Status.CLOSED),
}


def number_of(year: int, serial: int) -> str:
    """The number she is given: K-2026-000123; ``serial`` counts the complaints of the (local) year from 1."""
    return f"K-{year:04d}-{serial:06d}"


def read_number(text: str) -> str | None:
    """The complaint number within a message, in its one form; also without dashes and with fewer zeros."""
    found = _NUMBER.search(text)
    return number_of(int(found[1]), int(found[2])) if found and int(found[2]) else None


def route(facility: str | None, officers: Iterable[Officer]) -> tuple[Officer, ...]:
    """Who gets a complaint: officers of the Dinas Kesehatan only, and nobody of the facility complained of.

    A puskesmas never gets one, even about another facility: names told in free words may mean any of them.
    """
    return tuple(one for one in officers if one.unit is Unit.DINKES and not _is_of(one, facility))


def view_of(officer: Officer, facility: str | None) -> View:
    """What an officer sees of a complaint, and of who made it: all, or not even that there is one."""
    return View.FULL if route(facility, (officer,)) else View.NOTHING


def start(number: str, category: Category, facility: str | None, now: datetime) -> Decision[Complaint]:
    """Take a complaint: she gets its number, the Dinas Kesehatan gets it to handle."""
    duties = (Duty(Task.TELL_NUMBER, Role.COMPLAINANT), Duty(Task.HANDLE, Role.DINKES))
    return Decision(Complaint(number, category, facility, now), duties)


def step(complaint: Complaint, event: Event, now: datetime) -> Decision[Complaint]:
    """What an event makes of a complaint."""
    if not allows(TRANSITIONS, complaint.status, event):
        return refuse(complaint, _why_not(complaint))
    match event:
        case Answered():
            return _answer(complaint, event.by, now)
        case Objected():
            after = replace(complaint, status=Status.OPEN, waiting_since=now, reminders=0, escalated_at=None)
            return Decision(after, (Duty(Task.HANDLE, Role.DINKES),))
        case Settled():
            after = replace(complaint, status=Status.CLOSED, closed_at=now)
            return Decision(after, (Duty(Task.TELL_CLOSED, Role.COMPLAINANT), Duty(Task.TELL_CLOSED, Role.DINKES)))
        case TimePassed():
            return _look(complaint, now)


def due_at(complaint: Complaint) -> datetime | None:
    """When the clock must look at this complaint next; None when it is closed."""
    if complaint.status is Status.CLOSED:
        return None
    if complaint.status is Status.ANSWERED and complaint.answered_at:
        return complaint.answered_at + CLOSE_AFTER_ANSWER
    if complaint.escalated_at:
        return complaint.escalated_at + ESCALATE_AGAIN
    return (complaint.waiting_since or complaint.at) + (ESCALATE_AFTER if complaint.reminders else REMIND_AFTER)


def _answer(complaint: Complaint, by: Officer, now: datetime) -> Decision[Complaint]:
    if view_of(by, complaint.facility) is View.NOTHING:
        return refuse(complaint, Refusal.NOT_ALLOWED)
    after = replace(complaint, status=Status.ANSWERED, answered_at=now)
    return Decision(after, (Duty(Task.TELL_ANSWER, Role.COMPLAINANT),))


def _look(complaint: Complaint, now: datetime) -> Decision[Complaint]:
    due = due_at(complaint)
    if due is None or now < due:
        return Decision(complaint)
    if complaint.status is Status.ANSWERED:
        after = replace(complaint, status=Status.CLOSED, closed_at=now)
        return Decision(after, (Duty(Task.TELL_CLOSED, Role.COMPLAINANT),))
    if now < (complaint.waiting_since or complaint.at) + ESCALATE_AFTER:
        return Decision(replace(complaint, reminders=complaint.reminders + 1), (Duty(Task.REMIND, Role.DINKES),))
    duties = (Duty(Task.ESCALATE, Role.HEAD), Duty(Task.REMIND, Role.DINKES))
    return Decision(replace(complaint, reminders=complaint.reminders + 1, escalated_at=now), duties)


def is_same_facility(one: str | None, other: str | None) -> bool:
    """Same facility however it is spelt: case, spaces and the short form of puskesmas aside."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def _is_of(officer: Officer, facility: str | None) -> bool:
    return is_same_facility(officer.facility, facility)


def _plain(facility: str) -> str:
    words = re.findall(r"\w+", facility.casefold())
    return "".join("puskesmas" if word in ("pkm", "puskesmas") else word for word in words)


def _why_not(complaint: Complaint) -> Refusal:
    return Refusal.OVER if complaint.status is Status.CLOSED else Refusal.NOT_ANSWERED
