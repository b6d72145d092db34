"""The place where a visit or a birth was, as somebody told it: "pkm donomulyo", "bidan Sri", "omah"; and its kind.

Names of puskesmas and hospitals come from the gazetteer; behind any other word for a place up to two words are taken
that may be a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlu.language.names import looks_like_name
from nlu.language.places import Gazetteer
from nlu.language.tokens import MAX_CHARS, canonical, fold

PlaceKind = Literal["home", "puskesmas", "posyandu", "hospital", "midwife", "clinic", "doctor", "on_the_way"]

_AT = (
    r"(?:di|d|dek|ndek|ndik|nang|nek|nok|neng|ning|ing|ke|nyang|wonten|teng|dateng|dari|teko|saking|soko|tempat"
    r"|tempate|ten|diperiksa(?:\s+(?:oleh|sama|ambek|karo))?|periksa)"
)
_MIDWIFE = (
    r"(?:pmb|tpmb|bpm|(?:(?:rumah|omahe?|tempat|praktek|praktik)\s+)?(?:bu\s+|ibu\s+|mbak\s+)?bidan(?:e|ne|nya)?)"
)
_KINDS: tuple[tuple[PlaceKind, str, bool], ...] = (
    ("puskesmas", r"(?:pus?kes?mas|puskes(?:mes)?|pkm|pustu|polindes|po[ns]kesdes)(?:e|nya)?", False),
    ("posyandu", r"(?:posyandu|posiandu|pos\s+yandu)(?:ne|nya)?", False),
    ("hospital", r"(?:rumah\s+sakit|r\.?s\.?(?:ud|u|i|ia|b|au|sa|al)?|igd|ugd|ponek)(?:e|nya)?", False),
    ("clinic", r"(?:klinik|klinike|balai\s+pengobatan)", False),
    ("midwife", _MIDWIFE, True),
    ("doctor", r"(?:dokter(?:\s+(?:kandungan|spesialis|obgyn|umum))?|dr\.?|spog)", True),
    ("home", r"(?:rumah|omah|griyo|griya|rmh|dalem)(?:e|ku|nya)?", True),
    ("home", r"(?:dukun|mbah\s+dukun)(?:\s+bayi)?", True),
    ("on_the_way", r"(?:jalan|jln|n?dalan|perjalanan|mobil|ambulan(?:s|ce)?|becak|motor|embong)(?:nya|e)?", True),
)  # fmt: skip
"""Kind, words, and whether "di" or the like must stand before them to be a place."""
_COMPILED = tuple(
    (kind, re.compile(rf"(?<!\w)(?P<at>{_AT}\s+)?(?P<place>{words})(?!\w)"), needs_at)
    for kind, words, needs_at in _KINDS
)
_NAMED: frozenset[PlaceKind] = frozenset({"puskesmas", "posyandu", "hospital", "clinic", "midwife", "doctor"})
_TAIL = re.compile(r"[ \t]+(?:(?P<title>bu|ibu|dr|mbak)\.?[ \t]+)?(?P<word>[^\W\d_]{3,}|\d{1,2}(?!\w))")
_NO_NAME = frozenset(
    "lanang wedok wadon perempuan prempuan cowok cewek laki jaler estri putra putri sudah sdh wis wes sampun tadi wau "
    "mau kalih karo ambek ambi dan dengan tapi ning cek usg tensi berat timbang ditimbang diukur imunisasi melahirkan "
    "lahir lair kembar bayinya bayine ibuke ibune normal sesar operasi terdekat sini kene kono situ desa dekat cedhak "
    "langsung jam pukul tanggal tgl hari dino kontrol periksa priksa selamat sehat waras kabeh semua lagi maneh saiki "
    "barusan numpak naik pas waktu sama secara ditolong ditulung dibantu".split()
)
_TIME = re.compile(
    r"[hm]\d+|kemarin|besok|tadi|pagi|siang|sore|malam|semalam|tanggal|jam|sekarang|barusan|nanti|ke"
    r"|lagi"
)
_MOST_NAME_WORDS = 2


@dataclass(frozen=True)
class ToldPlace:
    """A place as typed, where it stands, and what it is."""

    text: str
    kind: PlaceKind
    start: int
    end: int


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()


def read_told_place(text: str) -> ToldPlace | None:
    """The first place in ``text``; the road before any other ("di jalan pas mau ke puskesmas")."""
    text = text[:MAX_CHARS]
    low = fold(text)
    found: list[ToldPlace] = []
    for kind, pattern, needs_at in _COMPILED:
        for match in pattern.finditer(low):
            inside = any(one.start <= match.start("place") < one.end for one in found)
            if inside or (needs_at and not match["at"]):
                continue
            end = _end_of_name(text, low, match.end("place")) if kind in _NAMED else match.end("place")
            found.append(ToldPlace(text[match.start("place") : end], kind, match.start("place"), end))
    on_the_way = [one for one in found if one.kind == "on_the_way"]
    first = min(on_the_way or found, key=lambda one: one.start, default=None)
    return _widened(first, text) if first else None


def _end_of_name(text: str, low: str, at: int) -> int:
    for _ in range(_MOST_NAME_WORDS):
        tail = _TAIL.match(low, at)
        if tail is None or tail["word"] in _NO_NAME or _TIME.fullmatch(canonical(tail["word"]).text):
            break
        if not tail["word"].isdigit() and not looks_like_name(text[tail.start("word") : tail.end("word")]):
            break
        at = tail.end()
    return at


def _widened(place: ToldPlace, text: str) -> ToldPlace:
    """To the whole name when the gazetteer knows it ("rs wava husada")."""
    if place.kind not in ("puskesmas", "hospital"):
        return place
    for match in _gazetteer().find(text):
        if match.level in ("puskesmas", "hospital") and match.start <= place.start < match.end:
            start = min(match.start, place.start)
            return ToldPlace(text[start : match.end], place.kind, start, match.end)
    return place
