"""Whose NIK is it? Nobody learns anything about a NIK before it is proved to be hers.

A NIK encodes its owner's birth date, so the birth date alone proves little when somebody else's phone asks for a
registered mother: then her name is asked as well. After three wrong answers the asker waits an hour, and it is noted;
so does whoever tries one NIK after the other, and whoever asks for a NIK that many phones have guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from rapidfuzz import fuzz
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, sealing
from registry.models import CivilRecord, Contact, IdentityClaim, Person

MEMORY = timedelta(hours=24)  # a proof holds for the conversation, not for the phone
PAUSE = timedelta(hours=1)
TRIES = 3
NIKS_AN_HOUR, NIKS_A_DAY = 5, 10  # that one contact may try; a family shares a phone, a list has thousands
GUESSES = 9  # wrong answers about one NIK within a day, whichever phones they come from
SAME_NAME = 82  # rapidfuzz ratio: offices spell names differently, but half a name is not hers

HALF = "half"  # the birth date was right, the name is still to come

Outcome = Literal["ask_birth_date", "ask_name", "proved", "wrong", "paused", "unknown", "family_card", "man"]


@dataclass(frozen=True)
class Step:
    """What the claim needs next."""

    outcome: Outcome
    claim_id: int | None = None


def paused(session: Session, contact: Contact, now: datetime) -> bool:
    """Whether this contact has guessed too often in the last hour."""
    return audit.count_since(session, contact.id, "identity_wrong", now - PAUSE) >= TRIES


def begin(session: Session, contact: Contact, nik: str, now: datetime) -> Step:
    """She gives a NIK of sound form; looks in all registers and says what is needed to prove it."""
    if paused(session, contact, now):
        return Step("paused")
    index = sealing.index("nik", nik)
    hers = _is_hers(session, contact, index)
    if not hers and _tries_many(session, contact, index, now):
        audit.note(session, now, "identity_many", contact_id=contact.id)
        return Step("paused")
    claim_id = keep(session, contact, nik, "open", now)
    outcome = _needed(session, nik, index)
    if outcome == "ask_birth_date":
        outcome = "proved" if hers else outcome
    session.get_one(IdentityClaim, claim_id).status = "open" if outcome == "ask_birth_date" else outcome
    return Step(outcome, None if outcome in ("man", "family_card") else claim_id)


def _needed(session: Session, nik: str, index: str) -> Outcome:
    civil = session.get(CivilRecord, index)
    if civil is None and _is_family_card(session, nik):
        return "family_card"
    if civil is not None and civil.sex == "M":
        return "man"
    return "unknown" if _birth_date(session, index) is None else "ask_birth_date"  # without one nothing can be proved


def _tries_many(session: Session, contact: Contact, index: str, now: datetime) -> bool:
    """Whether this contact has tried so many other NIK that it is guessing; every answer tells whether one exists."""
    for allowed, since in ((NIKS_AN_HOUR, now - PAUSE), (NIKS_A_DAY, now - MEMORY)):
        others = select(func.count(IdentityClaim.nik_index.distinct())).where(
            IdentityClaim.contact_id == contact.id, IdentityClaim.nik_index != index, IdentityClaim.at >= since
        )
        if (session.scalar(others) or 0) >= allowed:
            return True
    return False


def keep(session: Session, contact: Contact, nik: str, status: str, now: datetime) -> int:
    """Note a NIK that needs no proof (a cadre asks for her own village); returns the claim's number."""
    claim = IdentityClaim(contact_id=contact.id, nik=nik, nik_index=sealing.index("nik", nik), status=status, at=now)
    session.add(claim)
    session.flush()
    return claim.id


def prove_birth_date(session: Session, contact: Contact, claim_id: int, born_on: date, now: datetime) -> Step:
    """She answers the birth date."""
    claim = _open_claim(session, contact, claim_id, now)
    if claim is None or paused(session, contact, now) or _guessed_at(session, claim.nik_index, now):
        return Step("paused")
    known = _birth_date(session, claim.nik_index)
    if known is None or known != born_on:
        return _wrong(session, contact, claim, now)
    if _belongs_to_other_phone(session, contact, claim.nik_index):
        claim.status = HALF
        return Step("ask_name", claim.id)
    claim.status = "proved"
    return Step("proved", claim.id)


def prove_name(session: Session, contact: Contact, claim_id: int, name: str, now: datetime) -> Step:
    """She answers the name, which a NIK does not give away."""
    claim = _open_claim(session, contact, claim_id, now)
    if claim is None or paused(session, contact, now) or _guessed_at(session, claim.nik_index, now):
        return Step("paused")
    if claim.status != HALF:
        return Step("ask_birth_date", claim.id)  # a name alone proves nothing
    if not same_name(_name(session, claim.nik_index), name):
        return _wrong(session, contact, claim, now)
    claim.status = "proved"
    audit.note(session, now, "identity_from_other_phone", contact_id=contact.id, subject=f"claim:{claim.id}")
    return Step("proved", claim.id)


def _guessed_at(session: Session, index: str, now: datetime) -> bool:
    """Whether this NIK was guessed at so often today that nobody is asked any more; her own phone needs no question."""
    wrong = select(func.sum(IdentityClaim.wrong_answers)).where(
        IdentityClaim.nik_index == index, IdentityClaim.at >= now - MEMORY
    )
    return (session.scalar(wrong) or 0) >= GUESSES


def proved_nik(session: Session, contact: Contact, now: datetime) -> str | None:
    """The NIK this contact has proved in the last day."""
    row = session.scalar(
        select(IdentityClaim)
        .where(IdentityClaim.contact_id == contact.id, IdentityClaim.status == "proved")
        .where(IdentityClaim.at >= now - MEMORY)
        .order_by(IdentityClaim.id.desc())
        .limit(1)
    )
    return None if row is None else row.nik


def remember(session: Session, contact: Contact, nik: str) -> None:
    """Put a proved NIK on the file of the registered mother who lacked one."""
    index = sealing.index("nik", nik)
    if not _is_hers(session, contact, index):
        return
    person = session.scalar(
        select(Person).where(Person.phone_index == contact.phone_index, Person.registered).order_by(Person.id)
    )
    taken = session.scalar(select(Person.id).where(Person.nik_index == index))
    if person is not None and person.nik is None and taken is None:
        person.nik, person.nik_index = nik, index


def claimed_nik(session: Session, contact: Contact, claim_id: int) -> str | None:
    """The NIK of a claim of this contact, whatever became of it."""
    claim = session.get(IdentityClaim, claim_id)
    return claim.nik if claim is not None and claim.contact_id == contact.id else None


def standing(session: Session, contact: Contact, claim_id: int, now: datetime) -> str | None:
    """What became of a claim of this contact in the last day: "proved", "seen" (needs no proof), "unknown" ..."""
    claim = _open_claim(session, contact, claim_id, now)
    return None if claim is None else claim.status


def _open_claim(session: Session, contact: Contact, claim_id: int, now: datetime) -> IdentityClaim | None:
    claim = session.get(IdentityClaim, claim_id)
    fresh = claim is not None and claim.contact_id == contact.id and claim.at >= now - MEMORY
    return claim if fresh else None


def _wrong(session: Session, contact: Contact, claim: IdentityClaim, now: datetime) -> Step:
    claim.wrong_answers += 1
    audit.note(session, now, "identity_wrong", contact_id=contact.id, subject=f"claim:{claim.id}")
    session.flush()
    if paused(session, contact, now):
        claim.status = "failed"
        return Step("paused", claim.id)
    return Step("wrong", claim.id)


def _is_family_card(session: Session, digits: str) -> bool:
    index = sealing.index("family_card", digits)
    return session.scalar(select(CivilRecord.nik_index).where(CivilRecord.family_card_index == index)) is not None


def _is_hers(session: Session, contact: Contact, index: str) -> bool:
    """She writes from the phone she is registered with, under this NIK or with the same name and birth date."""
    if contact.phone_index is None:
        return False
    person = session.scalar(
        select(Person).where(Person.phone_index == contact.phone_index, Person.registered).order_by(Person.id)
    )
    if person is None or person.nik_index is not None:
        return person is not None and person.nik_index == index
    known = _birth_date(session, index)
    return known is not None and person.born_on == known and same_name(_name(session, index), person.name or "")


def _belongs_to_other_phone(session: Session, contact: Contact, index: str) -> bool:
    person = session.scalar(select(Person).where(Person.nik_index == index, Person.registered))
    return person is not None and person.phone_index not in (None, contact.phone_index)


def _birth_date(session: Session, index: str) -> date | None:
    civil = session.get(CivilRecord, index)
    if civil is not None and civil.born_on is not None:
        return civil.born_on
    person = session.scalar(select(Person).where(Person.nik_index == index))
    return None if person is None else person.born_on


def _name(session: Session, index: str) -> str | None:
    civil = session.get(CivilRecord, index)
    if civil is not None and civil.name:
        return civil.name
    person = session.scalar(select(Person).where(Person.nik_index == index))
    return None if person is None else person.name


def same_name(known: str | None, told: str) -> bool:
    """Whether a name told is the one on record, spelt a little otherwise."""
    if known is None or len(told.strip()) < 3:
        return False
    return fuzz.ratio(known.casefold(), told.casefold().strip()) >= SAME_NAME
