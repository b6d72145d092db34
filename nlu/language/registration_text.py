"""A registration note made ready for reading: number words as digits, separators of one kind."""

from __future__ import annotations

import re
import unicodedata

from nlu.language.normalise import clean
from nlu.language.numbers import JOINERS, UNITS, read_number_words, split_glued
from nlu.language.tokens import fold

MAX_CHARS = 4096
"""Characters read of a note; what stands behind is not read."""

CUT = "§"
"""Stands where something was cut out; no name, place or number runs across it."""

SOFT = "|"
"""Every separator inside a line but the comma: "#", ";", "/", the full stop."""

_SPOKEN_DIGITS = {**{word: str(value) for word, value in UNITS.items()}, "kosong": "0", "enol": "0", "nul": "0"}
_LEAST_SPOKEN = 8
_NO_NUMBERS = frozenset({"roro", "sa", "sak"})
_RESPELLED = {"petang": "patang", "pitungdoso": "pitung"}

_ABBREVIATIONS = (
    r"ds|dsn|dk|kec|kab|kel|ny|tn|no|nmr|hp|hap|telp|tlp|tlpn|wa|an|a\.n|jl|jln|gg|rt|rw|tgl|um|umr|uk|sdr"
    r"|sdri|bpk|dr|nm|als|g|p|a|ab|kp|pkl|bb|tb|td|px|nn|ibu|bu|ke|dll|m"
)
_PAIRS = (
    (r"(?<!\d)(\d{1,2})\s?/\s?([a-z]{3,9})\s?/\s?(\d{2,4})(?!\d)", r"\1 \2 \3"),
    (r"\ba\s?/\s?n\b\.?", "an "),
    (r"\ba\.\s?n\b\.?", "an "),
    (r"\brt\s*/\s*rw\b", "rt"),
    (r"\b(?:hp|no|telp|tlp|telepon|wa)\.?\s?/\s?(?:wa|hp|telp|tlp|whatsapp|telepon)\b", "hp"),
    (r"\b(?:desa|ds|dusun)\.?\s?/\s?(?:kelurahan|kel|desa|klurahan)\b\.?", "desa"),
    (r"\b(?:umur|usia)\s?/\s?(?:usia|umur)\b", "umur"),
    (r"\bjkn\s?/\s?(?:kis|bpjs)\b|\bbpjs\s?/\s?(?:kis|jkn)\b|\bkis\s?/\s?(?:bpjs|jkn)\b", "bpjs"),
    (r"\bktp\s?/\s?nik\b|\bnik\s?/\s?ktp\b", "nik"),
    (r"\bnama\s?/\s?umur\b", "nama"),
    (r"\brw(?=\W{0,2}\d)", "rw"),
)
_BOTH_DATES = re.compile(
    r"hpht\s*(?:/|dan|&|,|-|\+)\s*(?:hpl|htp|tp)\b\s*[:=]?\s*([^\n#;|]+?)\s+(?:/|dan|&|-|,)\s+([^\n#;|]+)",
    re.IGNORECASE,
)
_STOPS = re.compile(r"(?<=[^\W\d_])\s*/\s*|\s*/\s*(?=[^\W\d_])|[#;\t]+|\.(?=\s|$|[A-Z][a-z])|!+")
_TOKEN = re.compile(r"[^\W\d_]*\d\w*|[^\W\d_]+(?:['’][^\W\d_]+)*|\W|_")


def spelled(text: str) -> str:
    """The first ``MAX_CHARS`` characters: clean, digits for number words, lines kept; ready to be masked."""
    raw = "".join(map(_ascii_digit, text[:MAX_CHARS])).replace("\\n", "\n").replace("\r", "\n")
    lines = (clean(line) for line in raw.split("\n"))
    return "\n".join(in_digits(line) for line in lines).replace(SOFT, ";")[: 2 * MAX_CHARS]


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character


def in_digits(line: str) -> str:
    """Number words as digits ("dua puluh tujuh" as 27), spelt-out long numbers ("nol delapan satu ...") as one."""
    tokens = [match.group() for match in _TOKEN.finditer(line)]
    parts: list[str] = []
    at = 0
    while at < len(tokens):
        words, ends = _words_from(tokens, at)
        value, used = _number(words)
        parts.append(value if used else tokens[at])
        at = ends[used - 1] if used else at + 1
    return "".join(parts)


def _words_from(tokens: list[str], at: int) -> tuple[list[str], list[int]]:
    """Folded words from a token on, single spaces between them, and the token behind each."""
    words: list[str] = []
    ends: list[int] = []
    while at < len(tokens) and len(words) < 24 and tokens[at].isalpha():
        folded = fold(tokens[at])
        parts = split_glued(_RESPELLED.get(folded, folded))
        words += parts
        ends += [at + 1] * len(parts)
        at += 2
        if tokens[at - 1 : at] != [" "]:
            break
    return words, ends


def _number(words: list[str]) -> tuple[str, int]:
    """The number the words begin with and how many words it takes; a run of spoken digits first."""
    run = 0
    while run < len(words) and words[run] in _SPOKEN_DIGITS:
        run += 1
    if run >= _LEAST_SPOKEN:
        return "".join(_SPOKEN_DIGITS[word] for word in words[:run]), run
    if not words or words[0] in _NO_NUMBERS:
        return "", 0
    found = read_number_words(words)
    if found is None:
        return "", 0
    unit = words[found.length] if found.length < len(words) else ""
    if found.value in range(20, 100, 10) and unit in JOINERS and unit not in _NO_NUMBERS:
        return str(found.value + UNITS[unit]), found.length + 1  # "rong puluh patang minggu"
    return str(found.value), found.length


def separate(text: str) -> str:
    """A masked note: abbreviations without their stop, every separator but line break and comma as ``SOFT``."""
    text = text.replace(CUT, " ").replace("*", " ").replace("_", " ")
    text = _BOTH_DATES.sub(r"HPHT \1 | HPL \2", text)
    for pattern, plain in _PAIRS:
        text = re.sub(pattern, plain, text, flags=re.IGNORECASE)
    text = re.sub(rf"(?<!\w)({_ABBREVIATIONS})\.[ ]*", r"\1 ", text, flags=re.IGNORECASE)
    return _STOPS.sub(f" {SOFT} ", text)


def cut_out(pattern: re.Pattern[str], text: str) -> str:
    """The text with every match cut out; the pattern is matched on the folded text of equal length."""
    low = fold(text)
    parts, at = [], 0
    for match in pattern.finditer(low):
        parts += [text[at : match.start()], f" {CUT} "]
        at = match.end()
    return "".join(parts) + text[at:]
