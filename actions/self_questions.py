"""What a mother is asked when she registers herself, and how her answers are read: pure, one reader per question."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from nlu.language import identifiers
from nlu.language.answered_names import name_first
from nlu.language.dates import read_date
from nlu.language.gestation import read_gestation
from nlu.language.insurance import read_jkn
from nlu.language.names import answered_name, read_person_names
from nlu.language.obstetric import MOST, read_obstetric
from nlu.language.registration import Registration, read_registrations
from nlu.language.registration_dates import read_dates
from nlu.language.registration_fields import OLDEST, YOUNGEST, read_age
from nlu.language.replies import lacks_card, read_yes_no
from nlu.language.short_answers import read_count, read_has, read_owner
from registry import clock
from registry.pregnancies.entries import Entry
from registry.rules import dating
from registry.rules.majority import age_on

FIELDS = (
    "name", "born_on", "village", "dating", "nik", "phone_owner", "gravida", "losses", "jkn", "kia_book", "companion",
)  # fmt: skip
LONGEST_ANSWER = 60
_KINDS = (
    ("name",), ("age",), ("nik",), ("village",), ("hpht", "hpl", "gestational_weeks"),
    ("gravida", "para", "abortus"), ("jkn",),
)  # fmt: skip
_LENGTH = re.compile(r"\b(?:\d{1,2}|setengah)\s*(?:bln|bulan|sasi|wulan|mgg|minggu|mg|w)\b", re.IGNORECASE)
_AGO = re.compile(r"\b(?:lalu|kepungkur|kepengker|kemarin|wingi|telat|maneh|lagi|depan|kurang)\b", re.IGNORECASE)
_DUE = re.compile(r"\b(?:lairan\w*|laire|lahiran\w*|lahirnya|lahire|melahirkan|p[er]+kiraan)\b", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?:haid\w*|mens\w*|hpht|datang bulan|telat)\b", re.IGNORECASE)
_BIRTH_LABEL = re.compile(r"\b(?:ttl|(?:tgl|tanggal|tgle)\.?\s*(?:lahir|lair|lhr))", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"(?i)\b(?:haid|mens|hpht|hpl|telat|hamil|desa|ds|kec|nik|hp)\b")
_BORN = re.compile(r"(?<!perkiraan )(?<!hpl )\b(?:lahir|lair|lhr|ttl|tgl\.?\s*lahir)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What an answer tells: fields of the entry, or why it cannot be used; ``skipped`` when she would rather not."""

    entry: Entry = field(default_factory=Entry)
    problem: str | None = None
    skipped: bool = False


SKIPPED = Answer(skipped=True)


def read_name(text: str, now: datetime) -> Answer | None:
    """Her name."""
    name = answered_name(text)
    if name is None:
        spans = [span.name for span in read_person_names(text) if span.role == "person"]
        name = spans[0] if spans else name_first(text)
    return Answer(Entry(name=name)) if name else None


def read_born_on(text: str, now: datetime) -> Answer | None:
    """Her birth date; an age alone is kept as an age."""
    reading = read_date(identifiers.mask(text).text, "birth_date", now)
    if reading.status == "found" and reading.value is not None:
        return _checked_birth(reading.value, clock.today(now))
    if reading.status == "impossible":
        return Answer(problem="impossible")
    age, _ = read_age(text)
    bare = re.fullmatch(r"\s*(\d{2})\s*", text)
    age = age or (int(bare[1]) if bare and YOUNGEST <= int(bare[1]) <= OLDEST else None)
    return Answer(Entry(age=age), skipped=True) if age else None


def _checked_birth(born_on: date, today: date) -> Answer:
    if not YOUNGEST <= age_on(born_on, today) <= OLDEST:
        return Answer(problem="age")
    return Answer(Entry(born_on=born_on))


def read_dating(text: str, now: datetime, kind: Literal["hpht", "hpl", "weeks"] = "hpht") -> Answer | None:
    """First day of the last period, weeks or due date, whichever she tells; ``kind`` is what was asked."""
    plain = identifiers.mask(text).text
    today = clock.today(now)
    if kind == "hpht" and _DUE.search(plain) and not _PERIOD.search(plain):
        kind = "hpl"
    weeks = read_gestation(f"hamil {plain}" if kind == "weeks" or _tells_how_far(plain) else plain)
    if weeks.status == "found" and weeks.days is not None:
        return Answer(Entry(hpht=today - timedelta(days=weeks.days), dated_by="weeks"))
    hpht, hpl, _ = read_dates(plain, now)
    if hpl.status == "found" and hpl.value is not None:
        return _checked_due_date(hpl.value, today)
    if kind == "hpl":
        due = read_date(plain, "hpl", now)
        if due.status == "found" and due.value is not None:
            return _checked_due_date(due.value, today)
    first = hpht if hpht.status == "found" else read_date(plain, "hpht", now)
    if first.status == "found" and first.value is not None and kind != "hpl":
        possible = dating.is_possible_first_day(first.value, today)
        return Answer(Entry(hpht=first.value, dated_by="lmp")) if possible else Answer(problem="impossible")
    if weeks.status == "ask_back":
        return Answer(problem=weeks.reason if weeks.reason in ("months", "missed_period") else "unclear")
    if "impossible" in (weeks.status, first.status, hpl.status):
        return Answer(problem="impossible")
    return Answer(problem="unclear") if first.status == "ask_back" else None


def _tells_how_far(text: str) -> bool:
    """ "Lupa, pokoknya 4 bulan lebih": weeks or months that are not said to be ago, late or still to come."""
    return bool(_LENGTH.search(text)) and not _AGO.search(text)


def _checked_due_date(hpl: date, today: date) -> Answer:
    possible = dating.is_possible_due_date(hpl, today)
    return Answer(Entry(hpl=hpl, dated_by="hpl")) if possible else Answer(problem="impossible")


def read_nik(text: str, now: datetime) -> Answer | None:
    """Sixteen digits; what is wrong with them is told, never mended."""
    found = identifiers.find_identifiers(text)
    typed = next((one.digits for one in found if one.kind == "nik"), None)
    if typed is None:
        if any(one.kind == "card" for one in found):
            return Answer(problem="card")
        if lacks_card(text):
            return SKIPPED
        return Answer(problem="length") if sum(character.isdigit() for character in text) >= 9 else None
    check = identifiers.check_nik(typed, clock.today(now))
    if check.problem is not None:
        return Answer(problem="region" if check.problem == "serial" else check.problem)
    if check.sex == "M":
        return Answer(problem="not_hers")  # her husband's, or the number of the family card
    return Answer(Entry(nik=check.nik))


def read_phone_owner(text: str, now: datetime) -> Answer | None:
    """Whose phone it is."""
    owner = read_owner(text)
    return Answer(Entry(phone_owner=owner)) if owner else None


def read_gravida(text: str, now: datetime) -> Answer | None:
    """The how-manieth pregnancy; "G2P1A0" tells all three."""
    told = read_obstetric(text)
    number = told.gravida if told.gravida is not None else read_count(text)
    if number is None:
        return Answer(problem="unclear") if told.problems else None
    if told.problems or not 1 <= number <= MOST:
        return Answer(problem="impossible")
    first = number == 1
    para = 0 if first and told.para is None else told.para
    abortus = 0 if first and told.abortus is None else told.abortus
    return Answer(Entry(gravida=number, para=para, abortus=abortus))


def read_losses(text: str, now: datetime) -> Answer | None:
    """How many were lost before; a plain no is none."""
    told = read_obstetric(text if "gugur" in text.casefold() else f"keguguran {text}")
    if told.abortus is not None:
        return Answer(Entry(abortus=told.abortus))
    if read_yes_no(text) == "no":
        return Answer(Entry(abortus=0))
    number = read_count(text)
    return Answer(Entry(abortus=number)) if number is not None and number < MOST else None


def read_insurance(text: str, now: datetime) -> Answer | None:
    """Which card she has, as she knows it."""
    told = read_jkn(text)
    if told is None:
        kind = read_jkn(f"bpjs {text}")
        has = read_has(text)
        told = kind if kind != "yes" else None if has is None else "yes" if has else "none"
    return Answer(Entry(jkn_told=told)) if told else None


def read_kia_book(text: str, now: datetime) -> Answer | None:
    """Whether she has the pink book."""
    has = read_has(text)
    return None if has is None else Answer(Entry(kia_book=has))


def read_companion(text: str, now: datetime) -> Answer | None:
    """Who goes along, in her own words."""
    told = " ".join(identifiers.mask(text).text.split())
    if read_yes_no(text) == "no":
        return SKIPPED
    return Answer(Entry(companion=told)) if 2 <= len(told) <= LONGEST_ANSWER else None


READERS: dict[str, Callable[[str, datetime], Answer | None]] = {
    "name": read_name,
    "born_on": read_born_on,
    "dating": read_dating,
    "weeks": lambda text, now: read_dating(text, now, "weeks"),
    "hpl": lambda text, now: read_dating(text, now, "hpl"),
    "nik": read_nik,
    "phone_owner": read_phone_owner,
    "gravida": read_gravida,
    "losses": read_losses,
    "jkn": read_insurance,
    "kia_book": read_kia_book,
    "companion": read_companion,
}


def read_all(text: str, now: datetime, least_kinds: int = 1) -> tuple[Entry, tuple[str, ...]]:
    """Everything that a message tells of one mother, and the codes of the villages it may mean.

    Nothing when it tells of fewer than ``least_kinds`` kinds of field, or of several mothers.
    """
    found = read_registrations(text, now)
    if len(found) > 1 or not (found or _BIRTH_LABEL.search(text)):
        return Entry(), ()
    one = found[0] if found else Registration()
    born_on = _birth_told(text, now)
    if _kinds_of(one) + (born_on is not None) < least_kinds:
        return Entry(), ()
    today = clock.today(now)
    told = Entry(
        name=one.name,
        age=one.age,
        born_on=_checked_birth(born_on, today).entry.born_on if born_on else None,
        nik=_womans(one.nik, now),
        gravida=one.gravida,
        para=0 if one.gravida == 1 and one.para is None else one.para,
        abortus=0 if one.gravida == 1 and one.abortus is None else one.abortus,
        jkn_told=one.jkn,
    )
    return told.completed(_dates_of(one, today)), one.village_candidates


def _birth_told(text: str, now: datetime) -> date | None:
    """The date behind the word for her birth, whatever other dates the message tells."""
    plain = identifiers.mask(text).text
    cue = _BORN.search(plain)
    if cue is None:
        return None
    born = read_date(_OTHER_FIELD.split(plain[cue.start() :])[0], "birth_date", now)
    return born.value if born.status == "found" else None


def _kinds_of(one: Registration) -> int:
    return sum(any(getattr(one, name) is not None for name in kind) for kind in _KINDS)


def _womans(nik: str | None, now: datetime) -> str | None:
    answer = read_nik(nik, now) if nik else None
    return answer.entry.nik if answer is not None else None


def _dates_of(one: Registration, today: date) -> Entry:
    """The surest of what she tells: the first day, else the due date, else the weeks."""
    if one.hpht is not None and dating.is_possible_first_day(one.hpht, today):
        return Entry(hpht=one.hpht, dated_by="lmp")
    if one.hpl is not None and dating.is_possible_due_date(one.hpl, today):
        return Entry(hpl=one.hpl, dated_by="hpl")
    if one.gestational_weeks:
        return Entry(hpht=today - timedelta(weeks=one.gestational_weeks), dated_by="weeks")
    return Entry()
