"""Running the service: dated settings, the simulator's clock and phones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Moment


class ProgrammeSetting(Base):
    """A value that an office decides (programme open, quiet hours …), with the day it begins and who says so."""

    __tablename__ = "programme_setting"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    source: Mapped[str]


class CalendarDuty(Base):
    """Work that the calendar brings (each morning, each Monday): how far it has come, so that it is done once."""

    __tablename__ = "calendar_duty"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)  # the moment of the calendar that it was last begun for
    reached: Mapped[int] = mapped_column(default=0)  # the last id that was looked at, as it is done in batches
    done: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # what came of it


class SimulatedClock(Base):
    """The moment at which simulated time stands; no row means real time."""

    __tablename__ = "simulated_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    now: Mapped[datetime] = mapped_column(Moment)


class SimulatedMessage(Base):
    """What a simulated phone sent or received. Belongs to the phone, so it outlives the erasure of a person."""

    __tablename__ = "simulated_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str]
    direction: Mapped[str]  # in (she typed it) | out (the bot sent it)
    at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    outbox_id: Mapped[int | None] = mapped_column(index=True)
