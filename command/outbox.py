"""The outbox seen by an operator: what waits, what could not be sent, what is held back; never a text or a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.messaging import messages, senders
from registry.messaging.outbox import CHANNELS
from registry.models import OutboxMessage, Sender


def state(session: Session) -> list[tuple[str, ...]]:
    """Channel, status, priority, how many, since when, and how many of them nobody is sure about."""
    box = OutboxMessage
    rows = (
        select(box.channel, box.status, box.priority, func.count(), func.min(box.due_at), func.sum(box.doubts))
        .where(box.status.in_(("queued", "leased", "unknown", "dead")))
        .group_by(box.channel, box.status, box.priority)
        .order_by(box.channel, box.status, box.priority)
    )
    return [
        (channel, status, str(priority), str(count), f"{oldest:%Y-%m-%d %H:%M}", str(doubts or 0))
        for channel, status, priority, count, oldest, doubts in session.execute(rows)
    ]


def held(session: Session, now: datetime) -> list[str]:
    """What the provider or we hold back, one line each."""
    lines = []
    for sender in session.scalars(select(Sender).order_by(Sender.channel)):
        if sender.stopped_for:
            lines.append(f"{sender.channel}: stopped, code {sender.stopped_for}; kawal outbox resume {sender.channel}")
        if sender.bulk_until and sender.bulk_until > now:
            lines.append(f"{sender.channel}: broadcasts wait until {sender.bulk_until:%Y-%m-%d %H:%M} UTC")
    told = senders.open_notices(session)
    return lines + [f"{n.last_at:%Y-%m-%d %H:%M} {n.channel}: {n.code} {n.about} {n.detail} ({n.times}x)" for n in told]


def dead(session: Session) -> list[tuple[str, ...]]:
    """What could not be sent: number, channel, kind, priority, tries, why, when."""
    return [
        (str(row.id), row.channel, row.kind, str(row.priority), str(row.attempts), row.last_error or "",
         f"{row.created_at:%Y-%m-%d %H:%M}")
        for row in messages.dead_letters(session)
    ]  # fmt: skip


def requeue(session: Session, ids: Sequence[int], everything: bool, now: datetime) -> int:
    """Try these anew, or all; how many there were."""
    return messages.requeue(session, None if everything else ids, now)


def resume(session: Session, channel: str, now: datetime) -> bool:
    """Let a channel go on at once; its notices are seen.

    Raises:
        ValueError: no such channel.
    """
    if channel not in CHANNELS:
        raise ValueError(f"channel must be one of {', '.join(CHANNELS)}")
    for notice in senders.open_notices(session):
        if notice.channel == channel:
            notice.seen_at = now
    return senders.resume(session, channel)
