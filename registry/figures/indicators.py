"""What was reached in a month, counted per village: the PWS-KIA indicators and those of this service.

Counted by the village a mother lives in, not by the facility, and in the month of the event, not of its entry
(domain.md 2.4). The denominators are the women of the bot's own list; the targets of the programme are estimates that
Dinkes sets and stand beside them, never in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from registry.clock import JAKARTA
from registry.models import (
    Alert,
    Birth,
    Complaint,
    EligibilityAnswer,
    JknRecord,
    OutboxMessage,
    Person,
    Pregnancy,
    Reminder,
    Ride,
    Village,
    Visit,
)
from registry.persons.people import Speaker
from registry.rules.dating import LAST_DAY_OF_TRIMESTER

K1_PURE = timedelta(days=LAST_DAY_OF_TRIMESTER[1])  # first contact within twelve completed weeks; a convention
NOT_IN_A_FACILITY = ("home", "on_the_way")
Counts = dict[str, int]
Counting = Select[Any, Any]


@dataclass(frozen=True)
class Scope:
    """Whose figures: those of some villages, of some districts, or (both None) of all."""

    villages: frozenset[str] | None = None
    districts: frozenset[str] | None = None

    def condition(self) -> ColumnElement[bool]:
        """On a statement that knows ``Village``."""
        if self.villages is not None:
            return Village.code.in_(sorted(self.villages))
        return true() if self.districts is None else Village.district_code.in_(sorted(self.districts))


def scope_of(speaker: Speaker) -> Scope | None:
    """What a speaker may see figures of; None: nothing."""
    if speaker.staff is not None:
        return Scope() if speaker.staff.unit == "dinkes" else Scope(districts=speaker.districts)
    return Scope(villages=speaker.villages) if speaker.cadre is not None else None


@dataclass(frozen=True)
class Month:
    """A calendar month in Malang."""

    first: date

    @property
    def following(self) -> date:
        """The first day of the next one."""
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)

    def holds_day(self, column: Any) -> ColumnElement[bool]:
        """Whether a date lies in it."""
        return and_(column >= self.first, column < self.following)

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Whether a moment lies in it."""
        return and_(column >= _midnight(self.first), column < _midnight(self.following))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAKARTA)


@dataclass
class Figures:
    """Counts per village and in all, and the times that are no counts (minutes, medians)."""

    villages: dict[str, Counts] = field(default_factory=dict)
    minutes: dict[str, float] = field(default_factory=dict)

    def add(self, village: str, name: str, count: int) -> None:
        """Count something in a village."""
        counts = self.villages.setdefault(village, {})
        counts[name] = counts.get(name, 0) + int(count)

    def total(self, codes: Iterable[str] | None = None) -> Counts:
        """Summed over some villages, or all."""
        wanted = self.villages if codes is None else {code: self.villages.get(code, {}) for code in codes}
        summed: Counts = dict.fromkeys(NAMES, 0)
        for counts in wanted.values():
            for name, count in counts.items():
                summed[name] = summed.get(name, 0) + count
        return summed


def figures(session: Session, scope: Scope, month: Month) -> Figures:
    """Everything of one month."""
    found = Figures()
    for name, statement in COUNTED.items():
        rows = session.execute(statement(month).where(scope.condition()).group_by(Village.code))
        for village, count in rows:
            found.add(village, name, count)
    for village, on, hpht in session.execute(first_visits(month).where(scope.condition())):
        found.add(village, first_visit_name(on, hpht), 1)
    found.minutes = _minutes(session, scope, month)
    return found


def bounds(month: Month) -> tuple[datetime, datetime]:
    """The moments at which it begins and has ended, in Malang."""
    return _midnight(month.first), _midnight(month.following)


def first_visit_name(on: date, hpht: date | None) -> str:
    """Whether a first check-up was early enough; without a date of the pregnancy nobody knows that it was."""
    return "k1_pure" if hpht is not None and on - hpht <= K1_PURE else "k1_later"


def _women(count: Any) -> Counting:
    """Per village, over the pregnancies of registered women."""
    return (
        select(Village.code, count)
        .select_from(Pregnancy)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Village, Village.code == Person.village_code)
    )


def _pregnant(month: Month) -> Counting:
    """Open on any day of the month."""
    opened = Pregnancy.opened_at < _midnight(month.following)
    closed = or_(Pregnancy.closed_at.is_(None), Pregnancy.closed_at >= _midnight(month.first))
    living = or_(Pregnancy.status == "active", Pregnancy.closed_at.is_not(None))
    return _women(func.count(Pregnancy.id)).where(opened, closed, living)


def _new(month: Month) -> Counting:
    return _women(func.count(Pregnancy.id)).where(month.holds(Pregnancy.opened_at))


def _visits(kind: str) -> Callable[[Month], Counting]:
    def statement(month: Month) -> Counting:
        return _women(func.count(Visit.id)).join(Visit, Visit.pregnancy_id == Pregnancy.id).where(
            Visit.kind == kind, month.holds_day(Visit.on)
        )  # fmt: skip

    return statement


def _births(*conditions: ColumnElement[bool]) -> Callable[[Month], Counting]:
    def statement(month: Month) -> Counting:
        joined = _women(func.count(Birth.id)).join(Birth, Birth.pregnancy_id == Pregnancy.id)
        return joined.where(month.holds_day(Birth.on), *conditions)

    return statement


def first_visits(month: Month) -> Select[Any, Any, Any]:
    """The first check-up of each pregnancy, whatever it was called, with the first day it is counted from."""
    first = (
        select(Visit.pregnancy_id, func.min(Visit.on).label("on"))
        .where(Visit.kind.like("K_"))
        .group_by(Visit.pregnancy_id)
    ).subquery()
    return (
        select(Village.code, first.c.on, Pregnancy.hpht)
        .select_from(first)
        .join(Pregnancy, Pregnancy.id == first.c.pregnancy_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Village, Village.code == Person.village_code)
        .where(month.holds_day(first.c.on))
    )


def _with_card(*conditions: ColumnElement[bool]) -> Callable[[Month], Counting]:
    """Pregnant women whose membership the registers know."""

    def statement(month: Month) -> Counting:
        return _pregnant(month).join(JknRecord, JknRecord.nik_index == Person.nik_index).where(*conditions)

    return statement


def _path(path: str) -> Callable[[Month], Counting]:
    """People who were told this way to pay in the month."""

    def statement(month: Month) -> Counting:
        return (
            select(Village.code, func.count(EligibilityAnswer.person_id.distinct()))
            .select_from(EligibilityAnswer)
            .join(Person, Person.id == EligibilityAnswer.person_id)
            .join(Village, Village.code == Person.village_code)
            .where(EligibilityAnswer.path == path, month.holds(EligibilityAnswer.at))
        )

    return statement


def _placed(table: Any, at: Any, *conditions: ColumnElement[bool]) -> Callable[[Month], Counting]:
    """Rows that carry their own village."""

    def statement(month: Month) -> Counting:
        joined = select(Village.code, func.count(table.id)).select_from(table)
        return joined.join(Village, Village.code == table.village_code).where(month.holds(at), *conditions)

    return statement


def _complaints(month: Month) -> Counting:
    joined = select(Village.code, func.count(Complaint.id)).select_from(Complaint)
    joined = joined.join(Person, Person.id == Complaint.person_id).join(Village, Village.code == Person.village_code)
    return joined.where(month.holds(Complaint.at))


def _reminders(*conditions: ColumnElement[bool]) -> Callable[[Month], Counting]:
    def statement(month: Month) -> Counting:
        joined = _women(func.count(Reminder.id)).join(Reminder, Reminder.pregnancy_id == Pregnancy.id)
        joined = joined.join(OutboxMessage, OutboxMessage.id == Reminder.outbox_id, isouter=True)
        return joined.where(month.holds(Reminder.sent_at), *conditions)

    return statement


URGENT = ("danger_sign", "labour")
PATHS = (
    "JKN_ACTIVE", "PBI_REACTIVATION", "PBPU_ARREARS", "PROGRAMME_SKTM", "PROPOSE_PBI", "OTHER_REGENCY", "SELF_PAY",
    "UNKNOWN",
)  # fmt: skip
COUNTED: Mapping[str, Callable[[Month], Counting]] = {
    "pregnant": _pregnant,
    "registered": _new,
    **{kind.lower(): _visits(kind) for kind in ("K4", "K6", "KF1", "KF4", "KN1", "KN3")},
    "births": _births(),
    "births_in_facility": _births(Birth.place_kind.is_not(None), Birth.place_kind.not_in(NOT_IN_A_FACILITY)),
    "jkn_known": _with_card(),
    "jkn_active": _with_card(JknRecord.active.is_(True)),
    **{f"path_{path}": _path(path) for path in PATHS},
    "alerts": _placed(Alert, Alert.at, Alert.kind.in_(URGENT)),
    "alerts_closed": _placed(Alert, Alert.at, Alert.kind.in_(URGENT), Alert.status == "closed"),
    "missed_visits": _placed(Alert, Alert.at, Alert.kind == "missed_visit"),
    "rides": _placed(Ride, Ride.asked_at),
    "rides_done": _placed(Ride, Ride.asked_at, Ride.status == "done"),
    "rides_escalated": _placed(Ride, Ride.asked_at, Ride.status == "escalated"),
    "complaints": _complaints,
    "reminders": _reminders(),
    "reminders_reached": _reminders(OutboxMessage.delivery.in_(("delivered", "read"))),
    "reminders_read": _reminders(OutboxMessage.delivery == "read"),
}
NAMES = (*COUNTED, "k1_pure", "k1_later")


WAITS: Mapping[str, tuple[Any, Any, Any]] = {
    "alert_taken": (Alert, Alert.at, Alert.taken_at),
    "ride_confirmed": (Ride, Ride.asked_at, Ride.confirmed_at),
    "ride_arrived": (Ride, Ride.asked_at, Ride.arrived_at),
}


def _minutes(session: Session, scope: Scope, month: Month) -> dict[str, float]:
    """Medians of how long people waited; a time of which there is none is left out."""
    found = {}
    for name, (table, begun, ended) in WAITS.items():
        rows = select(begun, ended).join(Village, Village.code == table.village_code)
        rows = rows.where(month.holds(begun), ended.is_not(None), scope.condition())
        waited = [(after - before).total_seconds() / 60 for before, after in session.execute(rows)]
        if waited:
            found[name] = median(waited)
    return found
