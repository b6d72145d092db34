"""An amount of rupiah in what people type: "500rb", "1,5 jt", "Rp 1.500.000", "limang atus ewu", "sejuta setengah"."""

from __future__ import annotations

import re

from nlu.language.tokens import canonical

_SCALES = {
    "rb": 1_000,
    "ribu": 1_000,
    "rbu": 1_000,
    "ewu": 1_000,
    "ke": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
    "yuta": 1_000_000,
}
_SCALE = r"(?P<scale>rb|ribu|rbu|ewu|jt|juta|yuta)"
_SLANG = {"goceng": 5_000, "ceban": 10_000, "noban": 20_000, "gocap": 50_000, "cepek": 100_000, "gopek": 500_000}
LARGEST = 10**11

_CUE = (
    r"(?:rp|idr|bayar|byr|mbayar|dibayar|bayare|biaya|biayanya|biayane|ongkos|ongkose|harga|regane|tarif|uang|duit|duwit"
    r"|diminta|dijaluki|njaluk|minta|ditarik|dipungut|pungutan|kena|habis|entek|iuran|tunggakan|setor|diwenehi|dimintai)"
)
_NUMBER = r"(?P<n>\d{1,9})(?: (?P<mark>[.,]) (?P<part>\d{1,2}))?"

_PATTERNS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")
    for pattern in (
        rf"(?P<halves>setengah) {_SCALE}",
        rf"{_NUMBER} {_SCALE}(?: (?P<more>setengah)| (?P<rest>\d{{1,3}})(?: (?P<rest_scale>rb|ribu|ewu))?(?! \S*\d))?",
        rf"{_NUMBER}(?: (?P<more>setengah)) {_SCALE}",
        r"(?P<whole>1000000|\d000000) (?P<more>setengah)",
        r"(?:(?:sak|sa) )?(?P<million>sakyuta|sayuta|yuta|juta) (?P<more>setengah)",
        r"(?P<grouped>\d{1,3}(?: [.,] \d{3})+)(?: , (?:-|\d\d))?",
        r"(?P<thousands>\d{1,6}) k(?:e)?",
        rf"{_CUE}(?: [.:])?(?: \w+){{0,2}} (?P<bare>\d{{4,10}})(?: , (?:-|00))?(?! setengah)",
        r"(?P<bare_words>\d{4,10})(?: rupiah)",
        rf"(?P<slang>{'|'.join(_SLANG)})",
    )
)
_NOT_MONEY = re.compile(
    r"(?<!\S)(?:x(?:nik|kartu|hp) \d+|0\d{8,}|\+ \d+|\d{11,}|tahun \d{4}|\d{1,2} m\d\d \d{4})(?!\S)"
)


def read_money(text: str) -> int | None:
    """The first amount in rupiah; None without one. A bare number counts only behind a word such as "bayar"."""
    read = canonical(text)
    words = _NOT_MONEY.sub(lambda match: "#" * len(match.group()), read.text)
    spelt = _spelt(text, words, read.starts)
    found = [(match.start(), _heard(text, match)) for pattern in _PATTERNS if (match := pattern.search(words))]
    amounts = sorted([*found, *spelt])
    return next((amount for _, amount in amounts if 0 < amount <= LARGEST), None)


def _spelt(text: str, words: str, starts: tuple[int, ...]) -> list[tuple[int, int]]:
    """Amounts said in words, "satus ewu": thousands that no digit in the text shows."""
    found = []
    for match in re.finditer(r"(?<!\S)\d{4,10}(?!\S)(?! setengah)", words):
        value = int(match.group())
        if value % 500 == 0 and match.group() not in text and match.start() in starts:
            found.append((match.start(), _as_said(value)))
    return found


def _heard(text: str, match: re.Match[str]) -> int:
    """The amount of a match; one whose figures stand nowhere in the text was said in words."""
    bare = match.groupdict().get("bare")
    return _as_said(int(bare)) if bare is not None and bare not in text else _amount(match)


def _as_said(value: int) -> int:
    """ "Sejuta limang atus" leaves the thousand out: a million and a half."""
    rest = value % 1_000_000
    return value + rest * 999 if value > 1_000_000 and 100 <= rest < 1_000 else value


def _amount(match: re.Match[str]) -> int:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    if "slang" in groups:
        return _SLANG[groups["slang"]]
    if "grouped" in groups:
        return int(re.sub(r"\D", "", groups["grouped"]))
    for plain in ("bare", "bare_words"):
        if plain in groups:
            return int(groups[plain])
    if "thousands" in groups:
        return int(groups["thousands"]) * 1_000
    if "million" in groups:
        return 1_500_000
    if "whole" in groups:
        return int(groups["whole"]) + 500_000
    return _scaled(groups)


def _scaled(groups: dict[str, str]) -> int:
    scale = _SCALES[groups["scale"]]
    if "halves" in groups:
        return scale // 2
    amount = int(groups["n"]) * scale
    if "part" in groups:
        amount += int(groups["part"]) * scale // 10 ** len(groups["part"])
    if "more" in groups:
        amount += scale // 2
    if "rest" in groups:
        amount += int(groups["rest"]) * (scale // 1_000 if "rest_scale" not in groups else 1_000)
    return amount
