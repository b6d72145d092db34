"""The one message of a day and its words: what goes together, what waits, how days and ages are told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import clock
from registry.models import Birth, Pregnancy
from registry.reminding import plan
from tests.conftest import NOW
from tests.reminders.mothers import DAY, NOTICE, TODAY, at, before_k2, mother, only, person_of, rows, sent, tick


def born(session: Session, days_ago: int = 0, **values: Any) -> Pregnancy:
    pregnancy = mother(session, hpht=TODAY - timedelta(weeks=39), **values)
    pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=pregnancy.id, on=TODAY - days_ago * DAY, place_kind="puskesmas", reported_at=NOW))
    session.flush()
    plan.replan(session, pregnancy, NOW)
    return pregnancy


def test_mother_and_baby_are_one_message(session: Session) -> None:
    pregnancy = born(session)
    only(session, pregnancy, "KF2", "KN2")
    tick(session, at(TODAY + 3 * DAY))
    (message,) = sent(session)
    assert message.template == "reminder_kf_kn"
    assert {row.outbox_id for row in rows(session, pregnancy, status="sent")} == {message.id}


def test_two_topics_are_one_message_and_a_third_waits(session: Session) -> None:
    pregnancy = born(session)
    only(session, pregnancy, "KF2", "KN2", "d3", "b03")
    lesson = rows(session, pregnancy, visit="b03")[0]
    lesson.due_at = at(TODAY + 3 * DAY, 9, 0)
    session.flush()
    tick(session, at(TODAY + 3 * DAY))
    (message,) = sent(session)
    assert message.template == "reminder_merged"
    assert "Pertama, periksa ibu dan bayi" in message.text
    assert "Kedua, mendaftarkan JKN bayi" in message.text
    assert rows(session, pregnancy, status="planned") == [lesson]
    assert clock.today(lesson.due_at) == TODAY + 4 * DAY


def test_a_second_reminder_of_the_day_goes_tomorrow(session: Session) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2", "w16")
    first, lesson = rows(session, pregnancy, visit="K2", step="before")[0], rows(session, pregnancy, visit="w16")[0]
    lesson.due_at = first.due_at + timedelta(hours=2)
    session.flush()
    tick(session, at(NOTICE))
    tick(session, at(NOTICE, 15))
    assert len(sent(session)) == 1
    assert (lesson.status, clock.today(lesson.due_at)) == ("planned", NOTICE + DAY)
    assert first.status == "sent"


def test_what_cannot_wait_for_tomorrow_is_skipped_with_a_reason(session: Session) -> None:
    pregnancy = mother(session)
    only(session, pregnancy, "K2", "w16")
    first, other = rows(session, pregnancy, visit="K2", step="before")[0], rows(session, pregnancy, visit="w16")[0]
    other.due_at, other.last_on = first.due_at, NOTICE
    session.flush()
    tick(session, at(NOTICE))
    assert (other.status, other.reason) == ("skipped", "crowded")


def test_a_question_about_the_birth_goes_alone(session: Session) -> None:
    pregnancy = mother(session, hpht=TODAY - timedelta(weeks=38))
    left = only(session, pregnancy, "40w", "jkn-7", "w40")
    assert {row.visit for row in left} >= {"40w", "w40"}
    due_on = TODAY + timedelta(weeks=2)
    for row in left:
        row.due_at, row.last_on = at(due_on, 9, 0), due_on + 5 * DAY
    session.flush()
    tick(session, at(due_on))
    assert [message.template for message in sent(session)] == ["reminder_due_40w"]


def test_two_mothers_on_one_phone_are_not_written_to_at_the_same_time(session: Session) -> None:
    first = mother(session)
    phone = person_of(session, first).phone
    second = mother(session, phone=phone)
    for pregnancy in (first, second):
        before_k2(session, pregnancy)
    noon = at(NOTICE, 12)
    tick(session, noon)
    assert len(sent(session, phone)) == 1
    tick(session, noon + timedelta(minutes=5))
    assert len(sent(session, phone)) == 1
    tick(session, noon + timedelta(minutes=16))
    assert len(sent(session, phone)) == 2


def test_nobody_else_is_named_on_a_phone(session: Session) -> None:
    pregnancy = mother(session, name="Sulastri")
    before_k2(session, pregnancy)
    tick(session, at(NOTICE))
    assert "Sulastri" not in sent(session)[0].text


# ---------------------------------------------------------------- words


def test_check_ups_after_birth_are_not_asked_for_on_a_closed_day(session: Session) -> None:
    sunday = date(2026, 11, 29)
    pregnancy = born(session, days_ago=0)
    only(session, pregnancy, "KF3")
    row = rows(session, pregnancy, visit="KF3")[0]
    row.due_at = at(sunday)
    session.flush()
    tick(session, at(sunday))
    assert "Senin, 30 November 2026" in sent(session)[0].text


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(3, "Umur bayi sekarang 3 hari", id="in days"),
        pytest.param(14, "Masih ada 14 hari", id="days that are left"),
        pytest.param(26, "Tinggal 2 hari", id="two days left"),
        pytest.param(29, "Umur bayi sekarang 4 minggu", id="in weeks"),
    ],
)
def test_the_age_of_the_baby(session: Session, days: int, expected: str) -> None:
    pregnancy = born(session)
    only(session, pregnancy, {3: "d3", 14: "d14", 26: "d26", 29: "imm1"}[days])
    tick(session, at(TODAY + days * DAY))
    assert expected in sent(session)[0].text


def test_every_message_of_a_whole_course_has_all_its_words(session: Session) -> None:
    pregnancy = mother(session)
    for days in range(0, 200):
        tick(session, at(TODAY + days * DAY))
    told = [message.text for message in sent(session)]
    assert len(told) > 30
    assert not [text for text in told if "{" in text or "None" in text or not text.strip()]
    assert not rows(session, pregnancy, status="planned", recipient="mother")
