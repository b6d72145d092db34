"""Wrong passwords and codes are counted, by number and by network address, whether we know them or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry import sealing
from registry.models import SignInTry

PAUSE = timedelta(minutes=15)
OF_A_NUMBER = 5
OF_AN_ADDRESS = 20  # a whole puskesmas shares one
Keys = Mapping[str, int]  # key -> how many wrong ones it may have


def keys_of(phone: str, address: str) -> dict[str, int]:
    """What a try counts against."""
    return {
        sealing.index("try", f"phone:{phone}"): OF_A_NUMBER,
        sealing.index("try", f"address:{address}"): OF_AN_ADDRESS,
    }


def are_paused(session: Session, keys: Keys, wall: datetime) -> bool:
    """Whether nothing is looked at for now, right or wrong."""
    rows = [session.get(SignInTry, key) for key in keys]
    return any(row is not None and row.locked_until is not None and wall < row.locked_until for row in rows)


def failed(session: Session, keys: Keys, wall: datetime) -> None:
    """One more was wrong; the fifth begins the pause."""
    for key, most in keys.items():
        row = session.get(SignInTry, key, with_for_update=True)
        if row is None:
            row = SignInTry(key_index=key, failures=0, last_at=wall)
            session.add(row)
        row.failures = 1 if wall - row.last_at > PAUSE else row.failures + 1
        row.last_at = wall
        row.locked_until = wall + PAUSE if row.failures >= most else None
    session.flush()


def succeeded(session: Session, keys: Keys) -> None:
    """The number's count begins anew; the address's does not: others sit behind it."""
    for key, most in keys.items():
        row = session.get(SignInTry, key)
        if row is not None and most == OF_A_NUMBER:
            session.delete(row)
    session.flush()
