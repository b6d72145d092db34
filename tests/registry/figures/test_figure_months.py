"""What is counted of several months at once is what one counts by hand, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from statistics import median

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from registry import clock
from registry.figures import figure_months, indicators
from registry.figures.indicators import Figures, Month, Scope, months_until, of_year_until
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
    Visit,
)
from registry.persons.people import Speaker
from registry.pregnancies import losses
from registry.pregnancies.losses import CloseReason
from tests import factories
from tests.conftest import NOW
from tests.console.figure_world import woman
from tests.factories import BANJAREJO, DONOMULYO, KETAWANG, SUMBEROTO

NOVEMBER = Month(date(2026, 11, 1))
HALF_A_YEAR = months_until(NOVEMBER, 6)
OF = {"K4": "k4", "K6": "k6", "KF1": "kf1", "KF4": "kf4", "KN1": "kn1", "KN3": "kn3"}
Counted = Iterator[tuple[str, str]]  # village, what


SCOPES = {
    "the whole kabupaten": (Scope(), {SUMBEROTO, BANJAREJO, KETAWANG}),
    "one district": (Scope(districts=frozenset({DONOMULYO})), {SUMBEROTO, BANJAREJO}),
    "one village": (Scope(villages=frozenset({BANJAREJO})), {BANJAREJO}),
    "nothing": (Scope(villages=frozenset()), set()),
}


def is_in(month: Month, moment: date | datetime | None) -> bool:
    if moment is None:
        return False
    day = clock.today(moment) if isinstance(moment, datetime) else moment
    return month.first <= day < month.following


def is_wrong(row: Pregnancy) -> bool:
    return row.close_reason == "wrong_entry"


def by_hand(session: Session, month: Month) -> Counted:
    """Every single thing of a month, one after another."""
    villages = {person.id: person.village_code or "" for person in session.scalars(select(Person))}
    hers = {row.id: villages[row.person_id] for row in session.scalars(select(Pregnancy)) if not is_wrong(row)}
    yield from _of_women(session, month, villages)
    yield from _of_visits(session, month, hers)
    yield from _of_events(session, month, villages)
    for reminder in session.scalars(select(Reminder)):
        if is_in(month, reminder.sent_at) and reminder.pregnancy_id in hers:
            message = session.get(OutboxMessage, reminder.outbox_id) if reminder.outbox_id else None
            delivery = message.delivery if message else ""
            yield hers[reminder.pregnancy_id], "reminders"
            if delivery in ("delivered", "read"):
                yield hers[reminder.pregnancy_id], "reminders_reached"
            if delivery == "read":
                yield hers[reminder.pregnancy_id], "reminders_read"


def _of_women(session: Session, month: Month, villages: dict[int, str]) -> Counted:
    cards = {row.nik_index: row.active for row in session.scalars(select(JknRecord))}
    for row in session.scalars(select(Pregnancy)):
        village, closed = villages[row.person_id], row.closed_at and clock.today(row.closed_at)
        if is_wrong(row):
            if clock.today(row.opened_at) < month.following and closed is not None and closed >= month.first:
                yield village, "set_aside"
            continue
        if is_in(month, row.opened_at):
            yield village, "registered"
        if clock.today(row.opened_at) < month.following and (closed is None or closed >= month.first):
            index = session.get_one(Person, row.person_id).nik_index
            yield village, "pregnant"
            if index in cards:
                yield village, "jkn_known"
            if cards.get(index or ""):
                yield village, "jkn_active"


def _of_visits(session: Session, month: Month, hers: dict[int, str]) -> Counted:
    first: dict[int, Visit] = {}
    for row in session.scalars(select(Visit).order_by(Visit.on)):
        if row.pregnancy_id not in hers:
            continue
        if row.kind in OF and is_in(month, row.on):
            yield hers[row.pregnancy_id], OF[row.kind]
        if row.kind in ("K1", "K2", "K3", "K4", "K5", "K6"):
            first.setdefault(row.pregnancy_id, row)
    for number, row in first.items():
        hpht = session.get_one(Pregnancy, number).hpht
        if is_in(month, row.on):
            yield hers[number], "k1_pure" if hpht is not None and (row.on - hpht).days <= 90 else "k1_later"
    for birth in session.scalars(select(Birth)):
        if is_in(month, birth.on) and birth.pregnancy_id in hers:
            yield hers[birth.pregnancy_id], "births"
            if birth.place_kind in ("puskesmas", "hospital"):
                yield hers[birth.pregnancy_id], "births_in_facility"


def _of_events(session: Session, month: Month, villages: dict[int, str]) -> Counted:
    told = {(row.person_id, row.path) for row in session.scalars(select(EligibilityAnswer)) if is_in(month, row.at)}
    rows = session.scalars(select(Pregnancy)).all()
    women = {row.person_id for row in rows if not is_wrong(row)}
    yield from ((villages[person or 0], f"path_{path}") for person, path in told if person in women)
    for alert in session.scalars(select(Alert)):
        if is_in(month, alert.at):
            if alert.kind == "missed_visit" and any(_is_of(alert, row) for row in rows if is_wrong(row)):
                continue
            names = {"missed_visit": ["missed_visits"], "high_risk": [], "no_driver": []}.get(alert.kind, ["alerts"])
            closed = ["alerts_closed"] if names == ["alerts"] and alert.status == "closed" else []
            yield from ((alert.village_code or "", name) for name in (*names, *closed))
    in_hand = {alert.about for alert in session.scalars(select(Alert)) if alert.kind == "no_driver"}
    for ride in session.scalars(select(Ride)):
        if is_in(month, ride.asked_at):
            more = ["rides_done"] if ride.status == "done" else []
            more += ["rides_refused" for offer in ride.offers if offer.status == "declined"]
            more += ["rides_escalated"] if f"ride:{ride.id}" in in_hand else []
            yield from ((ride.village_code or "", name) for name in ("rides", *more))
    for complaint in session.scalars(select(Complaint)):
        if is_in(month, complaint.at):
            yield villages[complaint.person_id or 0], "complaints"


def _is_of(alert: Alert, row: Pregnancy) -> bool:
    return row.person_id == alert.person_id and row.opened_at <= alert.at <= (row.closed_at or alert.at)


def medians_by_hand(session: Session, month: Month, villages: set[str]) -> dict[str, float | None]:
    alerts = [row for row in session.scalars(select(Alert)) if row.village_code in villages]
    rides = [row for row in session.scalars(select(Ride)) if row.village_code in villages]
    waits = {
        "alert_taken": [(row.at, row.taken_at) for row in alerts if row.kind in ("danger_sign", "labour")],
        "ride_confirmed": [(row.asked_at, row.confirmed_at) for row in rides],
        "ride_arrived": [(row.asked_at, row.arrived_at) for row in rides if row.urgent],
    }
    minutes = {
        name: [(end - begin).total_seconds() / 60 for begin, end in rows if end is not None and is_in(month, begin)]
        for name, rows in waits.items()
    }
    return {name: median(found) if found else None for name, found in minutes.items()}


@pytest.mark.parametrize(("scope", "villages"), SCOPES.values(), ids=SCOPES)
def test_months_at_once_equal_what_is_counted_by_hand(populated: Session, scope: Scope, villages: set[str]) -> None:
    for found in figure_months.over(populated, scope, HALF_A_YEAR):
        wanted: dict[str, int] = dict.fromkeys(indicators.NAMES, 0)
        for village, name in by_hand(populated, found.month):
            wanted[name] += village in villages
        assert found.total() == wanted
        assert {name: found.median(name) for name in figure_months.WAITS} == pytest.approx(
            medians_by_hand(populated, found.month, villages), nan_ok=True
        )
        assert set(found.villages) <= villages


def test_one_month_alone_is_the_same_as_among_others(populated: Session) -> None:
    for found in figure_months.over(populated, Scope(), HALF_A_YEAR):
        assert figure_months.of_month(populated, Scope(), found.month) == found


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
    assert (one, len(asked) - one) == (14, 14)


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
    found = Figures(NOVEMBER)
    for village, minutes in ((SUMBEROTO, 4.0), (SUMBEROTO, 6.0), (KETAWANG, 50.0)):
        found.waited("alert_taken", village, minutes)
    medians = [found.median("alert_taken", codes) for codes in (None, [SUMBEROTO], [KETAWANG], [BANJAREJO])]
    assert medians == [6.0, 5.0, 50.0, None]
    assert found.median("ride_arrived") is None


def an_officer(session: Session) -> Speaker:
    return factories.speaker_of(session, factories.staff(session).phone)


def test_pregnancy_is_set_aside_and_counted_again_when_it_was_no_mistake(session: Session) -> None:
    """Everything of hers is gone from the figures but what happened: the car, the alarm, the complaint."""
    mother = woman(session, SUMBEROTO, NOW)
    pregnancy = session.scalars(select(Pregnancy)).one()
    before = figure_months.of_month(session, Scope(), NOVEMBER).total()
    assert (before["pregnant"], before["births"], before["rides"], before["set_aside"]) == (1, 1, 1, 0)
    officer = an_officer(session)
    assert losses.close(session, officer, pregnancy, "wrong_entry", NOW)

    after = figure_months.of_month(session, Scope(), NOVEMBER).total()
    assert {name: count for name, count in after.items() if count} == {
        "alerts": 1, "alerts_closed": 1, "rides": 1, "rides_done": 1, "complaints": 1, "set_aside": 1,
    }  # fmt: skip
    assert mother.registered
    assert losses.reopen(session, officer, pregnancy, NOW)
    assert figure_months.of_month(session, Scope(), NOVEMBER).total() == before


@pytest.mark.parametrize("reason", ["moved", "lost_to_follow_up"])
def test_woman_who_has_gone_is_no_wrong_entry(session: Session, reason: CloseReason) -> None:
    woman(session, SUMBEROTO, NOW)
    pregnancy = session.scalars(select(Pregnancy)).one()
    before = figure_months.of_month(session, Scope(), NOVEMBER).total()
    losses.close(session, an_officer(session), pregnancy, reason, NOW)
    assert figure_months.of_month(session, Scope(), NOVEMBER).total() == before
