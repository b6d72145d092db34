"""The figures of a month: by village, by the month of the event, within what one may see."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.figures import figure_months, indicators
from registry.figures.indicators import Figures, Month, Scope
from registry.models import Alert, Birth, Complaint, EligibilityAnswer, Person, Pregnancy, Ride, Visit
from tests import factories
from tests.conftest import NOW
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

NOVEMBER = Month(date(2026, 11, 1))
IN_IT = date(2026, 11, 10)
HPHT = date(2026, 9, 1)


def mother(session: Session, village: str = SUMBEROTO, hpht: date | None = HPHT) -> tuple[Person, Pregnancy]:
    person = factories.person(session, village_code=village)
    return person, factories.pregnancy(session, person, hpht=hpht, opened_at=NOW - timedelta(days=3))


def visit(session: Session, pregnancy: Pregnancy, kind: str, on: date = IN_IT) -> None:
    session.add(Visit(pregnancy_id=pregnancy.id, kind=kind, on=on, status="reported"))


def counted(session: Session, scope: Scope | None = None, month: Month = NOVEMBER) -> Figures:
    session.flush()
    return figure_months.of_month(session, scope or Scope(), month)


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2028, 2, 1), date(2028, 3, 1)),
    ],
    ids=["November", "December", "leap February"],
)
def test_month_ends_where_the_next_begins(first: date, following: date) -> None:
    assert Month(first).following == following


@pytest.mark.parametrize(
    ("days", "name"), [(0, "k1_pure"), (90, "k1_pure"), (91, "k1_later"), (200, "k1_later")],
    ids=["at once", "last day of week 12", "first day of week 13", "late"],
)  # fmt: skip
def test_first_visit_is_pure_within_twelve_weeks(session: Session, days: int, name: str) -> None:
    _, pregnancy = mother(session, hpht=IN_IT - timedelta(days=days))
    visit(session, pregnancy, "K1")
    total = counted(session).total()
    assert (total["k1_pure"], total["k1_later"]) == ((1, 0) if name == "k1_pure" else (0, 1))


def test_first_visit_of_a_pregnancy_without_dates_is_not_called_pure(session: Session) -> None:
    _, pregnancy = mother(session, hpht=None)
    visit(session, pregnancy, "K2")
    assert counted(session).total()["k1_later"] == 1


def test_only_the_first_visit_is_a_first_visit(session: Session) -> None:
    _, pregnancy = mother(session)
    visit(session, pregnancy, "K1", date(2026, 10, 5))
    visit(session, pregnancy, "K2", IN_IT)
    total = counted(session).total()
    assert total["k1_pure"] + total["k1_later"] == 0


@pytest.mark.parametrize(
    ("on", "count"),
    [(date(2026, 10, 31), 0), (date(2026, 11, 1), 1), (date(2026, 11, 30), 1), (date(2026, 12, 1), 0)],
    ids=["the day before", "first day", "last day", "the day after"],
)
def test_event_counts_in_its_own_month(session: Session, on: date, count: int) -> None:
    _, pregnancy = mother(session)
    visit(session, pregnancy, "K4", on)
    assert counted(session).total()["k4"] == count


@pytest.mark.parametrize(
    ("at", "count"),
    [
        (datetime(2026, 10, 31, 16, 59, tzinfo=UTC), 0),
        (datetime(2026, 10, 31, 17, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), 0),
    ],
    ids=["before midnight in Malang", "midnight in Malang", "last minute", "the next month"],
)
def test_moment_counts_by_the_calendar_of_malang(session: Session, at: datetime, count: int) -> None:
    session.add(Alert(kind="danger_sign", signs=["fits"], village_code=SUMBEROTO, at=at))
    assert counted(session).total()["alerts"] == count


@pytest.mark.parametrize(
    ("place", "inside"), [("puskesmas", 1), ("hospital", 1), ("midwife", 1), ("home", 0), ("on_the_way", 0), (None, 0)]
)
def test_birth_in_a_facility_is_one_we_know_of(session: Session, place: str | None, inside: int) -> None:
    _, pregnancy = mother(session)
    session.add(Birth(pregnancy_id=pregnancy.id, on=IN_IT, place_kind=place, reported_at=NOW))
    total = counted(session).total()
    assert (total["births"], total["births_in_facility"]) == (1, inside)


def test_membership_is_counted_among_those_that_are_known(session: Session) -> None:
    for active in (True, False, None):
        person, _ = mother(session)
        factories.jkn_record(session, person.nik or "", active=active)
    mother(session)
    total = counted(session).total()
    assert (total["pregnant"], total["jkn_known"], total["jkn_active"]) == (4, 3, 1)


def test_way_to_pay_is_counted_once_for_a_woman_who_asked_twice(session: Session) -> None:
    person, _ = mother(session)
    for _ in range(2):
        session.add(
            EligibilityAnswer(
                person_id=person.id, at=NOW, rule="r", path="PROGRAMME_SKTM", status="likely", reasons=[]
            )
        )  # fmt: skip
    assert counted(session).total()["path_PROGRAMME_SKTM"] == 1


def test_closed_pregnancy_counts_until_its_month(session: Session) -> None:
    _, pregnancy = mother(session)
    pregnancy.status, pregnancy.closed_at = "delivered", NOW
    assert counted(session).total()["pregnant"] == 1
    assert counted(session, month=Month(date(2026, 12, 1))).total()["pregnant"] == 0


def test_waiting_times_are_medians_in_minutes(session: Session) -> None:
    for minutes in (2, 4, 60):
        session.add(
            Ride(
                purpose="visit", at=NOW, asked_at=NOW, village_code=SUMBEROTO, status="confirmed",
                confirmed_at=NOW + timedelta(minutes=minutes),
            )
        )  # fmt: skip
    found = counted(session)
    medians = {name: found.median(name) for name in figure_months.WAITS}
    assert medians == {"alert_taken": None, "ride_confirmed": 4.0, "ride_arrived": None}
    assert found.total()["rides"] == 3


SCOPES: dict[str, tuple[Scope, int]] = {
    "all": (Scope(), 2),
    "a district": (Scope(districts=frozenset({DONOMULYO})), 1),
    "another district": (Scope(districts=frozenset({GONDANGLEGI})), 1),
    "a village": (Scope(villages=frozenset({KETAWANG})), 1),
    "no village": (Scope(villages=frozenset()), 0),
    "no district": (Scope(districts=frozenset()), 0),
}


@pytest.mark.parametrize(("scope", "count"), SCOPES.values(), ids=SCOPES)
def test_figures_are_those_of_ones_own_area(session: Session, scope: Scope, count: int) -> None:
    mother(session)
    person, _ = mother(session, KETAWANG)
    session.add(
        Complaint(number="K-2026-000001", person_id=person.id, category="other", text="x", routed_to="dinkes", at=NOW)
    )
    assert counted(session, scope).total()["pregnant"] == count


def test_total_of_some_villages_is_theirs(session: Session) -> None:
    mother(session)
    mother(session, KETAWANG)
    found = counted(session)
    assert (found.total([KETAWANG])["pregnant"], found.total()["pregnant"], found.total([])["pregnant"]) == (1, 2, 0)


SPEAKERS: dict[str, tuple[Any, Scope | None]] = {
    "a mother": (lambda session: factories.person(session), None),
    "a cadre": (lambda session: factories.cadre(session, SUMBEROTO), Scope(villages=frozenset({SUMBEROTO}))),
    "a midwife": (lambda session: factories.staff(session, DONOMULYO), Scope(districts=frozenset({DONOMULYO}))),
    "Dinkes": (lambda session: factories.staff(session, unit="dinkes"), Scope()),
}


@pytest.mark.parametrize(("make", "scope"), SPEAKERS.values(), ids=SPEAKERS)
def test_scope_follows_the_role(session: Session, make: Any, scope: Scope | None) -> None:
    assert indicators.scope_of(factories.speaker_of(session, make(session).phone)) == scope
