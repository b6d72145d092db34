"""What the programme expects of a village in a year, as Dinkes sets it: an estimate, never a count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment


class Target(Base):
    """One number for one village and year. Rows are only added: the last one holds, the others are history."""

    __tablename__ = "target"
    __table_args__ = (Index("ix_target_year_village", "year", "village_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    kind: Mapped[str]  # pregnant | births | newborns
    count: Mapped[int]
    source: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)
