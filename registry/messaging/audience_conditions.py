"""Who the mothers of a broadcast are, as conditions of the database: stage, due date, check-ups, JKN, path to pay.

After a birth they are those of the care after birth, up to day 42 (Permenkes 21/2021). Where nobody told the day of the
birth the due date stands for it, of a birth from the 37th week on.

The JKN state is that of the register (BPJS Kesehatan) as last checked; where the register has no line for her, it is
what she told: only "inactive" and "none" say anything, a card she says she has is "unknown" until it is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select
from sqlalchemy.orm import Session

from registry.models import Alert, Birth, EligibilityAnswer, JknRecord, Person, Pregnancy, Visit
from registry.pregnancies import mother_filters
from registry.rules import dating, postnatal

if TYPE_CHECKING:
    from registry.messaging.audiences import Audience

Who = Literal["mothers", "after_birth", "cadres"]
Only = Literal["missed_visit", "high_risk"]
Unvisited = Literal["K1", "K2", "K3", "K4", "K5", "K6"]
Jkn = Literal[
    "active", "active_pbi", "active_regional", "active_self_paid", "active_employer", "active_other",
    "inactive", "inactive_pbi", "inactive_regional", "inactive_self_paid", "inactive_employer",
    "arrears", "none", "unknown",
]  # fmt: skip
Path = Literal[
    "JKN_ACTIVE", "PBI_REACTIVATION", "PBPU_ARREARS", "PROGRAMME_SKTM", "PROPOSE_PBI", "OTHER_REGENCY", "SELF_PAY",
    "UNKNOWN", "UNASKED",
]  # fmt: skip
WHO: tuple[Who, ...] = get_args(Who)
ONLY: tuple[Only, ...] = get_args(Only)
UNVISITED: tuple[Unvisited, ...] = get_args(Unvisited)
JKN: tuple[Jkn, ...] = get_args(Jkn)
PATHS: tuple[Path, ...] = get_args(Path)
UNASKED = "UNASKED"  # nobody has asked yet who pays for her; the others are the rules' PaymentPath
SEGMENTS = {"pbi": "PBI_JK", "regional": "PBPU_PEMDA", "self_paid": "PBPU", "employer": "PPU", "other": "BP"}


LOST = ("loss", "miscarriage")
CARE = timedelta(days=postnatal.LAST_DAY)
EARLIEST = timedelta(weeks=3)  # before the due date: the 37th week


def in_stage(who: Who, today: date) -> ColumnElement[bool]:
    """The pregnancies that run, or of which a child was born lately; and those of that time that ended in a loss."""
    if who == "mothers":
        return Pregnancy.status.in_(("active", *LOST))
    return and_(Pregnancy.status.in_(("delivered", "loss")), _is_born(today))


def is_of(session: Session, person: Person, who: Who, today: date) -> bool:
    """Whether she is among these mothers today; after a loss she is not."""
    rows = select(Pregnancy.id).where(Pregnancy.person_id == person.id, Pregnancy.status.not_in(LOST))
    return session.scalar(rows.where(in_stage(who, today)).limit(1)) is not None


def _is_born(today: date) -> ColumnElement[bool]:
    child = exists().where(Birth.pregnancy_id == Pregnancy.id)
    in_place_of_a_birth = and_(Pregnancy.status == "delivered", ~child)
    return or_(
        child.where(Birth.on.between(today - CARE, today)),
        and_(in_place_of_a_birth, Pregnancy.hpl.between(today - CARE, today + EARLIEST)),
    )


def of(audience: Audience, today: date, week: int) -> Iterator[ColumnElement[bool]]:
    """What an audience asks of a mother (``Pregnancy``, ``Person``, ``JknRecord`` joined from outside).

    ``today`` is the day on which the message goes out; ``week`` the one from which its missing check-up is due.
    """
    if audience.trimester is not None:
        yield _in_trimester(audience.trimester, today)
    if audience.due_from is not None:
        yield Pregnancy.hpl >= audience.due_from
    if audience.due_until is not None:
        yield Pregnancy.hpl <= audience.due_until
    if audience.due_weeks is not None:
        yield Pregnancy.hpl.between(today, today + timedelta(weeks=audience.due_weeks))
    if audience.unvisited is not None:
        yield and_(Pregnancy.hpht <= today - timedelta(weeks=week), ~_reported(audience.unvisited))
    if "missed_visit" in audience.only:
        yield _is_looked_for()
    if "high_risk" in audience.only:
        yield cast(Pregnancy.risks, String) != "[]"
    if audience.jkn:
        yield or_(*(_STATES[state] for state in audience.jkn))
    if audience.paths:
        yield or_(*_on_paths(audience.paths))


def _in_trimester(trimester: int, today: date) -> ColumnElement[bool]:
    bounds = {0: -1, **dating.LAST_DAY_OF_TRIMESTER}
    youngest = today - timedelta(days=bounds[trimester - 1] + 1)
    oldest = today - timedelta(days=bounds[trimester])
    return Pregnancy.hpht.between(oldest, youngest)


def _reported(visit: str) -> ColumnElement[bool]:
    """By her, her cadre or staff; K1A and K1M are K1."""
    return exists().where(Visit.pregnancy_id == Pregnancy.id, Visit.kind.startswith(visit))


def _is_looked_for() -> ColumnElement[bool]:
    return exists().where(Alert.person_id == Person.id, Alert.kind == "missed_visit", Alert.status == "open")


def _on_paths(paths: Collection[str]) -> Iterator[ColumnElement[bool]]:
    named = [path for path in paths if path != UNASKED]
    if named:
        yield Person.id.in_(mother_filters.on_path(named))
    if UNASKED in paths:
        yield ~exists().where(EligibilityAnswer.person_id == Person.id)


_ACTIVE = JknRecord.active.is_(True)
_NO_MEMBER = and_(JknRecord.segment == "NONE", JknRecord.active.is_not(True))
_OFF = and_(JknRecord.active.is_(False), or_(JknRecord.segment.is_(None), JknRecord.segment != "NONE"))
_SILENT = and_(JknRecord.active.is_(None), or_(JknRecord.segment.is_(None), JknRecord.segment != "NONE"))
_SAID_NOTHING = or_(Person.jkn_told.is_(None), Person.jkn_told.not_in(("inactive", "none")))
_STATES: dict[str, ColumnElement[bool]] = {
    "active": _ACTIVE,
    **{f"active_{name}": and_(_ACTIVE, JknRecord.segment == segment) for name, segment in SEGMENTS.items()},
    **{f"inactive_{name}": and_(_OFF, JknRecord.segment == segment) for name, segment in SEGMENTS.items()},
    "inactive": or_(_OFF, and_(_SILENT, Person.jkn_told == "inactive")),
    "arrears": JknRecord.arrears_months > 0,
    "none": or_(_NO_MEMBER, and_(_SILENT, Person.jkn_told == "none")),
    "unknown": and_(_SILENT, _SAID_NOTHING),
}
