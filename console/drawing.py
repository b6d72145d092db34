"""How pages are drawn: the templates, their filters, and the words for codes (words.yml)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from nlu.language.dates import format_date
from registry import clock, days, emphasis, texts
from registry.persons.own_data import local

HERE = Path(__file__).resolve().parent
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words for codes, by group."""
    found: dict[str, dict[str, str]] = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
    return found


def word(group: str, code: object) -> str:
    """The word for a code; a code without one is shown as it is, its underscores as spaces."""
    return words()[group].get(str(code), str(code).replace("_", " "))


def draw(template: str, values: Mapping[str, Any]) -> str:
    """A template as HTML; whatever it shows is escaped."""
    return environment().get_template(template).render(**values)


@cache
def environment() -> Environment:
    """The one environment of this process."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(
        day=day, short=short, hour=hour, moment=moment, phone=phone, span=span, iso=iso, sign=sign, risk=risk,
        pathway=path, thousands=thousands, stressed=stressed,
    )  # fmt: skip
    made.globals.update(
        word=word, words=words, asset=asset, query=query, reason=reason, about=about,
    )  # fmt: skip
    return made


def day(value: date | datetime | None) -> str:
    """ "21 November 2026"; a dash for nothing."""
    return "–" if value is None else format_date(_local_day(value))


def short(value: date | datetime | None) -> str:
    """ "Sabtu, 21 Nov"; a dash for nothing."""
    return "–" if value is None else days.in_short(_local_day(value))


def _local_day(value: date | datetime) -> date:
    return clock.today(value) if isinstance(value, datetime) else value


def hour(value: datetime) -> str:
    """ "10.05", in Malang."""
    return days.hour(value.astimezone(clock.JAKARTA).time())


def moment(value: datetime | None) -> str:
    """ "Sabtu, 21 Nov 10.05", in Malang; a dash for nothing."""
    return "–" if value is None else f"{short(value)} {hour(value)}"


def iso(value: datetime) -> str:
    """For the attributes that scripts read."""
    return value.isoformat(timespec="seconds")


def phone(value: str | None) -> str:
    """ "0812 0000 0001"; a dash for nothing."""
    if not value:
        return "–"
    digits = local(value)
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def span(value: timedelta) -> str:
    """How long in one unit: "12 menit"."""
    value = max(value, timedelta())
    unit, size = ("day", DAY) if value >= 2 * DAY else ("hour", HOUR) if value >= HOUR else ("minute", HOUR / 60)
    return f"{value // size} {word('span', unit)}"


def sign(code: str) -> str:
    """A danger sign in words."""
    return texts.phrase(f"sign_{code}", code.replace("_", " "))


def risk(code: str) -> str:
    """A risk that staff recorded, in words."""
    return texts.phrase(f"risk_{code}", code.replace("_", " "))


def path(code: str) -> str:
    """How a birth is paid for, in words."""
    return texts.phrase(f"phrase_path_{code}", code)


def reason(code: str) -> str:
    """Why a talk waits, in the words officers know from the chat."""
    return texts.phrase(f"reason_{code}", texts.phrase("reason_other"))


def about(code: str | None) -> str:
    """What exactly an alert is about; nothing for one that names a row of ours ("ride:3")."""
    return "" if ":" in (code or "") else texts.phrase(f"alert_about_{code}", code or "")


def stressed(text: str) -> Markup:
    """A message as a phone shows it: bold what stands between asterisks."""
    drawn = (Markup("<b>{}</b>").format(piece) if bold else escape(piece) for piece, bold in emphasis.pieces(text))
    return Markup("").join(drawn)


def thousands(value: float) -> str:
    """ "12.345"."""
    return f"{value:,.0f}".replace(",", ".")


def asset(name: str) -> str:
    """The address of a static file; it changes with the file."""
    return f"/console/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]


def query(**values: object) -> str:
    """ "?a=1&b=2" of what is not empty."""
    asked = urlencode({name: str(value) for name, value in values.items() if value not in (None, "", 0)})
    return f"?{asked}" if asked else ""
