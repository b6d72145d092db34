"""The forms about one mother: what may be chosen, what was typed read into wishes, and what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from nlu.language.identifiers import parse_phone
from nlu.language.obstetric import MOST, read_obstetric
from registry import clock
from registry.models import Person, Pregnancy
from registry.pregnancies.corrections import JKN, RISKS, Wish

NAME = re.compile(r"[^\W\d_]+(?:[ .'’`,-]+[^\W\d_]+)*\.?")
SHORTEST_NAME, LONGEST_NAME, LONGEST_TEXT = 2, 80, 120
HOWS: Mapping[str, tuple[str, bool]] = {  # how the dates were found -> field of the change, by ultrasound
    "lmp": ("hpht", False),
    "hpl": ("hpl", False),
    "weeks": ("weeks", False),
    "usg_hpl": ("hpl", True),
    "usg_weeks": ("weeks", True),
}
SOURCES = ("staff", "mother", "cadre")
VISITS = ("K1", "K2", "K3", "K4", "K5", "K6", "KF1", "KF2", "KF3", "KF4", "KN1", "KN2", "KN3")
MOST_WEEKS = 44
DAYS = (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})"))


@dataclass
class Typed:
    """What the form held and what it means; ``problems`` are codes of words by the name of the field."""

    values: Mapping[str, str]
    risks: Sequence[str]
    wishes: list[Wish] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def wish(self, name: str, value: str, **more: Any) -> None:
        """One field as it should be."""
        self.wishes.append(Wish(name, value, **more))


def standing(person: Person, pregnancy: Pregnancy | None) -> Typed:
    """The form as the record stands."""
    told = read_obstetric(pregnancy.gpa) if pregnancy is not None and pregnancy.gpa else None
    numbers = (told.gravida, told.para, told.abortus) if told else (None, None, None)
    values = {
        "name": person.name or "",
        "born_on": person.born_on.isoformat() if person.born_on else "",
        "village": person.village_code or "",
        "house": person.address or "",
        "phone": f"0{person.phone.removeprefix('+62')}" if person.phone else "",
        "companion": person.companion or "",
        "jkn": person.jkn_told or "",
        **{name: str(number) if number is not None else "" for name, number in zip(GPA, numbers, strict=True)},
    }
    return Typed(values, list(pregnancy.risks) if pregnancy is not None else [])


def read(
    values: Mapping[str, str], risks: Sequence[str], person: Person, pregnancy: Pregnancy | None, now: datetime
) -> Typed:
    """Every field that stands in the form; one that is not there is left as it is."""
    typed = Typed(values, risks)
    for name, reader in _READERS.items():
        if name in values:
            reader(typed, person, " ".join(values[name].split()))
    if pregnancy is not None and pregnancy.status == "active":
        _read_gpa(typed, pregnancy)
        _read_risks(typed, pregnancy)
        _read_dating(typed, clock.today(now))
    return typed


def day_of(text: str) -> date | None:
    """A day as browsers send it, or as one types it where there is no calendar: 5-3-1998."""
    iso, ours = (pattern.fullmatch(text.strip()) for pattern in DAYS)
    parts = iso.groups() if iso else ours.groups()[::-1] if ours else None
    if parts is None or not text.isascii():
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def number_of(text: str, most: int) -> int | None:
    """A small whole number, or None."""
    tidy = text.strip()
    return int(tidy) if tidy.isascii() and tidy.isdigit() and len(tidy) < 6 and int(tidy) <= most else None


def _read_name(typed: Typed, person: Person, text: str) -> None:
    if not text:
        if person.name:
            typed.problems["name"] = "name_empty"
    elif not NAME.fullmatch(text) or not SHORTEST_NAME <= len(text) <= LONGEST_NAME:
        typed.problems["name"] = "name_odd"
    else:
        typed.wish("name", text)


def _read_born(typed: Typed, person: Person, text: str) -> None:
    day = day_of(text)
    if day is not None:
        typed.wish("born_on", day.isoformat())
    elif text or person.born_on is not None:
        typed.problems["born_on"] = "date_odd"


def _read_village(typed: Typed, person: Person, text: str) -> None:
    if text:
        typed.wish("address", text)
    elif person.village_code is not None:
        typed.problems["village"] = "village_empty"


def _read_phone(typed: Typed, person: Person, text: str) -> None:
    phone = parse_phone(text)
    if phone is not None or not text:
        typed.wish("phone", phone or "")
    else:
        typed.problems["phone"] = "phone_odd"


def _read_text(name: str) -> Callable[[Typed, Person, str], None]:
    def reader(typed: Typed, person: Person, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            typed.problems[name] = "too_long"
        else:
            typed.wish(name, text)

    return reader


def _read_jkn(typed: Typed, person: Person, text: str) -> None:
    if text and text not in JKN:
        typed.problems["jkn"] = "choose"
    else:
        typed.wish("jkn_told", text)


_READERS: Mapping[str, Callable[[Typed, Person, str], None]] = {
    "name": _read_name,
    "born_on": _read_born,
    "village": _read_village,
    "house": _read_text("house"),
    "phone": _read_phone,
    "companion": _read_text("companion"),
    "jkn": _read_jkn,
}
GPA = ("gravida", "para", "abortus")


def _read_gpa(typed: Typed, pregnancy: Pregnancy) -> None:
    texts = [typed.values.get(name, "") for name in GPA]
    if not any(texts):
        if GPA[0] in typed.values:
            typed.wish("gpa", "")
        return
    numbers = [number_of(text, MOST) for text in texts]
    if None in numbers:
        typed.problems["gravida"] = "gpa_numbers"
        return
    gravida, para, abortus = (number or 0 for number in numbers)
    if gravida == 0 or para + abortus > gravida:
        typed.problems["gravida"] = "gpa_sum"
        return
    new = f"G{gravida}P{para}A{abortus}"
    known = read_obstetric(pregnancy.gpa or "")
    same = (known.gravida, known.para, known.abortus) == (gravida, para, abortus)
    typed.wish("gpa", pregnancy.gpa if same and pregnancy.gpa else new)  # "g2 p1 a0" is not put right into G2P1A0


def _read_risks(typed: Typed, pregnancy: Pregnancy) -> None:
    """Only when the list was shown; an older record's words stay."""
    if typed.values.get("with_risks") != "1":
        return
    told = [risk for risk in RISKS if risk in typed.risks]
    older = [risk for risk in pregnancy.risks if risk not in RISKS]
    same = {*told, *older} == set(pregnancy.risks)
    typed.wish("risks", ", ".join(pregnancy.risks if same else [*told, *older]))


def _read_dating(typed: Typed, today: date) -> None:
    how, source = typed.values.get("how", ""), typed.values.get("source", SOURCES[0])
    if not how:
        return
    if how not in HOWS or source not in SOURCES:
        typed.problems["how"] = "choose"
        return
    name, ultrasound = HOWS[how]
    day = _first_day(typed, today) if name == "weeks" else day_of(typed.values.get("day", ""))
    if day is None:
        typed.problems["weeks" if name == "weeks" else "day"] = "weeks_odd" if name == "weeks" else "date_odd"
        return
    weighed = typed.values.get("weighed") == "1"
    typed.wish(name, day.isoformat(), ultrasound=ultrasound, told_by=source, weighed=weighed)


def _first_day(typed: Typed, today: date) -> date | None:
    """The first day that so many weeks and days today stand for."""
    weeks = number_of(typed.values.get("weeks", ""), MOST_WEEKS)
    days = number_of(typed.values.get("days", "") or "0", 6)
    return None if weeks is None or days is None else today - timedelta(weeks=weeks, days=days)
