"""One sender or many cannot stand between a mother in danger and those who help."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.emergencies import alerts
from registry.emergencies.alerts import CROWD, CROWD_WITHIN
from registry.messaging import messages
from registry.models import Contact, OutboxMessage, Staff
from registry.persons import people
from tests import factories
from tests.conftest import NOW

SIGNS = ("bleeding", "seizure", "fever", "severe_headache", "no_movement")


@pytest.fixture
def dinkes(session: Session) -> Staff:
    """The officer whom strangers of unknown villages reach."""
    officer = factories.staff(session, unit="dinkes")
    factories.contact(session, officer.phone)
    return officer


def cry(session: Session, contact: Contact, *signs: str, now: datetime = NOW) -> None:
    alerts.raise_alert(session, people.speaker(session, contact), "danger_sign", signs or ("bleeding",), now, None)


def alarms(session: Session) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == "alert").order_by(OutboxMessage.id)
    return list(session.scalars(rows))


@pytest.mark.usefixtures("dinkes")
def test_every_stranger_of_a_flood_is_told_on(session: Session) -> None:
    for _ in range(CROWD + 5):
        cry(session, factories.contact(session))
    assert len(alarms(session)) == CROWD + 5
    assert {alarm.priority for alarm in alarms(session)[:CROWD]} == {messages.DANGER}
    assert {alarm.priority for alarm in alarms(session)[CROWD:]} == {messages.ANSWER}


@pytest.mark.usefixtures("dinkes")
def test_mother_we_know_stands_before_the_flood(session: Session) -> None:
    for _ in range(CROWD + 5):
        cry(session, factories.contact(session))
    mother = factories.person(session, village_code=None)
    cry(session, factories.contact(session, mother.phone))
    assert alarms(session)[-1].priority == messages.DANGER


@pytest.mark.usefixtures("dinkes")
def test_stranger_is_as_urgent_as_ever_when_the_flood_is_over(session: Session) -> None:
    for _ in range(CROWD + 5):
        cry(session, factories.contact(session))
    cry(session, factories.contact(session), now=NOW + CROWD_WITHIN + timedelta(minutes=1))
    assert alarms(session)[-1].priority == messages.DANGER


@pytest.mark.usefixtures("dinkes")
def test_one_sender_calls_once_for_each_new_sign(session: Session) -> None:
    contact = factories.contact(session)
    for _ in range(20):
        for sign in SIGNS:
            cry(session, contact, sign)
    assert len(alarms(session)) == len(SIGNS)
