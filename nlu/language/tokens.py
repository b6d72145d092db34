"""A message brought to one spelling, with the way back to what was typed.

``canonical`` folds case and accents, splits letters from digits, turns number words into digits and every spelling of
a word of time ("kmrn", "wingi", "kemaren") into one ("kemarin"), by ``vocabulary.tsv``. Readers then match short
patterns on the canonical text; ``Canonical.span`` gives the place in the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import OSA

from nlu.language.numbers import read_number_words, split_glued

MAX_CHARS = 4096
"""What a channel delivers at most; whatever stands behind is not read for dates, ages or money."""

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’`][^\W\d_]+)*|[^\s\w]|_")
_LONGEST_PHRASE = 4
_ENDINGS = ("nya", "ku", "mu", "ne")
_LONG_MONTHS = {
    1: "januari", 2: "februari", 3: "maret", 4: "april", 8: "agustus",
    9: "september", 10: "oktober", 11: "november", 12: "desember",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A word, a run of digits or one sign; ``text`` is folded, the place is that in the original."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Canonical:
    """Canonical tokens joined by single spaces."""

    text: str
    starts: tuple[int, ...]
    tokens: tuple[Token, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Place in the original of the canonical characters ``start`` to ``end``."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, first)
        return self.tokens[first].start, self.tokens[last].end


def fold(text: str) -> str:
    """Lower case without accents, one character for each character, so that offsets stay."""
    if text.isascii():
        return text.lower()
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    if len(plain) > 1 and not all(unicodedata.combining(mark) for mark in plain[1:]):
        return character
    lowered = plain[0].lower()
    return lowered if len(lowered) == 1 else character


def tokenise(text: str) -> tuple[Token, ...]:
    """Words, digit runs and signs of the first ``MAX_CHARS`` characters."""
    folded = fold(text[:MAX_CHARS])
    tokens: list[Token] = []
    for match in _TOKEN.finditer(folded):
        at = match.start()
        for part in split_glued(match.group()):
            tokens.append(Token(part, at, at + len(part)))
            at += len(part)
    return tuple(tokens)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[tuple[str, ...], str]:
    """Every variant, as its tokens, with its canonical word."""
    table: dict[tuple[str, ...], str] = {}
    lines = Path(__file__).with_name("vocabulary.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line or line.startswith("#"):
            continue
        word, variants = line.split("\t")
        for variant in variants.split(","):
            table[tuple(match.group() for match in _TOKEN.finditer(fold(variant.strip())))] = word
    return table


@lru_cache(maxsize=64)
def canonical(text: str) -> Canonical:
    """The canonical form of a message; the same message is often read for several things in a row."""
    raw = tokenise(text)
    words = [token.text for token in raw]
    vocabulary = _vocabulary()
    merged: list[Token] = []
    at = 0
    while at < len(raw):
        word, length = _canonical_at(words, at, vocabulary)
        merged.append(Token(word, raw[at].start, raw[at + length - 1].end))
        at += length
    merged = _mend_months(merged)
    starts, place = [], 0
    for token in merged:
        starts.append(place)
        place += len(token.text) + 1
    return Canonical(" ".join(token.text for token in merged), tuple(starts), tuple(merged))


def _canonical_at(words: list[str], at: int, vocabulary: dict[tuple[str, ...], str]) -> tuple[str, int]:
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        found = vocabulary.get(tuple(words[at : at + length]))
        if found is not None:
            return found, length
    number = read_number_words(words, at)
    if number is not None:
        return str(number.value), number.length
    return _without_ending(words[at], vocabulary), 1


def _without_ending(word: str, vocabulary: dict[tuple[str, ...], str]) -> str:
    """ "hphtku" and "kontrolnya" are their stem, when the stem is in the vocabulary."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and (stem,) in vocabulary:
            return vocabulary[(stem,)]
    return word


def _mend_months(tokens: list[Token]) -> list[Token]:
    """A misspelt month counts as one only right behind a day or the word "bulan"."""
    mended = tokens[:1]
    for before, token in pairwise(tokens):
        number = before.text.isdigit() and len(before.text) <= 2
        month = _nearest_month(token.text) if number or before.text == "bulan" else None
        mended.append(Token(f"m{month:02}", token.start, token.end) if month else token)
    return mended


def _nearest_month(word: str) -> int | None:
    if len(word) < 5 or not word.isalpha() or word.endswith("an"):
        return None
    for number, name in _LONG_MONTHS.items():
        allowed = 2 if len(name) >= 7 else 1
        if word[0] == name[0] and OSA.distance(word, name, score_cutoff=allowed) <= allowed:
            return number
    return None
