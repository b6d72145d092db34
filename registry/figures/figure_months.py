"""Counting: everything that is known of some months, in a dozen statements however many months and women there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import Session

from registry.figures import set_aside
from registry.figures.indicators import PATHS, URGENT, VISITS, Figures, Month, Scope, bounds
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
    RideOffer,
    Village,
    Visit,
)
from registry.rules.dating import LAST_DAY_OF_TRIMESTER

K1_PURE = timedelta(days=LAST_DAY_OF_TRIMESTER[1])  # first contact within twelve completed weeks; a convention
NOT_IN_A_FACILITY = ("home", "on_the_way")
WAITS: Mapping[str, tuple[Any, Any, Any, Any]] = {
    "alert_taken": (Alert, Alert.at, Alert.taken_at, Alert.kind.in_(URGENT)),
    "ride_confirmed": (Ride, Ride.asked_at, Ride.confirmed_at, true()),
    "ride_arrived": (Ride, Ride.asked_at, Ride.arrived_at, Ride.urgent),  # a planned one is asked for days before
}
TAKEN_IN_HAND = "ride:"  # how an alert says which ride it is about


def of_month(session: Session, scope: Scope, month: Month) -> Figures:
    """Everything of one month."""
    return over(session, scope, [month])[0]


def over(session: Session, scope: Scope, months: Sequence[Month]) -> list[Figures]:
    """Everything of months that follow one another, oldest first."""
    course = _Course(session, scope, [Figures(month) for month in months])
    for read in _READERS:
        read(course)
    return course.months


@dataclass(frozen=True)
class _Course:
    session: Session
    scope: Scope
    months: list[Figures]

    @property
    def span(self) -> Month:
        """All of it, as if it were one month."""
        return _Span(self.months[0].month.first, self.months[-1].month.following)

    def which(self, column: Any, *, day: bool = False) -> Any:
        """The number of the month that a date or moment lies in."""
        months = [one.month for one in self.months]
        hold = (month.holds_day(column) if day else month.holds(column) for month in months)
        return case(*((inside, number) for number, inside in enumerate(hold))).label("month_number")

    def count(self, statement: Any, *by: Any) -> Any:
        """Rows of a statement within the scope, by village, month and whatever else."""
        grouped = [f"by_{number}" for number, _ in enumerate(by)]
        columns = [column.label(name) for name, column in zip(grouped, by, strict=True)]
        rows = statement.add_columns(*columns).where(self.scope.condition())
        return self.session.execute(rows.group_by(Village.code, "month_number", *grouped))

    def add(self, number: int, village: str, name: str, count: int) -> None:
        """Into the month's figures."""
        self.months[number].add(village, name, count)


@dataclass(frozen=True)
class _Span(Month):
    until: date = date.max

    @property
    def following(self) -> date:
        return self.until


def _of_women(*columns: Any) -> Any:
    found = select(Village.code, *columns).select_from(Pregnancy).join(Person, Person.id == Pregnancy.person_id)
    return found.join(Village, Village.code == Person.village_code)


def _of_counted(*columns: Any) -> Any:
    return _of_women(*columns).where(set_aside.is_counted())


def _women(course: _Course) -> None:
    """A woman counts in every month in which she was pregnant, so each month is a column of its own."""
    living = or_(Pregnancy.status == "active", Pregnancy.closed_at.is_not(None))
    columns = []
    for number, one in enumerate(course.months):
        begins, ends = bounds(one.month)
        here = and_(
            Pregnancy.opened_at < ends, or_(Pregnancy.closed_at.is_(None), Pregnancy.closed_at >= begins), living
        )
        counted = and_(here, set_aside.is_counted())
        conditions: dict[str, ColumnElement[bool]] = {
            "pregnant": counted,
            "registered": and_(one.month.holds(Pregnancy.opened_at), set_aside.is_counted()),
            "jkn_known": and_(counted, JknRecord.nik_index.is_not(None)),
            "jkn_active": and_(counted, JknRecord.active.is_(True)),
            "set_aside": and_(here, set_aside.is_aside()),
        }
        columns += [
            func.sum(case((condition, 1), else_=0)).label(f"{name}.{number}") for name, condition in conditions.items()
        ]
    rows = _of_women(*columns).join(JknRecord, JknRecord.nik_index == Person.nik_index, isouter=True)
    begins, ends = bounds(course.span)
    open_then = or_(Pregnancy.closed_at.is_(None), Pregnancy.closed_at >= begins)
    rows = rows.where(course.scope.condition(), Pregnancy.opened_at < ends, open_then)
    for row in course.session.execute(rows.group_by(Village.code)).mappings():
        for key, count in row.items():
            name, _, month = str(key).rpartition(".")
            if name:
                course.add(int(month), row["code"], name, count)


def _visits(course: _Course) -> None:
    rows = _of_counted(course.which(Visit.on, day=True), func.count(Visit.id))
    rows = rows.join(Visit, Visit.pregnancy_id == Pregnancy.id)
    rows = rows.where(Visit.kind.in_(VISITS), course.span.holds_day(Visit.on))
    for village, number, count, kind in course.count(rows, Visit.kind):
        course.add(number, village, VISITS[kind], count)


def _first_visits(course: _Course) -> None:
    """Of each pregnancy, whatever the visit was called, with the first day it is counted from."""
    checks = select(Visit.pregnancy_id, func.min(Visit.on).label("on")).where(Visit.kind.like("K_"))
    first = checks.group_by(Visit.pregnancy_id).subquery()
    rows = _of_counted(first.c.on, Pregnancy.hpht).join(first, first.c.pregnancy_id == Pregnancy.id)
    rows = rows.where(course.span.holds_day(first.c.on), course.scope.condition())
    for village, on, hpht in course.session.execute(rows):
        number = next(number for number, one in enumerate(course.months) if on < one.month.following)
        course.add(number, village, _first_visit_name(on, hpht), 1)


def _first_visit_name(on: date, hpht: date | None) -> str:
    """Whether it was early enough; without a date of the pregnancy nobody knows that it was."""
    return "k1_pure" if hpht is not None and on - hpht <= K1_PURE else "k1_later"


def _births(course: _Course) -> None:
    inside = case((and_(Birth.place_kind.is_not(None), Birth.place_kind.not_in(NOT_IN_A_FACILITY)), 1), else_=0)
    rows = _of_counted(course.which(Birth.on, day=True), func.count(Birth.id), func.sum(inside))
    rows = rows.join(Birth, Birth.pregnancy_id == Pregnancy.id).where(course.span.holds_day(Birth.on))
    for village, number, count, in_facility in course.count(rows):
        course.add(number, village, "births", count)
        course.add(number, village, "births_in_facility", in_facility)


def _of_people(table: Any, *columns: Any) -> Any:
    found = select(Village.code, *columns).select_from(table).join(Person, Person.id == table.person_id)
    return found.join(Village, Village.code == Person.village_code)


def _paths(course: _Course) -> None:
    at = EligibilityAnswer.at
    people = func.count(EligibilityAnswer.person_id.distinct())
    rows = _of_people(EligibilityAnswer, course.which(at), people).where(course.span.holds(at))
    rows = rows.where(set_aside.is_woman(EligibilityAnswer.person_id))
    for village, number, count, path in course.count(rows, EligibilityAnswer.path):
        if path in PATHS:
            course.add(number, village, f"path_{path}", count)


def _placed(course: _Course, table: Any, at: Any) -> Any:
    rows = select(Village.code, course.which(at), func.count(table.id)).select_from(table)
    return rows.join(Village, Village.code == table.village_code).where(course.span.holds(at))


def _alerts(course: _Course) -> None:
    """An alarm was one, whoever gave it; a check-up of a wrong entry was missed by nobody."""
    is_to_count = or_(Alert.kind != "missed_visit", ~set_aside.is_visit_alert_of_one())
    for village, number, count, kind, status in course.count(
        _placed(course, Alert, Alert.at).where(is_to_count), Alert.kind, Alert.status
    ):
        if kind in URGENT:
            course.add(number, village, "alerts", count)
            course.add(number, village, "alerts_closed", count if status == "closed" else 0)
        elif kind == "missed_visit":
            course.add(number, village, "missed_visits", count)


def _rides(course: _Course) -> None:
    for village, number, count, status in course.count(_placed(course, Ride, Ride.asked_at), Ride.status):
        course.add(number, village, "rides", count)
        course.add(number, village, "rides_done", count if status == "done" else 0)


def _refused(course: _Course) -> None:
    """Offers that drivers declined, in the month of the ride's asking."""
    rows = select(Village.code, course.which(Ride.asked_at), func.count(RideOffer.id)).select_from(RideOffer)
    rows = rows.join(Ride, Ride.id == RideOffer.ride_id).join(Village, Village.code == Ride.village_code)
    for village, number, count in course.count(
        rows.where(course.span.holds(Ride.asked_at), RideOffer.status == "declined")
    ):
        course.add(number, village, "rides_refused", count)


def _escalated(course: _Course) -> None:
    """Rides that people had to take in hand, however they ended."""
    which = cast(func.substr(Alert.about, len(TAKEN_IN_HAND) + 1), Integer)
    about = case((Alert.about.startswith(TAKEN_IN_HAND, autoescape=True), which))
    rows = select(Village.code, course.which(Ride.asked_at), func.count(Ride.id.distinct())).select_from(Alert)
    rows = rows.join(Ride, Ride.id == about).join(Village, Village.code == Ride.village_code)
    for village, number, count in course.count(rows.where(course.span.holds(Ride.asked_at), Alert.kind == "no_driver")):
        course.add(number, village, "rides_escalated", count)


def _complaints(course: _Course) -> None:
    rows = _of_people(Complaint, course.which(Complaint.at), func.count(Complaint.id))
    for village, number, count in course.count(rows.where(course.span.holds(Complaint.at))):
        course.add(number, village, "complaints", count)


def _reminders(course: _Course) -> None:
    rows = _of_counted(course.which(Reminder.sent_at), func.count(Reminder.id))
    rows = rows.join(Reminder, Reminder.pregnancy_id == Pregnancy.id)
    rows = rows.join(OutboxMessage, OutboxMessage.id == Reminder.outbox_id, isouter=True)
    for village, number, count, delivery in course.count(
        rows.where(course.span.holds(Reminder.sent_at)), OutboxMessage.delivery
    ):
        course.add(number, village, "reminders", count)
        course.add(number, village, "reminders_reached", count if delivery in ("delivered", "read") else 0)
        course.add(number, village, "reminders_read", count if delivery == "read" else 0)


def _waits(course: _Course) -> None:
    for name, (table, begun, ended, meant) in WAITS.items():
        rows = select(Village.code, course.which(begun), begun, ended).select_from(table)
        rows = rows.join(Village, Village.code == table.village_code)
        rows = rows.where(course.span.holds(begun), ended.is_not(None), meant, course.scope.condition())
        for village, number, before, after in course.session.execute(rows):
            course.months[number].waited(name, village, (after - before).total_seconds() / 60)


_READERS = (
    _women, _visits, _first_visits, _births, _paths, _alerts, _rides, _refused, _escalated, _complaints, _reminders,
    _waits,
)  # fmt: skip
