"""A mother wants somebody to go with her or to visit: the cadres of her village are asked, the first yes counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry import audit, messages, rosters, texts
from registry.acts import Act
from registry.messages import Draft
from registry.models import Cadre, CompanionRequest, Contact, Person
from registry.people import Speaker
from registry.places import village_label

SILENT_AFTER = timedelta(hours=2)  # by day; then the puskesmas is asked to find somebody
GIVEN_UP_AFTER = timedelta(days=3)


def ask(session: Session, speaker: Speaker, wish: str, now: datetime, inbox_id: int | None) -> CompanionRequest:
    """Offer it to the cadres of her village; without any the puskesmas is asked at once. One open wish at a time."""
    row = open_for(session, speaker.contact)
    if row is not None:
        return row
    person = speaker.person
    row = CompanionRequest(
        contact_id=speaker.contact.id, person_id=person.id if person else None, at=now, next_step_at=now + SILENT_AFTER
    )
    session.add(row)
    session.flush()
    village = person.village_code if person else speaker.contact.village_code
    roster = rosters.roster_of(session, village, speaker.contact.phone_index)
    helpers = roster.cadres or roster.puskesmas or roster.dinkes
    if not roster.cadres:
        row.next_step_at = now + GIVEN_UP_AFTER
    draft = texts.say("companion_offer", id=row.id, wish=wish or "-", **_facts(session, person, village))
    for one in helpers:
        _tell(session, row, one.contact, draft, "offer", now, inbox_id)
    audit.note(session, now, "companion_asked", contact_id=speaker.contact.id, subject=f"companion:{row.id}")
    return row


def open_for(session: Session, contact: Contact) -> CompanionRequest | None:
    """Her wish that nobody has fulfilled yet."""
    rows = select(CompanionRequest).where(CompanionRequest.contact_id == contact.id, CompanionRequest.status == "open")
    return session.scalar(rows.limit(1))


def _facts(session: Session, person: Person | None, village: str | None) -> dict[str, str]:
    return {
        "name": (person.name if person else None) or texts.phrase("phrase_not_registered"),
        "village": village_label(session, village) or texts.phrase("phrase_village_unknown"),
    }


def _tell(
    session: Session, row: CompanionRequest, contact: Contact, draft: Draft, step: str, now: datetime,
    inbox_id: int | None,
) -> None:  # fmt: skip
    key = f"companion:{row.id}:{step}:{contact.id}"
    messages.queue(
        session, contact, draft, kind="confirmation", priority=messages.REMINDER, now=now, key=key, inbox_id=inbox_id
    )


def _accept(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    """The first yes of somebody of her village wins; the database decides between two."""
    row = session.get(CompanionRequest, number)
    cadre = speaker.cadre
    if row is None or cadre is None or not _is_hers_to_take(session, speaker, row):
        return ()
    won = session.scalar(
        update(CompanionRequest)
        .where(CompanionRequest.id == number, CompanionRequest.status == "open")
        .values(status="accepted", cadre_id=cadre.id, next_step_at=None)
        .returning(CompanionRequest.id)
    )
    if won is None:
        return ()
    session.refresh(row)
    her = session.get_one(Contact, row.contact_id)
    _tell_both(session, row, her, cadre, now, inbox_id)
    person = session.get(Person, row.person_id) if row.person_id else None
    phone = (person.phone if person else None) or her.phone or texts.phrase("phrase_phone_unknown")
    facts = _facts(session, person, person.village_code if person else her.village_code)
    return (texts.say("companion_yours", phone=phone, **facts),)


def _is_hers_to_take(session: Session, speaker: Speaker, row: CompanionRequest) -> bool:
    person = session.get(Person, row.person_id) if row.person_id else None
    village = person.village_code if person else session.get_one(Contact, row.contact_id).village_code
    return village in speaker.villages


def _tell_both(
    session: Session, row: CompanionRequest, her: Contact, cadre: Cadre, now: datetime, inbox_id: int | None
) -> None:
    _tell(session, row, her, texts.say("companion_found", name=cadre.name, phone=cadre.phone), "found", now, inbox_id)


def _decline(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    """She cannot: the others were asked too, and the clock looks after the rest."""
    row = session.get(CompanionRequest, number)
    if row is None or row.status != "open" or speaker.cadre is None:
        return ()
    return (texts.say("companion_declined"),)


PRESSES: dict[str, Act] = {"companion_yes": Act(_accept), "companion_no": Act(_decline, "deny")}


def next_at(session: Session, after: datetime) -> datetime | None:
    """When nobody has answered for too long."""
    open_ones = (CompanionRequest.status == "open", CompanionRequest.next_step_at > after)
    return session.scalar(select(func.min(CompanionRequest.next_step_at)).where(*open_ones))


def run(session: Session, now: datetime) -> int:
    """Silence is passed on once, then she is told the truth."""
    due = (CompanionRequest.status == "open", CompanionRequest.next_step_at <= now)
    found = list(session.scalars(select(CompanionRequest).where(*due).limit(50).with_for_update(skip_locked=True)))
    for row in found:
        _pass_on(session, row, now)
    session.flush()
    return len(found)


def _pass_on(session: Session, row: CompanionRequest, now: datetime) -> None:
    her = session.get_one(Contact, row.contact_id)
    person = session.get(Person, row.person_id) if row.person_id else None
    if now >= row.at + GIVEN_UP_AFTER:
        row.status, row.next_step_at = "closed", None
        _tell(session, row, her, texts.say("companion_nobody"), "nobody", now, None)
        return
    village = person.village_code if person else her.village_code
    roster = rosters.roster_of(session, village, her.phone_index)
    draft = texts.say("companion_unanswered", **_facts(session, person, village), phone=her.phone or "-")
    for one in roster.puskesmas or roster.dinkes:
        _tell(session, row, one.contact, draft, "unanswered", now, None)
    row.next_step_at = row.at + GIVEN_UP_AFTER
