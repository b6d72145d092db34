"""The words of a complaint: without whoever complains, short enough to send, and who of Dinkes gets them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.complaint import Complaint as Told
from nlu.language.long_numbers import hide
from nlu.language.names import read_person_names
from registry import texts
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Complaint, Contact, Facility, Staff
from registry.persons import people, rosters, traces
from registry.persons.people import Speaker
from registry.rules import complaint as rules
from registry.rules.complaint import Officer, Unit

SHOWN = 500  # characters of her words in a message; a template may hold 1,024 in all
LONGEST_FACILITY = 80
_INTRODUCES = re.compile(r"(?:\b(?:saya|aku|kulo|kula|namaku|jenengku)|\bnama(?:\s+(?:saya|aku|ku))?)[\s:=]*$", re.I)
_A_KIND_ONLY = {"rumah sakit", "rumah bersalin", "puskesmas pembantu"}


def without_her(session: Session, speaker: Speaker, text: str) -> str:
    """Her words without numbers that name a person, and without the name of whoever complains."""
    masked = hide(text)
    for span in reversed(read_person_names(masked)):
        if span.role == "person" and _INTRODUCES.search(masked[: span.start]):
            masked = masked[: span.start] + texts.phrase("phrase_complainant") + masked[span.end :]
    for person in people.persons_with(session, speaker.contact.phone_index):
        pattern = traces.of(session, person, ()).pattern
        if pattern is not None:
            masked = pattern.sub(texts.phrase("phrase_complainant"), masked)
    return masked.strip()


def facility_name(session: Session, speaker: Speaker, told: Told) -> str | None:
    """The name in the register when it can mean one facility only, else her own word without numbers and herself."""
    rows = session.scalars(select(Facility).where(Facility.code.in_(told.facility_codes))).all()
    if len(rows) == 1:
        return rows[0].name
    return without_her(session, speaker, told.facility)[:LONGEST_FACILITY] if told.facility else None


def is_vague(facility: str | None) -> bool:
    """Whether it is still to be asked where it was: "puskesmas" alone could be any."""
    return facility is None or len(facility.split()) < 2 or facility.casefold() in _A_KIND_ONLY


def in_words(row: Complaint, now: datetime, more: str = "") -> dict[str, object]:
    """What an officer may read of it: never her name or number, which the answer does not need."""
    amount = texts.phrase("phrase_no_amount")
    if row.amount is not None:
        amount = f"Rp {row.amount:,}".replace(",", ".")
    return {
        "number": row.number,
        "category": texts.phrase(f"phrase_complaint_{row.category}"),
        "facility": row.facility or texts.phrase("phrase_unknown"),
        "amount": amount,
        "entitled": texts.phrase(f"phrase_path_{row.entitled}") or texts.phrase("phrase_path_UNKNOWN"),
        "text": shortened(row.text),
        "more": shortened(more) or "-",
        "days": max(1, (now - (row.waiting_since or row.at)).days),
    }


def shortened(text: str) -> str:
    """As much of it as a message may hold."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def officer_of(staff: Staff) -> Officer:
    """An officer as the rules see her."""
    unit = Unit.DINKES if staff.unit == "dinkes" else Unit.PUSKESMAS
    return Officer(staff.id, unit, staff.facility)


def tell_dinkes(session: Session, row: Complaint, draft: Draft, now: datetime, inbox_id: int | None) -> None:
    """One message to everybody who handles it; by night it waits for the morning."""
    for officer in _officers(session, row):
        messages.queue(
            session, officer, draft, kind="alert", priority=messages.REMINDER, now=now, inbox_id=inbox_id
        )  # fmt: skip


def _officers(session: Session, row: Complaint) -> Iterable[Contact]:
    """Those of Dinkes whom a message reaches, without anybody of the facility complained of and without her."""
    hers = session.get(Contact, row.contact_id) if row.contact_id else None
    roster = rosters.roster_of(session, None, hers.phone_index if hers else None)
    reached = {one.index: one.contact for one in roster.dinkes}
    staff = session.scalars(select(Staff).where(Staff.active, Staff.phone_index.in_(reached)).order_by(Staff.id)).all()
    chosen = {officer.id for officer in rules.route(row.facility, map(officer_of, staff))}
    return [reached[one.phone_index] for one in staff if one.id in chosen]


def her_contact(session: Session, row: Complaint) -> Contact | None:
    """Where she is written to: from where she last wrote, whatever channel she complained on; None once erased."""
    contact = people.contact_for_phone(session, row.phone) if row.phone else None
    return contact or (session.get(Contact, row.contact_id) if row.contact_id else None)


def is_hers(session: Session, speaker: Speaker, row: Complaint) -> bool:
    """Whether it was made from this address or telephone."""
    made_on = session.get(Contact, row.contact_id) if row.contact_id else None
    if made_on is None:
        return False
    same_phone = made_on.phone_index is not None and made_on.phone_index == speaker.contact.phone_index
    return same_phone or made_on.id == speaker.contact.id
