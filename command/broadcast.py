"""``kawal broadcast``: a message to many from the command line, seen before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from command.stack import StackError
from registry import clock
from registry.db import Database
from registry.messaging import broadcast_reach, broadcast_words, broadcasts
from registry.messaging.audiences import Audience, Only, Who
from registry.messaging.broadcasts import SENDER, BroadcastError
from registry.models import District, Village


@dataclass(frozen=True)
class Order:
    """What the command line asks for; ``area`` is the name of a district or village."""

    text: str
    who: Who = "mothers"
    area: str | None = None
    trimester: int | None = None
    only: Only | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """How many would get it, how many not and why, what WhatsApp makes of it, and what it will look like."""

    count: int
    excluded: dict[str, int]
    reach: str
    sample: str


def show(database: Database, order: Order) -> Shown:
    """What would happen.

    Raises:
        StackError: no such area.
    """
    with database.read() as session:
        now, audience = clock.now(session), _audience(session, order)
        seen = broadcast_reach.look(session, audience, None, order.text, now, order.at)
        plan = broadcast_reach.plan(session, audience, seen, order.at or now, now)
        sample = broadcasts.message(None, order.text, order.who).text
        return Shown(len(seen.contacts), seen.excluded, broadcast_words.reach(plan), sample)


def send(database: Database, order: Order) -> str:
    """Confirm it; returns its state.

    Raises:
        StackError: no such area, nothing to say, or too long.
    """
    with database.write() as session:
        now = clock.now(session)
        try:
            audience = _audience(session, order)
            row, _ = broadcasts.prepare(session, None, SENDER, audience, order.text, now, due_at=order.at)
        except BroadcastError as error:
            raise StackError(f"the message cannot be sent: {error}") from error
        return broadcasts.confirm(session, row, now)


def _audience(session: Session, order: Order) -> Audience:
    return Audience(order.who, _codes(session, order.area), order.trimester, order.only)


def _codes(session: Session, area: str | None) -> tuple[str, ...]:
    if area is None:
        return ()
    for table in (District, Village):
        codes = session.scalars(select(table.code).where(func.lower(table.name) == area.strip().lower())).all()
        if len(codes) == 1:
            return (codes[0],)
        if codes:
            raise StackError(f"{area!r} is the name of {len(codes)} places: give the code, one of {', '.join(codes)}")
    if session.get(District, area) or session.get(Village, area):
        return (area,)
    raise StackError(f"no district or village is called {area!r}")
