"""The staff web: who may sign in with what, who is signed in, and who tried too often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, Moment, Sealed
from registry.models.staff import Staff


class StaffAccount(Base):
    """How an officer signs in: a password, and for Dinkes and admins a second factor."""

    __tablename__ = "staff_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), unique=True)
    password_hash: Mapped[str]
    totp: Mapped[str | None] = mapped_column(Sealed)  # secret of the second factor
    totp_ready: Mapped[bool] = mapped_column(default=False)  # a code of it was shown once
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one used: a code works once
    created_at: Mapped[datetime] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship()


class ConsoleSession(Base):
    """A browser that is signed in. Only the blind index of its token is kept."""

    __tablename__ = "console_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_index: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str]  # full | code (the second factor is asked) | key (it is to be set up)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship()


class SignInTry(Base):
    """Wrong passwords and codes, by telephone number and by network address (blind indexes, known to us or not)."""

    __tablename__ = "sign_in_try"

    key_index: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Moment)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
