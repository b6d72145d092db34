"""Before anything personal is shown it is asked who writes: on a phone of two mothers, and on a number that was told
from another phone as the new one of a mother, for it may be wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.tokens import fold
from registry import audit, texts
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Contact, Person, RecordChange
from registry.persons import people
from registry.persons.people import Speaker

_WORD = re.compile(r"\w+")
_BESIDE_A_NAME = frozenset({"bu", "ibu", "mbak", "ini", "iki", "niki", "saya", "aku", "kulo", "dengan", "sama", "ya"})
_IT_IS = frozenset({"ini", "iki", "niki", "saya", "aku", "kulo", "dengan"})
MOST_WORDS = 4  # of a name
MOST_NAMES = 9  # what a list on WhatsApp holds, and one row for "somebody else"


def must_ask(session: Session, contact: Contact) -> bool:
    """Whether nobody has said who it is: of several mothers of this phone, or on a number that was only told."""
    persons = people.persons_on(session, contact)
    if any(person.id == contact.speaks_for for person in persons):
        return False
    return len(persons) > 1 or any(_was_only_told(session, contact, person) for person in persons)


def _was_only_told(session: Session, contact: Contact, person: Person) -> bool:
    """Whether her number was changed to this one from another phone."""
    rows = select(RecordChange).where(RecordChange.person_id == person.id, RecordChange.field == "phone")
    last = session.scalar(rows.order_by(RecordChange.id.desc()).limit(1))
    teller = session.get(Contact, last.contact_id) if last is not None and last.contact_id is not None else None
    return last is not None and (teller is None or teller.phone_index != contact.phone_index)


def question(session: Session, contact: Contact) -> Draft:
    """ "Ini dengan Bu A atau Bu B?", a button for each; first names only."""
    persons = people.persons_on(session, contact)[:MOST_NAMES]
    if len(persons) == 1:
        return texts.say("who_writes_new_number", name=first_name(persons[0]), id=persons[0].id)
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
    """Her name alone in place of the button, while nobody knows who writes; a name that both have tells nothing.

    Later only "iki Kasiyem" or "saya Dewi" says that the telephone has changed hands.
    """
    heard = set(_WORD.findall(fold(said)))
    words = heard - _BESIDE_A_NAME
    if not 0 < len(words) <= MOST_WORDS or not (heard & _IT_IS or must_ask(session, contact)):
        return None
    persons = people.persons_on(session, contact)
    called = [person for person in persons if words <= set(_WORD.findall(fold(person.name or "")))]
    if [person.id for person in called] == [contact.speaks_for] or not (len(persons) > 1 or must_ask(session, contact)):
        return None
    return ("speaks_for", called[0].id) if len(called) == 1 else None


def asks_of_one(payloads: Sequence[str]) -> bool:
    """Whether these are the buttons of the question that takes a yes or a no."""
    return [payload.split(":")[1] for payload in payloads if payload.count(":") > 1] == ["speaks_for", "wrong_person"]


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
