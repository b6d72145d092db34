"""``kawal erase``: all data of a mother who cannot ask by message herself, as the office decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from nlu.language.identifiers import mask_nik, mask_phone, parse_phone
from nlu.language.short_codes import normalise_code
from registry.errors import RegistryError
from registry.messaging import conversations
from registry.models import Person
from registry.persons import erasure, own_data
from settings import Settings


class ErasureError(RegistryError):
    """Nobody, or more than one, is meant."""


def find(session: Session, written: str) -> Person:
    """The one person behind a telephone number or a short code.

    Raises:
        ErasureError: nobody is kept under it, or several share the number.
    """
    code, phone = normalise_code(written), parse_phone(written)
    if code is None and phone is None:
        raise ErasureError(f"{written!r} is no telephone number and no code like M-4F7Q")
    found = erasure.find(session, code=code) if code else erasure.find(session, phone=phone)
    if not found:
        raise ErasureError("nobody is kept under that")
    if len(found) > 1:
        codes = ", ".join(person.code or "-" for person in found)
        raise ErasureError(f"{len(found)} people share that number, give one of their codes: {codes}")
    return found[0]


def describe(person: Person) -> str:
    """Enough to know her by, masked."""
    name = "".join(f"{word[0]}." for word in (person.name or "").split())
    parts = (name, person.code, mask_nik(person.nik) if person.nik else None, person.phone and mask_phone(person.phone))
    return ", ".join(part for part in parts if part)


def erase(session: Session, written: str, settings: Settings, now: datetime) -> str:
    """Erase her now, also what Rasa remembers; returns the line to print.

    Raises:
        ErasureError: nobody, or more than one, is meant.
    """
    person = find(session, written)
    own_data.note_request(session, "delete", now)
    senders = erasure.erase(session, person, now)
    conversations.forget(settings.conversations, senders)
    return "sudah dihapus (erased in every table and in the conversations)"
