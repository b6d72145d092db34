"""What goes out: claimed by urgency and in order within a contact, settled by the worker that holds the lease.

A message whose try ended nobody knows how is ``unknown`` until a report of the provider tells, or its time is up and
it is sent again. Dead ones stay, to be looked at and queued anew. Counted in the time of the service.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Executable, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from registry import clock, programme, sealing
from registry.messaging.leases import (
    BROADCAST,
    LEASE,
    OUT,
    REMINDER,
    claim,
    earlier_rows,
    is_earlier,
    is_in,
    is_unwanted,
    reread,
    sweep,
    taken,
)
from registry.models import ConversationHold, OutboxMessage, OutboxPart
from registry.rules import quiet

CHANNELS = ("whatsapp", "telegram")
UNSETTLED = ("queued", "leased", "unknown")
DOUBT = timedelta(seconds=60)  # so long a report may still tell what became of a try
LONGEST_HOLD_S = 600


def _claim_outbox() -> Executable:
    before = earlier_rows(OUT)
    # What was tried before and waits for its next try keeps its place; what is only planned for later does not block.
    waits = and_(is_in(before, "queued"), or_(before.c.due_at <= bindparam("at"), before.c.attempts > 0))
    stands_before = and_(or_(is_in(before, "unknown"), waits), is_earlier(OUT))
    is_held = exists().where(ConversationHold.contact_id == OUT.c.contact_id, ConversationHold.until > bindparam("at"))
    also = (OUT.c.channel == bindparam("name"), ~is_unwanted(), ~is_held)
    return claim(OUT, UNSETTLED, stands_before, *also).values(lease_token=bindparam("token")).returning(OUT.c.id)


@cache
def _settlement(names: tuple[str, ...]) -> Executable:
    owned = (OUT.c.id == bindparam("row"), OUT.c.lease_token == bindparam("mine"), is_in(OUT, "leased"))
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(OUT).where(*owned).values(**{"lease_until": None, "lease_token": None, **new})


_CLAIM = _claim_outbox()
_TAKEN = taken(OutboxMessage, OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
# Its worker died with it: nobody knows whether it went out.
_OF_CHANNEL = OUT.c.channel == bindparam("name")
_SWEEP = sweep(OUT, _OF_CHANNEL, lease_token=None, doubts=OUT.c.doubts + 1)
_DOUBTED = update(OUT).where(is_in(OUT, "unknown"), _OF_CHANNEL, OUT.c.due_at <= bindparam("at"))
_DOUBTED_AGAIN = _DOUBTED.values(status="queued").returning(OUT.c.id)
_UNWANTED = update(OUT).where(is_in(OUT, "queued"), _OF_CHANNEL, is_unwanted())
_DROP = _UNWANTED.values(status="cancelled").returning(OUT.c.id)
_HAS_WORK = exists().where(is_in(OUT, "queued"), _OF_CHANNEL, OUT.c.due_at <= bindparam("at"))


def has_work(session: Session, channel: str, now: datetime) -> bool:
    """Whether anything of this channel is due; it may still have to wait for an earlier one."""
    return bool(session.scalar(select(_HAS_WORK), {"name": channel, "at": now}))


def claim_outbox(
    session: Session, now: datetime, limit: int = 20, *, channel: str | None = None, least: int = BROADCAST
) -> list[OutboxMessage]:
    """Take due messages by priority; per contact one at a time, so that they arrive in their order.

    In the quiet hours only what answers somebody or is an emergency is taken, whatever was planned; and nothing that
    its reader has stopped since it was queued. ``least`` is the least urgent priority that may go.
    """
    session.flush()
    if quiet.is_quiet(now, quiet_hours(session, now)):
        least = min(least, REMINDER - 1)
    rows: list[OutboxMessage] = []
    for name in CHANNELS if channel is None else (channel,):
        given = {"at": now, "least": least, "size": limit - len(rows), "lease": now + LEASE, "name": name}
        found = session.scalars(_CLAIM, given | {"token": secrets.token_hex(8)}).all()
        rows += session.scalars(_TAKEN, {"taken": found}).all() if found else []
    return rows


def quiet_hours(session: Session, now: datetime) -> tuple[str, str]:
    """From when to when nothing is pushed, local time."""
    start, end = programme.value(session, "quiet_hours", clock.today(now))
    return start, end


def mark_sent(session: Session, row: OutboxMessage, external_ids: Sequence[str], now: datetime) -> None:
    """The provider took it. Ignored when the lease has passed to another worker."""
    mark_all_sent(session, [(row, external_ids)], now)


def mark_all_sent(session: Session, sent: Sequence[tuple[OutboxMessage, Sequence[str]]], now: datetime) -> None:
    """The provider took these, each under the names of its parts."""
    if not sent:
        return
    for row, external_ids in sent:
        for number, external_id in enumerate(external_ids[:-1]):
            note_part(session, row, number, external_id)
    _settle(
        session,
        [
            (
                row,
                {
                    "status": "sent",
                    "delivery": "sent",
                    "sent_at": now,
                    "external_index": sealing.index("message", external_ids[-1]) if external_ids else None,
                    "used_template": row.used_template,
                },
            )
            for row, external_ids in sent
        ],
    )


def note_part(session: Session, row: OutboxMessage, number: int, external_id: str) -> None:
    """This part of a long message (from 0) is out, whatever becomes of the rest."""
    row.parts_sent = number + 1
    session.merge(OutboxPart(outbox_id=row.id, number=number, external_index=sealing.index("message", external_id)))
    session.execute(update(OUT).where(OUT.c.id == row.id).values(parts_sent=number + 1))


def leave_picture_out(session: Session, row: OutboxMessage) -> None:
    """From now on it has only its words."""
    row.extras = {name: value for name, value in (row.extras or {}).items() if name != "image"} or None
    row.parts_sent = 0
    session.execute(update(OUT).where(OUT.c.id == row.id).values(extras=row.extras))


def mark_retry(session: Session, row: OutboxMessage, error: str, due_at: datetime, *, counted: bool = True) -> None:
    """Try again at ``due_at``; a try that is not counted was none of the message's own fault."""
    attempts = row.attempts if counted else max(0, row.attempts - 1)
    again = {"last_error": error, "due_at": due_at, "attempts": attempts}
    _settle(session, [(row, {"status": "queued", **again, **_kept(row)})])


def mark_unknown(session: Session, row: OutboxMessage, error: str, now: datetime) -> None:
    """Nobody knows whether it arrived: a report may tell until ``DOUBT`` is over, then it is tried again."""
    doubt = {"last_error": error, "due_at": now + DOUBT, "doubts": row.doubts + 1}
    _settle(session, [(row, {"status": "unknown", **_kept(row), **doubt})])


def mark_dead(session: Session, row: OutboxMessage, error: str) -> None:
    """No further try; the row stays to be looked at."""
    dead = {"status": "dead", "delivery": "failed", "last_error": error}
    _settle(session, [(row, {**dead, **_kept(row)})])


def _kept(row: OutboxMessage) -> dict[str, Any]:
    """What a try has found out, whatever its end."""
    return {"parts_sent": row.parts_sent, "used_template": row.used_template, "doubts": row.doubts}


def _settle(session: Session, ends: Sequence[tuple[OutboxMessage, dict[str, Any]]]) -> None:
    """Each row with its new values, as far as its lease is still ours; all have the same names."""
    session.flush()
    given = [
        {"row": row.id, "mine": row.lease_token, **{f"new_{name}": value for name, value in values.items()}}
        for row, values in ends
    ]
    session.execute(_settlement(tuple(ends[0][1])), given)
    reread(session, OutboxMessage, [row.id for row, _ in ends])


def hold_conversation(session: Session, contact_id: int, now: datetime, least_s: float = 0.0) -> float:
    """Nothing to her for 6 seconds, then 24, 96 … at most ten minutes; returns the seconds.

    The count begins anew when ten minutes went by without a hold. Source: WhatsApp Cloud API, error 131056.
    """
    held = session.get(ConversationHold, contact_id)
    if held is None:
        held = ConversationHold(contact_id=contact_id, until=now, times=0)
        session.add(held)
    elif now - held.until > timedelta(seconds=LONGEST_HOLD_S):
        held.times = 0
    held.times += 1
    seconds = max(least_s, min(LONGEST_HOLD_S, 6.0 * 4.0 ** (held.times - 1)))
    held.until = now + timedelta(seconds=seconds)
    session.flush()
    return seconds


def sweep_outbox(session: Session, now: datetime, channel: str | None = None) -> int:
    """Give back what a dead worker left half sent, returns how many rows; drop what its reader has stopped; and let
    go what no report has told of."""
    session.flush()
    back = sum(_sweep_channel(session, now, name) for name in (CHANNELS if channel is None else (channel,)))
    session.execute(delete(ConversationHold).where(ConversationHold.until < now - timedelta(hours=1)))
    return back


def _sweep_channel(session: Session, now: datetime, name: str) -> int:
    dropped = session.scalars(_DROP, {"name": name}).all()
    back = session.scalars(_SWEEP, {"name": name, "at": now}).all()
    doubted = session.scalars(_DOUBTED_AGAIN, {"name": name, "at": now}).all()
    reread(session, OutboxMessage, [*dropped, *back, *doubted])
    return len(back)


def next_due(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The next moment in (after, until] at which something queued falls due."""
    return session.scalar(
        select(OutboxMessage.due_at)
        .where(is_in(OUT, "queued"), OutboxMessage.due_at > after, OutboxMessage.due_at <= until)
        .order_by(OutboxMessage.due_at)
        .limit(1)
    )


def backlog(session: Session) -> int:
    """How many broadcasts wait: whoever queues more of them waits while these are more than 10,000."""
    return session.scalar(
        select(func.count()).select_from(OUT).where(is_in(OUT, "queued"), OUT.c.priority >= BROADCAST)
    ) or 0  # fmt: skip


def dead_letters(session: Session, limit: int = 100) -> list[OutboxMessage]:
    """What could not be sent, newest first."""
    rows = select(OutboxMessage).where(OutboxMessage.status == "dead")
    return list(session.scalars(rows.order_by(OutboxMessage.id.desc()).limit(limit)))


def requeue(session: Session, ids: Iterable[int] | None, now: datetime) -> int:
    """Try dead messages anew, or all of them; returns how many. What was sent of a long one is not sent again."""
    session.flush()
    rows = update(OUT).where(OUT.c.status == "dead")
    if ids is not None:
        rows = rows.where(OUT.c.id.in_(list(ids)))
    anew = {"status": "queued", "delivery": "queued", "attempts": 0, "due_at": now, "last_error": None}
    found = session.scalars(rows.values(**anew).returning(OUT.c.id)).all()
    reread(session, OutboxMessage, found)
    return len(found)
