"""The brush of the card: paper, signs and letters. It knows colours and shapes, and nothing about a pregnancy.

All places are in units of the card; it paints ``SCALE`` times as large, so that edges come out smooth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PIL import Image, ImageDraw

from registry.pregnancies.card_text import ANCHOR, SCALE, Box, Line, font, stroke

State = Literal["done", "reported", "due", "missed", "later"]
GROUND, WHITE, FAINT = "#D9EAE6", "#FFFFFF", "#B4C8C4"
DEEP, PALE = "#0A5552", "#DDF3EE"
INK, SOFT = "#10302E", "#48605D"
GREEN, AMBER, BROWN, RED, GREY = "#14743F", "#FFC445", "#4A3200", "#B3201B", "#7C908D"
_COLOURS = 48  # of the palette: keeps the file small for a slow line
_ROUND = 34.0
_NOTCH = 15.0
Point = tuple[float, float]


class Pen:
    """Paints on one picture."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def finish(self) -> Image.Image:
        """The picture in its final size, with a palette."""
        small = self._image.reduce(SCALE)
        return small.quantize(_COLOURS, dither=Image.Dither.NONE)

    def write(self, line: Line) -> None:
        """One line of text."""
        self._draw.text(
            (line.x * SCALE, line.y * SCALE),
            line.text,
            fill=line.colour,
            font=font(line.size),
            anchor=ANCHOR,
            stroke_width=stroke(line.size, line.bold),
        )

    def paper(self, box: Box, head: float, foot: float) -> None:
        """A white sheet with round corners; what lies above ``head`` and below ``foot`` is dark."""
        self._draw.rounded_rectangle(_scaled(box), _ROUND * SCALE, fill=DEEP)
        self._draw.rectangle(_scaled(Box(box.left, head, box.right, foot)), fill=WHITE)

    def tear(self, box: Box, y: float) -> None:
        """A dashed line across the sheet with a notch at either side, as on a ticket."""
        for x in (box.left, box.right):
            self.disc((x, y), _NOTCH, GROUND)
        start, end = box.left + 2 * _NOTCH, box.right - 2 * _NOTCH
        for number in range(int((end - start) // 18)):
            x = start + number * 18
            self.stroke([(x, y), (x + 8, y)], FAINT, 2.5)

    def stroke(self, points: Sequence[Point], colour: str, thick: float) -> None:
        """A line through points with round ends."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(thick * SCALE), joint="curve")
        for point in (points[0], points[-1]):
            self.disc(point, thick / 2, colour)

    def disc(self, centre: Point, radius: float, colour: str) -> None:
        """A filled circle."""
        self._draw.ellipse(_scaled(_around(centre, radius)), fill=colour)

    def sign(self, state: State, centre: Point, radius: float) -> None:
        """The circle of one visit."""
        rim, inside = {
            "done": (GREEN, GREEN),
            "reported": (GREEN, WHITE),
            "due": (BROWN, AMBER),
            "missed": (RED, WHITE),
            "later": (GREY, WHITE),
        }[state]
        self.disc(centre, radius, rim)
        self.disc(centre, radius * (0.92 if state == "later" else 0.87), inside)
        self._mark(state, centre, radius)

    def _mark(self, state: State, centre: Point, radius: float) -> None:
        if state in ("done", "reported"):
            points = [_from(centre, radius, x, y) for x, y in ((-0.42, 0.04), (-0.12, 0.34), (0.44, -0.3))]
            self.stroke(points, WHITE if state == "done" else GREEN, radius * 0.19)
        elif state == "due":
            points = [_from(centre, radius, x, y) for x, y in ((0.08, -0.4), (0.48, 0.0), (0.08, 0.4))]
            self.stroke(points, BROWN, radius * 0.17)
            self.stroke([_from(centre, radius, -0.46, 0), _from(centre, radius, 0.4, 0)], BROWN, radius * 0.17)
        elif state == "missed":
            self.stroke([_from(centre, radius, 0, -0.44), _from(centre, radius, 0, 0.1)], RED, radius * 0.2)
            self.disc(_from(centre, radius, 0, 0.42), radius * 0.12, RED)

    def house(self, centre: Point, radius: float) -> None:
        """The sign of a place to go to."""
        self.disc(centre, radius, PALE)
        wall = Box(*_from(centre, radius, -0.36, -0.04), *_from(centre, radius, 0.36, 0.46))
        roof = [_from(centre, radius, x, y) for x, y in ((-0.56, 0.02), (0, -0.5), (0.56, 0.02))]
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in roof], fill=DEEP)
        self._draw.rectangle(_scaled(wall), fill=DEEP)
        self.stroke([_from(centre, radius, 0, 0.04), _from(centre, radius, 0, 0.32)], PALE, radius * 0.12)
        self.stroke([_from(centre, radius, -0.14, 0.18), _from(centre, radius, 0.14, 0.18)], PALE, radius * 0.12)

    def phone(self, centre: Point, radius: float) -> None:
        """The sign of somebody to call."""
        self.disc(centre, radius, PALE)
        case = Box(*_from(centre, radius, -0.32, -0.56), *_from(centre, radius, 0.32, 0.56))
        glass = Box(*_from(centre, radius, -0.22, -0.4), *_from(centre, radius, 0.22, 0.26))
        self._draw.rounded_rectangle(_scaled(case), radius * 0.14 * SCALE, fill=DEEP)
        self._draw.rectangle(_scaled(glass), fill=PALE)
        self.disc(_from(centre, radius, 0, 0.41), radius * 0.07, PALE)


def _scaled(box: Box) -> tuple[float, float, float, float]:
    return (box.left * SCALE, box.top * SCALE, box.right * SCALE, box.bottom * SCALE)


def _around(centre: Point, radius: float) -> Box:
    return Box(centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)


def _from(centre: Point, radius: float, x: float, y: float) -> Point:
    return (centre[0] + x * radius, centre[1] + y * radius)
