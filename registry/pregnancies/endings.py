"""What every ending of a pregnancy has in common: what waits to be sent about it is dropped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, Contact, OutboxMessage, Person, Pregnancy, Reminder
from registry.persons import consents, people

OPEN_WORK = ("missed_visit", "high_risk")


def end_messages(session: Session, pregnancy: Pregnancy, person: Person, now: datetime) -> None:
    """Reminders, broadcasts and confirmations that wait in the outbox are dropped; nobody need look for her any more.

    Planned reminders are the plan's: call ``replan`` after the status has changed. On a phone that another mother
    shares only what is about this one is dropped.
    """
    _drop_reminders(session, pregnancy)
    for contact in own_contacts(session, person):
        consents.drop_queued(session, contact)
    work = select(Alert).where(Alert.person_id == person.id, Alert.kind.in_(OPEN_WORK), Alert.status == "open")
    for alert in session.scalars(work):
        alert.status, alert.outcome, alert.closed_at, alert.next_step_at = "closed", "ended", now, None
    session.flush()


def own_contacts(session: Session, person: Person) -> list[Contact]:
    """The addresses of her phone, when no other registered mother uses it."""
    others = [one for one in people.persons_with(session, person.phone_index) if one.id != person.id]
    return [] if others else people.contacts_of_phone(session, person.phone_index)


def _drop_reminders(session: Session, pregnancy: Pregnancy) -> None:
    """Also those to her cadre; what is being sent at this moment cannot be called back."""
    waiting = (
        select(Reminder, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_id)
        .where(Reminder.pregnancy_id == pregnancy.id, OutboxMessage.status == "queued")
    )
    for reminder, message in session.execute(waiting).all():
        message.status = "cancelled"
        if reminder.status in ("planned", "sent"):
            reminder.status, reminder.reason = "cancelled", "closed"


def is_running(pregnancy: Pregnancy) -> bool:
    """Whether something may still be planned for it."""
    return pregnancy.status in ("active", "delivered")
