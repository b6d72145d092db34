"""The words of the figures (figure_words.yml) and how months and numbers are written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from console.drawing import HERE
from nlu.language.dates import format_date
from registry.figures.indicators import Month


@cache
def figure_words() -> Mapping[str, Any]:
    """All groups."""
    found: dict[str, Any] = yaml.safe_load((HERE / "figure_words.yml").read_text(encoding="utf-8"))
    return found


def said(group: str, code: str, /, **values: object) -> str:
    """The words of a code, with values in their places."""
    text: str = figure_words()[group][code]
    return text.format_map(values) if values else text


def month_name(month: Month) -> str:
    """ "November 2026"."""
    return format_date(month.first).partition(" ")[2]


def month_short(month: Month) -> str:
    """ "Nov"."""
    name: str = figure_words()["month_short"][month.first.month - 1]
    return name


def month_code(month: Month) -> str:
    """ "2026-11", as it stands in addresses."""
    return f"{month.first:%Y-%m}"


def written(value: float | None, unit: str = "") -> str:
    """ "1.234" or "12,5"; a dash for nothing."""
    if value is None:
        return "–"
    text = f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,")) + unit
