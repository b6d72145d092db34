"""A cry for help from a phone that several mothers share: which of them it is, and their names until it is known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from nlu.language.tokens import fold
from registry import texts
from registry.models import Contact, Person
from registry.persons import people, rosters, shared_phones
from registry.persons.people import Speaker

SHARED_BY = 2  # and more
SHORTEST_NAME = 3  # letters: "Nur" is a name, "bu" is none
_WORD = re.compile(r"[^\W\d_]+")


def mothers_of(session: Session, contact: Contact | None) -> list[Person]:
    """The registered mothers of a phone that is shared; none when it is one woman's, or a helper's own."""
    found = people.persons_on(session, contact) if contact is not None else []
    if len(found) < SHARED_BY or contact is None or contact.phone_index is None:
        return []
    return [] if rosters.names_of(session, [contact.phone_index]) else found


def meant(session: Session, speaker: Speaker, said: str) -> Person | None:
    """Of the mothers on this phone the one who is named, else the one who said she writes; None: it may be any."""
    mothers = mothers_of(session, speaker.contact)
    words = set(_WORD.findall(fold(said)))
    called = [person for person in mothers if not words.isdisjoint(_name(person))]
    if len(called) == 1:
        return called[0]
    is_known = not mothers or any(person.id == speaker.contact.speaks_for for person in mothers)
    return speaker.person if is_known else None


def _name(person: Person) -> list[str]:
    return [word for word in _WORD.findall(fold(person.name or "")) if len(word) >= SHORTEST_NAME]


def village_of(mothers: Sequence[Person]) -> str | None:
    """The one village in which all of them live."""
    found = {person.village_code for person in mothers}
    return next(iter(found)) if len(found) == 1 else None


def names_of(mothers: Sequence[Person]) -> str:
    """ "Siti Aminah atau Sri Wahyuni (satu HP)"; for those who help."""
    names = f" {texts.phrase('phrase_or')} ".join(person.name or texts.phrase("phrase_unknown") for person in mothers)
    return texts.say("alert_one_of", names=names).text


def choices(session: Session, contact: Contact) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Which of them it is: their first names in a row, and a button for each."""
    buttons = shared_phones.question(session, contact).buttons
    return f" {texts.phrase('phrase_or')} ".join(title for title, _ in buttons), buttons
