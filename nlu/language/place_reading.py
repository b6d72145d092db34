"""One text being read for places: its tokens, the cues before each, the names that start there, exact or nearly so.

`places.py` holds the names and decides what the finds of a text mean together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from nlu.language.normalise import known_words

PLACE_WORDS_TSV = Path(__file__).with_name("place_words.tsv")

FUZZY_SCORE = 85
"""Least rapidfuzz ratio (0-100) of a near-miss."""
FUZZY_LEAD = 8
"""Least distance of a near-miss from the next best name; names one slip apart are returned together instead."""
FUZZY_LETTERS = 5
"""Shorter words are never near-misses."""
FUZZY_TRIES = 24
"""Near-miss searches per text, so that an endless text stays cheap."""
LONGEST_NAME = 5
"""Words of a name, as people part them (rs dr saiful anwar malang)."""
SHORT_ANSWER = 6
"""Up to so many words an answer to "desa mana?" is read as a place throughout; in a longer one cues must help."""


@dataclass(frozen=True)
class Place:
    """A place by its Kemendagri code, or a facility by its slug; `parent` is the code of what it lies in."""

    code: str
    level: str
    name: str
    parent: str

    def lies_in(self, code: str) -> bool:
        """The place is, or lies in, the place with this code."""
        return any(own == code or own.startswith(code + ".") for own in (self.code, self.parent))


@dataclass(frozen=True)
class Token:
    """A word as typed and folded."""

    key: str
    raw: str
    start: int
    end: int
    joined: bool  # nothing but a space, hyphen, dot or apostrophe before it


@dataclass(frozen=True)
class Found:
    """A name found between two tokens, before the finds of a text have been weighed together."""

    first: int
    last: int
    places: tuple[Place, ...]
    score: float = 100.0
    fuzzy: bool = False
    cue: str = ""
    doubt: str = ""  # "word": needs a place beside it to count; "hamlet": counts only when nothing else does


_TOKEN = re.compile(r"[^\W_]+")
_JOIN = re.compile(r"[ '.\-]{0,2}")


def fold(text: str) -> str:
    """A name as it is compared: ASCII letters and digits, lower case, nothing between."""
    lowered = text.lower()
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in lowered if c.isascii() and c.isalnum())


def tokenise(text: str) -> list[Token]:
    """The words of a text, hyphenated ones apart, each with its offsets."""
    tokens: list[Token] = []
    for m in _TOKEN.finditer(text):
        between = text[tokens[-1].end : m.start()] if tokens else ""
        tokens.append(Token(fold(m.group()), m.group(), *m.span(), _JOIN.fullmatch(between) is not None))
    return tokens


@lru_cache(maxsize=1)
def place_words() -> Mapping[str, frozenset[str]]:
    """The words around names in `place_words.tsv`, by kind."""
    kinds: dict[str, set[str]] = {}
    for line in PLACE_WORDS_TSV.read_text("utf-8").splitlines():
        if line[0] != "#":
            kind, word = line.split("\t")
            kinds.setdefault(kind, set()).add(word)
    return {kind: frozenset(words) for kind, words in kinds.items()}


Index = Mapping[str, tuple[Place, ...]]


def index_names(named: Iterable[tuple[str, Place]]) -> Index:
    """Folded name to every place that bears it, in the order given."""
    index: dict[str, tuple[Place, ...]] = {}
    for key, place in named:
        if key and place not in index.get(key, ()):
            index[key] = (*index.get(key, ()), place)
    return index


class Reader:
    """One text being read: its tokens, what stands before each, and how many near-miss searches are left."""

    def __init__(self, tokens: Sequence[Token], expect_place: bool) -> None:
        self.tokens = tokens
        self.expects = expect_place and len(tokens) <= SHORT_ANSWER
        self._tries = FUZZY_TRIES
        self._mixed = any(token.raw.islower() for token in tokens)

    def key(self, at: int) -> str:
        """The folded word at an index, empty outside the text."""
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    def is_capital(self, at: int) -> bool:
        """The word has a capital that says something: not the first, and other words have none."""
        return at > 0 and self._mixed and self.tokens[at].raw[0].isupper()

    def spans(self, at: int, longest: int) -> Iterator[tuple[int, str]]:
        """The joined keys that start at a token, with the index of their last token, shortest first."""
        joined = ""
        for last in range(at, min(at + longest, len(self.tokens))):
            if last > at and not self.tokens[last].joined:
                return
            joined += self.tokens[last].key
            yield last, joined

    def longest(self, index: Index, at: int) -> tuple[int, tuple[Place, ...]] | None:
        """The longest exact name that starts at a token: its last token and its places."""
        hits = [(last, index[key]) for last, key in self.spans(at, LONGEST_NAME) if key in index]
        return hits[-1] if hits else None

    def cue(self, at: int) -> str:
        """The kind of the word before a token, over one filler (alamat saya X)."""
        kinds = ("village_cue", "district_cue", "regency_cue", "hamlet_cue", "person_cue", "cue")
        for before in (at - 1, at - 2):
            word = self.key(before)
            kind = next((kind for kind in kinds if word in place_words()[kind]), "")
            if kind or word not in place_words()["filler"]:
                passes_dusun = kind == "cue" and self.key(before - 1) in place_words()["hamlet_cue"]
                return "hamlet_cue" if passes_dusun else kind
        return ""

    def judge(self, at: int, last: int, places: tuple[Place, ...]) -> Iterator[Found]:
        """An exact name as a find, a doubtful find, or nothing when it is a word or a person here."""
        cue = self.cue(at)
        strong = cue in {"village_cue", "district_cue", "regency_cue"}
        key = "".join(token.key for token in self.tokens[at : last + 1])
        doubt = "hamlet" if cue == "hamlet_cue" else ""
        is_rare = key in place_words()["rare"] and not (strong or self.expects)
        if is_rare or (key in place_words()["word"] and not (strong or self._speaks_of_place(at, last, cue))):
            doubt = "word"
        if not (doubt == "word" and cue == "person_cue"):
            yield Found(at, last, places, cue=cue, doubt=doubt)

    def _speaks_of_place(self, at: int, last: int, cue: str) -> bool:
        alone = len(self.tokens) - (last - at + 1) <= 1
        return cue != "person_cue" and (cue == "cue" or self.expects or alone or self.is_capital(at))

    def near_miss(self, index: Index, at: int, taken: Iterable[int] = ()) -> Found | None:
        """The one name (or the names one slip apart) that a misspelling starting here can mean."""
        blocked = set(taken)
        best: Found | None = None
        for last, key in self.spans(at, 3):
            if last in blocked or not self._may_be_name(last):
                break
            if len(key) < FUZZY_LETTERS or key.isdigit() or self._tries <= 0:
                continue
            self._tries -= 1
            score, places = _nearest(key, index)
            if places and (best is None or score > best.score):
                best = Found(at, last, places, score=score, fuzzy=True)
        return best

    def _may_be_name(self, at: int) -> bool:
        word = self.key(at)
        cues = (kind for kind in place_words() if kind not in {"word", "rare"})
        return word not in known_words() and not any(word in place_words()[kind] for kind in cues)


def one_slip_from(key: str, index: Index) -> list[str]:
    """The names at most one letter put in, left out, changed or swapped away."""
    return [name for name, _, _ in process.extract(key, index.keys(), scorer=OSA.distance, score_cutoff=1, limit=None)]


def _nearest(key: str, index: Index) -> tuple[float, tuple[Place, ...]]:
    names = list(index)
    ranked = process.extract(key, names, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE - FUZZY_LEAD, limit=8)
    if not ranked or ranked[0][1] < FUZZY_SCORE:
        return 0.0, ()
    top, score, _ = ranked[0]
    alike = {top, *one_slip_from(top, index)}
    rivals = [name for name, other, _ in ranked if score - other < FUZZY_LEAD and name not in alike]
    if any(set(index[rival]) - set(index[top]) for rival in rivals):
        return 0.0, ()
    return score, tuple(dict.fromkeys(place for name in (top, *sorted(alike - {top})) for place in index[name]))
