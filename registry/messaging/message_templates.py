"""How our texts stand at WhatsApp as templates: written down when somebody asks or Meta tells, read before a broadcast.

A text nobody has asked about yet is tried: the service must run before the first ``kawal templates status``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.models import MessageTemplate

MISSING = "MISSING"  # our word: the account has no template of this name
UNKNOWN = "UNKNOWN"  # ours too: we were told of its category alone
USABLE = frozenset({"APPROVED", "REINSTATED", "FLAGGED", UNKNOWN})  # a flagged one may be paused soon, but goes out


def find(session: Session, name: str) -> MessageTemplate | None:
    """What we were told last."""
    return session.get(MessageTemplate, name)


def is_usable(row: MessageTemplate | None) -> bool:
    """Whether a message may go out under it; one that is unknown is tried."""
    return row is None or row.status in USABLE


def keep(session: Session, name: str, now: datetime, *, status: str = "", category: str = "") -> MessageTemplate:
    """Write down what was told of it; an empty word changes nothing."""
    row = session.get(MessageTemplate, name)
    if row is None:
        row = MessageTemplate(sentence=name, status=status or UNKNOWN, category="", at=now)
        session.add(row)
    row.status, row.category, row.at = status or row.status, category or row.category, now
    session.flush()
    return row
