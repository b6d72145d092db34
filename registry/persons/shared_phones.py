"""Two mothers on one phone: before anything personal is shown, it is asked who writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from nlu.language.tokens import fold
from registry import audit, texts
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Contact, Person
from registry.persons import people
from registry.persons.people import Speaker

_WORD = re.compile(r"\w+")
_BESIDE_A_NAME = frozenset({"bu", "ibu", "mbak", "ini", "iki", "niki", "saya", "aku", "kulo", "dengan", "sama", "ya"})
MOST_WORDS = 4  # of a name
MOST_NAMES = 9  # what a list on WhatsApp holds, and one row for "somebody else"


def must_ask(session: Session, contact: Contact) -> bool:
    """Whether several registered mothers write from here and nobody has said who it is."""
    persons = people.persons_on(session, contact)
    return len(persons) > 1 and all(person.id != contact.speaks_for for person in persons)


def question(session: Session, contact: Contact) -> Draft:
    """ "Ini dengan Bu A atau Bu B?", a button for each; first names only."""
    persons = people.persons_on(session, contact)[:MOST_NAMES]
    names = _names(persons)
    asked = texts.say("who_writes", names=f" {texts.phrase('phrase_or')} ".join(names))
    buttons = tuple((name, f"/press:speaks_for:{person.id}") for name, person in zip(names, persons, strict=True))
    return Draft(asked.text, buttons=buttons)


def _names(persons: Sequence[Person]) -> list[str]:
    """First names; the whole name where two are called alike."""
    first = [first_name(person) for person in persons]
    shown = [
        (person.name or name) if first.count(name) > 1 else name for person, name in zip(persons, first, strict=True)
    ]
    return [texts.say("phrase_bu", name=name).text for name in shown]


def spoken(session: Session, contact: Contact, said: str) -> tuple[str, int] | None:
    """Her name alone in place of the button, while nobody knows who writes; a name that both have tells nothing."""
    words = {word for word in _WORD.findall(fold(said)) if word not in _BESIDE_A_NAME}
    if not 0 < len(words) <= MOST_WORDS or not must_ask(session, contact):
        return None
    called = [
        person for person in people.persons_on(session, contact) if words <= set(_WORD.findall(fold(person.name or "")))
    ]
    return ("speaks_for", called[0].id) if len(called) == 1 else None


def first_name(person: Person) -> str:
    """What she is called: the first word of her name."""
    return ((person.name or "").strip() or texts.phrase("phrase_mother_of_phone")).split()[0]


def shows_no_detail(person: Person) -> bool:
    """Whether somebody else may read what is sent to her phone: then nothing about her health is pushed."""
    return person.phone_owner not in (None, "own")


def choose(session: Session, contact: Contact, person: Person, now: datetime) -> None:
    """From now on this contact writes for her."""
    contact.speaks_for = person.id
    audit.note(session, now, "speaks_for", contact_id=contact.id, subject=f"person:{person.id}")


def _speaks_for(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    person = next((one for one in people.persons_on(session, speaker.contact) if one.id == number), None)
    if person is None:
        return ()
    choose(session, speaker.contact, person, now)
    return (texts.say("who_writes_thanks", name=first_name(person)),)


PRESSES: dict[str, Act] = {"speaks_for": Act(_speaks_for, "inform")}
