"""The hour learnt from her answers: for the reminders to come, never against her word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.models import Person, Pregnancy, RecordChange
from registry.reminding import hours, plan
from tests.conftest import NOW
from tests.reminders.mothers import DAY, TODAY, at, mother, only, person_of, rows, tick


def answer(session: Session, pregnancy: Pregnancy, *clocks: int) -> None:
    """She answers her reminders of some days at these hours."""
    for number, clock_hour in enumerate(clocks):
        row = rows(session, pregnancy)[number]
        row.status, row.recipient = "sent", "mother"
        row.answered, row.answered_at = "done", at(TODAY - (5 - number) * DAY, clock_hour)
    session.flush()


def learn(session: Session, pregnancy: Pregnancy) -> Person:
    person = person_of(session, pregnancy)
    hours.learn(session, [(pregnancy, person)], plan.settings_on(session, NOW), NOW)
    session.flush()
    return person


def test_three_answers_in_the_evening_move_what_is_to_come(session: Session) -> None:
    pregnancy = mother(session)
    answer(session, pregnancy, 18, 19, 18)
    assert learn(session, pregnancy).reminder_hour == 18
    later = [row for row in rows(session, pregnancy, status="planned") if row.due_at > NOW + timedelta(days=1)]
    assert {row.due_at.astimezone(clock.JAKARTA).hour for row in later if row.recipient == "mother"} == {18}


@pytest.mark.parametrize("clocks", [(18, 19), (18, 12, 19), (9, 9, 10)], ids=["two", "scattered", "at once"])
def test_nothing_is_learnt_from(session: Session, clocks: tuple[int, ...]) -> None:
    pregnancy = mother(session)
    answer(session, pregnancy, *clocks)
    assert learn(session, pregnancy).reminder_hour is None


def test_an_hour_she_asked_for_is_never_unlearnt(session: Session) -> None:
    pregnancy = mother(session, reminder_hour=7)
    session.add(RecordChange(person_id=pregnancy.person_id, field="reminder_hour", new="7", by="mother", at=NOW))
    answer(session, pregnancy, 18, 19, 18)
    assert learn(session, pregnancy).reminder_hour == 7


def test_what_was_learnt_is_on_record(session: Session) -> None:
    pregnancy = mother(session)
    answer(session, pregnancy, 18, 19, 18)
    learn(session, pregnancy)
    learn(session, pregnancy)
    changes = session.scalars(select(RecordChange).where(RecordChange.field == "reminder_hour")).all()
    assert [(change.new, change.by) for change in changes] == [("18", "learned")]


def test_it_is_learnt_when_the_next_reminder_goes_out(session: Session) -> None:
    pregnancy = mother(session)
    answer(session, pregnancy, 18, 19, 18)
    left = only(session, pregnancy, "w16", "w17")
    tick(session, left[0].due_at + timedelta(minutes=1))
    assert person_of(session, pregnancy).reminder_hour == 18
