"""Reads the registrations a cadre types freely, in codes, lists, forms or run-on speech, into fields.

What was said but cannot be taken (an age in months, a week range, a mistyped NIK) is a problem, never a value. Two or
more mothers in one message give several registrations; what the heading says of all ("DESA SUKOPURO") counts for each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from nlu.language.dates import JAKARTA, DateReading
from nlu.language.gestation import TERM_DAYS
from nlu.language.identifiers import Identifier, mask
from nlu.language.insurance import Jkn, read_jkn
from nlu.language.obstetric import read_obstetric
from nlu.language.places import HAMLET_SCORE
from nlu.language.registration_dates import read_dates, read_weeks
from nlu.language.registration_fields import read_age, read_nik, read_phone
from nlu.language.registration_names import read_name
from nlu.language.registration_noise import corrected, without_noise
from nlu.language.registration_scope import without_others
from nlu.language.registration_split import Part, split_mothers
from nlu.language.registration_text import CUT, MAX_CHARS, separate, spelled
from nlu.language.registration_village import find_places, read_village
from nlu.language.tokens import fold

MOST_MOTHERS = 20
_NOTE_FIELDS = (
    "name", "age", "nik", "phone", "village", "hpht", "gestational_weeks", "hpl", "gravida", "para", "abortus", "jkn",
)  # fmt: skip
_KINDS = (
    ("name",), ("age",), ("nik",), ("phone",), ("village",), ("hpht", "hpl", "gestational_weeks"),
    ("gravida", "para", "abortus"), ("jkn",),
)  # fmt: skip
_PLACEHOLDERS = {"nik": "xnik", "phone": "xhp", "card": "xkartu"}
_SURE_KINDS = 4
"""So many kinds of field are a registration though the text also asks something."""

_CODE = re.compile(r"\s*#\s*\w")
_LEADING = re.compile(r"\s*(?:(?:reg|registrasi|daftar(?:kan|in|no|ne)?|pendaftaran)\b)")
_OTHER_WISH = re.compile(
    r"\?|\b(?:rujuk\w*|dirujuk|rujukan|rujukno|di?cek|cekkan|cekno|berhak|terdaftar|kapan|gimana|gmn"
    r"|bagaimana|piye|yaopo|apakah|apa|opo|siapa|sopo"
    r"|berapa|piro|dimana|di\s+mana|mana|endi|binaan|bisa|iso|saged|pripun|perdarahan|pendarahan|mules|kontrol)\b"
)
_HPL_TOLERANCE_DAYS = 21


@dataclass(frozen=True)
class Registration:
    """One mother as a note tells of her.

    ``village_candidates`` are Kemendagri codes (more than one: ask the kecamatan); ``problems`` are (field, code) of
    what was said but is impossible or must be asked back.
    """

    name: str | None = None
    age: int | None = None
    nik: str | None = None
    phone: str | None = None
    village: str | None = None
    village_candidates: tuple[str, ...] = ()
    hpht: date | None = None
    gestational_weeks: int | None = None
    hpl: date | None = None
    gravida: int | None = None
    para: int | None = None
    abortus: int | None = None
    jkn: Jkn | None = None
    problems: tuple[tuple[str, str], ...] = ()

    def as_note(self) -> dict[str, str | int]:
        """The fields found, dates in ISO form, numbers as digits only."""
        found = ((name, getattr(self, name)) for name in _NOTE_FIELDS)
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in found if value is not None
        }


def read_registrations(text: str, now: datetime) -> tuple[Registration, ...]:
    """The mothers a note registers, in its order; none when it tells of no field. ``now`` must be aware."""
    masked = mask(spelled(text))
    note = separate(masked.text)
    numbers = _numbers(masked.identifiers)
    hers = without_others(corrected(note))
    plain = without_noise(hers)
    parts = split_mothers(plain)
    whole = note if len(parts) == 1 else None
    read = [_read(part, whole, numbers, now) for part in parts[:MOST_MOTHERS]]
    return tuple(one for one in _merged(read) if one.as_note() or one.problems)


def is_registration(text: str, now: datetime | None = None) -> bool:
    """Whether a text looks like one: it begins with a registering word or "#", or has two fields of different kinds."""
    low = fold(text[:MAX_CHARS])
    if _CODE.match(low):
        return True
    asks = bool(_OTHER_WISH.search(low))
    if _LEADING.match(low) and not asks:
        return True
    enough = _SURE_KINDS if asks else 2
    return any(_kinds(one) >= enough for one in read_registrations(text, now or _SOME_DAY))


_SOME_DAY = datetime(2026, 1, 1, tzinfo=JAKARTA)


def _kinds(one: Registration) -> int:
    return sum(any(getattr(one, name) is not None for name in kind) for kind in _KINDS)


def _numbers(identifiers: tuple[Identifier, ...]) -> dict[str, str]:
    """Digits by placeholder (xnik1, xhp1 ...)."""
    counts: dict[str, int] = {}
    numbers: dict[str, str] = {}
    for one in identifiers:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        numbers[f"{_PLACEHOLDERS[one.kind]}{counts[one.kind]}"] = one.digits
    return numbers


def _read(part: Part, whole: str | None, numbers: dict[str, str], now: datetime) -> Registration:
    """One mother; what each reader takes is cut out before the next reads, so that no number counts twice."""
    starts = {match.start for match in find_places(part.text) if not match.fuzzy and match.score > HAMLET_SCORE}
    name = read_name(part.text, starts)
    nameless = f"{part.text[: name.start]}{CUT}{part.text[name.end :]}" if name else part.text
    obstetric = read_obstetric(nameless)
    hpht, hpl, rest = read_dates(obstetric.rest, now)
    weeks, weeks_problem = read_weeks(rest)
    age, age_problem = read_age(rest, part.text[name.end :] if name else "")
    nik, nik_problem = read_nik(part.text, numbers, now.astimezone(JAKARTA).date())
    village = read_village(nameless) or read_village(part.heading)
    problems = {
        "age": age_problem,
        "nik": nik_problem,
        "village": village.problem if village else None,
        "hpht": _problem(hpht),
        "gestational_weeks": weeks_problem,
        "hpl": _problem(hpl) or _conflict(hpht.value, hpl.value),
    }
    return Registration(
        name=name.text if name else None,
        age=age,
        nik=nik,
        phone=read_phone(part.text, numbers),
        village=village.name if village else None,
        village_candidates=village.candidates if village else (),
        hpht=hpht.value,
        gestational_weeks=weeks,
        hpl=hpl.value,
        gravida=obstetric.gravida,
        para=obstetric.para,
        abortus=obstetric.abortus,
        jkn=read_jkn(part.text if whole is None else whole),
        problems=(*((field, code) for field, code in problems.items() if code), *obstetric.problems),
    )


def _problem(reading: DateReading) -> str | None:
    return None if reading.status in ("found", "none") else reading.reason or reading.status


def _conflict(hpht: date | None, hpl: date | None) -> str | None:
    if hpht is None or hpl is None:
        return None
    return "conflict" if abs((hpl - hpht).days - TERM_DAYS) > _HPL_TOLERANCE_DAYS else None


def _merged(read: list[Registration]) -> list[Registration]:
    """Parts that name the same mother are one registration; the first told value of a field stays."""
    merged: list[Registration] = []
    for one in read:
        same = next((at for at, other in enumerate(merged) if one.name and other.name == one.name), None)
        if same is None:
            merged.append(one)
        else:
            merged[same] = _joined(merged[same], one)
    return merged


def _joined(first: Registration, second: Registration) -> Registration:
    told = {
        each.name: getattr(second, each.name)
        for each in fields(Registration)
        if getattr(first, each.name) is None or getattr(first, each.name) == ()
    }
    return replace(first, **told)
