"""Sex and weight of each of several children, in the order they are told: "laki 2400, perempuan 2300"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.language.birth_details import Sex, read_sex, sexes_in
from nlu.language.birth_weight import LEAST, MOST, read_weights
from nlu.language.tokens import MAX_CHARS, canonical

_EACH = re.compile(r"(?<!\S)(?:masing\w*|sami|podo|sama - sama|sama2)(?!\S)")
_TWICE = re.compile(r"(laki)2", re.IGNORECASE)
_TWO = 2


@dataclass(frozen=True)
class Baby:
    """What was told of one of them; None where nothing was, or nothing that can be."""

    sex: Sex | None = None
    weight_g: int | None = None


def read_babies(text: str) -> tuple[Baby, Baby]:
    """The elder and the younger; one sex told for "kembar" is that of both, one weight only when it says so."""
    words = canonical(_TWICE.sub(r"\1 ", text[:MAX_CHARS])).text
    sexes = sexes_in(words)
    one = read_sex(words) if len(sexes) < _TWO else None
    told = list(sexes[:_TWO]) if len(sexes) >= _TWO else [one, one]
    weights = [grams if LEAST <= grams <= MOST else None for grams in read_weights(words)]
    if len(weights) == 1:
        weights = weights * _TWO if _EACH.search(words) else []
    first, second = (*weights[:_TWO], None, None)[:_TWO]
    return Baby(told[0], first), Baby(told[1], second)
