"""The queue of the bot: what came in and waits for understanding, what goes out and waits for sending.

Both are written in the transaction of the business change they belong to, so neither can be lost without the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed, SealedJson
from registry.models.people import Contact

QUEUED = text("status = 'queued'")
OPEN = text("status in ('queued', 'leased')")


class InboxMessage(Base):
    """A message that came in. (channel, external id) is unique: a redelivery changes nothing."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_queued", "due_at", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_inbox_open", "contact_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # kind, text, button, media
    priority: Mapped[int] = mapped_column(default=1)  # 0 when the danger gate hit
    received_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(default="queued")  # queued | leased | done
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    told_to_wait: Mapped[bool] = mapped_column(default=False)
    trace: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)  # intent, confidence, entities, danger codes

    contact: Mapped[Contact] = relationship()


class OutboxMessage(Base):
    """A message that goes out. ``key`` names the reason for it: the same reason cannot send twice."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_queued", "priority", "due_at", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_outbox_open", "contact_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    channel: Mapped[str]
    kind: Mapped[str]  # reply | alert | reminder | confirmation | broadcast | staff
    priority: Mapped[int]
    key: Mapped[str | None] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(Sealed)
    extras: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)  # buttons, rows, image, ask_contact
    template: Mapped[str | None]  # the approved template of this text, used when the window is closed
    used_template: Mapped[bool] = mapped_column(default=False)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id", ondelete="SET NULL"), index=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(default="queued")  # queued | leased | unknown | sent | dead | cancelled
    delivery: Mapped[str] = mapped_column(default="queued")  # queued | sent | delivered | read | failed
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    lease_token: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(index=True)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    contact: Mapped[Contact] = relationship()
