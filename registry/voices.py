"""One fact, two ways to say it: to the mother herself, or to the cadre or officer who tells of her."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry import access, texts
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons.people import Speaker


def is_hers(speaker: Speaker, person: Person) -> bool:
    """Whether it is her own phone that writes."""
    if speaker.person is not None and speaker.person.id == person.id:
        return True
    return person.phone_index is not None and person.phone_index == speaker.contact.phone_index


def may_tell_of(session: Session, speaker: Speaker, person: Person) -> bool:
    """Whether this speaker may say what became of her: she herself, or whose business she is."""
    return is_hers(speaker, person) or access.may_look_after(session, speaker, person)


def role_of(speaker: Speaker, person: Person) -> str:
    """Who says it: mother, cadre or staff. An officer who is pregnant herself speaks as a mother."""
    if is_hers(speaker, person):
        return "mother"
    return "staff" if speaker.staff is not None else "cadre"


def label(person: Person) -> str:
    """Her name and short code: "Rina Wati (M-4F7Q)"; only for who may see her."""
    name = person.name or texts.phrase("phrase_not_registered")
    return f"{name} ({person.code})" if person.code else name


def say(speaker: Speaker, person: Person, name: str, /, **values: object) -> Draft:
    """The text to herself; to a helper the one with ``_helper`` behind its name, which also gets her ``mother``."""
    if is_hers(speaker, person):
        return texts.say(name, **values)
    return texts.say(f"{name}_helper", **values, mother=label(person))
