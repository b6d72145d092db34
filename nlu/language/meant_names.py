"""Which of the names in a message are meant, and which are named as the wrong ones: "bukan Sulastri tapi Yuliatin"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOT_HER = re.compile(
    r"\b(?:bukan|bkn|dudu|sanes)\s+(?:(?:bu|ibu|mbak|mb|yang|yg|sing|punya|punyanya)\s+)*$", re.IGNORECASE
)


def told_apart(text: str, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is meant, and who is not; all are meant when nobody would be left."""
    low = text.casefold()
    others = tuple(name for name in names if _NOT_HER.search(low[: max(low.find(name.casefold()), 0)]))
    meant = tuple(name for name in names if name not in others)
    return (meant, others) if meant else (tuple(names), ())
