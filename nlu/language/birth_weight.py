"""The weight of a newborn in chat: "3,1kg", "2900 gr", "29 ons", "telung kilo setengah", "perempuan 2.8"."""

from __future__ import annotations

import re

LEAST, MOST = 300, 7000
"""Grams; what lies outside is a slip of the pen or another weight."""

_SEX = (
    r"(?:perempuan|prempuan|prmpuan|wedok|wadon|cewek|cwek|estri|putri|laki|laki - laki|laki 2|lanang|cowok"
    r"|cowo|jaler|putra|kelamin|(?<!g \d )(?<!g \d\d )[lp])"
)
_CUE = rf"(?:bb|bbl|bb lahir|berat|beratnya|berate|bobot|bobote|timbangan|timbangane|berat badan|berat lahir|{_SEX})"
_KILO = r"(?:kg|kgr|kilo|kilone|kilogram|kl|kgs)"
_GRAM = r"(?:gr|gram|grm|g|grams)"
_ONS = r"(?:ons|on|ounce)"
_DECIMAL = r"(?P<n>\d{1,2})(?: [.,] (?P<part>\d{1,3})| koma (?P<comma>\d{1,3}))?"
_PATTERNS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S)(?<!\d [.,] )(?:{pattern})(?!\S)(?! [.,] \d)")
    for pattern in (
        rf"(?P<kilo>\d{{1,2}}) {_KILO}(?: (?:lebih|punjul|luwih))? (?P<ons>\d) {_ONS}",
        rf"(?P<kilo>\d{{1,2}}) {_KILO}(?: (?:lebih|punjul|luwih))? (?P<gram>\d{{2,3}}) {_GRAM}",
        rf"(?P<kilo>\d{{1,2}}) {_KILO} kurang (?P<less>\d) {_ONS}",
        rf"(?P<kilo>\d{{1,2}}) {_KILO} (?P<share>setengah|seperempat|seprapat)",
        rf"(?P<kilo>\d{{1,2}}) (?P<share>setengah|seperempat|seprapat) {_KILO}",
        rf"(?P<n>\d) [.,] (?P<part>\d)(?= (?:dan|sama|karo|/|,|&|\+) \d [.,] \d {_KILO})",
        rf"{_DECIMAL} {_KILO}(?! (?:[.,] )?\d{{1,3}} (?:{_ONS}|{_GRAM}))",
        rf"(?P<grams>\d{{3,4}})(?= (?:dan|sama|karo|,|/|&|\+) \d{{3,4}} {_GRAM})",
        rf"(?P<grams>\d{{1,2}} [.,] \d{{3}}|\d{{2,5}}) {_GRAM}",
        rf"(?P<tenths>\d{{1,3}})(?: [.,] (?P<tenth>\d))? {_ONS}",
        rf"{_CUE}(?: (?:bayi|lahir|badan|nya|e|saya|:|=|,|-|\d(?= -)))*? (?P<n>[0-9])(?: [.,] (?P<part>\d{{1,3}}))"
        r"(?! (?:cm|jam|hari|minggu|bulan))",
        rf"{_CUE}(?: (?:bayi|lahir|badan|nya|e|saya|:|=|,|-))*? (?P<grams>\d{{4}}|\d [.,] \d{{3}})(?! m\d\d)",
    )
)
_MOTHERS = re.compile(r"(?<!\S)(?:bb|berat)(?: badan)? (?:ibu|saya|ibunya|ibuke|bumil)(?: (?:naik|turun|jadi))? ?$")
_SHARES = {"setengah": 500, "seperempat": 250, "seprapat": 250}


def read_weights(words: str) -> tuple[int, ...]:
    """Every weight told in a canonical text, in grams, in its order, whether it can be or not."""
    found: list[tuple[int, int]] = []
    left = words
    for pattern in _PATTERNS:
        for match in list(pattern.finditer(left)):
            if not _MOTHERS.search(words[: match.start()]):
                found.append((match.start(), _grams(match)))
            left = left[: match.start()] + "#" * len(match.group()) + left[match.end() :]
    return tuple(grams for _, grams in sorted(found))


def _grams(match: re.Match[str]) -> int:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    if "grams" in groups:
        return int(re.sub(r"\D", "", groups["grams"]))
    if "tenths" in groups:
        return int(groups["tenths"]) * 100 + int(groups.get("tenth", 0)) * 10
    if "kilo" in groups:
        more = int(groups.get("ons", 0)) * 100 - int(groups.get("less", 0)) * 100 + int(groups.get("gram", 0))
        return int(groups["kilo"]) * 1000 + more + _SHARES.get(groups.get("share", ""), 0)
    part = groups.get("part") or groups.get("comma") or "0"
    return int(groups["n"]) * 1000 + int(part.ljust(3, "0"))
