"""All that can be read out of a message by rule, as named spans; identifiers come masked (xnik1, xhp1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlu.language.date_patterns import find_candidates
from nlu.language.gestation import read_gestation
from nlu.language.names import read_person_names
from nlu.language.normalise import words
from nlu.language.places import Gazetteer
from nlu.language.tokens import canonical

PLACEHOLDER = re.compile(r"\bx(nik|hp|kartu)\d+\b", re.IGNORECASE)
PLACEHOLDER_ENTITY = {"nik": "nik", "hp": "phone", "kartu": "nik"}
LABELS = frozenset(
    "nik ktp no nomor nomer noktp hp wa telp nama jeneng tgl tanggal lahir ttl lhr hpht hpl htp tp mens haid "
    "terakhir desa ds kel kelurahan kec kecamatan dusun dsn rt rw alamat usia umur uk hamil kehamilan minggu mgg "
    "bulan bln meteng mbobot ngandheg ngandhut saya aku kulo ku nya e ne iki ini itu niku adalah yaitu bu mbak "
    "ibu ya nggih di dari g p a jenengku".split()
)
LONGEST_BARE = 160


@dataclass(frozen=True)
class Entity:
    """A span of the text and what it is."""

    entity: str
    value: str
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        """As Rasa carries it."""
        return {
            "entity": self.entity,
            "value": self.value,
            "start": self.start,
            "end": self.end,
            "extractor": "ChatEntities",
        }


@cache
def gazetteer() -> Gazetteer:
    """The places of Malang Raya."""
    return Gazetteer.load()


def find_entities(text: str) -> tuple[Entity, ...]:
    """Everything found, in the order of the text."""
    return tuple(sorted(_all(text), key=lambda entity: (entity.start, entity.end)))


def _all(text: str) -> Iterator[Entity]:
    for match in PLACEHOLDER.finditer(text):
        yield Entity(PLACEHOLDER_ENTITY[match[1].lower()], match[0], *match.span())
    read = canonical(text)
    for candidate in find_candidates(read.text):
        if candidate.rank != "weak":
            start, end = read.span(candidate.start, candidate.end)
            yield Entity("date", text[start:end], start, end)
    gestation = read_gestation(text)
    if gestation.status != "none":
        yield Entity("gestational_age", text[gestation.start : gestation.end], gestation.start, gestation.end)
    for place in gazetteer().find(text):
        yield Entity("place", place.name, place.start, place.end)
    for name in read_person_names(text):
        yield Entity("person_name", name.name, name.start, name.end)


def is_bare_data(text: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the message is nothing but data and its labels ("nik e xnik1", "hpht 3 maret")."""
    if not entities or len(text) > LONGEST_BARE or "?" in text:
        return False
    spans = [(entity["start"], entity["end"]) for entity in entities]
    rest = [word for word in words(text) if not any(start <= word.start < end for start, end in spans)]
    return all(word.text.lower().strip(".:,;-") in LABELS or not word.text.isalnum() for word in rest)
