"""Where things are: regencies, districts, villages and the facilities that care for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment


class Regency(Base):
    """A kabupaten or kota, by its Kemendagri code (35.07 …)."""

    __tablename__ = "regency"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class District(Base):
    """A kecamatan."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(primary_key=True)
    regency_code: Mapped[str] = mapped_column(ForeignKey("regency.code"), index=True)
    name: Mapped[str] = mapped_column(index=True)


class Village(Base):
    """A desa or kelurahan; its name alone is often used by several."""

    __tablename__ = "village"

    code: Mapped[str] = mapped_column(primary_key=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]


class Facility(Base):
    """A puskesmas, hospital or clinic. What nobody has confirmed is null, and ``approved`` says who may rely on it."""

    __tablename__ = "facility"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    regency_code: Mapped[str | None] = mapped_column(ForeignKey("regency.code"))
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"), index=True)
    address: Mapped[str | None]
    phone: Mapped[str | None]
    programme: Mapped[bool] = mapped_column(default=False)
    delivery_care: Mapped[bool | None]
    inpatient: Mapped[bool | None]
    bpjs: Mapped[bool | None]
    open_24h: Mapped[bool | None]
    hours: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))  # per weekday, [] is shut
    poned: Mapped[bool | None]
    ponek: Mapped[bool | None]
    approved: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]
    source_on: Mapped[str | None]  # year and month of the list it was taken from


class FacilityArea(Base):
    """Which facility serves a district, best first; a village row wins over its district's."""

    __tablename__ = "facility_area"
    __table_args__ = (UniqueConstraint("facility_code", "district_code", "village_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    facility_code: Mapped[str] = mapped_column(ForeignKey("facility.code"), index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"))
    rank: Mapped[int]


class FacilityChange(Base):
    """What an office has found out about a facility, or that it stands by it. Rows are only added and then applied."""

    __tablename__ = "facility_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    facility_code: Mapped[str] = mapped_column(ForeignKey("facility.code", ondelete="CASCADE"), index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # columns of Facility
    valid_from: Mapped[date]
    source: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)
    applied_at: Mapped[datetime | None] = mapped_column(Moment)
