"""A whole talk as staff may read it: her words, the bot's and the officers', in the order in which they were said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.identifiers import mask
from registry import texts
from registry.models import Contact, InboxMessage, OutboxMessage

MEDIA = {"voice": "talk_sent_voice", "photo": "talk_sent_picture", "location": "talk_sent_place"}
LONGEST = 500  # messages of each side


@dataclass(frozen=True)
class Line:
    """One thing that was said; ``origin``: by her, the bot or an officer."""

    at: datetime
    origin: Literal["mother", "bot", "staff"]
    text: str


def history(session: Session, contact: Contact, limit: int = LONGEST) -> list[Line]:
    """The last of what was said with this contact, oldest first; numbers that name a person are masked in her words."""
    hers = select(InboxMessage).where(InboxMessage.contact_id == contact.id).order_by(InboxMessage.id.desc())
    ours = (
        select(OutboxMessage)
        .where(OutboxMessage.contact_id == contact.id, OutboxMessage.status != "cancelled")
        .order_by(OutboxMessage.id.desc())
    )
    heard = [Line(row.received_at, "mother", said(row.content)) for row in session.scalars(hers.limit(limit))]
    answered = [
        Line(row.sent_at or row.due_at, "staff" if row.kind == "staff" else "bot", row.text)
        for row in session.scalars(ours.limit(limit))
    ]
    return sorted([*reversed(heard), *reversed(answered)], key=lambda line: line.at)[-limit:]


def said(content: dict[str, Any]) -> str:
    """A message in words, also when it had none; masked."""
    media = content.get("media") or {}
    words = str(content.get("text") or media.get("caption") or "")
    if words:
        return mask(words).text
    if content.get("button"):
        return texts.say("talk_sent_button", title=content.get("title") or content["button"]).text
    return texts.phrase(MEDIA.get(str(media.get("kind")), "talk_sent_other"))
