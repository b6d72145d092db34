"""Which figure is divided by which: every indicator with both of its denominators named (domain.md 2.4).

``listed`` counts women of the register's own list; ``target`` is the estimate Dinkes has set for the year. A share of
the one never stands in for a share of the other, and where there is nothing to divide by there is no share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One indicator: the counts that are added up, and what they are measured by."""

    name: str
    counts: tuple[str, ...]
    listed: str | None = None  # a count of the same month
    target: str | None = None  # a kind of target, of the whole year

    def count(self, counts: Mapping[str, int]) -> int:
        """How many."""
        return sum(counts.get(name, 0) for name in self.counts)

    def of_list(self, counts: Mapping[str, int]) -> float | None:
        """Percent of the women of the list, in one month."""
        return share(self.count(counts), counts.get(self.listed, 0)) if self.listed else None

    def of_target(self, since_january: Mapping[str, int], targets: Mapping[str, int]) -> float | None:
        """Percent of the year's target reached since January."""
        return share(self.count(since_january), targets.get(self.target, 0)) if self.target else None


CARE = (
    Measure("k1", ("k1_pure", "k1_later"), "pregnant", "pregnant"),
    Measure("k1_pure", ("k1_pure",), "pregnant", "pregnant"),
    Measure("k1_later", ("k1_later",), "pregnant", "pregnant"),
    Measure("k4", ("k4",), "pregnant", "pregnant"),
    Measure("k6", ("k6",), "pregnant", "pregnant"),
    Measure("births_in_facility", ("births_in_facility",), "births", "births"),
    Measure("kf1", ("kf1",), "births", "births"),
    Measure("kf4", ("kf4",), "births", "births"),
    Measure("kn1", ("kn1",), "births", "newborns"),
    Measure("kn3", ("kn3",), "births", "newborns"),
)
"""PWS-KIA. ``kf4`` and ``kn3`` are the last contacts of their series, taken for the whole of it."""

SERVICE = (
    Measure("jkn_active", ("jkn_active",), "jkn_known"),
    Measure("jkn_known", ("jkn_known",), "pregnant"),
    Measure("rides_done", ("rides_done",), "rides"),
    Measure("alerts_closed", ("alerts_closed",), "alerts"),
    Measure("reminders_reached", ("reminders_reached",), "reminders"),
    Measure("reminders_read", ("reminders_read",), "reminders"),
)
MEASURES = {measure.name: measure for measure in (*CARE, *SERVICE)}


def share(part: int, whole: int) -> float | None:
    """Percent; None when there is nothing to divide by."""
    return 100 * part / whole if whole else None
