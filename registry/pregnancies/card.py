"""One mother's card as a picture: weeks, due date, visits done and to come, where to go and whom to call.

Pure: values in, the bytes of a PNG out. Every word on it comes in with the card. Each state of a visit has a sign of
its own besides its colour, for eyes that do not tell green from red and for screens that are old.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from registry.pregnancies.card_pen import DEEP, FAINT, GREEN, INK, PALE, SOFT, WHITE, Pen, State
from registry.pregnancies.card_text import Box, Line, Type, place, plain, width

WIDTH, HEIGHT = 720, 960
PAPER = Box(20, 20, 700, 940)
MOST_VISITS = 8  # the circles of the longest schedule in discussion still stand side by side (domain.md 2.1)

_HEAD, _FOOT, _TEAR = 170.0, 882.0, 352.0
_LEFT, _RIGHT, _TEXT_LEFT = 56.0, 664.0, 132.0
_TITLE = Type((28, 26, 24), PALE)
_NAME = Type((50, 46, 42, 38), WHITE, most=2, bold=True, middle=True)
_LABEL = Type((25, 23), SOFT)
_NUMBER = Type((114, 80), DEEP, bold=True)
_WEEKS_LINE = Type((34, 30, 26), INK, most=3, middle=True)
_ALONE = Type((40, 36, 32, 28), INK, most=3, bold=True, middle=True)
_DATE = Type((42, 38, 34, 30), INK, most=2, bold=True, middle=True)
_VISIT = Type((28, 25, 22), INK, bold=True, centred=True)
_DAY = Type((24, 22, 20, 18), SOFT, centred=True)
_LEGEND = Type((23,), SOFT)
_BODY = Type((33, 30), INK, most=2, bold=True)
_CALL = Type((33, 30, 28), INK, bold=True)
_CALL_NUMBER = Type((36, 32, 28), DEEP, bold=True)
_FOOTER = Type((26, 24, 22), WHITE, most=2, centred=True, middle=True)

_TRACK = 448.0  # the height of the circles' centres
_LARGEST, _BETWEEN = 34.0, 12.0
_LEGEND_ROWS = (568.0, 599.0)
_LEGEND_RADIUS, _LEGEND_GAP = 12.0, 20.0


@dataclass(frozen=True)
class CardVisit:
    """One visit: its short name, what became of it, and its day as one says it."""

    label: str
    state: State
    day_line: str


@dataclass(frozen=True)
class Card:
    """All that stands on the card, in words; the name comes masked when others use the phone."""

    title: str
    name_line: str
    weeks: int | None  # the large number; None when nobody knows it yet
    weeks_line: str  # stands beside the number, or alone
    hpl_line: str
    visits: tuple[CardVisit, ...]  # the first eight are drawn
    where_line: str
    call_line: str
    call_number: str
    footer: str
    weeks_label: str = ""
    hpl_label: str = ""
    visits_label: str = ""
    where_label: str = ""
    call_label: str = ""
    legend: dict[State, str] = field(default_factory=dict)  # what the signs mean; told for those that are there


@dataclass(frozen=True)
class Circle:
    """A sign at its place."""

    state: State
    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """Where it lies."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


def draw(card: Card) -> bytes:
    """The card as a PNG of 720 x 960."""
    pen = Pen(WIDTH, HEIGHT)
    _draw_paper(pen)
    _draw_track(pen, circles(card))
    keys, _ = _legend(card)
    for circle in (*circles(card), *keys):
        pen.sign(circle.state, (circle.x, circle.y), circle.radius)
    for line in lines(card):
        pen.write(line)
    file = io.BytesIO()
    pen.finish().save(file, "PNG", optimize=True)
    return file.getvalue()


def lines(card: Card) -> list[Line]:
    """Every line of text at its place."""
    return [
        *place(card.title, Box(_LEFT, 36, _RIGHT, 71), _TITLE),
        *place(card.name_line, Box(_LEFT, 70, _RIGHT, 165), _NAME),
        *_lines_of_weeks(card),
        *place(card.hpl_label, Box(404, 190, _RIGHT, 222), _LABEL),
        *place(card.hpl_line, Box(404, 230, _RIGHT, 334), _DATE),
        *place(card.visits_label, Box(_LEFT, 370, _RIGHT, 402), _LABEL),
        *_lines_of_visits(card),
        *_legend(card)[1],
        *place(card.where_label, Box(_TEXT_LEFT, 652, _RIGHT, 683), _LABEL),
        *place(card.where_line, Box(_TEXT_LEFT, 684, _RIGHT, 758), _BODY),
        *place(card.call_label, Box(_TEXT_LEFT, 766, _RIGHT, 797), _LABEL),
        *place(card.call_line, Box(_TEXT_LEFT, 795, _RIGHT, 836), _CALL),
        *place(card.call_number, Box(_TEXT_LEFT, 833, _RIGHT, 878), _CALL_NUMBER),
        *place(card.footer, Box(_LEFT, _FOOT, _RIGHT, 938), _FOOTER),
    ]


def circles(card: Card) -> list[Circle]:
    """The visits side by side, each in the middle of an equal part of the width."""
    shown = card.visits[:MOST_VISITS]
    part = (_RIGHT - _LEFT + 24) / max(1, len(shown))
    radius = min(_LARGEST, (part - _BETWEEN) / 2)
    return [
        Circle(visit.state, _LEFT - 12 + part * (number + 0.5), _TRACK, radius) for number, visit in enumerate(shown)
    ]


def _lines_of_weeks(card: Card) -> list[Line]:
    label = place(card.weeks_label, Box(_LEFT, 190, 376, 222), _LABEL)
    if card.weeks is None:
        return [*label, *place(card.weeks_line, Box(_LEFT, 230, 366, 334), _ALONE)]
    number = place(str(card.weeks), Box(_LEFT, 208, 240, 350), _NUMBER)
    right = _LEFT + max(width(line.text, line.size, bold=True) for line in number)
    return [*label, *number, *place(card.weeks_line, Box(right + 16, 230, 376, 334), _WEEKS_LINE)]


def _lines_of_visits(card: Card) -> list[Line]:
    found = []
    shown = circles(card)
    half = (_RIGHT - _LEFT + 24) / max(1, len(shown)) / 2 - 4
    for visit, circle in zip(card.visits, shown, strict=False):
        left, right = circle.x - half, circle.x + half
        found += place(visit.label, Box(left, 487, right, 522), _VISIT)
        found += place(visit.day_line, Box(left, 521, right, 551), _DAY)
    return found


def _legend(card: Card) -> tuple[list[Circle], list[Line]]:
    """The signs that are on this card with their meaning, in as many rows as there are."""
    seen = {visit.state for visit in card.visits[:MOST_VISITS]}
    keys: list[Circle] = []
    words: list[Line] = []
    x, rows = _LEFT, iter(_LEGEND_ROWS)
    top = next(rows)
    for state, text in card.legend.items():
        wide = 2 * _LEGEND_RADIUS + 8 + width(plain(text), _LEGEND.sizes[0], bold=False)
        if state not in seen:
            continue
        if x > _LEFT and x + wide > _RIGHT:
            x, top = _LEFT, next(rows, 0.0)
        if not top:
            break
        start = x + 2 * _LEGEND_RADIUS + 8
        keys.append(Circle(state, x + _LEGEND_RADIUS, top + 14, _LEGEND_RADIUS))
        words += place(text, Box(start, top, _RIGHT, top + 29), _LEGEND)
        x += wide + _LEGEND_GAP
    return keys, words


def _draw_paper(pen: Pen) -> None:
    pen.paper(PAPER, _HEAD, _FOOT)
    pen.tear(PAPER, _TEAR)
    pen.stroke([(388, 196), (388, 332)], FAINT, 2)
    pen.stroke([(_LEFT, 641), (_RIGHT, 641)], FAINT, 2)
    pen.house((90, 702), 34)
    pen.phone((90, 824), 34)


def _draw_track(pen: Pen, shown: list[Circle]) -> None:
    """The way from the first visit to the last; green as far as she has come."""
    if not shown:
        return
    y, first, last = _TRACK, shown[0].x, shown[-1].x
    pen.stroke([(first, y), (last, y)], FAINT, 5)
    behind = [circle.x for circle in shown if circle.state in ("done", "reported")]
    if behind:
        pen.stroke([(first, y), (behind[-1], y)], GREEN, 5)
