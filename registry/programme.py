"""Values that an office decides, each with the day from which it holds and its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import ProgrammeSetting
from registry.rules import quiet

DEFAULTS: dict[str, Any] = {
    "programme_open": True,
    "arrears_amnesty_in_force": False,
    "uhc_priority": False,
    "anc_weeks": [10, 16, 22, 28, 34, 37],
    "missed_visit_grace_days": 3,
    "driver_confirm_minutes": 10,
    "quiet_hours": ["21:00", "06:00"],
}
LONGEST_WEEKS = 42
RULE_SETTINGS = ("programme_open", "arrears_amnesty_in_force", "uhc_priority")


def value(session: Session, name: str, today: date) -> Any:
    """The value in force on a day; the default when no office has set it.

    Raises:
        KeyError: no such setting.
    """
    row = session.scalar(
        select(ProgrammeSetting)
        .where(ProgrammeSetting.name == name, ProgrammeSetting.valid_from <= today)
        .order_by(ProgrammeSetting.valid_from.desc(), ProgrammeSetting.id.desc())
        .limit(1)
    )
    return DEFAULTS[name] if row is None else row.value


def decide(session: Session, name: str, new: Any, valid_from: date, source: str) -> None:
    """Set a value from a day on; what held before stays on record.

    Raises:
        KeyError: no such setting.
        ValueError: the value is of another kind than the default, or makes no sense.
    """
    expected = DEFAULTS[name]
    if type(new) is not type(expected):
        raise ValueError(f"{name} must be {type(expected).__name__}, not {type(new).__name__}")
    if not _makes_sense(name, new):
        raise ValueError(f"{name} cannot be {new!r}; an example is {expected!r}")
    session.add(ProgrammeSetting(name=name, value=new, valid_from=valid_from, source=source))


def _makes_sense(name: str, new: Any) -> bool:
    """Checked here, once, because a wrong value would stop every worker that reads it later."""
    if name == "quiet_hours":
        try:
            return len(new) == 2 and quiet.leaves_time((new[0], new[1]))
        except (TypeError, ValueError):
            return False
    if name == "anc_weeks":
        return bool(new) and all(type(week) is int and 0 < week <= LONGEST_WEEKS for week in new)
    return isinstance(new, bool) or new >= 0


def decided(session: Session, today: date) -> dict[str, Any]:
    """The rule settings that an office has set, for the rulebook to take over from its own file."""
    rows = select(ProgrammeSetting).where(
        ProgrammeSetting.name.in_(RULE_SETTINGS), ProgrammeSetting.valid_from <= today
    )
    return {
        row.name: row.value for row in session.scalars(rows.order_by(ProgrammeSetting.valid_from, ProgrammeSetting.id))
    }
