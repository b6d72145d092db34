"""Rides for mothers: asked, offered to drivers, confirmed by three, kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed, SealedBytes

TAKEN = text("status = 'accepted'")
RIDING = text("status in ('requested', 'confirmed', 'on_the_way', 'arrived', 'escalated')")


class Ride(Base):
    """One journey of one mother. Always somebody's: an open offer, a confirmed driver, or people called to help."""

    __tablename__ = "ride"
    __table_args__ = (Index("ix_ride_riding", "at", sqlite_where=RIDING, postgresql_where=RIDING),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id", ondelete="SET NULL"), index=True)
    purpose: Mapped[str]  # visit | birth | emergency | home | other
    urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(Moment)  # when she is to be fetched
    village_code: Mapped[str | None] = mapped_column(ForeignKey("village.code"), index=True)
    pickup: Mapped[str | None] = mapped_column(Sealed)  # landmark or coordinates
    destination: Mapped[str | None] = mapped_column(Sealed)  # may be her own words
    status: Mapped[str] = mapped_column(default="requested")
    # requested | confirmed | on_the_way | arrived | done | escalated | cancelled
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str | None]  # of the cancellation
    cancelled_by: Mapped[str | None]  # mother | cadre | driver | staff
    next_step_at: Mapped[datetime | None] = mapped_column(Moment, index=True)  # when the clock must look again
    asked_at: Mapped[datetime] = mapped_column(Moment)
    round_at: Mapped[datetime | None] = mapped_column(Moment)  # when the search that runs, or ran last, began
    expected_at: Mapped[datetime | None] = mapped_column(Moment)  # when the accepted car is expected
    news_asked_at: Mapped[datetime | None] = mapped_column(Moment)  # when news were asked for, in the present state
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    picked_up_at: Mapped[datetime | None] = mapped_column(Moment)
    arrived_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    offers: Mapped[list[RideOffer]] = relationship(cascade="all, delete-orphan", order_by="RideOffer.id")


class RideOffer(Base):
    """A driver was asked. Per ride at most one offer is accepted: the database holds it."""

    __tablename__ = "ride_offer"
    __table_args__ = (
        Index("uq_ride_offer_one_accepted", "ride_id", unique=True, sqlite_where=TAKEN, postgresql_where=TAKEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ride_id: Mapped[int] = mapped_column(ForeignKey("ride.id", ondelete="CASCADE"), index=True)
    driver_id: Mapped[int] = mapped_column(ForeignKey("driver.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(default="offered")  # offered | accepted | declined | silent | stood_down
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    past: Mapped[bool] = mapped_column(default=False)  # of an earlier search: an answer to it counts no more


class Voucher(Base):
    """Help with fuel or fare for a ride, when the programme gives it: asked, approved or refused, paid."""

    __tablename__ = "voucher"

    id: Mapped[int] = mapped_column(primary_key=True)
    ride_id: Mapped[int] = mapped_column(ForeignKey("ride.id", ondelete="CASCADE"), index=True)
    amount: Mapped[int]  # rupiah
    status: Mapped[str] = mapped_column(default="asked")  # asked | approved | refused | paid
    reason: Mapped[str | None] = mapped_column(Sealed)  # of the refusal, in the officer's words
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    paid_on: Mapped[date | None]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment)

    photo: Mapped[VoucherPhoto | None] = relationship(cascade="all, delete-orphan")


class VoucherPhoto(Base):
    """What shows that a ride cost something: a picture. First the provider's name for it, then the picture itself."""

    __tablename__ = "voucher_photo"

    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str]
    file: Mapped[str | None] = mapped_column(Sealed)  # the provider's name for it, until it was fetched
    tries: Mapped[int] = mapped_column(default=0)
    image: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)  # a small JPEG without what cameras add
    at: Mapped[datetime] = mapped_column(Moment)
    next_try_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    erase_at: Mapped[datetime] = mapped_column(Moment, index=True)
