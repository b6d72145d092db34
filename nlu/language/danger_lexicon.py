"""The words of danger: reads danger_words.tsv and danger.tsv, and says which notions a typed word carries.

A *notion* is a name for words that mean the same (blood, out, strong). A *phrase* is an ordered run of words or
notions that makes a notion of its own: `a+b` side by side, `a..b` with at most two words between. Both are data a
midwife can read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from nlu.language.danger_text import fold

NO_LITERAL = ""
_HERE = Path(__file__).parent
_VOWELS = frozenset("aeiou")
_SUFFIXES = ("nipun", "ipun", "nya", "lah", "kah", "pun", "ny", "ne", "ku", "mu", "e", "x", "i")
_NEGATIVE_PREFIXES = ("nggak", "ngga", "gak", "ndak", "tdk", "tidak", "ora", "ga", "gk")
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "aeiou")
_NEIGHBOURS = frozenset(frozenset(row[i : i + 2]) for row in _KEY_ROWS for i in range(len(row) - 1)) | frozenset(
    frozenset((one, other)) for one in _VOWELS for other in _VOWELS if one != other
)
_APART = {"d": "di", "di": "di", "ke": "ke", "k": "ke", "ter": "ter"}
_WHOLE = frozenset({"violence", "fall", "burst", "strong", "cramp", "keeps_nothing", "choke"})
"""A prefix typed apart is joined only where the whole word tells of a sign."""
_PREFIXES = (("meng", "k"), ("meny", "s"), ("mem", "p"), ("men", "t"), ("me", ""), ("di", ""), ("ke", ""), ("ter", ""))
_ROOT_LENGTH = 5
_PAIR_LENGTH = 9
_SILENT_NASAL = re.compile(r"[mn](?=[^aeioumn])|(?<=n)g(?=g)")
_LONG_WORD = 7


@dataclass(frozen=True, slots=True)
class Phrase:
    """Notions that must follow each other; `gaps[i]` words at most may stand before part i."""

    notion: str
    parts: tuple[str, ...]
    gaps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """One row of danger.tsv: the terms that must meet, and what weakens or voids the meeting."""

    code: str
    subject: str
    certainty: str
    terms: tuple[tuple[str, ...], ...]
    context: tuple[tuple[str, ...], ...]
    window: int
    weaker: frozenset[str]
    void: frozenset[str]


@dataclass(slots=True)
class Lexicon:
    """All words, phrases and signs, with the indexes that forgive typing."""

    words: dict[str, set[str]] = field(default_factory=dict)
    phrases: list[Phrase] = field(default_factory=list)
    keyed: dict[str, list[int]] = field(default_factory=dict)
    signs: list[Sign] = field(default_factory=list)
    skeletons: dict[str, list[str]] = field(default_factory=dict)
    deletions: dict[str, list[str]] = field(default_factory=dict)

    def add(self, word: str, notion: str) -> None:
        """Let `word` carry `notion`, and be found under the ways it is mistyped."""
        word = fold(word)
        if word not in self.words:
            self.words[word] = set()
            skeleton = _skeleton(word)
            if len(skeleton) >= 4 and len(word) > len(skeleton):
                self.skeletons.setdefault(_without_nasals(skeleton), []).append(word)
            if len(word) >= 5:
                for variant in _deletions(word):
                    self.deletions.setdefault(variant, []).append(word)
        self.words[word].add(notion)

    def notions(self, word: str) -> frozenset[str]:
        """What a folded word carries: as it stands, without endings, without vowels, or with one slip."""
        exact = self.words.get(word, set())
        if "plain" in exact:
            return frozenset(exact)
        found = exact.union(*(self.words.get(stem, set()) for stem in _stems(word)))
        if found:
            return frozenset(found - {"plain"})
        for root in _roots(word):
            if root in self.words:
                return frozenset(self.words[root] - {"plain"})
        word = _without_doubles(word)
        for stem in _stems(word):
            if stem in self.words:
                return frozenset(self.words[stem] - {"plain"})
            meant = self._without_vowels(stem) or self._with_a_slip(stem)
            if meant:
                return frozenset().union(*(self.words[word] for word in meant))
        return frozenset()

    def parts(self, word: str) -> tuple[str, ...]:
        """The words inside a run-together one (gabisa, keluardarah), or the word itself."""
        if word in self.words or not word.isalpha() or any(stem in self.words for stem in _stems(word)):
            return (word,)
        for prefix in _NEGATIVE_PREFIXES:
            rest = word[len(prefix) :]
            if word.startswith(prefix) and len(rest) >= 3 and rest in self.words:
                return (prefix, rest)
        if len(word) >= _PAIR_LENGTH:
            for cut in range(4, len(word) - 3):
                if word[:cut] in self.words and word[cut:] in self.words:
                    return (word[:cut], word[cut:])
        return (word,)

    def together(self, word: str, after: str) -> str | None:
        """Two typed words that are one: a prefix set apart (di tusuk, ke pleset) or an ending (bayi ne); else None."""
        if after in _SUFFIXES and word in self.words and word not in _NEGATIVE_PREFIXES:
            return word
        whole = _APART.get(word, "") + after
        return whole if word in _APART and _WHOLE & self.words.get(whole, set()) else None

    def phrases_among(self, present: Iterable[str]) -> list[Phrase]:
        """The phrases that may stand in a message with these notions, in the order of the file."""
        places = list(self.keyed.get(NO_LITERAL, ()))
        for notion in present:
            places += self.keyed.get(notion, ())
        return [self.phrases[place] for place in sorted(places)]

    def _without_vowels(self, word: str) -> list[str]:
        """prdrhn, ktbn, bgkak: the same consonants with vowels left out, never with another vowel (kijang)."""
        skeleton = _skeleton(word)
        thin = _without_nasals(skeleton)
        alike = [meant for meant in self.skeletons.get(thin, ()) if len(word) < len(meant)]
        if len(thin) < 4:
            alike = [meant for meant in alike if _skeleton(meant) == skeleton]
        return [meant for meant in alike if _is_subsequence(word, meant)]

    def _with_a_slip(self, word: str) -> list[str]:
        """One letter too many, too few, wrong or swapped in a long word; only swapped letters in a shorter one."""
        if len(word) < 5 or not word.isalpha():
            return []
        for variant in (word, *_deletions(word)):
            for meant in self.deletions.get(variant, ()):
                if _is_slip(word, meant):
                    return [meant]
        return []


def _skeleton(word: str) -> str:
    return "".join(letter for letter in word if letter not in _VOWELS)


def _without_nasals(skeleton: str) -> str:
    """People who leave out vowels leave out the nasal before a consonant too: bgkak, kcg, tggi."""
    return _SILENT_NASAL.sub("", skeleton)


def _without_doubles(word: str) -> str:
    return "".join(letter for i, letter in enumerate(word) if i == 0 or letter != word[i - 1])


def _deletions(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(1, len(word))]


def _is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _is_slip(word: str, meant: str) -> bool:
    if len(word) == len(meant):
        wrong = [i for i in range(len(word)) if word[i] != meant[i]]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(word) == sorted(meant)
        near = len(wrong) == 1 and frozenset((word[wrong[0]], meant[wrong[0]])) in _NEIGHBOURS
        return swapped or (near and len(meant) >= _LONG_WORD)
    return len(meant) >= _LONG_WORD and abs(len(word) - len(meant)) == 1


def _stems(word: str) -> list[str]:
    """The word, then without Indonesian and Javanese endings."""
    stems = [word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= (3 if len(suffix) > 2 else 4):
            stems.append(word[: -len(suffix)])
    return stems


def _roots(word: str) -> list[str]:
    """What stands under an Indonesian prefix, with the letter it swallows: menampar, memukulnya, kedinginan."""
    roots = []
    for prefix, swallowed in _PREFIXES:
        if word.startswith(prefix):
            for start in ("", *swallowed):
                whole = start + word[len(prefix) :]
                roots += [stem for stem in (*_stems(whole), whole.removesuffix("an")) if len(stem) >= _ROOT_LENGTH]
    return roots


def _rows(name: str) -> list[list[str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip() and not line.startswith("#")]


def _add_phrase(lexicon: Lexicon, notion: str, pattern: str) -> None:
    parts: list[str] = []
    gaps: list[int] = []
    for loose, piece in enumerate(pattern.split("..")):
        for tight, part in enumerate(piece.split("+")):
            gaps.append(2 if loose and not tight else 0)
            if part.startswith("@"):
                parts.append(part[1:])
            else:
                parts.append("=" + fold(part))
                lexicon.add(part, "=" + fold(part))
    key = next((part for part in parts if part.startswith("=")), NO_LITERAL)
    lexicon.keyed.setdefault(key, []).append(len(lexicon.phrases))
    lexicon.phrases.append(Phrase(notion, tuple(parts), tuple(gaps)))


def _sign(row: list[str]) -> Sign:
    code, subject, certainty, pattern = row[:4]
    weaker, void = [*row[4:6], "", ""][:2]
    pieces = pattern.split()
    window = next((int(piece[1:]) for piece in pieces if piece[0] == "<"), 6)
    terms = tuple(tuple(piece.split("/")) for piece in pieces if piece[0] not in "<~")
    context = tuple(tuple(piece[1:].split("/")) for piece in pieces if piece[0] == "~")
    return Sign(
        code,
        subject,
        certainty,
        terms,
        context,
        window,
        frozenset(weaker.split()) - {"-"},
        frozenset(void.split()) - {"-"},
    )


def _known(lexicon: Lexicon) -> set[str]:
    return set().union(*lexicon.words.values(), {phrase.notion for phrase in lexicon.phrases}, BUILT_IN)


BUILT_IN = frozenset(
    {"end", "number", "fever_degrees", "cold_degrees", "pressure_severe", "pressure_high", "hours_long", "child_years"}
)
"""Notions the reader makes from figures and stops, not from words."""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once. Raises ValueError when a row names a notion no word carries."""
    made = Lexicon()
    for notion, _language, words in (row[:3] for row in _rows("danger_words.tsv")):
        for word in words.split():
            if word.startswith("@") or "+" in word or ".." in word:
                _add_phrase(made, notion, word)
            else:
                made.add(word, notion)
    made.signs = [_sign(row) for row in _rows("danger.tsv")]
    known = _known(made)
    used = {name for phrase in made.phrases for name in phrase.parts}
    for sign in made.signs:
        used.update(*sign.terms, *sign.context, sign.weaker, sign.void)
    if used - known:
        raise ValueError(f"no word carries {sorted(used - known)}")
    return made


@lru_cache(maxsize=4096)
def notions(word: str) -> frozenset[str]:
    """The notions of one folded word."""
    return lexicon().notions(word)


def together(word: str, after: str) -> str | None:
    """The one word that two folded words stand for, if they do."""
    return lexicon().together(word, after)


@lru_cache(maxsize=4096)
def parts(word: str) -> tuple[str, ...]:
    """The words inside one folded word."""
    return lexicon().parts(word)
