"""Numbers change and get new owners: hers follows her, and whoever has her old one gets nothing of hers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nlu.language.wrong_person import says_wrong_person
from registry import access, audit, sealing, texts
from registry.acts import Act
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Cadre, Contact, OutboxMessage, Person, Pregnancy, RecordChange, Reminder
from registry.persons import changes, consents, people, shared_phones
from registry.persons.people import Speaker

MAY_UNDO = timedelta(days=7)
SAME_NAME = 82  # rapidfuzz ratio, as in the proof of identity


def change(
    session: Session, speaker: Speaker, person: Person, phone: str, now: datetime, inbox_id: int | None
) -> None:  # fmt: skip
    """Told from her registered number, or by who looks after her: it holds at once, and the new number is asked."""
    old = person.phone
    _put(session, speaker, person, phone, now)
    others = [one for one in people.persons_with(session, person.phone_index) if one.id != person.id]
    person.phone_owner = "family" if others else None if person.phone_owner is None else "own"
    if person.messages == "stopped":
        return
    contact = people.reach(session, phone, now)
    name = shared_phones.first_name(person)
    _push(session, contact, texts.say("phone_new_number", name=name, id=person.id), now, f"{person.id}:{old}", inbox_id)


def move_here(session: Session, speaker: Speaker, person: Person, now: datetime, inbox_id: int | None) -> None:
    """She has proved who she is from another number: it is hers now, and the old one is told, without a word of her."""
    old, new = person.phone, speaker.contact.phone
    if new is None or old == new:
        return
    _put(session, speaker, person, new, now)
    contact = people.contact_for_phone(session, old) if old else None
    if contact is not None:
        _push(session, contact, texts.say("phone_moved_away"), now, f"{person.id}:moved:{speaker.contact.id}", inbox_id)


def _put(session: Session, speaker: Speaker, person: Person, phone: str | None, now: datetime) -> None:
    changes.note(session, speaker, person, "phone", person.phone, phone, now)
    before = person.phone_index
    person.phone = phone
    person.phone_index = sealing.index("phone", phone) if phone else None
    changes.noted(session, speaker, person, "phone", now)
    session.flush()
    _bring_along(session, person, before, now)
    consents.replan(session, person, now)


def _bring_along(session: Session, person: Person, before: str | None, now: datetime) -> None:
    """Reminders that wait to be sent (at night, after a failed try) follow her; nothing else is pushed to the old one.

    A number that another mother has too keeps what is that mother's.
    """
    contact = people.reach(session, person.phone, now) if person.phone else None
    hers = select(Reminder.outbox_id).join(Pregnancy, Pregnancy.id == Reminder.pregnancy_id)
    hers = hers.where(Pregnancy.person_id == person.id, Reminder.recipient == "mother")
    waiting = update(OutboxMessage).where(OutboxMessage.id.in_(hers), OutboxMessage.status == "queued")
    if contact is None:
        session.execute(waiting.values(status="cancelled"))
    else:
        session.execute(waiting.values(contact_id=contact.id, channel=contact.channel))
    if not people.persons_with(session, before):
        for old in people.contacts_of_phone(session, before):
            consents.drop_queued(session, old)


def _push(
    session: Session, contact: Contact, draft: Draft, now: datetime, key: str, inbox_id: int | None
) -> None:  # fmt: skip
    index = sealing.index("phone", key)[:24]
    messages.queue(
        session, contact, draft, kind="confirmation", priority=messages.REMINDER, now=now,
        key=f"phone:{index}:{now:%Y%m%d%H%M}", inbox_id=inbox_id,
    )  # fmt: skip


def proves_name(session: Session, contact: Contact, person: Person, told: str, now: datetime) -> bool:
    """Whether a told name is hers; half a name is not, and a wrong one counts as a guess."""
    said = told.casefold().strip()
    if len(said) >= 3 and fuzz.ratio((person.name or "").casefold(), said) >= SAME_NAME:
        return True
    audit.note(session, now, "identity_wrong", contact_id=contact.id, subject=f"person:{person.id}")
    session.flush()
    return False


def spoken(session: Session, speaker: Speaker, said: str) -> tuple[str, int] | None:
    """ "Salah orang": whoever has this number now is not the mother it was registered for."""
    if speaker.role != "mother" or speaker.person is None or not says_wrong_person(said):
        return None
    shared = len(people.persons_on(session, speaker.contact)) > 1
    return None if shared else ("wrong_person", speaker.person.id)


def _of_this_phone(session: Session, speaker: Speaker, number: int) -> Person | None:
    person = session.get(Person, number)
    if person is None or person.phone_index is None or person.phone_index != speaker.contact.phone_index:
        return None
    return person


def _yes(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _of_this_phone(session, speaker, number)
    if person is None:
        return ()
    audit.note(session, now, "phone_confirmed", contact_id=speaker.contact.id, subject=f"person:{person.id}")
    _is_hers(session, person, now)
    return (texts.say("phone_confirmed"),)


def _is_hers(session: Session, person: Person, now: datetime) -> None:
    """Nobody is asked any more who writes from her number; on a phone of two mothers it stays a question."""
    if len(people.persons_with(session, person.phone_index)) > 1:
        return
    for contact in people.contacts_of_phone(session, person.phone_index):
        shared_phones.choose(session, contact, person, now)


def _wrong_person(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    """From now on this number gets nothing of hers; the number before it holds again when it was given up just now."""
    person = _of_this_phone(session, speaker, number)
    if person is None:
        return ()
    before = _last_change(session, person, now)
    for contact in people.contacts_of_phone(session, person.phone_index):
        consents.drop_queued(session, contact)
        contact.speaks_for = None
    audit.note(session, now, "number_not_hers", contact_id=speaker.contact.id, subject=f"person:{person.id}")
    if before is not None and before.new == person.phone and before.old is not None:
        _put(session, speaker, person, before.old, now)
        _is_hers(session, person, now)
        contact_before = people.contact_for_phone(session, before.old)
        if contact_before is not None:
            _push(session, contact_before, texts.say("phone_put_back"), now, f"{person.id}:back", inbox_id)
    else:
        _put(session, speaker, person, None, now)
        _ask_cadre(session, person, now, inbox_id)
    return (texts.say("phone_not_hers", id=person.id),)


def _last_change(session: Session, person: Person, now: datetime) -> RecordChange | None:
    rows = select(RecordChange).where(
        RecordChange.person_id == person.id, RecordChange.field == "phone", RecordChange.at >= now - MAY_UNDO
    )
    return session.scalar(rows.order_by(RecordChange.id.desc()).limit(1))


def _ask_cadre(session: Session, person: Person, now: datetime, inbox_id: int | None) -> None:
    """Whoever looks after her asks for the new number; nobody does when she left out that helpers know of her."""
    if not access.agreed_to_be_seen(person):
        return
    pregnancy = people.latest_pregnancy(session, person)
    cadre = session.get(Cadre, pregnancy.cadre_id) if pregnancy is not None and pregnancy.cadre_id else None
    phones = [cadre.phone] if cadre is not None and cadre.active else []
    phones += [helper.phone for helper in people.helpers_for(session, person.village_code)]
    contacts = (people.contact_for_phone(session, phone) for phone in phones)
    contact = next((one for one in contacts if one is not None), None)
    if contact is not None:
        name = person.name or texts.phrase("phrase_unknown")
        draft = texts.say("phone_ask_cadre", name=name, code=person.code or name)
        _push(session, contact, draft, now, f"{person.id}:lost", inbox_id)


def _still_me(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """Pressed by mistake: the number comes back, as long as nobody has given another one."""
    person = session.get(Person, number)
    change_back = _last_change(session, person, now) if person is not None else None
    if person is None or change_back is None or change_back.old is None or change_back.contact_id != speaker.contact.id:
        return ()
    if change_back.new != person.phone or change_back.old != speaker.contact.phone:
        return ()
    _put(session, speaker, person, change_back.old, now)
    return (texts.say("phone_hers_again"),)


PRESSES: dict[str, Act] = {
    "phone_yes": Act(_yes),
    "phone_no": Act(_wrong_person, "deny"),
    "wrong_person": Act(_wrong_person, "deny"),
    "still_me": Act(_still_me),
}
