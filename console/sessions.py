"""Who is signed in: a random token in a cookie, of which the database keeps the blind index only.

Counted in wall time: the simulator may move the clock of the service, never a session's end.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from registry import sealing
from registry.models import ConsoleSession, Staff, StaffAccount

Stage = Literal["full", "code", "key"]
LASTS = timedelta(hours=12)
IDLE = timedelta(minutes=60)
SIGNING_IN = timedelta(minutes=10)  # between the password and the second factor
TOUCH = timedelta(minutes=1)  # "last seen" need not be newer than that


def new_token() -> str:
    """A name for a browser that nobody guesses."""
    return secrets.token_urlsafe(32)


def start(session: Session, staff: Staff, stage: Stage, wall: datetime) -> str:
    """Sign a browser in; returns its token."""
    token = new_token()
    row = ConsoleSession(
        token_index=sealing.index("console", token),
        staff_id=staff.id,
        stage=stage,
        created_at=wall,
        expires_at=wall + (LASTS if stage == "full" else SIGNING_IN),
        last_seen_at=wall,
    )
    session.add(row)
    session.flush()
    return token


def find(session: Session, token: str, wall: datetime) -> ConsoleSession | None:
    """The session of a token; None when it has ended, or its officer serves no more."""
    rows = (
        select(ConsoleSession)
        .where(ConsoleSession.token_index == sealing.index("console", token))
        .options(joinedload(ConsoleSession.staff).selectinload(Staff.districts))
    )
    row = session.scalar(rows)
    if row is None or row.revoked_at is not None or not row.staff.active:
        return None
    return row if wall < row.expires_at and wall < row.last_seen_at + IDLE else None


def touch(session: Session, number: int, wall: datetime) -> None:
    """She is still there."""
    session.execute(update(ConsoleSession).where(ConsoleSession.id == number).values(last_seen_at=wall))


def end(session: Session, number: int, wall: datetime) -> None:
    """She signs out, or goes on under another token."""
    session.execute(update(ConsoleSession).where(ConsoleSession.id == number).values(revoked_at=wall))


def end_all(session: Session, account: StaffAccount, wall: datetime) -> None:
    """A new password ends what was begun with the old one."""
    open_ones = (ConsoleSession.staff_id == account.staff_id, ConsoleSession.revoked_at.is_(None))
    session.execute(update(ConsoleSession).where(*open_ones).values(revoked_at=wall))
