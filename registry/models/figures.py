"""Figures that were counted: a kabupaten's year is not counted anew for each look at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment


class KeptMonth(Base):
    """What was counted of one month in one kecamatan, and until when nobody needs to count it again."""

    __tablename__ = "kept_month"

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), primary_key=True)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)  # names, and for each village how many, in their order
    waits: Mapped[dict[str, Any]] = mapped_column(JSON)  # what for -> village -> whole minutes
    counted_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)  # when it is counted again
