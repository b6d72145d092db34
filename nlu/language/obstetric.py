"""Gravida, para and abortus in a registration note: "G2P1A0", "GIII P1011", "hamil ke 2 anak 1 keguguran blm pernah".

A pregnancy counted in hospital fashion, P with four digits, is term-preterm-abortus-living: births are the first two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.language.tokens import fold

MOST = 15
"""More pregnancies than that are a slip of the pen."""

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_ORDINALS = {
    "pertama": 1, "kesatu": 1, "pertamane": 1, "sepindah": 1, "sepisan": 1, "pisanan": 1, "kapisan": 1, "perdana": 1,
    "keloro": 2, "kaloro": 2, "ketelu": 3, "katelu": 3, "ketigo": 3, "kapapat": 4, "kepapat": 4, "kelimo": 5,
    "kaenem": 6,
    "kedua": 2, "pindo": 2, "pindho": 2, "kapindo": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "keenam": 6,
    "ketujuh": 7, "kedelapan": 8, "kesembilan": 9, "kesepuluh": 10,
}  # fmt: skip
_TIMES = {"sekali": 1, "pisan": 1, "sepisan": 1, "sepindah": 1, "pindo": 2, "pindho": 2}

_SEP = r"[\s,/;\-|]*"
_FORMULA = re.compile(
    rf"\bg\s*[:.=]?\s*(?P<g>\d{{1,2}}|[ivx]{{1,4}}(?={_SEP}p))(?:{_SEP}p\s*[:.=]?\s*(?P<p>\d{{1,5}}|[ivx]{{1,4}}\b)"
    rf"(?:{_SEP}ab?\s*[:.=]?\s*(?P<a>\d{{1,3}}(?!\d)|[ivx]{{1,4}}\b)|-(?P<a2>\d)\b)?)?(?![^\W\d_])"
)
_BARE_FORMULA = re.compile(
    r"\bgpa\s*[:=]?\s*(?P<g>\d{1,2})\s*[-/.,]\s*(?P<p>\d{1,2})\s*[-/.,]\s*(?P<a>\d{1,2})(?P<a2>)\b"
)
_LISTED_FORMULA = re.compile(
    r"(?<=[|,\n])\s*(?P<g>[1-9]|1[0-5])\s?-\s?(?P<p>\d)\s?-\s?(?P<a>\d)(?P<a2>)\s*(?=[|,\n]|$)"
)
"""Between separators three counts are a formula: "Sidodadi; 20/04/2026; 2-1-0; PBI"."""
_PREGNANT = (
    r"(?:hamil|hml|kehamilan|meteng|mbobot|ngandung|ngandhut|mengandung|kandungan|wetengan|bumil)(?:nya|e|ne"
    r"|an)?"
)
_LINK = (
    r"(?:\s*[:=,\-]\s*|\s+(?:lagi|maneh|meneh|sing|yang|yg|untuk|skrg|sekarang|saiki|saat|ini|niki|iki|wes|wis"
    r"|sudah|udah|calon|si)\b|\s+)*"
)
_KE = r"(?:ke|k|nomer|nomor|no|kaping|ping|kali|urutan|nmr)"
_ORDINAL = (
    rf"(?:(?:(?:kaping|ping)\s+)?(?P<word>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\b"
    rf"|{_KE}\s*[-:.=]?\s*(?P<n>\d{{1,2}}|[ivx]{{1,4}}\b)(?!\d))"
)
_NOT_TIME = r"(?!\s*(?:minggu|mgg|mg|bulan|bln|hari|sasi|wulan|th|thn|tahun))"
_HOW_MANIETH = (
    re.compile(rf"\b{_PREGNANT}\b{_LINK}(?:anak(?:nya|e)?{_LINK})?{_ORDINAL}{_NOT_TIME}"),
    re.compile(rf"\b{_PREGNANT}\b{_LINK}anak{_LINK}(?P<n>\d{{1,2}})(?!\d){_NOT_TIME}"),
    re.compile(
        rf"\b(?:calon\s+)?(?:anak|putra|putro|yogo)(?:nya|e|nipun)?\s*[:=]?\s*(?:yang\s+|yg\s+)?{_ORDINAL}{_NOT_TIME}"
    ),
    re.compile(rf"\b{_PREGNANT}\b{_LINK}(?P<n>\d{{1,2}})\s*(?:x|kali)\b"),
    re.compile(rf"\b(?:yang|yg|sing)\s+{_ORDINAL}{_NOT_TIME}"),
    re.compile(r"(?:^|[|,;\n§])\s*ke\s?-?\s?(?P<n>\d{1,2})\s*(?=$|[|,;\n§])"),
    re.compile(r"\bgravida\s*[:=]?\s*(?P<n>\d{1,2}|[ivx]{1,4})\b"),
    re.compile(r"\b(?P<word>primi(?:gravida)?)\b"),
)
_CHILDREN = (
    re.compile(r"(?:^|[|,;\n§])\s*p\s?(?P<n>\d{1,4})\s*(?=$|[|,;\n§])"),
    re.compile(r"\bpara\s*[:=]?\s*(?P<n>\d{1,4}|[ivx]{1,4})\b"),
    re.compile(
        r"\b(?:anak|putra|putro|yogo|yugo)(?:nya|e|ku|nipun)?\s*(?:kandung\s+|yang\s+|hidup|sudah|udah|wis|wes|ada|baru|lahir|ono|jumlah|:|="
        r"|\s)*(?P<n>\d{1,2})\b(?!\s*(?:th|thn|tahun|bulan|bln|minggu|hari))"
    ),
    re.compile(r"\b(?P<n>\d{1,2})\s+anak(?:nya|e|ku|ne)?\b(?!\s*(?:ke|nomer|nomor))"),
    re.compile(r"\b(?:pernah\s+)?(?:melahirkan|partus|lairan|nglairno)\s*[:=]?\s*(?P<n>\d{1,2})\s*(?:x|kali)\b"),
)
_NOT = (
    r"(?:tidak|tdk|tak|gak|ga|gk|nggak|ngga|ngak|enggak|ndak|nda|ora|ra|mboten|belum|blm|belom|blum|durung|dereng"
    r"|tanpa)"
)
_LOST = r"(?:keguguran|kguguran|keguguram|abortus|kluron|keluron|gugur|kuret|dikuret|miskram)(?:nya|e)?"
_NEVER_LOST = re.compile(
    rf"\b{_NOT}\s*(?:(?:pernah|tau|nate|ada|ono|riwayat)\s+)*{_LOST}\b"
    rf"|\b{_LOST}\b\s*[:=]?\s*(?:nihil|{_NOT}(?:\s+(?:pernah|tau|ada|ono|nate))?)\b(?!\s+\d)"
)
_TIMES_LOST = (
    re.compile(
        rf"\b{_LOST}\b\s*(?:[:=]|sudah|udah|wis|pernah|ada|\s)*(?P<n>\d{{1,2}})(?!\d)(?!\s*(?:th|thn|tahun|bulan"
        rf"|bln|minggu|mgg))"
    ),
    re.compile(rf"\b{_LOST}\b\s*(?:kaping\s+|ping\s+)?(?P<word>{'|'.join(_TIMES)})\b"),
    re.compile(rf"\b(?P<n>\d{{1,2}})\s*(?:x|kali)\s+{_LOST}\b"),
    re.compile(rf"\b(?P<word>{'|'.join(_TIMES)})\s+{_LOST}\b"),
)
_NEVER_BORNE = re.compile(
    rf"\b{_NOT}\s*(?:pernah\s+|tau\s+)?(?:melahirkan|partus|lairan|(?:punya|duwe"
    rf"|ada)\s+anak)\b"
)


_SOME_LOST = re.compile(rf"\b(?:pernah|tau)\s+{_LOST}\b")


@dataclass(frozen=True)
class Obstetric:
    """Pregnancies with this one, births, losses; ``problems`` as (field, code); ``rest`` is the text without them."""

    gravida: int | None
    para: int | None
    abortus: int | None
    problems: tuple[tuple[str, str], ...]
    rest: str


def read_obstetric(text: str) -> Obstetric:
    """The three numbers; what is counted in the formula wins over what is told in words."""
    low = fold(text)
    formula = _FORMULA.search(low) or _BARE_FORMULA.search(low) or _LISTED_FORMULA.search(low)
    counted = _counted(formula) if formula else (None, None, None)
    rest = _without(low, formula) if formula else low
    told_gravida, rest = _first(_HOW_MANIETH, rest)
    told_abortus, rest = _told_losses(rest)
    told_para, rest = _told_births(rest)
    pairs = zip(counted, (told_gravida, told_para, told_abortus), strict=True)
    gravida, para, abortus = (told if count is None else count for count, told in pairs)
    problems = _problems(gravida, para, abortus)
    if abortus is None and _SOME_LOST.search(low):
        problems += (("abortus", "ask_back"),)
    return Obstetric(_credible(gravida), _credible(para), _credible(abortus), problems, rest)


def _counted(formula: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    para = _births(formula["p"]) if formula["p"] else None
    return _count(formula["g"]), para, _losses(formula["a"] or formula["a2"])


def _credible(count: int | None) -> int | None:
    return None if count is not None and count > MOST else count


_NAMES = ("gravida", "para", "abortus")


def _problems(gravida: int | None, para: int | None, abortus: int | None) -> tuple[tuple[str, str], ...]:
    """G >= P + A + 1 while she is pregnant (domain.md section 4)."""
    counts = zip(_NAMES, (gravida, para, abortus), strict=True)
    too_many = tuple((name, "too_many") for name, count in counts if count is not None and count > MOST)
    if too_many or gravida is None:
        return too_many
    if gravida == 0:
        return (("gravida", "impossible"),)
    return (("gravida", "conflict"),) if gravida < (para or 0) + (abortus or 0) + 1 else ()


def _told_losses(text: str) -> tuple[int | None, str]:
    never = _NEVER_LOST.search(text)
    if never:
        return 0, _without(text, never)
    return _first(_TIMES_LOST, text)


def _told_births(text: str) -> tuple[int | None, str]:
    never = _NEVER_BORNE.search(text)
    if never:
        return 0, _without(text, never)
    return _first(_CHILDREN, text)


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[int | None, str]:
    """The count of the first pattern that fits, and the text without every match of them."""
    count: int | None = None
    for pattern in patterns:
        match = pattern.search(text)
        if match:
            count = _value(match) if count is None else count
            text = _without(text, match)
    return count, text


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} § {text[match.end() :]}"


def _value(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("word"):
        word = groups["word"]
        return _ORDINALS.get(word) or _TIMES.get(word) or 1
    number = groups["n"]
    return _births(number) if len(number) == 4 and number.isdigit() else _count(number)


def _count(raw: str) -> int:
    return _ROMAN[raw] if raw in _ROMAN else int(raw) if raw.isdigit() else MOST + 1


def _births(raw: str) -> int:
    """ "1001" is one birth at term, "0100" one before it; one or two digits are the number itself."""
    return int(raw[0]) + int(raw[1]) if raw.isdigit() and len(raw) >= 3 else _count(raw)


def _losses(raw: str | None) -> int | None:
    """ "000" is none and "100" one: hospitals split losses by kind."""
    if not raw:
        return None
    return sum(map(int, raw)) if raw.isdigit() and len(raw) > 1 else _count(raw)
