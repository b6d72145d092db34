"""How words become lines that fit a box of the card: cleaned, measured, wrapped, made smaller, at last cut short.

Pure. Sizes and places are in the card's own units; the font is drawn ``SCALE`` times as large and scaled down later.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from PIL import ImageFont

SCALE = 2
LONGEST = 240  # characters of one text that are looked at; more never fits
ELLIPSIS = "…"
ANCHOR = "la"  # Pillow's word for: the left end of the line, the top of its tallest letters
# What the font bundled with Pillow can draw; everything else would come out as an empty box.
_DRAWN = frozenset({chr(code) for code in range(0x20, 0x7F)} | set("«»·–—‘’“”…±°"))
_SPACE_BETWEEN = 1.22  # of one line to the next, in sizes


@dataclass(frozen=True)
class Box:
    """A place on the card, in its units; the origin is the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    def holds(self, other: Box) -> bool:
        """Whether the other lies inside; a hair of rounding is forgiven."""
        reach = (other.left - self.left, other.top - self.top, self.right - other.right, self.bottom - other.bottom)
        return min(reach) >= -0.5


@dataclass(frozen=True)
class Line:
    """One line of text; its pen starts at ``x``, its tallest letters may reach up to ``y``."""

    text: str
    x: float
    y: float
    size: int
    colour: str
    bold: bool

    @property
    def box(self) -> Box:
        """Where its ink lies."""
        left, top, right, bottom = _ink(self.text, self.size, self.bold)
        return Box(self.x + left, self.y + top, self.x + right, self.y + bottom)


@dataclass(frozen=True)
class Type:
    """How a text is set: the sizes it may take, largest first, and how many lines."""

    sizes: tuple[int, ...]
    colour: str
    most: int = 1
    bold: bool = False
    centred: bool = False
    middle: bool = False  # fewer lines than there is room for stand in the middle of the height


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with Pillow, at the size in which it is drawn.

    Raises:
        RuntimeError: this Pillow was built without FreeType and has only a font of dots.
    """
    found = ImageFont.load_default(size=size * SCALE)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType")
    return found


def stroke(size: int, bold: bool) -> float:
    """How far the letters are thickened, as drawn; the bundled font has one weight only."""
    return size * SCALE / 42 if bold else 0.0


def plain(text: str) -> str:
    """The text in letters the font can draw: accents fall away, so do emoji; lines stay lines."""
    taken = unicodedata.normalize("NFKD", text[:LONGEST].replace(ELLIPSIS, "..."))
    lines = ("".join(c for c in line.replace("\t", " ") if c in _DRAWN) for line in taken.splitlines())
    return "\n".join(" ".join(line.split()) for line in lines).strip("\n")


def width(text: str, size: int, bold: bool) -> float:
    """How wide a line comes out, in units of the card."""
    left, _, right, _ = _ink(text, size, bold)
    return right - left


def _ink(text: str, size: int, bold: bool) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line, seen from where the pen starts; some letters reach behind that."""
    left, top, right, bottom = font(size).getbbox(text, anchor=ANCHOR, stroke_width=stroke(size, bold))
    return left / SCALE, top / SCALE, right / SCALE, bottom / SCALE


def wrap(text: str, room: float, size: int, bold: bool) -> list[str]:
    """Break between words, and inside one that alone is too long; a line break of the text stays one."""
    lines: list[str] = []
    for paragraph in plain(text).splitlines():
        line = ""
        for word in _pieces(paragraph, room, size, bold):
            longer = f"{line} {word}".strip()
            if width(longer, size, bold) <= room:
                line = longer
            else:
                lines.append(line)
                line = word
        lines.append(line)
    return [line for line in lines if line]


def _pieces(paragraph: str, room: float, size: int, bold: bool) -> list[str]:
    """The words, one that is too long in parts that are not."""
    pieces: list[str] = []
    for word in paragraph.split():
        rest = word
        while rest:
            fitting = next((end for end in range(len(rest), 1, -1) if width(rest[:end], size, bold) <= room), 1)
            pieces.append(rest[:fitting])
            rest = rest[fitting:]
    return pieces


def place(text: str, box: Box, how: Type) -> list[Line]:
    """The text as lines inside the box in the largest size in which it is whole.

    When even the smallest is too large, the last line ends in an ellipsis.
    """
    size, lines = _fit(text, box, how)
    step = size * _SPACE_BETWEEN
    spare = (box.bottom - box.top - len(lines) * step) / 2 if how.middle else 0.0
    top = box.top + max(0.0, spare)
    return [
        Line(line, _start(line, box, size, how), top + number * step, size, how.colour, how.bold)
        for number, line in enumerate(lines)
    ]


def _start(line: str, box: Box, size: int, how: Type) -> float:
    """Where the pen starts so that the ink begins at the box's edge, or lies in its middle."""
    left, _, right, _ = _ink(line, size, how.bold)
    spare = box.width - (right - left) if how.centred else 0.0
    return box.left - left + spare / 2


def _fit(text: str, box: Box, how: Type) -> tuple[int, list[str]]:
    size, lines, most = how.sizes[-1], list[str](), 1
    for size in how.sizes:
        most = max(1, min(how.most, int((box.bottom - box.top) // (size * _SPACE_BETWEEN))))
        lines = wrap(text, box.width, size, how.bold)
        unbroken = all(width(word, size, how.bold) <= box.width for word in plain(text).split())
        if len(lines) <= most and unbroken:
            return size, lines
    if len(lines) > most:
        lines = [*lines[: most - 1], _shorten(lines[most - 1] + ELLIPSIS, box.width, size, how.bold)]
    return size, lines


def _shorten(line: str, room: float, size: int, bold: bool) -> str:
    """Take letters from before the ellipsis until the line fits."""
    while len(line) > 1 and width(line, size, bold) > room:
        line = line[:-2].rstrip() + ELLIPSIS
    return line
