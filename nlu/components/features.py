"""What a message shows besides its words: length, a question mark, data found by rule, how it begins and ends, what its
words mean by and large and which of these meanings are denied.

Measured in nlu/README.md: two points of cross-validated accuracy, and two more for the meanings. The danger lexicon is
left out on purpose: with it the classifier learns to trust the lexicon, and the second witness of the danger gate is
gone.
"""

from __future__ import annotations

from math import log2

from nlu.language.entities import find_entities, is_bare_data
from nlu.language.meanings import meanings, meanings_of
from nlu.language.normalise import DENIALS

SHORT = 3
REFUSALS = DENIALS | {"jangan", "emoh", "moh", "wegah", "ogah", "males", "malas", "rasah"}
"""What denies or refuses the words behind it, as normalise.py leaves it."""
REACH = 4
"""Words behind a refusal that it may speak of."""
SHAPE, DATA, EDGE, MEANING = 0.4, 0.25, 0.15, 0.3
"""Weights beside n-gram rows of length one, from a grid of .2, .4 and .7 and refined by hand (meanings: .1 to .5)."""


def hints(text: str, normalised: str) -> dict[str, float]:
    """The marks that `text` (masked, as typed) and its normalised form carry, with their weights."""
    words = normalised.split()
    return {
        **dict.fromkeys(_shape(text, words), SHAPE),
        **dict.fromkeys(_data(text), DATA),
        **dict.fromkeys(_edges(words), EDGE),
        **{f"means={meaning}": MEANING for meaning in meanings(words)},
        **{f"denies={meaning}": MEANING for meaning in _denied(words)},
    }


def _shape(text: str, words: list[str]) -> list[str]:
    """Length in words, exact up to three and by doubling beyond; a question mark."""
    count = len(words)
    length = str(count) if count <= SHORT else f"{2 ** int(log2(count))}+"
    return [f"length={length}", *(["question"] if "?" in text else [])]


def _data(text: str) -> list[str]:
    """Kinds of entities found, how many, and whether there is nothing else."""
    found = [entity.as_dict() for entity in find_entities(text)]
    if not found:
        return []
    kinds = sorted({f"has={entity['entity']}" for entity in found})
    bare = ["bare"] if is_bare_data(text, found) else []
    return [*kinds, f"entities={min(len(found), SHORT)}", *bare]


def _edges(words: list[str]) -> list[str]:
    """The first and the last word: questions and requests show there."""
    return [f"first={words[0]}", f"last={words[-1]}"] if words else []


def _denied(words: list[str]) -> set[str]:
    """Kinds of the words that stand behind a refusal."""
    behind = (words[at + 1 : at + 1 + REACH] for at, word in enumerate(words) if word in REFUSALS)
    return {meaning for some in behind for word in some for meaning in meanings_of(word)}
