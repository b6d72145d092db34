"""Several months at once say what each month says alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.figures import figure_months, indicators
from registry.figures.figure_months import MonthFigures, months_until, of_year_until
from registry.figures.indicators import PATHS, Month, Scope
from registry.models import Alert, Birth, Complaint, EligibilityAnswer, Reminder, Ride, Visit
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, DONOMULYO, KETAWANG, SUMBEROTO

NOVEMBER = Month(date(2026, 11, 1))
HALF_A_YEAR = months_until(NOVEMBER, 6)
VILLAGES = (SUMBEROTO, BANJAREJO, KETAWANG)
VISITS = ("K1", "K2", "K4", "K6", "KF1", "KF2", "KF4", "KN1", "KN3")


@pytest.fixture
def populated(session: Session) -> Session:
    """Forty women of three villages, and everything that can be counted of them, spread over eight months."""
    dice = Random(8)

    def moment() -> datetime:
        return NOW - timedelta(hours=dice.randrange(0, 24 * 240))

    def some(values: Any) -> Any:
        return dice.choice(values)

    for _ in range(40):
        village, opened = some(VILLAGES), moment()
        closed = some((None, opened + timedelta(days=dice.randrange(1, 90))))
        mother = factories.person(session, village_code=village)
        hpht = some((None, opened.date() - timedelta(days=dice.randrange(10, 120))))
        status = "active" if closed is None else some(("delivered", "loss"))
        pregnancy = factories.pregnancy(session, mother, hpht=hpht, opened_at=opened, closed_at=closed, status=status)
        if some((True, False)):
            factories.jkn_record(session, mother.nik or "", active=some((True, False, None)))
        for kind in dice.sample(VISITS, 4):
            session.add(Visit(pregnancy_id=pregnancy.id, kind=kind, on=moment().date(), status="reported"))
        place = some((None, "home", "puskesmas", "hospital", "on_the_way"))
        session.add(Birth(pregnancy_id=pregnancy.id, on=moment().date(), place_kind=place, reported_at=NOW))
        at = moment()
        session.add(
            Ride(
                purpose="visit",
                at=at,
                asked_at=at,
                village_code=village,
                status=some(("done", "escalated", "cancelled")),
                confirmed_at=some((None, at + timedelta(minutes=dice.randrange(1, 50)))),
                arrived_at=some((None, at + timedelta(minutes=dice.randrange(50, 90)))),
            )
        )
        at = moment()
        session.add(
            Alert(
                kind=some(("danger_sign", "labour", "missed_visit", "high_risk")),
                signs=[],
                village_code=village,
                at=at,
                status=some(("open", "closed")),
                taken_at=some((None, at + timedelta(minutes=dice.randrange(1, 30)))),
            )
        )
        for path in dice.sample(PATHS, 2):
            told = {"rule": "r", "path": path, "status": "likely", "reasons": []}
            session.add(EligibilityAnswer(person_id=mother.id, at=moment(), **told))
        filed = {
            "number": f"K-2026-{mother.id:06}",
            "category": "other",
            "text": "…",
            "routed_to": "dinkes",
            "told_in": [],
        }
        session.add(Complaint(person_id=mother.id, at=moment(), **filed))
        _remind(session, pregnancy.id, moment(), some(("sent", "delivered", "read", "failed", None)))
    session.flush()
    return session


def _remind(session: Session, pregnancy_id: int, at: datetime, delivery: str | None) -> None:
    message = factories.outbox_message(session, factories.contact(session)) if delivery else None
    if message is not None:
        message.delivery = delivery or ""
    session.add(
        Reminder(
            pregnancy_id=pregnancy_id,
            kind="anc",
            visit="K4",
            about=at.date(),
            last_on=at.date(),
            text="t",
            recipient="mother",
            key=f"r:{pregnancy_id}",
            due_at=at,
            status="sent",
            sent_at=at,
            outbox_id=message.id if message else None,
        )
    )


SCOPES = {
    "the whole kabupaten": Scope(),
    "one district": Scope(districts=frozenset({DONOMULYO})),
    "one village": Scope(villages=frozenset({BANJAREJO})),
    "nothing": Scope(villages=frozenset()),
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_months_at_once_equal_each_month_alone(populated: Session, scope: Scope) -> None:
    for found in figure_months.over(populated, scope, HALF_A_YEAR):
        alone = indicators.figures(populated, scope, found.month)
        assert {
            code: {k: n for k, n in counts.items() if n} for code, counts in alone.villages.items()
        } == found.villages
        assert found.minutes == pytest.approx(alone.minutes)
        assert found.total() == alone.total()


def test_world_of_these_tests_has_something_of_everything(populated: Session) -> None:
    totals = [found.total() for found in figure_months.over(populated, Scope(), HALF_A_YEAR)]
    empty = {name for name in indicators.NAMES if not any(total[name] for total in totals)}
    assert empty == set()


def test_number_of_statements_does_not_grow_with_the_months(populated: Session) -> None:
    asked: list[str] = []
    engine = populated.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    figure_months.over(populated, Scope(), months_until(NOVEMBER, 1))
    one = len(asked)
    figure_months.over(populated, Scope(), months_until(NOVEMBER, 12))
    assert (one, len(asked) - one) == (12, 12)


@pytest.mark.parametrize(
    ("last", "count", "first"),
    [
        (date(2026, 11, 1), 6, date(2026, 6, 1)),
        (date(2026, 2, 1), 3, date(2025, 12, 1)),
        (date(2026, 1, 1), 1, date(2026, 1, 1)),
    ],
    ids=["half a year", "over new year", "one"],
)
def test_months_follow_one_another(last: date, count: int, first: date) -> None:
    found = months_until(Month(last), count)
    assert (found[0].first, found[-1].first, len(found)) == (first, last, count)
    assert all(after.first == before.following for before, after in pairwise(found))


def test_year_begins_in_january() -> None:
    assert [month.first.month for month in of_year_until(NOVEMBER)] == list(range(1, 12))


def test_median_is_that_of_the_area() -> None:
    found = MonthFigures(month=NOVEMBER)
    for village, minutes in ((SUMBEROTO, 4.0), (SUMBEROTO, 6.0), (KETAWANG, 50.0)):
        found.waited("alert_taken", village, minutes)
    medians = [found.median("alert_taken", codes) for codes in (None, [SUMBEROTO], [KETAWANG], [BANJAREJO])]
    assert medians == [6.0, 5.0, 50.0, None]
    assert found.median("ride_arrived") is None
