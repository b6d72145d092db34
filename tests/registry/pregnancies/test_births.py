"""A birth closes the pregnancy, opens what follows, and is never doubled."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import OutboxMessage, Pregnancy, Reminder, Ride
from registry.outside import records_course
from registry.persons.people import Speaker
from registry.pregnancies import births, schedule
from registry.pregnancies.births import Report
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()
TOLD = Report(TODAY, time(5, 30), "puskesmas", "puskesmas", sex="M", weight_g=3100)


@pytest.fixture
def pregnancy(session: Session) -> Pregnancy:
    """At 39 weeks, planned; cadre and midwife can be reached."""
    factories.reachable(session, factories.cadre(session), factories.staff(session))
    mother = factories.person(session, name="Rina Wati", code="M-4F7Q")
    found = factories.pregnancy(
        session, mother, hpht=TODAY - timedelta(weeks=39), hpl=TODAY + timedelta(days=7), opened_at=NOW
    )
    plan.replan(session, found, NOW)
    return found


def her(session: Session, pregnancy: Pregnancy) -> Speaker:
    return factories.speaker_of(session, str(schedule.person_of(session, pregnancy).phone))


def told_to(session: Session) -> list[str]:
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "alert"))
    return [row.contact.phone or "" for row in rows]


def planned(session: Session, pregnancy: Pregnancy) -> set[str]:
    rows = select(Reminder.kind).where(Reminder.pregnancy_id == pregnancy.id, Reminder.status == "planned")
    return set(session.scalars(rows))


def test_a_birth_closes_the_pregnancy_and_opens_what_follows(session: Session, pregnancy: Pregnancy) -> None:
    births.note(session, her(session, pregnancy), pregnancy, TOLD, NOW, None)
    assert (pregnancy.status, pregnancy.close_reason, pregnancy.closed_at) == ("delivered", "birth", NOW)
    assert planned(session, pregnancy) >= {"postnatal", "newborn_jkn"}
    assert not planned(session, pregnancy) & {"anc", "due_date"}
    row = records_course.births(session)[0]
    assert (row["date"], row["time"], row["place"], row["sex"], row["weight_g"]) == (
        TODAY, "05:30", "puskesmas", "M", 3100,
    )  # fmt: skip


def test_a_mothers_report_is_told_to_cadre_and_midwife(session: Session, pregnancy: Pregnancy) -> None:
    births.note(session, her(session, pregnancy), pregnancy, TOLD, NOW, None)
    assert len(told_to(session)) == 2


def test_a_cadres_report_is_told_to_the_midwife_alone(session: Session, pregnancy: Pregnancy) -> None:
    cadre = factories.cadre(session)
    speaker = factories.speaker_of(session, cadre.phone)
    midwife = factories.staff(session)
    factories.reachable(session, midwife)
    births.note(session, speaker, pregnancy, TOLD, NOW, None)
    assert cadre.phone not in told_to(session)
    assert midwife.phone in told_to(session)


def test_nobody_is_told_of_who_does_not_share(session: Session, pregnancy: Pregnancy) -> None:
    person = schedule.person_of(session, pregnancy)
    person.agreed = ["chat", "reminders"]
    births.note(session, her(session, pregnancy), pregnancy, TOLD, NOW, None)
    assert told_to(session) == []


def test_told_twice_fills_in_what_was_missing_and_changes_nothing(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    births.note(session, speaker, pregnancy, Report(TODAY), NOW, None)
    births.note(session, speaker, pregnancy, TOLD, NOW, None)
    births.note(session, speaker, pregnancy, Report(TODAY - timedelta(days=1), sex="F"), NOW, None)
    row = births.of(session, pregnancy)
    assert len(row) == 1
    assert (row[0].on, row[0].sex, row[0].weight_g) == (TODAY, "M", 3100)


def test_twins_are_two_rows_without_guessing_which_is_which(session: Session, pregnancy: Pregnancy) -> None:
    told = Report(TODAY, place="rsud", weight_g=2500, sex="M", twins=True)
    rows = births.note(session, her(session, pregnancy), pregnancy, told, NOW, None)
    assert [(row.place, row.sex, row.weight_g) for row in rows] == [("rsud", None, None)] * 2
    assert births.missing(rows) == ("time", "sex", "weight_g")


def test_each_of_twins_keeps_what_was_told_of_it(session: Session, pregnancy: Pregnancy) -> None:
    told = Report(TODAY, twins=True, babies=(("M", 2400), ("F", None)))
    rows = births.note(session, her(session, pregnancy), pregnancy, told, NOW, None)
    assert [(row.sex, row.weight_g) for row in rows] == [("M", 2400), ("F", None)]
    later = (("F", 9999), ("F", 2300))
    assert births.complete(session, her(session, pregnancy), pregnancy, {}, NOW, later) == ["weight_g"]
    assert [(row.sex, row.weight_g) for row in rows] == [("M", 2400), ("F", 2300)]


def test_one_child_is_told_apart_from_nobody(session: Session, pregnancy: Pregnancy) -> None:
    rows = births.note(session, her(session, pregnancy), pregnancy, Report(TODAY), NOW, None)
    births.complete(session, her(session, pregnancy), pregnancy, {}, NOW, (("M", 2400), ("F", 2300)))
    assert [(row.sex, row.weight_g) for row in rows] == [(None, None)]


@pytest.mark.parametrize("status", ["loss", "miscarriage", "closed"])
def test_a_pregnancy_that_is_over_cannot_end_in_a_birth(session: Session, pregnancy: Pregnancy, status: str) -> None:
    pregnancy.status = status
    session.flush()
    assert births.note(session, her(session, pregnancy), pregnancy, TOLD, NOW, None) == []
    assert pregnancy.status == status


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (TODAY, None),
        (TODAY + timedelta(days=1), "future"),
        (TODAY - timedelta(weeks=40), "too_early"),
    ],
    ids=["today", "tomorrow", "before the pregnancy"],
)
def test_the_day_a_birth_can_have_been(session: Session, pregnancy: Pregnancy, on: date, expected: str | None) -> None:
    assert births.problem_of(pregnancy, on, NOW) == expected


def test_rides_to_the_birth_are_called_off(session: Session, pregnancy: Pregnancy) -> None:
    ride = Ride(
        person_id=pregnancy.person_id, purpose="birth", at=NOW + timedelta(days=5), asked_at=NOW, status="requested"
    )
    session.add(ride)
    session.flush()
    births.note(session, her(session, pregnancy), pregnancy, TOLD, NOW, None)
    assert ride.status == "cancelled"


def test_reminders_that_wait_in_the_outbox_are_dropped(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    message = factories.outbox_message(session, speaker.contact, kind="reminder", priority=3)
    reminder = session.scalars(select(Reminder).where(Reminder.pregnancy_id == pregnancy.id).limit(1)).one()
    reminder.outbox_id = message.id
    births.note(session, speaker, pregnancy, TOLD, NOW, None)
    assert message.status == "cancelled"
