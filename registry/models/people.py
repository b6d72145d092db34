"""People the bot keeps something about, the addresses they write from, and what they agreed to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed, SealedDate
from registry.models.places import Village


class Person(Base):
    """A mother (or someone registered with her). A person is not a phone number: contacts come and go."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    nik: Mapped[str | None] = mapped_column(Sealed)
    nik_index: Mapped[str | None] = mapped_column(unique=True)
    family_card: Mapped[str | None] = mapped_column(Sealed)
    family_card_index: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None] = mapped_column(Sealed)
    sex: Mapped[str] = mapped_column(default="F")
    born_on: Mapped[date | None] = mapped_column(SealedDate)
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(index=True)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"), index=True)
    village_name: Mapped[str | None]  # as told, also when it lies outside Malang Raya
    regency: Mapped[str | None]  # KTP domicile as told: Kabupaten Malang, Kota Malang, …
    registered: Mapped[bool] = mapped_column(default=True)
    registered_by: Mapped[str | None]
    consent: Mapped[str] = mapped_column(default="none")  # given | refused | pending | withdrawn | none
    messages: Mapped[str] = mapped_column(default="on")  # on | stopped
    created_at: Mapped[datetime] = mapped_column(Moment)

    village: Mapped[Village | None] = relationship()


class Contact(Base):
    """An address on a channel. ``uid`` is the only name Rasa and the logs know it by."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("channel", "address_index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    address: Mapped[str] = mapped_column(Sealed)
    address_index: Mapped[str]
    phone: Mapped[str | None] = mapped_column(Sealed)  # proved by the channel
    phone_index: Mapped[str | None] = mapped_column(index=True)
    last_wrote_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)  # said STOP, or blocked the bot
    blocked: Mapped[bool] = mapped_column(default=False)
    open_question: Mapped[str | None]  # the danger question that waits for a yes or no: its inbox id
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"))  # told in passing, for facilities
    created_at: Mapped[datetime] = mapped_column(Moment)


class Consent(Base):
    """One act of consent or refusal, with the wording it was given to (UU PDP 27/2022 art. 20-24)."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    status: Mapped[str]
    by: Mapped[str]  # mother | guardian | cadre
    at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str]
    text_version: Mapped[str]


class IdentityClaim(Base):
    """A contact says "this NIK is mine": what was asked of the registers, and whether she proved it.

    Kept a day for the conversation; nothing here makes the contact a registered person.
    """

    __tablename__ = "identity_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    nik: Mapped[str] = mapped_column(Sealed)
    nik_index: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]  # open | half | proved | failed | unknown | seen
    wrong_answers: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Moment)
