"""Referrals: a facility is asked whether it is ready, everybody sees the same state, no silence is left standing.

``registry.rules.referral`` decides; its facility numbers count along the row's list of codes. A facility is reached
through the phones of its staff; one without any is called by the Dinas Kesehatan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import access, audit, clock, people, rosters, texts, voices
from registry.acts import Act, Do
from registry.alerts import EMERGENCY_KINDS
from registry.messages import DANGER, Draft, queue
from registry.models import Alert, Cadre, Contact, Driver, Facility, Person, Referral, Ride, Staff
from registry.people import Speaker
from registry.places import nearby, village_label
from registry.rules import referral as rules
from registry.rules.machine import Decision, Duty, TimePassed
from registry.rules.referral import (
    Answer,
    Answered,
    Arrived,
    Asked,
    Closed,
    FacilityNamed,
    Left,
    Outcome,
    Role,
    Status,
    Task,
)

State = rules.Referral
ON_A_RIDE = ("confirmed", "on_the_way")


def refer(
    session: Session, speaker: Speaker, person: Person, codes: Sequence[str], reason: str, now: datetime,
    inbox_id: int | None,
) -> Referral:  # fmt: skip
    """Ask the facilities in their order; without one the hospitals near her village."""
    wanted = list(codes) or [one.code for one in nearby(session, person.village_code).hospitals]
    decision = rules.start(tuple(range(len(wanted))), now)
    alert = _emergency(session, person)
    row = Referral(
        person_id=person.id,
        alert_id=alert.id if alert else None,
        contact_id=speaker.contact.id,
        facilities=wanted,
        further=[],
        asked=[],
        reason=reason,
        status=decision.case.status.value,
        at=now,
    )
    session.add(row)
    session.flush()
    _keep(row, decision.case)
    audit.note(session, now, "referral_made", contact_id=speaker.contact.id, subject=f"referral:{row.id}")
    _carry_out(session, row, decision, now, inbox_id)
    return row


def _emergency(session: Session, person: Person) -> Alert | None:
    """The open emergency that this referral answers: from it the time to her arrival is counted."""
    rows = select(Alert).where(Alert.person_id == person.id, Alert.status == "open", Alert.kind.in_(EMERGENCY_KINDS))
    return session.scalar(rows.order_by(Alert.id.desc()).limit(1))


def open_for(session: Session, person: Person) -> Referral | None:
    """Her referral that is not closed."""
    rows = select(Referral).where(Referral.person_id == person.id, Referral.status != "closed")
    return session.scalar(rows.order_by(Referral.id.desc()).limit(1))


def name_facility(session: Session, row: Referral, code: str, now: datetime, inbox_id: int | None) -> bool:
    """The sender or the Dinas Kesehatan names where to ask now."""
    if code not in row.facilities:
        row.facilities = [*row.facilities, code]
    return _apply(session, row, FacilityNamed(row.facilities.index(code)), now, inbox_id)


def _state(row: Referral) -> State:
    asked = tuple(
        Asked(
            one["facility"],
            datetime.fromisoformat(one["at"]),
            Answer(one["answer"]) if one["answer"] else None,
            datetime.fromisoformat(one["answered_at"]) if one["answered_at"] else None,
        )
        for one in row.asked
    )
    outcome = Outcome(row.outcome) if row.outcome else None
    return State(
        row.at, tuple(row.further), Status(row.status), asked, row.facility, row.looked_at, row.left_at, row.arrived_at,
        row.closed_at, outcome,
    )  # fmt: skip


def _keep(row: Referral, state: State) -> None:
    row.further, row.facility, row.status = list(state.further), state.facility, state.status.value
    row.asked = [
        {
            "facility": one.facility,
            "at": one.at.isoformat(),
            "answer": one.answer.value if one.answer else None,
            "answered_at": one.answered_at.isoformat() if one.answered_at else None,
        }
        for one in state.asked
    ]
    row.looked_at, row.left_at, row.arrived_at = state.looked_at, state.left_at, state.arrived_at
    row.closed_at, row.outcome = state.closed_at, state.outcome.value if state.outcome else None
    row.next_step_at = rules.due_at(state)


def _apply(session: Session, row: Referral, event: rules.Event, now: datetime, inbox_id: int | None) -> bool:
    decision = rules.step(_state(row), event, now)
    if decision.accepted:
        _keep(row, decision.case)
        _carry_out(session, row, decision, now, inbox_id)
    return decision.accepted


def _carry_out(session: Session, row: Referral, decision: Decision[State], now: datetime, inbox_id: int | None) -> None:
    for duty in decision.duties:
        draft = _words(session, row, duty, now)
        for contact in _whom(session, row, duty):
            key = f"referral:{row.id}:{duty.task.value}:{duty.to.value}:{contact.id}:{now.isoformat()}"
            queue(session, contact, draft, kind="alert", priority=DANGER, now=now, key=key, inbox_id=inbox_id)
    session.flush()


def _words(session: Session, row: Referral, duty: Duty, now: datetime) -> Draft:
    """To the mother her own gentle words; to those who help the same facts, each with the buttons of their part."""
    name = f"referral_state_{row.status}" if duty.task is Task.TELL_STATE else f"referral_{duty.task.value}"
    if duty.to is Role.MOTHER:
        name = f"referral_mother_{row.status}"
    elif duty.task is Task.ASK_FACILITY and not _staff_of(session, row, duty.ref):
        name = "referral_call_facility"
    return texts.say(name, id=row.id, **facts(session, row, duty.ref, now))


def facts(session: Session, row: Referral, facility: int | None, now: datetime) -> dict[str, str]:
    """What everybody sees of it."""
    person = session.get(Person, row.person_id) if row.person_id else None
    sender = session.get(Contact, row.contact_id) if row.contact_id else None
    pregnancy = people.active_pregnancy(session, person) if person else None
    known = pregnancy is not None and pregnancy.hpht is not None
    place = _facility(session, row, row.facility if facility is None else facility)
    return {
        "name": (person.name if person else None) or texts.phrase("phrase_not_registered"),
        "weeks": str((clock.today(now) - pregnancy.hpht).days // 7)
        if known and pregnancy and pregnancy.hpht
        else texts.phrase("phrase_unknown"),
        "village": village_label(session, person.village_code if person else None)
        or texts.phrase("phrase_village_unknown"),
        "reason": row.reason or texts.phrase("phrase_unknown"),
        "sender": (sender.phone if sender else None) or texts.phrase("phrase_phone_unknown"),
        "facility": place.name if place else texts.phrase("phrase_facility_unknown"),
        "phone": (place.phone if place else None) or texts.phrase("phrase_phone_unknown"),
    }


def _facility(session: Session, row: Referral, number: int | None) -> Facility | None:
    if number is None and row.asked:
        number = int(row.asked[-1]["facility"])
    return session.get(Facility, row.facilities[number]) if number is not None else None


def _staff_of(session: Session, row: Referral, number: int | None) -> list[Contact]:
    """The phones of a facility: its staff, whatever their unit is called."""
    place = _facility(session, row, number)
    if place is None:
        return []
    staff = session.scalars(select(Staff).where(Staff.active, Staff.facility == place.name))
    return list(people.contacts_by_phone(session, [one.phone_index for one in staff]).values())


def _whom(session: Session, row: Referral, duty: Duty) -> Sequence[Contact]:
    person = session.get(Person, row.person_id) if row.person_id else None
    match duty.to:
        case Role.SENDER:
            sender = session.get(Contact, row.contact_id) if row.contact_id else None
            return [sender] if sender else []
        case Role.FACILITY:
            return _staff_of(session, row, duty.ref) or _dinkes(session)
        case Role.DINKES:
            return _dinkes(session)
        case Role.MOTHER:
            contact = people.contact_for_phone(session, person.phone) if person and person.phone else None
            return [contact] if contact else []
        case Role.CADRE:
            return _cadre(session, row, person)
        case _:
            return _driver(session, person)


def _dinkes(session: Session) -> list[Contact]:
    return [one.contact for one in rosters.roster_of(session, None).dinkes]


def _cadre(session: Session, row: Referral, person: Person | None) -> list[Contact]:
    pregnancy = people.active_pregnancy(session, person) if person else None
    cadre = session.get(Cadre, pregnancy.cadre_id) if pregnancy and pregnancy.cadre_id else None
    contact = people.contact_for_phone(session, cadre.phone) if cadre and cadre.active else None
    return [contact] if contact and contact.id != row.contact_id else []


def _driver(session: Session, person: Person | None) -> list[Contact]:
    if person is None:
        return []
    rows = select(Driver).join(Ride, Ride.driver_id == Driver.id)
    driver = session.scalar(rows.where(Ride.person_id == person.id, Ride.status.in_(ON_A_RIDE)).limit(1))
    contact = people.contact_for_phone(session, driver.phone) if driver else None
    return [contact] if contact else []


def _answered(answer: Answer) -> Do:
    """By staff of the facility that is asked, or by Dinkes after a telephone call."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
        row = session.get(Referral, number)
        facility = _speaks_for(session, speaker, row) if row is not None else None
        if row is None or facility is None or not _apply(session, row, Answered(facility, answer), now, inbox_id):
            return ()
        return (texts.say("referral_answer_kept"),)

    return do


def _speaks_for(session: Session, speaker: Speaker, row: Referral) -> int | None:
    """The number of the facility this officer answers for; Dinkes for the last that was asked."""
    if speaker.staff is None or not row.asked:
        return None
    if speaker.staff.unit == "dinkes":
        return int(row.asked[-1]["facility"])
    for one in reversed(row.asked):
        place = _facility(session, row, int(one["facility"]))
        if place is not None and place.name == speaker.staff.facility:
            return int(one["facility"])
    return None


def _moved(event: rules.Event) -> Do:
    """By whoever is with her, who refers her, or receives her."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
        row = session.get(Referral, number)
        if row is None or not _takes_part(session, speaker, row) or not _apply(session, row, event, now, inbox_id):
            return ()
        return (texts.say("referral_news_kept"),)

    return do


def _takes_part(session: Session, speaker: Speaker, row: Referral) -> bool:
    person = session.get(Person, row.person_id) if row.person_id else None
    if speaker.contact.id == row.contact_id or _speaks_for(session, speaker, row) is not None:
        return True
    if person is None:
        return False
    drives = speaker.driver is not None and speaker.contact in _driver(session, person)
    return drives or voices.is_hers(speaker, person) or access.may_see(session, speaker, person)


PRESSES: dict[str, Act] = {
    "referral_ready": Act(_answered(Answer.READY)),
    "referral_come": Act(_answered(Answer.COME)),
    "referral_full": Act(_answered(Answer.FULL), "deny"),
    "referral_left": Act(_moved(Left())),
    "referral_arrived": Act(_moved(Arrived())),
    "referral_admitted": Act(_moved(Closed(Outcome.ADMITTED))),
    "referral_delivered": Act(_moved(Closed(Outcome.DELIVERED))),
    "referral_home": Act(_moved(Closed(Outcome.TREATED_HOME))),
}


def next_at(session: Session, after: datetime) -> datetime | None:
    """When the clock must look at any referral next."""
    return session.scalar(select(func.min(Referral.next_step_at)).where(Referral.next_step_at > after))


def run(session: Session, now: datetime) -> int:
    """Look at those whose moment has come."""
    rows = select(Referral).where(Referral.next_step_at <= now).order_by(Referral.next_step_at).limit(50)
    found = list(session.scalars(rows.with_for_update(skip_locked=True)))
    for row in found:
        _apply(session, row, TimePassed(), now, None)
    session.flush()
    return len(found)
