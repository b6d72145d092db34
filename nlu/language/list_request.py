"""Which of her mothers a cadre asks for, and which month and subject a recap is asked on; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal, get_args

from nlu.language.cues import Cues, heaviest, split_clauses
from nlu.language.date_rules import JAKARTA
from nlu.language.tokens import canonical

ListKind = Literal["all", "due", "overdue", "near_term", "high_risk", "not_reached"]
Topic = Literal["all", "k1", "k4", "k6", "jkn", "rides", "births", "complaints"]

_KINDS: dict[str, ListKind] = {kind: kind for kind in get_args(ListKind)}
_KIND_ORDER = ("not_reached", "high_risk", "overdue", "near_term", "due")
_TOPICS: dict[str, Topic] = {topic: topic for topic in get_args(Topic)}
_SPACED_VISIT = re.compile(r"(?i)(?<!\w)k[ .-]?([146])(?!\w)")

_YEAR = r"(?: (?:tahun )?(?P<year>20\d\d|\d\d))?(?!\S)"
_MONTHS = (
    re.compile(rf"(?<!\S)m(?P<month>\d\d){_YEAR}"),
    re.compile(rf"(?<!\S)bulan (?:ke )?(?P<month>1[0-2]|0?[1-9]){_YEAR}"),
    re.compile(r"(?<!\S)(?P<month>1[0-2]|0?[1-9]) [/.-] (?P<year>20\d\d)(?!\S)"),
)
_THIS_MONTH = re.compile(r"(?<!\S)bulan ini(?!\S)")
_LAST_MONTH = re.compile(r"(?<!\S)bulan (?:lalu|kemarin|kepungkur|kapungkur|wingi)(?!\S)")


@dataclass(frozen=True)
class Recap:
    """The first day of the month asked for, None for no one month; "all" when no subject or several are named."""

    month: date | None = None
    topic: Topic = "all"


@cache
def _list_cues() -> Cues:
    return Cues.load("list_request")


@cache
def _topic_cues() -> Cues:
    return Cues.load("recap_topic")


def read_list(text: str) -> ListKind:
    """Which mothers are asked for; all of them when nothing narrows it."""
    heard = heaviest(_list_cues().weigh(split_clauses(text)), _KIND_ORDER)
    return _KINDS.get(heard or "all", "all")


def read_recap(text: str, now: datetime) -> Recap:
    """The recap that ``text`` asks for; ``now`` must be aware. A month to come has no figures and is none."""
    weights = _topic_cues().weigh(split_clauses(_SPACED_VISIT.sub(r"k\1", text)))
    topics = [topic for topic, weight in weights.items() if weight > 0]
    visits = sum(topic in ("k1", "k4", "k6") for topic in topics)
    heard = None if visits > 1 else heaviest(weights, [topic for topic in _TOPICS if topic in topics])
    return Recap(_month(text, now.astimezone(JAKARTA).date()), _TOPICS.get(heard or "all", "all"))


def _month(text: str, today: date) -> date | None:
    read = canonical(text).text
    months = {month for pattern in _MONTHS for match in pattern.finditer(read) if (month := _named(match, today))}
    if _THIS_MONTH.search(read):
        months.add(today.replace(day=1))
    if _LAST_MONTH.search(read):
        months.add(_month_before(today))
    return months.pop() if len(months) == 1 else None


def _named(match: re.Match[str], today: date) -> date | None:
    """The month of the year said, else the last one that has begun."""
    number = int(match["month"])
    said = match["year"]
    year = (int(said) + (2000 if len(said) == 2 else 0)) if said else today.year - (number > today.month)
    month = date(year, number, 1) if 1 <= number <= 12 else None
    return month if month is not None and month <= today else None


def _month_before(today: date) -> date:
    last = today.month == 1
    return date(today.year - last, 12 if last else today.month - 1, 1)
