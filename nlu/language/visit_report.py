"""What somebody reports of a check-up: which visit, whether it was done, when, where, and of which mother.

Visits are named K1 to K6 in pregnancy, KF1 to KF4 of the mother after birth and KN1 to KN3 of the newborn (domain.md
sections 2.1 and 2.3). What is planned, asked or missed is not done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from nlu.language.names import read_person_names
from nlu.language.numbers import read_number
from nlu.language.past_dates import PastDate, read_past_date
from nlu.language.short_codes import find_codes, without_codes
from nlu.language.tokens import MAX_CHARS, canonical, fold
from nlu.language.told_places import read_told_place

LAST = {"K": 6, "KF": 4, "KN": 3}
"""Number of the last visit of each series."""

_VISIT = (
    r"(?:kontrol(?:nya|e|an)?|kntrl|(?:pe|di)?m?(?:e?riks[ao]|e?prikso)\w*|priks[ao]\w*|pemeriksaan|kunjungan|anc"
    r"|cek(?: kandungan)?)"
)
_ORDINALS = {
    "pertama": 1, "kesatu": 1, "sepisan": 1, "kapisan": 1, "kedua": 2, "kepindo": 2, "kapindo": 2, "pindo": 2,
    "ketiga": 3, "katelu": 3, "ketelu": 3, "keempat": 4, "kapapat": 4, "kepapat": 4, "kelima": 5, "kalimo": 5,
    "kelimo": 5, "keenam": 6, "kaenem": 6, "kenem": 6,
}  # fmt: skip
_UNIT = r"(?:bulan|bln|minggu|mgg|hari|hr|jam|th|tahun|kg|x|kali)"
_NUMBER = (
    rf"(?:(?P<word>{'|'.join(_ORDINALS)})|(?:ke|kaping|ping|k|yang ke)[ -]?(?P<digit>\d)(?: kali(?:nya|ne|e)?)?"
    rf"|(?P<bare>\d)(?! {_UNIT})|(?:ke|kaping|ping) ?(?P<spelt>[a-z]{{4,8}}))"
)
_CODED = re.compile(r"(?<!\w)(?P<series>k[fn]?)[ .\-]?(?P<digit>[1-6])(?!\d|[.,/]\d|\w)")
_SPOKEN = re.compile(
    rf"(?<!\w)(?:(?P<visit>{_VISIT})(?!\w) ?-?)?(?:(?P<series>nifas|neonatus|neonatal|bayi|kehamilan|hamil) )?"
    rf"(?:yang |yg |sing )?{_NUMBER}(?!\w|[./:]\d| {_UNIT})"
)
_SERIES = {"nifas": "KF", "neonatus": "KN", "neonatal": "KN", "bayi": "KN"}
_NO_VISIT_BEFORE = re.compile(r"(?:anak|hamil|kehamilan|vitamin|vit|gravida|desil|tahap)(?:nya|e)? (?:yang )?$")

_DONE = re.compile(r"(?<!\S)(?:sudah|uwes|uwis|barusan|habis|bar|mari|rampung|selesai|beres|lunas|bakdo|bibar)(?!\S)")
_JUST_NOW = re.compile(r"(?<!\S)(?:tadi|tadi pagi|tadi siang|semalam|kemarin|kemarin_lusa)(?!\S)")
_WAS_SEEN = re.compile(r"(?<!\S)(?:kontrol|usg|ditimbang|diukur|disuntik|diperiksa|lab)(?!\S)|(?<!\w)k[fn]? ?\d")
_NO = r"(?:tidak|tdk|gak|ga|gk|g|nggak|ngga|ndak|nda|ora|ra|mboten)"
_SERVICE = r"(?:usg|lab|suntik|disuntik|imunisasi|tahu|eruh|ngerti|ada|ono|dapat|oleh|dikasih|keluar|lahir|lair)"
_BUT = r"(?<!\S)(?:tapi|tp|tapine|ning|nanging|ternyata|jebule)(?: \S+){0,4}"
_NOT_DONE = re.compile(
    r"(?<!\S)(?:belum|blm|blum|belom|durung|drg|dereng|rung)(?:(?= ?$)|(?= [,.!;])"
    rf"|(?= (?!{_SERVICE}(?!\S))\S+))"
    rf"|(?<!\S){_NO} (?:sempat|sempet|jadi|sido|siyos|iso|bisa|bs|saged|kontrol|budal|berangkat|sios|sampai"
    rf"|teko|datang)(?!\S)"
    r"|(?<!\S)(?:batal|wurung|ditunda|tunda|diundur|lupa|lali|kesupen)(?!\S)"
    rf"|{_BUT} (?:bidan|dokter|petugas|perawat|nakes)\w* (?:\S+ )?(?:{_NO}|belum)"
    r" (?:ada|ono|onok|datang|teko|rawuh|masuk)(?!\S)"
    rf"|{_BUT} (?:tutup|libur|prei|{_NO} (?:buka|dilayani|diperiksa|kebagian)|belum (?:buka|dilayani|diperiksa))(?!\S)"
    rf"|{_BUT} (?:antri|antre|ramai|rame|penuh)(?: \S+){{0,4}} (?:pulang|mulih|muleh|balik|bali)(?!\S)"
)
_MISTAKE = re.compile(
    r"(?<!\S)(?:salah|keliru|kliru|kleru|klentu|kepencet|kepenet|pencet|sebenarnya|sakjan\w*|jane)(?!\S)"
)
_SECOND_THOUGHT = re.compile(r"(?<!\S)(?:eh|ternyata|jebule|maaf)(?!\S)")
_BARE_WORDS = 4  # of a mistake that does not name the check-up
_PLAN = re.compile(r"(?<!\S)(?:rencana|besok|besok_lusa|nanti|pengen|kepingin|pingin|kapan|badhe|akan|depan)(?!\S)")
_WANTS = re.compile(
    r"(?<!\w)jadwal|(?<!\w)(?:mau|arep|ate|kate|badhe) (?:saya |aku )?(?:kontrol|periksa|p?riks|mriks|usg"
    r"|cek|budal|ke |k\d)"
)
_ASKS = re.compile(
    r"\?|(?<!\S)(?:kapan(?! (?:hari|dino))|apakah|gimana|bagaimana|piye|yaopo|pripun|berapa|brp|pinten|piro"
    r"|boleh(?:kah)?"
    r"|sudah (?:ke \d )?belum)(?!\S)"
)
_QUESTION_AFTER = re.compile(r"(?<=\w) [,.] [^,.?]*\? *$")
"""What is asked behind a report: "sudah kontrol kemarin, balik kapan?"."""

_VOCATIVE = re.compile(r"\s*[,.]?\s*(?:saya|sy|aku|kulo|kula)\b", re.IGNORECASE)


@dataclass(frozen=True)
class VisitReport:
    """A report as told.

    ``done`` is None when it is not said, asked or only planned. ``on`` is the day of a visit that took place, never
    after today; where a day was told that cannot be taken, ``unclear`` is the reason (two_dates, future ...).
    """

    kinds: tuple[str, ...] = ()
    on: date | None = None
    done: bool | None = None
    place: str | None = None
    code: str | None = None
    names: tuple[str, ...] = ()
    unclear: str | None = None


def read_visit(text: str, now: datetime) -> VisitReport:
    """The report in ``text``; ``now`` must be aware. Never raises for any text."""
    text = text[:MAX_CHARS]
    codes = find_codes(text)
    plain = without_codes(text)
    kinds, rest = _read_kinds(plain)
    day = read_past_date(rest, now)
    done = _read_done(rest, bool(kinds), day)
    place = read_told_place(plain)
    told = day if done else PastDate("none")
    return VisitReport(
        kinds=kinds,
        on=told.value,
        done=done,
        place=place.text if place and done is not None else None,
        code=codes[0] if codes else None,
        names=_read_names(_cut(plain, rest)),
        unclear=told.reason,
    )


def speaks_of_visit(text: str) -> bool:
    """Whether a word for a check-up stands in the text."""
    return re.search(rf"(?<!\w){_VISIT}(?!\w)", canonical(text[:MAX_CHARS]).text) is not None


def takes_back(text: str) -> bool:
    """Whether a report is called a mistake: "eh belum periksa, salah pencet", "jane durung bu"."""
    low = canonical(text[:MAX_CHARS]).text
    if "?" in text or not _NOT_DONE.search(low):
        return False
    names_it = speaks_of_visit(text)
    if names_it and _SECOND_THOUGHT.search(low):
        return True
    return _MISTAKE.search(low) is not None and (names_it or len(text.split()) <= _BARE_WORDS)


def _read_kinds(text: str) -> tuple[tuple[str, ...], str]:
    """The visits named, in order, and the text with blanks in their place: their numbers are no date."""
    left = fold(text)
    found: list[tuple[int, str]] = []
    for pattern in (_CODED, _SPOKEN):
        for match in list(pattern.finditer(left)):
            kind = _kind(match, left)
            if kind:
                found.append((match.start(), kind))
                left = left[: match.start()] + _blanked(match) + left[match.end() :]
    return tuple(dict.fromkeys(kind for _, kind in sorted(found))), left


def _blanked(match: re.Match[str]) -> str:
    """Spaces, but the word for a visit stays: "sudah kontrol ke 3"."""
    return (match.groupdict().get("visit") or "").ljust(len(match.group()))


def _cut(text: str, rest: str) -> str:
    """The text with a comma for each letter that was read as a visit: "Ny. Khotimah K5"."""
    return "".join(own if left == low else "," for own, low, left in zip(text, fold(text), rest, strict=True))


def _kind(match: re.Match[str], low: str) -> str | None:
    groups = {name: value for name, value in match.groupdict().items() if value}
    if _NO_VISIT_BEFORE.search(low[: match.start()]):
        return None
    said = groups.get("series", "")
    if match.re is _CODED:
        series = said.upper()
    elif said in _SERIES and (said != "bayi" or "visit" in groups):
        series = _SERIES[said]
    elif "visit" in groups:
        series = "K"
    else:
        return None
    number = (
        _ORDINALS.get(groups.get("word", ""))
        or read_number(groups.get("digit") or groups.get("bare") or groups.get("spelt") or "")
        or 0
    )
    return f"{series}{number}" if 1 <= number <= LAST[series] else None


def _read_done(rest: str, named: bool, day: PastDate) -> bool | None:
    """The last word on it counts: "kemarin gak sempat, tadi sudah"; a question or a plan says nothing."""
    words = _QUESTION_AFTER.sub("", canonical(rest).text)
    if _ASKS.search(words):
        return None
    done = [match.start() for match in _DONE.finditer(words)]
    missed = [match.start() for match in _NOT_DONE.finditer(words)]
    if missed and (not done or missed[-1] > done[-1]):
        return False
    if done:
        return True
    if _PLAN.search(words) or _WANTS.search(fold(rest)):
        return None
    if not named and not _WAS_SEEN.search(words):
        return None
    told = day.reason == "two_dates" or (day.status == "found" and not day.may_lie_ahead)
    return True if told or _JUST_NOW.search(words) else None


def _read_names(text: str) -> tuple[str, ...]:
    """Mothers named; "Bu Ani, saya ..." is the one who is spoken to."""
    spans = [span for span in read_person_names(text) if span.role == "person"]
    return tuple(dict.fromkeys(span.name for span in spans if not _VOCATIVE.match(text, span.end)))
