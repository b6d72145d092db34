"""The outside view of requests about own data (contracts.md, section 4)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import DataRequest


def data_requests(session: Session) -> list[dict[str, Any]]:
    """Every wish to see or to erase own data; it does not say whose."""
    rows = session.scalars(select(DataRequest).order_by(DataRequest.id))
    return [{"type": row.type, "status": row.status, "at": row.at} for row in rows]
