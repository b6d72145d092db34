"""How a setting is typed: hours as hours, a list of weeks as numbers with commas, a week of office hours day by day.

What people type becomes the JSON that ``registry.setting_changes`` reads and checks; nothing is checked here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

Shape = Literal["flag", "span", "week", "numbers", "plain"]
DAYS = 7
LONGEST_LIST = 200  # characters; what is longer is left as it is, and refused


def shape_of(default: Any) -> Shape:
    """The kind of fields that suits a setting, by its default."""
    if isinstance(default, bool):
        return "flag"
    if not isinstance(default, list):
        return "plain"
    if len(default) == DAYS and all(isinstance(day, list) for day in default):
        return "week"
    return "span" if all(isinstance(part, str) for part in default) else "numbers"


def typed(shape: Shape, form: Mapping[str, str]) -> str:
    """The value of a form as JSON; a field ``value`` that says it all at once goes before the small ones."""
    value = form.get("value", "")
    if shape == "numbers" and len(value) <= LONGEST_LIST and re.fullmatch(r"[\d\s,;]+", value):
        return json.dumps([int(number) for number in re.findall(r"\d+", value)])
    if value or shape not in ("span", "week"):
        return value
    if shape == "span":
        return json.dumps([form.get("starts", ""), form.get("ends", "")])
    return json.dumps([_span(form, day) for day in range(DAYS)])


def _span(form: Mapping[str, str], day: int) -> list[str]:
    """The hours of one day; a day without any is closed."""
    hours = [form.get(f"opens:{day}", ""), form.get(f"closes:{day}", "")]
    return hours if any(hours) else []


def fields(shape: Shape, value: Any) -> dict[str, str]:
    """What stands in the fields before anything is typed."""
    if shape == "span":
        return {"starts": value[0], "ends": value[1]}
    if shape == "week":
        spans = [(day, span or ["", ""]) for day, span in enumerate(value)]
        return {
            f"{name}:{day}": hour for day, span in spans for name, hour in zip(("opens", "closes"), span, strict=True)
        }
    if shape == "numbers":
        return {"value": ", ".join(str(number) for number in value)}
    return {}
