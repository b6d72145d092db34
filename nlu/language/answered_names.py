"""The name in an answer that goes on after it: "nisa aja hehe", "nisa aulia. eh lahir 2007"."""

from __future__ import annotations

import re

from nlu.language.names import answered_name
from nlu.language.short_answers import says_skip

_NEXT_FIELD = re.compile(
    r"[.,;:\n(/]|\b(?:lahir|lair|lhr|umur\w*|usia\w*|tgl|tanggal|dari|alamat|desa|ds|dsn|dusun|hamil|meteng|nik|hp"
    r"|no)\b",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"\s+(?:aja|ae|wae|saja|hehe\w*|hihi\w*|haha\w*|wk(?:wk)*\w*|kak|kk|nak|mas|dok|deh|sih|gitu|gt|ya|yaa+|yo|bu|nggih|doang)$"
    r"|^(?:panggil(?:an)?|sebut|nama\w*|aku|saya)(?:\s+(?:aja|ae|saja|saya|aku))?\s+(?=\w)",
    re.IGNORECASE,
)


def name_first(text: str) -> str | None:
    """A name and the rest of a story, or a word of chat behind it: "nisa aulia. eh lahir 2007", "nisa aja hehe"."""
    told = _CHAT.sub("", _NEXT_FIELD.split(text.strip(), maxsplit=1)[0])
    while told != (shorter := _CHAT.sub("", told.rstrip(" .,!"))):
        told = shorter
    return answered_name(told) if told.strip() and not says_skip(told) else None
