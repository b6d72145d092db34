"""Referrals: a facility is asked whether it is ready, everybody sees the same state, no silence is left standing.

``registry.rules.referral`` decides; its facility numbers count along the row's list of codes. A facility is reached
through the phones of its staff; one without any is called by the Dinas Kesehatan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.case_reply import read_case_reply
from nlu.language.long_numbers import hide
from nlu.language.referral import tells_arrived, tells_left
from registry import access, audit, texts, voices
from registry.acts import Act, Do
from registry.casework.referral_words import driver_of, facts, place_of, tell
from registry.emergencies.alerts import EMERGENCY_KINDS
from registry.messaging.messages import Draft
from registry.models import Alert, Person, Referral, Staff
from registry.persons.people import Speaker
from registry.places import nearby
from registry.rules import referral as rules
from registry.rules.complaint import is_same_facility
from registry.rules.machine import Decision, TimePassed
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
)

State = rules.Referral
LONGEST_REASON = 200
SPOKEN_FOR = timedelta(hours=24)  # so long words without a name are about a referral
VERBS: dict[object, str] = {
    Answer.READY: "referral_ready", Answer.COME: "referral_come", Answer.FULL: "referral_full",
    Left: "referral_left", Arrived: "referral_arrived",
}  # fmt: skip
WORDS = {
    "ready": "referral_ready",
    "refer_accept": "referral_ready",
    "take": "referral_ready",
    "come": "referral_come",
    "full": "referral_full",
    "at_facility": "referral_arrived",
}


def refer(
    session: Session, speaker: Speaker, person: Person, codes: Sequence[str], reason: str, now: datetime,
    inbox_id: int | None,
) -> Referral:  # fmt: skip
    """Ask the facilities in their order; without one the hospitals near her village. One open referral a mother.

    The sender is not written to: the answer to his own message says it (``said_to_sender``).
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    known = open_for(session, person)
    if known is not None:
        return known
    wanted = list(dict.fromkeys(codes)) or [one.code for one in nearby(session, person.village_code).hospitals]
    decision = rules.start(tuple(range(len(wanted))), now)
    alert = _emergency(session, person)
    row = Referral(
        person_id=person.id,
        alert_id=alert.id if alert else None,
        contact_id=speaker.contact.id,
        facilities=wanted,
        further=[],
        asked=[],
        reason=hide(reason)[:LONGEST_REASON],
        status=decision.case.status.value,
        at=now,
    )
    session.add(row)
    session.flush()
    _keep(row, decision.case)
    audit.note(session, now, "referral_made", contact_id=speaker.contact.id, subject=f"referral:{row.id}")
    tell(session, row, [duty for duty in decision.duties if duty.to is not Role.SENDER], now, inbox_id)
    return row


def _emergency(session: Session, person: Person) -> Alert | None:
    """The open emergency that this referral answers: from it the time to her arrival is counted."""
    rows = select(Alert).where(Alert.person_id == person.id, Alert.status == "open", Alert.kind.in_(EMERGENCY_KINDS))
    return session.scalar(rows.order_by(Alert.id.desc()).limit(1))


def open_for(session: Session, person: Person) -> Referral | None:
    """Her referral that is not closed."""
    rows = select(Referral).where(Referral.person_id == person.id, Referral.status != "closed")
    return session.scalar(rows.order_by(Referral.id.desc()).limit(1))


def said_to_sender(session: Session, row: Referral, now: datetime) -> Draft:
    """What whoever refers is told at once."""
    name = "referral_state_requested" if row.status == Status.REQUESTED else "referral_made"
    return texts.say(name, id=row.id, **facts(session, row, None, now))


def name_facility(session: Session, row: Referral, code: str, now: datetime, inbox_id: int | None) -> bool:
    """The sender or the Dinas Kesehatan names where to ask now; False when it is asked already or too late."""
    held = _held(session, row.id)
    if held is None:
        return False
    if code not in held.facilities:
        held.facilities = [*held.facilities, code]
    return _apply(session, held, FacilityNamed(held.facilities.index(code)), now, inbox_id)


def _held(session: Session, number: int) -> Referral | None:
    """The row, which nobody else changes until this transaction ends."""
    return session.get(Referral, number, with_for_update=True, populate_existing=True)


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
    decision: Decision[State] = rules.step(_state(row), event, now)
    if decision.accepted:
        _keep(row, decision.case)
        tell(session, row, decision.duties, now, inbox_id, again=isinstance(event, TimePassed))
    return decision.accepted


def _answered(answer: Answer) -> Do:
    """By staff of the facility that is asked, or by Dinkes after a telephone call."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
        row = _held(session, number)
        facility = _speaks_for(session, speaker, row) if row is not None else None
        if row is None or facility is None or not _apply(session, row, Answered(facility, answer), now, inbox_id):
            return ()
        audit.note(session, now, f"referral_{answer}", contact_id=speaker.contact.id, subject=f"referral:{row.id}")
        return (texts.say("referral_answer_kept"),)

    return do


def _speaks_for(session: Session, speaker: Speaker, row: Referral) -> int | None:
    """The number of the facility this officer answers for; Dinkes for the last that was asked."""
    staff = speaker.staff
    if staff is None or not row.asked:
        return None
    for one in reversed(row.asked):
        place = place_of(session, row, int(one["facility"]))
        if place is not None and is_same_facility(place.name, staff.facility):
            return int(one["facility"])
    return int(row.asked[-1]["facility"]) if _is_dinkes(staff) else None


def _is_dinkes(staff: Staff) -> bool:
    return staff.unit == "dinkes"


def _moved(event: rules.Event) -> Do:
    """By whoever is with her, who refers her, or receives her; how it ended is not for herself to say."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
        row = _held(session, number)
        if row is None or not _may_tell(session, speaker, row, event) or not _apply(session, row, event, now, inbox_id):
            return ()
        audit.note(session, now, f"referral_{row.status}", contact_id=speaker.contact.id, subject=f"referral:{row.id}")
        return (texts.say("referral_news_kept"),)

    return do


def _may_tell(session: Session, speaker: Speaker, row: Referral, event: rules.Event) -> bool:
    person = session.get(Person, row.person_id) if row.person_id else None
    helps = speaker.staff is not None or speaker.cadre is not None
    if (helps and speaker.contact.id == row.contact_id) or _speaks_for(session, speaker, row) is not None:
        return True
    if person is None:
        return False
    if helps:
        return access.may_see(session, speaker, person)
    is_with_her = voices.is_hers(speaker, person) or speaker.contact in driver_of(session, person)
    return is_with_her and not isinstance(event, Closed)


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


def answer_meant(payloads: Sequence[str], said: str) -> str | None:
    """The button of a question of ours that a few words of an officer stand for: "penuh bu", "langsung datang"."""
    if not any(":referral_" in payload for payload in payloads):
        return None
    verb = WORDS.get(read_case_reply(said) or "")
    return next((payload for payload in payloads if verb and f":{verb}:" in payload), None)


def spoken(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """What an officer's or a cadre's words mean for the one open referral that they can be about."""
    if speaker.role not in ("cadre", "staff"):
        return None
    event = _event_of(said)
    if event is None:
        return None
    rows = select(Referral).where(Referral.status != "closed", Referral.at >= now - SPOKEN_FOR).order_by(Referral.id)
    fitting = [row for row in session.scalars(rows) if _is_theirs(session, speaker, row, event, now)]
    return (
        (VERBS[type(event) if not isinstance(event, Answer) else event], fitting[0].id) if len(fitting) == 1 else None
    )


def _event_of(said: str) -> Answer | Left | Arrived | None:
    if tells_arrived(said):
        return Arrived()
    if tells_left(said):
        return Left()
    verb = WORDS.get(read_case_reply(said) or "", "")
    return next((answer for answer in Answer if verb == f"referral_{answer.value}"), None)


def _is_theirs(
    session: Session, speaker: Speaker, row: Referral, event: Answer | Left | Arrived, now: datetime
) -> bool:
    """They take part in it, and it can go on so."""
    facility = (
        _speaks_for(session, speaker, row) if speaker.staff is not None and not _is_dinkes(speaker.staff) else None
    )
    if isinstance(event, Answer):
        return facility is not None and rules.step(_state(row), Answered(facility, event), now).accepted
    takes_part = facility is not None or speaker.contact.id == row.contact_id
    return takes_part and rules.step(_state(row), event, now).accepted


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
