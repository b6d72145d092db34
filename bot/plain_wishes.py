"""What is plain without understanding: the reason of a referral that was asked for, a complaint told outright, and a
mother's ride that a helper calls off by her name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from nlu.language import danger
from nlu.language.complaint_cry import is_plain_complaint
from nlu.language.referral import is_order
from registry import drafts
from registry.persons.people import Speaker
from registry.transport import ride_replies

REASON_ASKED = ("referral", "reason")  # the task and the question to which an officer answers with a sign


def refers(session: Session, speaker: Speaker, said: str, now: datetime) -> bool:
    """An officer who refers has seen the mother: the sign is the reason, and the referral is the help."""
    return speaker.staff is not None and (is_order(said) or _is_asked_reason(session, speaker, now))


def payload(session: Session, speaker: Speaker, said: str, now: datetime) -> str | None:
    """The wish as Rasa is to take it; None when it must be understood."""
    if (
        ride_replies.is_called_off(session, speaker, said, now)
        and drafts.current(session, speaker.contact, now) is None
    ):
        return "/cancel_transport"
    if speaker.staff is not None:
        return "/inform" if danger.assess(said) and _is_asked_reason(session, speaker, now) else None
    is_free = drafts.current(session, speaker.contact, now) is None
    return "/complain" if is_free and is_plain_complaint(said) else None


def _is_asked_reason(session: Session, speaker: Speaker, now: datetime) -> bool:
    draft = drafts.current(session, speaker.contact, now)
    return draft is not None and (draft.task, draft.asked) == REASON_ASKED
