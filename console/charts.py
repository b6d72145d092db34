"""Drawings of figures: inline SVG without script, style or outside address, so that the strict policy holds.

pygal computes the drawing; its style sheet, script and data for hovering are taken out again. Colours stand in
charts.css by the classes pygal gives, so dark mode and print follow the page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import pygal

WIDTH, HEIGHT = 420, 230  # small enough that its letters stay readable on a telephone
COLOURS = 6  # as many as charts.css knows
NOT_DRAWN = ("defs", "style", "script", "title", "desc")
OVERLAYS = {"text-overlay", "tooltip-overlay", "titles", "background"}
LENGTHS = {"cx", "cy", "x", "y", "width", "height", "d"}
FRAMES = {"dots", "bar", "guides"}  # around a single mark, which says the same
FOR_HOVERING = {"reactive", "tooltip-trigger", "nofill", "always_show"}  # classes that no style of ours names
Series = Mapping[str, Sequence[float | None]]
_numbers = count(1)

# pygal leaves an importer of an outdated kind behind, for plug-ins that are not used here; others would stumble on it.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]


def lines(title: str, said: str, labels: Sequence[str], series: Series, *, unit: str = "") -> str:
    """A course over months; ``said`` is what somebody hears who does not see it."""
    return _drawn(pygal.Line(**_look(labels, series, unit), dots_size=4), title, said, series)


def bars(title: str, said: str, labels: Sequence[str], series: Series, *, unit: str = "") -> str:
    """Amounts side by side."""
    return _drawn(pygal.Bar(**_look(labels, series, unit)), title, said, series)


def _look(labels: Sequence[str], series: Series, unit: str) -> dict[str, Any]:
    ticks = ticks_to(max((value for values in series.values() for value in values if value is not None), default=0))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "show_legend": False,  # stands beside the drawing as text
        "js": [],
        "css": [],
        "disable_xml_declaration": True,
        "x_labels": [str(label) for label in labels],
        "y_labels": ticks,
        "range": (0, ticks[-1]),  # an axis that begins at nothing exaggerates nothing
        "margin": 8,
        "value_formatter": lambda value: f"{value:,.0f}".replace(",", ".") + unit,
        "no_data_text": "",
        "spacing": 8,
    }


def ticks_to(most: float) -> list[int]:
    """Whole numbers from nothing to a little above the highest, four steps or five."""
    step = 1
    for step in (power * digit for power in (10**n for n in range(9)) for digit in (1, 2, 5)):
        if step * 5 >= most:
            break
    return [step * number for number in range(max(2, int(-(-most // step)) + 1))]


def _drawn(chart: Any, title: str, said: str, series: Series) -> str:
    for name, values in series.items():
        chart.add(name, list(values))
    root = chart.render_tree()
    _strip(root)
    _name(root, title, said)
    return tostring(root, encoding="unicode")


def _strip(element: Any) -> None:
    """Without what the page must not or need not have; a tenth of a pixel is exact enough."""
    for child in list(element):
        if not isinstance(child.tag, str) or _tag(child) in NOT_DRAWN or OVERLAYS & set(child.get("class", "").split()):
            element.remove(child)
        else:
            _strip(child)
    for child in [one for one in element if one.get("class") in FRAMES and set(one.attrib) == {"class"}]:
        place = list(element).index(child)
        element.remove(child)
        element[place:place] = list(child)
    for name in ("id", "style"):
        element.attrib.pop(name, None)
    for name in LENGTHS & set(element.attrib):
        element.set(name, re.sub(r"\d+\.\d+", _shorter, element.get(name)))
    if "class" in element.attrib:
        element.set("class", " ".join(word for word in element.get("class").split() if word not in FOR_HOVERING))


def _shorter(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _name(root: Any, title: str, said: str) -> None:
    number = next(_numbers)
    root.attrib.pop("{http://www.w3.org/2000/svg}id", None)
    root.set("class", "chart-svg")
    root.set("role", "img")
    root.set("aria-labelledby", f"c{number}t c{number}d")
    for position, (tag, name, text) in enumerate((("title", "t", title), ("desc", "d", said))):
        child: Element = SubElement(root, tag, id=f"c{number}{name}")
        child.text = text
        root.remove(child)
        root.insert(position, child)
