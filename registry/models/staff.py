"""Those who help: cadres, staff of puskesmas and Dinkes, drivers, and the areas they serve."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed


class Cadre(Base):
    """A village health volunteer; a former one (``active`` false) sees nothing."""

    __tablename__ = "cadre"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str] = mapped_column(Sealed)
    phone_index: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)

    areas: Mapped[list[CadreArea]] = relationship(cascade="all, delete-orphan", order_by="CadreArea.id")


class CadreArea(Base):
    """A village a cadre looks after."""

    __tablename__ = "cadre_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    cadre_id: Mapped[int] = mapped_column(ForeignKey("cadre.id", ondelete="CASCADE"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)


class Staff(Base):
    """A midwife or officer of a puskesmas (her districts), or of Dinkes (all of the kabupaten)."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str] = mapped_column(Sealed)
    phone_index: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str]  # puskesmas | dinkes | hospital
    duty: Mapped[str] = mapped_column(default="midwife")  # midwife | officer | admin
    facility: Mapped[str | None]
    on_call: Mapped[bool] = mapped_column(default=False)  # called first, day and night
    active: Mapped[bool] = mapped_column(default=True)

    districts: Mapped[list[StaffDistrict]] = relationship(cascade="all, delete-orphan", order_by="StaffDistrict.id")


class StaffDistrict(Base):
    """A district an officer is responsible for."""

    __tablename__ = "staff_district"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)


class Driver(Base):
    """Someone with a car for mothers: desa ambulance, siaga car, volunteer."""

    __tablename__ = "driver"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str] = mapped_column(Sealed)
    phone_index: Mapped[str] = mapped_column(unique=True)
    vehicle: Mapped[str | None]
    plate: Mapped[str | None] = mapped_column(Sealed)
    active: Mapped[bool] = mapped_column(default=True)
    on_duty: Mapped[bool] = mapped_column(default=True)
    place_in_order: Mapped[int] = mapped_column(default=1)

    areas: Mapped[list[DriverArea]] = relationship(cascade="all, delete-orphan", order_by="DriverArea.id")


class DriverArea(Base):
    """A village a driver serves."""

    __tablename__ = "driver_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    driver_id: Mapped[int] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    place_in_order: Mapped[int | None]  # among the drivers of this village; none: the driver's own place


class Shift(Base):
    """When somebody is on call: an officer for her puskesmas or Dinkes, or a driver for his villages.

    Rows are never changed but by their end: what was planned, by whom, and who ended it stays.
    """

    __tablename__ = "shift"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    weekdays: Mapped[list[int]] = mapped_column(JSON)  # Monday is 0; on which of them it begins
    first_on: Mapped[date]
    last_on: Mapped[date | None]  # the last day on which it begins; none: until further notice
    starts: Mapped[time]  # local, Asia/Jakarta
    ends: Mapped[time]  # not after ``starts``: on the next day
    made_by: Mapped[str]  # staff:<id>
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Invitation(Base):
    """A code that makes the owner of one phone number a cadre, an officer or a driver; works once, until it expires."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_index: Mapped[str] = mapped_column(unique=True)  # blind index: the code itself is shown once, to the inviter
    role: Mapped[str]  # cadre | midwife | officer | dinkes | admin | driver
    name: Mapped[str] = mapped_column(Sealed)
    phone: Mapped[str] = mapped_column(Sealed)
    phone_index: Mapped[str] = mapped_column(index=True)
    villages: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes, of a cadre or driver
    districts: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes, of an officer
    facility: Mapped[str | None]
    vehicle: Mapped[str | None]
    plate: Mapped[str | None] = mapped_column(Sealed)
    invited_by: Mapped[str]  # cli | staff:<id>
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
