"""Reads single values of a world document, YAML or JSON, and says in a sentence what is wrong with one (pure)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
Row = Mapping[str, Any]


def read_day(value: Any) -> date | None:
    """A calendar day: a date, an ISO date, or an ISO moment (its day in Malang).

    Raises:
        ValueError: something else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) <= len("2026-11-21") else datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not a day like 2026-11-21") from error
    if isinstance(value, datetime):
        return value.astimezone(JAKARTA).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    raise ValueError(f"{value!r} is not a day like 2026-11-21")


def read_moment(value: Any) -> datetime | None:
    """A moment; one without a zone is local (Asia/Jakarta), a bare day is its morning at nine."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day, 9, tzinfo=JAKARTA)
        else:
            text = str(value)
            moment = datetime.fromisoformat(text if len(text) > 10 else f"{text}T09:00:00")
    except ValueError as error:
        raise ValueError(f"{value!r} is not a moment like 2026-11-21T09:00:00+07:00") from error
    return moment.replace(tzinfo=JAKARTA) if moment.tzinfo is None else moment


def read_phone(value: Any) -> str | None:
    """A phone number as +62…; YAML takes an unquoted one for a number and drops the plus sign."""
    digits = "".join(str(value or "").split()).replace("-", "")
    if not digits:
        return None
    digits = digits.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) < 8:
        raise ValueError(f"{value!r} is not a phone number like +6281200000001")
    return f"+62{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def read_flag(row: Row, name: str, default: bool | None = None) -> bool | None:
    """A yes or no; words are refused, for the word "false" would count as yes."""
    value = row.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, not {value!r}")
    return value


def read_number(row: Row, name: str) -> int | None:
    """A whole number."""
    value = row.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not str(value).isdecimal():
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(value)


def read_choice(row: Row, name: str, choices: Collection[str], default: str | None = None) -> str | None:
    """One of a few words; YAML takes an unquoted on for true."""
    value = row.get(name)
    if value is None or value == "":
        return default
    word = "on" if value is True and "on" in choices else value
    if word not in choices:
        raise ValueError(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}")
    return str(word)


def read_section(document: Row, name: str) -> list[Any]:
    """The rows of a section; none when it is missing."""
    rows = document.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise ValueError(f"{name} must be a list")
    return rows


def read_mapping(row: Row, name: str) -> Row:
    """Names with values; none when it is missing."""
    found = row.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise ValueError(f"{name} must hold names and values, not {found!r}")
    return found


def read_setting(value: Any) -> Any:
    """A setting; YAML takes an unquoted 21:00 for the number of its minutes."""
    if isinstance(value, list) and any(isinstance(part, str) and ":" in part for part in value):
        return [f"{part // 60:02}:{part % 60:02}" if isinstance(part, int) else part for part in value]
    return value
