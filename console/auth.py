"""Passwords and second factors: an account is opened with an invitation's code, and asked for at each sign-in.

A number that is unknown costs the same time and gets the same answer as a wrong password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import sessions, tries
from console.sessions import Stage
from registry import audit, sealing
from registry.models import Staff, StaffAccount
from registry.persons import invitations

SHORTEST = 10
LONGEST = 200
ISSUER = "Kawal Bunda"
STEP_S = 30
Problem = Literal["wrong", "paused", "short", "long", "unequal", "easy", "used", "expired"]
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's least: the server is small


@dataclass(frozen=True)
class Entry:
    """What came of trying to get in: a token and how far it reaches, or why not."""

    token: str = ""
    stage: Stage = "full"
    problem: Problem | None = None


def needs_second_factor(staff: Staff) -> bool:
    """Who sees all of the kabupaten shows more than a password."""
    return staff.unit == "dinkes" or staff.duty == "admin"


def problem_with(password: str, again: str, phone: str) -> Problem | None:
    """Why this cannot be a password."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if len(set(password)) < 4 or password in (phone, f"0{phone.removeprefix('+62')}", phone.removeprefix("+")):
        return "easy"
    return None if password == again else "unequal"


def open_account(
    session: Session, phone: str, code: str, password: str, keys: tries.Keys, now: datetime, wall: datetime
) -> Entry:
    """First access, or a new password: an invitation's code makes the officer and her account."""
    if tries.are_paused(session, keys, wall):
        return Entry(problem="paused")
    outcome = invitations.claim_with_phone(session, phone, code, now)
    if outcome != "claimed":
        tries.failed(session, keys, wall)
        return Entry(problem="used" if outcome == "used" else "expired" if outcome == "expired" else "wrong")
    staff = session.scalars(select(Staff).where(Staff.phone_index == sealing.index("phone", phone))).one()
    account = _account(session, staff) or StaffAccount(staff_id=staff.id, created_at=wall)
    account.password_hash, account.totp, account.totp_ready = _HASHER.hash(password), None, False
    session.add(account)
    session.flush()
    sessions.end_all(session, account, wall)
    tries.succeeded(session, keys)
    audit.note(session, now, "console_account", subject=f"staff:{staff.id}", by=f"staff:{staff.id}")
    return _enter(session, staff, account, now, wall)


def sign_in(session: Session, phone: str, password: str, keys: tries.Keys, now: datetime, wall: datetime) -> Entry:
    """Number and password; what follows for the second factor stands in ``stage``."""
    if tries.are_paused(session, keys, wall):
        return Entry(problem="paused")
    staff = session.scalar(select(Staff).where(Staff.phone_index == sealing.index("phone", phone), Staff.active))
    account = _account(session, staff) if staff is not None else None
    right = _verify(account.password_hash if account else _nobody(), password[:LONGEST])
    if staff is None or account is None or not right:
        tries.failed(session, keys, wall)
        audit.note(session, now, "console_refused", subject=f"staff:{staff.id}" if staff else None)
        return Entry(problem="wrong")
    if not needs_second_factor(staff):
        tries.succeeded(session, keys)
    return _enter(session, staff, account, now, wall)


def _enter(session: Session, staff: Staff, account: StaffAccount, now: datetime, wall: datetime) -> Entry:
    stage: Stage = "full"
    if needs_second_factor(staff):
        stage = "code" if account.totp_ready else "key"
        account.totp = account.totp or pyotp.random_base32()
    if stage == "full":
        audit.note(session, now, "console_signed_in", subject=f"staff:{staff.id}", by=f"staff:{staff.id}")
    session.flush()
    return Entry(sessions.start(session, staff, stage, wall), stage)


def second_factor(session: Session, staff: Staff, code: str, keys: tries.Keys, now: datetime, wall: datetime) -> Entry:
    """A code of the second factor; each works once, the one before and after the present count too."""
    if tries.are_paused(session, keys, wall):
        return Entry(problem="paused")
    account = _account(session, staff, locked=True)
    step = _step_of(account, code, wall) if account is not None else None
    if account is None or step is None:
        tries.failed(session, keys, wall)
        audit.note(session, now, "console_refused", subject=f"staff:{staff.id}")
        return Entry(problem="wrong")
    account.totp_step, account.totp_ready = step, True
    tries.succeeded(session, keys)
    audit.note(session, now, "console_signed_in", subject=f"staff:{staff.id}", by=f"staff:{staff.id}")
    return Entry(sessions.start(session, staff, "full", wall))


def key_of(session: Session, staff: Staff) -> tuple[str, str]:
    """The secret of the second factor and the address an authenticator reads it from."""
    account = _account(session, staff)
    secret = account.totp if account is not None and account.totp else ""
    return secret, pyotp.TOTP(secret).provisioning_uri(name=staff.name, issuer_name=ISSUER)


def _step_of(account: StaffAccount, code: str, wall: datetime) -> int | None:
    totp, present = pyotp.TOTP(account.totp or ""), int(wall.timestamp()) // STEP_S
    typed = "".join(code.split())
    for step in (present, present - 1, present + 1):
        if step > account.totp_step and typed.isascii() and pyotp.utils.strings_equal(typed, totp.at(step * STEP_S)):
            return step
    return None


def _account(session: Session, staff: Staff, *, locked: bool = False) -> StaffAccount | None:
    rows = select(StaffAccount).where(StaffAccount.staff_id == staff.id)
    return session.scalar(rows.with_for_update() if locked else rows)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
