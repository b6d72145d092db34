"""What somebody wants changed in her data: which field, and the new value where it is told.

Values come from the readers of each kind; of two telephone numbers or names the one behind "ganti", "yang benar" is
the new one. An ultrasound or a doctor behind a due date is noted, for it may overrule the HPHT (domain.md section 4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from nlu.language.dates import DateReading, read_date
from nlu.language.gestation import GestationReading, read_gestation
from nlu.language.identifiers import Identifier, find_identifiers, parse_phone
from nlu.language.names import answered_name, read_person_names
from nlu.language.places import PlaceMatch
from nlu.language.registration_village import find_places
from nlu.language.short_codes import without_codes
from nlu.language.tokens import MAX_CHARS, canonical, fold

Field = Literal["phone", "address", "hpht", "hpl", "weeks", "name", "birth_date", "nik", "companion"]

_FIELDS: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (
        "companion",
        re.compile(
            r"\b(?:pendamping\w*|penunggu|(?:ne)?(?:nemani|nemeni|ngancani|nunggoni)|yang nunggu|sing nunggu"
            r"|nom[oe]r(?:nya|e)? (?:suami|bojo|ibu saya|mertua|keluarga)\w*|(?:hp|wa|telp) (?:suami|bojo)\w*)\b"
        ),
    ),
    (
        "birth_date",
        re.compile(
            r"\b(?:(?:tgl|tanggal|tgle|tanggale) ?(?:lahir|lair|lhr)(?:ku|nya|e|saya)?|ttl|tgl\.? lahir\w*|wedalan)\b"
        ),
    ),
    (
        "nik",
        re.compile(
            r"\b(?:nik(?:ku|nya|e)?|xnik\d+|(?:no|nomor|nomer)(?:e|nya)? ktp\w*|e?-?ktp ?(?:ku|saya|nya"
            r"|e)? (?:anyar|baru|ilang|salah))\b"
        ),
    ),
    (
        "address",
        re.compile(
            r"\b(?:alamat\w*|domisili|(?:pindah|ngalih|boyong|boyongan|pindahan)(?! (?:jadwal|hari|tanggal"
            r"|tgl|faskes|puskesmas))"
            r"|rumah(?:ku|nya|e| saya| kulo)? (?:sekarang|skrg|saiki|pindah|sampun|wis)|(?:sekarang|skrg"
            r"|saiki|sakniki) (?:tinggal|manggon|ndek|di rumah)|kontrakan baru)\b"
        ),
    ),
    ("name", re.compile(r"\b(?:nama(?:ku|nya)?|nami|asma(?:ne)?|jeneng(?:ku|e|nya)?|ejaan)\b")),
    (
        "phone",
        re.compile(
            r"\b(?:xhp\d+|hp(?:ku|nya|e)?|wa(?:nya|ku)?|whatsapp|telp|telepon|telpon|no|(?:nom[oe]r"
            r"|nmr)(?:nya|e|ku|ipun)?|kartu(?:ne|ku|nya)? (?:hp|ilang|hilang|perdana|anyar|baru))\b"
        ),
    ),
    ("address", re.compile(r"\b(?:desa|deso|dusun|dsn|kecamatan|rt|rw)(?:nya|ne|e|ku)?\b")),
)
_DATE_WORDS: tuple[tuple[Field, re.Pattern[str]], ...] = (
    ("hpht", re.compile(r"(?<!\S)(?:hpht|haid)(?!\S)")),
    ("hpl", re.compile(r"(?<!\S)hpl(?!\S)|(?<!\S)tp(?= (?:[:=.\-] )?(?:tanggal |\d))")),
)
_ULTRASOUND = re.compile(
    r"\b(?:kata|hasil|menurut|jare|jarene|ngendikane|dari|by|versi|pas|waktu|lewat"
    r"|ultrasonografi)(?: \w+){0,1}? ?(?:usg|dokter|dr|dsog|spog)\b"
    r"|\b(?:di)?usg (?:kemarin|kmrn|wingi|tadi|td|bilang|tertulis|hasilnya|katanya|nya|:|hpl|tp)"
    r"|\b(?:dokter|dr|spog) (?:bilang|ngomong|ngendiko|kandungan bilang)"
)
_NEW = re.compile(
    r"\b(?:seharusnya|harusnya|harus|kudune|mestinya|(?:yang|yg|sing|seng|ingkang|engkang) (?:benar|bener"
    r"|bnr|betul|leres|asli|baru|anyar)"
    r"|(?:di)?(?:ganti|ubah|rubah|ganten|betulkan|benarkan)(?:kan|no|ne|i)? (?:jadi|menjadi|dadi|ke|dengan"
    r"|nang|dados)|jadi|menjadi|dadi|tapi|bukan\w* .{1,40}? tapi|ganti(?:ne|nya)?)\b[ :]*"
)
_OLD = re.compile(r"\b(?:lama|bukan|dudu|lawas|salah|kemarin|dulu|dari|teko|soko|saking|sanes)\b[ :]*(?:\w+ )?$")
_AND_NOT = re.compile(r"(?<=\d)( \w+)? (?:bukan|dudu|sanes)\b(?!.*\b(?:tapi|tp|ning)\b).*", re.IGNORECASE | re.DOTALL)
""" "22 mgg bukan 20 mgg": what is denied behind a value, which elsewhere counts as put right."""

_NAME_LABEL = re.compile(r"\b(?:di ktp|di kk|yang betul|yang benar|sing bener)\b[ :]*")


@dataclass(frozen=True)
class DataChanges:
    """What is to be changed; ``field`` also when no value is told, ``problems`` (field, code) of what cannot be taken.

    ``phone`` is +628...; of ``companion`` it is the companion's. ``weeks`` are completed weeks.
    """

    field: Field | None = None
    phone: str | None = None
    village: PlaceMatch | None = None
    hpht: date | None = None
    hpl: date | None = None
    weeks: int | None = None
    name: str | None = None
    born_on: date | None = None
    nik_told: bool = False
    ultrasound: bool = False
    problems: tuple[tuple[str, str], ...] = ()


def read_changes(text: str, now: datetime) -> DataChanges:
    """The changes ``text`` (masked or not) asks for; ``now`` must be aware. Never raises for any text."""
    text = without_codes(text[:MAX_CHARS])
    low, identifiers = fold(text), find_identifiers(text)
    field = _with_a_date(_field(text, low, identifiers), text, now)
    hpht = _dated(text, "hpht", field == "hpht", now)
    hpl = _dated(text, "hpl", field == "hpl", now)
    born = _dated(text, "birth_date", field == "birth_date", now)
    age = read_gestation(_AND_NOT.sub(r"\1", text)) if field == "weeks" else GestationReading("none")
    told = (("hpht", _problem(hpht)), ("hpl", _problem(hpl)), ("birth_date", _problem(born)), ("weeks", _problem(age)))
    return DataChanges(
        field=field,
        phone=_phone(low, identifiers),
        village=_village(text, low) if field == "address" else None,
        hpht=hpht.value,
        hpl=hpl.value,
        weeks=age.days // 7 if age.days is not None else None,
        name=_name(text, low) if field == "name" else None,
        born_on=born.value,
        nik_told="xnik" in low or any(one.kind == "nik" for one in identifiers),
        ultrasound=bool(_ULTRASOUND.search(low)),
        problems=tuple((name, code) for name, code in told if code),
    )


_REPLACED = re.compile(r"\b(?:di)?(?:ganti|ubah|rubah|gantos|gentos|ganten)\w*\b")
_ASKED_FOR = re.compile(r"\?|\b(?:ada|onok|siapa|sopo|minta|njaluk|nyuwun|tolong|butuh)\b")


def replaces_companion(text: str) -> bool:
    """Whether another companion is told, not asked for: "ganti pendamping bu, dadi adikku ae"."""
    low = fold(text[:MAX_CHARS])
    return bool(_FIELDS[0][1].search(low) and _REPLACED.search(low)) and not _ASKED_FOR.search(low)


def _field(text: str, low: str, identifiers: tuple[Identifier, ...]) -> Field | None:
    words = canonical(text).text
    dated = next((name for name, pattern in _DATE_WORDS if pattern.search(words)), None)
    if dated:
        return dated
    if read_gestation(text).status != "none":
        return "weeks"
    named = next((name for name, pattern in _FIELDS if pattern.search(low)), None)
    if named:
        return named
    kinds = {one.kind for one in identifiers}
    return "phone" if "phone" in kinds else "nik" if "nik" in kinds else None


def _with_a_date(field: Field | None, text: str, now: datetime) -> Field | None:
    """ "HPHT salah, kata USG HPL 25 Maret": of the two the one whose date is told."""
    words = canonical(text).text
    both = field in ("hpht", "hpl") and all(pattern.search(words) for _, pattern in _DATE_WORDS)
    if not both:
        return field
    other: Literal["hpht", "hpl"] = "hpl" if field == "hpht" else "hpht"
    own: Literal["hpht", "hpl"] = "hpht" if field == "hpht" else "hpl"
    told = read_date(text, own, now).status == "none" and read_date(text, other, now).status == "found"
    return other if told else field


def _dated(text: str, kind: Literal["hpht", "hpl", "birth_date"], wanted: bool, now: datetime) -> DateReading:
    return read_date(text, kind, now) if wanted else DateReading("none")


def _problem(reading: DateReading | GestationReading) -> str | None:
    return None if reading.status in ("found", "none") else reading.reason or reading.status


def _phone(low: str, identifiers: tuple[Identifier, ...]) -> str | None:
    """The last number that is not called the old one."""
    phones = [one for one in identifiers if one.kind == "phone"]
    new = [one for one in phones if not _OLD.search(low[max(0, one.start - 24) : one.start])]
    chosen = (new or phones[:0])[-1:]
    return parse_phone(chosen[0].digits) if chosen else None


def _village(text: str, low: str) -> PlaceMatch | None:
    """The village moved to: not the one behind "dari"; a kecamatan alone when no village is told."""
    places = [match for match in find_places(text) if match.level in ("village", "district")]
    new = [match for match in places if not _OLD.search(low[max(0, match.start - 24) : match.start])]
    villages = [match for match in new if match.level == "village"]
    return next(iter(villages or new), None)


def _name(text: str, low: str) -> str | None:
    """The name behind "yang benar", "harusnya" or "di ktp", else the last one that is told as hers."""
    for cue in (*_NEW.finditer(low), *_NAME_LABEL.finditer(low)):
        rest = re.split(r"[,.;\n]|\b(?:bukan|dudu|sanes|ya|nggih|bu)\b", text[cue.end() :], maxsplit=1)[0]
        name = answered_name(rest)
        if name:
            return name
    before = _RIGHT_BEHIND.search(low)
    name = answered_name(text[before.start("name") : before.end("name")]) if before else None
    if name:
        return name
    spans = [span.name for span in read_person_names(text) if span.role == "person"]
    return spans[-1] if spans and not _WRONG_ONLY.search(low) else None


_RIGHT_BEHIND = re.compile(
    r"(?:^|[,.;:\n])\s*(?P<name>[^,.;:\n]{3,60}?) (?:yang|yg|sing|seng|ingkang) (?:benar|bener|betul"
    r"|leres)\W*$"
)
_WRONG_ONLY = re.compile(r"\b(?:nama|jeneng|asma)\w*(?: \w+)? (?:salah|kliru|keliru|lepat)\b")
