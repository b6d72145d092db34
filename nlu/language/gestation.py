"""Age of pregnancy in what people type, and the arithmetic of domain.md section 4.

Weeks with or without days are exact. An age told in months, as "jalan 7", as time since a missed period or as a
range is asked back, with the days it may lie between. The age of a baby and "3 minggu lalu" are no age of pregnancy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from nlu.language.tokens import canonical

Status = Literal["found", "ask_back", "impossible", "none"]

TERM_DAYS = 280
MAX_DAYS = 308  # 44 weeks
DAYS_PER_MONTH = 4.35 * 7
WEEKS_OF_LATENESS = 4
FIRST_TRIMESTER_WEEKS, SECOND_TRIMESTER_WEEKS = 12, 24
_MOST_MONTHS = 10
_BARE_WEEKS = 4  # fewer weeks without a word of pregnancy are some other span of time


@dataclass(frozen=True)
class GestationReading:
    """``days`` when exact; ``low_days`` and ``high_days`` when it must be asked back; completed weeks are days // 7."""

    status: Status
    days: int | None = None
    low_days: int | None = None
    high_days: int | None = None
    reason: str | None = None
    start: int = 0
    end: int = 0


_NOTHING = GestationReading("none")

_WEEK = r"(?:minggu|w|wk|wks|week|weeks|wekks|weks|mingguan)"
_DAY = r"(?:hari|d|h|day|days)"
_N = r"(?P<n>\d{1,3})"
_CUE = r"(?:hamil|g \d+ p \d+(?: a \d+)?)"
_HALF = r"(?: [.,] (?P<tenth>\d)| (?P<half>setengah))?"
_CONNECT = r"(?: (?:sudah|ini|saya|ku|masuk|kira|skrg|sekarang|baru|lagi|nya|e|wes|:|=|\.|-))*"
_ABOUT = r"(?:sekitar|hampir|kurang|jalan)"

_Read = Callable[[re.Match[str]], GestationReading]


def _exact(match: re.Match[str]) -> GestationReading:
    groups = match.groupdict()
    extra = int(groups.get("d") or 0) - int(groups.get("less") or 0)
    if groups.get("half") or groups.get("tenth"):
        return _between(int(groups["n"]) * 7, int(groups["n"]) * 7 + 6, "fraction")
    if extra > 6:
        return GestationReading("impossible", reason="too_many_days")
    return _checked(int(groups["n"]) * 7 + extra)


def _checked(days: int) -> GestationReading:
    if days == 0:
        return GestationReading("impossible", reason="zero")
    if days > MAX_DAYS:
        return GestationReading("impossible", reason="too_long")
    return GestationReading("found", days, days, days)


def _between(low: float, high: float, reason: str) -> GestationReading:
    if low > MAX_DAYS:
        return GestationReading("impossible", reason="too_long")
    return GestationReading("ask_back", None, max(int(low), 0), min(int(high), MAX_DAYS), reason)


def _week_range(match: re.Match[str]) -> GestationReading:
    low, high = int(match.group("low")), int(match.group("high"))
    if low > high:
        return GestationReading("impossible", reason="too_many_days")
    return _between(low * 7, high * 7 + 6, "week_range")


def _about_weeks(match: re.Match[str]) -> GestationReading:
    weeks = int(match.group("n"))
    before = 0 if " lebih" in match.group() else 1
    return _between((weeks - before) * 7, weeks * 7 + 6, "approximate") if weeks else _checked(0)


def _about(match: re.Match[str]) -> GestationReading:
    weeks = int(match.group("n") or match.group("n2"))
    return _between((weeks - 1) * 7, weeks * 7 + 6, "approximate") if weeks else _checked(0)


def _ordinal_week(match: re.Match[str]) -> GestationReading:
    weeks = int(match.group("n"))
    return _between((weeks - 1) * 7, weeks * 7 + 6, "ordinal") if weeks else _checked(0)


def _months(match: re.Match[str]) -> GestationReading:
    """ "udah n" is 4n weeks to 4.35(n + 1) weeks; "jalan n" 4(n - 1) to 4.35n weeks (domain.md section 4)."""
    groups = match.groupdict()
    months = int(groups["n"]) + (0.5 if groups.get("half") else int(groups.get("tenth") or 0) / 10)
    if not 0 < months <= _MOST_MONTHS:
        return GestationReading("impossible", reason="zero" if months == 0 else "too_long")
    begun = 1 if groups.get("begun") or groups.get("ordinal") else 0
    return _between((months - begun) * 28, (months + 1 - begun) * DAYS_PER_MONTH, "months")


def _month_range(match: re.Match[str]) -> GestationReading:
    low, high = int(match.group("low")), int(match.group("high"))
    if not 0 < low <= high <= _MOST_MONTHS:
        return GestationReading("impossible", reason="too_long")
    return _between((low - 1) * 28, (high + 1) * DAYS_PER_MONTH, "months")


def _late(match: re.Match[str]) -> GestationReading:
    """A missed period is counted from four weeks after the HPHT."""
    length = {"hari": 1, "minggu": 7, "bulan": DAYS_PER_MONTH}[match.group("unit")] * int(match.group("n"))
    due = WEEKS_OF_LATENESS * 7
    return _between(due + length - 7, due + length + 7, "missed_period")


def _trimester(match: re.Match[str]) -> GestationReading:
    bounds = ((0, 90), (91, 174), (175, MAX_DAYS))[int(match.group("n")) - 1]
    return _between(*bounds, "trimester")


# What looks like an age of pregnancy and is none; taken away first.
_NOISE: tuple[str, ...] = (
    r"\d{1,3}(?: - \d{1,3})? (?:minggu|bulan|hari) "
    r"(?:yang )?(?:lalu|lagi|depan|kemarin|sekali|sebelum|setelah|sesudah)",
    r"(?:minggu|bulan) (?:depan|lalu|ini)",
    r"(?:tiap|selama|sejak|kontrak|cuti|nunggak|tunggakan|bayar|obat|dalam) (?:\d+ \S+ )?\d{1,3} (?:minggu|bulan)",
    r"telat (?:bayar|iuran|byr|bpjs|ngangsur)(?: \S+){0,3} \d{1,3} bulan",
    r"bayi(?: (?!hamil)\S+){0,3} \d{1,3}(?: [.,] \d)? (?:minggu|bulan|hari)(?: \d (?:hari|minggu))?",
    r"\d{1,2} bulan \d{1,2} \d{4}",
    r"(?:tanggal )?\d{1,2} bulan \d{1,2}(?! (?:hari|minggu|-))",
    r"\d+ (?:kg|cm|th|tahun|tablet|rb|ribu|jt|juta)",
    r"(?:umur|usia) \d{1,2}(?= tahun)",
)

# Tried in this order; True means that a word of pregnancy must stand in the text (or the text be a bare answer).
_PATTERNS: tuple[tuple[str, _Read, bool], ...] = (
    (rf"telat(?: (?:sudah|haid|sekitar|kira|ini|m))* {_N} (?P<unit>hari|minggu|bulan)", _late, False),
    (rf"{_N} (?:\+ )?(?P<d>\d) / 7(?: {_WEEK})?", _exact, False),
    (rf"(?P<low>\d{{1,2}}) (?:-|sampai|atau|s / d|/) (?P<high>\d{{1,2}}) {_WEEK}", _week_range, False),
    (rf"{_CUE}{_CONNECT} (?P<low>\d{{1,2}}) - (?P<high>\d{{1,2}})(?! (?:bulan|[-/.] \d))", _week_range, False),
    (rf"{_WEEK} (?:ke )?(?:- )?{_N} - \d{{1,2}}", _ordinal_week, True),
    (rf"{_WEEK} ke (?:- )?{_N}", _ordinal_week, False),
    (rf"(?:{_ABOUT} )+{_N}(?: an)? {_WEEK}|(?P<n2>\d{{1,2}}) (?:- )?an {_WEEK}", _about, False),
    (rf"{_N} bulan (?:lebih )?\d{{1,2}} (?:{_WEEK}|hari)", _months, False),
    (rf"{_N} {_WEEK} kurang (?P<less>[1-6]) {_DAY}", _exact, False),
    (rf"{_N} {_WEEK} (?:lebih(?! \d)|kurang(?! \d))", _about_weeks, False),
    (rf"{_N} {_WEEK}(?: (?:\+|lebih|,|dan|luwih|-))? (?P<d>\d{{1,2}}) {_DAY}", _exact, False),
    (rf"{_N} {_WEEK} (?:\+ )?(?P<d>\d)(?! (?:bulan|minggu|tahun|kg|[-/.,] \d))(?= |$)", _exact, False),
    (rf"{_N} \+ (?P<d>\d)(?: {_WEEK})?", _exact, True),
    (rf"{_N}{_HALF} {_WEEK}", _exact, False),
    (r"(?P<low>\d{1,2}) (?:-|sampai|atau|/) (?P<high>\d{1,2}) bulan", _month_range, True),
    (
        rf"(?P<begun>jalan|masuk|hampir|nginjek) (?:usia |umur |ke |bulan |- )*{_N}{_HALF}(?: bulan)?"
        r"(?! (?:hari|jam|tahun|[./:] \d))",
        _months,
        True,
    ),
    (rf"(?P<ordinal>bulan) (?:ke (?:- )?){_N}", _months, True),
    (rf"(?<!\d )bulan {_N}(?: an)?(?! [/\-.] \d)", _months, True),
    (rf"{_N}{_HALF} (?:bulan|bulanan|wulanan|sasinan)(?: (?:setengah|lebih))?", _months, True),
    (r"(?:trimester|tm|semester|trimister)(?: ke)?(?: -)? (?P<n>[1-3])", _trimester, False),
    (r"mitoni|tingkeban|tingkepan", lambda _: _between(6 * 28, 8 * DAYS_PER_MONTH, "months"), True),
    (rf"{_CUE}{_CONNECT} {_N}(?! (?:tahun|bulan|hari|kg|cm|kali|x|m\d\d|[-/.,:] ?\d|p \d|#))(?= |$)", _exact, False),
)

_COMPILED_NOISE = tuple(re.compile(rf"(?<!\S)(?:{pattern})(?!\S)") for pattern in _NOISE)
_COMPILED = tuple((re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), read, cued) for pattern, read, cued in _PATTERNS)
_PREGNANCY = re.compile(r"(?<!\S)(?:hamil|hpht|hpl|telat|g \d+ p \d+)(?!\S)")
_OTHER_SPAN = re.compile(
    r"(?<!\S)(?:bayi|sakit|demam|mual|batuk|flek|pusing|nifas|cuti|nunggak|obat|kb|imunisasi|nikah|menikah|haid)(?!\S)"
)
_CORRECTION = re.compile(r"(?<!\S)(?:salah|maksud|bukan)(?!\S)")
_FILLER = re.compile(
    r"(?<!\S)(?:sudah|sekarang|ini|kira|sekitar|hampir|bu|bidan|mbak|ya|iya|nggih|saya|aku|kulo|umur|usia|baru|lebih|an|"
    r"masuk|jalan|ke|kurang|pak|dok|kak|kok|ae|wae|saja|aja|sik|lagek|lagi|pas|paling|kayake|kayaknya|kata|menurut|"
    r"tapi|lebihnya|dereng|nembe|pasti|itu|iku|niki|[.,!?:()\-+=])(?!\S)"
)


@dataclass(frozen=True)
class _Said:
    start: int
    end: int
    reading: GestationReading
    by_months: bool


def read_gestation(text: str) -> GestationReading:
    """The age of pregnancy ``text`` gives; weeks win over months, a correction over what stood before it."""
    read = canonical(text)
    said = [one for one in _find(read.text) if one.reading.status != "none"]
    if not said:
        return _NOTHING
    chosen = _choose(said, read.text)
    start, end = read.span(chosen.start, chosen.end)
    reading = chosen.reading
    return GestationReading(
        reading.status, reading.days, reading.low_days, reading.high_days, reading.reason, start, end
    )


def _find(text: str) -> list[_Said]:
    left = text
    for pattern in _COMPILED_NOISE:
        left = pattern.sub(lambda match: "#" * len(match.group()), left)
    found: list[_Said] = []
    for pattern, read, needs_cue in _COMPILED:
        for match in list(pattern.finditer(left)):
            if _is_about_her(match, text, needs_cue):
                reading = read(match)
                found.append(_Said(match.start(), match.end(), reading, reading.reason == "months"))
            left = left[: match.start()] + "#" * len(match.group()) + left[match.end() :]
    return sorted(found, key=lambda one: one.start)


def _is_about_her(match: re.Match[str], text: str, needs_cue: bool) -> bool:
    """A word of pregnancy in the text, or nothing but the age in it, or weeks that can hardly be anything else."""
    if _PREGNANCY.search(text):
        return True
    if not _FILLER.sub("", text[: match.start()] + " " + text[match.end() :]).strip():
        return True
    if needs_cue or _OTHER_SPAN.search(text):
        return False
    return int(match.groupdict().get("n") or match.groupdict().get("low") or _BARE_WEEKS) >= _BARE_WEEKS


def _choose(said: list[_Said], text: str) -> _Said:
    last = said[-1]
    for before, after in pairwise(said):
        if _CORRECTION.search(text[before.end : after.start]):
            return last
    by_weeks = [one for one in said if not one.by_months] or said
    exact = [one for one in by_weeks if one.reading.status == "found"] or by_weeks
    if len({one.reading.days for one in exact}) > 1:
        days = [one.reading.days or 0 for one in exact]
        return _Said(exact[0].start, exact[-1].end, _between(min(days), max(days), "two_ages"), False)
    return exact[0]


def hpl_from_hpht(hpht: date) -> date:
    """Due date: HPHT + 280 days."""
    return hpht + timedelta(days=TERM_DAYS)


def hpht_from_hpl(hpl: date) -> date:
    """The HPHT that a due date stands for: HPL - 280 days."""
    return hpl - timedelta(days=TERM_DAYS)


def gestation_days(hpht: date, on: date) -> int:
    """Days since the HPHT; negative before it."""
    return (on - hpht).days


def trimester(days: int) -> Literal[1, 2, 3]:
    """By completed weeks: up to 12, 13 to 24, from 25 (visits K1 / K2-K3 / K4-K6, Permenkes 21/2021)."""
    weeks = days // 7
    if weeks <= FIRST_TRIMESTER_WEEKS:
        return 1
    return 2 if weeks <= SECOND_TRIMESTER_WEEKS else 3


def format_weeks(days: int) -> str:
    """ "20 minggu 3 hari"; full weeks without days."""
    weeks, rest = divmod(max(days, 0), 7)
    return f"{weeks} minggu {rest} hari" if rest else f"{weeks} minggu"
