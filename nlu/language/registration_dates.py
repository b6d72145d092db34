"""HPHT, HPL and completed weeks in a registration note."""

from __future__ import annotations

import re
from datetime import datetime

from nlu.language.dates import DateKind, DateReading, read_date
from nlu.language.gestation import read_gestation
from nlu.language.tokens import fold

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


_ASKED_WEEKS = re.compile(
    r"\b(?:hamil|usia kehamilan|umur kehamilan|kandungan|uk)\s+(?:brp|berapa|piro)\s+(?:minggu|mgg)"
    r"\s*[:=?]\s*(\d{1,2})(?!\d)"
)
"""A form filled in: "Hamil brp minggu: 9"."""


def read_weeks(text: str) -> tuple[int | None, str | None]:
    """Completed weeks; ages in months and ranges are asked back (contracts section 5). Dates must be cut out before."""
    plain = _OF_HUNDRED.sub(" § ", _SHORT_WEEK.sub(" minggu", fold(text)))
    plain = re.sub(r"x(?:nik|hp|kartu)\d+", "§", plain)
    plain = _ASKED_WEEKS.sub(r"hamil \1 minggu", plain)
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
