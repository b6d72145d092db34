"""What is counted by month and village, for whom, and how the counts are kept: the words of the figures.

PWS-KIA's indicators and those of this service. Counted by the village a mother lives in, not by the facility, and in
the month of the event, not of its entry (domain.md 2.4). The denominators are the women of the bot's own list; the
targets of the programme are estimates that Dinkes sets and stand beside them, never in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, true

from registry.clock import JAKARTA
from registry.models import Village
from registry.persons.people import Speaker

Counts = dict[str, int]
VISITS = {kind: kind.lower() for kind in ("K4", "K6", "KF1", "KF4", "KN1", "KN3")}
URGENT = ("danger_sign", "labour")
PATHS = (
    "JKN_ACTIVE", "PBI_REACTIVATION", "PBPU_ARREARS", "PROGRAMME_SKTM", "PROPOSE_PBI", "OTHER_REGENCY", "SELF_PAY",
    "UNKNOWN",
)  # fmt: skip
NAMES = (
    "pregnant", "registered", *VISITS.values(), "births", "births_in_facility", "jkn_known", "jkn_active",
    *(f"path_{path}" for path in PATHS), "alerts", "alerts_closed", "missed_visits", "rides", "rides_done",
    "rides_escalated", "complaints", "reminders", "reminders_reached", "reminders_read", "k1_pure", "k1_later",
    "set_aside", "rides_refused",
)  # fmt: skip
PLACE = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True)
class Scope:
    """Whose figures: those of some villages, of some districts, or (both None) of all."""

    villages: frozenset[str] | None = None
    districts: frozenset[str] | None = None

    def condition(self) -> ColumnElement[bool]:
        """On a statement that knows ``Village``."""
        if self.villages is not None:
            return Village.code.in_(sorted(self.villages))
        return true() if self.districts is None else Village.district_code.in_(sorted(self.districts))


def scope_of(speaker: Speaker) -> Scope | None:
    """What a speaker may see figures of; None: nothing."""
    if speaker.staff is not None:
        return Scope() if speaker.staff.unit == "dinkes" else Scope(districts=speaker.districts)
    return Scope(villages=speaker.villages) if speaker.cadre is not None else None


@dataclass(frozen=True)
class Month:
    """A calendar month in Malang."""

    first: date

    @property
    def following(self) -> date:
        """The first day of the next one."""
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)

    def holds_day(self, column: Any) -> ColumnElement[bool]:
        """Whether a date lies in it."""
        return and_(column >= self.first, column < self.following)

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Whether a moment lies in it."""
        return and_(column >= _midnight(self.first), column < _midnight(self.following))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAKARTA)


@dataclass
class Figures:
    """The counts of one month per village, and how long people waited (minutes), so that any area has its median."""

    month: Month
    villages: dict[str, list[int]] = field(default_factory=dict)  # counts in the order of NAMES
    waits: dict[str, dict[str, list[float]]] = field(default_factory=dict)  # what for -> village -> minutes
    counted_at: datetime | None = None  # None: just now

    def add(self, village: str, name: str, count: int) -> None:
        """Count something in a village."""
        if count:
            self.villages.setdefault(village, [0] * len(NAMES))[PLACE[name]] += int(count)

    def waited(self, name: str, village: str, minutes: float) -> None:
        """Keep one wait."""
        self.waits.setdefault(name, {}).setdefault(village, []).append(minutes)

    def total(self, codes: Iterable[str] | None = None) -> Counts:
        """Summed over some villages, or all."""
        wanted = self.villages if codes is None else (code for code in codes if code in self.villages)
        rows = [self.villages[code] for code in wanted]
        return dict(zip(NAMES, map(sum, zip(*rows, strict=True)), strict=True)) if rows else dict.fromkeys(NAMES, 0)

    def median(self, name: str, codes: Iterable[str] | None = None) -> float | None:
        """Over some villages, or all; None when nobody waited."""
        found = self.waited_for(name, codes)
        return median(found) if found else None

    def waited_for(self, name: str, codes: Iterable[str] | None = None) -> list[float]:
        """Every wait in some villages, or all."""
        by_village = self.waits.get(name, {})
        wanted = by_village if codes is None else codes
        return [minutes for code in wanted for minutes in by_village.get(code, ())]


def bounds(month: Month) -> tuple[datetime, datetime]:
    """The moments at which it begins and has ended, in Malang."""
    return _midnight(month.first), _midnight(month.following)


def months_until(last: Month, count: int) -> list[Month]:
    """So many months, the last one at the end."""
    found = [last]
    while len(found) < count:
        found.append(Month((found[-1].first - timedelta(days=1)).replace(day=1)))
    return found[::-1]


def of_year_until(last: Month) -> list[Month]:
    """January to this month."""
    return months_until(last, last.first.month)
