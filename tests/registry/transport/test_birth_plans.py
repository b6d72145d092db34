"""The plan for the birth: when it is brought up, who agrees, what helpers are shown, whom it puts first."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import clock
from registry.messaging.messages import Draft
from registry.models import BirthPlan, OutboxMessage, Pregnancy
from registry.persons import people
from registry.transport import birth_plans
from tests import factories
from tests.conftest import NOW
from tests.registry.transport.ride_tools import Scene, scene

TODAY = clock.today(NOW)


def weeks(count: int, day: date = TODAY) -> date:
    """The due date of somebody who is in this week of pregnancy today."""
    return day + timedelta(days=280) - timedelta(weeks=count)


@pytest.fixture
def village(session: Session) -> Scene:
    made = scene(session)
    pregnancy = pregnancy_of(made)
    pregnancy.hpl, pregnancy.cadre_id = weeks(30), made.cadre.id
    session.flush()
    return made


def pregnancy_of(village: Scene) -> Pregnancy:
    found = people.active_pregnancy(village.session, village.mother)
    assert found is not None
    return found


def plan_of(village: Scene) -> BirthPlan:
    return village.session.get_one(BirthPlan, pregnancy_of(village).id)


def pair(village: Scene, place: int) -> int:
    return pregnancy_of(village).id * birth_plans.PAIR + village.drivers[place].id


@pytest.mark.parametrize(
    ("week", "expected"), [(29, None), (30, 30), (33, 30), (34, 34), (36, 34), (37, 37), (40, 37), (41, None)]
)
def test_plan_is_brought_up_at_thirty_thirty_four_and_thirty_seven_weeks(week: int, expected: int | None) -> None:
    assert birth_plans.step_on(weeks(week), TODAY) == expected


def test_plan_is_brought_up_once_with_the_drivers_of_her_village(village: Scene) -> None:
    assert birth_plans.run(village.session, NOW) == 1
    assert birth_plans.run(village.session, NOW) == 0

    row = village.rows("Siapa yang mengantar")[0]
    buttons = (row.extras or {})["buttons"]
    assert [title for title, _ in buttons] == ["Sopir1 Waluyo", "Sopir2 Waluyo", "Keluarga sendiri"]
    assert plan_of(village).facility


@pytest.mark.parametrize("change", ["stopped", "no consent", "closed", "too early in the day"])
def test_plan_is_not_brought_up_with_whoever_does_not_want_it(village: Scene, change: str) -> None:
    village.mother.messages = "stopped" if change == "stopped" else "on"
    village.mother.consent = "refused" if change == "no consent" else "given"
    pregnancy_of(village).status = "loss" if change == "closed" else "active"
    village.session.flush()
    morning = datetime.combine(TODAY, time(8), clock.JAKARTA)
    birth_plans.run(village.session, morning if change == "too early in the day" else NOW)

    assert village.sent(village.mother) == []


def test_clock_knows_the_morning_on_which_she_reaches_the_week(village: Scene) -> None:
    pregnancy_of(village).hpl = weeks(29)
    village.session.flush()

    assert birth_plans.next_at(village.session, NOW) == datetime.combine(
        TODAY + timedelta(weeks=1), birth_plans.HOUR, clock.JAKARTA
    )


@given(days=st.integers(150, 300))
def test_weeks_of_the_clock_and_of_the_look_agree(days: int) -> None:
    hpl = TODAY + timedelta(days=280 - days)
    windows = [week for week, first, last in birth_plans._windows(TODAY) if first <= hpl <= last]

    assert windows == [step for step in [birth_plans.step_on(hpl, TODAY)] if step]


def test_driver_then_substitute_agree_and_helpers_are_shown_both(village: Scene) -> None:
    birth_plans.run(village.session, NOW)
    first, second, _ = village.drivers
    number = pregnancy_of(village).id
    assert "saya tanya dulu" in village.press(village.mother, "plan_driver", pair(village, 0))[0].text
    assert birth_plans.summary(village.session, pregnancy_of(village)) is None
    assert "Bersediakah" in village.sent(first)[-1]
    village.press(first, "plan_agree", number)
    assert first.phone in village.sent(village.mother)[-2]
    assert "penggantinya" in village.sent(village.mother)[-1]
    assert first.phone in village.sent(village.cadre)[-1]
    village.press(village.mother, "plan_substitute", pair(village, 1))
    village.press(second, "plan_agree", number)
    village.press(village.mother, "plan_donors_2", number)
    village.press(village.cadre, "plan_cadre", number)

    told = birth_plans.summary(village.session, pregnancy_of(village)) or ""
    for fact in (f"sopir {first.name}", f"pengganti {second.name}", "donor darah 2"):
        assert fact in told
    assert plan_of(village).cadre_agreed


def test_driver_who_declines_is_not_offered_again_at_once(village: Scene) -> None:
    birth_plans.run(village.session, NOW)
    village.press(village.mother, "plan_driver", pair(village, 0))
    village.press(village.drivers[0], "plan_decline", pregnancy_of(village).id)

    row = village.rows("belum bisa mengantar")[0]
    assert "Sopir1 Waluyo" not in dict((row.extras or {})["buttons"])
    assert plan_of(village).driver_id is None


def test_agreed_driver_is_asked_first_when_her_time_comes(village: Scene) -> None:
    birth_plans.run(village.session, NOW)
    last = village.drivers[2]
    village.press(village.mother, "plan_driver", pair(village, 2))
    village.press(last, "plan_agree", pregnancy_of(village).id)

    assert last in village.asked(village.order(NOW, urgent=True, purpose="birth").ride)


def test_later_weeks_ask_for_what_is_missing_and_then_remind(village: Scene) -> None:
    birth_plans.run(village.session, NOW)
    village.press(village.mother, "plan_driver", pregnancy_of(village).id * birth_plans.PAIR)
    birth_plans.run(village.session, NOW + timedelta(weeks=4))
    assert "memberi darah" in village.sent(village.mother)[-1]
    village.press(village.mother, "plan_donors_1", pregnancy_of(village).id)
    birth_plans.run(village.session, NOW + timedelta(weeks=7))

    assert "diantar keluarga sendiri" in village.sent(village.mother)[-1]


def test_village_without_drivers_is_made_known_to_the_cadre(session: Session) -> None:
    village = scene(session, drivers=0)
    pregnancy = pregnancy_of(village)
    pregnancy.hpl, pregnancy.cadre_id = weeks(31), village.cadre.id
    session.flush()
    birth_plans.run(session, NOW)

    assert "belum ada sopir desa" in village.sent(village.cadre)[0]
    assert village.sent(village.mother) == []


def test_nobody_else_can_change_her_plan(village: Scene) -> None:
    birth_plans.run(village.session, NOW)
    elsewhere = factories.cadre(village.session, factories.KETAWANG)
    factories.reachable(village.session, elsewhere)
    number = pregnancy_of(village).id
    for verb, value in (("plan_driver", pair(village, 0)), ("plan_donors_2", number), ("plan_agree", number)):
        village.press(elsewhere, verb, value)
    village.press(village.drivers[1], "plan_agree", number)

    plan = village.session.scalars(select(BirthPlan)).one()
    assert (plan.driver_id, plan.donors, plan.driver_agreed) == (None, None, None)


def test_answer_in_words_is_that_of_the_button(village: Scene) -> None:
    birth_plans.run(village.session, NOW)
    village.session.execute(update(OutboxMessage).values(status="sent", sent_at=NOW))
    said = village.says(village.mother, "diantar suami naik motor bu")
    assert "Keluarga Ibu yang mengantar" in (said or [Draft("")])[0].text
    assert (plan_of(village).driver_id, plan_of(village).driver_agreed) == (None, True)
