"""Days as one says them: "Senin, 23 November 2026"."""

from __future__ import annotations

from datetime import date, time

from nlu.language.dates import format_date
from registry import texts

SHORT_MONTH = 3


def weekday(day: date) -> str:
    """ "Senin"."""
    return texts.phrase(f"phrase_weekday_{day.weekday()}")


def in_words(day: date) -> str:
    """ "Senin, 23 November 2026"."""
    return f"{weekday(day)}, {format_date(day)}"


def in_short(day: date) -> str:
    """ "Senin, 23 Nov": fits on a button."""
    number, month, _ = format_date(day).split()
    return f"{weekday(day)}, {number} {month[:SHORT_MONTH]}"


def month_name(day: date) -> str:
    """ "November 2026"."""
    return format_date(day).partition(" ")[2]


def hour(at: time) -> str:
    """ "05.30"."""
    return f"{at:%H.%M}"
