"""Where in a message a date may stand, as patterns over the canonical text of ``tokens``.

Two tables do the work. ``NOISE`` takes away what looks like a date and is none (blood pressure, RT/RW, prices, ages,
"20 mgg"). ``PATTERNS`` is tried in order; what one has taken, the next no longer sees. Which year or month is meant is
not decided here but in ``date_rules``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Direction = Literal["past", "future"]
Rank = Literal["exact", "day", "weekday", "offset", "vague", "weak"]


@dataclass(frozen=True)
class Candidate:
    """A date as it was said; ``start`` and ``end`` are places in the canonical text."""

    start: int
    end: int
    rank: Rank
    day: int | None = None
    month: int | None = None
    year: str | None = None  # digits as typed
    month_shift: int | None = None  # months from now: "bulan depan" is 1
    year_shift: int | None = None
    weekday: int | None = None  # Monday is 0
    week_shift: int | None = None  # "senin minggu depan"
    days: int | None = None  # from today
    direction: Direction | None = None
    compact: bool = False  # 030326: a date only when plausible
    weak_word: str | None = None  # besok, tadi ...: read with the hour of writing
    reason: str | None = None  # why it must be asked back


_DIRECTIONS: dict[str, Direction] = {
    "lalu": "past",
    "kemarin": "past",
    "tadi": "past",
    "depan": "future",
    "besok": "future",
    "nanti": "future",
    "lagi": "future",
}
_SHIFTS = {"lalu": -1, "kemarin": -1, "ini": 0, "sekarang": 0, "depan": 1, "besok": 1, "nanti": 1}
_NAMED_DAYS = {"kemarin_lusa": -2, "kemarin": -1, "hari ini": 0, "besok": 1, "besok_lusa": 2}

_UNIT = r"(?:hari|minggu|bulan|tahun|jam|menit|w|wk|weeks|x|kali|kg|cm|gr|gram|th|an|ribu|rb|jt|juta)"
_NO_UNIT = rf"(?! (?!tahun \d){_UNIT})"
_MEASURE = (
    r"(?:kg|kilo|gr|gram|g|cm|mm|mmhg|ml|cc|liter|mg|tablet|tab|butir|biji|sendok|gelas|porsi|x|kali|persen|%|orang|km"
    r"|meter|derajat|celcius|c|bpm|jt|juta|ribu|rb|kamar|lembar|bungkus)"
)
_ASIDE = r"(?: (?!tanggal|bulan|salah|bukan|atau|sampai)[^\d\s#]+){1,7}"  # "tgl 15 kayaknya, bulan januari"
_TGL = r"tanggal (?:[:.=\-] )?(?:ke )?(?:[:\-] )?"
_D = r"(?P<d>\d{1,2})"
_MN = r"m(?P<mn>\d\d)"
_DAYTIME = r"(?: (?:pagi|siang|sore|malam|dini_hari|subuh))?"
_DIR = r"(?: (?P<dir>lalu|kemarin|tadi|depan|besok|nanti|lagi|ini)(?! \d))?"
_SHIFT = r"(?P<shift>lalu|kemarin|ini|sekarang|depan|besok|nanti)"
_YEAR = (
    r"(?:(?: [-/.,'’])?(?: tahun)? (?P<y>\d{2,4})(?! (?:" + _UNIT + r"|[:./+\-] \d))"
    r"|(?: ,)? tahun (?P<ys>lalu|kemarin|ini|depan|besok))?"
)

NOISE: tuple[str, ...] = (
    r"x(?:nik|kartu|hp|nomor) \d+",
    r"rp (?:\. )?\d+(?: [.,] \d+)*(?: (?:ribu|rb|jt|juta|ke))?",
    r"\d{1,3}(?: \. \d{3})+",
    r"(?:tensi|tensinya|darah|tadi|bp)(?: [:=])? \d{2,3} / \d{2,3}|\d{3} / \d{2,3}|\d{2,3} / \d{2,3}(?= mmhg)",
    r"(?:rt|rw)(?: [.:/])*(?: rw)? \d{1,3}(?: / \d{1,3})?(?:(?: [/,.])? ?rw(?: [.:])? \d{1,3})?",
    r"g \d{1,2}(?: [-,])? p \d+(?:(?: [-,])? (?:a|ab) \d+)?",
    r"(?:umur|usia|umure|umurku|umurnya|usianya)(?: \S+){0,2} \d{1,3}(?: tahun)?(?! m\d)(?! [-/.])",
    r"\+ \d{8,}|\d{9,}|0\d{2,3} - \d{3,4} - \d{3,5}|\d{3,4} - \d{4} - \d{3,5}",
    r"(?:bayi|hamil|kunjungan|kontrol|nomor|no|antrian|antrean|urut|gang|gg|blok|nomer|k|m|t) (?:\. )?"
    r"(?:ke )?(?:- )?\d{1,4}(?= |$)(?! [/\-.] \d)(?! m\d)(?! (?:hari|minggu|bulan))",
    r"minggu ke (?:- )?\d{1,2}",
    r"\d{1,2}(?: (?:[.,] \d|/ 7|\+ \d|- \d{1,2}|sampai \d{1,2}))? (?:minggu|w|wk|wks|weeks|week|wekks)"
    r"(?: \d (?:hari|d))?(?! (?:yang )?(?:lalu|lagi|depan|kemarin|sebelum|setelah|sesudah))",
    r"(?<!semalam )(?:jam|setengah)(?: setengah)? \d{1,2}(?: [.:] \d{2})?(?: - \d{1,2}(?: [.:] \d{2})?)?",
    r"\d{1,2} : \d{2}(?: : \d{2})?",
    r"\d{1,2} \. \d{2}(?= (?:wib|pagi|siang|sore|malam))",
    r"tiap (?:hari )?(?:h\d|tanggal \d{1,2}|\d+ \S+|hari|minggu|bulan|tahun|pagi|siang|sore|malam)",
    r"\d+ (?:hari|minggu|bulan|jam) (?:sekali|\d+ (?:x|kali))",
    r"\d+(?: [.,/] \d+)? " + _MEASURE,
    r"\d{1,3} tahun(?! (?:lalu|lagi|\d))",
    r"(?:bu|ibu|mbak|mb|ny|nyonya|nama|jeneng|dik|dek|sus|pak|bapak|suami|mas|bidan|dokter|dr) (?:\. )?m\d\d",
)

_Build = Callable[[re.Match[str]], "Candidate | None"]


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _direction(groups: dict[str, str]) -> Direction | None:
    return _DIRECTIONS.get(groups.get("dir", ""))


def _exact(match: re.Match[str]) -> Candidate:
    groups = _groups(match)
    shift = groups.get("ys")
    return Candidate(
        match.start(),
        match.end(),
        "exact",
        day=int(groups["d"]),
        month=int(groups["mn"]),
        year=groups.get("y"),
        year_shift=_SHIFTS[shift] if shift else None,
        direction=_direction(groups),
    )


def _compact(match: re.Match[str]) -> Candidate | None:
    digits = match.group("digits")
    parts = (digits[:2], digits[2:4], digits[4:])
    if len(digits) == 8 and digits[:2] in ("19", "20") and not 1 <= int(digits[2:4]) <= 12:
        parts = (digits[6:], digits[4:6], digits[:4])
    day, month = int(parts[0]), int(parts[1])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return Candidate(match.start(), match.end(), "exact", day=day, month=month, year=parts[2], compact=True)


def _day_in_month(match: re.Match[str]) -> Candidate:
    """ "tgl 5 bulan depan", "tgl 5 dua bulan lalu"."""
    groups = _groups(match)
    shift = _SHIFTS[groups["shift"]] * int(groups.get("n", 1)) if "shift" in groups else 0
    return Candidate(match.start(), match.end(), "exact", day=int(groups["d"]), month_shift=shift)


def _day(match: re.Match[str]) -> Candidate:
    groups = _groups(match)
    shift = 0 if groups.get("dir") == "ini" else None
    rank: Rank = "day" if shift is None else "exact"
    return Candidate(
        match.start(), match.end(), rank, day=int(groups["d"]), month_shift=shift, direction=_direction(groups)
    )


def _weekday(match: re.Match[str]) -> Candidate:
    groups = _groups(match)
    week = groups.get("shift")
    return Candidate(
        match.start(),
        match.end(),
        "weekday",
        weekday=int(groups.get("wd", 6)),
        week_shift=_SHIFTS[week] if week else (0 if groups.get("dir") == "ini" else None),
        direction=_direction(groups),
    )


def _eve(match: re.Match[str]) -> Candidate:
    """ "malam minggu" is the evening of Saturday, "malem jumat" that of Thursday."""
    weekday = _weekday(match)
    return replace(weekday, weekday=((weekday.weekday or 0) - 1) % 7)


def _offset(match: re.Match[str]) -> Candidate:
    groups = _groups(match)
    length = int(groups.get("n", 1)) * (7 if groups["u"] == "minggu" else 1)
    past = groups["dir"] in ("lalu", "kemarin")
    return Candidate(match.start(), match.end(), "offset", days=-length if past else length)


def _named_day(match: re.Match[str]) -> Candidate:
    word = match.group("word")
    return Candidate(match.start(), match.end(), "offset", days=_NAMED_DAYS[word], weak_word=word)


def _around_now(match: re.Match[str]) -> Candidate:
    return Candidate(match.start(), match.end(), "weak", days=0, weak_word=match.group("word"))


def _part_of_today(match: re.Match[str]) -> Candidate:
    return Candidate(match.start(), match.end(), "offset", days=0, weak_word=match.group())


def _last_night(match: re.Match[str]) -> Candidate:
    """ "semalam jam 11" was yesterday, "semalam jam 2" today."""
    hour = int(match.group("h"))
    if hour in (0, 12, 24):
        return Candidate(match.start(), match.end(), "vague", reason="last_night")
    return Candidate(match.start(), match.end(), "offset", days=-1 if hour > 5 else 0)


def _vague(reason: str) -> _Build:
    return lambda match: Candidate(match.start(), match.end(), "vague", reason=reason)


_ANCHORS = (
    r"lebaran|riyoyo|riyaya|bodo|badan|idul fitri|idul adha|idulfitri|iduladha|kurban|qurban|ramadhan|ramadan|romadhon"
    r"|puasa|poso|siyam|syawal|sawal|suro|suroan|muharram|muharam|sapar|safar|mulud|maulud|maulid|rejeb|rajab|ruwah"
    r"|ruwahan|sya ban|dulkangidah|selo|dzulhijjah|isra mi raj|isro mi roj|nyepi|waisak|natal|natalan|imlek|tahun baru"
    r"|(?:\d{1,2} )?agustusan|pitulasan|\d{1,2} (?:- )?an|mitoni|tingkeban|neloni|telonan|ngapati|selapan|selapanan"
    r"|megengan|kupatan"
    r"|nyadran|panen|tandur|(?:bulan|riyoyo|malam) besar|liburan sekolah|pasaran|haul|sekaten"
)
_OR = r"(?:atau|sampai|s / d|dan|,|/|sama|karo|ambek|& |utawa)"

PATTERNS: tuple[tuple[str, _Build], ...] = (
    (rf"tahun (?P<y>\d{{2,4}})(?: ,)? bulan (?P<mn>\d{{1,2}})(?: ,)? {_TGL}{_D}", _exact),
    (rf"tahun (?P<y>\d{{2,4}})(?: ,)? {_TGL}{_D} bulan (?P<mn>\d{{1,2}})", _exact),
    (rf"tahun (?P<y>\d{{2,4}})(?: ,)? (?:bulan )?{_MN}(?: ,)? {_TGL}{_D}", _exact),
    (rf"tahun (?P<y>\d{{2,4}})(?: ,)? (?:{_TGL})?{_D}(?: bulan)? {_MN}", _exact),
    (
        rf"(?:{_TGL})?\d{{1,2}} (?:-|{_OR}) (?:{_TGL})?\d{{1,2}}(?: bulan)? m\d\d(?: (?:\d{{4}}|\d\d(?! \S)))?",
        _vague("range"),
    ),
    (
        rf"{_TGL}\d{{1,2}} (?:atau|sampai|dan|sama|karo|,) (?:{_TGL})?\d{{1,2}}"
        rf"(?! [/\-.] \d){_NO_UNIT}(?: bulan \S+)?",
        _vague("range"),
    ),
    (r"\d{1,3} (?:-|atau|sampai) \d{1,3} (?:hari|minggu|bulan) (?:yang )?(?:lalu|lagi|depan)", _vague("range")),
    (r"(?P<y>(?:19|20)\d\d) (?P<s>[-/.]) (?P<mn>\d{1,2}) (?P=s) (?P<d>\d{1,2})", _exact),
    (rf"(?:{_TGL})?{_D} (?:[-/.,] ){{1,2}}(?P<mn>\d{{1,2}}) (?:[-/.,] ){{1,2}}(?P<y>\d{{2,4}})(?! [./] ?\d)", _exact),
    (rf"(?:{_TGL})?{_D} (?P<mn>\d{{1,2}}) (?P<y>(?:19|20)\d\d)", _exact),
    (rf"{_MN} {_D}(?: ,)? (?P<y>(?:19|20)\d\d)", _exact),
    (rf"^{_D} (?P<mn>0?[1-9]|1[0-2]) (?P<y>\d\d)$", _exact),
    (rf"{_TGL}{_D}{_ASIDE} bulan {_MN}{_YEAR}{_DIR}", _exact),
    (rf"bulan {_MN}{_ASIDE} {_TGL}{_D}{_YEAR}{_DIR}", _exact),
    (rf"{_TGL}{_D} (?P<mn>0?[1-9]|1[0-2]) (?P<y>\d\d){_NO_UNIT}", _exact),
    (rf"(?:{_TGL})?{_D}(?: [-/.,])?(?: bulan)? {_MN}{_YEAR}{_DIR}", _exact),
    (rf"(?:(?:awal|akhir|pertengahan) )?(?:bulan )?{_MN}(?: ,)? {_TGL}{_D}{_YEAR}{_DIR}", _exact),
    (rf"{_TGL}{_D}(?: [-,/])? bulan (?:ke )?(?:- )?(?P<mn>\d{{1,2}}){_NO_UNIT}{_YEAR}{_DIR}", _exact),
    (rf"(?P<d>[0-3]?\d) bulan (?:ke )?(?:- )?(?P<mn>\d{{1,2}}){_NO_UNIT}{_YEAR}{_DIR}", _exact),
    (rf"bulan (?:ke )?(?:- )?(?P<mn>\d{{1,2}})(?: ,)? {_TGL}{_D}{_YEAR}{_DIR}", _exact),
    (rf"(?:{_TGL}){_D} (?:n|pas )?(?P<n>\d{{1,2}})? ?bulan {_SHIFT}", _day_in_month),
    (rf"(?P<n>\d{{1,2}} )?bulan {_SHIFT}(?: ,)? (?:{_TGL}){_D}(?! [/\-.] \d)", _day_in_month),
    (rf"{_D} bulan {_SHIFT}(?= |$)(?<=ini)", _day_in_month),
    (rf"(?:{_TGL})?{_D} [-/] (?P<mn>\d{{1,2}})(?! [/\-.,] \d){_NO_UNIT}(?: tahun (?P<y>\d{{2,4}}))?{_DIR}", _exact),
    (rf"{_TGL}{_D} [.,]? ?(?P<mn>\d{{1,2}})(?! [/\-.,] \d){_NO_UNIT}{_DIR}", _exact),
    (r"(?P<digits>\d{8}|\d{6})", _compact),
    (
        r"(?:awal|akhir|pertengahan)(?: (?:m\d\d|\d{4}|(?!tanggal|h\d)[a-z]+)){1,3}",
        _vague("part_of_month"),
    ),
    (
        r"\d+ (?:hari|minggu|bulan) (?:sebelum|setelah|sesudah|bakda|bar|sakwise|habis|sak durunge)(?: \S+){1,2}",
        _vague("anchor"),
    ),
    (rf"{_TGL}{_D}(?: (?:an|- an|belasan))", _vague("approximate")),
    (rf"{_TGL}(?:belasan|puluhan|tua|muda|tuwo|nom)", _vague("part_of_month")),
    (rf"{_TGL}{_D}(?! [:.] \d){_DIR}", _day),
    (rf"(?:hari )?h(?P<wd>\d){_DAYTIME} minggu {_SHIFT}", _weekday),
    (rf"minggu {_SHIFT}(?: ,)? (?:hari )?h(?P<wd>\d)", _weekday),
    (r"(?:hari )?h(?P<wd>\d) pasaran", _vague("anchor")),
    (rf"(?<!# )malam (?:h(?P<wd>\d)|minggu){_DIR}", _eve),
    (rf"(?:hari )?h(?P<wd>\d){_DAYTIME}{_DIR}{_DAYTIME}", _weekday),
    (r"(?P<n>\d{1,3}) (?P<u>hari|minggu) (?:yang )?(?P<dir>lalu|kemarin|lagi|depan)", _offset),
    (
        r"\d{1,3}(?: [.,] \d+)? (?:bulan|tahun)(?: setengah)? (?:yang )?(?:lalu|kemarin|lagi|depan)",
        _vague("month_only"),
    ),
    (r"(?P<u>minggu) (?P<dir>lalu|kemarin|depan)", _offset),
    (r"minggu (?:ini|minggu)", _vague("week_or_sunday")),
    (
        r"minggu (?:ke )?(?:pertama|kedua|ketiga|keempat|kelima|terakhir|kapisan|kapindo)"
        r"(?: bulan)?(?: (?:m\d\d|ini|depan|lalu))?",
        _vague("part_of_month"),
    ),
    (r"(?:bulan|tahun) (?:lalu|kemarin|depan|ini|besok|sekarang)", _vague("month_only")),
    (
        rf"bulan (?:ke )?(?:- )?(?:m\d\d|\d{{1,2}}{_NO_UNIT})"
        r"(?: (?:\d{4}|\d\d(?! \S)|lalu|kemarin|depan|nanti|tahun \S+))?",
        _vague("month_only"),
    ),
    (r"m\d\d(?: tahun)? (?:\d{4}|\d\d|lalu|kemarin|depan|nanti|ini|besok)", _vague("month_only")),
    (r"m\d\d(?! \d)", _vague("month_only")),
    (
        r"minggu(?= (?:pagi|siang|sore|malam|pasaran|besok|tanggal))|minggu(?! (?:ke|lagi|lalu))(?<!\d minggu)",
        _weekday,
    ),
    (rf"(?P<word>kemarin_lusa|kemarin|hari ini|besok_lusa|besok)(?: (?:ini|nanti|lagi))?{_DAYTIME}", _named_day),
    (r"semalam jam (?P<h>\d{1,2})(?: [.:] \d\d)?", _last_night),
    (r"semalam", _part_of_today),
    (
        r"(?:tadi|nanti) (?:pagi|siang|sore|malam|subuh|dini_hari)"
        r"|(?:pagi|siang|sore|malam|dini_hari) (?:ini|tadi|nanti)",
        _part_of_today,
    ),
    (r"(?P<word>barusan|tadi|sekarang)", _around_now),
    (rf"(?:{_ANCHORS})", _vague("anchor")),
    (r"(?:beberapa|pirang|pirang pirang) (?:hari|minggu|bulan) (?:lalu|lagi|kemarin)", _vague("approximate")),
)

_COMPILED_NOISE = tuple(re.compile(rf"(?<!\S)(?:{pattern})(?!\S)") for pattern in NOISE)
_COMPILED = tuple((re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), build) for pattern, build in PATTERNS)
_BETWEEN_PARTS = re.compile(r"(?: (?:,|\(|hari|tanggal|-|jadi|yaitu|yakni|pas|\.|/|yang))* ?")


def find_candidates(text: str) -> list[Candidate]:
    """All dates a canonical text may speak of, in its order, those that belong together joined."""
    left = text
    for pattern in _COMPILED_NOISE:
        left = pattern.sub(_blank, left)
    found: list[Candidate] = []
    for pattern, build in _COMPILED:
        for match in list(pattern.finditer(left)):
            candidate = build(match)
            if candidate is None:
                continue
            found.append(candidate)
            left = left[: match.start()] + "#" * (match.end() - match.start()) + left[match.end() :]
    return _joined(sorted(found, key=lambda candidate: candidate.start), text)


def _blank(match: re.Match[str]) -> str:
    return "#" * (match.end() - match.start())


def _joined(candidates: list[Candidate], text: str) -> list[Candidate]:
    """ "senin" and "3 maret" side by side are one date said twice; so are "kemarin" and "tgl 3"."""
    joined: list[Candidate] = []
    for candidate in candidates:
        if joined and _BETWEEN_PARTS.fullmatch(text, joined[-1].end, candidate.start):
            pair = _join(joined[-1], candidate)
            if pair is not None:
                joined[-1] = pair
                continue
        joined.append(candidate)
    return joined


def _join(first: Candidate, second: Candidate) -> Candidate | None:
    if first.rank == "vague" and first.reason == "anchor" and second.weak_word == "kemarin":
        return replace(first, end=second.end)  # "pas lebaran kemarin" is the last one, not yesterday
    for one, dated in ((first, second), (second, first)):
        other = replace(dated, start=first.start, end=second.end)
        if other.rank in ("exact", "day"):
            if one.rank == "weekday" and other.weekday is None:
                direction = other.direction or one.direction
                return replace(other, weekday=one.weekday, direction=direction)
            if one.rank in ("offset", "weak") and one.weak_word and other.direction is None:
                return _with_named_day(one, other)
            if one.rank == "vague" and one.reason == "anchor":
                return other
        if other.rank == "weekday" and one.rank == "offset" and other.direction is None and other.week_shift is None:
            return _weekday_with(one, other)
    return None


def _with_named_day(named: Candidate, dated: Candidate) -> Candidate:
    """ "kemarin tgl 3" lies behind us, "besok tgl 5" before us; "hari ini tgl 5" must be today."""
    if named.weak_word == "hari ini":
        return replace(dated, days=0)
    word = (named.weak_word or "").split(" ")[0]
    past = word in ("kemarin", "kemarin_lusa", "tadi", "barusan", "semalam")
    future = word in ("besok", "besok_lusa", "nanti")
    return replace(dated, direction="past" if past else "future" if future else None)


def _weekday_with(offset: Candidate, weekday: Candidate) -> Candidate:
    """ "besok senin" is the coming Monday (so it is said in Malang), "2 minggu lagi hari senin" the Monday of then."""
    if offset.weak_word in ("besok", "kemarin"):
        return replace(weekday, direction="future" if offset.weak_word == "besok" else "past")
    if offset.weak_word:
        return replace(weekday, days=offset.days)
    return replace(weekday, week_shift=round((offset.days or 0) / 7))
