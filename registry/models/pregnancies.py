"""The course of a pregnancy: its dates, how sure they are, the visits that were reported, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as clock_time
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment, Sealed


class Pregnancy(Base):
    """One pregnancy of one person; at most one of them is active."""

    __tablename__ = "pregnancy"
    __table_args__ = (
        Index(
            "uq_pregnancy_one_active",
            "person_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    hpht: Mapped[date | None]  # first day of the last period
    hpl: Mapped[date | None] = mapped_column(index=True)  # due date
    gpa: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")  # active | delivered | loss | miscarriage | closed
    close_reason: Mapped[str | None]  # birth | miscarriage | stillbirth | mother_died | moved | lost_to_follow_up
    dated_by: Mapped[str | None]  # lmp | weeks | hpl | ultrasound
    dated_from: Mapped[str | None]  # mother | cadre | staff
    risks: Mapped[list[str]] = mapped_column(JSON, default=list)  # as recorded by staff, never computed by the bot
    gpa_told: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # gravida, para, abortus as numbers
    cadre_id: Mapped[int | None] = mapped_column(ForeignKey("cadre.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class Visit(Base):
    """A check-up that was reported (by her or her cadre) or verified (by staff)."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("pregnancy_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # K1 … K6, KF1 … KF4, KN1 … KN3
    on: Mapped[date]
    status: Mapped[str]  # reported | verified
    reporter: Mapped[str | None] = mapped_column(Sealed)  # phone
    place: Mapped[str | None] = mapped_column(Sealed)  # as told
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)


class ChosenDay(Base):
    """The day a visit was moved to by her wish; it takes the place of the day the plan computes."""

    __tablename__ = "chosen_day"
    __table_args__ = (UniqueConstraint("pregnancy_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"))
    kind: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime] = mapped_column(Moment)


class Birth(Base):
    """A child that was born: opens the care after birth and the newborn's insurance clock (28 days)."""

    __tablename__ = "birth"

    id: Mapped[int] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), index=True)
    on: Mapped[date]
    time: Mapped[clock_time | None]  # local, Asia/Jakarta
    place: Mapped[str | None] = mapped_column(Sealed)  # as told
    place_kind: Mapped[str | None]  # home | puskesmas | hospital | midwife | clinic | on_the_way
    helper: Mapped[str | None]  # midwife | doctor | dukun | family | nobody
    sex: Mapped[str | None]
    weight_g: Mapped[int | None]
    mother_well: Mapped[bool | None]
    baby_well: Mapped[bool | None]
    baby_alive: Mapped[bool] = mapped_column(default=True)
    jkn_done_on: Mapped[date | None]
    reported_at: Mapped[datetime] = mapped_column(Moment)


class Loss(Base):
    """A miscarriage, a stillbirth, or the death of mother or baby. May be undone; then what was before holds again."""

    __tablename__ = "loss"

    id: Mapped[int] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # miscarriage | stillbirth | mother_died | baby_died | unknown
    status_before: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class BirthPlan(Base):
    """P4K: who helps, where, who goes along, who drives, who gives blood; agreed by mother, cadre and driver."""

    __tablename__ = "birth_plan"

    pregnancy_id: Mapped[int] = mapped_column(ForeignKey("pregnancy.id", ondelete="CASCADE"), primary_key=True)
    helper: Mapped[str | None]
    facility: Mapped[str | None]
    companion: Mapped[str | None] = mapped_column(Sealed)
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="SET NULL"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="SET NULL"))
    pickup: Mapped[str | None] = mapped_column(Sealed)
    donors: Mapped[int | None]  # how many people are ready to give blood
    driver_agreed: Mapped[bool | None]
    substitute_agreed: Mapped[bool | None]
    cadre_agreed: Mapped[bool | None]
    asked_week: Mapped[int] = mapped_column(default=0)  # of the last time it was brought up: 30, 34, 37
    at: Mapped[datetime] = mapped_column(Moment)
