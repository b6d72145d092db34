"""Alerts: opened once per emergency, climbing until somebody takes them, open until somebody says how they ended.

``registry.rules.alert`` decides; this module keeps the rows and lets ``registry.emergencies.alert_duties`` tell people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from registry import audit, clock, programme, texts
from registry.emergencies import alert_rows, alert_texts, alert_words, concerns
from registry.emergencies.alert_duties import Work, ask_her, call_again, carry_out, tell_all
from registry.emergencies.concerns import Concern
from registry.messaging import messages
from registry.models import Alert, AlertRecipient, Contact, Person
from registry.persons import people
from registry.persons.people import Speaker
from registry.rules import alert as rules
from registry.rules import quiet
from registry.rules.alert import GivenBack, OutcomeGiven, Refusal, SignAdded, Status, Taken
from registry.rules.alert_pace import Kind, Outcome, Role
from registry.rules.machine import Decision, TimePassed, refuse

SAME_REPORT = timedelta(minutes=15)  # a cadre or midwife may tell of the next mother after that
SAME_EMERGENCY = timedelta(hours=12)  # later signs of one sender join her open alert
CROWD = 20  # alerts of strangers within an hour, from which those of known people overtake them
CROWD_WITHIN = timedelta(hours=1)
AlertKind = Literal["danger_sign", "labour"]
SoftKind = Literal["danger_sign", "labour", "missed_visit", "no_driver", "minor_mother", "high_risk"]
EMERGENCY_KINDS = ("danger_sign", "labour")


def current_alert(session: Session, speaker: Speaker, now: datetime, inbox_id: int | None = None) -> Alert | None:
    """The emergency of this sender, or of the mother named in this message, that is still open."""
    concern = concerns.concern_of(session, speaker, now, alert_words.said(session, inbox_id))
    return _open_emergency(session, speaker, concern, now, inbox_id)


def raise_alert(
    session: Session, speaker: Speaker, kind: AlertKind, signs: Iterable[str], now: datetime, inbox_id: int | None
) -> Alert:
    """Open an alert, or add to the one that is open, and call everybody who is to help."""
    people.hold(session, speaker.contact)
    concern = concerns.concern_of(session, speaker, now, alert_words.said(session, inbox_id))
    row = _open_emergency(session, speaker, concern, now, inbox_id)
    if row is None:
        return _open(session, speaker, concern, kind, list(signs), now, inbox_id)
    fresh = [sign for sign in signs if sign not in row.signs]
    worse = kind == "danger_sign" and row.kind == "labour"
    if row.person_id is None and concern.person is not None:
        row.person_id, row.village_code = concern.person.id, row.village_code or concern.village_code
    if not fresh and not worse:
        return row
    row.signs = [*row.signs, *fresh]
    row.kind = kind if worse else row.kind
    work = Work(session, row, alert_texts.concern_of(session, row, now), now, inbox_id, signs=fresh or row.signs)
    work.without = speaker.contact.phone_index
    carry_out(work, rules.step(alert_rows.state_of(row), SignAdded(), now))
    return row


def open_alert(
    session: Session, kind: SoftKind, *, person: Person | None, contact: Contact | None, about: str | None,
    village_code: str | None, now: datetime, inbox_id: int | None, signs: Iterable[str] = (), urgent: bool = True,
) -> Alert:  # fmt: skip
    """Something that people must act on, found by the service itself: a missed visit, a ride without a driver …

    ``about`` says what exactly (K4, ride:7, not_reached). One that is open already for the same is not opened again.
    ``contact`` is whoever caused it and is not called herself; None: nobody did. ``urgent`` matters for rides only.
    """
    if person is not None:
        same = (Alert.person_id == person.id, Alert.kind == kind, Alert.status == "open")
        alike = Alert.about == about if about is not None else Alert.about.is_(None)
        known = session.scalar(select(Alert).where(*same, alike).order_by(Alert.id.desc()).limit(1))
        if known is not None:
            return known
    place = village_code or (person.village_code if person else None)
    row = Alert(
        kind=kind, about=about, urgent=urgent, person_id=person.id if person else None,
        contact_id=contact.id if contact else None, phone=_phone(person, contact), signs=list(signs),
        village_code=place, at=now,
    )  # fmt: skip
    return _start(session, row, concerns.about(session, person, place, now), now, inbox_id)


def _phone(person: Person | None, contact: Contact | None) -> str | None:
    return (contact.phone if contact else None) or (person.phone if person else None)


def _open(
    session: Session, speaker: Speaker, concern: Concern, kind: AlertKind, signs: list[str], now: datetime,
    inbox_id: int | None,
) -> Alert:  # fmt: skip
    crowd = _is_one_of_a_crowd(session, speaker, now)
    row = Alert(
        kind=kind, contact_id=speaker.contact.id, person_id=concern.person.id if concern.person else None,
        phone=speaker.contact.phone, signs=signs, village_code=concern.village_code, at=now,
        about=alert_words.about(inbox_id),
    )  # fmt: skip
    return _start(session, row, concern, now, inbox_id, crowd=crowd)


def _start(
    session: Session, row: Alert, concern: Concern, now: datetime, inbox_id: int | None, *, crowd: bool = False
) -> Alert:
    row.follow_ups, row.level, row.recipients = 0, 0, []
    session.add(row)
    session.flush()
    audit.note(session, now, "alert_opened", contact_id=row.contact_id, subject=f"alert:{row.id}", kind=row.kind)
    carry_out(Work(session, row, concern, now, inbox_id, crowd=crowd), rules.start(Kind(row.kind), now, row.urgent))
    return row


def _is_one_of_a_crowd(session: Session, speaker: Speaker, now: datetime) -> bool:
    """A flood of strangers must not stand before a mother we know; none of them is dropped."""
    if speaker.role != "stranger":
        return False
    rows = select(func.count(Alert.id)).where(Alert.person_id.is_(None), Alert.at >= now - CROWD_WITHIN)
    return (session.scalar(rows) or 0) >= CROWD


def _open_emergency(
    session: Session, speaker: Speaker, concern: Concern, now: datetime, inbox_id: int | None
) -> Alert | None:
    """Hers; of a helper the one about the mother named, else what she told last about a mother without a name."""
    helper = speaker.role in ("cadre", "staff")
    mine = Alert.contact_id == speaker.contact.id
    same: ColumnElement[bool] = and_(mine, Alert.at >= now - (SAME_REPORT if helper else SAME_EMERGENCY))
    if concern.person is not None:
        hers = and_(Alert.person_id == concern.person.id, Alert.at >= now - SAME_EMERGENCY)
        same = or_(hers, and_(same, Alert.person_id.is_(None)))
    rows = select(Alert).where(Alert.status == "open", Alert.kind.in_(EMERGENCY_KINDS), same)
    row = session.scalar(rows.options(selectinload(Alert.recipients)).order_by(Alert.id.desc()).limit(1))
    if row is None or row.person_id is not None or not helper:
        return row
    return None if alert_words.names_another(session, row, alert_words.said(session, inbox_id)) else row


def recipient_of(row: Alert, speaker: Speaker) -> AlertRecipient | None:
    """This speaker among those who were called."""
    index = speaker.contact.phone_index
    return next((one for one in row.recipients if one.phone_index == index), None)


def take(
    session: Session, row: Alert, by: AlertRecipient, now: datetime, inbox_id: int | None
) -> Decision[rules.Alert]:
    """Somebody says: I am dealing with it."""
    return _apply(session, row, Taken(by.id), by, now, inbox_id)


def give_back(
    session: Session, row: Alert, by: AlertRecipient, now: datetime, inbox_id: int | None
) -> Decision[rules.Alert]:
    """Whoever took it cannot go on: everybody is called again."""
    return _apply(session, row, GivenBack(by.id), by, now, inbox_id, state="back")


def conclude(
    session: Session, row: Alert, outcome: Outcome, by: AlertRecipient, now: datetime, inbox_id: int | None
) -> Decision[rules.Alert]:
    """A helper says how it ended; ``unreachable`` ends nothing, the next in line are called."""
    return _apply(session, row, OutcomeGiven(outcome, by.id), by, now, inbox_id, state="back")


def _apply(
    session: Session, row: Alert, event: rules.Event, by: AlertRecipient, now: datetime, inbox_id: int | None,
    *, state: str = "new",
) -> Decision[rules.Alert]:  # fmt: skip
    session.refresh(row, with_for_update=True)
    decision = rules.step(alert_rows.state_of(row), event, now)
    if decision.accepted:
        concern = alert_texts.concern_of(session, row, now)
        carry_out(Work(session, row, concern, now, inbox_id, without=by.phone_index, state=state), decision)
        name = f"alert_{type(event).__name__.lower()}"
        audit.note(session, now, name, subject=f"alert:{row.id}", role=by.role, outcome=row.outcome)
    return decision


def end_by_her(session: Session, row: Alert, now: datetime, inbox_id: int | None) -> bool:
    """She says herself that it was no emergency; False when it is over already."""
    session.refresh(row, with_for_update=True)
    state = alert_rows.state_of(row)
    if state.status is Status.CLOSED:
        return False
    decision = rules.step(state, OutcomeGiven(Outcome.FALSE_ALARM, 0), now)
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    work = Work(session, row, alert_texts.concern_of(session, row, now), now, inbox_id)
    work.without = contact.phone_index if contact else None
    carry_out(work, decision)
    audit.note(session, now, "alert_ended_by_her", contact_id=row.contact_id, subject=f"alert:{row.id}")
    return True


def look(session: Session, row: Alert, now: datetime) -> None:
    """The clock: climb, ask for the outcome, ask her how she is."""
    session.refresh(row, with_for_update=True)
    work = Work(session, row, alert_texts.concern_of(session, row, now), now, state="waiting")
    if _waits_for_morning(work):
        return
    follow = alert_rows.follow_while_open(row)
    while follow is not None and follow.at <= now:
        row.follow_ups = follow.count
        later = alert_rows.follow_while_open(row)
        if later is None or later.at > now:
            ask_her(work)
        follow = later
    due = alert_rows.next_step(row)
    decision = refuse(alert_rows.state_of(row), Refusal.REPEATED)
    if due is not None and due <= now:
        decision = rules.step(alert_rows.state_of(row), TimePassed(), now)
    carry_out(work, decision)


def _waits_for_morning(work: Work) -> bool:
    """What is no emergency climbs by day only: else every rung of the night would arrive in one morning's minute."""
    start, end = programme.value(work.session, "quiet_hours", clock.today(work.now))
    is_soft = work.row.status == "open" and work.priority == messages.REMINDER
    if not is_soft or not quiet.is_quiet(work.now, (start, end)):
        return False
    work.row.next_step_at = quiet.next_allowed(work.now, (start, end))
    work.session.flush()
    return True


def due(session: Session, now: datetime, limit: int) -> list[Alert]:
    """Alerts that the clock must look at, the longest overdue first."""
    rows = select(Alert).where(Alert.next_step_at <= now).order_by(Alert.next_step_at, Alert.id).limit(limit)
    return list(session.scalars(rows))


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after ``after`` at which there is an alert to look at."""
    return session.scalar(select(func.min(Alert.next_step_at)).where(Alert.next_step_at > after))


def note_place(session: Session, speaker: Speaker, village_code: str, now: datetime, inbox_id: int | None) -> bool:
    """She says where she is now: fill her open alert and call the helpers there; False when it changes no alert."""
    speaker.contact.village_code = village_code
    row = current_alert(session, speaker, now)
    if row is None or row.village_code == village_code:
        return False
    row.village_code = village_code
    work = Work(session, row, alert_texts.concern_of(session, row, now), now, inbox_id)
    work.without = speaker.contact.phone_index
    if alert_rows.taker(row) is None:
        begun = rules.start(Kind(row.kind), now, row.urgent)
        state = replace(begun.case, climbing_from=now, follow_ups=row.follow_ups)
        carry_out(work, replace(begun, case=state))
    else:
        work.state = "taken"
        call_again(work, (Role.MIDWIFE, Role.CADRE))
    tell_all(work, texts.say("alert_place", about=alert_texts.label(session, row)), "place")
    session.flush()
    return True


def note_mother(
    session: Session, speaker: Speaker, row: Alert, person: Person, now: datetime, inbox_id: int | None
) -> None:
    """Which of the mothers on this phone it is: those who were called get the alert again, now with her facts."""
    row.person_id, row.village_code = person.id, row.village_code or person.village_code
    work = Work(session, row, alert_texts.concern_of(session, row, now), now, inbox_id, state="known")
    work.without = speaker.contact.phone_index
    tell_all(work, alert_texts.call(session, row, work.concern, now, work.state), f"known:{person.id}")
    session.flush()


def note_pin(session: Session, speaker: Speaker, lat: object, lon: object, now: datetime, inbox_id: int | None) -> bool:
    """Her phone says where it is, while an emergency of hers is open: those who were called get the place."""
    pin = alert_texts.pin_of(lat, lon)
    row = current_alert(session, speaker, now) if pin is not None else None
    if row is None or pin is None:
        return False
    row.pin = pin
    _tell_news(session, speaker, row, "alert_pin", now, inbox_id, pin=pin)
    return True


def note_companion(
    session: Session, speaker: Speaker, row: Alert, companion: str, now: datetime, inbox_id: int | None
) -> None:
    """Who is with her: "alone", "family" or "neighbour"."""
    row.companion = companion
    said_as = texts.phrase(f"alert_with_{companion}")
    _tell_news(session, speaker, row, "alert_companion", now, inbox_id, companion=said_as)


def _tell_news(
    session: Session, speaker: Speaker, row: Alert, name: str, now: datetime, inbox_id: int | None, **values: str
) -> None:
    work = Work(session, row, alert_texts.concern_of(session, row, now), now, inbox_id)
    work.without = speaker.contact.phone_index
    draft = texts.say(name, about=alert_texts.label(session, row), **values)
    tell_all(work, draft, f"{name}:{inbox_id}")
    session.flush()
