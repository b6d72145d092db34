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
LEASED = text("status = 'leased'")
UNKNOWN = text("status = 'unknown'")
OPEN = text("status in ('queued', 'leased')")
UNREAD = text("priority < 0")
UNSETTLED = text("status in ('queued', 'leased', 'unknown')")
TEMPLATES = text("used_template")
FAILED = text("(status = 'dead' or delivery = 'failed')")


class InboxMessage(Base):
    """A message that came in. Its name at the provider is unique: a redelivery changes nothing.

    The name is kept as a keyed hash: WhatsApp's can hold the phone number of whoever wrote.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_index"),
        Index("ix_inbox_queued", "due_at", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_inbox_open", "contact_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_inbox_conversation", "contact_id", "id"),
        Index("ix_inbox_unread", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_inbox_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_inbox_received", "received_at", postgresql_include=["contact_id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_index: Mapped[str]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson)  # kind, text, button, media
    priority: Mapped[int] = mapped_column(default=1)  # 0 when the danger gate hit, -1 until it has looked
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
        Index("ix_outbox_due", "channel", "priority", "due_at", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_outbox_unsettled", "contact_id", "id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
        Index("ix_outbox_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_outbox_unknown", "due_at", sqlite_where=UNKNOWN, postgresql_where=UNKNOWN),
        Index(
            "ix_outbox_failed",
            "created_at",
            sqlite_where=FAILED,
            postgresql_where=FAILED,
            postgresql_include=["id", "contact_id"],
        ),
        Index("ix_outbox_conversation", "contact_id", "id"),
        Index("ix_outbox_templates", "sent_at", sqlite_where=TEMPLATES, postgresql_where=TEMPLATES),
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
    doubts: Mapped[int] = mapped_column(default=0)  # how often nobody could say whether it had gone out
    parts_sent: Mapped[int] = mapped_column(default=0)  # of a long message that goes out as several
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    lease_token: Mapped[str | None]
    external_index: Mapped[str | None] = mapped_column(index=True)  # hashed, of the last part; earlier: OutboxPart
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    contact: Mapped[Contact] = relationship()


class OutboxPart(Base):
    """One part of a long message but the last, under the provider's name for it (hashed): a report may speak of any."""

    __tablename__ = "outbox_part"

    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 0
    external_index: Mapped[str] = mapped_column(index=True)


class Sender(Base):
    """Our own side of a channel: how fast it may send now, and what is held back. One row for all processes.

    The bucket holds ``tokens``, one a message; the row's lock makes it one bucket for every worker on every machine.
    """

    __tablename__ = "sender"

    channel: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float] = mapped_column(default=0.0)
    filled_at: Mapped[datetime | None] = mapped_column(Moment)
    slow_until: Mapped[datetime | None] = mapped_column(Moment)  # the provider said: too fast
    slowed: Mapped[int] = mapped_column(default=0)  # how often in a row
    bulk_until: Mapped[datetime | None] = mapped_column(Moment)  # broadcasts wait until then
    stopped_for: Mapped[str | None]  # the provider's code: account, token or payment; everything waits for a person
    try_at: Mapped[datetime | None] = mapped_column(Moment)  # while stopped: when one message is tried again
    daily_limit: Mapped[int | None]  # different people a day outside the window, as set
    told_limit: Mapped[int | None]  # the same, as the provider told us last


class SenderNotice(Base):
    """What an operator must know about a channel: stopped, slowed, a template paused. Never about a person."""

    __tablename__ = "sender_notice"
    __table_args__ = (Index("ix_sender_notice_open", "channel", "code", "about"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str]
    code: Mapped[str]  # stopped | bulk_paused | emergency_undelivered | the provider's word
    about: Mapped[str] = mapped_column(default="")  # a template, a limit, an outbox id
    detail: Mapped[str] = mapped_column(default="")
    times: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class MessageTemplate(Base):
    """How one of our texts stands at WhatsApp as a template, as we were told last; no row: nobody has asked yet."""

    __tablename__ = "message_template"

    sentence: Mapped[str] = mapped_column(primary_key=True)  # the name of our text
    status: Mapped[str]  # the provider's word (APPROVED, PENDING, REJECTED, PAUSED ...); MISSING: it has none
    category: Mapped[str] = mapped_column(default="")  # UTILITY | MARKETING; empty when not told
    at: Mapped[datetime] = mapped_column(Moment)


class ConversationHold(Base):
    """Nothing to this contact for a while: the provider found us too fast towards her alone."""

    __tablename__ = "conversation_hold"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment)
    times: Mapped[int] = mapped_column(default=1)  # in a row


class ContactAlias(Base):
    """A second name of a contact on its channel: her id towards us on WhatsApp, should her number be withheld."""

    __tablename__ = "contact_alias"
    __table_args__ = (UniqueConstraint("channel", "address_index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    address: Mapped[str] = mapped_column(Sealed)
    address_index: Mapped[str]
