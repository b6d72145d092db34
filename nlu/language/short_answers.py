"""Short answers to a question that was just asked: left open, enough, whose telephone, how many, has it or not."""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.numbers import read_number_words
from nlu.language.replies import read_yes_no
from nlu.language.tokens import fold

Owner = Literal["own", "husband", "family", "neighbour"]

_LONGEST = 40
_NOT = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|ndak|ora|ra|mboten|belum|blm|durung|dereng|kurang|agak)"
_KNOWN = r"(?:tahu|tau|ngerti|weruh|paham|ingat|inget|eling|pasti|hafal|apal|yakin|sumerep|punya|ada|duwe|bawa)"
_LATER = r"(?:nanti|mengko|engko|mangke|besok|kapan-?kapan|menyusul|nyusul)"
_TAIL = r"(?:\s+(?:bu|buk|ya|yo|saja|aja|ae|wae|dulu|dl|mbak|nggih|lah|deh|kok|e|nya|disini|tanggalnya|persisnya))*"
_SKIP = re.compile(
    rf"(?:maaf\s+|saya\s+|aku\s+|sy\s+|kulo\s+|wah\s+|duh\s+)*"
    rf"(?:(?:di)?lewat(?:i|kan|in)?|skip|next|kosong(?:kan)?|-|lupa|kelalen|supe|lali|{_LATER}|{_NOT}\s*{_KNOWN}|gatau|gtau|mbuh"
    rf"|tidak mau|gak mau|ndak mau|rahasia){_TAIL}"
)
_ENOUGH = re.compile(
    r"(?:sudah|udah|wis|wes|sampun)?\s*(?:cukup|selesai|itu saja|itu aja|iku ae)(?:\s+(?:dulu|bu|ya|aja|saja))*"
)
_OWNERS: tuple[tuple[Owner, frozenset[str]], ...] = (
    ("husband", frozenset("suami suamiku suaminya bojo bojoku bojone bapake bapaknya ayah ayahnya".split())),
    ("neighbour", frozenset("tetangga tetanggaku tonggo tonggoku teman temanku konco".split())),
    (
        "family",
        frozenset(
            "keluarga ibuku ibunya emak emakku mbok mertua mertuaku kakak kakakku adik adikku mbakku anak anakku"
            " saudara dulur sepupu ortu orangtua bersama bareng berdua".split()
        ),
    ),
    (
        "own",
        frozenset(
            "sendiri dewe dhewe piyambak pribadi saya sy aku kulo kula milikku nomorku ya iya iyo nggih inggih".split()
        ),
    ),
)
_HAS = frozenset("sudah udah sdh wis wes sampun punya pny ada onok gadah".split())
_HAS_NOT = frozenset("belum blm tidak tdk gak ga nggak ndak durung dereng mboten ora hilang".split())


def says_skip(text: str) -> bool:
    """Whether a question is left open: "lewati", "nanti saja", "gak tahu bu", "lupa"."""
    low = fold(text).strip(" .!,")
    return len(low) <= _LONGEST and _SKIP.fullmatch(low) is not None


def says_enough(text: str) -> bool:
    """Whether somebody wants no more questions: "cukup", "sudah itu saja"."""
    return _ENOUGH.fullmatch(fold(text).strip(" .!,")) is not None


def read_owner(text: str) -> Owner | None:
    """Whose telephone it is; the husband before the one who says "saya"."""
    said = set(re.findall(r"[^\W\d_]+", fold(text)))
    return next((owner for owner, words in _OWNERS if said & words), None)


def read_count(text: str) -> int | None:
    """A small number in a short answer: "2", "ke-3", "loro", "yang kedua"."""
    for word in fold(text).replace("-", " ").split()[:5]:
        digits = re.fullmatch(r"(?:ke|ping)?(\d{1,2})[.,x]?", word)
        if digits:
            return int(digits[1])
        found = read_number_words([word]) or read_number_words([word.removeprefix("ke")])
        if found is not None:
            return found.value
    return None


def read_has(text: str) -> bool | None:
    """Whether she has it: "sudah", "belum punya", "wis bu"."""
    said = read_yes_no(text)
    if said is not None:
        return said == "yes"
    words = set(re.findall(r"[^\W\d_]+", fold(text)))
    if words & _HAS_NOT:
        return False
    return True if words & _HAS else None
