"""What people must act on: alerts of danger and labour, and talks that wait for an officer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry import audit, clock, messages, people, sealing, texts
from registry.models import Alert, AlertRecipient, Contact, Handoff, Person
from registry.people import Helper, Speaker
from registry.places import village_label

SAME_REPORT = timedelta(minutes=15)  # a cadre or midwife may tell of the next mother after that
SAME_EMERGENCY = timedelta(hours=12)  # later signs of one sender join her open alert
PREGNANCY = timedelta(days=280)  # from the first day of the last period to the due date
CROWD = 20  # alerts of strangers within an hour, from which those of known people overtake them
CROWD_WITHIN = timedelta(hours=1)
AlertKind = Literal["danger_sign", "labour"]


@dataclass(frozen=True)
class Concern:
    """Whom an alert is about, as far as it is known."""

    person: Person | None
    village_code: str | None
    weeks: int | None


def concern_of(session: Session, speaker: Speaker, now: datetime) -> Concern:
    """The mother behind a sender: herself when registered; else only the place that is known."""
    person = speaker.person if speaker.role in ("mother", "stranger") else None
    village = person.village_code if person else speaker.contact.village_code
    if village is None and len(speaker.villages) == 1:
        village = next(iter(speaker.villages))
    return Concern(person, village, _weeks(session, person, now))


def _weeks(session: Session, person: Person | None, now: datetime) -> int | None:
    pregnancy = people.active_pregnancy(session, person) if person else None
    if pregnancy is None:
        return None
    first_day = pregnancy.hpht or (pregnancy.hpl - PREGNANCY if pregnancy.hpl else None)
    return (clock.today(now) - first_day).days // 7 if first_day else None


def open_alert(session: Session, speaker: Speaker, now: datetime) -> Alert | None:
    """The emergency of this sender that is still open."""
    return _open_alert(session, speaker, concern_of(session, speaker, now).person, now)


def raise_alert(
    session: Session, speaker: Speaker, kind: AlertKind, signs: Iterable[str], now: datetime, inbox_id: int | None
) -> Alert:
    """Open an alert, or add to the sender's open one, and call everybody who is to help."""
    people.hold(session, speaker.contact)
    concern = concern_of(session, speaker, now)
    alert = _open_alert(session, speaker, concern.person, now)
    fresh = [sign for sign in signs if alert is None or sign not in alert.signs]
    if alert is None:
        alert = Alert(
            kind=kind,
            contact_id=speaker.contact.id,
            person_id=concern.person.id if concern.person else None,
            phone=speaker.contact.phone,
            signs=fresh,
            village_code=concern.village_code,
            at=now,
        )
        session.add(alert)
        session.flush()
        audit.note(session, now, "alert_opened", contact_id=speaker.contact.id, subject=f"alert:{alert.id}", kind=kind)
    elif fresh or _is_worse(kind, alert):
        alert.signs = [*alert.signs, *fresh]
        alert.kind = kind if _is_worse(kind, alert) else alert.kind
    else:
        return alert
    _call_helpers(session, alert, speaker, concern, fresh or alert.signs, now, inbox_id)
    return alert


def _is_worse(kind: AlertKind, alert: Alert) -> bool:
    return kind == "danger_sign" and alert.kind == "labour"


def _open_alert(session: Session, speaker: Speaker, person: Person | None, now: datetime) -> Alert | None:
    same = Alert.contact_id == speaker.contact.id
    if person is not None:
        same = or_(same, Alert.person_id == person.id)
    reach = SAME_REPORT if speaker.role in ("cadre", "staff") else SAME_EMERGENCY
    rows = select(Alert).where(same, Alert.status == "open", Alert.at >= now - reach)
    return session.scalar(rows.order_by(Alert.id.desc()).limit(1))


def _call_helpers(
    session: Session, alert: Alert, speaker: Speaker, concern: Concern, signs: list[str], now: datetime,
    inbox_id: int | None,
) -> None:  # fmt: skip
    draft = _alert_text(session, alert, speaker, concern, signs)
    news = f"alert:{alert.id}:{alert.kind}:{len(alert.signs)}:{alert.village_code}"
    known = {recipient.phone_index for recipient in alert.recipients}
    priority = messages.ANSWER if _is_one_of_a_crowd(session, speaker, now) else messages.DANGER
    for helper in _whom_to_call(session, speaker, concern.village_code):
        index = sealing.index("phone", helper.phone)
        if index not in known:
            alert.recipients.append(AlertRecipient(phone=helper.phone, phone_index=index, role=helper.role))
        tell(session, helper, draft, now, key=f"{news}:{index[:12]}", inbox_id=inbox_id, priority=priority)


def _is_one_of_a_crowd(session: Session, speaker: Speaker, now: datetime) -> bool:
    """A flood of strangers must not stand before a mother we know; none of them is dropped."""
    if speaker.role != "stranger":
        return False
    rows = select(func.count(Alert.id)).where(Alert.person_id.is_(None), Alert.at >= now - CROWD_WITHIN)
    return (session.scalar(rows) or 0) > CROWD


def _whom_to_call(session: Session, speaker: Speaker, village_code: str | None, *, cadres: bool = True) -> list[Helper]:
    """Helpers that a message reaches, but not the sender; Dinkes when none of the near ones can be reached."""
    for helpers in (people.helpers_for(session, village_code), people.helpers_for(session, None)):
        reached = [
            helper
            for helper in helpers
            if (cadres or helper.role != "cadre")
            and sealing.index("phone", helper.phone) != speaker.contact.phone_index
            and people.contact_for_phone(session, helper.phone) is not None
        ]
        if reached:
            return reached
    return []


def _alert_text(session: Session, alert: Alert, speaker: Speaker, concern: Concern, signs: list[str]) -> messages.Draft:
    sender = speaker.cadre.name if speaker.cadre else speaker.staff.name if speaker.staff else None
    return texts.say(
        f"alert_{alert.kind}",
        signs=", ".join(texts.phrase(f"sign_{sign}", sign) for sign in signs) or "-",
        name=(concern.person.name if concern.person else None) or texts.phrase("phrase_not_registered"),
        village=village_label(session, concern.village_code) or texts.phrase("phrase_village_unknown"),
        weeks=str(concern.weeks) if concern.weeks is not None else texts.phrase("phrase_unknown"),
        phone=speaker.contact.phone or texts.phrase("phrase_phone_unknown"),
        sender=sender or texts.phrase("phrase_herself"),
    )


def note_place(session: Session, speaker: Speaker, village_code: str, now: datetime, inbox_id: int | None) -> bool:
    """She says where she is: fill her open alert and tell the helpers; False when there is no open alert."""
    speaker.contact.village_code = village_code
    alert = open_alert(session, speaker, now)
    if alert is None or alert.village_code is not None:
        return False
    alert.village_code = village_code
    concern = concern_of(session, speaker, now)
    _call_helpers(session, alert, speaker, concern, list(alert.signs), now, inbox_id)
    return True


def tell(
    session: Session, helper: Helper, draft: messages.Draft, now: datetime, *, key: str, inbox_id: int | None,
    priority: int = messages.DANGER,
) -> bool:  # fmt: skip
    """Queue an urgent message to someone who helps; False when no channel reaches that phone."""
    contact = people.contact_for_phone(session, helper.phone)
    if contact is None:
        return False
    return messages.queue(session, contact, draft, kind="alert", priority=priority, now=now, key=key, inbox_id=inbox_id)


def open_handoff(session: Session, speaker: Speaker, reason: str, now: datetime, inbox_id: int | None) -> Handoff:
    """Ask staff to answer this contact; one open talk at a time."""
    contact = speaker.contact
    people.hold(session, contact)
    talk = current_handoff(session, contact)
    if talk is not None:
        return talk
    talk = Handoff(contact_id=contact.id, reason=reason, at=now)
    session.add(talk)
    session.flush()
    concern = concern_of(session, speaker, now)
    draft = texts.say(
        "handoff_waiting",
        village=village_label(session, concern.village_code) or texts.phrase("phrase_village_unknown"),
        name=(concern.person.name if concern.person else None) or texts.phrase("phrase_not_registered"),
        phone=contact.phone or texts.phrase("phrase_phone_unknown"),
        reason=texts.phrase(f"reason_{reason}", texts.phrase("reason_other")),
    )
    for helper in _whom_to_call(session, speaker, concern.village_code, cadres=False):
        target = people.contact_for_phone(session, helper.phone)
        if target is not None:
            messages.queue(
                session, target, draft, kind="alert", priority=messages.REMINDER, now=now,
                key=f"handoff:{talk.id}:{target.id}", inbox_id=inbox_id,
            )  # fmt: skip
    return talk


def current_handoff(session: Session, contact: Contact) -> Handoff | None:
    """The talk of this contact that is open or taken."""
    rows = select(Handoff).where(Handoff.contact_id == contact.id, Handoff.status != "closed")
    return session.scalar(rows.order_by(Handoff.id.desc()).limit(1))


def is_owned(session: Session, contact: Contact) -> bool:
    """Whether an officer is talking with her now, so that the bot must be silent."""
    talk = current_handoff(session, contact)
    return talk is not None and talk.status == "taken"


def reply(session: Session, contact: Contact, owner: str, text: str, now: datetime) -> None:
    """An officer answers; this takes the talk over when nobody has."""
    talk = current_handoff(session, contact)
    if talk is None:
        talk = Handoff(contact_id=contact.id, reason="staff", at=now)
        session.add(talk)
    talk.status, talk.owner = "taken", talk.owner or owner
    messages.queue(session, contact, messages.Draft(text, template="staff_reply"), kind="staff", priority=1, now=now)


def close(session: Session, contact: Contact, now: datetime) -> None:
    """The officer is done; the bot answers again."""
    talk = current_handoff(session, contact)
    if talk is not None:
        talk.status, talk.closed_at = "closed", now
