"""Check-ups nobody reported and messages that do not arrive: one piece of work, once, and never after a loss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, Birth, OutboxMessage, Pregnancy
from registry.pregnancies import visits
from registry.reminding import plan
from reminders import follow_up
from tests import factories
from tests.conftest import NOW
from tests.reminders.mothers import DAY, HPHT, TODAY, at, mother, only, person_of, rows, sent, tick

K2_ON = HPHT + timedelta(weeks=16)


@pytest.fixture(autouse=True)
def begun(session: Session) -> None:
    """The service has been running since yesterday."""
    factories.reachable(session, factories.cadre(session))
    follow_up.run(session, at(TODAY, 7))


def morning(session: Session, now: datetime) -> int:
    """Everything that one morning brings; how many pieces of work there are now."""
    while follow_up.run(session, now):
        pass
    return len(work(session))


def work(session: Session) -> list[Alert]:
    return list(session.scalars(select(Alert).where(Alert.kind == "missed_visit").order_by(Alert.id)))


def walk(session: Session, days: int) -> None:
    """Day by day: reminders at half past nine, work at eight."""
    for day in range(days):
        morning(session, at(TODAY + day * DAY, 8, 0))
        tick(session, at(TODAY + day * DAY))


@pytest.mark.parametrize(
    ("days_after", "expected"),
    [pytest.param(3, 0, id="within the grace"), pytest.param(4, 1, id="after it"), pytest.param(9, 1, id="a week on")],
)
def test_a_visit_that_nobody_reported_is_work_once(session: Session, days_after: int, expected: int) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    walk(session, (K2_ON - TODAY).days + days_after + 1)
    assert [(alert.about, alert.person_id) for alert in work(session)] == [("K2", pregnancy.person_id)] * expected
    told = [message.text for message in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "alert"))]
    assert len(told) == expected


def test_a_reported_visit_closes_the_work_and_brings_none_again(session: Session) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    walk(session, (K2_ON - TODAY).days + 5)
    speaker = factories.speaker_of(session, person_of(session, pregnancy).phone or "")
    visits.note(session, speaker, pregnancy, "K2", K2_ON, at(K2_ON + 5 * DAY))
    assert [alert.status for alert in work(session)] == ["closed"]
    only(session, pregnancy)
    walk(session, (K2_ON - TODAY).days + 12)
    assert len(work(session)) == 1


def test_work_that_was_done_without_a_report_is_not_given_again(session: Session) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    walk(session, (K2_ON - TODAY).days + 5)
    for alert in work(session):
        alert.status, alert.closed_at = "closed", at(K2_ON + 5 * DAY)
    walk(session, (K2_ON - TODAY).days + 12)
    assert len(work(session)) == 1


def _stop(session: Session, pregnancy: Pregnancy) -> None:
    person_of(session, pregnancy).messages = "stopped"


def _keep_to_herself(session: Session, pregnancy: Pregnancy) -> None:
    person_of(session, pregnancy).agreed = ["chat", "reminders"]


def _bear(session: Session, pregnancy: Pregnancy) -> None:
    pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=pregnancy.id, on=K2_ON + DAY, reported_at=NOW))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_stop, id="STOP"),
        pytest.param(_keep_to_herself, id="nothing is to be shared with her cadre"),
        pytest.param(_bear, id="the birth"),
    ],
)
def test_nobody_is_sent_to_her_after(session: Session, change: Callable[[Session, Pregnancy], None]) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    tick(session, at(K2_ON - 2 * DAY))
    change(session, pregnancy)
    session.flush()
    assert morning(session, at(K2_ON + 4 * DAY, 8, 0)) == 0


@pytest.mark.parametrize("status", ["loss", "miscarriage", "closed"])
def test_nobody_is_sent_to_her_when_it_is_over(session: Session, status: str) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    tick(session, at(K2_ON - 2 * DAY))
    pregnancy.status = status
    session.flush()
    assert morning(session, at(K2_ON + 4 * DAY, 8, 0)) == 0


def test_a_check_up_after_birth_that_nobody_reported_is_work(session: Session) -> None:
    pregnancy = mother(session, hpht=TODAY - timedelta(weeks=39))
    pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=pregnancy.id, on=TODAY, reported_at=NOW))
    session.flush()
    plan.replan(session, pregnancy, NOW)
    walk(session, 7)
    assert [alert.about for alert in work(session)] == ["KN1"]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param(["failed", "failed"], ["not_reached"], id="two in a row"),
        pytest.param(["failed"], [], id="one"),
        pytest.param(["failed", "delivered"], [], id="the last one arrived"),
        pytest.param(["delivered", "failed", "failed"], ["not_reached"], id="no longer"),
    ],
)
def test_messages_that_do_not_arrive_are_work(session: Session, ends: list[str], expected: list[str]) -> None:
    pregnancy = mother(session)
    weeks = ["w15", "w16", "w17"][: len(ends)]
    only(session, pregnancy, *weeks)
    for row in rows(session, pregnancy, status="planned"):
        tick(session, row.due_at + timedelta(minutes=1))
    for message, end in zip(sent(session), ends, strict=True):
        message.delivery = end
    session.flush()
    last = max(row.due_at for row in rows(session, pregnancy, status="sent"))
    assert morning(session, last + timedelta(days=1)) == len(expected)
    assert [alert.about for alert in work(session)] == expected
    assert morning(session, last + timedelta(days=2)) == len(expected)


def test_a_morning_is_done_once_and_not_made_up_for_at_night(session: Session) -> None:
    mother(session)
    assert follow_up.next_at(session, at(TODAY, 8, 0)) == at(TODAY + DAY, 8, 0)
    assert follow_up.run(session, at(TODAY + DAY, 22, 0)) == 0


def test_a_morning_that_is_done_is_not_looked_at_again(session: Session) -> None:
    mother(session)
    morning(session, at(TODAY + DAY, 8, 0))
    assert follow_up.next_at(session, at(TODAY - 9 * DAY)) == at(TODAY + 2 * DAY, 8, 0)


def test_without_anybody_there_are_no_mornings(session: Session) -> None:
    assert follow_up.next_at(session, NOW) is None
