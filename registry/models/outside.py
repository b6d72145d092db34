"""What other agencies know, as they gave it: Dukcapil, BPJS Kesehatan, Kemensos. The bot only reads it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Sealed, SealedDate


class CivilRecord(Base):
    """A line of the population register (Dukcapil)."""

    __tablename__ = "civil_record"

    nik_index: Mapped[str] = mapped_column(primary_key=True)
    nik: Mapped[str] = mapped_column(Sealed)
    family_card_index: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Sealed)
    sex: Mapped[str]
    born_on: Mapped[date | None] = mapped_column(SealedDate)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"), index=True)
    regency: Mapped[str | None]  # KTP domicile


class JknRecord(Base):
    """A membership in the national health insurance as last checked; old checks are told as such."""

    __tablename__ = "jkn_record"

    nik_index: Mapped[str] = mapped_column(primary_key=True)
    card_index: Mapped[str | None] = mapped_column(index=True)
    segment: Mapped[str | None]  # PBI_JK | PBPU_PEMDA | PBPU | PPU | BP | NONE
    active: Mapped[bool | None]
    ward_class: Mapped[int | None]
    arrears_months: Mapped[int | None]
    inactive_since: Mapped[date | None]
    checked_on: Mapped[date | None]


class WelfareRecord(Base):
    """A family's place in DTSEN (and the older DTKS). A decile is personal financial data: never shown."""

    __tablename__ = "welfare_record"

    nik_index: Mapped[str] = mapped_column(primary_key=True)
    listed: Mapped[bool | None]  # in DTSEN
    decile: Mapped[int | None]
    dtks: Mapped[bool | None]
