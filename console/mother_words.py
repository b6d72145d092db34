"""How a field of a mother's record is called and written, wherever old and new stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from console import drawing


def label(field: str) -> str:
    """ "HPHT"; of a check-up its name."""
    if field.startswith("visit_"):
        return f"{drawing.word('field', 'visit')} {field.removeprefix('visit_')}"
    return drawing.word("field", field)


def shown(field: str, value: str | None, villages: Mapping[str, str]) -> str:
    """A value as it is kept, in words; ``villages`` are names by code."""
    if not value:
        return drawing.word("shown", "nothing")
    if field == "address":
        return villages.get(value, value)
    write = _VISIT if field.startswith("visit_") else _WRITTEN.get(field)
    return write(value) if write is not None else value


def _day(value: str) -> str:
    return drawing.day(date.fromisoformat(value))


def _each(value: str, write: Callable[[str], str]) -> str:
    return ", ".join(write(code) for code in value.split(", ") if code)


_VISIT = _day
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "hpht": _day,
    "hpl": _day,
    "born_on": _day,
    "phone": drawing.phone,
    "risks": lambda value: _each(value, drawing.risk),
    "papers": lambda value: _each(value, lambda code: drawing.word("paper", code)),
    "jkn_told": lambda value: drawing.word("jkn", value),
    "reminder_hour": lambda value: f"{drawing.word('shown', 'hour')} {value}.00",
}
