"""What a simulated phone sends as a photo: a blank receipt, the same each time."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SAMPLE = "simulated"  # its name, which no provider gives
SIZE = (480, 640)
LINES = range(120, 560, 60)


@cache
def sample() -> bytes:
    """A PNG."""
    drawn = Image.new("RGB", SIZE, "#f4f1e8")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((40, 40, SIZE[0] - 40, 90), fill="#0b5f58")
    for height in LINES:
        pen.line((60, height, SIZE[0] - 60, height), fill="#8a8578", width=4)
    kept = BytesIO()
    drawn.save(kept, "PNG")
    return kept.getvalue()
