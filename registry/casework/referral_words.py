"""Who is told what of a referral: the mother gently, those who help the same facts, with the buttons of their part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, texts
from registry.messaging.messages import DANGER, REMINDER, Draft, queue
from registry.models import Cadre, Contact, Driver, Facility, Person, Referral, Ride, Staff
from registry.persons import people, rosters
from registry.places import village_label
from registry.rules.complaint import is_same_facility
from registry.rules.machine import Duty
from registry.rules.referral import Role, Task

ON_A_RIDE = ("confirmed", "on_the_way")
FRESH = timedelta(hours=24)
AGAIN = {Task.ASK_FACILITY, Task.FIND_FACILITY, Task.TELL_SILENT}  # repeated by the clock, with words of their own


def tell(
    session: Session, row: Referral, duties: Sequence[Duty], now: datetime, inbox_id: int | None, *, again: bool = False
) -> None:
    """Do the duties; who has two parts gets the same words once.

    It goes out at any hour, but for the question how it ended and what the clock asks about one of days ago.
    """
    told: set[tuple[int, str]] = set()
    for duty in duties:
        if duty.task is Task.TELL_SILENT and not staff_of(session, row, duty.ref):
            continue  # Dinkes is asked itself to call there
        draft = _words(session, row, duty, now, again=again)
        is_calm = duty.task is Task.ASK_OUTCOME or (again and now - row.at > FRESH)
        priority = REMINDER if is_calm else DANGER
        for contact in _whom(session, row, duty):
            if (contact.id, draft.text) not in told:
                told.add((contact.id, draft.text))
                queue(session, contact, draft, kind="alert", priority=priority, now=now, inbox_id=inbox_id)
    session.flush()


def _words(session: Session, row: Referral, duty: Duty, now: datetime, *, again: bool) -> Draft:
    name = f"referral_state_{row.status}" if duty.task is Task.TELL_STATE else f"referral_{duty.task.value}"
    if duty.to is Role.MOTHER:
        name = f"referral_mother_{row.status}"
    elif duty.task is Task.ASK_FACILITY and not staff_of(session, row, duty.ref):
        name = "referral_call_facility"
    if again and duty.task in AGAIN:
        name = f"{name}_again"
    return texts.say(name, id=row.id, **facts(session, row, duty.ref, now))


def facts(session: Session, row: Referral, facility: int | None, now: datetime) -> dict[str, str]:
    """What everybody sees of it; ``waited`` since it was asked for."""
    person = session.get(Person, row.person_id) if row.person_id else None
    sender = session.get(Contact, row.contact_id) if row.contact_id else None
    place = place_of(session, row, row.facility if facility is None else facility)
    return {
        "name": (person.name if person else None) or texts.phrase("phrase_not_registered"),
        "code": (person.code if person else None) or texts.phrase("phrase_unknown"),
        "weeks": _weeks(session, person, now),
        "village": village_label(session, person.village_code if person else None)
        or texts.phrase("phrase_village_unknown"),
        "reason": row.reason or texts.phrase("phrase_unknown"),
        "sender": (sender.phone if sender else None) or texts.phrase("phrase_phone_unknown"),
        "facility": place.name if place else texts.phrase("phrase_facility_unknown"),
        "phone": (place.phone if place else None) or texts.phrase("phrase_phone_unknown"),
        "waited": _waited(int((now - row.at).total_seconds() // 60)),
    }


def _waited(minutes: int) -> str:
    """In the largest unit that two of fit in: "95 menit", "5 jam", "3 hari"."""
    for name, length in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * length:
            return texts.say(f"phrase_waited_{name}s", number=minutes // length).text
    return texts.say("phrase_waited_minutes", number=minutes).text


def _weeks(session: Session, person: Person | None, now: datetime) -> str:
    pregnancy = people.active_pregnancy(session, person) if person else None
    if pregnancy is None or pregnancy.hpht is None:
        return texts.phrase("phrase_weeks_unknown")
    return texts.say("phrase_weeks_of", weeks=(clock.today(now) - pregnancy.hpht).days // 7).text


def place_of(session: Session, row: Referral, number: int | None) -> Facility | None:
    """The facility of a number of this referral, else the one asked last."""
    if number is None and row.asked:
        number = int(row.asked[-1]["facility"])
    return session.get(Facility, row.facilities[number]) if number is not None else None


def staff_of(session: Session, row: Referral, number: int | None) -> list[Contact]:
    """The phones of a facility: its staff, whatever their unit is called and however they spell it."""
    place = place_of(session, row, number)
    if place is None:
        return []
    staff = session.scalars(select(Staff).where(Staff.active, Staff.facility.is_not(None)).order_by(Staff.id))
    indexes = [one.phone_index for one in staff if is_same_facility(one.facility, place.name)]
    return list(people.contacts_by_phone(session, indexes).values())


def _whom(session: Session, row: Referral, duty: Duty) -> Sequence[Contact]:
    person = session.get(Person, row.person_id) if row.person_id else None
    match duty.to:
        case Role.SENDER:
            sender = session.get(Contact, row.contact_id) if row.contact_id else None
            return [sender] if sender else []
        case Role.FACILITY:
            return staff_of(session, row, duty.ref) or _dinkes(session)
        case Role.DINKES:
            return _dinkes(session)
        case Role.MOTHER:
            contact = people.contact_for_phone(session, person.phone) if person and person.phone else None
            return [contact] if contact else []
        case Role.CADRE:
            return _cadre(session, row, person)
        case _:
            return driver_of(session, person)


def _dinkes(session: Session) -> list[Contact]:
    return [one.contact for one in rosters.roster_of(session, None).dinkes]


def _cadre(session: Session, row: Referral, person: Person | None) -> list[Contact]:
    pregnancy = people.active_pregnancy(session, person) if person else None
    cadre = session.get(Cadre, pregnancy.cadre_id) if pregnancy and pregnancy.cadre_id else None
    contact = people.contact_for_phone(session, cadre.phone) if cadre and cadre.active else None
    return [contact] if contact and contact.id != row.contact_id else []


def driver_of(session: Session, person: Person | None) -> list[Contact]:
    """Whoever drives her just now."""
    if person is None:
        return []
    rows = select(Driver).join(Ride, Ride.driver_id == Driver.id)
    driver = session.scalar(rows.where(Ride.person_id == person.id, Ride.status.in_(ON_A_RIDE)).limit(1))
    contact = people.contact_for_phone(session, driver.phone) if driver else None
    return [contact] if contact else []
