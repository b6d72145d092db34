"""The outside view of messages to many."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Broadcast


def broadcasts(session: Session) -> list[dict[str, Any]]:
    """Every broadcast that was confirmed; a draft that nobody confirmed is none."""
    rows = session.scalars(select(Broadcast).where(Broadcast.status != "draft").order_by(Broadcast.id))
    return [{"by": b.by, "at": b.at, "recipients": b.recipients, "status": b.status} for b in rows]
