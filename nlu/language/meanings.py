"""What a word means by and large (remind, erase, refused, ride), for the intent classifier; pure, Python 3.10 and 3.11.

The training sentences know some thousand words; people know more. ``meanings.tsv`` puts words of Indonesian, of Malang
Javanese (ngoko and krama) and of the chat into some hundred kinds, so that a word never trained on counts as its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

MEANINGS_TSV = Path(__file__).with_name("meanings.tsv")

BEFORE = (
    "", "di", "me", "mem", "men", "meng", "menge", "meny", "ng", "nge", "ny", "n", "m", "ber", "ter", "ke", "se", "pe",
    "peng", "pen", "pem", "tak", "dak", "ku", "per", "diper", "memper", "ka",
)  # fmt: skip
AFTER = (
    "", "nya", "ne", "e", "ku", "mu", "kan", "ken", "no", "ke", "ake", "aken", "in", "i", "an", "ipun", "en", "o",
    "lah", "kah", "nipun", "annya", "ane", "anku", "inya", "na",
)  # fmt: skip
SWALLOWED = {
    "meny": "s", "ny": "s", "mem": "p", "pem": "p", "m": "p", "men": "t", "pen": "t", "n": "t", "meng": "k", "ng": "k",
    "peng": "k",
}  # fmt: skip
"""The first letter that a nasal prefix takes the place of: nyimpen is ny + simpen."""
SHORTEST = 4
"""Letters of a word that affixes may be taken off to find: below that, chance finds too many."""
LONGEST_PHRASE = 3


class _Table(NamedTuple):
    words: Mapping[str, frozenset[str]]
    phrases: Mapping[tuple[str, ...], frozenset[str]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    lines = [line for line in MEANINGS_TSV.read_text("utf-8").splitlines() if line and line[0] != "#"][1:]
    found: dict[tuple[str, ...], set[str]] = {}
    for meaning, _, words in (line.partition("\t") for line in lines):
        for word in words.split(","):
            found.setdefault(tuple(word.split()), set()).add(meaning)
    return _Table(
        {words[0]: frozenset(kinds) for words, kinds in found.items() if len(words) == 1},
        {words: frozenset(kinds) for words, kinds in found.items() if len(words) > 1},
    )


def meanings(words: list[str]) -> frozenset[str]:
    """The kinds of all words and phrases of a normalised message."""
    phrases = _table().phrases
    runs = (tuple(words[at : at + n]) for n in range(2, LONGEST_PHRASE + 1) for at in range(len(words) - n + 1))
    told = [phrases[run] for run in runs if run in phrases]
    return frozenset().union(*(meanings_of(word) for word in words), *told)


@lru_cache(maxsize=16384)
def meanings_of(word: str) -> frozenset[str]:
    """The kinds of one word; where the table does not have it, of the longest word left without its affixes."""
    known = _table().words
    if word in known:
        return known[word]
    base = max((base for base in _bases(word) if base in known), key=len, default="")
    return known.get(base, frozenset())


def _bases(word: str) -> Iterator[str]:
    for before in BEFORE:
        for after in AFTER if word.startswith(before) else ():
            if word.endswith(after) and len(word) - len(before) - len(after) >= SHORTEST - 1:
                base = word[len(before) : len(word) - len(after)]
                yield from (b for b in (base, SWALLOWED.get(before, "") + base) if len(b) >= SHORTEST)
