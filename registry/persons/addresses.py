"""The names one person has on a channel: a number, an id of the channel's own, and the next number when she changes it.

WhatsApp names her by her phone, by an id that holds only towards us (BSUID), or both; either may be missing in the
next message. She must be the same contact each time. Source: WhatsApp Business Platform, business-scoped user ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry import audit, sealing
from registry.messaging import senders
from registry.models import Cadre, Contact, ContactAlias, Driver, RecordChange, Staff
from registry.persons import people

Names = tuple[str, str | None, str | None]  # address, another one, proved phone


def keep(
    session: Session, channel: str, address: str, other: str | None, phone: str | None, now: datetime
) -> Contact:  # fmt: skip
    """The contact that is called ``address`` or ``other``, made when it is new; both names are kept."""
    found = _find(session, channel, address)
    if found is None and other is not None:
        found = _find(session, channel, other)
        if found is not None and found.address != address:
            _rename(session, found, address, phone, now)
    contact = found or people.keep_contact(session, channel, address, phone, now)
    if phone is not None and contact.phone != phone:
        people.keep_contact(session, channel, contact.address, phone, now)
    if other is not None and other != contact.address:
        _keep_alias(session, contact, other)
    return contact


def move(
    session: Session, channel: str, old: str, new: str, phone: str | None, now: datetime
) -> Contact | None:  # fmt: skip
    """She has a new number or id, the channel says; None when we never knew her."""
    contact = _find(session, channel, old)
    if contact is None or contact.address == new:
        return contact
    there = people.find_contact(session, channel, new)
    if there is not None and there.id != contact.id:
        return _take_over(session, contact, there, now)  # she has written from the new one already
    _rename(session, contact, new, phone, now)
    return contact


def of_many(session: Session, channel: str, addresses: Iterable[str]) -> dict[str, Contact]:
    """The contacts that go by these addresses, with one question."""
    indexes = {sealing.index("address", address): address for address in addresses}
    rows = select(Contact).where(Contact.channel == channel, Contact.address_index.in_(indexes))
    return {indexes[contact.address_index]: contact for contact in session.scalars(rows)}


def recall(session: Session, channel: str, names: Collection[Names]) -> dict[Names, Contact]:
    """Of these the ones in which ``keep`` would find nothing new, with two questions however many they are."""
    known = of_many(session, channel, {address for address, _, _ in names})
    ids = [contact.id for contact in known.values()]
    aliases = select(ContactAlias.contact_id, ContactAlias.address_index).where(ContactAlias.contact_id.in_(ids))
    pairs = {(number, index) for number, index in session.execute(aliases)}

    def is_old(contact: Contact, other: str | None, phone: str | None) -> bool:
        is_named = other in (None, contact.address) or (contact.id, sealing.index("address", other or "")) in pairs
        return is_named and phone in (None, contact.phone)

    return {name: known[name[0]] for name in names if name[0] in known and is_old(known[name[0]], *name[1:])}


def _find(session: Session, channel: str, address: str) -> Contact | None:
    contact = people.find_contact(session, channel, address)
    if contact is not None:
        return contact
    index = sealing.index("address", address)
    alias = select(ContactAlias.contact_id).where(
        ContactAlias.channel == channel, ContactAlias.address_index == index
    )  # fmt: skip
    number = session.scalar(alias)
    return None if number is None else session.get(Contact, number)


def _keep_alias(session: Session, contact: Contact, other: str) -> None:
    values = {"contact_id": contact.id, "address": other, "address_index": sealing.index("address", other)}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(ContactAlias).values(channel=contact.channel, **values)
    session.execute(row.on_conflict_do_nothing(index_elements=["channel", "address_index"]))


def _rename(session: Session, contact: Contact, address: str, phone: str | None, now: datetime) -> None:
    """The same person under another address; an id she goes by keeps leading to her, an old number does not."""
    if contact.phone is None or contact.address != contact.phone:
        _keep_alias(session, contact, contact.address)
    old_index = contact.phone_index
    contact.address, contact.address_index = address, sealing.index("address", address)
    contact.blocked = False
    session.execute(
        delete(ContactAlias).where(
            ContactAlias.channel == contact.channel, ContactAlias.address_index == contact.address_index
        )
    )
    if phone is not None and contact.phone != phone:
        contact.phone, contact.phone_index = phone, sealing.index("phone", phone)
        _change_phone(session, contact, old_index, now)
    audit.note(session, now, "contact_moved", contact_id=contact.id, channel=contact.channel)
    session.flush()


def _take_over(session: Session, old: Contact, new: Contact, now: datetime) -> Contact:
    """What we knew by the old number holds for the new one; the old address is not written to any more."""
    old_index = old.phone_index
    new.stopped_at = new.stopped_at or old.stopped_at
    new.speaks_for = new.speaks_for or old.speaks_for
    old.blocked = True
    _change_phone(session, new, old_index, now)
    audit.note(session, now, "contact_moved", contact_id=new.id, channel=new.channel)
    session.flush()
    return new


def _change_phone(session: Session, contact: Contact, old_index: str | None, now: datetime) -> None:
    """Her record follows her number. Of staff, cadres and drivers the Dinas keeps the numbers: an operator is told."""
    if old_index is None or contact.phone is None or old_index == contact.phone_index:
        return
    for person in people.persons_with(session, old_index):
        session.add(
            RecordChange(
                person_id=person.id, field="phone", old=person.phone, new=contact.phone, by="mother",
                contact_id=contact.id, at=now,
            )
        )  # fmt: skip
        person.phone, person.phone_index = contact.phone, contact.phone_index
        audit.note(session, now, "record_changed", contact_id=contact.id, subject=f"person:{person.id}", field="phone")
    for helper in (Staff, Cadre, Driver):
        for number in session.scalars(select(helper.id).where(helper.phone_index == old_index)):
            senders.note(session, now, contact.channel, "helper_has_new_number", f"{helper.__tablename__}:{number}")
