"""Persons' names in free text, by what stands before them, and as the answer to "who are you?".

A name is taken behind a cue (nama, jeneng, a.n., bu, mbak ...), never guessed from anywhere in a text, with one
exception: capitalised words that open a registration ("Siti Aminah 24 th ..."). ``not_names.txt`` lists what follows
"bu" or "mbak" without being a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from nlu.language.tokens import MAX_CHARS, fold

Role = Literal["person", "man", "staff", "baby"]

MOST_WORDS = 5
_LONGEST_WORD = 25
_ENDINGS = ("nya", "ku", "ipun", "e")
_WORD = r"[^\W\d_]+(?:['’`.-][^\W\d_]+)*"
_WORDS = re.compile(rf"{_WORD}\.?")
_GAP = re.compile(r"[ \t]{1,3}")
_LINK = r"(?:[ \t]*[:=\-][ \t]*|[ \t]+|$)"

_NAME_CUE = (
    r"(?:nama|namanya|namany|namaku|nm|jeneng|jenenge|jenengku|jenengnya|jenengane|asma|asmane|nami|naminipun|bernama|atas\s+nama"
    r"|a[./]\s?n\.?|an\.)"
)
_AFTER_NAME = (
    r"(?:(?:lengkap|lengkapnya|panggilan|saya|kulo|kula|aku|ibunya|ibu|ibuk|pasien|bumil|px|istri|istriku|calon|yang|hamil|klien"
    r"|nya|e|adalah|iku|niku|itu|yaitu|bu|mbak|ny|adik|anak)\.?[ \t:=\-]+){0,3}"
)
_TITLE = (
    r"(?:bu|ibu|ibuk|buk|mbak|mb|mba|ny|nyonya|sdri|sdr|saudari|dik|dek|mbakyu|yu|ning|bumil|pasien|px|klien|istri)"
)
_ENROL = (
    r"(?:daftar|daftarkan|daftarin|daftarno|mendaftarkan|ndaftarno|ndaftarne|registrasi|reg|pendaftaran|lapor|input"
    r"|ibu\s+hamil|bumil\s+baru|pasien\s+baru|data\s+bumil|bumil)"
)

_MAN = (
    r"(?:(?:nama\s+)?(?:suami|suaminya|suamiku|bojo|bojone|bojoku|bapak|bpk|pak)(?:\s+(?:saya|nama|namanya|jenenge))?)"
)
_STAFF = (
    r"(?:(?:nama\s+)?(?:bu\s+|ibu\s+|mbak\s+)?(?:bidan|kader|perawat|dokter|dr|dukun|suster|lurah|kades)(?:nya|ne|e)?)"
)
_BABY = (
    r"(?:(?:nama\s+)?(?:bayi|bayinya|bayine|bayiku|anak|anakku|anaknya)(?:\s+(?:saya|kulo|saya\s+lahir))?"
    r"(?:\s+(?:namanya|jenenge|bernama|diberi\s+nama))?)"
)


@dataclass(frozen=True)
class NameSpan:
    """A name as a person would write it, where it stands, and whose it is."""

    name: str
    start: int
    end: int
    role: Role = "person"


@dataclass(frozen=True)
class _Cue:
    """How names after it are read: ``strict`` must be capitalised, ``loose`` run on to the next other word."""

    pattern: re.Pattern[str]
    role: Role
    strict: bool = False
    loose: bool = False


def _cue(pattern: str, role: Role, strict: bool = False, loose: bool = False) -> _Cue:
    return _Cue(re.compile(rf"(?<!\w){pattern}", re.IGNORECASE), role, strict, loose)


_CUES: tuple[_Cue, ...] = (
    _cue(rf"{_MAN}\.?{_LINK}", "man"),
    _cue(rf"{_STAFF}\.?{_LINK}", "staff"),
    _cue(rf"{_BABY}{_LINK}", "baby", strict=True),
    _cue(rf"{_NAME_CUE}{_LINK}{_AFTER_NAME}", "person", loose=True),
    _cue(rf"{_ENROL}{_LINK}(?:{_TITLE}\.?[ \t]+)?", "person", strict=True),
    _cue(rf"{_TITLE}\.?{_LINK}", "person"),
    _cue(rf"(?:istri\s+)?(?:saya|kulo|kula|aku){_LINK}", "person", strict=True),
)
_NEXT_FIELD = r"(?:umur|usia|hamil|nik|hpht|hpl|alamat|ds|desa|rt|uk|hp|no|g\d|xnik\d|xhp\d)\b"
_BEFORE_AGE = re.compile(
    rf"\s*({_WORD}(?:[ \t]{_WORD}){{0,3}}?)(?=[ ,.(/]*(?:umur |usia |umure )?\d{{2}} ?(?:th|thn|tahun|taun)\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"\s*(?:\d{{1,2}}[.)]\s*)?(?={_WORD}(?:[ \t]+{_WORD}){{0,4}}[ \t]*(?:,|;|\n|/|\(|-|\d|$|{_NEXT_FIELD}))",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    rf"^(?:(?:iya|ya|nggih|inggih|oh|o|halo|saya|sy|aku|kulo|kula|ini|niki|iki|panggil|perkenalkan|{_NAME_CUE}|ku|lengkap|bu|ibu|mbak|"
    r"mb|ny|adalah|nya|e|kulo|itu|iku)[ \t.,:=\-]+)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[ \t,.;(]+(?:(?:bu|bidan|mbak|ya|kak|pak|dok|nggih|bun|bunda|umur|usia|umure|usianya)\b.*|\d.*)?[ \t.,!)]*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _not_names() -> frozenset[str]:
    lines = Path(__file__).with_name("not_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def read_person_names(text: str) -> tuple[NameSpan, ...]:
    """Names behind a cue, in order of the text; "ibu hamil", "bu bidan" and "mbak kader" are none."""
    text = text[:MAX_CHARS]
    found: list[NameSpan] = []
    for cue in _CUES:
        for match in cue.pattern.finditer(text):
            span = _name_at(text, match.end(), cue.role, cue.strict, cue.loose)
            if span and not any(span.start < other.end and other.start < span.end for other in found):
                found.append(span)
    opening = _opening_name(text)
    if opening and not any(opening.start < other.end and other.start < opening.end for other in found):
        found.append(opening)
    return tuple(sorted(found, key=lambda span: span.start))


def _opening_name(text: str) -> NameSpan | None:
    """ "Siti Aminah 24 th ...": two capitalised words, or any words that may be a name before an age."""
    match = _OPENING.match(text)
    span = _name_at(text, match.end(), "person", strict=True, loose=False) if match else None
    if span and " " in span.name and text[span.end :].strip():
        return span
    aged = _BEFORE_AGE.match(text)
    if aged is None or not all(may_be_name(word) for word in aged.group(1).split()):
        return None
    return NameSpan(_as_written(aged.group(1)), aged.start(1), aged.end(1))


def _name_at(text: str, at: int, role: Role, strict: bool, loose: bool) -> NameSpan | None:
    """The run of name words from ``at``; in small letters it is short, except behind "nama"."""
    words: list[re.Match[str]] = []
    place = at
    while len(words) < MOST_WORDS:
        word = _WORDS.match(text, place)
        if word is None or not may_be_name(word.group()):
            break
        capital = word.group()[0].isupper()
        if (strict and not capital) or (words and not capital and words[0].group()[0].isupper() and not _is_link(word)):
            break
        if words and not capital and not loose and len(words) >= 2:
            break
        words.append(word)
        gap = _GAP.match(text, word.end())
        if gap is None or (word.group().endswith(".") and len(word.group()) > 3):
            break
        place = gap.end()
    while words and _is_link(words[-1]):
        words.pop()
    if not words or (len(words) == 1 and len(words[0].group().strip(".")) < 2):
        return None
    start, end = words[0].start(), words[-1].end()
    if text[end - 1] == "." and len(words[-1].group()) > 3:
        end -= 1
    return NameSpan(_as_written(text[start:end]), start, end, role)


def _is_link(word: re.Match[str]) -> bool:
    return word.group().lower() in ("binti", "bin")


def may_be_name(word: str) -> bool:
    """Whether a word may be one of a name: not too long, and none of those that are something else."""
    folded = fold(word).strip(".")
    stems = {folded, *(folded.removesuffix(ending) for ending in _ENDINGS if len(folded) > len(ending) + 2)}
    return len(word) <= _LONGEST_WORD and stems.isdisjoint(_not_names())


def _as_written(name: str) -> str:
    """Capital letters as on paper when all are small or all are large; spaces single."""
    tidy = " ".join(name.split())
    if tidy.islower() or tidy.isupper():
        return " ".join(word[:1].upper() + word[1:].lower() for word in tidy.split())
    return tidy


def answered_name(text: str) -> str | None:
    """The name in an answer that is a name and little else: "siti aminah", "saya Siti", "jenengku Sri Wahyuni"."""
    if len(text) > 120:
        return None
    bare = _TAIL.sub("", _LEAD_IN.sub("", text.strip()) + " ").strip(" \t.,;:!-")
    words = bare.split()
    if not 1 <= len(words) <= MOST_WORDS or not all(_WORDS.fullmatch(word) and may_be_name(word) for word in words):
        return None
    if max(len(word.strip(".")) for word in words) < 2:
        return None
    return _as_written(bare)


_KIN = (
    r"(?:ibu|ibuk|mama|mamah|emak|mak|bapak|bpk|pak|ayah|suami|bojo|bu?de|budhe|pakde|pakdhe"
    r"|paklik|bulek|nenek|mbah|simbah|kakek|kakak|mbak|mas|wali|om|tante|mertua|saudara)"
)
_RELATION = re.compile(
    rf"^(?:ya\s+|iya\s+|nggih\s+|ada\s+|sama\s+|dengan\s+)*{_KIN}(?:ku|nya|e)?"
    r"(?:\s+(?:saya|aku|kulo))?[\s,.:=]+(?:nama\w*|jeneng\w*|yaitu|bu|pak|mas|mbak|mbah)?[\s,.:=]*(?=\w)",
    re.IGNORECASE,
)
_WHOSE = re.compile(rf"[\s,]+{_KIN}(?:ku|\s+(?:saya|aku|kulo))[\s.,!]*$", re.IGNORECASE)


def guardian_in(text: str) -> str | None:
    """The name of an adult who answers for a child: "budeku, Sulastri", "Bu Sarmi ibu saya"."""
    text = _WHOSE.sub("", text.strip())
    return answered_name(_RELATION.sub("", text.strip())) or answered_name(text)


def looks_like_name(text: str) -> bool:
    """Whether an answer to a question for a name can be one."""
    return answered_name(text) is not None
