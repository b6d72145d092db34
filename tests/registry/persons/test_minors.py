"""Minors: whoever is under 18 by birth date or told age has staff beside her, told once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, OutboxMessage
from registry.persons import minors
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("known", "under_age"),
    [
        ({"born_on": date(2008, 11, 22)}, True),
        ({"born_on": date(2008, 11, 21)}, False),
        ({"born_on": None, "told_age": 17}, True),
        ({"born_on": None, "told_age": 18}, False),
        ({"born_on": None, "told_age": 16, "created_at": NOW - timedelta(days=740)}, False),
        ({"born_on": date(1998, 3, 5), "told_age": 16}, False),
        ({"born_on": None}, False),
    ],
    ids=["18 tomorrow", "18 today", "told 17", "told 18", "told 16 two years ago", "birth date before told age",
         "nothing known"],
)  # fmt: skip
def test_minor_is_who_is_not_yet_18(session: Session, known: dict[str, Any], under_age: bool) -> None:
    mother = factories.person(session, **known)
    assert minors.is_under_age(mother, TODAY) is under_age


def alerts(session: Session) -> list[Alert]:
    return list(session.scalars(select(Alert).where(Alert.kind == "minor_mother")))


def raise_for(session: Session, now: datetime = NOW, **known: Any) -> Alert | None:
    mother = factories.person(session, **{"born_on": date(2010, 1, 1), "nik": None} | known)
    speaker = factories.speaker_of(session, factories.cadre(session).phone)
    return minors.tell_of(session, speaker, mother, now, None)


def test_midwife_is_told_of_a_minor_and_whoever_registers_her_is_not(session: Session) -> None:
    midwife = factories.staff(session)
    factories.reachable(session, midwife)
    mother = factories.person(session, born_on=date(2010, 1, 1))
    cadre = factories.cadre(session)
    alert = minors.tell_of(session, factories.speaker_of(session, cadre.phone), mother, NOW, None)
    assert alert is not None
    assert [recipient.phone for recipient in alert.recipients] == [midwife.phone]
    (message,) = session.scalars(select(OutboxMessage))
    assert message.kind == "alert"
    assert "Siti Aminah" in message.text
    assert "Sumberoto" in message.text


def test_alert_stands_also_when_nobody_can_be_reached(session: Session) -> None:
    alert = raise_for(session)
    assert alert is not None
    assert alert.status == "open"


def test_staff_are_told_once_of_each_minor(session: Session) -> None:
    factories.reachable(session, factories.staff(session))
    mother = factories.person(session, born_on=date(2010, 1, 1))
    speaker = factories.speaker_of(session, factories.cadre(session).phone)
    assert minors.tell_of(session, speaker, mother, NOW, None) is not None
    assert minors.tell_of(session, speaker, mother, NOW, None) is None
    assert len(alerts(session)) == 1


def test_nobody_is_told_of_a_woman_of_age(session: Session) -> None:
    assert raise_for(session, born_on=date(1998, 3, 5)) is None
    assert alerts(session) == []
