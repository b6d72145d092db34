"""Our own side of each channel: one bucket of tokens for all processes, what is held back, and what a person must know.

A channel that refuses our account is stopped, not its messages: they wait, and every few minutes one of them is tried,
so that the channel comes back by itself when the token, the payment or the account is in order again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.messaging.leases import ANSWER, BROADCAST
from registry.models import OutboxMessage, Sender, SenderNotice

RESERVE = 0.1  # of the bucket, for answers and emergencies
PORTIONS = 20  # a second's messages are claimed in so many portions: even, and still worth a claim
PROBE = timedelta(minutes=5)  # one message in so long tries a stopped channel
BULK_PAUSE = timedelta(hours=24)
LONGEST_SLOW_S = 64.0
DAILY_LIMIT = 250  # different people outside the window in 24 hours: what WhatsApp grants a new number
DAY = timedelta(hours=24)
ONE_NOTICE = timedelta(hours=24)  # the same notice within it is counted, not written again


@dataclass(frozen=True)
class Allowance:
    """What a worker may claim now; ``again_in_s`` is when more may follow, None when it need not wait for that."""

    size: int
    least: int = BROADCAST
    again_in_s: float | None = None


def find(session: Session, channel: str, *, lock: bool = False) -> Sender | None:
    """The channel's row as it is now."""
    return session.get(Sender, channel, with_for_update=lock or None, populate_existing=True)


def keep(session: Session, channel: str) -> Sender:
    """The channel's row, made when it is not there, locked until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Sender).values(channel=channel).on_conflict_do_nothing(index_elements=["channel"])
    found = find(session, channel, lock=True)
    if found is None:
        session.execute(row)
        found = session.get_one(Sender, channel, with_for_update=True, populate_existing=True)
    return found


def allowance(session: Session, channel: str, now: datetime, wanted: int, rate: float | None) -> Allowance:
    """How many messages may go out now; ``rate`` is messages a second over all processes, None without a limit."""
    sender = find(session, channel) if rate is None else keep(session, channel)
    if sender is None:
        return Allowance(wanted)
    if sender.slow_until is not None and now < sender.slow_until:
        return Allowance(0)
    if sender.stopped_for is not None:
        return _probe(sender, now)
    bulk_waits = sender.bulk_until is not None and now < sender.bulk_until
    least = BROADCAST - 1 if bulk_waits else BROADCAST
    return Allowance(wanted, least) if rate is None else _from_bucket(sender, now, wanted, rate, least)


def _probe(sender: Sender, now: datetime) -> Allowance:
    if sender.try_at is not None and now < sender.try_at:
        return Allowance(0)
    sender.try_at = now + PROBE
    return Allowance(1)


def _from_bucket(sender: Sender, now: datetime, wanted: int, rate: float, least: int) -> Allowance:
    most = max(1.0, rate / 4)
    passed = max(0.0, (now - sender.filled_at).total_seconds()) if sender.filled_at else 0.0
    sender.tokens = min(most, sender.tokens + passed * rate)
    sender.filled_at = max(now, sender.filled_at) if sender.filled_at else now
    spare, portion = sender.tokens - RESERVE * most, max(1.0, rate / PORTIONS)
    again_in_s = max(0.005, (portion - spare) / rate)
    if spare >= 1:
        return Allowance(min(wanted, int(spare)), least, portion / rate)
    if sender.tokens >= 1:
        return Allowance(min(wanted, int(sender.tokens)), ANSWER, again_in_s)
    return Allowance(0, least, again_in_s)


def spend(session: Session, channel: str, count: int) -> None:
    """So many were claimed, in the transaction of the claim."""
    sender = find_held(session, channel)
    if sender is not None:
        sender.tokens -= count


def find_held(session: Session, channel: str) -> Sender | None:
    """The row as this transaction has it."""
    return session.get(Sender, channel)


def works(session: Session, channel: str, now: datetime) -> None:
    """A message went out: a stopped channel is open again, a slowed one begins to count anew."""
    sender = find(session, channel)
    if sender is None:
        return
    if sender.stopped_for is not None:
        sender.stopped_for = sender.try_at = None
        note(session, now, channel, "resumed")
    if sender.slowed and sender.slow_until is not None and now - sender.slow_until > timedelta(seconds=60):
        sender.slowed = 0


def slow_down(session: Session, channel: str, now: datetime, least_s: float) -> None:
    """The provider said: too fast. Everything waits 1, 2, 4 … seconds; those that were under way count as one."""
    sender = keep(session, channel)
    sender.tokens = 0.0
    if sender.slow_until is None or now >= sender.slow_until:
        sender.slowed += 1
    pause = min(LONGEST_SLOW_S, 2.0 ** (sender.slowed - 1))
    until = now + timedelta(seconds=max(least_s, pause))
    sender.slow_until = max(until, sender.slow_until) if sender.slow_until else until


def pause_bulk(session: Session, channel: str, now: datetime, code: str) -> None:
    """Broadcasts wait a day, or until an operator resumes them; answers and alerts go on."""
    keep(session, channel).bulk_until = now + BULK_PAUSE
    note(session, now, channel, "bulk_paused", detail=code)


def stop(session: Session, channel: str, now: datetime, code: str) -> None:
    """The account is refused: nothing more goes out but a try now and then."""
    sender = keep(session, channel)
    if sender.stopped_for is None:
        note(session, now, channel, "stopped", detail=code)
    sender.stopped_for, sender.try_at = code, now + PROBE


def resume(session: Session, channel: str) -> bool:
    """A person has looked: everything goes on at once. False when nothing had been held back."""
    sender = keep(session, channel)
    was_held = sender.stopped_for is not None or sender.bulk_until is not None or sender.slow_until is not None
    sender.stopped_for = sender.try_at = sender.bulk_until = sender.slow_until = None
    sender.slowed = 0
    return was_held


def note(session: Session, now: datetime, channel: str, code: str, about: str = "", detail: str = "") -> SenderNotice:
    """Tell the operator; the same within a day is one line with a count."""
    same = (SenderNotice.channel == channel, SenderNotice.code == code, SenderNotice.about == about)
    last = session.scalar(
        select(SenderNotice)
        .where(*same, SenderNotice.seen_at.is_(None), SenderNotice.last_at > now - ONE_NOTICE)
        .order_by(SenderNotice.id.desc())
        .limit(1)
    )
    if last is None:
        last = SenderNotice(at=now, channel=channel, code=code, about=about, times=0)
        session.add(last)
    last.times, last.last_at, last.detail = last.times + 1, now, detail
    session.flush()
    return last


def open_notices(session: Session) -> list[SenderNotice]:
    """What no operator has seen yet, newest first."""
    rows = select(SenderNotice).where(SenderNotice.seen_at.is_(None))
    return list(session.scalars(rows.order_by(SenderNotice.last_at.desc(), SenderNotice.id.desc())))


def set_limit(session: Session, channel: str, daily: int, *, told: bool = False) -> None:
    """How many different people may be written to outside the window in 24 hours; what the provider told counts."""
    sender = keep(session, channel)
    if told:
        sender.told_limit = daily
    else:
        sender.daily_limit = daily


def limit_outside_window(session: Session) -> int:
    """To how many different people a day WhatsApp lets us write first: what Meta told, else what is set."""
    sender = find(session, "whatsapp")
    return DAILY_LIMIT if sender is None else sender.told_limit or sender.daily_limit or DAILY_LIMIT


def room_outside_window(session: Session, now: datetime) -> int:
    """To how many more different people WhatsApp lets us write first today: broadcasts are planned within it.

    Everybody who got a template in the last 24 hours counts, so it is on the safe side.
    Source: WhatsApp Business Platform, messaging limits.
    """
    limit = limit_outside_window(session)
    used = session.scalar(
        select(func.count(func.distinct(OutboxMessage.contact_id))).where(
            OutboxMessage.used_template, OutboxMessage.channel == "whatsapp", OutboxMessage.sent_at > now - DAY
        )
    )
    return max(0, limit - (used or 0))
