"""The figures as a spreadsheet in the manner of PWS-KIA: a row for each area, a column for each indicator."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console import figure_services
from console.figure_course import Course
from console.figure_words import figure_words, month_name, said
from console.sheets import Cell, Sheet
from registry.figures.coverage import CARE, Measure
from registry.figures.service_areas import Area

OF_MONTH = ("pregnant", "registered", "births")
SINCE_JANUARY = ("registered", "births")  # a woman is pregnant in several months; adding those up says nothing


def of(
    course: Course, name: str, areas: Sequence[Area], sources: Sequence[str], *, is_dinkes: bool
) -> list[Sheet]:  # fmt: skip
    """The month, the year so far, percent of the target, what the service did, and what it all means."""
    named = [(area.name, course.part(area.villages)) for area in areas]
    everything = tuple(code for area in areas for code in area.villages)
    named.append((figure_words()["total"], Course(course.months, everything, course.targets)))
    title = said("sheet", "title", name=name, month=month_name(course.month))
    above = {kind: (title, said("sheet", kind, year=course.month.first.year)) for kind in ("of_month", "since_january")}
    return [
        _sheet("month", above["of_month"], OF_MONTH, named, _month),
        _sheet("course", above["since_january"], SINCE_JANUARY, named, _since_january),
        _sheet("target", (title, said("sheet", "of_target")), (), named, _of_target),
        figure_services.sheet(named, above["of_month"], is_dinkes=is_dinkes),
        Sheet(
            said("sheet", "notes"), (title,), (said("sheet", "meaning"),), [[line] for line in _notes(course, sources)]
        ),
    ]


def _sheet(
    kind: str, above: Sequence[str], context: Sequence[str], named: Sequence[tuple[str, Course]],
    read: Callable[[Course], list[Cell]],
) -> Sheet:  # fmt: skip
    header = [said("sheet", "area"), *(said("count", name) for name in context)]
    header += [said("measure", measure.name) for measure in CARE]
    return Sheet(said("sheet", kind), above, header, [[name, *read(part)] for name, part in named], has_total=True)


def _month(part: Course) -> list[Cell]:
    counts = part.counts()
    return [*(counts.get(name, 0) for name in OF_MONTH), *(measure.count(counts) for measure in CARE)]


def _since_january(part: Course) -> list[Cell]:
    counts = part.since_january()
    return [*(counts.get(name, 0) for name in SINCE_JANUARY), *(measure.count(counts) for measure in CARE)]


def _of_target(part: Course) -> list[Cell]:
    counts = part.since_january()
    return [measure.of_target(counts, part.targets) for measure in CARE]


def _notes(course: Course, sources: Sequence[str]) -> list[str]:
    rests_on = said("sheet", "sources", sources="; ".join(sources)) if sources else said("sheet", "no_target")
    aside = said("sheet", "set_aside", count=course.counts().get("set_aside", 0))
    return [*(_divided(measure) for measure in CARE), rests_on, aside, said("sheet", "limits")]


def _divided(measure: Measure) -> str:
    return said(
        "sheet", "divided", name=said("measure", measure.name), listed=said("listed", measure.listed or ""),
        target=said("target", measure.target or ""),
    )  # fmt: skip
