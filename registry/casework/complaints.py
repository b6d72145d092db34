"""Complaints: numbered, kept sealed, sent to the Dinas Kesehatan alone, watched by a clock, answered to her.

``registry.rules.complaint`` decides; this module keeps the rows and lets ``complaint_words`` tell people.
Whoever is complained of never learns that there is a complaint, nor who made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nlu.language.complaint import Complaint as Told
from nlu.language.complaint import read_numbered
from nlu.language.long_numbers import hide_cards
from registry import audit, clock, texts
from registry.acts import Act
from registry.casework.complaint_words import (
    facility_name,
    her_contact,
    in_words,
    is_hers,
    is_vague,
    officer_of,
    tell_dinkes,
    without_her,
)
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Complaint, InboxMessage
from registry.persons import people
from registry.persons.people import Speaker
from registry.pregnancies import entitlement
from registry.rules import complaint as rules
from registry.rules.complaint import Answered, Category, Event, Objected, Refusal, Settled, Status, Task, Unit, View
from registry.rules.machine import Decision, TimePassed

State = rules.Complaint
SAME_MATTER = timedelta(hours=24)  # told again within that time it is one complaint
MOST_TRIES = 20  # at a number that others take at the same moment
LONGEST_ANSWER = 700  # characters: with the words around it a template holds no more
Sent = Literal["sent", "not_reached", "over", "not_allowed", "too_long"]


@dataclass(frozen=True)
class Filed:
    """A complaint that was told; not ``is_new`` when it adds to one of the same matter."""

    row: Complaint
    is_new: bool


def file(session: Session, speaker: Speaker, text: str, told: Told, now: datetime, inbox_id: int | None) -> Filed:
    """Keep what she says and give it to the Dinas Kesehatan; the same matter within a day keeps its number."""
    people.hold(session, speaker.contact)
    facility = facility_name(session, speaker, told)
    known = _of_same_matter(session, speaker, told.category, facility, now)
    if known is not None:
        add(session, speaker, known, text, told, now, inbox_id)
        return Filed(known, is_new=False)
    row = Complaint(
        contact_id=speaker.contact.id,
        person_id=speaker.person.id if speaker.person else None,
        phone=speaker.contact.phone,
        category=told.category,
        amount=told.amount,
        facility=facility,
        entitled=_entitled(session, speaker, now),
        text=without_her(session, speaker, text),
        told_in=[] if inbox_id is None else [inbox_id],
        routed_to=Unit.DINKES.value,
        identity_protected=True,
        at=now,
    )
    decision = _number(session, row, now)
    audit.note(session, now, "complaint_filed", contact_id=speaker.contact.id, subject=f"complaint:{row.id}")
    _carry_out(session, row, decision, now, inbox_id)
    return Filed(row, is_new=True)


def _of_same_matter(
    session: Session, speaker: Speaker, category: str, facility: str | None, now: datetime
) -> Complaint | None:
    """Hers of the last day about the same thing and place; a place not told yet may be the same."""
    mine = (Complaint.contact_id == speaker.contact.id, Complaint.category == category)
    rows = select(Complaint).where(*mine, Complaint.at > now - SAME_MATTER, Complaint.status != "closed")
    for row in session.scalars(rows.order_by(Complaint.id.desc())):
        if is_vague(facility) or is_vague(row.facility) or rules.is_same_facility(row.facility, facility):
            return row
    return None


def _number(session: Session, row: Complaint, now: datetime) -> Decision[State]:
    """Give it the next number of the (local) year; what somebody else took meanwhile is skipped.

    Raises:
        IntegrityError: twenty times in a row somebody else was quicker.
    """
    for left in reversed(range(MOST_TRIES)):
        row.number = _next_number(session, now)
        decision = rules.start(row.number, Category(row.category), row.facility, now)
        _keep(row, decision.case)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            if not left:
                raise
        else:
            break
    return decision


def _next_number(session: Session, now: datetime) -> str:
    year = clock.today(now).year
    last = session.scalar(select(func.max(Complaint.number)).where(Complaint.number.like(f"K-{year:04d}-%")))
    return rules.number_of(year, int(last.rpartition("-")[2]) + 1 if last else 1)


def _entitled(session: Session, speaker: Speaker, now: datetime) -> str | None:
    """What the registers say of her now: whether she may be asked to pay at all."""
    person = speaker.person
    if person is None or person.nik is None:
        known = entitlement.latest_for(session, speaker.contact)
        return known.path if known else None
    decision = entitlement.decide(session, person.nik, now)
    return decision.paths[0].path.value if decision.paths else None


def add(
    session: Session, speaker: Speaker, row: Complaint, text: str, told: Told, now: datetime, inbox_id: int | None
) -> None:
    """What she tells besides: kept and told to Dinkes; after an answer it opens the complaint again."""
    facility = facility_name(session, speaker, told)
    words = without_her(session, speaker, text)
    before = (row.facility, row.amount, row.text)
    if facility is not None and (row.facility is None or is_vague(row.facility)):
        row.facility = facility
    row.amount = row.amount if row.amount is not None else told.amount
    if words and words not in row.text:
        row.text = f"{row.text}\n{words}".strip()
    if inbox_id is not None and inbox_id not in row.told_in:
        row.told_in = [*row.told_in, inbox_id]
    if before == (row.facility, row.amount, row.text):
        return
    if row.status == Status.ANSWERED:
        _keep(row, rules.step(_state(row), Objected(), now).case)
    session.flush()
    tell_dinkes(session, row, texts.say("complaint_more", id=row.id, **in_words(row, now, words)), now, inbox_id)


def needs_place(row: Complaint) -> bool:
    """Whether it is to be asked where it was."""
    return is_vague(row.facility)


def of_speaker(session: Session, speaker: Speaker, number: int) -> Complaint | None:
    """Her complaint of this row number."""
    row = _held(session, number)
    return row if row is not None and is_hers(session, speaker, row) else None


def for_officer(session: Session, speaker: Speaker, number: int) -> Complaint | None:
    """The complaint of this row number, for an officer who may know of it."""
    row = session.get(Complaint, number)
    return row if row is not None and may_read(speaker, row) else None


def numbered(session: Session, speaker: Speaker, number: int, year: int | None, now: datetime) -> Complaint | None:
    """The complaint with this number (of this year when none is told), for an officer who may know of it."""
    written = rules.number_of(year or clock.today(now).year, number)
    row = session.scalar(select(Complaint).where(Complaint.number == written))
    return row if row is not None and may_read(speaker, row) else None


def may_read(speaker: Speaker, row: Complaint) -> bool:
    """Whether this officer may know of it."""
    return speaker.staff is not None and rules.view_of(officer_of(speaker.staff), row.facility) is View.FULL


def answer(session: Session, speaker: Speaker, number: int, text: str, now: datetime, inbox_id: int | None) -> Sent:
    """An officer answers; she gets the words with two buttons. What has become of it."""
    row = _held(session, number)
    if row is None or speaker.staff is None:
        return "not_allowed"
    decision = rules.step(_state(row), Answered(officer_of(speaker.staff)), now)
    if not decision.accepted:
        return "over" if decision.refused is Refusal.OVER and may_read(speaker, row) else "not_allowed"
    if len(text) > LONGEST_ANSWER:
        return "too_long"
    _keep(row, decision.case)
    audit.note(session, now, "complaint_answered", subject=f"complaint:{row.id}", staff=speaker.staff.id)
    draft = texts.say("complaint_answer", number=row.number, answer=hide_cards(text), id=row.id)
    contact = her_contact(session, row)
    if contact is None:
        return "not_reached"
    messages.queue(session, contact, draft, kind="staff", priority=messages.ANSWER, now=now, inbox_id=inbox_id)
    return "sent"


def _held(session: Session, number: int) -> Complaint | None:
    """The row, which nobody else changes until this transaction ends."""
    return session.get(Complaint, number, with_for_update=True, populate_existing=True)


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
    """Tell those whom the step names; her number and the end she gets in the answer to her own message.

    Nobody is named head of the office yet: what is passed up goes to all officers, and is their reminder too.
    """
    tasks = {duty.task for duty in decision.duties}
    for duty in decision.duties:
        match duty.task:
            case Task.HANDLE:
                name = "complaint_reopened" if row.waiting_since else "complaint_handle"
            case Task.ESCALATE:
                name = "complaint_escalate"
            case Task.REMIND if Task.ESCALATE not in tasks:
                name = "complaint_remind"
            case Task.TELL_CLOSED if duty.to is rules.Role.DINKES:
                name = "complaint_over_dinkes"
            case _:
                continue
        tell_dinkes(session, row, texts.say(name, id=row.id, **in_words(row, now)), now, inbox_id)


def _of_her(event: Event, said: str) -> Act:
    """What she herself presses under an answer."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
        row = of_speaker(session, speaker, number)
        decision = rules.step(_state(row), event, now) if row is not None else None
        if row is None or decision is None or not decision.accepted:
            return ()
        _keep(row, decision.case)
        audit.note(session, now, said, contact_id=speaker.contact.id, subject=f"complaint:{row.id}")
        _carry_out(session, row, decision, now, inbox_id)
        return (texts.say(said, number=row.number),)

    return Act(do, "deny" if isinstance(event, Objected) else "affirm")


def spoken(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """An officer's answer with the number of its complaint, whatever else the words may look like."""
    told = read_numbered(said) if speaker.staff is not None else None
    row = numbered(session, speaker, told.number, told.year, now) if told is not None and told.words else None
    return ("complaint_answered", row.id) if row is not None else None


def _answered(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> tuple[Draft, ...]:
    """His words stand in the message itself."""
    message = session.get(InboxMessage, inbox_id) if inbox_id is not None else None
    told = read_numbered(str(message.content.get("text") or "")) if message is not None else None
    row = for_officer(session, speaker, number)
    if told is None or row is None:
        return ()
    sent = answer(session, speaker, number, told.words, now, inbox_id)
    said = {"sent": "complaint_answer_sent", "not_reached": "complaint_answer_not_reached"}
    if sent == "too_long":
        return (texts.say("complaint_answer_too_long", most=LONGEST_ANSWER),)
    return (texts.say(said.get(sent, "complaint_answer_too_late"), number=row.number),)


PRESSES: dict[str, Act] = {
    "complaint_answered": Act(_answered, "complain"),
    "complaint_settled": _of_her(Settled(), "complaint_settled"),
    "complaint_objected": _of_her(Objected(), "complaint_open_again"),
}


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
        if row.status == Status.CLOSED:
            _tell_closed(session, row, now)
    session.flush()
    return len(found)


def _tell_closed(session: Session, row: Complaint, now: datetime) -> None:
    """Nobody waits for this: by day only, and not to one who wants no messages."""
    contact = her_contact(session, row)
    if contact is not None:
        draft = texts.say("complaint_closed", number=row.number)
        messages.queue(session, contact, draft, kind="confirmation", priority=messages.REMINDER, now=now)
