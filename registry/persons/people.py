"""Contacts, who speaks through them, and whom to call for a village."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry import sealing
from registry.models import (
    Cadre,
    CadreArea,
    Contact,
    Driver,
    Person,
    Pregnancy,
    Staff,
    StaffDistrict,
    Village,
)

Role = Literal["mother", "cadre", "staff", "driver", "stranger"]


@dataclass(frozen=True)
class Speaker:
    """Who writes from a contact, as far as the registry knows. A stranger may still be a mother."""

    contact: Contact
    role: Role
    person: Person | None = None
    cadre: Cadre | None = None
    staff: Staff | None = None
    driver: Driver | None = None
    villages: frozenset[str] = field(default=frozenset())  # codes a cadre looks after
    districts: frozenset[str] = field(default=frozenset())  # codes an officer is responsible for


def find_contact(session: Session, channel: str, address: str) -> Contact | None:
    """The contact with this address on this channel."""
    index = sealing.index("address", address)
    return session.scalar(select(Contact).where(Contact.channel == channel, Contact.address_index == index))


def keep_contact(session: Session, channel: str, address: str, phone: str | None, now: datetime) -> Contact:
    """The contact, made when it is new; ``phone`` (E.164) is what the channel has proved about it."""
    contact = find_contact(session, channel, address) or _new_contact(session, channel, address, now)
    if phone is not None and contact.phone != phone:
        contact.phone, contact.phone_index = phone, sealing.index("phone", phone)
    session.flush()
    return contact


def _new_contact(session: Session, channel: str, address: str, now: datetime) -> Contact:
    """Two deliveries may come at the same moment: whoever is second finds the row of the first."""
    index = sealing.index("address", address)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Contact).values(
        uid=secrets.token_hex(12), channel=channel, address=address, address_index=index, created_at=now
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["channel", "address_index"]))
    return session.scalars(select(Contact).where(Contact.channel == channel, Contact.address_index == index)).one()


def hold(session: Session, contact: Contact) -> None:
    """Until this transaction ends no other one that also holds the contact goes on: cases are opened one at a time."""
    session.execute(select(Contact.id).where(Contact.id == contact.id).with_for_update(key_share=True))


def contact_by_uid(session: Session, uid: str) -> Contact | None:
    """The contact behind the opaque name that Rasa knows."""
    return session.scalar(select(Contact).where(Contact.uid == uid))


def contact_for_phone(session: Session, phone: str) -> Contact | None:
    """The address to write to: of all contacts with this phone the one she last wrote from."""
    rows = select(Contact).where(Contact.phone_index == sealing.index("phone", phone), Contact.blocked.is_(False))
    return session.scalar(rows.order_by(Contact.last_wrote_at.desc().nulls_last(), Contact.id.desc()).limit(1))


def contacts_by_phone(session: Session, indexes: Collection[str]) -> dict[str, Contact]:
    """``contact_for_phone`` for many, by phone index; who cannot be reached is not in it."""
    if not indexes:
        return {}
    rows = select(Contact).where(Contact.phone_index.in_(set(indexes)), Contact.blocked.is_(False))
    latest_last = rows.order_by(Contact.last_wrote_at.asc().nulls_first(), Contact.id)
    return {contact.phone_index: contact for contact in session.scalars(latest_last) if contact.phone_index}


def contacts_of_phone(session: Session, phone_index: str | None) -> list[Contact]:
    """Every contact with this phone, on whatever channel."""
    if phone_index is None:
        return []
    return list(session.scalars(select(Contact).where(Contact.phone_index == phone_index).order_by(Contact.id)))


def reach(session: Session, phone: str, now: datetime) -> Contact:
    """The address to write to; who never wrote is reached on WhatsApp, the only channel that may write first."""
    return contact_for_phone(session, phone) or keep_contact(session, "whatsapp", phone, phone, now)


def persons_with(session: Session, phone_index: str | None) -> list[Person]:
    """Registered persons with this phone, first come first."""
    if phone_index is None:
        return []
    rows = select(Person).where(Person.phone_index == phone_index, Person.registered).order_by(Person.id)
    return list(session.scalars(rows))


def persons_on(session: Session, contact: Contact) -> list[Person]:
    """Registered persons who share this contact's phone; the one she said she is comes first."""
    found = persons_with(session, contact.phone_index)
    return sorted(found, key=lambda person: person.id != contact.speaks_for)


def speaker(session: Session, contact: Contact) -> Speaker:
    """Who writes: staff before cadre before driver before mother; an unproved phone is a stranger.

    Of two mothers on one phone it is the one who was said to write (``shared_phones`` asks), else the first.
    """
    index = contact.phone_index
    if index is None:
        return Speaker(contact, "stranger")
    person = next(iter(persons_on(session, contact)), None)
    staff = session.scalar(select(Staff).where(Staff.phone_index == index, Staff.active))
    if staff is not None:
        districts = frozenset(d.district_code for d in staff.districts)
        return Speaker(contact, "staff", person=person, staff=staff, districts=districts)
    cadre = session.scalar(select(Cadre).where(Cadre.phone_index == index, Cadre.active))
    if cadre is not None:
        villages = frozenset(a.village_code for a in cadre.areas)
        return Speaker(contact, "cadre", person=person, cadre=cadre, villages=villages)
    driver = session.scalar(select(Driver).where(Driver.phone_index == index, Driver.active))
    if driver is not None:
        return Speaker(contact, "driver", person=person, driver=driver)
    return Speaker(contact, "mother" if person else "stranger", person=person)


def active_pregnancy(session: Session, person: Person) -> Pregnancy | None:
    """Her pregnancy that is not closed."""
    return session.scalar(select(Pregnancy).where(Pregnancy.person_id == person.id, Pregnancy.status == "active"))


def latest_pregnancy(session: Session, person: Person) -> Pregnancy | None:
    """Her active pregnancy, else the last one."""
    order = (Pregnancy.status != "active", Pregnancy.opened_at.desc(), Pregnancy.id.desc())
    return session.scalar(select(Pregnancy).where(Pregnancy.person_id == person.id).order_by(*order).limit(1))


SHORTEST_START, SHORTEST_END = 3, 4  # letters of a short name that begins, or ends, the whole one
SIMILAR = 88  # rapidfuzz token_set_ratio: "rina" finds Rina Wati, "riana" does not


def mothers_around(session: Session, speaker: Speaker) -> list[Person]:
    """Registered mothers of the speaker's area; all of them for Dinkes."""
    village = Village.code == Person.village_code
    rows = select(Person).join(Village, village, isouter=True).where(Person.registered)
    if speaker.staff is None:
        rows = rows.where(Person.village_code.in_(speaker.villages))
    elif speaker.staff.unit != "dinkes":
        rows = rows.where(Village.district_code.in_(speaker.districts))
    return list(session.scalars(rows))


def find_mothers(session: Session, speaker: Speaker, name: str) -> list[Person]:
    """Registered mothers of the speaker's area whose name is near enough, best first."""
    wanted = name.casefold().strip()
    around = mothers_around(session, speaker)
    scored = [(fuzz.token_set_ratio(wanted, (p.name or "").casefold()), p) for p in around]
    found = [p for score, p in sorted(scored, key=lambda pair: (-pair[0], pair[1].id)) if score >= SIMILAR]
    return found or [p for _, p in sorted(scored, key=lambda pair: pair[1].id) if _is_short_for(wanted, p.name or "")]


def _is_short_for(called: str, name: str) -> bool:
    """ "Bela" is what people call Belawati, "lastri" Sulastri; what stands behind the name may be more of the story."""
    first = called.split(" ")[0]
    starts, ends = len(first) >= SHORTEST_START, len(first) >= SHORTEST_END
    parts = name.casefold().split()
    return any((starts and part.startswith(first)) or (ends and part.endswith(first)) for part in parts)


@dataclass(frozen=True)
class Helper:
    """Someone to call."""

    name: str
    phone: str
    role: Literal["cadre", "midwife", "dinkes"]


def helpers_for(session: Session, village_code: str | None) -> list[Helper]:
    """Cadres of the village and staff of its puskesmas; Dinkes when there is nobody nearer or the place is unknown."""
    village = session.get(Village, village_code) if village_code else None
    if village is None:
        return _dinkes(session)
    cadres = select(Cadre).join(CadreArea).where(Cadre.active, CadreArea.village_code == village.code)
    staff = (
        select(Staff)
        .join(StaffDistrict)
        .where(Staff.active, Staff.unit == "puskesmas", StaffDistrict.district_code == village.district_code)
    )
    midwives = [Helper(s.name, s.phone, "midwife") for s in session.scalars(staff.order_by(Staff.id))]
    helpers = [Helper(c.name, c.phone, "cadre") for c in session.scalars(cadres.order_by(Cadre.id))]
    return midwives + helpers if midwives else helpers + _dinkes(session)


def _dinkes(session: Session) -> list[Helper]:
    rows = session.scalars(select(Staff).where(Staff.active, Staff.unit == "dinkes").order_by(Staff.id))
    return [Helper(s.name, s.phone, "dinkes") for s in rows]
