"""The helpers of a village and what they receive, for tests of alerts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.emergencies import alerts
from registry.models import Alert, AlertRecipient, OutboxMessage
from reminders.alerts import ALERTS
from tests import factories
from tests.conftest import NOW
from tests.factories import SUMBEROTO

MIDWIFE, CADRE, DINKES, MOTHER, OFFICER = (f"+628120000083{digit}" for digit in range(5))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_helpers(session: Session) -> None:
    """A midwife, an officer of her puskesmas and a cadre for Sumberoto, and Dinkes; the bot can reach them all."""
    factories.reachable(
        session,
        factories.staff(session, phone=MIDWIFE),
        factories.staff(session, phone=OFFICER, duty="officer", name="Rudi Hartono"),
        factories.cadre(session, SUMBEROTO, phone=CADRE),
        factories.staff(session, unit="dinkes", phone=DINKES),
    )


def raised(session: Session, now: datetime = NOW, signs: tuple[str, ...] = ("bleeding",)) -> Alert:
    """A registered mother of Sumberoto tells of a sign."""
    factories.pregnancy(session, factories.person(session, phone=MOTHER))
    return alerts.raise_alert(session, factories.speaker_of(session, MOTHER), "danger_sign", signs, now, None)


def one_of(alert: Alert, phone: str) -> AlertRecipient:
    return next(one for one in alert.recipients if one.phone == phone)


def sent(session: Session, after: int = 0) -> list[tuple[str, str]]:
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.id > after).order_by(OutboxMessage.id))
    return [(row.contact.phone or "", row.text) for row in rows]


def last_id(session: Session) -> int:
    return session.scalar(select(OutboxMessage.id).order_by(OutboxMessage.id.desc()).limit(1)) or 0


def to(session: Session, phone: str, after: int = 0) -> list[str]:
    return [text for number, text in sent(session, after) if number == phone]


def run(session: Session, until: datetime, since: datetime = NOW) -> list[tuple[float, set[str]]]:
    """Let the clock run: after how many minutes it did something, and who got a message for it."""
    found, at = [], since
    while (due := ALERTS.next_at(session, at)) is not None and due <= until:
        before = last_id(session)
        while ALERTS.run(session, due):
            pass
        found.append(((due - since) / MINUTE, {phone for phone, _ in sent(session, before)}))
        at = due
    return found
