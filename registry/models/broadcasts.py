"""Messages to many: who asked for it, to whom it goes, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment, Sealed


class Broadcast(Base):
    """One message to an audience. Its outbox rows are made little by little, so that it can be paused and stopped."""

    __tablename__ = "broadcast"

    id: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(Sealed)  # phone of the officer
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Sealed)
    status: Mapped[str]  # draft | waiting_approval | scheduled | running | paused | stopped | done
    recipients: Mapped[int] = mapped_column(default=0)
    excluded: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # reason -> how many
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    repeat: Mapped[str | None]  # daily | weekly | monthly
    decided_at: Mapped[datetime | None] = mapped_column(Moment)  # approved or refused by the second person
    refused_by: Mapped[int | None]  # staff; no foreign key, so that the column could be added to the table
    refusal: Mapped[str | None] = mapped_column(Sealed)  # the reason, in the words of whoever refused
    ended_for: Mapped[str | None]  # why it stopped though its sender did not stop it: sender_gone | area_lost | refused
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class BroadcastRecipient(Base):
    """One address of one broadcast; the pair is unique, so nobody gets it twice."""

    __tablename__ = "broadcast_recipient"
    __table_args__ = (UniqueConstraint("broadcast_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="SET NULL"), index=True)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)  # queued, or left out after all
