"""What the registry does for a mother who registers herself: her NIK compared with what is known, her number moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, cast

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from nlu.language.registration_village import find_places, gazetteer
from registry import audit, clock, places, sealing
from registry.models import CivilRecord, Contact, District, Person, Pregnancy, RecordChange, Village
from registry.persons import consents, identity, people, stopping
from registry.persons.people import Speaker
from registry.pregnancies import duplicates
from registry.pregnancies.entries import Entry, PhoneOwner
from registry.pregnancies.registration import AlreadyRegisteredError, register
from registry.reminding import plan
from registry.rules import antenatal

LIKE_NAME = 70  # rapidfuzz token_sort_ratio: nicknames and missing second names pass, another person's name does not

Standing = Literal["free", "hers", "moved", "held_back", "man", "family_card", "someone_else"]


def standing_of_nik(session: Session, contact: Contact, person: Person | None, entry: Entry, now: datetime) -> Standing:
    """Whose the NIK is that she tells. Nothing about it is ever shown; guessing is counted as in the entitlement form.

    "moved": she proves by birth date and name to be the one registered under it with another number. "held_back": the
    population register has another birth date for it, so it stays off her file until an officer has looked.
    """
    nik = entry.nik or ""
    owner = duplicates.with_nik(session, nik)
    if owner is not None and person is not None and owner.id == person.id:
        return "hers"
    step = identity.begin(session, contact, nik, now)
    if step.outcome == "man" or step.outcome == "family_card":
        return "man" if step.outcome == "man" else "family_card"
    if owner is not None:
        return "moved" if _proves(session, contact, step, entry, now) else "someone_else"
    if step.outcome == "paused":
        return "held_back"
    return "free" if _matches_register(session, nik, entry, contact, now) else "held_back"


def _proves(session: Session, contact: Contact, step: identity.Step, entry: Entry, now: datetime) -> bool:
    if step.outcome == "proved":
        return True
    if step.outcome != "ask_birth_date" or step.claim_id is None or entry.born_on is None:
        return False
    dated = identity.prove_birth_date(session, contact, step.claim_id, entry.born_on, now)
    if dated.outcome == "ask_name":
        dated = identity.prove_name(session, contact, step.claim_id, entry.name or "", now)
    return dated.outcome == "proved"


def _matches_register(session: Session, nik: str, entry: Entry, contact: Contact, now: datetime) -> bool:
    """Whether the NIK may go on her file; what differs from the population register is noted for staff, by field."""
    civil = session.get(CivilRecord, sealing.index("nik", nik))
    if civil is None:
        return True
    differs = [
        name
        for name, same in (
            ("born_on", civil.born_on is None or civil.born_on == entry.born_on),
            ("name", fuzz.token_sort_ratio(civil.name.casefold(), (entry.name or "").casefold()) >= LIKE_NAME),
        )
        if not same
    ]
    if differs:
        audit.note(session, now, "differs_from_register", contact_id=contact.id, fields=differs)
    return "born_on" not in differs


def move_number(session: Session, person: Person, contact: Contact, now: datetime) -> None:
    """She has proved to be this person and writes from another number: from now on it is hers."""
    old, new = person.phone, contact.phone
    if new is None or old == new:
        return
    person.phone, person.phone_index = new, sealing.index("phone", new)
    session.add(
        RecordChange(person_id=person.id, field="phone", old=old, new=new, by="mother", contact_id=contact.id, at=now)
    )
    audit.note(
        session, now, "number_changed", contact_id=contact.id, subject=f"person:{person.id}", channel=contact.channel
    )
    session.flush()
    consents.replan(session, person, now)


def enrol(
    session: Session, speaker: Speaker, entry: Entry, purposes: Sequence[str], person: Person | None, now: datetime,
    inbox_id: int | None, *, guardian_agreed: bool, minor: bool,
) -> Person | None:  # fmt: skip
    """Register her for the purposes she agreed to; None: somebody else's record has these data, a person must look.

    Whom a cadre registered without a telephone is completed, not doubled.
    """
    told = replace(entry, phone=speaker.contact.phone)
    if person is None:
        same = next((one.person for one in duplicates.find_duplicates(session, told) if one.why != "near"), None)
        if same is not None and same.phone_index not in (None, speaker.contact.phone_index):
            return None
        person = same
    waits = minor and not guardian_agreed
    try:
        made = register(
            session, speaker, told, now, by="guardian" if guardian_agreed else "mother",
            consent="pending" if waits else "given", purposes=purposes, inbox_id=inbox_id, person=person,
        )  # fmt: skip
    except AlreadyRegisteredError:
        return None
    _settle_wishes(session, speaker, made, purposes, now)
    return made


def _settle_wishes(
    session: Session, speaker: Speaker, person: Person, purposes: Sequence[str], now: datetime
) -> None:  # fmt: skip
    """Who had said STOP and now agrees to reminders wants them again; who does not stays undisturbed."""
    if speaker.contact.stopped_at is None:
        return
    if "reminders" in purposes:
        stopping.start(session, speaker, now)
    else:
        person.messages = person.broadcasts = "stopped"


def next_check_up(session: Session, person: Person, now: datetime) -> date | None:
    """The day of the next check-up by the plan; None when her dates are unknown."""
    pregnancy = people.active_pregnancy(session, person)
    return None if pregnancy is None else _next(session, person, pregnancy, now)


def _next(session: Session, person: Person, pregnancy: Pregnancy, now: datetime) -> date | None:
    course = plan.course_of(session, pregnancy, person, ())
    found = antenatal.next_visit(course, plan.settings_on(session, now), clock.today(now))
    return None if found is None else found.on


def villages_named(session: Session, text: str, *, asked: bool) -> list[Village]:
    """The villages of Malang Raya that a text may mean; ``asked``: the bot has just asked for one."""
    found = gazetteer().find(text, expect_place=True) if asked else find_places(text)
    codes = [
        place.code
        for match in found
        if match.level == "village"
        for place in match.candidates
        if place.level == "village"
    ]
    villages = (session.get(Village, code) for code in dict.fromkeys(codes))
    return [village for village in villages if village is not None]


def district_names(session: Session, codes: list[str]) -> list[str]:
    """The kecamatan of each of these villages."""
    found = [session.get_one(Village, code) for code in codes]
    return [session.get_one(District, village.district_code).name for village in found]


def village_in_district(session: Session, codes: list[str], said: str) -> str | None:
    """The one of these villages whose kecamatan is named."""
    low = places.squeeze(said)
    named = zip(codes, district_names(session, codes), strict=True)
    found = [code for code, name in named if places.squeeze(name) in low]
    return found[0] if len(found) == 1 else None


def is_district(text: str) -> bool:
    """Whether only a kecamatan is named."""
    found = gazetteer().find(text, expect_place=True)
    return bool(found) and all(match.level == "district" for match in found)


def entry_of(person: Person) -> Entry:
    """What is known of a registered mother that holds for her next pregnancy too."""
    return Entry(
        name=person.name,
        born_on=person.born_on,
        nik=person.nik,
        village_code=person.village_code,
        village_name=person.village_name,
        phone_owner=cast(PhoneOwner | None, person.phone_owner),
    )


def proved_owner(session: Session, contact: Contact, entry: Entry, now: datetime) -> Person | None:
    """The registered person whose NIK this contact has proved to be hers."""
    owner = duplicates.with_nik(session, entry.nik)
    proved = identity.proved_nik(session, contact, now)
    return owner if owner is not None and proved is not None and proved == owner.nik else None
