"""Draws the codes that stand for something else: a mother's short code, an invitation. Both from one alphabet."""

from __future__ import annotations

import secrets

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from nlu.language.short_codes import ALPHABET, LENGTH, PREFIX, normalise_code
from registry.models import Person


def draw(length: int) -> str:
    """So many signs by chance; none of them is mistaken for another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_short_code(session: Session) -> str:
    """A code that no mother has: "M-4F7Q" out of 923,521."""
    while True:
        code = f"{PREFIX}-{draw(LENGTH)}"
        if not session.scalar(select(exists().where(Person.code == code))):
            return code


def of(session: Session, person: Person) -> str:
    """Her code; one is drawn when she has none yet, as who came by another way than a registration."""
    person.code = person.code or new_short_code(session)
    return person.code


def mother_with(session: Session, written: str) -> Person | None:
    """The registered mother behind a code, however it is written; whether the asker may see her is not decided here."""
    code = normalise_code(written)
    if code is None:
        return None
    return session.scalar(select(Person).where(Person.code == code, Person.registered))
