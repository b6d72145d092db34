"""Draws the codes that stand for something else: a mother's short code, an invitation. Both from one alphabet."""

from __future__ import annotations

import secrets

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from nlu.language.short_codes import ALPHABET, LENGTH, PREFIX, normalise_code
from registry.models import Person


def draw(length: int) -> str:
    """So many signs by chance, none of them mistaken for another; a letter and a digit among them, for a bare word is
    not read as a code."""
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if not signs.isalpha() and not signs.isdecimal():
            return signs


def new_short_code(session: Session) -> str:
    """A code that no mother has: "M-4F7Q" out of 639,584."""
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
