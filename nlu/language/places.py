"""Finds desa, kelurahan, kecamatan, regencies, puskesmas and hospitals of Malang Raya in what people type.

Exact names first (case, spaces and hyphens do not matter); a near-miss counts only after a cue or when the bot has
asked for a place. A name that several places bear gives several candidates: the caller asks, this module never picks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.language.normalise import MAX_LENGTH
from nlu.language.place_reading import (
    Found,
    Index,
    Place,
    Reader,
    Token,
    fold,
    index_names,
    one_slip_from,
    place_words,
    tokenise,
)

__all__ = ["Gazetteer", "Place", "PlaceMatch"]

PLACES_TSV = Path(__file__).with_name("places.tsv")
MOST_MATCHES = 16
"""Places told of in one text; later ones are left out."""

HAMLET_SCORE = 60.0
"""Score of a name after dusun or jalan, told of only when the text names no other place."""

_RANK = {"village": 0, "district": 1, "regency": 2}
_HOSPITAL_TYPE = re.compile(r"^(?:rumahsakit|rsud|rsia|rsau|rsu|rsi|rsb|rsj|rs)(?:dr|st)?")


@dataclass(frozen=True)
class PlaceMatch:
    """A name at `text[start:end]` and every place it may mean (more than one: ask), likeliest level first.

    `level` and `name` are those of the first candidate; `score` is 0-100, 100 for an exact name.
    """

    level: str
    name: str
    candidates: tuple[Place, ...]
    start: int
    end: int
    score: float
    fuzzy: bool


class Gazetteer:
    """The names of Malang Raya, indexed; `find` is all it does."""

    def __init__(self, places: Iterable[tuple[Place, Sequence[str]]]) -> None:
        """Takes each place with its aliases."""
        named = [(name, place) for place, aliases in places for name in (place.name, *aliases)]
        self._areas = index_names((fold(name), place) for name, place in named if place.level in _RANK)
        self._villages = index_names((fold(name), place) for name, place in named if place.level == "village")
        self._districts = index_names((fold(name), place) for name, place in named if place.level == "district")
        self._puskesmas = index_names(
            (fold(name).removeprefix("puskesmas"), place) for name, place in named if place.level == "puskesmas"
        )
        hospitals = [(fold(name), place) for name, place in named if place.level == "hospital"]
        self._hospitals = index_names(hospitals)
        self._stems = index_names((_HOSPITAL_TYPE.sub("", key), place) for key, place in hospitals)

    @classmethod
    def load(cls) -> "Gazetteer":
        """The gazetteer of `places.tsv`, which registry/data/make_places.py writes."""
        rows = [line.split("\t") for line in PLACES_TSV.read_text("utf-8").splitlines()[1:]]
        return cls((Place(*row[:4]), row[4].split("|") if row[4] else ()) for row in rows)

    def find(self, text: str, *, expect_place: bool = False, within: str | None = None) -> tuple[PlaceMatch, ...]:
        """Every place named in the first `MAX_LENGTH` characters, in order; offsets are those of `text`.

        `expect_place`: the bot has just asked for one. `within`: only places in this regency or district code.
        """
        tokens = tokenise(text[:MAX_LENGTH])
        reader = Reader(tokens, expect_place)
        found = self._facilities(reader)
        found += [each for each in self._exact(reader) if not _overlaps(each, found)]
        found += self._near_misses(reader, found)
        if within:
            found = _only_within(found, within)
        found = _settle(sorted(found, key=lambda each: each.first)[:MOST_MATCHES])
        return tuple(_match(each, tokens) for each in self._narrow(found, tokens))

    def _exact(self, reader: Reader) -> list[Found]:
        found: list[Found] = []
        at = 0
        while at < len(reader.tokens):
            hit = reader.longest(self._areas, at)
            if hit:
                found += reader.judge(at, *hit)
                at = hit[0]
            at += 1
        return found

    def _facilities(self, reader: Reader) -> list[Found]:
        found: list[Found] = []
        for at, token in enumerate(reader.tokens):
            if found and at <= found[-1].last:
                continue
            if hit := reader.longest(self._hospitals, at):
                found.append(Found(at, *hit))
            elif token.key in place_words()["puskesmas_cue"]:
                found += self._after_kind(reader, at, at + 1, self._puskesmas)
            elif token.key in place_words()["hospital_cue"]:
                found += self._after_kind(reader, at, at + 1, self._stems)
            elif token.key == "rumah" and reader.key(at + 1) == "sakit":
                found += self._after_kind(reader, at, at + 2, self._stems)
        return found

    def _after_kind(self, reader: Reader, first: int, at: int, index: Index) -> Iterator[Found]:
        """The facility named after its kind: puskesmas (kec.) X, RS X."""
        if index is self._puskesmas and reader.key(at) in place_words()["district_cue"] | {"desa", "di"}:
            at += 1
        hit = reader.longest(index, at)
        is_word = reader.key(at) in place_words()["rare"] and not reader.is_capital(at)
        if hit and (not is_word or hit[0] == len(reader.tokens) - 1):  # "ke puskesmas bareng suami" names none
            yield Found(first, *hit)
        elif not hit and not reader.longest(self._areas, at):
            near = reader.near_miss(index, at)
            if near:
                yield replace(near, first=first)

    def _near_misses(self, reader: Reader, found: Sequence[Found]) -> list[Found]:
        taken = {at for each in found for at in range(each.first, each.last + 1)}
        misses: list[Found] = []
        for at in range(len(reader.tokens)):
            cue = reader.cue(at)
            if at in taken or cue in {"hamlet_cue", "person_cue"} or not (cue or reader.expects):
                continue
            index = {"village_cue": self._villages, "district_cue": self._districts}.get(cue, self._areas)
            near = reader.near_miss(index, at, taken)
            if near:
                misses.append(replace(near, cue=cue))
                taken |= set(range(near.first, near.last + 1))
        return misses

    def _narrow(self, found: list[Found], tokens: Sequence[Token]) -> list[Found]:
        """A kecamatan or regency beside a village says which village it is; a pair that contradicts is asked about."""
        narrowed: list[Found] = []
        for each in found:
            around = [other for other in found if other is not each and _belongs(each, other, tokens)]
            narrowed.append(self._twin(_by_context(each, around), around))
        return [_as_context(each, narrowed, tokens) for each in narrowed]

    def _twin(self, each: Found, around: Sequence[Found]) -> Found:
        """Argosari lies in Jabung: "argosari kec kalipare" may mean Arjosari, one letter off: both are candidates."""
        districts = [place.code for other in around if other.cue == "district_cue" for place in other.places]
        if not districts or each.places[0].level != "village" or any(map(each.places[0].lies_in, districts)):
            return each
        key = fold(each.places[0].name)
        twins = [place for name in one_slip_from(key, self._villages) for place in self._villages[name]]
        fitting = tuple(place for place in twins if any(map(place.lies_in, districts)))
        places = (*each.places, *(place for place in fitting if place not in each.places))
        return replace(each, places=places, fuzzy=True) if fitting else each


def _overlaps(each: Found, others: Iterable[Found]) -> bool:
    return any(each.first <= other.last and other.first <= each.last for other in others)


def _only_within(found: Iterable[Found], code: str) -> list[Found]:
    kept = (replace(each, places=tuple(p for p in each.places if p.lies_in(code))) for each in found)
    return [each for each in kept if each.places]


def _settle(found: Sequence[Found]) -> list[Found]:
    """Doubtful finds are kept only with their kecamatan beside them (words) or when there is no other (hamlets)."""
    sure = [each for each in found if each.doubt != "word" or any(_vouches(other, each) for other in found)]
    firm = [each for each in sure if each.doubt != "hamlet"]
    areas = [each for each in firm if each.places[0].level in _RANK]
    sure = [replace(each, score=HAMLET_SCORE) if each.doubt == "hamlet" else each for each in sure]
    return [_by_cue(each) for each in (firm if areas else sure)]


def _vouches(other: Found, each: Found) -> bool:
    beside = other is not each and min(abs(other.first - each.last), abs(each.first - other.last)) <= 2
    return beside and any(a.parent == b.code or b.parent == a.code for a in each.places for b in other.places)


def _by_cue(each: Found) -> Found:
    """Level by cue (kec X is the district, desa X the village), else every level, village first."""
    if each.places[0].level not in _RANK:
        return each
    wanted = each.cue.removesuffix("_cue")
    fitting = tuple(place for place in each.places if place.level == wanted)
    return replace(each, places=fitting or tuple(sorted(each.places, key=lambda place: _RANK[place.level])))


def _belongs(each: Found, other: Found, tokens: Sequence[Token]) -> bool:
    """The other find tells where this one lies: marked as kecamatan or regency, or at most one plain word away."""
    if other.cue in {"district_cue", "regency_cue"}:
        return True
    left, right = sorted((each, other), key=lambda found: found.first)
    between = [token.key for token in tokens[left.last + 1 : right.first]]
    cues = place_words()["district_cue"] | place_words()["regency_cue"] | place_words()["village_cue"]
    return sum(word not in cues for word in between) <= 1


def _by_context(each: Found, around: Iterable[Found]) -> Found:
    if each.places[0].level != "village":
        return each
    for level in ("district", "regency"):
        codes = [place.code for other in around for place in other.places if place.level == level]
        fitting = tuple(p for p in each.places if p.level == "village" and any(map(p.lies_in, codes)))
        if fitting:
            each = replace(each, places=fitting)
    return each


def _as_context(each: Found, found: Iterable[Found], tokens: Sequence[Token]) -> Found:
    """A name of a village and a kecamatan that has told where another village lies is the kecamatan."""
    levels = {place.level for place in each.places}
    parents = {
        place.parent
        for other in found
        if other is not each and _belongs(other, each, tokens) and len(other.places) == 1
        for place in other.places
        if place.level == "village"
    }
    districts = tuple(place for place in each.places if place.level == "district" and place.code in parents)
    return replace(each, places=districts) if districts and "village" in levels else each


def _match(each: Found, tokens: Sequence[Token]) -> PlaceMatch:
    top = each.places[0]
    start, end = tokens[each.first].start, tokens[each.last].end
    return PlaceMatch(top.level, top.name, each.places, start, end, each.score, each.fuzzy)
