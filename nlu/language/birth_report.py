"""What somebody tells of a birth: day and hour, place, helper, sex, weight, and how mother and baby are.

Day and hour are kept apart, for the first visits after birth count from the hour (domain.md section 2.3). What cannot
be (a birth to come, 31 kilograms) is a problem, never a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from nlu.language.birth_babies import Baby, read_babies
from nlu.language.birth_details import SURGERY, Helper, Sex, has_twins, read_health, read_helper, read_sex
from nlu.language.birth_weight import LEAST, MOST, read_weights
from nlu.language.clock_times import read_pickup
from nlu.language.date_rules import JAKARTA
from nlu.language.past_dates import read_past_date
from nlu.language.short_codes import without_codes
from nlu.language.tokens import MAX_CHARS, canonical
from nlu.language.told_places import PlaceKind, read_told_place

BirthPlace = Literal["home", "puskesmas", "hospital", "midwife", "clinic", "on_the_way"]

_PLACES: dict[PlaceKind, BirthPlace] = {
    "home": "home",
    "puskesmas": "puskesmas",
    "posyandu": "puskesmas",
    "hospital": "hospital",
    "midwife": "midwife",
    "clinic": "clinic",
    "doctor": "clinic",
    "on_the_way": "on_the_way",
}
_YET = r"(?:belum|blm|blum|belom|durung|drg|dereng|rung)"
_BORN = re.compile(rf"(?<!\S)(?:lahirr?|dilahirkan|partus|bersalin|nglairaken|lhir|mlahirkn|mlahirkan|{SURGERY})(?!\S)")
_NOT_BORN = re.compile(rf"(?<!\S){_YET}(?: \S+){{0,2}}? lahir(?!\S)|(?<!\S)lahir {_YET}(?!\S)")
_NOT_YET = re.compile(
    r"\?|(?<!\S)(?:kapan|kpn|rencana|akan|badhe|pengen|ingin|perkiraan|hpl|kalau"
    r"|nek|lek|besok|semoga|moga"
    r"|mugi|gimana|piye|biaya|takut|wedi|persiapan|untuk|buat|siap)(?!\S)"
)
_IF = re.compile(
    rf"(?<!\S)(?:kalau|kalo|klo|nek|lek|kapan|kpn|semoga|moga)(?: \S+)*? (?:lahir|partus)(?!\S)"
    rf"|(?<!\S)(?:hampir|rencana\w*|wayah\w*|wanci\w*|waktunya|siap|gejala|tanda|bad[h]?e|soal"
    rf"|jelang)(?: \S+){{0,2}} (?:lahir|partus|{SURGERY})(?!\S)"
)
_TWICE = re.compile(r"(laki)2", re.IGNORECASE)
"""A word said twice; in "laki2, 3 kilo" the 2 is no weight."""

_TOMORROW = re.compile(r"(?<!\S)lahir (?:\S+ )?(?:besok|besok_lusa)(?!\S)")
_TOLD_OTHERWISE = re.compile(
    r"(?<!\S)(?:bayi|anak) (?:saya |ku |kulo )?(?:sudah )?(?:keluar|metu|teko|hadir)(?!\S)|(?<!\S)(?:sudah"
    r"|langsung) (?:keluar|metu) bayi"
)
_ALREADY = re.compile(
    r"(?<!\S)(?:sudah|barusan|tadi|kemarin|semalam|alhamdulillah|keburu|habis"
    r"|bar)(?: (?!hampir)\S+){0,2}? (?:lahir|partus)(?!\S)"
    r"|(?<!\S)lahir(?: \S+){0,3}? (?:tadi|kemarin|semalam|barusan|jam|tanggal|normal|selamat|laki|lanang"
    r"|perempuan|wedok|\d)(?!\S)"
)
_LABOUR = re.compile(
    r"(?<!\S)(?:mules\w*|kontraksi|pembukaan|lendir|kesakitan|(?<!nangis )kenceng|inpartu|syarat\w*|gratis|mana|dimana"
    r"|endi)(?!\S)"
)

_CLOCK = re.compile(
    r"(?<!\S)(?:(?P<half>(?:jam )?setengah \d{1,2})|(?P<jam>jam \d{1,2}(?: (?:[.:] )?\d{2}(?!\S))?(?: (?:lebih|kurang)"
    r" (?:\d{1,2}|seperempat))?)|(?P<bare>\d{1,2} : \d{2}|\d{1,2} \. \d{2}(?= wib)))(?!\S)"
)
_PART = re.compile(r"(?<!\S)(?:pagi|siang|sore|malam|semalam|dini_hari|subuh)(?!\S)")
_SMALL_HOURS = 5


@dataclass(frozen=True)
class BirthReport:
    """A birth as told; ``problems`` are (field, code) of what was said but cannot be taken.

    ``born`` is False for "belum lahir", None when it is neither said nor denied (an answer such as "2900 gram").
    ``babies`` are the two of twins, each with her own sex and weight, which then stand nowhere else.
    ``at`` is None when morning and evening are both possible; ``unclear`` then names the field to ask for.
    """

    born: bool | None = None
    on: date | None = None
    at: time | None = None
    place: str | None = None
    place_kind: BirthPlace | None = None
    helper: Helper | None = None
    sex: Sex | None = None
    weight_g: int | None = None
    mother_well: bool | None = None
    baby_well: bool | None = None
    twins: bool = False
    babies: tuple[Baby, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    unclear: tuple[str, ...] = ()


def read_birth(text: str, now: datetime) -> BirthReport:
    """The report in ``text``; ``now`` must be aware. Never raises for any text."""
    text = _TWICE.sub(r"\1 ", without_codes(text[:MAX_CHARS]))
    words = canonical(text).text
    born = _read_born(words)
    if born is False or (born is None and (_NOT_YET.search(words) or _IF.search(words))):
        return BirthReport(born=born, problems=_future(words))
    moment = _read_moment(text, words, now, born)
    twins = has_twins(words)
    weight, weight_problem = (None, None) if twins else _read_weight(words)
    place = read_told_place(text)
    kind = _PLACES[place.kind] if place else None
    mother_well, baby_well = read_health(words)
    problems = (("on", moment.problem), ("weight", weight_problem))
    return BirthReport(
        born=born,
        on=moment.on,
        at=moment.at,
        place=place.text if place else None,
        place_kind=kind,
        helper=read_helper(words) or ("midwife" if kind == "midwife" else None),
        sex=None if twins else read_sex(words),
        weight_g=weight,
        mother_well=mother_well,
        baby_well=baby_well,
        twins=twins,
        babies=read_babies(text) if twins else (),
        problems=tuple((field, code) for field, code in problems if code),
        unclear=("at",) if moment.clock_told and moment.at is None else (),
    )


def _read_born(words: str) -> bool | None:
    if _NOT_BORN.search(words):
        return False
    if _IF.search(words):
        return None
    if not _BORN.search(words):
        return True if _TOLD_OTHERWISE.search(words) else None
    doubtful = _NOT_YET.search(words) or _LABOUR.search(words)
    return None if doubtful and not _ALREADY.search(words) else True


def _future(words: str) -> tuple[tuple[str, str], ...]:
    """ "lahir besok" tells of a birth, but of one that cannot have been."""
    return (("on", "future"),) if _TOMORROW.search(words) else ()


@dataclass(frozen=True)
class _Moment:
    on: date | None = None
    at: time | None = None
    problem: str | None = None
    clock_told: bool = False


def _read_moment(text: str, words: str, now: datetime, born: bool | None) -> _Moment:
    """A clock without a day, in a report that it is born, is the last such hour before now."""
    local = now.astimezone(JAKARTA)
    day = read_past_date(text, now)
    clock = _CLOCK.search(words)
    at = _read_clock(clock.group(), words, local) if clock else None
    if day.status in ("ask_back", "impossible"):
        return _Moment(None, at, day.reason, clock is not None)
    on = day.value
    if on is not None and at is not None and at.hour < _SMALL_HOURS and re.search(r"(?<!\S)semalam(?!\S)", words):
        on = local.date()
    if on is None and at is not None and born:
        on = local.date() if at <= local.time() else local.date() - timedelta(days=1)
    if on == local.date() and at is not None and at > local.time():
        return _Moment(None, None, "future")
    return _Moment(on, at, None, clock is not None)


def _read_clock(said: str, words: str, local: datetime) -> time | None:
    """The hour of the day; None when only "jam 7" is said, or midnight, which ends one day and begins another."""
    part = _PART.search(words)
    plain = re.fullmatch(r"(?:jam )?(?:\d{2} (?:[.:] )?\d{2}|1[3-9]|2[0-3])(?: [.:] \d{2})?", said)
    if part is None and plain is None:
        return None
    named = part.group().replace("semalam", "malam") if part else ""
    midnight = datetime.combine(local.date(), time(), JAKARTA)
    spoken = f"hari ini {said} {named.replace('dini_hari', 'dini hari')}"
    value = read_pickup(spoken, midnight).value
    return value.time() if value and value.date() == local.date() else None


def _read_weight(words: str) -> tuple[int | None, str | None]:
    told = tuple(dict.fromkeys(read_weights(words)))
    if len(told) > 1:
        return None, "two_values"
    if told and not LEAST <= told[0] <= MOST:
        return None, "out_of_range"
    return (told[0], None) if told else (None, None)
