"""What needs a person: alerts of danger and labour, talks handed to staff, entitlement answers given, the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed


class Alert(Base):
    """A danger sign or labour that somebody must act on now. Several messages about one emergency are one alert."""

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # danger_sign | labour
    status: Mapped[str] = mapped_column(default="open")  # open | closed
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    signs: Mapped[list[str]] = mapped_column(JSON)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)

    recipients: Mapped[list[AlertRecipient]] = relationship(cascade="all, delete-orphan", order_by="AlertRecipient.id")


class AlertRecipient(Base):
    """Who was called to help."""

    __tablename__ = "alert_recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    phone: Mapped[str] = mapped_column(Sealed)
    phone_index: Mapped[str]
    role: Mapped[str]


class Handoff(Base):
    """A talk that a person must answer. While someone owns it (taken) the bot is silent but for danger."""

    __tablename__ = "handoff"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")  # open | taken | closed
    owner: Mapped[str | None] = mapped_column(Sealed)  # phone of the officer
    at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class EligibilityAnswer(Base):
    """One path of one entitlement answer that was given, with the rule that gave it; two paths are two rows."""

    __tablename__ = "eligibility_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    nik: Mapped[str | None] = mapped_column(Sealed)
    nik_index: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    at: Mapped[datetime] = mapped_column(Moment)
    rule: Mapped[str]
    path: Mapped[str]
    status: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(JSON)


class AuditEntry(Base):
    """Who did what to whose record, when and on which channel; ids and codes only."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    contact_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: outlives the contact
    action: Mapped[str]
    subject: Mapped[str | None]
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON)
