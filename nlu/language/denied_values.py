"""What a correction takes back: of "eh dudu mau isuk, wingi" only "wingi" is told."""

from __future__ import annotations

import re

_DENIED = re.compile(
    r"(?<!\w)(?:bukan|bkn|dudu|duduk|sanes)\s+[^,;.\n]*(?:[,;.\n]\s*(?:tapi|tp|melainkan)?|$)", re.IGNORECASE
)


def without_denied(text: str) -> str:
    """The text without what is said not to be so; "bukan kemarin" alone leaves nothing."""
    return _DENIED.sub(" ", text)
