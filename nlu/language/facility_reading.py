"""Health facilities as people name them, with the codes of those the gazetteer knows; pure.

"ke pkm" and "rs" name a kind only: no code. A midwife or doctor is a facility only as a place to go to, as in "ke bidan
Yuni".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from nlu.language.entities import gazetteer
from nlu.language.names import read_person_names
from nlu.language.normalise import MAX_LENGTH

MOST_MENTIONS = 12
_REACH = 40
"""Characters before a name in which "dari" or "jemput di" makes it the place she comes from."""

_TO = r"(?:ke|menuju|nang|ning|neng|ndek|teng|dateng|datang ke|menyang|nyang|di|wonten|marang|tempat|tempate|tempatnya)"
_CAPITALS = r"(?:\s+(?-i:[A-Z][\w'’]*)){0,3}"
_BUILDING = re.compile(
    r"(?<!\w)(?:pkm|puskesmas|puskemas|puskes|pukesmas|puskesmas pembantu|pustu|ponkesdes|polindes|posyandu|klinik"
    r"|rsud|rsia|rsu|rsi|rs|rumah sakit|igd|ugd|ponek|rumah bersalin|dinsos|dinkes|dukcapil|apotek|apotik)"
    rf"(?!\w){_CAPITALS}",
    re.IGNORECASE,
)
_PERSON = re.compile(
    rf"(?<!\w){_TO}\s+(?P<who>(?:bu\s+|ibu\s+)?(?:bidan|dokter kandungan|dokter|spog)(?!\w){_CAPITALS})", re.IGNORECASE
)
_WHICH = re.compile(r"\s*(?:yang\s+|sing\s+)?(?:mana|ndi|endi|pundi)(?!\w)", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?<!\w)(?:dari|dri|teko|saking|soko|saka|seko|ket|(?:jemput|pethuk|methuk)\w*\s+(?:saya\s+)?(?:di|nang|ning|ndek|teng))"
    r"\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FacilityMention:
    """A facility at `text[start:end]`, as told; `codes` are the gazetteer's candidates, `is_source` after "dari"."""

    text: str
    start: int
    end: int
    codes: tuple[str, ...] = ()
    is_source: bool = False


def find_facilities(text: str) -> tuple[FacilityMention, ...]:
    """The first `MOST_MENTIONS` facilities named in a message, in order."""
    text = text[:MAX_LENGTH]
    found: list[FacilityMention] = []
    matches = gazetteer().find(text)
    areas = [(match.start, match.end) for match in matches if match.level in ("village", "district")]
    for match in matches:
        if match.level in ("puskesmas", "hospital"):
            _add(found, text, match.start, match.end, tuple(place.code for place in match.candidates))
    for named in islice(_BUILDING.finditer(text), MOST_MENTIONS):
        _add(found, text, named.start(), max([named.end(), *_ends_of_area(areas, named.end())]))
    people = list(islice(_PERSON.finditer(text), MOST_MENTIONS))
    staff = [name for name in read_person_names(text) if name.role == "staff"] if people else []
    for person in people:
        start, end = person.span("who")
        _add(found, text, start, max([end, *(name.end for name in staff if start < name.start <= end + 1)]))
    return tuple(sorted(found, key=lambda mention: mention.start)[:MOST_MENTIONS])


def _ends_of_area(areas: list[tuple[int, int]], end: int) -> list[int]:
    """ "Polindes Sumberoto": the village right behind the kind of a facility says which one it is."""
    return [behind for start, behind in areas if start == end + 1]


def _add(found: list[FacilityMention], text: str, start: int, end: int, codes: tuple[str, ...] = ()) -> None:
    if not _WHICH.match(text, end) and not any(start < other.end and other.start < end for other in found):
        is_source = bool(_SOURCE.search(text[max(start - _REACH, 0) : start]))
        found.append(FacilityMention(text[start:end], start, end, codes, is_source))
