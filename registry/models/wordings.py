"""What offices have decided about the words: other wordings than those of the files, and signatures under a wording."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment


class Wording(Base):
    """Another wording of a text, from a day on. Rows are only added; one without text goes back to the file."""

    __tablename__ = "wording"

    id: Mapped[int] = mapped_column(primary_key=True)
    sentence: Mapped[str] = mapped_column(index=True)  # health:<id> for the answers of nlu/health.yml
    text: Mapped[str | None]
    titles: Mapped[list[str]] = mapped_column(JSON)  # of its buttons, in their order
    valid_from: Mapped[date]
    source: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)


class Signature(Base):
    """An office stands by one wording of a text, or no longer does. Rows are only added; the last one counts."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    sentence: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str]  # of the very words that were signed
    given: Mapped[bool]
    source: Mapped[str]  # the letter or minutes it rests on
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)
