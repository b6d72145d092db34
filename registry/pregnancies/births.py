"""A birth that was told: closes the pregnancy, opens the care after birth and the newborn's insurance clock (28 days).

Told twice it is recognised; what was missing is filled in. Twins are two rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock, days, texts, voices
from registry.models import Birth, Person, Pregnancy
from registry.persons import consents
from registry.persons.people import Speaker
from registry.pregnancies import endings, schedule, tidings
from registry.reminding import plan
from registry.rules import course, course_values, dating
from registry.rules.ride_values import CancelReason
from registry.transport import rides

DETAILS = ("time", "place", "place_kind", "helper", "sex", "weight_g", "mother_well", "baby_well")
MOST_CHILDREN = 2


@dataclass(frozen=True)
class Report:
    """A birth as told; what was not told is None."""

    on: date
    time: time | None = None
    place: str | None = None
    place_kind: str | None = None
    helper: str | None = None
    sex: str | None = None
    weight_g: int | None = None
    mother_well: bool | None = None
    baby_well: bool | None = None
    twins: bool = False
    babies: tuple[tuple[str | None, int | None], ...] = ()  # sex and weight of each of the twins

    def details(self) -> dict[str, Any]:
        """What was told apart from the day."""
        return {name: getattr(self, name) for name in DETAILS if getattr(self, name) is not None}


def of(session: Session, pregnancy: Pregnancy) -> list[Birth]:
    """The children of this pregnancy, in the order of their rows."""
    return list(session.scalars(select(Birth).where(Birth.pregnancy_id == pregnancy.id).order_by(Birth.id)))


def problem_of(pregnancy: Pregnancy, on: date, now: datetime) -> str | None:
    """Why it cannot have been that day: future, or before the pregnancy can have ended in a birth."""
    if on > clock.today(now):
        return "future"
    known = dating.reconcile(pregnancy.hpht, pregnancy.hpl)
    return "too_early" if known is not None and on <= known[0] else None


def may_be_told(session: Session, pregnancy: Pregnancy, now: datetime) -> bool:
    """Whether a birth can end this pregnancy; after a loss or another ending that must be mended first."""
    person = schedule.person_of(session, pregnancy)
    stands = consents.course_of(session, person, clock.today(now))
    return pregnancy.status == "active" and course.step(stands, course_values.Birth()).accepted


def note(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, told: Report, now: datetime, inbox_id: int | None, *,
    tells: bool = True,
) -> list[Birth]:  # fmt: skip
    """Close the pregnancy with this birth, plan what follows, end what was planned for before it, tell who helps.

    When it is closed already, only what is missing on record is filled in. ``tells`` is False when other news of the
    same hour says it: her death.
    """
    schedule.hold(session, pregnancy)
    known = of(session, pregnancy)
    if known:
        complete(session, speaker, pregnancy, told.details(), now, told.babies)
        return known
    if not may_be_told(session, pregnancy, now):
        return []
    person = schedule.person_of(session, pregnancy)
    for _ in range(MOST_CHILDREN if told.twins else 1):
        alone = {} if told.twins else told.details()
        shared = {name: value for name, value in told.details().items() if name not in ("sex", "weight_g")}
        row = Birth(pregnancy_id=pregnancy.id, on=told.on, baby_alive=True, reported_at=now)
        _fill(row, alone or shared)
        session.add(row)
        session.flush()  # in the order they were told
    _tell_apart(of(session, pregnancy), told.babies)
    pregnancy.status, pregnancy.closed_at, pregnancy.close_reason = "delivered", now, "birth"
    audit.note(
        session, now, "birth_reported", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}",
        by=voices.role_of(speaker, person), children=MOST_CHILDREN if told.twins else 1,
    )  # fmt: skip
    plan.replan(session, pregnancy, now)
    endings.end_messages(session, pregnancy, person, now)
    rides.cancel_all(session, person, CancelReason.BIRTH, now, inbox_id)
    if tells:
        _tell_helpers(session, speaker, person, pregnancy, told, now, inbox_id)
    return of(session, pregnancy)


def complete(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, told: Mapping[str, Any], now: datetime,
    babies: Sequence[tuple[str | None, int | None]] = (),
) -> list[str]:  # fmt: skip
    """Fill in what is missing; never changes what is on record. ``babies`` are sex and weight of each of twins."""
    rows = of(session, pregnancy)
    alone = len(rows) == 1
    filled = [] if alone else _tell_apart(rows, babies)
    for row in rows:
        values = {name: value for name, value in told.items() if alone or name not in ("sex", "weight_g")}
        filled += _fill(row, values)
    if filled:
        audit.note(
            session, now, "birth_completed", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}",
            fields=sorted(set(filled)),
        )  # fmt: skip
        plan.replan(session, pregnancy, now)
    return filled


def _tell_apart(rows: Sequence[Birth], babies: Sequence[tuple[str | None, int | None]]) -> list[str]:
    """Sex and weight of each of several children, in the order they were told."""
    filled: list[str] = []
    for row, (sex, weight_g) in zip(rows, babies, strict=False):
        filled += _fill(row, {"sex": sex, "weight_g": weight_g})
    return filled


def _fill(row: Birth, values: Mapping[str, Any]) -> list[str]:
    missing = [name for name, value in values.items() if value is not None and getattr(row, name) is None]
    for name in missing:
        setattr(row, name, values[name])
    return missing


def missing(rows: list[Birth]) -> tuple[str, ...]:
    """What may still be asked, in the order of asking."""
    wanted = ("time", "place", "sex", "weight_g")
    return tuple(name for name in wanted if any(getattr(row, name) is None for row in rows))


def _tell_helpers(
    session: Session, speaker: Speaker, person: Person, pregnancy: Pregnancy, told: Report, now: datetime,
    inbox_id: int | None,
) -> None:  # fmt: skip
    """The midwife, and the cadre when the mother told it herself: somebody must see both within two days."""
    draft = texts.say(
        "birth_told",
        mother=voices.label(person),
        date=days.in_words(told.on),
        time=days.hour(told.time) if told.time else texts.phrase("phrase_unknown"),
        place=told.place or texts.phrase("phrase_unknown"),
    )
    hers = voices.is_hers(speaker, person)
    tidings.tell(session, speaker, person, draft, f"birth:{pregnancy.id}", now, inbox_id, cadres=hers)
