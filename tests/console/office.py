"""Officers of every kind, signed in, and people they have to do with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from registry.models import AuditEntry, Staff
from tests.console.conftest import Browser, Console
from tests.factories import DONOMULYO

OFFICER, ADMIN = "+628120009003", "+628120009004"


def officer(console: Console, phone: str = OFFICER, *districts: str) -> Browser:
    """An officer of the puskesmas of Donomulyo, or of other districts."""
    return console.start("officer", phone, *(districts or (DONOMULYO,)), name="Rudi Hartono")


def admin(console: Console, phone: str = ADMIN) -> Browser:
    """Who looks after the machine, signed in with the second factor."""
    browser = console.start("admin", phone, name="Wahyu Nugroho")
    browser.get("/kunci")
    assert browser.post("/kunci", {"code": console.code_of(phone)}).status_code == 303
    return browser


def added(console: Console, make: Any, *places: str, **values: Any) -> int:
    """A helper made by a factory; her number."""
    with console.database.write() as session:
        return int(make(session, *places, **values).id)


def acts(console: Console, action: str) -> list[AuditEntry]:
    """What the audit says of an act."""
    with console.database.read() as session:
        rows = select(AuditEntry).where(AuditEntry.action == action)
        return list(session.scalars(rows.order_by(AuditEntry.id)))


def staff_id(console: Console, index_of: str) -> int:
    """The number of an officer by her telephone."""
    with console.database.read() as session:
        return next(one.id for one in session.scalars(select(Staff)) if one.phone == index_of)
