"""Changing a setting from the console: read, checked against everything it could break, dated, with its source.

A change that the rules could not live with is refused before it is kept: for the settings of the rulebook every
situation the signs can describe is decided once with the new value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock, programme
from registry.models import ProgrammeSetting, Staff
from registry.pregnancies import entitlement
from registry.rules import eligibility, quiet
from registry.rules.eligibility import Facts, Regency, Rulebook, RulebookError, Segment

FURTHEST = timedelta(days=730)
LONGEST_SOURCE = 300
LONGEST_VALUE = 2000
Problem = Literal["value", "date", "source", "rules", "same"]
LEAST = {"minutes": 1}
"""Who has no time to answer has answered nothing, and the search for a driver would never end."""
MOST = {"minutes": 240, "days": 60, "hour": 23, "rupiah": 5_000_000, "from": 1_000_000}
"""By the word a setting's name has in it: what is more is a slip of the hand, and a worker would stumble on it."""
DECILES = (None, 1, 5, 6, 10)
YES_NO = (None, True, False)


class ChangeError(Exception):
    """It is not kept; ``problem`` says which part of it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class State:
    """One setting today: its value, since when and by whose word, and what was decided before and for later."""

    name: str
    value: Any
    default: Any
    valid_from: date | None
    source: str
    history: tuple[ProgrammeSetting, ...]

    @property
    def is_flag(self) -> bool:
        """Whether it is a yes or no."""
        return isinstance(self.default, bool)

    @property
    def written(self) -> str:
        """As it stands in a field."""
        return as_text(self.value)


def states(session: Session, today: date) -> list[State]:
    """All settings, in the order of their defaults."""
    rows = session.scalars(select(ProgrammeSetting).order_by(ProgrammeSetting.valid_from, ProgrammeSetting.id)).all()
    return [_state(name, tuple(row for row in rows if row.name == name), today) for name in programme.DEFAULTS]


def state(session: Session, name: str, today: date) -> State | None:
    """One of them, by its name."""
    return next((one for one in states(session, today) if one.name == name), None)


def _state(name: str, history: tuple[ProgrammeSetting, ...], today: date) -> State:
    held = [row for row in history if row.valid_from <= today]
    default = programme.DEFAULTS[name]
    if not held:
        return State(name, default, default, None, "", history[::-1])
    return State(name, held[-1].value, default, held[-1].valid_from, held[-1].source, history[::-1])


def as_text(value: Any) -> str:
    """A value as people type it: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def change(session: Session, officer: Staff, name: str, typed: str, day: date, source: str, now: datetime) -> None:
    """Decide on a value from a day on.

    Raises:
        KeyError: no such setting.
        ChangeError: the value, the day or the source makes no sense, or the rules could not answer any more.
    """
    today, source = clock.today(now), source.strip()
    new = _read(name, typed)
    if not today <= day <= today + FURTHEST:
        raise ChangeError("date")
    if not source or len(source) > LONGEST_SOURCE:
        raise ChangeError("source")
    if programme.value(session, name, day) == new:
        raise ChangeError("same")
    _check_hour(session, name, new, day)
    _check_rules(session, name, new, day)
    try:
        programme.decide(session, name, new, day, source)
    except (TypeError, ValueError) as error:
        raise ChangeError("value") from error
    audit.note(session, now, "setting_changed", subject=f"setting:{name}", by=f"staff:{officer.id}")
    session.flush()


def _read(name: str, typed: str) -> Any:
    """What was typed, of the kind of the default and within its bounds."""
    default = programme.DEFAULTS[name]
    if len(typed) > LONGEST_VALUE:
        raise ChangeError("value")
    if isinstance(default, str):
        return typed.strip()
    try:
        found = json.loads(typed)
    except (ValueError, RecursionError) as error:
        raise ChangeError("value") from error
    if type(found) is not type(default) or not _is_within_bounds(name, found):
        raise ChangeError("value")
    return found


def _is_within_bounds(name: str, new: Any) -> bool:
    if name == "anc_weeks":
        return all(type(week) is int for week in new) and new == sorted(set(new))
    if type(new) is not int:
        return True
    least = max((LEAST[word] for word in name.split("_") if word in LEAST), default=0)
    most = next((MOST[word] for word in name.split("_") if word in MOST), new)
    return least <= new <= most


def _check_hour(session: Session, name: str, new: Any, day: date) -> None:
    """Reminders of the default hour would all wait for the end of the quiet hours, and then go out at once."""
    if name != "reminder_hour" or not 0 <= new <= 23:
        return
    start, end = programme.value(session, "quiet_hours", day)
    if quiet.is_quiet(datetime.combine(day, time(new), clock.JAKARTA), (start, end)):
        raise ChangeError("value")


def _check_rules(session: Session, name: str, new: Any, day: date) -> None:
    """On its day, and on every later day from which another decision holds beside it."""
    if name not in programme.RULE_SETTINGS:
        return
    later = _decided_later(session, day)
    until = min((row.valid_from for row in later if row.name == name), default=date.max)
    try:
        for moment in sorted({day, *(row.valid_from for row in later if row.valid_from < until)}):
            rules = entitlement.rulebook(session, moment).with_settings({name: new})
            always_answers(rules, moment)
    except RulebookError as error:
        raise ChangeError("rules") from error


def _decided_later(session: Session, day: date) -> list[ProgrammeSetting]:
    rows = select(ProgrammeSetting).where(
        ProgrammeSetting.name.in_(programme.RULE_SETTINGS), ProgrammeSetting.valid_from > day
    )
    return list(session.scalars(rows))


def always_answers(rules: Rulebook, day: date) -> int:
    """Decide every situation once; returns how many there were.

    Raises:
        RulebookError: in one of them there is no answer.
    """
    count = 0
    for facts in situations(day):
        try:
            decision = eligibility.decide(facts, rules, day)
        except (LookupError, StopIteration) as error:
            raise RulebookError("in some situation the rules have no answer") from error
        if not decision.paths:
            raise RulebookError(f"rule '{decision.rule_id}' opens no path")
        count += 1
    return count


def situations(day: date) -> Iterator[Facts]:
    """Every mix of what the registers can say, known and unknown."""
    since = (None, day - timedelta(days=30), day - timedelta(days=400))
    mixes = product((None, *Regency), (True, False), (None, *Segment), YES_NO, DECILES, since)
    for regency, known, segment, active, decile, inactive_since in mixes:
        yield Facts(
            regency=regency, identity_known=known, jkn_segment=segment, jkn_active=active, decile=decile,
            jkn_inactive_since=inactive_since, jkn_checked_on=day, dtsen_listed=None if decile is None else True,
        )  # fmt: skip
