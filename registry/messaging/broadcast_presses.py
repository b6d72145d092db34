"""Buttons about a broadcast, and words that say the same: the second person's yes and no, hold, go on, stop, how far.

Each looks for itself whether this officer may: what others may do in the console they may do here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.broadcast_reply import BroadcastReply, is_bare_yes, read_broadcast_reply
from registry import texts
from registry.acts import Act
from registry.messaging import broadcast_approval, broadcast_desk, broadcast_words, broadcasts
from registry.messaging.messages import Draft
from registry.models import Broadcast, InboxMessage, Staff
from registry.persons.people import Speaker

LIVING = ("waiting_approval", "scheduled", "running", "paused", "done")
SURE = "bc_sure"
UNITS = ("puskesmas", "dinkes")
VERBS = {
    "approve": "bc_approve", "refuse": "bc_refuse", "pause": "bc_pause", "resume": "bc_resume", "stop": "bc_stop",
    "progress": "bc_progress",
}  # fmt: skip


def _found(session: Session, speaker: Speaker, number: int) -> tuple[Broadcast | None, Staff | None]:
    """The broadcast, if it is this officer's business; held until what she does is done."""
    staff = speaker.staff
    if staff is None or not staff.active or staff.unit not in UNITS:
        return None, None
    row = broadcast_desk.find(session, speaker, number, lock=True)
    return (row, staff) if row is not None and row.status != "draft" else (None, None)


def _approve(
    session: Session, speaker: Speaker, number: int, now: datetime, _inbox_id: int | None
) -> tuple[Draft, ...]:
    row, staff = _found(session, speaker, number)
    if row is None or staff is None:
        return ()
    if not broadcasts.approve(session, row, staff, now):
        return (_not_yours(row, staff),)
    return (texts.say("broadcast_you_approved", number=row.id, count=row.recipients),)


def _sure(session: Session, speaker: Speaker, number: int, now: datetime, _inbox_id: int | None) -> tuple[Draft, ...]:
    """ "Ok" may be a yes, or no more than that she has read it; of one that is decided she hears how it stands."""
    row, staff = _found(session, speaker, number)
    if row is None or staff is None:
        return ()
    if not broadcasts.may_approve(row, staff):
        return (progress(session, row, now),)
    return (texts.say("broadcast_sure", number=row.id, count=row.recipients),)


def _ask_why(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> tuple[Draft, ...]:
    """A no needs a reason: a button names one, or it stands in the words themselves."""
    row, staff = _found(session, speaker, number)
    if row is None or staff is None:
        return ()
    if not broadcasts.may_approve(row, staff):
        return (_not_yours(row, staff),)
    message = session.get(InboxMessage, inbox_id) if inbox_id is not None else None
    said = read_broadcast_reply(str(message.content.get("text") or "")) if message is not None else None
    if said is not None and said.deed == "refuse" and said.why:
        return _refuse(session, row, staff, said.why, now)
    return (texts.say("broadcast_ask_reason", number=row.id),)


def _for(reason: str) -> Callable[..., tuple[Draft, ...]]:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, _inbox_id: int | None) -> tuple[Draft, ...]:
        row, staff = _found(session, speaker, number)
        if row is None or staff is None:
            return ()
        return _refuse(session, row, staff, broadcast_words.reason(reason), now)

    return do


def _refuse(session: Session, row: Broadcast, staff: Staff, why: str, now: datetime) -> tuple[Draft, ...]:
    if not broadcasts.refuse(session, row, staff, why, now):
        return (_not_yours(row, staff),)
    return (texts.say("broadcast_you_refused", number=row.id),)


def _not_yours(row: Broadcast, staff: Staff) -> Draft:
    """Why she cannot decide: it is her own, or somebody has decided."""
    if row.status == "waiting_approval" and staff.id == row.staff_id:
        return texts.say("broadcast_own", number=row.id)
    return texts.say("broadcast_stands", number=row.id, state=state(row))


def state(row: Broadcast) -> str:
    """How it stands, in a word."""
    return texts.phrase(f"phrase_broadcast_{row.ended_for if row.ended_for == 'refused' else row.status}")


def _held(do: Callable[[Session, Broadcast, datetime], bool]) -> Callable[..., tuple[Draft, ...]]:
    def act(session: Session, speaker: Speaker, number: int, now: datetime, _inbox_id: int | None) -> tuple[Draft, ...]:
        row, _ = _found(session, speaker, number)
        if row is None:
            return ()
        do(session, row, now)
        return (progress(session, row, now),)

    return act


def _how_far(
    session: Session, speaker: Speaker, number: int, now: datetime, _inbox_id: int | None
) -> tuple[Draft, ...]:
    row, _ = _found(session, speaker, number)
    return (progress(session, row, now),) if row is not None else ()


def progress(session: Session, row: Broadcast, now: datetime) -> Draft:
    """How far it has come, with what can be done about it under it."""
    found = broadcast_desk.progress(session, row)
    said = texts.say(
        "broadcast_progress", number=row.id, state=state(row), count=row.recipients, sent=found.sent,
        delivered=found.delivered, read=found.read, failed=found.failed, replied=found.replied,
        waiting=found.queued + found.undecided, when=broadcast_words.moment(max(row.due_at, row.at)),
    )  # fmt: skip
    moving = row.status in ("running", "scheduled") or (row.status == "done" and found.queued > 0)
    names = ("pause", "stop") if moving else ("resume", "stop") if row.status == "paused" else ()
    buttons = tuple((texts.phrase(f"title_broadcast_{name}"), f"/press:{VERBS[name]}:{row.id}") for name in names)
    return Draft(said.text, buttons=buttons)


def spoken(session: Session, speaker: Speaker, said: str) -> tuple[str, int] | None:
    """The act that an officer's words name; without a number it is the newest one that they fit."""
    staff = speaker.staff
    reply = read_broadcast_reply(said) if staff is not None and staff.unit in UNITS else None
    number = _meant(session, speaker, reply) if reply is not None else None
    return (VERBS[reply.deed], number) if reply is not None and number is not None else None


def agreed(session: Session, speaker: Speaker, said: str) -> tuple[str, int] | None:
    """ "Setuju" alone, from an officer for whose yes one waits, and only one."""
    if speaker.staff is None or not is_bare_yes(said):
        return None
    waiting = broadcast_approval.waiting_for(session, speaker)
    return ("bc_approve", waiting[0].id) if len(waiting) == 1 else None


def _meant(session: Session, speaker: Speaker, reply: BroadcastReply) -> int | None:
    if reply.number is not None:
        return reply.number
    if reply.deed in ("approve", "refuse"):
        waiting = broadcast_approval.waiting_for(session, speaker)
        return waiting[0].id if len(waiting) == 1 else None
    own = select(Broadcast.id).where(Broadcast.staff_id == (speaker.staff.id if speaker.staff else 0))
    states = ("paused",) if reply.deed == "resume" else LIVING
    return session.scalar(own.where(Broadcast.status.in_(states)).order_by(Broadcast.id.desc()).limit(1))


PRESSES: dict[str, Act] = {
    SURE: Act(_sure),
    "bc_approve": Act(_approve),
    "bc_refuse": Act(_ask_why, "deny"),
    **{f"bc_no_{reason}": Act(_for(reason), "deny") for reason in broadcast_words.REASONS},
    "bc_pause": Act(_held(broadcasts.pause)),
    "bc_resume": Act(_held(broadcasts.resume)),
    "bc_stop": Act(_held(broadcasts.stop), "deny"),
    "bc_progress": Act(_how_far),
}
NEVER_BY_A_BARE_WORD = frozenset(PRESSES)  # "ok" to the news that one waits is no yes to a message to hundreds
