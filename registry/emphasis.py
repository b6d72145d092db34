"""What stands between asterisks in our texts is stressed: WhatsApp does so by itself, elsewhere it must be done."""

from __future__ import annotations

import re

_STRESSED = re.compile(r"(?<![^\W_])\*(?!\s)([^*\n]+)(?<!\s)\*(?![^\W_])")


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text in pieces without the asterisks of what is stressed, each with whether it is; other asterisks stay.

    The same rule as WhatsApp's: the first and the last character within are no blanks, and no letter or digit stands
    next to it outside.
    """
    parts = _STRESSED.split(text)
    return [(part, at % 2 == 1) for at, part in enumerate(parts) if part]
