"""Writes down how a try ended, or what a report told later, and what else must wait for it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter
from sqlalchemy.orm import Session

from bot.channel import ChannelError, Pause, Rejected, Stopped, Throttled, Unreachable
from bot.retries import FALL_BACK_AFTER, Then, Tried, Verdict, verdict
from registry.messaging import fallback, messages, senders
from registry.models import Contact, OutboxMessage

ENDS = Counter("kawal_sends", "Tries to send a message, by how they ended", ["channel", "end"])
_chance = random.SystemRandom().uniform
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class End:
    """How a try ended: the names of what went out, or why nothing did."""

    row: OutboxMessage
    external_ids: tuple[str, ...] = ()
    error: ChannelError | None = None
    is_reported: bool = False  # the channel tells later what became of a message


def settle(session: Session, ends: Sequence[End], now: datetime) -> None:
    """Write down all of them in this transaction."""
    sent = [end for end in ends if end.error is None]
    messages.mark_all_sent(session, [(end.row, end.external_ids) for end in sent], now)
    for channel in sorted({end.row.channel for end in sent}):
        senders.works(session, channel, now)
        ENDS.labels(channel, "sent").inc(sum(end.row.channel == channel for end in sent))
    for end in ends:
        if end.error is not None:
            fail(session, end.row, end.error, now, is_reported=end.is_reported)


def fail(session: Session, row: OutboxMessage, error: ChannelError, now: datetime, *, is_reported: bool) -> None:
    """A try failed, or a message was refused after it had been taken; ``row`` is leased to us."""
    tried = Tried(
        priority=row.priority,
        attempts=row.attempts,
        doubts=row.doubts,
        age_s=(now - row.created_at).total_seconds(),
        can_change_form=row.template is not None and not row.used_template,
        is_reported=is_reported,
        can_go_bare=bool((row.extras or {}).get("image") and row.text.strip()),
    )
    found = verdict(error, tried, _chance)
    _hold_others(session, row, error, now)
    _mark(session, row, error, found, now)
    ENDS.labels(row.channel, found.then.value).inc()
    if found.then in (Then.DEAD, Then.KEEP) or row.attempts == FALL_BACK_AFTER:
        _say_elsewhere(session, row, now)


def _hold_others(session: Session, row: OutboxMessage, error: ChannelError, now: datetime) -> None:
    """What else must wait: she alone, the broadcasts, the channel."""
    match error:
        case ChannelError(pauses=Pause.CHANNEL):
            senders.stop(session, row.channel, now, error.code)
            _log.error("channel_stopped", channel=row.channel, code=error.code)
        case ChannelError(pauses=Pause.BULK):
            senders.pause_bulk(session, row.channel, now, error.code)
            _log.error("broadcasts_paused", channel=row.channel, code=error.code)
        case Throttled(pauses=Pause.CONVERSATION):
            messages.hold_conversation(session, row.contact_id, now, error.retry_after)
        case Throttled():
            senders.slow_down(session, row.channel, now, error.retry_after)
        case Stopped():
            session.get_one(Contact, row.contact_id).blocked = True


def _mark(session: Session, row: OutboxMessage, error: ChannelError, found: Verdict, now: datetime) -> None:
    name = f"{type(error).__name__}:{error.code}"[:200]
    if isinstance(error, Unreachable) and error.unknown_outcome and found.then is not Then.DOUBT:
        row.doubts += 1  # whatever becomes of it: should it be sent again, it may come twice
    match found.then:
        case Then.AGAIN:
            messages.mark_retry(session, row, name, now + timedelta(seconds=found.pause_s))
        case Then.TEMPLATE:
            row.used_template, row.parts_sent = True, 0
            messages.mark_retry(session, row, name, now)
        case Then.WORDS:
            _log.error("picture_left_out", outbox_id=row.id, code=error.code)
            messages.leave_picture_out(session, row)
            messages.mark_retry(session, row, name, now)
        case Then.DOUBT:
            messages.mark_unknown(session, row, name, now)
        case Then.KEEP:
            messages.mark_retry(session, row, name, row.due_at, counted=False)
        case Then.DEAD:
            messages.mark_dead(session, row, name)


def _say_elsewhere(session: Session, row: OutboxMessage, now: datetime) -> None:
    if not fallback.is_emergency(row):
        return
    _log.error("emergency_not_delivered", outbox_id=row.id, elsewhere=fallback.fall_back(session, row, now))


def crashed() -> ChannelError:
    """A fault of ours in the middle of a send: nobody knows how far it came."""
    return Unreachable("crashed", unknown_outcome=True)


def no_channel() -> ChannelError:
    """Its channel is not switched on."""
    return Rejected("no_channel")
