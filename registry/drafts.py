"""What a contact and the bot are doing over several messages, kept sealed until it is done or left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from registry.models import Contact, Draft

FORGOTTEN = timedelta(days=14)  # a registration broken off may be taken up again that long


def current(session: Session, contact: Contact, now: datetime) -> Draft | None:
    """The task that is open with this contact; one that nobody went on with for two weeks is forgotten."""
    draft = session.get(Draft, contact.id)
    if draft is not None and draft.at < now - FORGOTTEN:
        drop(session, contact)
        return None
    return draft


def keep(
    session: Session, contact: Contact, task: str, asked: str, data: dict[str, Any], now: datetime,
    message_id: int | None,
) -> Draft:  # fmt: skip
    """Remember how far it has come; a contact has one task at a time."""
    draft = session.get(Draft, contact.id) or Draft(contact_id=contact.id)
    draft.task, draft.asked, draft.data, draft.at, draft.read_message = task, asked, dict(data), now, message_id
    session.add(draft)
    session.flush()
    return draft


def drop(session: Session, contact: Contact) -> None:
    """It is done, or she does not want to go on."""
    draft = session.get(Draft, contact.id)
    if draft is not None:
        session.delete(draft)
        session.flush()
