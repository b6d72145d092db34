"""Where one mother ends and the next begins in a note that registers several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.language.registration_names import Name, name_at
from nlu.language.tokens import fold


@dataclass(frozen=True)
class Part:
    """What a note says of one mother, and the heading that counts for all."""

    text: str
    heading: str = ""


_NUMBERED = re.compile(
    r"(?:^|(?<=[\n|,: ]))\s*(?:\(?(?P<n>\d{1,2})\s*(?:[.)]|\||-(?!\s?\d))"
    r"|(?:no|nomor|nomer|ibu|bumil|data)\s+(?P<m>\d{1,2})\s*:?(?=\s*(?:ibu|bu|nama|mbak|ny|:)\b|:))[ |:]*(?=[^\W\d_])",
    re.IGNORECASE,
)
_TITLED = (
    r"(?:(?:dan|sama|karo|lan|terus|trus|satunya|(?:(?:yang|yg|sing)\s+)?(?:pertama|kedua|ketiga|keempat|kelima)"
    r"|lagi|plus|juga)\s+)*(?:(?:nama|namanya|jenenge|an"
    r"|atas nama|ibu hamil|bumil|ibu|bu|ny|mbak|mb|px|pasien|satunya|lagi)\b\s*:?\s*)*"
)
_START = re.compile(
    rf"(?:^|(?<=[\n|,;:])|\b(?=(?:dan|sama|karo|lan|plus)\s)"
    rf"|(?<=[+&]))\s*(?:\d{{1,2}}\s*[.)]\s*)?{_TITLED}(?=[^\W\d_])"
)
_AGE_BEHIND = re.compile(
    r"\s*[,(|]?\s*(?:umur\w*|usia\w*|umr)?\s*:?\s*\d{2}\s*(?:th|thn|tahun|taun)?\b(?![-/.:]\d)(?!\s*(?:mgg|minggu"
    r"|mg|w|bulan|bln)\b)"
)
_LABELLED = re.compile(
    r"(?:^|(?<=[\n|]))\s*(?:(?:nama|jeneng)(?:\s+(?:ibu(?:\s+hamil)?|lengkap|bumil|pasien))?\s*[:=]|(?:#?\s*bumil"
    r"|atas nama|ibu hamil)\b\s*:?)\s*"
)
_FIELD = re.compile(
    r"\d{2}\s*(?:th|thn|tahun|taun|mgg|minggu|mg|w)\b|\b(?:umur|umr|usia|uk|hpht|hpl)\b|\bg\s?\d|xnik|\bhamil\b"
    r"|\bg[iv]+\b"
)
_PLACE_ONLY = re.compile(r"\s*(?:semua\s+)?(?:desa|ds|kel|kelurahan|alamat)\b[^\d]*$")
_COUNTED = re.compile(
    r"^[\s,|]*(?:(?:dan|terus|trus|lan|karo|sama)\s+)*(?:yang|yg|sing)\s+(?:pertama|kedua|ketiga|keempat|kelima)\s+",
    re.IGNORECASE,
)
"""Of the mothers, not of her pregnancies: "yang kedua Maisaroh"."""
_BOTH = re.compile(
    r"\b(?:sama2|sama-sama|keduanya|semua(?:nya)?|(?:dua|2)\W?duanya|dua2nya|kabeh|podo|(?:loro|2)\W?loron[ey]a?"
    r"|satu desa|semuanya)\b"
)


def split_mothers(text: str) -> list[Part]:
    """One part for each mother; the whole note when it tells of one."""
    for starts in (_numbered(text), _labelled(text), _named_with_age(text), _lines(text)):
        parts = _parts(text, starts)
        if len(parts) > 1:
            return parts
    return [Part(text)]


def _parts(text: str, starts: list[int]) -> list[Part]:
    """The pieces between starts, when every one tells of something; a heading before the first is shared."""
    if len(starts) < 2:
        return []
    pieces = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    if not all(_FIELD.search(fold(piece)) for piece in pieces):
        return []
    heading = text[: starts[0]]
    clauses = re.split(r"[\n|,]", text)
    shared = next((clause for clause in clauses if _BOTH.search(fold(clause))), "")
    last = next((clause for clause in reversed(clauses) if clause.strip()), "")
    if not shared and _PLACE_ONLY.match(fold(last)):
        shared = last
    return [Part(_COUNTED.sub("", piece), f"{heading} | {shared}") for piece in _rearranged(pieces)]


def _rearranged(pieces: list[str]) -> list[str]:
    """A later clause that opens with the name of a mother told of before belongs to her."""
    names = [_first_word(piece) for piece in pieces]
    own: list[list[str]] = [[] for _ in pieces]
    for at, piece in enumerate(pieces):
        owner = at
        for clause in re.split(r"(?<=[\n|,])", piece):
            first = _first_word(clause)
            owner = names.index(first) if first and first in names else owner
            own[owner].append(clause)
    return [" ".join(clauses) for clauses in own]


def _first_word(piece: str) -> str:
    lead = re.match(rf"\s*(?:\d{{1,2}}\s*[.)|]\s*)?{_TITLED}", fold(piece))
    name = name_at(piece, lead.end()) if lead else None
    return name.text.split()[0] if name else ""


def _numbered(text: str) -> list[int]:
    """ "1. ... 2. ...": numbers that count up from one, each before a name."""
    starts: list[int] = []
    for match in _NUMBERED.finditer(text):
        if int(match["n"] or match["m"]) == len(starts) + 1 and _name_behind(text, match.end()):
            starts.append(match.start())
    return starts


def _labelled(text: str) -> list[int]:
    """Forms one below the other, each with its own "Nama:"."""
    found = [(match.start(), _name_behind(text, match.end())) for match in _LABELLED.finditer(fold(text))]
    named = [(start, name.text) for start, name in found if name]
    return [start for start, _ in named] if len({name for _, name in named}) == len(named) else []


def _named_with_age(text: str) -> list[int]:
    return [start for start, _ in _names_with_age(text)]


def _names_with_age(text: str) -> Iterator[tuple[int, Name]]:
    low = fold(text)
    last = -1
    for match in _START.finditer(low):
        name = _name_behind(text, match.end())
        if name and name.start > last and _AGE_BEHIND.match(low, name.end):
            last = name.end
            yield match.start(), name


def _lines(text: str) -> list[int]:
    """Lines that each begin with a name and tell a field or more."""
    starts: list[int] = []
    for match in re.finditer(r"[^\n]+", text):
        line = fold(match.group())
        lead = re.match(rf"\s*(?:[-•*+]\s*)?{_TITLED}", line)
        name = _name_behind(text, match.start() + (lead.end() if lead else 0))
        if name and text[name.start].isupper() and len(_FIELD.findall(line)) >= 2:
            starts.append(match.start())
    return starts


def _name_behind(text: str, at: int) -> Name | None:
    title = re.compile(rf"\s*{_TITLED}").match(fold(text[at : at + 60]))
    return name_at(text, at + (title.end() if title else 0))
