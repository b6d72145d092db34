"""The trail of what was done: ids and codes, never names, numbers or texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models import AuditEntry


def note(
    session: Session, now: datetime, action: str, *, contact_id: int | None = None, subject: str | None = None,
    **detail: Any,
) -> None:  # fmt: skip
    """Add one entry."""
    session.add(AuditEntry(at=now, contact_id=contact_id, action=action, subject=subject, detail=detail or None))


def count_since(session: Session, contact_id: int, action: str, since: datetime) -> int:
    """How often a contact did this since a moment."""
    rows = select(func.count(AuditEntry.id)).where(
        AuditEntry.contact_id == contact_id, AuditEntry.action == action, AuditEntry.at >= since
    )
    return session.scalar(rows) or 0
