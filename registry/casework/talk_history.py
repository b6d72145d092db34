"""A whole talk as staff may read it: her words, the bot's and the officers', in the order in which they were said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.long_numbers import hide
from registry import texts
from registry.models import Complaint, Contact, InboxMessage, OutboxMessage

MEDIA = {"voice": "talk_sent_voice", "photo": "talk_sent_picture", "location": "talk_sent_place"}
LONGEST = 500  # messages of each side
COMPLAINT = "complaint_"  # so the names of texts and presses about complaints begin


@dataclass(frozen=True)
class Line:
    """One thing that was said; ``origin``: by her, the bot or an officer."""

    at: datetime
    origin: Literal["mother", "bot", "staff"]
    text: str


def history(
    session: Session, contact: Contact, limit: int = LONGEST, *, with_complaints: bool = False
) -> list[Line]:  # fmt: skip
    """The last of what was said with this contact, oldest first; numbers that name a person are masked in her words.

    ``with_complaints`` is for the Dinas Kesehatan alone: whoever is complained of may be the one who reads.
    """
    hers = select(InboxMessage).where(InboxMessage.contact_id == contact.id).order_by(InboxMessage.id.desc())
    ours = (
        select(OutboxMessage)
        .where(OutboxMessage.contact_id == contact.id, OutboxMessage.status != "cancelled")
        .order_by(OutboxMessage.id.desc())
    )
    told, sent = list(session.scalars(hers.limit(limit))), list(session.scalars(ours.limit(limit)))
    if not with_complaints:
        kept = _complained_in(session, contact, told)
        told = [row for row in told if row.id not in kept]
        sent = [row for row in sent if row.inbox_id not in kept and not (row.template or "").startswith(COMPLAINT)]
    heard = [Line(row.received_at, "mother", said(row.content)) for row in told]
    answered = [Line(row.sent_at or row.due_at, "staff" if row.kind == "staff" else "bot", row.text) for row in sent]
    return sorted([*reversed(heard), *reversed(answered)], key=lambda line: line.at)[-limit:]


def said(content: dict[str, Any]) -> str:
    """A message in words, also when it had none; masked."""
    media = content.get("media") or {}
    words = str(content.get("text") or media.get("caption") or "")
    if words:
        return hide(words)
    if content.get("button"):
        return texts.say("talk_sent_button", title=hide(str(content.get("title") or content["button"]))).text
    return texts.phrase(MEDIA.get(str(media.get("kind")), "talk_sent_other"))


def _complained_in(session: Session, contact: Contact, told: list[InboxMessage]) -> set[int]:
    """The messages in which she complained, spoke of complaining, or said whether the answer settles it."""
    rows = session.scalars(select(Complaint.told_in).where(Complaint.contact_id == contact.id))
    spoken = {row.id for row in told if (row.trace or {}).get("intent") == "complain"}
    pressed = {row.id for row in told if f":{COMPLAINT}" in str(row.content.get("button") or "")}
    return {number for row in rows for number in row} | spoken | pressed
