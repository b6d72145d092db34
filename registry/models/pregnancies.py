"""The course of a pregnancy: its dates, how sure they are, and the visits that were reported."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment


class Pregnancy(Base):
    """One pregnancy of one person; at most one of them is active."""

    __tablename__ = "pregnancy"
    __table_args__ = (
        Index(
            "uq_pregnancy_one_active",
            "person_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    hpht: Mapped[date | None]  # first day of the last period
    hpl: Mapped[date | None] = mapped_column(index=True)  # due date
    gpa: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")  # active | delivered | loss | miscarriage | closed
    cadre_id: Mapped[int | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)


class Visit(Base):
    """A check-up that was reported (by her or her cadre) or verified (by staff)."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # K1 … K6, KF1 … KF4, KN1 … KN3
    on: Mapped[date]
    status: Mapped[str]  # reported | verified
    reporter: Mapped[str | None]
