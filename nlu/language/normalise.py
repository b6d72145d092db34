"""Cleans what people type and brings it to the one spelling the intent classifier sees; pure, Python 3.10 and 3.11.

Nothing here guesses: a word is replaced only when `slang.tsv` says so, digits are never altered, and a spelling that
means two things stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

MAX_LENGTH = 4096
"""Characters kept of a message: the longest text either channel carries; what lies behind is cut off."""

SLANG_TSV = Path(__file__).with_name("slang.tsv")

_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛`´ʼʻ′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\d+(?:[./:,-]\d+)+|[^\W_]+(?:['-][^\W_]+)*")


class Word(NamedTuple):
    """A word of a text and where it stands: `text[start:end]` is the word."""

    text: str
    start: int
    end: int


def clean(text: str) -> str:
    """The first `MAX_LENGTH` characters without control and zero-width ones; one kind of quote, dash and space."""
    cut = text[: 2 * MAX_LENGTH]
    if not cut.isascii():
        cut = unicodedata.normalize("NFKC", _visible(cut.translate(_QUOTES)))
    cut = _SPACE.sub(" ", _visible(cut)).strip()
    return cut[:MAX_LENGTH].rstrip()


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def words(text: str) -> tuple[Word, ...]:
    """The words and numbers of a text in order, with offsets into the very text given (give it `clean`ed)."""
    return tuple(Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text))


Phrases = Mapping[tuple[str, ...], str]


class _Slang(NamedTuple):
    words: Mapping[str, str]
    typed_phrases: Phrases
    final_phrases: Phrases
    known: frozenset[str]


@lru_cache(maxsize=1)
def _slang() -> _Slang:
    rows = [line.split("\t") for line in SLANG_TSV.read_text("utf-8").splitlines() if line and line[0] != "#"][1:]
    pairs: dict[str, str] = {source: target for source, target, *_ in rows}
    single = {source: target for source, target in pairs.items() if " " not in source and source != target}
    phrases = {tuple(source.split()): target for source, target in pairs.items() if " " in source}
    finals = {words for words in phrases if not single.keys() & set(words)}
    known = {word for target in pairs.values() for word in (*target.split(), target)}
    return _Slang(
        single,
        {words: target for words, target in phrases.items() if words not in finals},
        {words: target for words, target in phrases.items() if words in finals},
        frozenset(single.keys() | known),
    )


def known_words() -> frozenset[str]:
    """Every word `slang.tsv` names, as typed or as meant: ordinary words, so never a misspelt place or name."""
    return _slang().known


_NUMBER = r"\d+(?:[.,]\d+)*"
_MONTH = (
    r"(?:januari|jan|februari|pebruari|feb|peb|maret|mrt|mar|april|apr|mei|juni|jun|juli|jul|agustus|agust|ags|agt|agu"
    r"|september|sept|sep|oktober|okt|oct|november|nopember|nov|nop|desember|des|dec)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_WEEKS = r"(?:minggu(?:an)?|mingguan|mgg|mggu|mnggu|mg|weeks?|wekks?|weks?|wks?|w)"
_COUNTED = r"(?!\s*(?:menit|mnt|jam|hari|hr|kali|x|anak|orang|tahun|thn|th|bulan|bln|cm|kg)\b)"
_SPANS = tuple(
    (re.compile(pattern), f" {placeholder} ")
    for pattern, placeholder in (
        (r"\bxnik\d+\b|\b\d{16}\b", "_nik_"),
        (r"\bxhp\d+\b|(?<![\w+])\+?(?:62|0)8\d{8,11}\b", "_hp_"),
        (r"\bxkartu\d+\b|\b000\d{10}\b", "_kartu_"),
        (rf"\brp\.?\s?{_NUMBER}(?:\s?(?:ribu|rb|juta|jt|k))?\b", "_uang_"),
        (rf"\b{_NUMBER}(?:k|\s?(?:ribu|rb|juta|jt|rupiah|rp))\b", "_uang_"),
        (rf"\b\d{{1,2}}(?:[.,]\d)?(?:\s?-\s?\d{{1,2}})?\s?{_WEEKS}(?:\s?\+?\s?\d\s?(?:hari|hr|d)?)?\b", "_usia_"),
        (r"\b\d{4}-\d{1,2}-\d{1,2}\b", "_tanggal_"),
        (rf"\b{_DAY}\s?([-/.])\s?(?:0?[1-9]|1[0-2])\s?\1\s?(?:\d{{4}}|\d{{2}})\b", "_tanggal_"),
        (rf"\b{_DAY}\s(?:0?[1-9]|1[0-2])\s(?:19|20)\d{{2}}\b", "_tanggal_"),
        (rf"\b{_DAY}[/-](?:0?[1-9]|1[0-2])\b(?![/-]\d){_COUNTED}", "_tanggal_"),
        (
            rf"\b{_DAY}\s?-?{_MONTH}\b(?:\s?-?(?:(?:19|20)\d{{2}}|\d{{2}}))?\b(?!\s*(?:minggu|mgg|bulan|bln))",
            "_tanggal_",
        ),
    )
)
"""What is blanked out, in this order: identifiers (masked ones too), money, weeks, dates; bare numbers come last."""

_TOKEN = re.compile(
    r"_(?:nik|hp|kartu|angka|tanggal|usia|uang)_|[^\W_]+(?:-[^\W_]+)*|\?|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_TWICE = re.compile(r"([^\W\d_]{3,})2(nya|ne|an|e|ku|mu)?")
_BEFORE = re.compile(
    r"(\d+)(hari|hr|jam|jm|menit|mnt|bulan|bulanan|bln|bl|sasi|wulan|tahun|thn|th|taun|kali|x|anak|orang|org|cm|kg|gr|gram"
    r"|ml|mg|an)"
)
_AFTER = re.compile(
    r"(ke|kelas|kls|trimester|semester|desil|tahap|lantai|rt|rw|tgl|tanggal|jam|umur|usia|uk|hamil|bulan|bln|tahun|thn|th"
    r"|anak(?!2$)|no|nomor|hb|bb|tb|lila|td|tensi|lahir|sampai|hari)(\d+)"
)
_LEET = str.maketrans("4310", "aeio")


def normalise(text: str) -> str:
    """The text as the intent classifier sees it: words in one spelling, data as placeholders; twice is as once."""
    lowered = _fold(clean(text).lower())
    for pattern, placeholder in _SPANS:
        lowered = pattern.sub(placeholder, lowered)
    spelled = [word for match in _TOKEN.finditer(lowered) for word in _spell(match.group())]
    return _join(_translate(spelled))


def _fold(lowered: str) -> str:
    """Without accents and apostrophes: é is e, jum'at is jumat."""
    if not lowered.isascii():
        lowered = "".join(c for c in unicodedata.normalize("NFKD", lowered) if unicodedata.category(c) != "Mn")
    return lowered.replace("'", "")


def _join(found: Iterator[str]) -> str:
    kept: list[str] = []
    room = MAX_LENGTH
    for word in found:
        if kept and word == kept[-1] and not word[0].isalnum() and word[0] != "_":
            continue
        room -= len(word) + 1
        if room < 0:
            break
        kept.append(word)
    return " ".join(kept)


def _spell(token: str) -> Iterator[str]:
    """The words of one token before translation: hyphens opened, numbers blanked, letters unstretched."""
    if token[0] == "_" or not token[0].isalnum():
        yield token
        return
    first, _, rest = token.partition("-")
    if rest.isalpha() and rest.startswith(first):
        yield _repeat(token, first, rest[len(first) :])
        return
    for part in token.split("-"):
        yield from _spell_part(part)


def _repeat(token: str, base: str, suffix: str) -> str:
    """A word said twice (kira-kira, kira2nya), its base in the final spelling."""
    if token in _slang().words:
        return token
    base = _unstretch(base)
    final = _slang().words.get(base, base)
    return token if " " in final or "-" in final else f"{final}-{final}{suffix}"


def _spell_part(part: str) -> Iterator[str]:
    if part.isdecimal():
        yield "_angka_"
    elif part.isalpha():
        yield _unstretch(part)
    else:
        yield from _spell_mixed(part)


def _spell_mixed(part: str) -> Iterator[str]:
    """Letters and digits in one word: a counted thing, a word said twice, leet of a known word, or a code kept."""
    leet = part.translate(_LEET)
    if counted := _BEFORE.fullmatch(part):
        yield from ("_angka_", counted[2])
    elif numbered := _AFTER.fullmatch(part):
        yield from (numbered[1], "_angka_")
    elif twice := _TWICE.fullmatch(part):
        yield _repeat(twice[1], twice[1], twice[2] or "")
    elif len(part) > 2 and leet.isalpha() and (word := _unstretch(leet)) in _slang().known:
        yield word
    else:
        yield part


def _unstretch(word: str) -> str:
    """Three and more of a letter become two, or one where that gives a known word (bangeeet, sakiit)."""
    double = _STRETCHED.sub(r"\1\1", word)
    known = _slang().known
    if double in known:
        return double
    single = _DOUBLED.sub(r"\1", double)
    return single if single in known else double


def _translate(spelled: Sequence[str]) -> Iterator[str]:
    slang = _slang()
    final = list(_replaced(spelled, slang.typed_phrases, slang.words))
    words = list(_replaced(final, slang.final_phrases, {}))
    if words[-1:] == ["tak"]:
        words[-1] = "tidak"
    return iter(words)


def _replaced(spelled: Sequence[str], phrases: Phrases, single: Mapping[str, str]) -> Iterator[str]:
    at = 0
    while at < len(spelled):
        length = next((n for n in (3, 2) if tuple(spelled[at : at + n]) in phrases), 0)
        if length:
            target = phrases[tuple(spelled[at : at + length])]
        elif spelled[at] == "g" and any(c.isdigit() or c == "_" for c in "".join(spelled[at + 1 : at + 2])):
            target = "g"  # G 2 P 1: gravida, not "gak"
        else:
            target = single.get(spelled[at], spelled[at])
        yield from target.split()
        at += length or 1


_VOWELS = re.compile(r"[aeiou]+")
_RUN = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """The consonants of a word, no letter twice in a row: perdarahan, prdrhn and perrdarahn are all prdrhn."""
    letters = "".join(c for c in _fold(clean(word).lower()) if c.isalpha())
    return _RUN.sub(r"\1", _VOWELS.sub("", _RUN.sub(r"\1", letters)))


DENIALS = frozenset({"tidak", "belum", "bukan", "tanpa"})
"""The words every negation ends up as."""

NEGATIONS = DENIALS | {"tak"} | {source for source, target in _slang().words.items() if target.split()[0] in DENIALS}
"""Every spelling that denies what follows: gak, ora, mboten, blm, durung, gada ... Noise must never touch them.

`tak` is among them though in Javanese it also means "I (will)": "tak kompres" denies nothing.
"""


def is_negation(word: str) -> bool:
    """The word denies what follows, stretched spellings (gaaak) too."""
    return _unstretch(_fold(word.lower())) in NEGATIONS
