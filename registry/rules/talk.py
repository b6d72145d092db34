"""The course of a talk with a person: she asks, somebody takes it, the bot keeps silent, the bot comes back.

She is never left without a word: as long as nobody has taken her talk there is a moment at which she is told when
somebody will. The bot comes back by closing, or when a taken talk is silent and her last words were answered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from registry.rules.machine import Decision, Duty, Table, TimePassed, allows, refuse
from registry.rules.office_hours import OfficeHours, after_office_time, is_open, next_closing, next_opening

TELL_WHEN_AFTER = timedelta(minutes=15)  # in office hours; else she is told at once
TO_DINKES_AFTER = timedelta(hours=2)  # of office time
BACK_AFTER = timedelta(hours=12)  # of silence in a taken talk


class Status(StrEnum):
    """Where a talk stands (contracts.md, 4: handoff)."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class Role(StrEnum):
    """Whom a talk's duties go to."""

    MOTHER = "mother"
    OFFICE = "office"  # midwife and puskesmas of her village
    OWNER = "owner"
    DINKES = "dinkes"


class Task(StrEnum):
    """What a step of a talk asks to be done."""

    CALL = "call"
    REMIND = "remind"  # she is still waiting
    TELL_WHEN = "tell_when"  # when somebody answers: the talk's ``answer_at``
    TELL_TAKEN = "tell_taken"
    HER_WORDS = "her_words"  # her words to the owner
    ESCALATE = "escalate"
    TELL_BACK = "tell_back"  # the bot answers again


class Refusal(StrEnum):
    """Why an event changes nothing; the sender is told."""

    TAKEN_BY_OTHER = "taken_by_other"
    REPEATED = "repeated"
    NOT_OPEN = "not_open"  # nobody is talking: the bot answers


@dataclass(frozen=True)
class Talk:
    """One talk. All moments are aware."""

    at: datetime
    status: Status = Status.OPEN
    waiting_since: datetime | None = None  # since when she waits for somebody; None: since ``at``
    owner: int | None = None
    answer_at: datetime | None = None  # what she was told last: when somebody will answer
    tell_at: datetime | None = None  # when she is told (again), unless somebody takes it
    to_dinkes_at: datetime | None = None  # when the Dinas Kesehatan hears of it; None: it has
    last_word_at: datetime | None = None
    her_word: bool = True  # the last word was hers, and waits for an answer
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """She asks for a person (again)."""


@dataclass(frozen=True)
class Taken:
    """An officer takes the talk."""

    by: int


@dataclass(frozen=True)
class StaffWrote:
    """An officer writes to her; that takes the talk if nobody has."""

    by: int


@dataclass(frozen=True)
class SheWrote:
    """She writes while the talk is open or taken."""


@dataclass(frozen=True)
class Closed:
    """The officer is done."""


Event = Asked | Taken | StaffWrote | SheWrote | Closed | TimePassed
STARTS = (Status.OPEN,)
TRANSITIONS: Table = {
    (Status.OPEN, Asked): (Status.OPEN,),
    (Status.OPEN, SheWrote): (Status.OPEN,),
    (Status.OPEN, Taken): (Status.TAKEN,),
    (Status.OPEN, StaffWrote): (Status.TAKEN,),
    (Status.OPEN, Closed): (Status.CLOSED,),
    (Status.OPEN, TimePassed): (Status.OPEN,),
    (Status.TAKEN, Asked): (Status.TAKEN,),
    (Status.TAKEN, SheWrote): (Status.TAKEN,),
    (Status.TAKEN, StaffWrote): (Status.TAKEN,),
    (Status.TAKEN, Closed): (Status.CLOSED,),
    (Status.TAKEN, TimePassed): (Status.TAKEN, Status.OPEN, Status.CLOSED),
    (Status.CLOSED, Asked): (Status.OPEN,),
    (Status.CLOSED, StaffWrote): (Status.TAKEN,),
}


def start(now: datetime, hours: OfficeHours) -> Decision[Talk]:
    """She asks for a person: the office is called; outside its hours she is told at once when it opens."""
    return _wait(Talk(now), now, hours)


def step(talk: Talk, event: Event, now: datetime, hours: OfficeHours) -> Decision[Talk]:
    """What an event makes of a talk."""
    if not allows(TRANSITIONS, talk.status, event):
        return refuse(talk, _why_not(talk, event))
    match event:
        case Asked() if talk.status is Status.CLOSED:
            return _wait(Talk(now), now, hours)
        case Asked() | SheWrote():
            return _hear(talk, event, now, hours)
        case Taken():
            taken = replace(talk, status=Status.TAKEN, owner=event.by, last_word_at=now)
            return Decision(taken, (Duty(Task.TELL_TAKEN, Role.MOTHER), Duty(Task.TELL_TAKEN, Role.OFFICE)))
        case StaffWrote():
            return _reply(talk, event.by, now)
        case Closed():
            return Decision(_closed(talk, now), (Duty(Task.TELL_BACK, Role.MOTHER),))
        case TimePassed():
            return _look(talk, now, hours)


def due_at(talk: Talk) -> datetime | None:
    """When the clock must look at this talk next; None when it is closed."""
    if talk.status is Status.TAKEN:
        return (talk.last_word_at or talk.at) + BACK_AFTER
    if talk.status is Status.OPEN:
        return min((at for at in (talk.tell_at, talk.to_dinkes_at) if at is not None), default=talk.at)
    return None


def bot_is_silent(talk: Talk | None) -> bool:
    """Whether a person has the talk, so that the bot answers nothing but danger."""
    return talk is not None and talk.status is Status.TAKEN


def _wait(talk: Talk, now: datetime, hours: OfficeHours) -> Decision[Talk]:
    """She waits from now on."""
    waiting = replace(
        talk,
        status=Status.OPEN,
        owner=None,
        waiting_since=now,
        her_word=True,
        closed_at=None,
        to_dinkes_at=after_office_time(hours, now, TO_DINKES_AFTER),
    )
    called = Duty(Task.CALL, Role.OFFICE)
    if is_open(hours, now):
        return Decision(replace(waiting, answer_at=None, tell_at=now + TELL_WHEN_AFTER), (called,))
    return Decision(_promise(waiting, now, hours), (called, Duty(Task.TELL_WHEN, Role.MOTHER)))


def _promise(talk: Talk, now: datetime, hours: OfficeHours) -> Talk:
    """Say when: the next opening, or today until the Dinas Kesehatan is called, or the next opening after today.

    She is told again at the first full quarter of an hour after that moment, unless somebody has taken the talk.
    """
    if not is_open(hours, now):
        answer_at = next_opening(hours, now)
    elif talk.to_dinkes_at is not None and talk.to_dinkes_at > now:
        answer_at = talk.to_dinkes_at
    else:
        answer_at = next_opening(hours, next_closing(hours, now))
    return replace(talk, answer_at=answer_at, tell_at=answer_at + TELL_WHEN_AFTER)


def _hear(talk: Talk, event: Asked | SheWrote, now: datetime, hours: OfficeHours) -> Decision[Talk]:
    if talk.status is Status.TAKEN:
        after = replace(talk, her_word=True, last_word_at=now)
        return Decision(after, (Duty(Task.HER_WORDS, Role.OWNER, talk.owner),))
    after = replace(talk, her_word=True, last_word_at=now)
    if isinstance(event, SheWrote):
        return Decision(after)
    promised = after if after.answer_at and after.answer_at > now else _promise(after, now, hours)
    return Decision(promised, (Duty(Task.TELL_WHEN, Role.MOTHER),))


def _reply(talk: Talk, by: int, now: datetime) -> Decision[Talk]:
    owner = talk.owner if talk.status is Status.TAKEN else by
    after = replace(talk, status=Status.TAKEN, owner=owner, her_word=False, last_word_at=now, closed_at=None)
    newly = talk.status is Status.OPEN
    return Decision(after, (Duty(Task.TELL_TAKEN, Role.OFFICE),) if newly else ())


def _closed(talk: Talk, now: datetime) -> Talk:
    return replace(talk, status=Status.CLOSED, closed_at=now, tell_at=None, to_dinkes_at=None)


def _look(talk: Talk, now: datetime, hours: OfficeHours) -> Decision[Talk]:
    due = due_at(talk)
    if due is None or now < due:
        return Decision(talk)
    if talk.status is Status.TAKEN:
        if talk.her_word:
            return _wait(talk, now, hours)
        return Decision(_closed(talk, now), (Duty(Task.TELL_BACK, Role.MOTHER),))
    duties: tuple[Duty, ...] = ()
    if talk.to_dinkes_at is not None and talk.to_dinkes_at <= now:
        talk, duties = replace(talk, to_dinkes_at=None), (Duty(Task.ESCALATE, Role.DINKES),)
    if talk.tell_at is None or talk.tell_at <= now:
        talk = _promise(talk, now, hours)
        duties = (*duties, Duty(Task.TELL_WHEN, Role.MOTHER), Duty(Task.REMIND, Role.OFFICE))
    return Decision(talk, duties)


def _why_not(talk: Talk, event: Event) -> Refusal:
    if talk.status is Status.CLOSED:
        return Refusal.NOT_OPEN
    if isinstance(event, Taken):
        return Refusal.REPEATED if event.by == talk.owner else Refusal.TAKEN_BY_OTHER
    return Refusal.REPEATED
