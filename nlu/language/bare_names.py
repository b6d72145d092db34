"""Names without a title in front, "rukmini & warsini sdh k4": known only by comparing with those who are known."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from nlu.language.names import may_be_name
from nlu.language.tokens import MAX_CHARS, fold

SHORTEST = 4  # letters; "nur" and "sri" stand in too many other words
NEAR = 88  # rapidfuzz ratio: "ngatina" is Ngatinah
LEAST_NEAR = 6  # letters; of a shorter word one wrong letter makes another name

_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*")
_GAP = re.compile(r"[ \t]{1,3}")
_ALSO_WORDS = frozenset(
    "putri putra putro ayu sehat slamet selamat rahayu melati mawar anggrek dahlia kenanga cempaka flamboyan seroja "
    "matahari bunga indah bulan april mei juni juli agustus septi okta novi rejeki rezeki rahmat berkah mulya sumber "
    "sari jaya bahagia bakti bhakti sejahtera".split()
)
"""What is a name and a thing, a posyandu or a wish as well: behind "bu" it is a name, alone it is none."""


def called_among(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The names of ``known`` that ``text`` mentions, as they are told there; words that follow each other are one."""
    own = {part for name in known for part in fold(name).split()}
    parts = {part for part in own if _tells(part)}
    if not parts:
        return ()
    runs: list[str] = []
    end = None
    for match in _WORD.finditer(text[:MAX_CHARS]):
        word = fold(match.group())
        goes_on = end is not None and _GAP.fullmatch(text, end, match.start())
        if not (_is_of(word, parts) or (goes_on and word in own)):
            continue
        runs = [*runs[:-1], f"{runs[-1]} {match.group()}"] if goes_on else [*runs, match.group()]
        end = match.end()
    return tuple(dict.fromkeys(runs))


def _is_of(word: str, parts: set[str]) -> bool:
    if not _tells(word):
        return False
    if word in parts:
        return True
    return len(word) >= LEAST_NEAR and any(
        part[0] == word[0] and abs(len(part) - len(word)) <= 1 and fuzz.ratio(part, word) >= NEAR for part in parts
    )


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST and word not in _ALSO_WORDS and may_be_name(word)
