"""Readers of single fields of a prepared registration note: numbers, age, village, the two dates, weeks.

Each takes the mother's own text (see ``registration_text``) and answers with a value and a problem code, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from nlu.language.dates import DateKind, DateReading, read_date
from nlu.language.gestation import read_gestation
from nlu.language.identifiers import NIK_LENGTH, check_nik
from nlu.language.places import Gazetteer, PlaceMatch
from nlu.language.registration_names import as_written, name_at
from nlu.language.tokens import fold

YOUNGEST, OLDEST = 10, 60
"""Ages of an expectant mother; what lies outside is asked back."""


@dataclass(frozen=True)
class Read:
    """A value or why there is none; ``rest`` is the text without what was read."""

    value: object = None
    problem: str | None = None


# --- numbers ----------------------------------------------------------------------------------------------------------


def read_nik(text: str, numbers: Mapping[str, str], today: date) -> tuple[str | None, str | None]:
    """The mother's NIK and a problem code; a man's number is kept with a problem, since KK or husband's are mixed up."""
    typed = [numbers[name] for name in re.findall(r"xnik\d+", text) if name in numbers]
    checks = [(raw, check_nik(raw, today)) for raw in typed]
    sound = [(raw, check) for raw, check in checks if check.problem is None]
    women = [raw for raw, check in sound if check.sex == "F"]
    if women:
        return women[0], None
    if sound:
        return sound[0][0], "maybe_not_hers"
    if checks:
        raw, check = checks[0]
        return (None, check.problem) if len(raw) != NIK_LENGTH or not raw.isdigit() else (None, check.problem)
    return None, None


def read_phone(text: str, numbers: Mapping[str, str]) -> str | None:
    """Digits of the first number left in her text, as typed without separators and plus sign."""
    typed = [numbers[name] for name in re.findall(r"xhp\d+", text) if name in numbers]
    return typed[0].removeprefix("+") if typed else None


# --- age --------------------------------------------------------------------------------------------------------------

_NOT_TIME = r"(?!\d)(?!\s*(?:\+|-\s*\d|minggu|mgg|mg\b|mggu|w\b|wk|weeks?\b|bulan|bln|hari|sasi|wulan))"
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


# --- dates and weeks --------------------------------------------------------------------------------------------------

_MENSES = r"(?:haid|haidh|mens|menstruasi|dapet|datang\s+bulan|halangan|m)"
_LAST = r"(?:terakhir|trakhir|terahir|terakir|pungkasan|keri|akhir)"
_SUFFIX = r"(?:\s?-?(?:nya|ny|ku|e|ne)\b)?"
_CUES: tuple[tuple[DateKind, re.Pattern[str]], ...] = (
    (
        "hpht",
        re.compile(
            rf"\b(?:hpht|hpth|hpt|lmp|hari\s+(?:pertama|1)(?:\s+{_MENSES})?(?:{_SUFFIX}\s+{_LAST})?"
            rf"|(?!m\b){_MENSES}{_SUFFIX}(?:\s+{_LAST})?"
            rf"|{_LAST}\s+{_MENSES}){_SUFFIX}(?!\w)"
        ),
    ),
    (
        "hpl",
        re.compile(
            r"\b(?:hpl|htp|edd|due\s?date|tp|(?:taksiran|tafsiran|perkiraan|prediksi|rencana|estimasi)(?:nya"
            r"|e)?\s+(?:tgl\s+|tanggal\s+|hari\s+)?"
            r"(?:lahir\w*|persalinan\w*|partus|melahirkan|lair\w*|kelahiran\w*)|(?:diperkirakan|kira-?\s?kira"
            r"|kira2)\s+(?:akan\s+)?(?:lahir\w*|melahirkan|lair\w*)"
            rf"|lahiran){_SUFFIX}(?!\w)"
        ),
    ),
)
_NEXT = re.compile(
    r"\b(?:hpht|hpl|htp|tp|taksiran|tafsiran|perkiraan|uk|usia|umur|umr|hamil|hml|kehamilan|meteng|anak|nik"
    r"|no|nomor|hp|wa|ds|desa|bpjs|kis|pbi|jkn|suami|alamat|ktp"
    r"|gpa|gravida|posyandu|mandiri|kec|kehamilannya|omah\w*|rumah\w*|belum|kader|dusun|dsn)\b|\bg\s?\d\s?p"
    r"|\bg\d\b|x(?:nik|hp)\d|[\n|§(]"
)
_BARE_DATE = re.compile(
    r"(?:(?<=[\n|,])|^)\s*((?:tgl\s+|tanggal\s+)?\d{1,2}\s?[-/. ]\s?(?:\d{1,2}"
    r"|[a-z]{3,9})\s?[-/. ]\s?\d{2,4})\s*(?=[\n|,]|$)"
)
_NO_DATE = DateReading("none")


def read_dates(text: str, now: datetime) -> tuple[DateReading, DateReading, str]:
    """HPHT, HPL, and the text without them; a bare date between separators is an HPHT if past, an HPL if to come."""
    low = fold(text)
    found: dict[str, DateReading] = {"hpht": _NO_DATE, "hpl": _NO_DATE}
    for kind, cue in _CUES:
        for match in reversed(list(cue.finditer(low))):
            reading, end = _behind_cue(low, match, kind, now)
            if reading.status == "none":
                reading, low = _before_cue(low, match, kind, now)
            else:
                low = f"{low[: match.start()]} § {low[end:]}"
            if reading.status != "none" and found[kind].status != "found":
                found[kind] = reading
    low = _bare_dates(low, found, now)
    return found["hpht"], found["hpl"], low


def _behind_cue(low: str, match: re.Match[str], kind: DateKind, now: datetime) -> tuple[DateReading, int]:
    """The date between a cue and the next label, and where the label begins."""
    following = _NEXT.search(low, match.end())
    end = min(following.start() if following else len(low), match.end() + 70)
    return read_date(f"{kind} {low[match.end() : end].strip(' :=.')}", kind, now), end


def _before_cue(low: str, match: re.Match[str], kind: DateKind, now: datetime) -> tuple[DateReading, str]:
    """ "3 maret haid terakhirnya": the date that touches the cue from before."""
    dated = re.search(
        r"(?:tgl\s+|tanggal\s+)?\d{1,2}\s?[-/ ]\s?(?:\d{1,2}|[a-z]{3,9})(?:\s?[-/ ]\s?\d{2,4})?\s*$",
        low[: match.start()],
    )
    if dated is None:
        return _NO_DATE, low
    reading = read_date(f"{kind} {dated.group()}", kind, now)
    if reading.status != "found":
        return _NO_DATE, low
    return reading, f"{low[: dated.start()]} § {low[match.end() :]}"


def _bare_dates(low: str, found: dict[str, DateReading], now: datetime) -> str:
    for match in list(_BARE_DATE.finditer(low)):
        kinds: tuple[DateKind, ...] = ("hpht", "hpl")
        for kind in kinds:
            reading = read_date(f"{kind} {match.group(1)}", kind, now)
            if found[kind].status == "none" and reading.status == "found":
                found[kind] = reading
                break
    return _BARE_DATE.sub(" § ", low)


_SAID_PLAIN = re.compile(
    r"\b(?:uk|usia\s+(?:kehamilan|kandungan|hamil)|umur\s+(?:kehamilan|kandungan))(?:nya"
    r"|e)?\s*[:=]?\s*(?P<n>\d{1,2})\s*(?=[\n|,§]|$)"
)
_SHORT_WEEK = re.compile(r"(?<=\d)\s*(?:mg|mngg|mggu|mingg|mnggu|mgu)\b")
_OF_HUNDRED = re.compile(
    r"\b(?:nunggak|tunggakan|dibayar|menunggak)\b[^\n|,]{0,20}|\btelat\s+(?:bayar"
    r"|mbayar)[^\n|,]{0,20}"
)


def read_weeks(text: str) -> tuple[int | None, str | None]:
    """Completed weeks; ages in months and ranges are asked back (contracts section 5). Dates must be cut out before."""
    plain = _OF_HUNDRED.sub(" § ", _SHORT_WEEK.sub(" minggu", fold(text)))
    plain = re.sub(r"x(?:nik|hp|kartu)\d+", "§", plain)
    plain = _SAID_PLAIN.sub(lambda match: f"{match.group().rstrip()} minggu ", plain)
    plain = re.sub(
        r"\b(?:hamil|meteng|mbobot|hml)\s+\d(?!\d)(?!\s*(?:[+,.\-/]|minggu|mgg|w\b|wk|bulan|bln|hari|sasi|wulan|an\b))",
        "hamil",
        plain,
    )
    plain = re.sub(r"[\n|§]|,(?!\d)", " ; ", plain)
    reading = read_gestation(plain + " ; hamil")
    if reading.status == "found" and reading.days is not None:
        return reading.days // 7, None
    return None, (reading.reason or reading.status) if reading.status != "none" else None


# --- village ----------------------------------------------------------------------------------------------------------

_CUE = r"\b(?:desa|deso|ndeso|ds|dsa|kelurahan|klurahan|kel)(?:ku|ne|nya|e)?(?!\w)\s*[:=]?\s*"
_CUED = re.compile(_CUE + r"$")
_ADDRESS = re.compile(
    r"^\s*(?:(?:alamat|almt|domisili|tinggal|rumah|rmh|omah|griya|asal|dari|soko|saking|warga|wong|mondok"
    r"|manggon|desa|ds|kel|kelurahan)\w*\s*[:=]?\s*(?:di|nang|ndek|neng|ning|wonten|saya)?\s*[:=]?\s*)+"
)
_SLIP = re.compile(r"\b(?:eh+|salah|ralat|maksud\w*|koreksi|keliru|kliru|bukan|dudu|sori|sorry|maaf)\b")
_MOST_SEGMENTS = 16


@dataclass(frozen=True)
class Village:
    """Name as in the gazetteer, or as typed when it is not there; codes of all villages it may mean."""

    name: str
    candidates: tuple[str, ...] = ()
    problem: str | None = None


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The places of Malang Raya, read once."""
    return Gazetteer.load()


def find_places(text: str) -> tuple[PlaceMatch, ...]:
    """Places with the offsets of ``text``."""
    return gazetteer().find(text)


def read_village(text: str) -> Village | None:
    """The desa or kelurahan: behind its cue, else an exact name, else a segment that is nothing but a place."""
    low = fold(text)
    matches = [match for match in find_places(text) if match.level == "village"]
    cued = [match for match in matches if _CUED.search(low[max(0, match.start - 24) : match.start])]
    if cued:
        return _village(_after_slips(cued, low))
    unknown = _unknown_village(text, low)
    exact = [match for match in matches if match.score > 60]
    if unknown and not exact:
        return unknown
    if exact:
        return _village(_after_slips(exact, low))
    alone = next(_whole_segments(text), None)
    return alone or (_village(matches[0]) if matches else None)


def _after_slips(matches: list[PlaceMatch], low: str) -> PlaceMatch:
    chosen = matches[0]
    for match in matches[1:]:
        if _SLIP.search(low[chosen.end : match.start]):
            chosen = match
    return chosen


def _village(match: PlaceMatch) -> Village:
    codes = tuple(place.code for place in match.candidates if place.level == "village")
    return Village(match.name, codes, "ambiguous" if len(codes) > 1 else None)


def _whole_segments(text: str) -> Iterator[Village]:
    for segment in re.split(r"[\n|,§:]", text)[: 2 * _MOST_SEGMENTS]:
        bare = _ADDRESS.sub("", fold(segment)).strip(" .-")
        if 3 < len(bare) <= 40 and not re.search(r"\d", bare):
            for match in gazetteer().find(bare, expect_place=True)[:1]:
                if match.level == "village" and match.start == 0 and (not match.fuzzy or len(bare) - match.end < 3):
                    yield _village(match)


def _unknown_village(text: str, low: str) -> Village | None:
    """A name behind "desa" that Malang Raya does not have."""
    for match in re.finditer(_CUE, low):
        name = name_at(text, match.end())
        if name and not find_places(text[name.start : name.end]):
            return Village(as_written(" ".join(name.text.split()[:2])), (), "unknown_place")
    return None


def with_shared(village: Village | None, shared: Village | None) -> Village | None:
    """The village of the list's heading for those who have none of their own."""
    return village or (replace(shared) if shared else None)
