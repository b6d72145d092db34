"""The sheets a cadre fills in: one per mother, over as many messages as she likes; each message is read into them.

What is right stays on the sheet; what is wrong is named once, in the reply to the message that held it, and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from nlu.language import identifiers
from nlu.language.data_changes import read_changes
from nlu.language.dates import read_date
from nlu.language.names import answered_name
from nlu.language.registration import Registration, read_registrations
from nlu.language.registration_gaps import Gaps, read_gaps, read_phone_owner
from registry import areas, clock
from registry.persons.people import Speaker
from registry.pregnancies.entries import Entry, dated_by_weeks
from registry.rules.majority import age_on

Problems = tuple[tuple[str, str], ...]

YOUNGEST, OLDEST = 10, 60
ALIKE = 80  # rapidfuzz token_set_ratio: "bu rina" is the Rina Wati on the list
_BIRTH = re.compile(r"\b(?:lahir|lhr|ttl|tgl\s?lhr)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d{1,2})\s*[.,]?\s*")
_WHICH = re.compile(r"\s*(?:no|nomor|nomer|yang|yg)?\.?\s*(\d{1,2})\s*[.):,\-]?\s+(?=\D)", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """One mother so far. ``choices`` are villages to choose from, ``others`` known mothers whom she is not."""

    entry: Entry = field(default_factory=Entry)
    choices: tuple[str, ...] = ()
    undated: bool = False  # nobody knows her dates
    no_phone: bool = False
    others: tuple[int, ...] = ()
    dating_asked: int = 0
    is_elsewhere: bool = False  # another village was named, which could not be taken: hers is not the only one

    def as_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "entry": self.entry.as_json(),
            "choices": list(self.choices),
            "undated": self.undated,
            "no_phone": self.no_phone,
            "others": list(self.others),
            "dating_asked": self.dating_asked,
            "is_elsewhere": self.is_elsewhere,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sheet:
        """The sheet behind ``as_json``."""
        return cls(
            Entry.from_json(kept["entry"]),
            tuple(kept["choices"]),
            kept["undated"],
            kept["no_phone"],
            tuple(kept["others"]),
            kept["dating_asked"],
            kept.get("is_elsewhere", False),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What she cannot be registered without."""
        wanted = {
            "name": self.entry.name is None,
            "village": self.entry.village_code is None,
            "dating": not self.entry.is_dated and not self.undated,
        }
        return tuple(name for name, is_missing in wanted.items() if is_missing)

    @property
    def open(self) -> tuple[str, ...]:
        """What may follow later."""
        wanted = {
            "born": self.entry.born_on is None and self.entry.age is None,
            "phone": self.entry.phone is None and not self.no_phone,
            "nik": self.entry.nik is None,
        }
        return tuple(name for name, is_missing in wanted.items() if is_missing)


@dataclass(frozen=True)
class Told:
    """What one message tells of one mother."""

    entry: Entry
    village_codes: tuple[str, ...] = ()
    problems: Problems = ()
    gaps: Gaps = field(default_factory=Gaps)
    number: int | None = None  # of the list: "2. hpht 3 maret"

    @property
    def is_empty(self) -> bool:
        """Whether it tells nothing that belongs on a sheet."""
        return self.entry == Entry() and not self.problems and not self.village_codes and self.gaps == Gaps()

    @property
    def is_of_someone(self) -> bool:
        """Whether it tells of a mother at all, and not only that something is not known."""
        return self.entry.name is not None or self.entry.is_dated or bool(self.village_codes or self.problems)

    @property
    def is_another(self) -> bool:
        """Whether it tells enough of somebody with a name to be a mother of her own."""
        return self.entry.name is not None and (
            self.entry.is_dated or bool(self.village_codes) or self.entry.age is not None
        )


def read(text: str, now: datetime, missing: Iterable[str] = (), listed: int = 1) -> tuple[Told, ...]:
    """What a message tells, mother by mother; ``missing`` is what was asked, so that bare answers are understood.

    Of a list of several (``listed``) one may be named by her number: "2 umur 25".
    """
    number = _which(text) if listed > 1 else None
    if number is not None and number <= listed:
        numbered = read(_WHICH.sub("", text, count=1), now, missing)
        if len(numbered) == 1:
            return (replace(numbered[0], number=number),)
    wanted = tuple(missing)
    gaps = read_gaps(identifiers.mask(text).text)
    found = [_told(one, text, now) for one in read_registrations(text, now)]
    if len(found) <= 1:
        told = _with_phone(_with_dates(found[0] if found else Told(Entry()), text, now), text)
        told = _with_bare_answer(_with_birth_date(told, text, now), text, now, wanted)
        told = replace(told, gaps=_meant(gaps, wanted, told))
        return () if told.is_empty else (told,)
    return tuple(found)


def _told(one: Registration, text: str, now: datetime) -> Told:
    today = clock.today(now)
    problems = dict(one.problems)
    entry = Entry(
        name=one.name,
        age=one.age,
        nik=None if "nik" in problems else one.nik,
        phone=identifiers.parse_phone(one.phone) if one.phone else None,
        phone_owner=read_phone_owner(text) if one.phone else None,
        gravida=one.gravida,
        para=one.para,
        abortus=one.abortus,
        jkn_told=one.jkn,
        village_name=one.village,
    )
    if one.hpht is not None or one.hpl is not None:
        problems.pop("gestational_weeks", None)
        by_ultrasound = one.hpht is None and read_changes(text, now).ultrasound
        dated_by: Any = "ultrasound" if by_ultrasound else "lmp" if one.hpht else "hpl"
        entry = replace(entry, hpht=one.hpht, hpl=None if "hpl" in problems else one.hpl, dated_by=dated_by)
    elif one.gestational_weeks is not None:
        entry = entry.completed(dated_by_weeks(one.gestational_weeks, today))
    if {"gravida", "para", "abortus"} & set(problems):
        entry = replace(entry, gravida=None, para=None, abortus=None)
    problems.pop("village" if problems.get("village") == "ambiguous" else "", None)
    return Told(entry, one.village_candidates, tuple(problems.items()))


def _aged(entry: Entry, today: date) -> Entry:
    """A NIK tells the birth date when nobody else does, unless her age says otherwise."""
    if entry.nik is None or entry.born_on is not None:
        return entry
    born_on = identifiers.check_nik(entry.nik, today).born_on
    if born_on is None or (entry.age is not None and abs(age_on(born_on, today) - entry.age) > 1):
        return entry
    return replace(entry, born_on=born_on, age=None)


def _with_dates(told: Told, text: str, now: datetime) -> Told:
    """Dates told as one corrects them: "hpl kata usg 8 maret"."""
    if told.entry.is_dated or {"hpht", "hpl", "gestational_weeks"} & dict(told.problems).keys():
        return told
    changes = read_changes(text, now)
    if changes.hpht is None and changes.hpl is None:
        return told
    dated_by: Any = "ultrasound" if changes.ultrasound else "lmp" if changes.hpht else "hpl"
    return replace(told, entry=replace(told.entry, hpht=changes.hpht, hpl=changes.hpl, dated_by=dated_by))


def _with_phone(told: Told, text: str) -> Told:
    """The one telephone of the message, also when it is her husband's."""
    numbers = [one.digits for one in identifiers.find_identifiers(text) if one.kind == "phone"]
    if told.entry.phone is not None or len(numbers) != 1:
        return told
    phone = identifiers.parse_phone(numbers[0])
    owner = read_phone_owner(text) if phone else None
    return replace(told, entry=replace(told.entry, phone=phone, phone_owner=owner))


def _with_birth_date(told: Told, text: str, now: datetime) -> Told:
    """A birth date behind its word, or alone when it can be nothing else."""
    masked = identifiers.mask(text).text
    reading = read_date(masked, "birth_date", now)
    alone = len(masked.split()) <= 4 and told.entry.name is None
    if reading.value is None or not (_BIRTH.search(masked) or alone):
        return told
    if not YOUNGEST <= age_on(reading.value, clock.today(now)) <= OLDEST:
        return told
    entry = replace(told.entry, born_on=reading.value)
    if alone:
        entry = replace(entry, hpht=None, hpl=None, dated_by=None)
    dates = {"hpht", "hpl"}
    problems = tuple((name, code) for name, code in told.problems if not (alone and name in dates))
    return replace(told, entry=entry, problems=problems)


def _with_bare_answer(told: Told, text: str, now: datetime, wanted: tuple[str, ...]) -> Told:
    """A bare name or number is what was asked for."""
    number = _NUMBER.fullmatch(text)
    if number:
        return replace(told, entry=_numbered(int(number[1]), now, wanted), problems=())
    if "name" in wanted and told.entry == Entry() and not told.problems and read_gaps(text) == Gaps():
        return replace(told, entry=Entry(name=answered_name(text)))
    return told


def _numbered(number: int, now: datetime, wanted: tuple[str, ...]) -> Entry:
    """An age when it can be one and is asked, else weeks."""
    if "born" in wanted and YOUNGEST <= number <= OLDEST:
        return Entry(age=number)
    if "dating" in wanted and 1 <= number <= 42:
        return dated_by_weeks(number, clock.today(now))
    return Entry()


def _meant(gaps: Gaps, wanted: tuple[str, ...], told: Told) -> Gaps:
    """A bare "tidak punya" is the telephone's; what is told now is not missing."""
    phoneless = gaps.no_phone or (gaps.have_none and "phone" in wanted)
    return replace(
        gaps,
        no_phone=phoneless and told.entry.phone is None,
        no_dating=gaps.no_dating and not told.entry.is_dated,
        have_none=False,
        later=False if told.entry != Entry() else gaps.later,
    )


def _which(text: str) -> int | None:
    match = _WHICH.match(text)
    return int(match[1]) if match else None


def filled(sheet: Sheet, told: Told, session: Session, speaker: Speaker, now: datetime) -> tuple[Sheet, Problems]:
    """The sheet after a message, and what in it could not be taken."""
    problems = list(told.problems)
    entry = replace(told.entry, village_code=None, village_name=None)
    if entry.phone is not None and entry.phone == speaker.contact.phone:
        entry = replace(entry, phone=None, phone_owner=None)
        problems.append(("phone", "yours"))
    known = sheet.entry
    if entry.age is not None and entry.born_on is None:
        known = replace(known, born_on=None)  # which a NIK may have given
    whole = _aged(known.corrected(entry), clock.today(now))
    if whole.nik and whole.born_on is None and (entry.nik or entry.age):
        problems.append(("age", "nik_differs"))
    sheet = replace(
        sheet,
        entry=whole,
        undated=(sheet.undated or told.gaps.no_dating) and not entry.is_dated,
        no_phone=(sheet.no_phone or told.gaps.no_phone) and entry.phone is None,
    )
    if not told.village_codes:
        return replace(sheet, is_elsewhere=sheet.is_elsewhere or _names_unknown_place(problems)), tuple(problems)
    choice = areas.choose(session, speaker, told.village_codes)
    if choice.problem:
        problems.append(("village", choice.problem))
    sheet = replace(sheet, is_elsewhere=choice.problem is not None)
    return in_village(sheet, choice.code, choice.choices, is_new=True), tuple(problems)


def _names_unknown_place(problems: Iterable[tuple[str, str]]) -> bool:
    return ("village", "unknown_place") in problems


def in_village(sheet: Sheet, code: str | None, choices: tuple[str, ...] = (), *, is_new: bool = False) -> Sheet:
    """The sheet in a village, or with those it may be."""
    kept = code if code is not None or is_new else sheet.entry.village_code
    elsewhere = sheet.is_elsewhere and kept is None
    return replace(sheet, entry=replace(sheet.entry, village_code=kept), choices=choices, is_elsewhere=elsewhere)


def meant(sheets: list[Sheet], told: Told) -> int | None:
    """Which of several sheets a message is about: by number, by name, else the only one that lacks something."""
    if told.number is not None and 1 <= told.number <= len(sheets):
        return told.number - 1
    if told.entry.name is not None:
        scores = [_likeness(sheet.entry.name, told.entry.name) for sheet in sheets]
        best = max(range(len(sheets)), key=lambda at: scores[at])
        return best if scores[best] >= ALIKE else None
    lacking = [at for at, sheet in enumerate(sheets) if sheet.missing or sheet.choices]
    return lacking[0] if len(lacking) == 1 else None


def is_someone_else(sheet: Sheet, told: Told) -> bool:
    """Whether a message tells of another mother than the one on the sheet."""
    return told.is_another and sheet.entry.name is not None and _likeness(sheet.entry.name, told.entry.name) < ALIKE


def _likeness(one: str | None, other: str | None) -> float:
    return fuzz.token_set_ratio((one or "").casefold(), (other or "").casefold())
