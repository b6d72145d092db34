"""Complaints: numbered, kept sealed, sent to the Dinas Kesehatan alone, watched by a clock, answered to her.

``registry.rules.complaint`` decides; this module keeps the rows and tells people. Whoever is complained of never learns
that there is a complaint, nor who made it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language import identifiers
from nlu.language.complaint import Complaint as Told
from registry import audit, clock, entitlement, messages, people, rosters, texts
from registry.acts import Act
from registry.messages import Draft
from registry.models import Complaint, Contact, Facility, Staff
from registry.people import Speaker
from registry.rules import complaint as rules
from registry.rules.complaint import Answered, Category, Objected, Officer, Settled, Status, Task, Unit, View
from registry.rules.machine import Decision, TimePassed

State = rules.Complaint


def file(session: Session, speaker: Speaker, text: str, told: Told, now: datetime, inbox_id: int | None) -> Complaint:
    """Keep what she says and give it to the Dinas Kesehatan; its number is in the row."""
    number = _next_number(session, now)
    facility = facility_name(session, told)
    decision = rules.start(number, Category(told.category), facility, now)
    row = Complaint(
        number=number,
        contact_id=speaker.contact.id,
        person_id=speaker.person.id if speaker.person else None,
        phone=speaker.contact.phone,
        category=told.category,
        amount=told.amount,
        facility=facility,
        entitled=_entitled(session, speaker, now),
        text=identifiers.mask(text).text,
        routed_to=Unit.DINKES,
        at=now,
    )
    session.add(row)
    session.flush()
    _keep(row, decision.case)
    audit.note(session, now, "complaint_filed", contact_id=speaker.contact.id, subject=f"complaint:{row.id}")
    _carry_out(session, row, decision, now, inbox_id)
    return row


def complete(session: Session, row: Complaint, told: Told, now: datetime) -> None:
    """What she adds when she is asked: only what was missing."""
    row.facility = row.facility or facility_name(session, told)
    row.amount = row.amount if row.amount is not None else told.amount
    session.flush()


def facility_name(session: Session, told: Told) -> str | None:
    """The name in the register when there is one facility it can mean, else her own word."""
    rows = session.scalars(select(Facility).where(Facility.code.in_(told.facility_codes))).all()
    return rows[0].name if len(rows) == 1 else told.facility


def _entitled(session: Session, speaker: Speaker, now: datetime) -> str | None:
    """What the registers say of her now: whether she may be asked to pay at all."""
    person = speaker.person
    if person is None or person.nik is None:
        known = entitlement.latest_for(session, speaker.contact)
        return known.path if known else None
    decision = entitlement.decide(session, person.nik, now)
    return decision.paths[0].path.value if decision.paths else None


def _next_number(session: Session, now: datetime) -> str:
    """One more than the last of this (local) year; of two at the same moment one collides and is tried again."""
    year = clock.today(now).year
    last = session.scalar(select(func.max(Complaint.number)).where(Complaint.number.like(f"K-{year:04d}-%")))
    return rules.number_of(year, int(last.rpartition("-")[2]) + 1 if last else 1)


def find(session: Session, number: str) -> Complaint | None:
    """The complaint of this number."""
    return session.scalar(select(Complaint).where(Complaint.number == number))


def may_read(speaker: Speaker, row: Complaint) -> bool:
    """Whether this officer may know of it."""
    return speaker.staff is not None and rules.view_of(_officer(speaker.staff), row.facility) is View.FULL


def answer(session: Session, speaker: Speaker, row: Complaint, text: str, now: datetime, inbox_id: int | None) -> bool:
    """An officer answers; she gets the words with two buttons. False when this officer may not, or it is closed."""
    if speaker.staff is None:
        return False
    decision = rules.step(_state(row), Answered(_officer(speaker.staff)), now)
    if not decision.accepted:
        return False
    _keep(row, decision.case)
    _tell_her(
        session, row, texts.say("complaint_answer", number=row.number, answer=text, id=row.id), "answer", now, inbox_id
    )
    audit.note(session, now, "complaint_answered", subject=f"complaint:{row.id}", staff=speaker.staff.id)
    return True


def _officer(staff: Staff) -> Officer:
    unit = Unit.DINKES if staff.unit == "dinkes" else Unit.PUSKESMAS
    return Officer(staff.id, unit, staff.facility)


def _state(row: Complaint) -> State:
    return State(
        number=row.number,
        category=Category(row.category),
        facility=row.facility,
        at=row.at,
        status=Status(row.status),
        waiting_since=row.waiting_since,
        reminders=row.level,
        escalated_at=row.escalated_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
    )


def _keep(row: Complaint, state: State) -> None:
    row.status, row.level = state.status.value, state.reminders
    row.waiting_since, row.escalated_at = state.waiting_since, state.escalated_at
    row.answered_at, row.closed_at = state.answered_at, state.closed_at
    row.next_step_at = rules.due_at(state)


def _carry_out(
    session: Session, row: Complaint, decision: Decision[State], now: datetime, inbox_id: int | None
) -> None:
    """Tell those whom the step names; her number she gets in the answer to her own message."""
    step = f"{row.status}:{row.level}:{row.answered_at or row.waiting_since or row.at}"
    for duty in decision.duties:
        match duty.task:
            case Task.HANDLE | Task.REMIND | Task.ESCALATE:
                _tell_dinkes(session, row, f"complaint_{duty.task.value}", step, now, inbox_id)
            case Task.TELL_CLOSED if duty.to is rules.Role.COMPLAINANT:
                _tell_her(session, row, texts.say("complaint_closed", number=row.number), step, now, inbox_id)
            case _:
                pass


def _tell_dinkes(session: Session, row: Complaint, name: str, step: str, now: datetime, inbox_id: int | None) -> None:
    draft = texts.say(name, id=row.id, **in_words(row))
    for officer in _officers(session, row):
        messages.queue(
            session, officer, draft, kind="alert", priority=messages.REMINDER, now=now,
            key=f"complaint:{row.id}:{name}:{step}:{officer.id}", inbox_id=inbox_id,
        )  # fmt: skip


def _officers(session: Session, row: Complaint) -> Iterable[Contact]:
    """Those of Dinkes whom a message reaches, without anybody of the facility complained of."""
    reached = {one.index: one.contact for one in rosters.roster_of(session, None).dinkes}
    staff = session.scalars(select(Staff).where(Staff.active, Staff.phone_index.in_(reached))).all()
    chosen = {officer.id for officer in rules.route(row.facility, (_officer(one) for one in staff))}
    return [reached[one.phone_index] for one in staff if one.id in chosen]


def in_words(row: Complaint) -> dict[str, str]:
    """What an officer may read of it: never her name or number, which the answer does not need."""
    return {
        "number": row.number,
        "category": texts.phrase(f"phrase_complaint_{row.category}"),
        "facility": row.facility or texts.phrase("phrase_unknown"),
        "amount": f"Rp {row.amount:,}".replace(",", ".")
        if row.amount is not None
        else texts.phrase("phrase_no_amount"),
        "entitled": texts.phrase(f"phrase_path_{row.entitled or 'UNKNOWN'}"),
        "text": row.text,
    }


def _tell_her(session: Session, row: Complaint, draft: Draft, step: str, now: datetime, inbox_id: int | None) -> None:
    contact = people.contact_for_phone(session, row.phone) if row.phone else None
    contact = contact or (session.get(Contact, row.contact_id) if row.contact_id else None)
    if contact is not None:
        key = f"complaint:{row.id}:her:{step}:{now.isoformat()}"
        messages.queue(
            session, contact, draft, kind="staff", priority=messages.ANSWER, now=now, key=key, inbox_id=inbox_id
        )


def _hers(session: Session, speaker: Speaker, number: int) -> Complaint | None:
    row = session.get(Complaint, number)
    return row if row is not None and row.contact_id == speaker.contact.id else None


def _settle(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    row = _hers(session, speaker, number)
    decision = rules.step(_state(row), Settled(), now) if row is not None else None
    if row is None or decision is None or not decision.accepted:
        return ()
    _keep(row, decision.case)
    return (texts.say("complaint_settled", number=row.number),)


def _object(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    row = _hers(session, speaker, number)
    decision = rules.step(_state(row), Objected(), now) if row is not None else None
    if row is None or decision is None or not decision.accepted:
        return ()
    _keep(row, decision.case)
    _carry_out(session, row, decision, now, inbox_id)
    return (texts.say("complaint_open_again", number=row.number),)


PRESSES: dict[str, Act] = {"complaint_settled": Act(_settle), "complaint_objected": Act(_object, "deny")}


def next_at(session: Session, after: datetime) -> datetime | None:
    """When the clock must look at any complaint next."""
    return session.scalar(select(func.min(Complaint.next_step_at)).where(Complaint.next_step_at > after))


def run(session: Session, now: datetime) -> int:
    """Look at those whose moment has come."""
    rows = select(Complaint).where(Complaint.next_step_at <= now).order_by(Complaint.next_step_at).limit(50)
    found = list(session.scalars(rows.with_for_update(skip_locked=True)))
    for row in found:
        decision = rules.step(_state(row), TimePassed(), now)
        _keep(row, decision.case)
        _carry_out(session, row, decision, now, None)
    session.flush()
    return len(found)
