"""STOP and START: at once, for every address of the phone and every mother on it; reminders and broadcasts apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, texts
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Contact, Person
from registry.persons import consents, people
from registry.persons.people import Speaker

REASONS = ("often", "needless", "born", "other")


def _contacts(session: Session, contact: Contact) -> list[Contact]:
    """She may write from two channels: STOP on one is STOP on both."""
    return people.contacts_of_phone(session, contact.phone_index) or [contact]


def stop(session: Session, speaker: Speaker, now: datetime) -> bool:
    """Nothing is pushed any more but staff replies and emergencies; False when it had been stopped before."""
    news = speaker.contact.stopped_at is None
    for contact in _contacts(session, speaker.contact):
        contact.stopped_at = contact.stopped_at or now
        consents.drop_queued(session, contact)
    for person in people.persons_on(session, speaker.contact):
        person.messages = person.broadcasts = "stopped"
        consents.replan(session, person, now)
    audit.note(session, now, "messages_stopped", contact_id=speaker.contact.id, channel=speaker.contact.channel)
    session.flush()
    return news


def start(session: Session, speaker: Speaker, now: datetime) -> bool:
    """Reminders and broadcasts again; False when nothing had been stopped."""
    persons = people.persons_on(session, speaker.contact)
    stopped = [person for person in persons if "stopped" in (person.messages, person.broadcasts)]
    was_stopped = bool(stopped) or speaker.contact.stopped_at is not None
    said_no = _said_no(session, speaker.contact)
    for contact in _contacts(session, speaker.contact):
        contact.stopped_at = contact.stopped_at if said_no else None  # until she agrees again
    for person in persons:
        person.messages = person.broadcasts = "on"
        consents.resume(session, person, now)
    audit.note(session, now, "messages_started", contact_id=speaker.contact.id, channel=speaker.contact.channel)
    session.flush()
    return was_stopped


def _said_no(session: Session, contact: Contact) -> bool:
    """Whether everybody on this phone refused or took back her consent."""
    if contact.phone_index is None:
        return False
    answers = set(session.scalars(select(Person.consent).where(Person.phone_index == contact.phone_index)))
    return bool(answers) and answers <= {"refused", "withdrawn"}


def needs_consent(session: Session, speaker: Speaker) -> Draft | None:
    """START does not give back a consent that was withdrawn: it is asked for again."""
    person = speaker.person
    if person is None:
        return texts.say("consent_come_back") if _said_no(session, speaker.contact) else None
    if person.consent not in ("withdrawn", "pending", "none"):
        return None
    return texts.say("consent_ask_again", id=person.id)


def question(contact: Contact) -> Draft:
    """Why, if she likes to tell; and whether it was only the broadcasts."""
    offered = ("stop_broadcasts_only", *(f"stop_reason_{reason}" for reason in REASONS))
    buttons = tuple((texts.phrase(f"title_{verb}"), f"/press:{verb}:{contact.id}") for verb in offered)
    return Draft(texts.say("stop_why").text, buttons=buttons)


def _only_broadcasts(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    return stop_broadcasts(session, speaker, now) if number == speaker.contact.id else ()


def stop_broadcasts(session: Session, speaker: Speaker, now: datetime) -> Sequence[Draft]:
    """Announcements are off, reminders on."""
    for contact in _contacts(session, speaker.contact):
        contact.stopped_at = None
    for person in people.persons_on(session, speaker.contact):
        person.messages, person.broadcasts = "on", "stopped"
        consents.resume(session, person, now)
    audit.note(session, now, "broadcasts_stopped", contact_id=speaker.contact.id, channel=speaker.contact.channel)
    return (texts.say("stop_only_broadcasts"),)


def _reason(reason: str) -> Act:
    def do(
        session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
    ) -> Sequence[Draft]:  # fmt: skip
        if number != speaker.contact.id:
            return ()
        audit.note(session, now, "stop_reason", contact_id=speaker.contact.id, reason=reason)
        return (texts.say(f"stop_reason_{reason}"),)

    return Act(do, "inform")


PRESSES: dict[str, Act] = {
    "stop_broadcasts_only": Act(_only_broadcasts, "stop_messages"),
    **{f"stop_reason_{reason}": _reason(reason) for reason in REASONS},
}
