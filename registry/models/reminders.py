"""The plan of reminders as rows: what is due when, what became of it, and why."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment, Sealed

PLANNED = text("status = 'planned'")
BEFORE = text("step = 'before'")
SENT = text("sent_at is not null")
FAILED = text("status = 'failed'")
SILENT = text("(status = 'sent' and step = 'after' and recipient = 'mother' and answered is null)")


class Reminder(Base):
    """One message the plan owes somebody. ``key`` is unique: the same reason cannot be planned twice.

    A state only steps forward: planned, then sent, cancelled, skipped or failed.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_planned", "due_at", "id", sqlite_where=PLANNED, postgresql_where=PLANNED),
        Index(
            "ix_reminder_visit_day", "about", "id", sqlite_where=BEFORE, postgresql_where=BEFORE,
            postgresql_include=["pregnancy_id", "kind", "visit", "status", "answered"],
        ),
        Index(
            "ix_reminder_sent", "sent_at", sqlite_where=SENT, postgresql_where=SENT,
            postgresql_include=["pregnancy_id", "outbox_id"],
        ),
        Index("ix_reminder_failed", "due_at", sqlite_where=FAILED, postgresql_where=FAILED),
        Index(
            "ix_reminder_silent", "due_at", sqlite_where=SILENT, postgresql_where=SILENT,
            postgresql_include=["pregnancy_id", "sent_at"],
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # anc | due_date | postnatal | newborn_jkn | education | papers
    visit: Mapped[str]  # K1 …, KF1 …, KN1 …; for others a short code such as 40w, d14
    step: Mapped[str] = mapped_column(default="once")  # before | after | once
    about: Mapped[date]  # the day of the visit or event
    last_on: Mapped[date]  # the last local day on which sending it makes sense
    with_doctor: Mapped[bool] = mapped_column(default=False)
    merge: Mapped[bool] = mapped_column(default=True)  # may share a message with others of the day
    text: Mapped[str]  # name of the text
    recipient: Mapped[str]  # mother | cadre
    key: Mapped[str] = mapped_column(unique=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(default="planned")  # planned | sent | cancelled | skipped | failed
    reason: Mapped[str | None]  # why cancelled, skipped or failed
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_to: Mapped[str | None] = mapped_column(Sealed)  # phone
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"), index=True)
    answered: Mapped[str | None]  # done | not_done | moved | ride
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
