"""News about a mother, a birth or a loss, to the cadres and midwives who look after her: once each, with care."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Contact, Person
from registry.persons import consents, people
from registry.persons.people import Speaker


def may_be_shared(person: Person) -> bool:
    """Whether cadre and midwife may be told of her: not when she refused it."""
    if person.consent in ("refused", "withdrawn"):
        return False
    return person.consent != "given" or "sharing" in consents.agreed(person)


def listeners(session: Session, speaker: Speaker, person: Person, *, cadres: bool = True) -> list[Contact]:
    """Who is told: the helpers of her village that a message reaches, but not the one who brings the news."""
    if not may_be_shared(person):
        return []
    helpers = [one for one in people.helpers_for(session, person.village_code) if cadres or one.role != "cadre"]
    found = [people.contact_for_phone(session, helper.phone) for helper in helpers]
    own = speaker.contact.phone_index
    return [contact for contact in found if contact is not None and contact.phone_index != own]


def tell(
    session: Session, speaker: Speaker, person: Person, draft: Draft, reason: str, now: datetime,
    inbox_id: int | None, *, cadres: bool = True,
) -> None:  # fmt: skip
    """Queue it to everyone who listens; ``reason`` keeps it from going twice.

    It is no emergency: it waits for the morning, and STOP does not hold it back from who works with her.
    """
    for contact in listeners(session, speaker, person, cadres=cadres):
        messages.queue(
            session, contact, draft, kind="alert", priority=messages.REMINDER, now=now,
            key=f"{reason}:{contact.id}", inbox_id=inbox_id,
        )  # fmt: skip
