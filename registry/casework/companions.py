"""A mother wants somebody to go with her or to visit: the cadres of her village are asked, the first yes counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry import access, audit, texts
from registry.acts import Act
from registry.messaging import messages, outbox
from registry.messaging.messages import Draft
from registry.models import Cadre, CompanionRequest, Contact, Person
from registry.persons import people, rosters
from registry.persons.people import Speaker
from registry.persons.rosters import OnDuty, Roster
from registry.places import village_label
from registry.rules import quiet

SILENT_AFTER = timedelta(hours=2)  # by day; then the puskesmas is asked to find somebody
GIVEN_UP_AFTER = timedelta(days=3)
Asked = Literal["cadres", "office", "nobody"]


@dataclass(frozen=True)
class Wish:
    """Whom it is about and where."""

    person: Person | None
    contact: Contact
    village: str | None

    def facts(self, session: Session) -> dict[str, str]:
        """Her name and village, for who is to help."""
        phone = (self.person.phone if self.person else None) or self.contact.phone
        return {
            "name": (self.person.name if self.person else None) or texts.phrase("phrase_not_registered"),
            "village": village_label(session, self.village) or texts.phrase("phrase_village_unknown"),
            "phone": phone or texts.phrase("phrase_phone_unknown"),
        }


def ask(session: Session, speaker: Speaker, wish: str, now: datetime, inbox_id: int | None) -> Asked:
    """Offer it to the cadres of her village, else to the office at once; one open wish at a time. Who is asked."""
    people.hold(session, speaker.contact)
    known = open_for(session, speaker.contact)
    if known is not None:
        return "cadres" if _roster(session, _wish_of(session, known)).cadres else "office"
    person = speaker.person
    row = CompanionRequest(contact_id=speaker.contact.id, person_id=person.id if person else None, at=now)
    session.add(row)
    session.flush()
    audit.note(session, now, "companion_asked", contact_id=speaker.contact.id, subject=f"companion:{row.id}")
    meant = _wish_of(session, row)
    roster = _roster(session, meant)
    row.next_step_at = _waking(session, now) + (SILENT_AFTER if roster.cadres else GIVEN_UP_AFTER)
    if roster.cadres:
        draft = texts.say("companion_offer", id=row.id, wish=wish or "-", **meant.facts(session))
        _tell_all(session, roster.cadres, draft, now, inbox_id)
        return "cadres"
    if not _tell_office(session, row, meant, roster, now, inbox_id):
        row.status, row.next_step_at = "closed", None
        return "nobody"
    return "office"


def open_for(session: Session, contact: Contact) -> CompanionRequest | None:
    """Her wish that nobody has fulfilled yet."""
    rows = select(CompanionRequest).where(CompanionRequest.contact_id == contact.id, CompanionRequest.status == "open")
    return session.scalar(rows.limit(1))


def _wish_of(session: Session, row: CompanionRequest) -> Wish:
    person = session.get(Person, row.person_id) if row.person_id else None
    contact = session.get_one(Contact, row.contact_id)
    return Wish(person, contact, person.village_code if person else contact.village_code)


def _roster(session: Session, wish: Wish) -> Roster:
    return rosters.roster_of(session, wish.village, wish.contact.phone_index)


def _waking(session: Session, now: datetime) -> datetime:
    """From when on an answer can be expected: what is asked by night arrives in the morning."""
    return quiet.next_allowed(now, outbox.quiet_hours(session, now))


def _tell_all(
    session: Session, helpers: Iterable[OnDuty], draft: Draft, now: datetime, inbox_id: int | None
) -> bool:  # fmt: skip
    told = [
        messages.queue(
            session, one.contact, draft, kind="confirmation", priority=messages.REMINDER, now=now, inbox_id=inbox_id
        )
        for one in helpers
    ]
    return any(told)


def _tell_office(
    session: Session, row: CompanionRequest, wish: Wish, roster: Roster, now: datetime, inbox_id: int | None
) -> bool:
    draft = texts.say("companion_unanswered", id=row.id, **wish.facts(session))
    return _tell_all(session, roster.puskesmas or roster.dinkes, draft, now, inbox_id)


def _tell_her(session: Session, wish: Wish, draft: Draft, now: datetime, inbox_id: int | None) -> None:
    """The answer to what she asked for: also after a STOP, but never by night."""
    messages.queue(
        session, wish.contact, draft, kind="confirmation", priority=messages.ANSWER, now=now, inbox_id=inbox_id,
        due_at=_waking(session, now),
    )  # fmt: skip


def _take(session: Session, number: int, cadre: Cadre | None, status: str) -> CompanionRequest | None:
    """The first one wins: the database decides between two at the same moment."""
    won = session.scalar(
        update(CompanionRequest)
        .where(CompanionRequest.id == number, CompanionRequest.status == "open")
        .values(status=status, cadre_id=cadre.id if cadre else None, next_step_at=None)
        .returning(CompanionRequest.id)
    )
    return session.get(CompanionRequest, number, populate_existing=True) if won is not None else None


def _of_helper(session: Session, speaker: Speaker, number: int) -> Wish | None:
    """The wish, when it is this helper's business."""
    row = session.get(CompanionRequest, number)
    if row is None or (speaker.cadre is None and speaker.staff is None):
        return None
    wish = _wish_of(session, row)
    return wish if access.may_see_place(session, speaker, wish.village) else None


def _accept(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    """The first yes of a cadre of her village wins; both get the other's number."""
    wish, cadre = _of_helper(session, speaker, number), speaker.cadre
    if wish is None or cadre is None or _take(session, number, cadre, "accepted") is None:
        return ()
    found = texts.say("companion_found", name=cadre.name, phone=cadre.phone, id=number)
    _tell_her(session, wish, found, now, inbox_id)
    audit.note(
        session, now, "companion_accepted", contact_id=speaker.contact.id, subject=f"companion:{number}"
    )  # fmt: skip
    return (texts.say("companion_yours", id=number, **wish.facts(session)),)


def _arrange(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    """An officer has found somebody by telephone."""
    wish = _of_helper(session, speaker, number)
    if wish is None or speaker.staff is None or _take(session, number, None, "accepted") is None:
        return ()
    _tell_her(session, wish, texts.say("companion_arranged"), now, inbox_id)
    audit.note(
        session, now, "companion_arranged", contact_id=speaker.contact.id, subject=f"companion:{number}"
    )  # fmt: skip
    return (texts.say("companion_arranged_kept", name=wish.facts(session)["name"]),)


def _decline(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    """She cannot: the others were asked too; when there are none the office is asked at once."""
    wish = _of_helper(session, speaker, number)
    row = session.get(CompanionRequest, number, with_for_update=True, populate_existing=True)
    if wish is None or row is None or row.status != "open" or speaker.cadre is None:
        return ()
    others = [one for one in _roster(session, wish).cadres if one.index != speaker.contact.phone_index]
    if others or now >= row.at + GIVEN_UP_AFTER:
        return (texts.say("companion_declined"),)
    _pass_on(session, row, now, inbox_id)
    return (texts.say("companion_declined_alone"),)


def _taken_back(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> tuple[Draft, ...]:
    """The cadre who said yes cannot come after all: the others are asked again, and she is told."""
    row = session.get(CompanionRequest, number, with_for_update=True, populate_existing=True)
    if row is None or speaker.cadre is None or row.status != "accepted" or row.cadre_id != speaker.cadre.id:
        return ()
    row.status, row.cadre_id, row.at = "open", None, now
    wish = _wish_of(session, row)
    audit.note(session, now, "companion_taken_back", contact_id=speaker.contact.id, subject=f"companion:{number}")
    _tell_her(session, wish, texts.say("companion_lost"), now, inbox_id)
    others = [one for one in _roster(session, wish).cadres if one.index != speaker.contact.phone_index]
    if others:
        row.next_step_at = _waking(session, now) + SILENT_AFTER
        draft = texts.say("companion_offer", id=row.id, wish="-", **wish.facts(session))
        _tell_all(session, others, draft, now, inbox_id)
    else:
        _pass_on(session, row, now, inbox_id)
    return (texts.say("companion_taken_back"),)


def _called_off(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> tuple[Draft, ...]:
    """She needs nobody any more: the cadre who had said yes is told."""
    row = session.get(CompanionRequest, number, with_for_update=True, populate_existing=True)
    if row is None or row.contact_id != speaker.contact.id or row.status == "closed":
        return ()
    cadre = session.get(Cadre, row.cadre_id) if row.cadre_id else None
    row.status, row.next_step_at = "closed", None
    wish = _wish_of(session, row)
    draft = texts.say("companion_not_needed", **wish.facts(session))
    told = [one for one in _roster(session, wish).cadres if cadre is not None and one.index == cadre.phone_index]
    _tell_all(session, told, draft, now, inbox_id)
    audit.note(session, now, "companion_called_off", contact_id=speaker.contact.id, subject=f"companion:{number}")
    return (texts.say("companion_called_off"),)


PRESSES: dict[str, Act] = {
    "companion_yes": Act(_accept),
    "companion_no": Act(_decline, "deny"),
    "companion_arranged": Act(_arrange),
    "companion_back": Act(_taken_back, "deny"),
    "companion_off": Act(_called_off, "deny"),
}


def next_at(session: Session, after: datetime) -> datetime | None:
    """When nobody has answered for too long."""
    open_ones = (CompanionRequest.status == "open", CompanionRequest.next_step_at > after)
    return session.scalar(select(func.min(CompanionRequest.next_step_at)).where(*open_ones))


def run(session: Session, now: datetime) -> int:
    """Silence is passed on once, then she is told the truth."""
    due = (CompanionRequest.status == "open", CompanionRequest.next_step_at <= now)
    found = list(session.scalars(select(CompanionRequest).where(*due).limit(50).with_for_update(skip_locked=True)))
    for row in found:
        _pass_on(session, row, now, None)
    session.flush()
    return len(found)


def _pass_on(session: Session, row: CompanionRequest, now: datetime, inbox_id: int | None) -> None:
    wish = _wish_of(session, row)
    if now >= row.at + GIVEN_UP_AFTER:
        row.status, row.next_step_at = "closed", None
        _tell_her(session, wish, texts.say("companion_nobody"), now, inbox_id)
        return
    row.next_step_at = row.at + GIVEN_UP_AFTER
    _tell_office(session, row, wish, _roster(session, wish), now, inbox_id)
    session.flush()
