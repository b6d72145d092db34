"""The figures: what was reached in a month, by kecamatan, puskesmas and desa, with drawings and as a PWS-KIA sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import figure_services, figure_sheets, sheets
from console.figure_course import TREND, Course, drawn
from console.figure_words import figure_words, month_code, month_name, said, written
from console.pages import View, page
from registry import clock
from registry.figures import indicators, kept_months, service_areas, targets
from registry.figures.coverage import CARE, MEASURES, SERVICE
from registry.figures.indicators import Counts, Month, Scope
from registry.figures.service_areas import Area

MONTHS_BACK = 24
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
PER = ("kecamatan", "puskesmas", "desa")
COLUMNS = (
    "pregnant", "k1", "k1_pure", "k4", "k6", "births", "births_in_facility", "kf1", "kf4", "kn1", "kn3", "jkn_active",
    "rides", "alerts", "reminders_reached", "complaints",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the address asks for, within what the officer may see."""

    month: Month
    scope: Scope
    district: Area | None
    districts: list[Area]
    per: str

    @property
    def narrowed(self) -> Scope:
        """The kecamatan that was chosen, else all she may see."""
        return Scope(districts=frozenset({self.district.code})) if self.district else self.scope

    @property
    def name(self) -> str:
        """The area in words."""
        if self.district is not None:
            return f"Kecamatan {self.district.name}"
        return "Kabupaten Malang" if self.scope.districts is None else ", ".join(area.name for area in self.districts)


@dataclass(frozen=True)
class Row:
    """One line of the table of areas: the counts, and percent of the target for those that have one."""

    area: Area
    cells: tuple[tuple[int, float | None], ...]


def routes() -> list[BaseRoute]:
    """The figures and their sheet."""
    return [page("/angka", show), page("/angka.xlsx", download)]


def scope_of(view: View) -> Scope:
    """What the officer may see figures of; 404 when nothing."""
    scope = indicators.scope_of(view.speaker)
    if scope is None:
        raise HTTPException(404)
    return scope


def chosen_month(view: View, today: date) -> Month:
    """The month of the address, else the present one; 404 for what is no month or lies too far away."""
    asked = view.query.get("bulan", "")
    if not asked:
        return Month(today.replace(day=1))
    month = Month(date.fromisoformat(f"{asked}-01")) if MONTH.fullmatch(asked) else None
    if month is None or month not in offered_months(today):
        raise HTTPException(404)
    return month


def offered_months(today: date) -> list[Month]:
    """Those one may choose, the present one first."""
    return indicators.months_until(Month(today.replace(day=1)), MONTHS_BACK)[::-1]


def asked_of(view: View) -> Asked:
    """Read the address; a kecamatan that is not hers is not found."""
    scope = scope_of(view)
    districts = service_areas.districts(view.session, scope)
    code = view.query.get("kec", "") or (districts[0].code if len(districts) == 1 else "")
    chosen = next((area for area in districts if area.code == code), None)
    if code and chosen is None:
        raise HTTPException(404)
    per = view.query.get("per", "")
    if per not in PER or (per == "desa") != (chosen is not None):
        per = "desa" if chosen else "kecamatan"
    return Asked(chosen_month(view, clock.today(view.now)), scope, chosen, districts, per)


def areas_of(view: View, asked: Asked) -> list[Area]:
    """The rows of the table."""
    if asked.district is not None:
        return service_areas.villages(view.session, asked.scope, asked.district.code)
    return service_areas.puskesmas(view.session, asked.scope) if asked.per == "puskesmas" else asked.districts


def course_of(view: View, asked: Asked, months: int = TREND) -> Course:
    """The months of the year so far and of the drawings, for the area that is asked for."""
    wanted = indicators.months_until(asked.month, max(months, asked.month.first.month))
    found = kept_months.over(view.session, asked.narrowed, wanted, view.now)
    expected = targets.of_year(view.session, asked.narrowed, asked.month.first.year)
    villages = asked.district.villages if asked.district else service_areas.inside(asked.districts)
    return Course(found, None, targets.summed(expected, villages), expected)


def rows_of(view: View, asked: Asked, course: Course, areas: Sequence[Area]) -> list[Row]:
    """A line for each area, and one for women who live elsewhere when there are any."""
    parts = [course.part(area.villages) for area in areas]
    rows = [Row(area, _cells(view, part)) for area, part in zip(areas, parts, strict=True)]
    elsewhere = _elsewhere(course, areas)
    if elsewhere is not None:
        rows.append(Row(elsewhere, _cells(view, course.part(elsewhere.villages))))
    return rows


def _elsewhere(course: Course, areas: Sequence[Area]) -> Area | None:
    known = set(service_areas.inside(areas))
    others = sorted({code for month in course.months for code in month.villages} - known)
    return Area("", figure_words()["outside"], tuple(others)) if others else None


def columns_of(view: View) -> list[str]:
    """The columns this officer sees: complaints are Dinkes' alone."""
    return [name for name in COLUMNS if name != "complaints" or view.officer.is_dinkes]


def _cells(view: View, part: Course) -> tuple[tuple[int, float | None], ...]:
    counts, course = part.counts(), part.since_january()
    return tuple(_cell(name, counts, course, part) for name in columns_of(view))


def _cell(name: str, counts: Counts, course: Counts, part: Course) -> tuple[int, float | None]:
    measure = MEASURES.get(name)
    if measure is None:
        return counts.get(name, 0), None
    return measure.count(counts), measure.of_target(course, part.targets)


def show(view: View) -> Response:
    """The page."""
    asked = asked_of(view)
    course = course_of(view, asked)
    areas = areas_of(view, asked)
    rows = rows_of(view, asked, course, areas)
    return view.render(
        "figures.html",
        asked=asked,
        month=asked.month,
        months=[(month_code(one), month_name(one)) for one in offered_months(clock.today(view.now))],
        course=course,
        counts=course.counts(),
        care=[course.line(measure) for measure in CARE],
        service=[course.line(measure) for measure in SERVICE],
        charts=drawn(course, is_dinkes=view.officer.is_dinkes),
        columns=columns_of(view),
        rows=rows,
        total=_cells(view, course),
        services=_services(view, course, areas),
        sources=targets.sources(view.session, asked.scope, asked.month.first.year),
        month_code=month_code,
        month_name=month_name,
        said=said,
        written=written,
    )


def _services(view: View, course: Course, areas: Sequence[Area]) -> list[dict[str, Any]]:
    """The tables of what the service did, and of the ways a birth can be paid."""
    elsewhere = _elsewhere(course, areas)
    shown = [*areas, *([elsewhere] if elsewhere is not None else [])]
    names = {"services": figure_services.columns(is_dinkes=view.officer.is_dinkes)}
    names["paths"] = list(figure_services.PATH_COLUMNS)
    return [
        {
            "name": name,
            "columns": [figure_services.title(column) for column in columns],
            "rows": figure_services.rows(course, shown, columns),
            "total": figure_services.numbers(course, columns),
        }
        for name, columns in names.items()
    ]


def download(view: View) -> Response:
    """The PWS-KIA sheet of what the page shows; taking it along is an audit row."""
    asked = asked_of(view)
    course = course_of(view, asked)
    view.look(f"figures:{month_code(asked.month)}", "figures_taken")
    sources = targets.sources(view.session, asked.scope, asked.month.first.year)
    pages = figure_sheets.of(course, asked.name, areas_of(view, asked), sources, is_dinkes=view.officer.is_dinkes)
    return sheets.answer(f"pws-kia-{month_code(asked.month)}", pages)
