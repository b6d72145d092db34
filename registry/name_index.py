"""Finding a sealed name by the beginnings of its words, without opening a single one.

Beside a name stand the blind indexes of every beginning of three letters and more of its words, in one spelling:
"Aisyah", "Aisah" and "Aisya" begin alike. Whoever has the file but not the key learns that two names begin with the
same letters, not with which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from registry import sealing

SHORTEST, LONGEST = 3, 10  # letters of a beginning
DIGITS = 10  # of a blind index: enough that no other beginning of a kabupaten has the same
SPELLINGS = (
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "s"), ("sy", "s"), ("kh", "h"), ("ch", "h"), ("ph", "f"), ("dh", "d"),
    ("th", "t"), ("v", "f"), ("z", "s"), ("q", "k"), ("y", "i"),
)  # fmt: skip
_DOUBLE = re.compile(r"(.)\1+")
_LETTERS = re.compile(r"[a-z]+")


def of(name: str | None) -> str | None:
    """What is kept beside a name."""
    if not name:
        return None
    beginnings = {part for word in words(name) for part in _beginnings(word)}
    return " ".join(sorted(_index(part) for part in beginnings))


def asked(text: str) -> list[str]:
    """What must all stand in the index of a name whose words begin like those that were typed."""
    return [_index(word[:LONGEST]) for word in words(text)]


def words(text: str) -> list[str]:
    """The words of a name in the one spelling that is compared: small letters, no double ones, no h at the end."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return [_folded(word) for word in _LETTERS.findall(plain.replace("'", "").replace("`", ""))]


def _folded(word: str) -> str:
    """Until nothing is left to be folded, so that what is folded stays as it is."""
    folded = word
    for written, kept in SPELLINGS:
        folded = folded.replace(written, kept)
    folded = _DOUBLE.sub(r"\1", folded)
    folded = folded[:-1] if folded.endswith("h") and len(folded) > SHORTEST else folded
    return folded if folded == word else _folded(folded)


def _beginnings(word: str) -> Iterator[str]:
    """A short word counts as a whole."""
    yield word[:LONGEST]
    yield from (word[:length] for length in range(SHORTEST, min(len(word), LONGEST)))


def _index(part: str) -> str:
    return sealing.index("name", part)[:DIGITS]
