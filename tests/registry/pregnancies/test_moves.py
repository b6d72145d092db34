"""A check-up on another day: what may be moved, the days offered, and the plan that follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Birth, ChosenDay, Pregnancy, Reminder
from registry.persons.people import Speaker
from registry.pregnancies import moves, schedule, visits
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)


@pytest.fixture
def pregnancy(session: Session) -> Pregnancy:
    """27 weeks: K4 is due on Saturday the 28th."""
    found = factories.pregnancy(session, factories.person(session), opened_at=NOW - timedelta(days=100))
    plan.replan(session, found, NOW)
    return found


def her(session: Session, pregnancy: Pregnancy) -> Speaker:
    return factories.speaker_of(session, str(schedule.person_of(session, pregnancy).phone))


def planned(session: Session, pregnancy: Pregnancy, visit: str) -> list[date]:
    rows = select(Reminder.about).where(
        Reminder.pregnancy_id == pregnancy.id, Reminder.visit == visit, Reminder.status == "planned"
    )
    return sorted(set(session.scalars(rows)))


def test_the_next_visit_is_moved_and_the_reminders_follow(session: Session, pregnancy: Pregnancy) -> None:
    move = moves.movable(session, pregnancy, NOW)
    assert move is not None
    assert (move.visits, move.planned) == (("K4",), date(2026, 11, 28))
    moves.choose(session, her(session, pregnancy), pregnancy, move.visits, MONDAY, NOW)
    assert planned(session, pregnancy, "K4") == [MONDAY]


def test_moving_twice_leaves_one_chosen_day(session: Session, pregnancy: Pregnancy) -> None:
    for day in (MONDAY, MONDAY + timedelta(days=2)):
        moves.choose(session, her(session, pregnancy), pregnancy, ("K4",), day, NOW)
    assert session.scalars(select(ChosenDay.on)).all() == [MONDAY + timedelta(days=2)]
    assert planned(session, pregnancy, "K4") == [MONDAY + timedelta(days=2)]


def test_a_reminder_is_answered_by_moving_its_visit(session: Session, pregnancy: Pregnancy) -> None:
    reminder = session.scalars(select(Reminder).where(Reminder.visit == "K4", Reminder.step == "before")).one()
    reminder.status, reminder.sent_at = "sent", NOW
    moves.choose(session, her(session, pregnancy), pregnancy, ("K4",), MONDAY, NOW)
    assert reminder.answered == "moved"


@pytest.mark.parametrize(
    ("on", "why", "instead"),
    [
        pytest.param(SUNDAY, "closed", MONDAY, id="Sunday"),
        pytest.param(TODAY - timedelta(days=1), "past", None, id="yesterday"),
        pytest.param(date(2027, 3, 25), "too_late", None, id="far away"),
        pytest.param(date(2026, 11, 28), "same_day", None, id="the planned day"),
    ],
)
def test_a_day_that_does_not_do(
    session: Session, pregnancy: Pregnancy, on: date, why: str, instead: date | None
) -> None:
    move = moves.movable(session, pregnancy, NOW)
    assert move is not None
    refused = moves.check(session, pregnancy, move, on, NOW)
    assert refused is not None
    assert (refused.why, refused.instead) == (why, instead)


def test_a_visit_that_is_done_cannot_be_moved(session: Session, pregnancy: Pregnancy) -> None:
    reminder = session.scalars(select(Reminder).where(Reminder.visit == "K4", Reminder.step == "before")).one()
    visits.note(session, her(session, pregnancy), pregnancy, "K4", TODAY, NOW)
    assert moves.movable(session, pregnancy, NOW, reminder=reminder) is None


def test_nothing_is_moved_after_a_loss(session: Session, pregnancy: Pregnancy) -> None:
    pregnancy.status = "loss"
    assert moves.movable(session, pregnancy, NOW) is None


def test_mother_and_baby_are_moved_together(session: Session) -> None:
    pregnancy = factories.pregnancy(session, factories.person(session), status="delivered")
    session.add(Birth(pregnancy_id=pregnancy.id, on=TODAY - timedelta(days=2), reported_at=NOW))
    plan.replan(session, pregnancy, NOW)
    move = moves.movable(session, pregnancy, NOW)
    assert move is not None
    assert move.visits == ("KF1", "KN1")
    assert move.last == TODAY
