"""Values that an office decides, each with the day from which it holds and its source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import ProgrammeSetting
from registry.rules import quiet
from registry.rules.office_hours import OfficeHours

DEFAULTS: dict[str, Any] = {
    "programme_open": True,
    "arrears_amnesty_in_force": False,
    "uhc_priority": False,
    "anc_weeks": [10, 16, 22, 28, 34, 37],
    "missed_visit_grace_days": 3,
    "driver_confirm_minutes": 10,
    "quiet_hours": ["21:00", "06:00"],
    "anc_scheme": "1-2-3",  # Permenkes 21/2021; 2-1-3 and who8 are the other tables (domain.md 2.1)
    "reminder_hour": 9,  # local, for those who chose none
    "driver_urgent_minutes": 3,
    "vouchers_in_force": False,
    "voucher_most_rupiah": 150_000,
    "broadcast_second_approval_from": 500,  # recipients
    "template_utility_rupiah": 0,  # what Meta takes for a message outside the window; 0: not known yet
    "template_marketing_rupiah": 0,  # the same, should Meta call the template advertising
    "office_hours": [*[["07:30", "14:00"]] * 4, ["07:30", "11:00"], ["07:30", "12:00"], []],  # Monday first
}
LONGEST_WEEKS = 42
_KNOWN = "programme settings"  # what a session has read already; a session is one short transaction
SCHEMES = ("1-2-3", "2-1-3", "who8")
RULE_SETTINGS = ("programme_open", "arrears_amnesty_in_force", "uhc_priority")


def value(session: Session, name: str, today: date) -> Any:
    """The value in force on a day; the default when no office has set it. Read once in a transaction.

    Raises:
        KeyError: no such setting.
    """
    known: dict[tuple[str, date], Any] = session.info.setdefault(_KNOWN, {})
    if (name, today) not in known:
        known[name, today] = _read(session, name, today)
    return known[name, today]


def _read(session: Session, name: str, today: date) -> Any:
    row = session.scalar(
        select(ProgrammeSetting)
        .where(ProgrammeSetting.name == name, ProgrammeSetting.valid_from <= today)
        .order_by(ProgrammeSetting.valid_from.desc(), ProgrammeSetting.id.desc())
        .limit(1)
    )
    return DEFAULTS[name] if row is None else row.value


def values(session: Session, names: Sequence[str], today: date) -> dict[str, Any]:
    """Several values in force on a day, read at once.

    Raises:
        KeyError: no such setting.
    """
    rows = select(ProgrammeSetting).where(ProgrammeSetting.name.in_(names), ProgrammeSetting.valid_from <= today)
    found = {
        row.name: row.value for row in session.scalars(rows.order_by(ProgrammeSetting.valid_from, ProgrammeSetting.id))
    }
    return {name: found.get(name, DEFAULTS[name]) for name in names}


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
    session.info.pop(_KNOWN, None)
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
    if name == "office_hours":
        return _are_hours(new)
    if name == "anc_scheme":
        return new in SCHEMES
    if name == "reminder_hour":
        return bool(0 <= new <= 23)
    return isinstance(new, bool) or bool(new >= 0)


def _are_hours(week: Any) -> bool:
    try:
        _hours(week, frozenset())
    except (TypeError, ValueError, AttributeError):
        return False
    return True


def _hours(week: Any, holidays: frozenset[date]) -> OfficeHours:
    return OfficeHours(tuple(_span(day) if day else None for day in week), holidays)


def _span(day: Any) -> tuple[time, time]:
    opens, closes = day
    return time.fromisoformat(opens), time.fromisoformat(closes)


def office_hours(session: Session, today: date, holidays: frozenset[date]) -> OfficeHours:
    """When people of the puskesmas answer, as set on a day; on holidays they do not."""
    return _hours(value(session, "office_hours", today), holidays)


def decided(session: Session, today: date) -> dict[str, Any]:
    """The rule settings that an office has set, for the rulebook to take over from its own file."""
    rows = select(ProgrammeSetting).where(
        ProgrammeSetting.name.in_(RULE_SETTINGS), ProgrammeSetting.valid_from <= today
    )
    return {
        row.name: row.value for row in session.scalars(rows.order_by(ProgrammeSetting.valid_from, ProgrammeSetting.id))
    }
