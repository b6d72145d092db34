"""What the figures pages show of an area: a course of months, its totals, its rows and its drawings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from statistics import median
from typing import Literal

from console import charts
from console.figure_words import figure_words, month_name, month_short, said, written
from registry.figures.coverage import MEASURES, Measure
from registry.figures.indicators import PATHS, Counts, Figures, Month
from registry.figures.targets import Counts as Targets
from registry.figures.targets import summed

Draw = Literal["lines", "bars"]
CHARTS: dict[str, tuple[Draw, str, tuple[str, ...]]] = {
    "antenatal": ("lines", "count", ("k1", "k4", "k6")),
    "births": ("bars", "count", ("births", "births_in_facility")),
    "after": ("lines", "count", ("kf1", "kf4", "kn1", "kn3")),
    "jkn": ("lines", "share", ("jkn_active", "jkn_known")),
    "rides": ("bars", "count", ("rides", "rides_done", "rides_refused", "rides_escalated")),
    "ride_minutes": ("lines", "minutes", ("ride_confirmed", "ride_arrived")),
    "alerts": ("bars", "count", ("alerts", "alerts_closed")),
    "alert_minutes": ("lines", "minutes", ("alert_taken",)),
    "reminders": ("bars", "count", ("reminders", "reminders_reached", "reminders_read")),
    "complaints": ("bars", "count", ("complaints",)),
}
ONLY_DINKES = ("complaints",)
TREND = 6
DRAWINGS = 512  # that are remembered, some ten kilobytes each


@dataclass(frozen=True)
class Line:
    """One indicator of one area with both of its denominators."""

    measure: Measure
    count: int
    listed: int | None
    of_list: float | None
    since_january: int
    target: int | None
    of_target: float | None


@dataclass(frozen=True)
class Chart:
    """A drawing, and the same numbers as a table."""

    name: str
    title: str
    svg: str  # ours alone: every text in it was escaped by the writer of XML
    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Course:
    """Some villages (None: all) over months, oldest first, and the year's targets for them."""

    months: Sequence[Figures]
    codes: tuple[str, ...] | None
    targets: Targets  # summed
    expected: Mapping[str, Targets] = field(default_factory=dict, repr=False)  # the same by village, for ``part``
    _totals: dict[date, Counts] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def month(self) -> Month:
        """The last one, which the page is about."""
        return self.months[-1].month

    def counts(self, back: int = 0) -> Counts:
        """Of the month, or of one before it."""
        return self.total(self.months[-1 - back])

    def part(self, codes: tuple[str, ...]) -> Course:
        """Some villages of it."""
        return Course(self.months, codes, summed(self.expected, codes))

    @property
    def counted_at(self) -> datetime | None:
        """When the oldest of what is shown was counted; None: all of it just now."""
        return min((one.counted_at for one in self.months if one.counted_at), default=None)

    def total(self, month: Figures) -> Counts:
        """Of one of the months; added up once, for a page asks for it many times."""
        first = month.month.first
        if first not in self._totals:
            self._totals[first] = month.total(self.codes)
        return self._totals[first]

    def summed(self, months: Sequence[Figures]) -> Counts:
        """Over some of the months; of women pregnant this says nothing, they are in several."""
        found: Counts = {}
        for one in months:
            for name, count in self.total(one).items():
                found[name] = found.get(name, 0) + count
        return found

    def since_january(self) -> Counts:
        """Over the months of the year of the last one."""
        return self.summed([one for one in self.months if one.month.first.year == self.month.first.year])

    def line(self, measure: Measure) -> Line:
        """One indicator."""
        counts, course = self.counts(), self.since_january()
        return Line(
            measure,
            measure.count(counts),
            counts.get(measure.listed, 0) if measure.listed else None,
            measure.of_list(counts),
            measure.count(course),
            self.targets.get(measure.target) if measure.target else None,
            measure.of_target(course, self.targets),
        )

    def minutes(self, name: str) -> float | None:
        """The median wait of the month."""
        return self.months[-1].median(name, self.codes)

    def wait(self, name: str, months: Sequence[Figures]) -> float | None:
        """The median over all waits of some months, not the middle of their medians."""
        found = [minutes for one in months for minutes in one.waited_for(name, self.codes)]
        return median(found) if found else None

    def paths(self) -> list[tuple[str, int]]:
        """How women were told the birth could be paid, most first; the way itself stands in words."""
        counts = self.counts()
        found = [(said("path", path), counts.get(f"path_{path}", 0)) for path in PATHS]
        return sorted(found, key=lambda row: -row[1])


def drawn(course: Course, *, is_dinkes: bool, months: int = TREND) -> list[Chart]:
    """All drawings that this officer may see."""
    return [chart(course, name, months) for name in CHARTS if is_dinkes or name not in ONLY_DINKES]


def chart(course: Course, name: str, months: int = TREND) -> Chart:
    """One drawing over the last months, with its table."""
    draw, group, names = CHARTS[name]
    shown = course.months[-months:]
    read = _READ[group]
    series = {said(group, one): [read(course, month, one) for month in shown] for one in names}
    labels = tuple(month_short(month.month) for month in shown)
    title = said("chart", name)
    drawing = _svg(
        draw, title, _in_words(title, series, shown), labels, tuple((k, tuple(v)) for k, v in series.items())
    )
    rows = tuple((label, tuple(written(value) for value in values)) for label, values in series.items())
    return Chart(name, title, drawing, labels, rows)


@lru_cache(maxsize=DRAWINGS)
def _svg(
    draw: Draw, title: str, said: str, labels: tuple[str, ...], series: tuple[tuple[str, tuple[float | None, ...]], ...]
) -> str:
    """The same numbers make the same drawing, and a drawing takes longer than all the rest of a page."""
    pen = charts.lines if draw == "lines" else charts.bars
    return pen(title, said, labels, dict(series))


def _count(course: Course, month: Figures, name: str) -> float:
    counts = course.total(month)
    return MEASURES[name].count(counts) if name in MEASURES else counts.get(name, 0)


def _share(course: Course, month: Figures, name: str) -> float | None:
    return MEASURES[name].of_list(course.total(month))


def _minutes(course: Course, month: Figures, name: str) -> float | None:
    return month.median(name, course.codes)


_READ: dict[str, Callable[[Course, Figures, str], float | None]] = {
    "count": _count,
    "share": _share,
    "minutes": _minutes,
}


def _in_words(title: str, series: charts.Series, shown: Sequence[Figures]) -> str:
    """The first and the last value of each line, for who hears the page."""
    words = figure_words()
    first, last = month_name(shown[0].month), month_name(shown[-1].month)
    parts = [
        words["said_part"].format(
            name=name, first=_or_nothing(values[0]), last=_or_nothing(values[-1]), to=last, **{"from": first}
        )
        for name, values in series.items()
    ]
    text: str = words["said"].format(title=title, parts="; ".join(parts))
    return text


def _or_nothing(value: float | None) -> str:
    return figure_words()["nothing"] if value is None else written(value)
