"""Phrases looked for in a short message, as a list beside its reader (`*.tsv`) says them; pure.

A row is meaning, weight and phrases in the words of `normalise` (rumah sakit is `rs`) and `cue_words.tsv`. In a phrase
`a|b+c` is a choice (a, or b c), `*` any letters, `..` up to three words, `^` and `$` the ends of a clause; every word
may carry an ending (mobil, mobilnya, mobile). Longer phrases are heard first and what they cover is not heard again; a
phrase that is denied does not count, and the meaning `-` covers words that mean nothing here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import OSA

from nlu.language.normalise import DENIALS, clean, known_words, normalise

NOTHING = "-"
LONGEST = 600
"""Characters of a message that are heard; what matters in a reply stands at its beginning."""

_ENDING = r"(?:nya|ny|ne|e|ipun|kan|lah|ku|mu|in|no|i|n)?"
_GAP = r"(?:\S+ ){0,3}"
_LEAST_MENDED = 6
_SHORTEST_STEM = 3
_STEM_ENDINGS = ("nya", "ne", "e", "ku")
_CLAUSE = re.compile(r"(?<=[?!;\n])|[,.](?!\d)|\s[-–]\s|…")
_JOINER = re.compile(
    r"(?<!\S)(?:tapi|tetapi|tp|tpi|nanging|ning|soale|soalnya|karena|krn|mergo|mergi)(?!\S)", re.IGNORECASE
)
_BETWEEN = frozenset(
    "bisa jadi mau sempat boleh akan pernah sedang lagi saya kami ada yang dulu sampai usah perlu".split()
)
_ASKING = frozenset("apa apakah berapa kapan mana bagaimana siapa mengapa kapankah siapakah bisakah pripun tah".split())
_ASKED_AT_END = re.compile(
    r"(?<!\S)(?:sudah|bisa|mau|jadi|sido|ada|siap|penuh|boleh|perlu)(?: \S+)* (?:tidak|belum|ta|to)"
    r"(?: (?:ibu|bapak|mbak|mas|bidan|ya|dok|dokter|kak))*$"
    r"|^(?:bisa|jadi|sido|ada|siap|penuh|boleh|perlu) tidak (?:ibu|bapak|mbak|mas|bidan|ya|dok|dokter|kak)(?!\S)"
)
_LOOSE_ENDING = re.compile(r"(?<=\w) (?:e|ne|nya|ny)(?!\S)")
_PHRASES = {"rumah sakit": "rs", "ke sana": "kesana", "ke sini": "kesini", "tempat tidur": "ruang"}
_SUPPOSED = re.compile(r"(?<!\S)(?:kalau|bila|jika|apabila|semisal|misal|misalnya|seumpama)(?!\S)")


@dataclass(frozen=True)
class Clause:
    """A part of a message in the words of `normalise`, whether it asks and whether it only supposes ("kalau ...")."""

    text: str
    asks: bool
    supposes: bool


def split_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a message: between commas, stops and question marks, and before "tapi" or "karena"."""
    rough = clean(text.replace("\n", " ; "))[:LONGEST]
    pieces = [piece for part in _CLAUSE.split(rough) for piece in _before_joiners(part)]
    return tuple(_clause(piece) for piece in pieces if piece.strip())


def _before_joiners(part: str) -> list[str]:
    starts = [0, *(match.start() for match in _JOINER.finditer(part)), len(part)]
    return [part[start:end] for start, end in pairwise(starts)]


def _clause(piece: str) -> Clause:
    spelled = normalise(piece)
    text = _plain(spelled.replace("?", " "))
    asks = "?" in spelled or not _ASKING.isdisjoint(text.split()) or bool(_ASKED_AT_END.search(text))
    return Clause(" ".join(text.split()), asks, bool(_SUPPOSED.search(text)))


def _plain(spelled: str) -> str:
    """One word where a reply may use many: "kesana" for "mrono" and "ke sana"."""
    said = f" {_LOOSE_ENDING.sub('', spelled)} "
    for phrase, word in _PHRASES.items():
        said = said.replace(f" {phrase} ", f" {word} ")
    return " ".join(_same_word(word) for word in said.split())


def _same_word(word: str) -> str:
    same = _same_words()
    stems = (word, *(word.removesuffix(ending) for ending in _STEM_ENDINGS))
    return next((same[stem] for stem in stems if stem in same), word)


@lru_cache(maxsize=1)
def _same_words() -> dict[str, str]:
    lines = Path(__file__).with_name("cue_words.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {variant.strip(): word for word, variants in rows for variant in variants.split(",")}


@dataclass(frozen=True)
class Cue:
    """A phrase, what it means and how much it weighs."""

    meaning: str
    weight: int
    pattern: re.Pattern[str]
    rank: tuple[int, int, int]
    denies: bool


@dataclass(frozen=True)
class Hit:
    """A phrase heard at `clause.text[start:end]`."""

    meaning: str
    weight: int
    start: int
    end: int


class Cues:
    """The phrases of one list."""

    def __init__(self, rows: Iterable[tuple[str, int, str]]) -> None:
        """Takes meaning, weight and one phrase a row; ValueError for one that is empty or open at an end."""
        kept = list(rows)
        self._cues = sorted((_cue(*row) for row in kept), key=lambda cue: cue.rank, reverse=True)
        literal = {word for _, _, phrase in kept for part in phrase.split() for word in part.split("|")}
        self._words = frozenset(word for word in literal if word.isalpha() and len(word) >= _LEAST_MENDED)

    @classmethod
    def load(cls, name: str) -> Cues:
        """The list `<name>.tsv` beside this module."""
        lines = Path(__file__).with_name(f"{name}.tsv").read_text("utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        return cls(
            (meaning, int(weight), " ".join(phrase.split()))
            for meaning, weight, phrases in rows
            for phrase in phrases.split(",")
        )

    def hear(self, clause: str) -> tuple[Hit, ...]:
        """What a clause in the words of `normalise` says, in order; denied phrases and `-` left out."""
        said = self._mended(clause)
        left, hits = said, []
        for cue in self._cues:
            for match in list(cue.pattern.finditer(left)):
                left = left[: match.start()] + re.sub(r"\S", "#", match.group()) + left[match.end() :]
                if cue.meaning != NOTHING and (cue.denies or not _is_denied(said, match.start())):
                    hits.append(Hit(cue.meaning, cue.weight, match.start(), match.end()))
        return tuple(sorted(hits, key=lambda hit: hit.start))

    def weigh(self, clauses: Iterable[Clause]) -> Counter[str]:
        """How much speaks for each meaning over all these clauses."""
        weights: Counter[str] = Counter()
        for clause in clauses:
            for hit in self.hear(clause.text):
                weights[hit.meaning] += hit.weight
        return weights

    def _mended(self, clause: str) -> str:
        return " ".join(self._mend(word) for word in clause.split())

    def _mend(self, word: str) -> str:
        """A word one slip away from a single word of the list, and no word of its own."""
        word = _same_word(_with_known_stem(word))
        if len(word) < _LEAST_MENDED or not word.isalpha() or word in self._words or word in known_words():
            return word
        near = [
            known for known in self._words if known[0] == word[0] and OSA.distance(word, known, score_cutoff=1) <= 1
        ]
        return near[0] if len(near) == 1 and not word.startswith(near[0]) else word


@lru_cache(maxsize=4096)
def _with_known_stem(word: str) -> str:
    """ "nomernya" is "nomor": a word that only its ending hides from `normalise`."""
    for ending in _STEM_ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > _SHORTEST_STEM and word not in known_words():
            meant = normalise(stem)
            if meant != stem and meant.isalpha():
                return meant
    return word


def heaviest(weights: Mapping[str, int], order: Sequence[str]) -> str | None:
    """The meaning with the most weight; of equals the first in `order`. None when nothing was heard."""
    heard = [meaning for meaning in order if weights.get(meaning, 0) > 0]
    return max(heard, key=lambda meaning: weights[meaning], default=None)


def _is_denied(said: str, at: int) -> bool:
    before = said[:at].split()
    while before and before[-1] in _BETWEEN:
        before.pop()
    return bool(before) and before[-1] in DENIALS


def _cue(meaning: str, weight: int, phrase: str) -> Cue:
    parts = phrase.split()
    if not parts or ".." in (parts[0], parts[-1]):
        raise ValueError(f"no phrase: {phrase!r}")
    words = [part for part in parts if part not in ("..", "^", "$")]
    pattern = "(?<!\\S)" if parts[0] != "^" else "^"
    for at, part in enumerate(parts):
        if part == "..":
            pattern += _GAP
        elif part not in ("^", "$"):
            pattern += _choice(part) + (" " if at < len(parts) - 1 and parts[at + 1] != "$" else "")
    pattern += "$" if parts[-1] == "$" else "(?!\\S)"
    denies = not DENIALS.isdisjoint(words[0].split("|"))
    return Cue(meaning, weight, re.compile(pattern), (len(words), weight, len(phrase)), denies)


def _choice(part: str) -> str:
    same = _same_words()
    words = [re.escape(same.get(word, word)).replace(r"\*", r"\S*").replace(r"\+", " ") for word in part.split("|")]
    return f"(?:{'|'.join(words)}){_ENDING}"
