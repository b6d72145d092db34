"""Between which due dates a helper means: "HPL-nya bulan Desember", "lahiran dalam 3 minggu", "HPL 1-15 Januari"; pure.

A month without a year is the nearest one in which somebody who is pregnant today can be due, or may be late. Both days
of a range count. What names a due date and cannot be read is ``unread``: the caller asks, it never means everybody.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from nlu.language.tokens import canonical

LATE = timedelta(days=45)  # so long after her due date a mother may still stand in the lists
MOST_WEEKS = 42
DAYS_OF_MONTH = 30.5

_CUE = re.compile(
    r"(?<!\S)(?<!sudah )(?<!baru )(?<!habis )(?<!bar )(?<!barusan )(?<!mari )"
    r"(?:hpl|lahir|taksiran(?: lahir| persalinan)?|bersalin|persalinan)(?!\S)"
)
_DATED = re.compile(r"(?<!\S)(?:m\d\d|\d{1,3}|bulan (?:ini|depan)|minggu (?:ini|depan)|awal|pertengahan|akhir)(?!\S)")
_YEAR = r"(?: (?:tahun )?(?P<y{n}>20\d\d))?"
_PERIOD = (
    r"(?:"
    r"(?:tanggal )?(?P<d{n}>\d{{1,2}})(?: bulan)? m(?P<m{n}>\d\d)" + _YEAR + "|"
    r"(?:tanggal )?(?P<e{n}>\d{{1,2}}) [/.-] (?P<f{n}>\d{{1,2}})(?: [/.-] (?P<g{n}>20\d\d|\d\d))?|"
    r"(?P<part{n}>awal|pertengahan|tengah|akhir) (?:bulan )?(?:m(?P<p{n}>\d\d)(?: (?P<q{n}>20\d\d))?"
    r"|(?P<s{n}>ini|depan))|"
    r"(?:bulan )?m(?P<o{n}>\d\d)(?: (?:tahun )?(?P<x{n}>20\d\d))?|"
    r"bulan (?P<w{n}>ini|depan)|"
    r"(?P<k{n}>minggu (?:ini|depan))|"
    r"(?P<t{n}>akhir tahun))"
)
_ONE, _TWO = (_PERIOD.replace("{n}", n).replace("{{", "{").replace("}}", "}") for n in ("1", "2"))
_TO = r"(?:-|sampai|hingga|dan|tekan|ke)(?: dengan)?"
_BETWEEN = re.compile(rf"(?<!\S)(?:{_ONE}|(?:tanggal )?(?P<bare>\d{{1,2}})) {_TO} {_TWO}(?!\S)")
_AFTER = re.compile(rf"(?<!\S)(?P<after>mulai|setelah|sesudah|sejak|dari|lewat|>)(?: =)? (?:tanggal )?(?:{_ONE})(?!\S)")
_BEFORE = re.compile(
    rf"(?<!\S)(?P<before>sebelum|paling telat|maksimal|sampai|hingga|<)(?: =)? (?:tanggal )?(?:{_ONE})(?!\S)"
)
_IN = re.compile(rf"(?<!\S)(?:{_ONE})(?!\S)")
_WITHIN = re.compile(
    r"(?<!\S)(?P<n>\d{1,3}) (?P<u>hari|minggu|bulan)(?! ke \d)(?: (?:ini|lagi|depan|ke depan|mendatang))?(?!\S)"
)
_PARTS = {"awal": (1, 10), "pertengahan": (11, 20), "tengah": (11, 20), "akhir": (21, 31)}


@dataclass(frozen=True)
class DueRange:
    """The first and the last due date that is meant, either may be open; or so many weeks from the day of sending."""

    first: date | None = None
    last: date | None = None
    weeks: int | None = None
    unread: bool = False


def read_due(text: str, today: date) -> DueRange | None:
    """The due dates that ``text`` speaks of; None when it speaks of none. ``today`` is a day in Malang."""
    words = canonical(text).text
    cue = _CUE.search(words)
    if cue is None:
        return None
    behind, before = words[cue.end() :], words[: cue.start()]
    for part in (behind, before):
        found = _read(part, today)
        if found is not None:
            return found
    return DueRange(unread=True) if _DATED.search(behind) else None


def _read(words: str, today: date) -> DueRange | None:
    try:
        return _between(words, today) or _one_sided(words, today) or _within(words, today) or _inside(words, today)
    except ValueError:
        return DueRange(unread=True)  # 31 February


def _between(words: str, today: date) -> DueRange | None:
    match = _BETWEEN.search(words)
    if match is None:
        return None
    last = _period(match, "2", today)
    if match["bare"]:
        return DueRange(last[0].replace(day=int(match["bare"])), last[1])
    first = _period(match, "1", today)
    while last[1] < first[0]:
        last = (_a_year_on(last[0]), _a_year_on(last[1]))
    return DueRange(first[0], last[1])


def _one_sided(words: str, today: date) -> DueRange | None:
    match = _AFTER.search(words)
    if match is not None:
        first, last = _period(match, "1", today)
        strictly = match["after"] in ("setelah", "sesudah", "lewat", ">")
        return DueRange(first=last + timedelta(days=1) if strictly else first)
    match = _BEFORE.search(words)
    if match is None:
        return None
    first, last = _period(match, "1", today)
    return DueRange(last=first - timedelta(days=1) if match["before"] in ("sebelum", "<") else last)


def _within(words: str, today: date) -> DueRange | None:
    match = _WITHIN.search(words)
    if match is None:
        return None
    count = int(match["n"])
    if match["u"] == "hari":
        return DueRange(today, today + timedelta(days=count))
    weeks = count if match["u"] == "minggu" else round(count * DAYS_OF_MONTH / 7)
    return DueRange(weeks=weeks) if 0 < weeks <= MOST_WEEKS else DueRange(unread=True)


def _inside(words: str, today: date) -> DueRange | None:
    match = _IN.search(words)
    return DueRange(*_period(match, "1", today)) if match is not None else None


def _period(match: re.Match[str], n: str, today: date) -> tuple[date, date]:
    """The first and the last day that is named."""
    said = {name.removesuffix(n): value for name, value in match.groupdict().items() if name.endswith(n) and value}
    if "d" in said or "e" in said:
        day, month = int(said.get("d") or said["e"]), int(said.get("m") or said["f"])
        year = said.get("y") or said.get("g")
        found = date(_full(year), month, day) if year else _nearest(day, month, today)
        return found, found
    if "k" in said:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=said["k"].endswith("depan"))
        return monday, monday + timedelta(days=6)
    first = _month(said, today)
    begin, end = _PARTS.get(said.get("part", ""), (1, 31))
    days = monthrange(first.year, first.month)[1]
    return first.replace(day=begin), first.replace(day=min(end, days))


def _month(said: dict[str, str], today: date) -> date:
    """The first day of the month that is named."""
    if "t" in said:
        return date(today.year, 12, 1)
    shift = said.get("w") or said.get("s")
    if shift:
        return (today.replace(day=1) + timedelta(days=32 * (shift == "depan"))).replace(day=1)
    month, year = int(said.get("o") or said["p"]), said.get("x") or said.get("q")
    if year:
        return date(int(year), month, 1)
    found = date(today.year - 1, month, 1)
    while found.replace(day=monthrange(found.year, month)[1]) < today - LATE:
        found = date(found.year + 1, month, 1)
    return found


def _nearest(day: int, month: int, today: date) -> date:
    """This day of the month in the year in which it may be a due date."""
    year = today.year - 1
    while date(year, month, min(day, monthrange(year, month)[1])) < today - LATE:
        year += 1
    return date(year, month, day)


def _a_year_on(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, monthrange(day.year + 1, day.month)[1]))


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
