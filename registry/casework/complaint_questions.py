"""What she asks after she has complained: what became of it, and that nobody may learn who she is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.complaint import asks_for_news, wants_no_name
from registry import texts
from registry.acts import Act, Do
from registry.casework.complaint_words import is_hers
from registry.messaging.messages import Draft
from registry.models import Complaint
from registry.persons.people import Speaker

ASKED_WITHIN = timedelta(days=90)  # after that she must tell it again
SECRET_WITHIN = timedelta(days=1)  # later "jangan bilang siapa-siapa" is about something else
NEWS, SECRET = "complaint_news", "complaint_secret"


def spoken(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """Which of the two she asks, and of which complaint: her last."""
    row = _last(session, speaker)
    if row is None or not said:
        return None
    if asks_for_news(said) and row.at >= now - ASKED_WITHIN:
        return NEWS, row.id
    return (SECRET, row.id) if wants_no_name(said) and row.at >= now - SECRET_WITHIN else None


def _last(session: Session, speaker: Speaker) -> Complaint | None:
    rows = select(Complaint).where(Complaint.contact_id == speaker.contact.id).order_by(Complaint.id.desc())
    return session.scalar(rows.limit(1))


def _say(name: str) -> Do:
    """Of her own complaint alone: a payload can be typed by anybody."""

    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        row = session.get(Complaint, number)
        if row is None or not is_hers(session, speaker, row):
            return ()
        return (texts.say(name.format(status=row.status), number=row.number),)

    return do


PRESSES: dict[str, Act] = {
    NEWS: Act(_say("complaint_is_{status}"), "complain"),
    SECRET: Act(_say("complaint_name_hidden"), "inform"),
}
