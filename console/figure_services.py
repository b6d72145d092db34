"""What the service itself did, by area: rides, alarms, reminders, JKN, complaints, and the ways a birth can be paid.

One description of the columns serves the page, the report and the sheet: how many, which share of what, or how long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.figure_course import Course
from console.figure_words import said, written
from console.sheets import Cell, Sheet
from registry.figures.coverage import MEASURES
from registry.figures.indicators import PATHS, Figures
from registry.figures.service_areas import Area

SHARES = ("jkn_known", "jkn_active", "reminders_reached", "reminders_read")
MINUTES = ("ride_confirmed", "ride_arrived", "alert_taken")
COLUMNS = (
    "jkn_known", "jkn_active", "rides", "rides_done", "rides_refused", "rides_escalated", "ride_confirmed",
    "ride_arrived", "alerts", "alerts_closed", "alert_taken", "missed_visits", "reminders", "reminders_reached",
    "reminders_read", "complaints",
)  # fmt: skip
FOR_DINKES = ("complaints",)
PATH_COLUMNS = tuple(f"path_{path}" for path in PATHS)
STATES = ("jkn_known", "jkn_active")  # of the last month: they cannot be added up


@dataclass(frozen=True)
class Number:
    """One cell: a count, the percent it is of what its column names, or minutes."""

    value: float | None
    percent: float | None = None
    is_minutes: bool = False

    @property
    def text(self) -> str:
        """As a page shows it."""
        return written(self.value)

    @property
    def small(self) -> str:
        """What stands below it."""
        return "" if self.percent is None else written(self.percent, "%")


def columns(*, is_dinkes: bool) -> list[str]:
    """Those that this officer sees: complaints are Dinkes' alone."""
    return [name for name in COLUMNS if is_dinkes or name not in FOR_DINKES]


def title(name: str) -> str:
    """What a column is, with what it is divided by."""
    return said("path", name[5:]) if name.startswith("path_") else said("service", name)


def numbers(course: Course, names: Iterable[str], months: Sequence[Figures] | None = None) -> list[Number]:
    """The cells of an area over some of its months; without them of the last one."""
    chosen = list(months or course.months[-1:])
    sums, last = course.summed(chosen), course.total(chosen[-1])
    found = []
    for name in names:
        if name in MINUTES:
            found.append(Number(course.wait(name, chosen), is_minutes=True))
            continue
        counts = last if name in STATES else sums
        measure = MEASURES.get(name)
        share = measure.of_list(counts) if measure is not None and name in SHARES else None
        found.append(Number(counts.get(name, 0), share))
    return found


def rows(
    course: Course, areas: Sequence[Area], names: Sequence[str], months: Sequence[Figures] | None = None
) -> list[tuple[str, list[Number]]]:
    """A line for each area."""
    return [(area.name, numbers(course.part(area.villages), names, months)) for area in areas]


def sheet(named: Sequence[tuple[str, Course]], above: Sequence[str], *, is_dinkes: bool) -> Sheet:
    """The same as a page of the spreadsheet: minutes with their fraction, a share in a column of its own."""
    names = [*columns(is_dinkes=is_dinkes), *PATH_COLUMNS]
    header = [said("sheet", "area")]
    for name in names:
        header.append(title(name))
        if name in SHARES:
            header.append(said("sheet", "percent_of", name=title(name)))
    lines = [[area, *_cells(numbers(part, names), names)] for area, part in named]
    return Sheet(said("sheet", "services"), above, header, lines, has_total=True)


def _cells(found: Sequence[Number], names: Sequence[str]) -> list[Cell]:
    cells: list[Cell] = []
    for number, name in zip(found, names, strict=True):
        cells.append(number.value)
        if name in SHARES:
            cells.append(number.percent)
    return cells
