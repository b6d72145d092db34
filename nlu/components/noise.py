"""Noisy copies of a sentence, as thumbs on a phone make them; seeded, so that training is repeatable.

Digits are never touched (a date must stay a date), nor negations (one letter turns yes into no).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from nlu.language.normalise import is_negation

VOWELS = "aeiou"
NEIGHBOURS = {
    "a": "sq", "s": "ad", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "k", "q": "wa",
    "w": "qe", "e": "wr", "r": "et", "t": "ry", "y": "tu", "u": "yi", "i": "uo", "o": "ip", "p": "o", "z": "x",
    "x": "zc", "c": "xv", "v": "cb", "b": "vn", "n": "bm", "m": "n",
}  # fmt: skip
SHARE_OF_WORDS = 0.25


class Chance(random.Random):
    """Seeded; for slips of the thumb, never for secrets."""


def noisy(text: str, chance: random.Random) -> str:
    """One noisy copy: about a quarter of the words get one slip each."""
    words = [_slip(word, chance) if chance.random() < SHARE_OF_WORDS else word for word in text.split()]
    if len(words) > 2 and chance.random() < 0.15:
        at = chance.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]  # a forgotten space
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 4 or any(c.isdigit() for c in word) or is_negation(word):
        return word
    slip = chance.choice(SLIPS)
    return slip(word, chance.randrange(1, len(word) - 1), chance)


def _drop(word: str, at: int, _chance: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def _swap(word: str, at: int, _chance: random.Random) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _double(word: str, at: int, _chance: random.Random) -> str:
    return word[: at + 1] + word[at] + word[at + 1 :]


def _neighbour(word: str, at: int, chance: random.Random) -> str:
    near = NEIGHBOURS.get(word[at].lower())
    return word[:at] + chance.choice(near) + word[at + 1 :] if near else word


def _without_vowels(word: str, _at: int, _chance: random.Random) -> str:
    return word[0] + "".join(c for c in word[1:-1] if c.lower() not in VOWELS) + word[-1]


SLIPS: tuple[Callable[[str, int, random.Random], str], ...] = (_drop, _swap, _double, _neighbour, _without_vowels)
