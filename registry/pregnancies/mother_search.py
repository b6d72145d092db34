"""Finding mothers of one's area: by name, code, village, weeks, risk, entitlement and course of the pregnancy.

Names are sealed. A name is found by the blind index of how its words begin; where there are few mothers, and none was
found so, by what is near enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func, select
from sqlalchemy.orm import Session

from registry import access, clock, name_index
from registry.models import District, EligibilityAnswer, Person, Pregnancy, Village
from registry.persons.people import SIMILAR, Speaker
from registry.pregnancies import mother_filters, mother_lists

A_PAGE = 40
MOST_OPENED = 1500  # names that are compared letter by letter: those of a kecamatan
MOST_EXPORTED = 5000
NEAR_WEEKS = 36
CODE = re.compile(r"\s*(M-?[0-9A-Z]{4,6})\s*", re.IGNORECASE)
Weeks = Literal["", "1", "2", "3", "near", "over"]
SPANS: dict[str, tuple[int, int]] = {
    "1": (0, 12),
    "2": (13, 24),
    "3": (25, 45),
    "near": (NEAR_WEEKS, 45),
    "over": (40, 45),
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means all."""

    text: str = ""
    village: str = ""  # code
    district: str = ""  # code
    weeks: Weeks = ""  # trimester, near term, past the due date
    least: int | None = None  # completed weeks
    most: int | None = None
    following: str = ""  # of mother_filters.NEXT: a late check-up, or one in the coming days
    unreached: bool = False
    risk: bool = False
    path: str = ""
    state: str = "active"  # of the pregnancy


@dataclass(frozen=True)
class Line:
    """A mother of the list."""

    entry: mother_lists.Entry
    pregnancy: Pregnancy
    village: str | None
    district: str | None
    path: str | None
    path_status: str | None


@dataclass(frozen=True)
class Found:
    """A page of mothers, its number, how many pages and mothers there are."""

    lines: Sequence[Line]
    number: int
    last: int
    total: int


def search(session: Session, speaker: Speaker, wanted: Wanted, number: int, now: datetime, size: int = A_PAGE) -> Found:
    """A page from 1, the nearest due date first; beyond the end the last one."""
    conditions = _conditions(session, speaker, wanted, now)
    asked = (*conditions, _named(wanted.text)) if wanted.text else tuple(conditions)
    rows, number, total = _page(session, asked, number, size)
    if wanted.text and not total and _code_in(wanted.text) is None:
        similar = _similar(session, conditions, wanted.text)
        rows, number, total = _page(session, (*conditions, similar), 1, size) if similar is not None else ((), 1, 0)
    return Found(_lines(session, rows, now), number, max(1, -(-total // size)), total)


def _page(
    session: Session, conditions: Sequence[ColumnElement[bool]], number: int, size: int
) -> tuple[Sequence[Any], int, int]:
    """The records of a page, its number, and how many there are in all: counted and put in order by ids alone."""
    order = (Pregnancy.hpl.is_(None), Pregnancy.hpl, Pregnancy.id)
    found = _joined(select(Pregnancy.id, func.count().over().label("total"))).where(*conditions).order_by(*order)
    first = found.offset((number - 1) * size).limit(size).subquery("first")
    rows = _joined(select(Pregnancy, Person, Village.name, District.name, first.c.total))
    lines = session.execute(rows.join(first, first.c.id == Pregnancy.id).order_by(*order)).all()
    if lines or number == 1:
        return [tuple(line)[:-1] for line in lines], number, lines[0].total if lines else 0
    total = session.scalar(_joined(select(func.count(Pregnancy.id))).where(*conditions)) or 0
    return _page(session, conditions, max(1, -(-total // size)), size)


def _joined(rows: Any) -> Any:
    return (
        rows.select_from(Pregnancy)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Village, Village.code == Person.village_code, isouter=True)
        .join(District, District.code == Village.district_code, isouter=True)
    )


def _conditions(session: Session, speaker: Speaker, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    today = clock.today(now)
    found: list[ColumnElement[bool]] = [
        Pregnancy.status == wanted.state,
        Person.registered.is_(True),
        access.in_area(speaker, Person.village_code),
        access.are_agreed_to_be_seen(),
    ]
    if wanted.village:
        found.append(Person.village_code == wanted.village)
    if wanted.district:
        found.append(Village.district_code == wanted.district)
    if wanted.weeks in SPANS:
        first, last = SPANS[wanted.weeks]
        found.append(Pregnancy.hpht.between(today - timedelta(weeks=last, days=6), today - timedelta(weeks=first)))
    between = mother_filters.weeks_between(wanted.least, wanted.most, today)
    if between is not None:
        found.append(between)
    found += mother_filters.coming(wanted.following, now)
    if wanted.unreached:
        found.append(mother_filters.not_reached(now))
    if wanted.risk:
        found.append(cast(Pregnancy.risks, String) != "[]")
    if wanted.path:
        found.append(Person.id.in_(mother_filters.on_path((wanted.path,))))
    return found


def _code_in(text: str) -> str | None:
    """The code of a mother, when nothing else was typed."""
    found = CODE.fullmatch(text)
    if found is None or not any(letter.isdigit() for letter in text):
        return None
    tidy = found[1].upper()
    return tidy if tidy[1] == "-" else f"M-{tidy[1:]}"


def _named(text: str) -> ColumnElement[bool]:
    """By her code, or by a name whose words begin like those that were typed."""
    code = _code_in(text)
    if code is not None:
        return Person.code == code
    parts = name_index.asked(text)
    return and_(*(Person.name_index.contains(part) for part in parts)) if parts else false()


def _similar(session: Session, conditions: Sequence[ColumnElement[bool]], text: str) -> ColumnElement[bool] | None:
    """By a name that is near enough; names are opened for that, so only where there are few of them."""
    rows = _joined(select(Person.id, Person.name)).where(*conditions).limit(MOST_OPENED + 1)
    names = session.execute(rows).all()
    if len(names) > MOST_OPENED:
        return None
    typed = text.casefold().split()
    return Person.id.in_([number for number, name in names if name and _is_like(name.casefold(), typed)])


def _is_like(name: str, typed: Sequence[str]) -> bool:
    words = name.split()
    if all(any(word.startswith(part) for word in words) for part in typed):
        return True
    return fuzz.token_set_ratio(" ".join(typed), name) >= SIMILAR


def _lines(session: Session, rows: Sequence[Any], now: datetime) -> list[Line]:
    entries = mother_lists.entries_of(session, [(pregnancy, person) for pregnancy, person, _, _ in rows], now)
    paths = latest_paths(session, [person.id for _, person, _, _ in rows])
    lines = []
    for (pregnancy, person, village, district), entry in zip(rows, entries, strict=True):
        answer = paths.get(person.id)
        path, status = (answer.path, answer.status) if answer else (None, None)
        lines.append(Line(entry, pregnancy, village, district, path, status))
    return lines


def latest_paths(session: Session, ids: Sequence[int]) -> dict[int, EligibilityAnswer]:
    """The first path of each person's latest answer."""
    rows = select(EligibilityAnswer).where(EligibilityAnswer.person_id.in_(ids))
    found: dict[int, EligibilityAnswer] = {}
    for row in session.scalars(rows.order_by(EligibilityAnswer.at.desc(), EligibilityAnswer.id)):
        if row.person_id is not None:
            found.setdefault(row.person_id, row)
    return found


def villages_of(session: Session, speaker: Speaker) -> list[tuple[str, str, str]]:
    """Code, village and district of the places in which there are mothers of the officer's area."""
    somebody = exists().where(Person.village_code == Village.code, Person.registered)
    rows = (
        select(Village.code, Village.name, District.name)
        .join(District, District.code == Village.district_code)
        .where(somebody, access.in_area(speaker, Village.code))
        .order_by(District.name, Village.name)
    )
    return [(code, village, district) for code, village, district in session.execute(rows)]
