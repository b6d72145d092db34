"""The desa or kelurahan of a registration note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.language.places import HAMLET_SCORE, Gazetteer, PlaceMatch
from nlu.language.registration_names import as_written, name_at
from nlu.language.tokens import fold

_CUE = r"\b(?:desa|deso|ndeso|ds|dsa|kelurahan|klurahan|kel)(?:ku|ne|nya|e)?(?!\w)\s*[:=]?\s*"
_CUED = re.compile(_CUE + r"$")
_ADDRESS = re.compile(
    r"^\s*(?:(?:alamat|almt|domisili|tinggal|rumah|rmh|omah|griya|asal|dari|soko|saking|warga|wong|mondok"
    r"|manggon|desa|ds|kel|kelurahan)\w*\s*[:=]?\s*(?:di|nang|ndek|neng|ning|wonten|saya)?\s*[:=]?\s*)+"
)
_SLIP = re.compile(r"\b(?:eh+|salah|ralat|maksud\w*|koreksi|keliru|kliru|bukan|dudu|sori|sorry|maaf)\b")
_MOST_SEGMENTS = 16


@dataclass(frozen=True)
class Village:
    """Name as in the gazetteer, or as typed when it is not there; codes of all villages it may mean."""

    name: str
    candidates: tuple[str, ...] = ()
    problem: str | None = None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The places of Malang Raya, read once."""
    return Gazetteer.load()


def find_places(text: str) -> tuple[PlaceMatch, ...]:
    """Places with the offsets of ``text``."""
    return gazetteer().find(text)


def read_village(text: str) -> Village | None:
    """The desa or kelurahan: behind its cue, else an exact name, else a segment that is nothing but a place."""
    low = fold(text)
    matches = [match for match in find_places(text) if match.level == "village"]
    cued = [match for match in matches if _CUED.search(low[max(0, match.start - 24) : match.start])]
    if cued:
        return _village(_after_slips(cued, low))
    unknown = _unknown_village(text, low)
    exact = [match for match in matches if match.score > HAMLET_SCORE]
    if unknown and not exact:
        return unknown
    if exact:
        return _village(_after_slips(exact, low))
    alone = next(_whole_segments(text), None)
    return alone or (_village(matches[0]) if matches else None)


def _after_slips(matches: list[PlaceMatch], low: str) -> PlaceMatch:
    chosen = matches[0]
    for match in matches[1:]:
        if _SLIP.search(low[chosen.end : match.start]):
            chosen = match
    return chosen


def _village(match: PlaceMatch) -> Village:
    codes = tuple(place.code for place in match.candidates if place.level == "village")
    return Village(match.name, codes, "ambiguous" if len(codes) > 1 else None)


def _whole_segments(text: str) -> Iterator[Village]:
    for segment in re.split(r"[\n|,§:]", text)[: 2 * _MOST_SEGMENTS]:
        bare = _ADDRESS.sub("", fold(segment)).strip(" .-")
        if 3 < len(bare) <= 40 and not re.search(r"\d", bare):
            for match in gazetteer().find(bare, expect_place=True)[:1]:
                if match.level == "village" and match.start == 0 and (not match.fuzzy or len(bare) - match.end < 3):
                    yield _village(match)


def _unknown_village(text: str, low: str) -> Village | None:
    """A name behind "desa" that Malang Raya does not have."""
    for match in re.finditer(_CUE, low):
        name = name_at(text, match.end())
        if name and not find_places(text[name.start : name.end]):
            return Village(as_written(" ".join(name.text.split()[:2])), (), "unknown_place")
    return None
