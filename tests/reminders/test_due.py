"""Reminders that are due: what goes out, to whom, in which words; what is closed with a reason, what waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.db import Database
from registry.models import Alert, Birth, ChosenDay, OutboxMessage, Person, Pregnancy, Reminder, Visit
from registry.persons import stopping
from registry.reminding import plan
from registry.rules.plan_days import open_day
from reminders import due
from tests import factories
from tests.conftest import NOW
from tests.reminders.mothers import (
    DAY,
    HPHT,
    K2_ON,
    NOTICE,
    TODAY,
    at,
    before_k2,
    mother,
    only,
    person_of,
    rows,
    sent,
    tick,
)


def test_a_reminder_says_visit_day_and_place_and_has_buttons(session: Session) -> None:
    pregnancy = mother(session)
    row = before_k2(session, pregnancy)
    tick(session, at(NOTICE))
    (message,) = sent(session)
    assert "periksa ke-2" in message.text
    assert "Sabtu, 5 Desember 2026" in message.text
    assert "Puskesmas Donomulyo" in message.text
    payloads = [payload for _, payload in (message.extras or {})["buttons"]]
    assert payloads == [
        f"/press:visit_done:{row.id}",
        f"/reschedule_visit:{row.id}",
        f"/request_transport:{row.id}",
        "/stop_messages",
    ]
    assert (message.template, message.key) == ("reminder_anc_before", row.key)
    assert (row.status, row.sent_to, row.outbox_id) == ("sent", person_of(session, pregnancy).phone, message.id)


def test_the_two_messages_of_a_visit_come_two_days_before_and_the_day_after(session: Session) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    told: list[tuple[int, str | None]] = []
    for days in range(-4, 4):
        tick(session, at(K2_ON + days * DAY))
        told += [(days, one.template) for one in sent(session)[len(told) :]]
    assert told == [(-2, "reminder_anc_before"), (1, "reminder_anc_after")]


def test_nothing_goes_before_its_moment(session: Session) -> None:
    pregnancy = mother(session)
    row = before_k2(session, pregnancy)
    tick(session, row.due_at - timedelta(seconds=1))
    assert sent(session) == []
    assert due.next_at(session, row.due_at - DAY) == row.due_at


def _stop(session: Session, pregnancy: Pregnancy) -> None:
    person_of(session, pregnancy).messages = "stopped"


def _withdraw(session: Session, pregnancy: Pregnancy) -> None:
    person_of(session, pregnancy).consent = "withdrawn"


def _lose(session: Session, pregnancy: Pregnancy) -> None:
    pregnancy.status = "loss"


def _bear(session: Session, pregnancy: Pregnancy) -> None:
    pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=pregnancy.id, on=TODAY, reported_at=NOW))


def _visit(session: Session, pregnancy: Pregnancy) -> None:
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K2", on=TODAY, status="reported"))


def _block(session: Session, pregnancy: Pregnancy) -> None:
    person = person_of(session, pregnancy)
    factories.contact(session, person.phone, blocked=True)


def _stop_contact(session: Session, pregnancy: Pregnancy) -> None:
    factories.contact(session, person_of(session, pregnancy).phone, stopped_at=NOW)


LAST_LOOK: dict[str, tuple[Callable[[Session, Pregnancy], None], tuple[str, str]]] = {
    "STOP": (_stop, ("cancelled", "stopped")),
    "consent taken back": (_withdraw, ("cancelled", "consent")),
    "a loss": (_lose, ("cancelled", "closed")),
    "a birth": (_bear, ("cancelled", "closed")),
    "the visit was reported": (_visit, ("cancelled", "done")),
    "she blocked the bot": (_block, ("failed", "no_address")),
    "her address stopped": (_stop_contact, ("cancelled", "stopped")),
}


@pytest.mark.parametrize(("change", "expected"), LAST_LOOK.values(), ids=LAST_LOOK)
def test_what_changed_without_a_new_plan_is_seen_at_the_moment_of_sending(
    session: Session, change: Callable[[Session, Pregnancy], None], expected: tuple[str, str]
) -> None:
    pregnancy = mother(session)
    row = before_k2(session, pregnancy)
    change(session, pregnancy)
    session.flush()
    tick(session, at(NOTICE))
    assert sent(session) == []
    assert (row.status, row.reason) == expected


@pytest.mark.parametrize(
    ("late", "goes"),
    [
        pytest.param(timedelta(minutes=40), True, id="minutes"),
        pytest.param(timedelta(days=1), True, id="a day"),
        pytest.param(timedelta(days=3), False, id="the visit is over"),
    ],
)
def test_after_an_outage_of(session: Session, late: timedelta, *, goes: bool) -> None:
    pregnancy = mother(session)
    row = before_k2(session, pregnancy)
    tick(session, at(NOTICE) + late)
    assert (row.status == "sent") is goes
    if not goes:
        assert (row.status, row.reason) == ("skipped", "stale")


def test_what_fell_due_at_night_waits_for_the_morning(session: Session) -> None:
    pregnancy = mother(session)
    row = before_k2(session, pregnancy)
    row.due_at = at(NOTICE, 23)
    session.flush()
    assert tick(session, at(NOTICE, 23, 30)) == 0
    assert due.next_at(session, at(NOTICE, 23, 30)) == at(NOTICE + DAY, 6, 0)
    tick(session, at(NOTICE + DAY, 6, 0))
    assert row.status == "sent"


def test_without_a_phone_her_cadre_is_told_with_her_name(session: Session) -> None:
    helper = factories.cadre(session)
    pregnancy = mother(session, phone=None, name="Ngatini", code="M-4F7Q", pregnancy={"cadre_id": helper.id})
    row = before_k2(session, pregnancy)
    tick(session, at(NOTICE))
    (message,) = sent(session, helper.phone)
    assert "Ibu Ngatini (M-4F7Q)" in message.text
    assert (row.status, row.recipient, row.sent_to) == ("sent", "cadre", helper.phone)
    assert message.template == "reminder_anc_before_cadre"


def test_a_number_told_later_is_used_at_the_moment_of_sending(session: Session) -> None:
    helper = factories.cadre(session)
    pregnancy = mother(session, phone=None, pregnancy={"cadre_id": helper.id})
    row = before_k2(session, pregnancy)
    person, number = person_of(session, pregnancy), factories.contact(session)
    person.phone, person.phone_index = number.phone, number.phone_index
    session.flush()
    tick(session, at(NOTICE))
    (message,) = sent(session)
    assert (message.contact_id, message.template, row.recipient) == (number.id, "reminder_anc_before", "mother")


def test_another_cadre_of_the_village_takes_the_place_of_one_who_left(session: Session) -> None:
    gone, stays = factories.cadre(session, active=False), factories.cadre(session)
    pregnancy = mother(session, phone=None, pregnancy={"cadre_id": gone.id})
    row = before_k2(session, pregnancy)
    tick(session, at(NOTICE))
    assert (row.status, row.sent_to) == ("sent", stays.phone)


def test_she_is_written_to_where_she_wrote_from_last(session: Session) -> None:
    pregnancy = mother(session)
    before_k2(session, pregnancy)
    newer = factories.contact(
        session, person_of(session, pregnancy).phone, channel="telegram", last_wrote_at=NOW - timedelta(hours=1)
    )
    tick(session, at(NOTICE))
    assert [message.contact_id for message in sent(session)] == [newer.id]


def test_who_never_wrote_is_reached_on_whatsapp(session: Session) -> None:
    person = factories.person(session, agreed=list(plan.ALL_PURPOSES))
    pregnancy = factories.pregnancy(session, person, hpht=HPHT, hpl=HPHT + timedelta(days=280))
    plan.replan(session, pregnancy, NOW)
    before_k2(session, pregnancy)
    tick(session, at(NOTICE))
    assert [(message.channel, message.contact.phone) for message in sent(session)] == [("whatsapp", person.phone)]


# ---------------------------------------------------------------- overdue


def test_an_overdue_birth_becomes_work_for_the_cadre(session: Session) -> None:
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    pregnancy = mother(session, hpht=TODAY - timedelta(weeks=41, days=6))
    only(session, pregnancy, "42w")
    tick(session, at(TODAY + DAY))
    (alert,) = session.scalars(select(Alert).where(Alert.person_id == pregnancy.person_id)).all()
    assert (alert.kind, alert.about) == ("missed_visit", "42w")
    assert rows(session, pregnancy, visit="42w")[0].status == "sent"


# ---------------------------------------------------------------- the plan and its rows


def test_nobody_is_reminded_in_the_minute_of_her_registration(session: Session) -> None:
    late_morning = at(TODAY, 10)
    hpht = TODAY - timedelta(weeks=16) + 2 * DAY  # the second check-up is the day after tomorrow
    person = factories.person(session, agreed=list(plan.ALL_PURPOSES))
    pregnancy = factories.pregnancy(session, person, hpht=hpht, hpl=None, opened_at=late_morning)
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K1", on=TODAY - 30 * DAY, status="verified"))
    plan.replan(session, pregnancy, late_morning)
    plan.replan(session, pregnancy, late_morning + timedelta(hours=1))
    row = rows(session, pregnancy, visit="K2", step="before")[0]
    assert clock.today(row.due_at) == TODAY + DAY


def test_a_visit_of_tomorrow_is_still_reminded_of_today(session: Session) -> None:
    late_morning = at(TODAY, 10)
    hpht = TODAY - timedelta(weeks=16) + 2 * DAY
    on = open_day(TODAY + DAY, plan.settings_on(session, NOW))
    person = factories.person(session, agreed=list(plan.ALL_PURPOSES))
    pregnancy = factories.pregnancy(session, person, hpht=hpht, hpl=None, opened_at=late_morning)
    session.add(ChosenDay(pregnancy_id=pregnancy.id, kind="K2", on=TODAY + DAY, at=late_morning))
    plan.replan(session, pregnancy, late_morning)
    assert on >= TODAY + DAY
    assert clock.today(rows(session, pregnancy, visit="K2", step="before")[0].due_at) == TODAY


def test_stop_and_start_again_send_the_rest_once(session: Session) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2")
    speaker = factories.speaker_of(session, person_of(session, pregnancy).phone or "")
    stopping.stop(session, speaker, NOW)
    tick(session, at(NOTICE - DAY))
    stopping.start(session, speaker, at(NOTICE - DAY))
    for days in range(-1, 4):
        tick(session, at(NOTICE + days * DAY))
    about = [row.visit for row in rows(session, pregnancy, status="sent") if row.step == "before"]
    assert about == ["K2"]


# ---------------------------------------------------------------- two clocks


def test_two_clocks_at_once_send_nothing_twice_and_forget_nobody(database: Database) -> None:
    with database.write() as session:
        for _ in range(40):
            before_k2(session, mother(session))
    start, failures = threading.Barrier(2), []

    def look() -> None:
        try:
            start.wait(10)
            for _ in range(200):
                with database.write() as session:
                    due.run(session, at(NOTICE))
                with database.read() as session:
                    planned = select(func.count(Reminder.id)).where(
                        Reminder.status == "planned", Reminder.due_at <= at(NOTICE)
                    )
                    if not session.scalar(planned):
                        return
        except Exception as error:
            failures.append(error)

    clocks = [threading.Thread(target=look) for _ in range(2)]
    for thread in clocks:
        thread.start()
    for thread in clocks:
        thread.join(60)
    with database.read() as session:
        told = session.execute(select(OutboxMessage.contact_id, func.count()).group_by(OutboxMessage.contact_id)).all()
        states = session.scalars(select(Reminder.status).where(Reminder.visit == "K2", Reminder.step == "before"))
        assert failures == []
        assert sorted(count for _, count in told) == [1] * 40
        assert set(states) == {"sent"}
        assert session.scalar(select(func.count(Person.id))) == 40
