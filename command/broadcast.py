"""``kawal broadcast`` and ``kawal broadcasts``: a message to many, seen before it is sent, and watched afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from command.stack import StackError
from registry import clock, texts
from registry.db import Database
from registry.messaging import broadcast_approval, broadcast_desk, broadcast_reach, broadcast_words, broadcasts
from registry.messaging.audience_conditions import Jkn, Only, Path, Unvisited, Who
from registry.messaging.audiences import Audience
from registry.messaging.broadcasts import SENDER, BroadcastError
from registry.models import Broadcast, District, Village

SHOWN = 30


@dataclass(frozen=True)
class Order:
    """What the command line asks for; ``areas`` are names or codes of districts or villages."""

    text: str
    who: Who = "mothers"
    areas: Sequence[str] = ()
    trimester: int | None = None
    due_from: date | None = None
    due_until: date | None = None
    due_weeks: int | None = None
    unvisited: Unvisited | None = None
    only: Sequence[Only] = ()
    jkn: Sequence[Jkn] = ()
    paths: Sequence[Path] = ()
    at: datetime | None = None
    repeat: str | None = None


@dataclass(frozen=True)
class Shown:
    """For whom, how many would get it, how many not and why, what WhatsApp makes of it, and what it will look like."""

    audience: str
    count: int
    excluded: dict[str, int]
    reach: str
    sample: str
    is_large: bool


def show(database: Database, order: Order) -> Shown:
    """What would happen.

    Raises:
        StackError: no such area.
    """
    with database.read() as session:
        now, audience = clock.now(session), _audience(session, order).for_its_kind()
        if not audience.is_possible:
            raise StackError(_why("broadcast_due_backwards"))
        seen = broadcast_reach.look(session, audience, None, order.text, now, order.at)
        plan = broadcast_reach.plan(session, audience, seen, order.at or now, now)
        sample = broadcasts.message(None, order.text, order.who).text
        count = len(seen.contacts)
        is_large = broadcasts.is_large(session, count, now)
        told = broadcast_words.audience(session, audience)
        return Shown(told, count, seen.excluded, broadcast_words.reach(plan), sample, is_large)


def send(database: Database, order: Order) -> str:
    """Confirm it; returns its number and state.

    Raises:
        StackError: no such area, nothing to say, or too long.
    """
    with database.write() as session:
        now = clock.now(session)
        audience = _audience(session, order)
        try:
            row, _ = broadcasts.prepare(
                session, None, SENDER, audience, order.text, now, due_at=order.at, repeat=order.repeat
            )
        except BroadcastError as error:
            raise StackError(f"the message cannot be sent: {_why(str(error))}") from error
        return f"{row.id} {broadcasts.confirm(session, row, now)}"


def _why(name: str) -> str:
    return f"{texts.phrase(name)} ({name})"


def _audience(session: Session, order: Order) -> Audience:
    areas = tuple(dict.fromkeys(code for area in order.areas for code in _codes(session, area)))
    return Audience(
        order.who, areas, order.trimester, order.due_from, order.due_until, order.due_weeks, order.unvisited,
        tuple(order.only), tuple(order.jkn), tuple(order.paths),
    )  # fmt: skip


def _codes(session: Session, area: str) -> tuple[str, ...]:
    for table in (District, Village):
        codes = session.scalars(select(table.code).where(func.lower(table.name) == area.strip().lower())).all()
        if len(codes) == 1:
            return (codes[0],)
        if codes:
            raise StackError(f"{area!r} is the name of {len(codes)} places: give the code, one of {', '.join(codes)}")
    if session.get(District, area) or session.get(Village, area):
        return (area,)
    raise StackError(f"no district or village is called {area!r}")


# ---------------------------------------------------------------- those that were sent


def sent(session: Session) -> list[tuple[str, ...]]:
    """Number, state, receivers, when, how often and for whom, the newest first; never the words."""
    rows = select(Broadcast).where(Broadcast.status != "draft").order_by(Broadcast.id.desc()).limit(SHOWN)
    return [
        (
            str(row.id), row.ended_for or row.status, str(row.recipients),
            f"{row.due_at.astimezone(clock.JAKARTA):%Y-%m-%d %H:%M}", row.repeat or "",
            broadcast_words.audience(session, Audience.from_json(row.audience)),
        )
        for row in session.scalars(rows)
    ]  # fmt: skip


def progress(session: Session, number: int) -> dict[str, int | str]:
    """How one stands and how far it has come.

    Raises:
        StackError: there is none of this number.
    """
    row = _found(session, number)
    found = broadcast_desk.progress(session, row)
    counts: dict[str, int | str] = {
        "receivers": row.recipients, "waiting": found.undecided + found.queued, "sent": found.sent,
        "delivered": found.delivered, "read": found.read, "replied": found.replied, "failed": found.failed,
        "cancelled": found.cancelled, "left out": found.left_out,
    }  # fmt: skip
    second = {"approval": broadcast_approval.needed(session, row)} if row.status == "waiting_approval" else {}
    return {"state": row.ended_for or row.status, **counts, **second}


def is_moving(session: Session, number: int) -> bool:
    """Whether more of it may still go out by itself."""
    row = _found(session, number)
    return row.status == "running" or (row.status == "done" and broadcasts.waits(session, row))


ACTS: dict[str, Callable[[Session, Broadcast, datetime], bool]] = {
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "stop": broadcasts.stop,
}


def act(session: Session, number: int, name: str) -> str:
    """Pause, resume or stop it; how it stands then.

    Raises:
        StackError: there is none of this number, or that cannot be done with it any more.
    """
    row = _found(session, number, lock=True)
    if not ACTS[name](session, row, clock.now(session)):
        raise StackError(f"broadcast {number} is {row.ended_for or row.status}: there is nothing to {name}")
    return row.status


def _found(session: Session, number: int, *, lock: bool = False) -> Broadcast:
    row = session.get(Broadcast, number, with_for_update=lock or None)
    if row is None or row.status == "draft":
        raise StackError(f"there is no broadcast {number}")
    return row
