"""The second person: told that a large broadcast waits, asked for a yes or a no; the first is told what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.long_numbers import hide_cards
from registry import audit, texts
from registry.messaging import broadcast_authority, broadcast_words, messages
from registry.messaging.audiences import Audience
from registry.models import Broadcast, Staff
from registry.persons import people
from registry.persons.people import Speaker

SHOWN = 450  # letters of its words in a message to the second person: a template holds 1,024
SHOWN_AUDIENCE = 160
LONGEST_REASON = 300
MOST_WAITING = 200
NAMED = 3  # of those who may approve


def ask(session: Session, row: Broadcast, now: datetime) -> int:
    """From now on it waits; all who may approve are told, on the channel they last wrote from. Returns how many."""
    row.status, row.decided_at = "waiting_approval", None
    session.flush()
    words = request(session, row)
    told = 0
    for officer in broadcast_authority.approvers(session, row):
        told += _tell(session, officer, words, f"broadcast-approval:{row.id}:{officer.id}", now)
    audit.note(session, now, "broadcast_approval_asked", subject=f"broadcast:{row.id}", count=told)
    return told


def request(session: Session, row: Broadcast) -> messages.Draft:
    """What the second person is told: who sends what to whom, to how many, when, and where to decide."""
    sender = session.get(Staff, row.staff_id) if row.staff_id else None
    return texts.say(
        "broadcast_approval",
        number=row.id,
        sender=_signed(sender),
        audience=shortened(broadcast_words.audience(session, Audience.from_json(row.audience)), SHOWN_AUDIENCE),
        count=row.recipients,
        when=broadcast_words.moment(row.due_at) if row.due_at > row.at else texts.phrase("phrase_at_once"),
        text=shortened(row.text, SHOWN),
    )


def needed(session: Session, row: Broadcast) -> str:
    """That a second person must say yes, and who may; that there is nobody, where there is nobody."""
    names = [officer.name for officer in broadcast_authority.approvers(session, row)]
    if not names:
        return texts.phrase("phrase_nobody_approves")
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        return texts.say("phrase_many_approve", names=shown, more=len(names) - NAMED).text
    return texts.say("phrase_approved_by", names=shown).text


def _signed(officer: Staff | None) -> str:
    if officer is None:
        return texts.phrase("phrase_command")
    return ", ".join((officer.name, officer.facility or texts.phrase("phrase_dinkes")))


def shortened(text: str, most: int) -> str:
    """One line of so many letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _tell(session: Session, officer: Staff, words: messages.Draft, key: str, now: datetime) -> bool:
    contact = people.contact_for_phone(session, officer.phone)
    return contact is not None and messages.queue(
        session, contact, words, kind="staff", priority=messages.REMINDER, now=now, key=key
    )


def note_approved(session: Session, row: Broadcast, officer: Staff, now: datetime) -> None:
    """Keep who said yes; the first is told."""
    row.approved_by, row.decided_at = officer.id, now
    audit.note(session, now, "broadcast_approved", subject=f"broadcast:{row.id}", staff=officer.id)
    words = texts.say("broadcast_approved", number=row.id, by=_signed(officer), count=row.recipients)
    _tell_sender(session, row, words, now)


def refuse(session: Session, row: Broadcast, officer: Staff, why: str, now: datetime) -> bool:
    """The second person says no, and why; False when she may not, gives no reason, or there is nothing to refuse."""
    reason = hide_cards(shortened(why, LONGEST_REASON))
    if not reason or not broadcast_authority.may_approve(row, officer):
        return False
    row.status, row.ended_for, row.finished_at = "stopped", "refused", now
    row.refused_by, row.refusal, row.decided_at = officer.id, reason, now
    audit.note(session, now, "broadcast_refused", subject=f"broadcast:{row.id}", staff=officer.id)
    words = texts.say("broadcast_refused", number=row.id, by=_signed(officer), why=reason)
    _tell_sender(session, row, words, now)
    session.flush()
    return True


def _tell_sender(session: Session, row: Broadcast, words: messages.Draft, now: datetime) -> None:
    sender = session.get(Staff, row.staff_id) if row.staff_id else None
    if sender is not None and sender.active:
        _tell(session, sender, words, f"broadcast-decided:{row.id}", now)


def waiting_for(session: Session, speaker: Speaker) -> Sequence[Broadcast]:
    """Those that wait for this officer's yes, the oldest first."""
    officer = speaker.staff
    if officer is None or officer.unit not in ("puskesmas", "dinkes"):
        return ()
    rows = select(Broadcast).where(Broadcast.status == "waiting_approval").order_by(Broadcast.id).limit(MOST_WAITING)
    return [row for row in session.scalars(rows) if broadcast_authority.may_approve(row, officer)]


def fingerprint(session: Session) -> tuple[int, int]:
    """Differs when another one waits, or one no more."""
    rows = select(func.count(Broadcast.id), func.max(Broadcast.id)).where(Broadcast.status == "waiting_approval")
    count, last = session.execute(rows).one()
    return count, last or 0
