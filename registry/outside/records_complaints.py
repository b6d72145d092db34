"""The outside view of complaints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Complaint

FIELDS = (
    "number", "phone", "category", "amount", "facility", "status", "routed_to", "identity_protected", "at",
)  # fmt: skip


def complaints(session: Session) -> list[dict[str, Any]]:
    """Every complaint."""
    rows = session.scalars(select(Complaint).order_by(Complaint.id))
    return [{name: getattr(row, name) for name in FIELDS} for row in rows]
