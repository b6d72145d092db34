"""People the bot keeps something about, the addresses they write from, what they agreed to and what was changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from registry import name_index
from registry.db import Base, Moment, Sealed, SealedDate, SealedJson
from registry.models.places import Village


class Person(Base):
    """A mother (or someone registered with her). A person is not a phone number: contacts come and go."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(unique=True)  # M-4F7Q: answers for the NIK from then on
    nik: Mapped[str | None] = mapped_column(Sealed)
    nik_index: Mapped[str | None] = mapped_column(unique=True)
    family_card: Mapped[str | None] = mapped_column(Sealed)
    family_card_index: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None] = mapped_column(Sealed)
    name_index: Mapped[str | None]  # of how its words begin; follows the name by itself
    sex: Mapped[str] = mapped_column(default="F")
    born_on: Mapped[date | None] = mapped_column(SealedDate)
    told_age: Mapped[int | None]  # in years, on the day she was registered, when nobody told the birth date
    phone: Mapped[str | None] = mapped_column(Sealed)
    phone_index: Mapped[str | None] = mapped_column(index=True)
    phone_owner: Mapped[str | None]  # own | husband | family | neighbour: shared phones show no health detail
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"), index=True)
    village_name: Mapped[str | None] = mapped_column(Sealed)  # as told, also when it lies outside Malang Raya
    address: Mapped[str | None] = mapped_column(Sealed)  # RT/RW, landmark
    regency: Mapped[str | None]  # KTP domicile as told: Kabupaten Malang, Kota Malang, …
    registered: Mapped[bool] = mapped_column(default=True)
    registered_by: Mapped[str | None] = mapped_column(Sealed)  # phone of whoever did; her own when she did herself
    consent: Mapped[str] = mapped_column(default="none")  # given | refused | pending | withdrawn | none
    agreed: Mapped[list[str]] = mapped_column(JSON, default=list)  # chat, reminders, sharing
    messages: Mapped[str] = mapped_column(default="on")  # on | stopped
    broadcasts: Mapped[str] = mapped_column(default="on")  # on | stopped
    resumed_at: Mapped[datetime | None] = mapped_column(Moment)  # started again after visits had gone by untold
    reminder_hour: Mapped[int | None]  # local hour of day she asked for, or that her answers taught us
    guardian: Mapped[str | None] = mapped_column(Sealed)  # of a minor: who consented
    companion: Mapped[str | None] = mapped_column(Sealed)
    jkn_told: Mapped[str | None]  # pbi | mandiri | ppu | inactive | none | yes, as she said; the register decides
    kia_book: Mapped[bool | None]
    created_at: Mapped[datetime] = mapped_column(Moment)

    village: Mapped[Village | None] = relationship()

    @validates("name")
    def _index_name(self, _key: str, name: str | None) -> str | None:
        self.name_index = name_index.of(name)
        return name


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
    speaks_for: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))  # on a shared phone


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
    purposes: Mapped[list[str]] = mapped_column(JSON, default=list)  # chat, reminders, sharing


class RecordChange(Base):
    """One changed field of a person's record: who, when, what it was before, and where the new value is from."""

    __tablename__ = "record_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]  # hpht, hpl, gpa, phone, village, name …
    old: Mapped[str | None] = mapped_column(Sealed)
    new: Mapped[str | None] = mapped_column(Sealed)
    by: Mapped[str]  # mother | cadre | staff
    contact_id: Mapped[int | None]  # no foreign key: outlives the contact
    method: Mapped[str | None]  # lmp | weeks | hpl | ultrasound
    at: Mapped[datetime] = mapped_column(Moment)


class Draft(Base):
    """What a contact and the bot are doing over several messages: the task, what was told so far, what is asked.

    Rasa only knows that a task is open; names, numbers and texts stay here, sealed.
    """

    __tablename__ = "draft"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    task: Mapped[str]
    asked: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    read_message: Mapped[int | None]  # the inbox message read last, so that it is never read twice
    at: Mapped[datetime] = mapped_column(Moment)


class DataRequest(Base):
    """Someone asked to see or to erase her data. Says nothing about whom, so that it may outlive the erasure."""

    __tablename__ = "data_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]  # show | delete
    status: Mapped[str] = mapped_column(default="open")  # open | done
    at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class Farewell(Base):
    """Her data are erased; what was needed to tell her so (an address, the last message) goes when this falls due."""

    __tablename__ = "farewell"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    inbox_id: Mapped[int]  # her last message; what she writes after it is a stranger's and stays
    senders: Mapped[list[str]] = mapped_column(JSON)  # names under which Rasa knew the conversations
    stays: Mapped[bool] = mapped_column(default=False)  # somebody else writes from this address too
    at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)


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
