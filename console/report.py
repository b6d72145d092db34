"""The evaluation of three months that the Kabupaten asked for: text, figures, drawings and gaps, to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import figure_services
from console.figure_course import CHARTS, ONLY_DINKES, Course, Line, chart
from console.figure_words import month_code, month_name, said, written
from console.figures import Asked, areas_of, asked_of, columns_of, course_of, offered_months
from console.pages import View, page
from registry import clock, programme
from registry.figures import gaps, targets
from registry.figures.coverage import CARE, MEASURES, Measure, share
from registry.figures.indicators import Counts, Figures
from registry.figures.service_areas import Area

QUARTER = 3
STANDING = ("pregnant", "jkn_active")  # states, not events: those of the last month


@dataclass(frozen=True)
class Quarter:
    """One indicator over three months, beside a quarter of the year's target."""

    measure: Measure
    by_month: tuple[int, ...]
    total: int
    line: Line  # the last month, beside the women of the list
    expected: int | None  # a quarter of the year's target
    percent: float | None


def routes() -> list[BaseRoute]:
    """One page."""
    return [page("/laporan", show)]


def show(view: View) -> Response:
    """The report on the three months that end with the chosen one."""
    asked = asked_of(view)
    if view.query.get("per"):
        raise HTTPException(404)
    course = course_of(view, asked)
    months = course.months[-QUARTER:]
    names = [name for name in CHARTS if view.officer.is_dinkes or name not in ONLY_DINKES]
    services = figure_services.columns(is_dinkes=view.officer.is_dinkes)
    missing = gaps.of(view.session, asked.narrowed, [one.month for one in months])
    return view.render(
        "report.html",
        asked=asked,
        months=[(month_code(one), month_name(one)) for one in offered_months(clock.today(view.now))],
        month=asked.month,
        span=[month_name(one.month) for one in months],
        sums=course.summed(months),
        last=course.counts(),
        minutes={name: course.wait(name, months) for name in figure_services.MINUTES},
        quarters=[quarter(course, measure, months) for measure in CARE],
        charts=[chart(course, name, QUARTER) for name in names],
        paths=_paths(course, months),
        areas=_areas(course, months, areas_of(view, asked), asked, columns_of(view)),
        columns=columns_of(view),
        services=figure_services.rows(course, areas_of(view, asked), services, months),
        service_columns=services,
        service_title=figure_services.title,
        gaps=missing,
        without_cadre=_by_district(missing.without_cadre),
        without_driver=_by_district(missing.without_driver),
        sources=targets.sources(view.session, asked.scope, asked.month.first.year),
        is_open=programme.value(view.session, "programme_open", clock.today(view.now)),
        month_code=month_code,
        month_name=month_name,
        said=said,
        written=written,
    )


def quarter(course: Course, measure: Measure, months: Sequence[Figures]) -> Quarter:
    """Three months of one indicator; a quarter of the year's target is what one would expect of them."""
    by_month = tuple(measure.count(course.total(one)) for one in months)
    target = course.targets.get(measure.target) if measure.target else None
    expected = round(target / 4) if target is not None else None
    total = sum(by_month)
    return Quarter(measure, by_month, total, course.line(measure), expected, share(total, expected or 0))


def _paths(course: Course, months: Sequence[Figures]) -> list[tuple[str, int]]:
    counts = course.summed(months)
    rows = [(said("path", name[5:]), count) for name, count in counts.items() if name.startswith("path_") and count]
    return sorted(rows, key=lambda row: -row[1])


def _areas(
    course: Course, months: Sequence[Figures], areas: Sequence[Area], asked: Asked, columns: Sequence[str]
) -> list[tuple[str, list[int]]]:
    """Three months together for each area; women pregnant are those of the last month."""
    found = []
    for area in areas:
        part = course.part(area.villages)
        sums, last = part.summed(months), part.counts()
        cells = [_count(name, last if name in STANDING else sums) for name in columns]
        found.append((area.name, cells))
    return found


def _count(name: str, counts: Counts) -> int:
    return MEASURES[name].count(counts) if name in MEASURES else counts.get(name, 0)


def _by_district(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Kecamatan with their desa in one line each."""
    return [
        (district, ", ".join(village for _, village in group)) for district, group in groupby(rows, lambda row: row[0])
    ]
