"""Finding mothers of one's area: by name, code, village, weeks, risk, entitlement and course of the pregnancy.

Names are sealed, so a name is compared here and not by the database; everything else is a condition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session, aliased

from registry import access, clock
from registry.models import District, EligibilityAnswer, Person, Pregnancy, Village
from registry.persons.people import SIMILAR, Speaker
from registry.pregnancies import mother_lists

A_PAGE = 40
MOST_NAMED = 500
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
    conditions = _conditions(session, speaker, wanted, clock.today(now))
    total = session.scalar(_joined(select(func.count(Pregnancy.id))).where(*conditions)) or 0
    last = max(1, -(-total // size))
    number = min(number, last)
    rows = (
        _joined(select(Pregnancy, Person, Village.name, District.name))
        .where(*conditions)
        .order_by(Pregnancy.hpl.is_(None), Pregnancy.hpl, Pregnancy.id)
        .offset((number - 1) * size)
        .limit(size)
    )
    return Found(_lines(session, session.execute(rows).all(), now), number, last, total)


def _joined(rows: Any) -> Any:
    return (
        rows.select_from(Pregnancy)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Village, Village.code == Person.village_code, isouter=True)
        .join(District, District.code == Village.district_code, isouter=True)
    )


def _conditions(session: Session, speaker: Speaker, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
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
    if wanted.risk:
        found.append(cast(Pregnancy.risks, String) != "[]")
    if wanted.path:
        found.append(Person.id.in_(_on_path(wanted.path)))
    if wanted.text:
        found.append(_named(session, found, wanted.text))
    return found


def _on_path(path: str) -> Select[Any]:
    """Whose latest answer named this path."""
    later = aliased(EligibilityAnswer)
    newer = select(later.id).where(later.person_id == EligibilityAnswer.person_id, later.at > EligibilityAnswer.at)
    rows = select(EligibilityAnswer.person_id).where(
        EligibilityAnswer.path == path, EligibilityAnswer.person_id.is_not(None), ~newer.exists()
    )
    return rows.correlate(None)


def _named(session: Session, conditions: Sequence[ColumnElement[bool]], text: str) -> ColumnElement[bool]:
    """By her code, or by a name that begins like what was typed or is near enough."""
    code = CODE.fullmatch(text)
    if code is not None and any(letter.isdigit() for letter in text):
        tidy = code[1].upper()
        return Person.code == (tidy if tidy[1] == "-" else f"M-{tidy[1:]}")
    typed = text.casefold().split()
    rows = _joined(select(Person.id, Person.name)).where(*conditions)
    ids = [number for number, name in session.execute(rows) if name and _is_like(name.casefold(), typed)]
    return Person.id.in_(ids[:MOST_NAMED])


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
    here = (
        select(Person.village_code)
        .where(Person.registered, access.in_area(speaker, Person.village_code))
        .distinct()
        .correlate(None)
    )
    rows = (
        select(Village.code, Village.name, District.name)
        .join(District, District.code == Village.district_code)
        .where(Village.code.in_(here))
        .order_by(District.name, Village.name)
    )
    return [(code, village, district) for code, village, district in session.execute(rows)]
