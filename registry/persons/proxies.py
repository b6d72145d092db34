"""A mother without a telephone answers through the helper who registered her: asked face to face, noted as such."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from registry import access, audit, clock, texts
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import consents, minors
from registry.persons.people import Speaker


def _of(session: Session, speaker: Speaker, number: int) -> Person | None:
    """The phoneless mother, when this helper may speak for her and nobody has answered yet."""
    person = session.get(Person, number)
    if person is None or person.phone_index is not None or person.consent != "pending":
        return None
    helps = speaker.role in ("cadre", "staff") and access.may_see(session, speaker, person)
    return person if helps and person.registered else None


def _yes(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _of(session, speaker, number)
    if person is None:
        return ()
    name = person.name or texts.phrase("phrase_unknown")
    _note(session, speaker, person, now, "proxy_yes")
    if minors.is_under_age(person, clock.today(now)):
        return (texts.say("proxy_guardian", name=name),)  # a cadre's word does not do for a child
    consents.give(session, person, consents.PURPOSES, "cadre", speaker.contact.channel, now)
    return (texts.say("proxy_given", name=name),)


def _no(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _of(session, speaker, number)
    if person is None:
        return ()
    name = person.name or texts.phrase("phrase_unknown")
    _note(session, speaker, person, now, "proxy_no")
    consents.refuse(session, person, speaker.contact.channel, now, by="cadre")
    return (texts.say("proxy_refused", name=name),)


def _note(session: Session, speaker: Speaker, person: Person, now: datetime, action: str) -> None:
    audit.note(session, now, action, contact_id=speaker.contact.id, subject=f"person:{person.id}")


PRESSES: dict[str, Act] = {"proxy_yes": Act(_yes), "proxy_no": Act(_no, "deny")}
