"""At which hour of the day somebody wants to be reminded: "kirim jam 4 sore saja"."""

from __future__ import annotations

import re
from datetime import datetime

from nlu.language.clock_times import read_pickup
from nlu.language.date_rules import JAKARTA
from nlu.language.tokens import fold

_ABOUT = re.compile(
    r"\b(?:pengingat\w*|(?:di)?ingat(?:kan|ke|in|no|ne)|(?:di)?ilingno|ngelingno|dielingno|pesan(?:nya|e)?|pesen(?:e)?"
    r"|(?:di)?kirim(?:in|no|e|i|kan|an)?|wa(?:nya|ne)?|chat(?:nya|e)?|dikabari|kabarnya|reminder)\b"
)
_PARTS = {"pagi": 8, "isuk": 8, "esuk": 8, "enjing": 8, "siang": 12, "awan": 12, "sore": 16, "sonten": 16}
LONGEST_PART = 3  # words; "pagi bu" is an answer, "selamat pagi" a greeting


def asks_for_hour(text: str) -> bool:
    """Whether a message is about the hour of what is sent to her."""
    low = fold(text)
    return (
        _ABOUT.search(low) is not None and re.search(r"\b(?:jam|pukul|jame|pagi|siang|sore|malam)\b", low) is not None
    )


def tells_part_of_day(text: str) -> bool:
    """Whether a short answer names a part of the day and no more: "isuk", "pagi aja bu"."""
    words = re.findall(r"\w+", fold(text))
    return 0 < len(words) <= LONGEST_PART and words[0] in _PARTS


def read_hour(text: str, now: datetime) -> int | None:
    """The local hour, 0 to 23; a bare part of the day stands for its usual hour; ``now`` must be aware."""
    low = fold(text)
    bare = re.fullmatch(r"(?:jam )?(\d{1,2})(?:[.:]00)?", low.strip(" .!"))
    reading = read_pickup(f"besok jam {bare[1]}" if bare else f"besok {text}", now)
    if reading.value is not None:
        return reading.value.astimezone(JAKARTA).hour
    return next((hour for word, hour in _PARTS.items() if re.search(rf"\b{word}\b", low)), None)
