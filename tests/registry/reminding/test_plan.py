"""The rows of the plan: they follow the facts, a state only steps forward, and nothing is planned twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, holidays
from registry.models import Birth, ChosenDay, Person, Pregnancy, RecordChange, Reminder, Visit
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW

TODAY = clock.today(NOW)
HPHT = TODAY - timedelta(weeks=14)


def mother(session: Session, **values: Any) -> tuple[Person, Pregnancy]:
    """A registered mother who agreed to everything, fourteen weeks pregnant."""
    agreed: dict[str, Any] = {"consent": "given", "agreed": list(plan.ALL_PURPOSES), "messages": "on"}
    person = factories.person(session, **{**agreed, **values})
    return person, factories.pregnancy(session, person, hpht=HPHT, hpl=HPHT + timedelta(days=280))


def rows(session: Session, pregnancy: Pregnancy, *states: str) -> list[Reminder]:
    found = select(Reminder).where(Reminder.pregnancy_id == pregnancy.id).order_by(Reminder.due_at, Reminder.id)
    return [row for row in session.scalars(found) if not states or row.status in states]


def visits(session: Session, pregnancy: Pregnancy) -> dict[str, date]:
    """The days of the check-ups she is still to be reminded of."""
    return {
        row.visit: row.about
        for row in rows(session, pregnancy, "planned")
        if row.kind == "anc" and row.step == "before"
    }


def test_plan_of_a_pregnancy_follows_the_weeks_of_the_setting(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    told = visits(session, pregnancy)
    for visit, week in {"K3": 22, "K4": 28, "K5": 34, "K6": 37}.items():
        assert timedelta(0) <= told[visit] - (HPHT + timedelta(weeks=week)) <= timedelta(days=3), visit  # open days


def test_every_reminder_falls_into_the_day_in_malang(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    hours = {row.due_at.astimezone(clock.JAKARTA).hour for row in rows(session, pregnancy)}
    assert hours == {9}


def test_hour_she_asked_for_is_kept(session: Session) -> None:
    _, pregnancy = mother(session, reminder_hour=16)
    plan.replan(session, pregnancy, NOW)
    hers = [row for row in rows(session, pregnancy) if row.recipient == "mother"]
    assert {row.due_at.astimezone(clock.JAKARTA).hour for row in hers} == {16}


def test_planning_twice_changes_nothing(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    before = [(row.id, row.key, row.status, row.due_at) for row in rows(session, pregnancy)]
    plan.replan(session, pregnancy, NOW)
    assert [(row.id, row.key, row.status, row.due_at) for row in rows(session, pregnancy)] == before
    assert before


def _stop(_: Session, person: Person, __: Pregnancy) -> None:
    person.messages = "stopped"


def _refuse(_: Session, person: Person, __: Pregnancy) -> None:
    person.consent = "refused"


def _only_chat(_: Session, person: Person, __: Pregnancy) -> None:
    person.agreed = ["chat"]


def _lose(_: Session, __: Person, pregnancy: Pregnancy) -> None:
    pregnancy.status = "loss"


def _close(_: Session, __: Person, pregnancy: Pregnancy) -> None:
    pregnancy.status = "closed"


Change = Callable[[Session, Person, Pregnancy], None]
ENDS: dict[str, tuple[Change, str]] = {
    "STOP": (_stop, "stopped"),
    "refused consent": (_refuse, "consent"),
    "agreed to the chat alone": (_only_chat, "consent"),
    "a loss": (_lose, "closed"),
    "moved away": (_close, "closed"),
}


@pytest.mark.parametrize(("change", "why"), ENDS.values(), ids=ENDS)
def test_nothing_stays_planned_after(session: Session, change: Change, why: str) -> None:
    person, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    assert visits(session, pregnancy)
    change(session, person, pregnancy)
    plan.replan(session, pregnancy, NOW)
    assert rows(session, pregnancy, "planned") == []
    assert {row.reason for row in rows(session, pregnancy, "cancelled") if row.kind == "anc"} == {why}


def test_undone_end_plans_anew_under_new_keys_and_leaves_the_old_rows_cancelled(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    first = visits(session, pregnancy)
    pregnancy.status = "loss"
    plan.replan(session, pregnancy, NOW)
    pregnancy.status = "active"
    plan.replan(session, pregnancy, NOW)
    assert visits(session, pregnancy) == first
    keys = [row.key for row in rows(session, pregnancy)]
    assert len(keys) == len(set(keys)) == 2 * len(rows(session, pregnancy, "planned"))


def test_reported_visit_is_no_longer_reminded_of(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K4", on=TODAY, status="reported"))
    plan.replan(session, pregnancy, NOW)
    assert "K4" not in visits(session, pregnancy)
    assert {row.reason for row in rows(session, pregnancy, "cancelled") if row.visit == "K4"} == {"done"}


def test_day_she_chose_takes_the_place_of_the_planned_one(session: Session) -> None:
    _, pregnancy = mother(session)
    chosen = date(2027, 1, 21)  # a Thursday
    session.add(ChosenDay(pregnancy_id=pregnancy.id, kind="K3", on=chosen, at=NOW))
    plan.replan(session, pregnancy, NOW)
    assert visits(session, pregnancy)["K3"] == chosen


def test_corrected_dates_move_every_visit(session: Session) -> None:
    person, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    before = visits(session, pregnancy)
    pregnancy.hpht, pregnancy.hpl = HPHT + timedelta(days=28), HPHT + timedelta(days=308)
    session.add(
        RecordChange(
            person_id=person.id, pregnancy_id=pregnancy.id, field="hpht", by="staff", at=NOW, method="ultrasound"
        )
    )
    plan.replan(session, pregnancy, NOW)
    moved = visits(session, pregnancy)
    assert all(moved[visit] - before[visit] >= timedelta(days=24) for visit in ("K4", "K5", "K6"))


def test_birth_turns_the_plan_to_mother_and_child(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=pregnancy.id, on=TODAY, place_kind="puskesmas", reported_at=NOW))
    plan.replan(session, pregnancy, NOW)
    kinds = {row.kind for row in rows(session, pregnancy, "planned")}
    assert {"postnatal", "newborn_jkn"} <= kinds <= {"postnatal", "newborn_jkn", "education"}


def test_while_her_consent_is_pending_only_the_cadre_is_written_to(session: Session) -> None:
    person, pregnancy = mother(session, consent="pending", agreed=[])
    plan.replan(session, pregnancy, NOW)
    assert rows(session, pregnancy) == []
    pregnancy.cadre_id = factories.cadre(session, "35.07.01.2003").id
    plan.replan(session, pregnancy, NOW)
    assert {row.recipient for row in rows(session, pregnancy)} == {"cadre"}
    person.consent, person.agreed = "given", list(plan.ALL_PURPOSES)
    plan.replan(session, pregnancy, NOW)
    assert {row.recipient for row in rows(session, pregnancy, "planned") if row.kind == "anc"} == {"mother"}


def test_reminder_that_was_sent_is_never_planned_again(session: Session) -> None:
    _, pregnancy = mother(session)
    plan.replan(session, pregnancy, NOW)
    first = rows(session, pregnancy, "planned")[0]
    first.status, first.sent_at = "sent", NOW
    plan.replan(session, pregnancy, NOW + timedelta(hours=1))
    again = [row for row in rows(session, pregnancy, "planned") if (row.visit, row.step) == (first.visit, first.step)]
    assert again == []


EVENTS = st.lists(
    st.tuples(st.sampled_from(["stop", "start", "visit", "lose", "undo", "redate", "wait"]), st.integers(1, 40)),
    max_size=12,
)


@given(EVENTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_no_two_living_reminders_are_the_same_and_none_outlives_its_reason(
    session: Session, events: list[tuple[str, int]]
) -> None:
    person, pregnancy = mother(session)
    now = NOW
    for event, number in events:
        if event == "wait":
            now += timedelta(days=number)
        elif event in ("stop", "start"):
            person.messages = "stopped" if event == "stop" else "on"
        elif event in ("lose", "undo"):
            pregnancy.status = "loss" if event == "lose" else "active"
        elif event == "redate" and pregnancy.hpht is not None:
            pregnancy.hpht += timedelta(days=number - 20)
            pregnancy.hpl = pregnancy.hpht + timedelta(days=280)
        elif event == "visit":
            kind = f"K{number % 6 + 1}"
            known = session.scalar(select(Visit).where(Visit.pregnancy_id == pregnancy.id, Visit.kind == kind))
            session.add(known or Visit(pregnancy_id=pregnancy.id, kind=kind, on=clock.today(now), status="reported"))
        plan.replan(session, pregnancy, now)
        living = rows(session, pregnancy, "planned")
        same = [(row.kind, row.visit, row.step) for row in living if row.kind != "education"]
        assert len(same) == len(set(same))
        assert all(row.last_on >= clock.today(now) for row in living)
        if person.messages == "stopped" or pregnancy.status != "active":
            assert living == []
    session.rollback()


@pytest.mark.parametrize("day", [date(2026, 8, 17), date(2026, 12, 25), date(2027, 1, 1)], ids=str)
def test_public_holidays_are_known(day: date) -> None:
    assert day in holidays.around(TODAY)
    assert day + timedelta(days=40) not in holidays.of_year(day.year - 1)
