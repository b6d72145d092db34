"""What needs a person: alerts, referrals, complaints, companions, talks handed to staff; answers given; the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed

OPEN = text("status = 'open'")
WAITING = text("status != 'closed'")


class Alert(Base):
    """Something that somebody must act on: danger and labour now, a missed visit within days.

    Several messages about one emergency are one alert. Closed only with an outcome.
    """

    __tablename__ = "alert"
    __table_args__ = (Index("ix_alert_open", "village_code", sqlite_where=OPEN, postgresql_where=OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # danger_sign | labour | missed_visit | no_driver | minor_mother | high_risk
    status: Mapped[str] = mapped_column(default="open")  # open | closed
    about: Mapped[str | None]  # what exactly: K4, ride:7, not_reached; of emergencies message:9
    level: Mapped[int] = mapped_column(default=0)  # how far up it was passed
    taken_by: Mapped[str | None] = mapped_column(Sealed)  # phone
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None]  # at_facility | at_home_safe | false_alarm | delivered | died | referred | visited …
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    next_step_at: Mapped[datetime | None] = mapped_column(Moment, index=True)  # when the clock must look again
    follow_ups: Mapped[int] = mapped_column(default=0)  # questions asked after it was closed
    companion: Mapped[str | None] = mapped_column(Sealed)  # who is with her, as told
    urgent: Mapped[bool] = mapped_column(default=True)  # false: a ride of another day
    climbing_from: Mapped[datetime | None] = mapped_column(Moment)  # when it last began to climb
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)  # for the outcome, since it was taken
    pin: Mapped[str | None] = mapped_column(Sealed)  # latitude,longitude as her phone sent it
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
    __table_args__ = (Index("ix_handoff_waiting", "contact_id", sqlite_where=WAITING, postgresql_where=WAITING),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")  # open | taken | closed
    owner: Mapped[str | None] = mapped_column(Sealed)  # phone of the officer
    at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    last_reply_at: Mapped[datetime | None] = mapped_column(Moment)
    level: Mapped[int] = mapped_column(default=0)
    next_step_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    note: Mapped[str | None] = mapped_column(Sealed)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    answer_at: Mapped[datetime | None] = mapped_column(Moment)  # what she was told: when somebody answers
    tell_at: Mapped[datetime | None] = mapped_column(Moment)  # when she is told (again)
    to_dinkes_at: Mapped[datetime | None] = mapped_column(Moment)
    her_word: Mapped[bool] = mapped_column(default=True)  # the last word was hers


class Complaint(Base):
    """Somebody was asked to pay, refused or treated badly. The facility complained of never learns who said it."""

    __tablename__ = "complaint"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)  # K-2026-000123
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    category: Mapped[str]  # illegal_fee | refused | treatment | service | other
    amount: Mapped[int | None]  # rupiah
    facility: Mapped[str | None] = mapped_column(Sealed)  # may be her own words
    entitled: Mapped[str | None]  # what the registers said of her when she complained: a path
    text: Mapped[str] = mapped_column(Sealed)
    # the inbox messages that tell it: not for a puskesmas to read
    told_in: Mapped[list[int]] = mapped_column(JSON, default=list)
    status: Mapped[str] = mapped_column(default="open")  # open | answered | closed
    routed_to: Mapped[str]  # dinkes | puskesmas
    identity_protected: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(Moment)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)  # when an answer was last owed
    escalated_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    level: Mapped[int] = mapped_column(default=0)
    next_step_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class Referral(Base):
    """A mother is sent to a higher facility: asked there, answered, on the way, arrived."""

    __tablename__ = "referral"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id", ondelete="SET NULL"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))  # who refers
    facilities: Mapped[list[str]] = mapped_column(JSON)  # codes; the numbers in ``asked`` count along this list
    further: Mapped[list[int]] = mapped_column(JSON)  # still to be asked, the best first
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # facility, at, answer, answered_at
    facility: Mapped[int | None]  # where she goes
    reason: Mapped[str | None] = mapped_column(Sealed)
    status: Mapped[str]  # requested | asked | ready | full | come | on_the_way | arrived | closed
    outcome: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(Moment)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    next_step_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class CompanionRequest(Base):
    """A mother wants somebody to go with her or to visit: offered to the cadres of her village."""

    __tablename__ = "companion_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(default="open")  # open | accepted | closed
    cadre_id: Mapped[int | None] = mapped_column(ForeignKey("cadre.id", ondelete="SET NULL"))
    next_step_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    at: Mapped[datetime] = mapped_column(Moment)


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
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)  # an officer has decided: only a person confirms
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    confirmed_why: Mapped[str | None]  # papers_seen | register_checked | letter | programme_list
    confirmed_note: Mapped[str | None] = mapped_column(Sealed)
    status_before: Mapped[str | None]  # what the rule had said


class Paper(Base):
    """A paper for her delivery that an officer has seen with her; what she lacks has no row."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("person_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code: Mapped[str]  # ktp, kk, sktm …, as the rulebook names documents
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)


class AuditEntry(Base):
    """Who did what to whose record, when and on which channel; ids and codes only."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    contact_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: outlives the contact
    action: Mapped[str]
    subject: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON)
