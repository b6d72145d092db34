"""The words an emergency was told in: what officers read beside the signs, and whom they name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from nlu.language.long_numbers import hide
from nlu.language.names import read_person_names
from nlu.language.tokens import fold
from registry.models import Alert, InboxMessage

TOLD_IN = "message:"  # so an emergency's `about` names the message that opened it
SHOWN = 160  # characters: a template holds 1,024 in all


def said(session: Session, inbox_id: int | None) -> str:
    """What a message said, or what stood under its picture."""
    message = session.get(InboxMessage, inbox_id) if inbox_id is not None else None
    if message is None:
        return ""
    return str(message.content.get("text") or (message.content.get("media") or {}).get("caption") or "")


def about(inbox_id: int | None) -> str | None:
    """How an emergency remembers the message that opened it."""
    return None if inbox_id is None else f"{TOLD_IN}{inbox_id}"


def opening(session: Session, row: Alert) -> str:
    """What was said when it was opened; empty when it was a button, or is no longer kept."""
    kind, _, number = (row.about or "").rpartition(":")
    return said(session, int(number)) if f"{kind}:" == TOLD_IN and number.isdecimal() else ""


def shown(session: Session, row: Alert) -> str:
    """The same in one line for an officer: short, and without any number that names a person."""
    words = " ".join(hide(opening(session, row)).split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1].rstrip()}…"


def named(session: Session, row: Alert) -> list[str]:
    """What the people were called of whom it was told."""
    return sorted(_names(opening(session, row)))


def names_another(session: Session, row: Alert, told: str) -> bool:
    """Whether a helper names somebody now, and named somebody else when the alert was opened."""
    before, now = _names(opening(session, row)), _names(told)
    return bool(before) and bool(now) and before.isdisjoint(now)


def _names(words: str) -> set[str]:
    names = [span.name for span in read_person_names(words) if span.role == "person"]
    return {part for name in names for part in fold(name).split()}
