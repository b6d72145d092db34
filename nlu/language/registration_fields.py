"""Readers of the plain numbers in a mother's own part of a prepared note: NIK, telephone, age."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from nlu.language.identifiers import check_nik
from nlu.language.tokens import fold

YOUNGEST, OLDEST = 10, 60
"""Ages of an expectant mother; what lies outside is asked back."""


def read_nik(text: str, numbers: Mapping[str, str], today: date) -> tuple[str | None, str | None]:
    """The mother's NIK and a problem code; a man's number is kept with a problem."""
    typed = [numbers[name] for name in re.findall(r"xnik\d+", text) if name in numbers]
    checks = [(raw, check_nik(raw, today)) for raw in typed]
    sound = [(raw, check) for raw, check in checks if check.problem is None]
    women = [raw for raw, check in sound if check.sex == "F"]
    if women:
        return women[0], None
    if sound:
        return sound[0][0], "maybe_not_hers"
    if checks:
        return None, checks[0][1].problem
    return None, None


def read_phone(text: str, numbers: Mapping[str, str]) -> str | None:
    """Digits of the first number left in her text, as typed without separators and plus sign."""
    typed = [numbers[name] for name in re.findall(r"xhp\d+", text) if name in numbers]
    return typed[0].removeprefix("+") if typed else None


_NOT_TIME = r"(?!\d)(?!\s*(?:kurang|\+|-\s*\d|minggu|mgg|mg\b|mggu|w\b|wk|weeks?\b|bulan|bln|hari|sasi|wulan))"
_TOLD_AGE = re.compile(
    r"\b(?:umur|umr|umure|umuripun|usia|yuswa|yuswo|us|age)(?:nya|ny|ne|e|ku|ipun)?"
    r"(?:\s*[:=,.\-]\s*|\s+(?:ibu|ibunya|ibune|bumil|saya|sy|aku|kulo|beliau|istri|istrinya|dia|skrg|sekarang"
    r"|saiki|sudah|udah|wis|wes|baru|masih|sekitar|kira2|kira-kira|nya|e)\b|\s+)*"
    rf"(?P<n>\d{{1,3}}){_NOT_TIME}"
)
_YEARS = re.compile(
    r"(?<![\w/.\-])(?P<n>\d{1,2})\s*(?:th|thn|tahun|taun|tahunan|taunan|thun|tahu|tn|yo)\b(?!\s*(?:lalu|yang lalu"
    r"|lagi|kemarin))"
)
_ALONE = re.compile(r"(?:^|[\n|,(])\s*(?P<n>\d{2})\s*(?=[\n|,)§]|$)")
_AFTER_NAME = re.compile(
    r"\s*[(\-]?\s*(?P<n>\d{2})(?![\d/.\-])(?!\s*(?:minggu|mgg|mg|w|bulan|bln|kg|cm|hari"
    r"|[a-z]{3}\b))"
)


def read_age(text: str, behind_name: str = "") -> tuple[int | None, str | None]:
    """Years: behind "umur", else before "th", else a bare number behind the name or alone between separators."""
    told = [int(match["n"]) for match in _TOLD_AGE.finditer(text)]
    years = [int(match["n"]) for match in _YEARS.finditer(text)]
    fitting = [each for each in (*told, *years) if YOUNGEST <= each <= OLDEST]
    if fitting or told:
        return (fitting[0], None) if fitting else (None, "out_of_range")
    bare = _AFTER_NAME.match(fold(behind_name)) or _ALONE.search(text)
    if bare and YOUNGEST < int(bare["n"]) <= OLDEST:
        return int(bare["n"]), None
    return None, None
