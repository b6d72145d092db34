"""Whom a broadcast would really reach, in how many days, and for how much.

WhatsApp bounds how many different people a day we may write to first. A fifth of that is never used by broadcasts:
reminders and emergencies need it too. Sources: channels.md 1.2 (messaging limit, windows, templates).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry import clock
from registry.messaging import audiences, message_templates, senders
from registry.messaging.audiences import Audience, Preview
from registry.messaging.outbox import UNSETTLED, quiet_hours
from registry.models import (
    Broadcast,
    BroadcastRecipient,
    Contact,
    MessageTemplate,
    OutboxMessage,
    ProgrammeSetting,
    Staff,
)
from registry.rules import quiet

KEPT_PART = 5  # one in so many places of the day's limit is kept for reminders and emergencies
SAME_TEXT = timedelta(hours=20)  # less than a day: one that is repeated daily is not taken for its own double
PART = 500
MOST_DAYS = 31
PRICES = {"UTILITY": "template_utility_rupiah", "MARKETING": "template_marketing_rupiah"}


@dataclass(frozen=True)
class Costs:
    """What it would cost, in rupiah. The dearer end is what Meta would take for advertising; None: no price is set."""

    least: int | None
    most: int | None
    sources: tuple[tuple[str, date], ...] = ()  # whose word the prices are, and since when


@dataclass(frozen=True)
class Plan:
    """What WhatsApp makes of it."""

    template_name: str
    template: MessageTemplate | None
    by_template: int  # people whom only the template reaches
    freely: int  # people who get it as a plain message
    room: int  # people who may still be written to first today
    days: tuple[tuple[date, int], ...]  # of those by template: how many on which day
    costs: Costs
    held_until: datetime | None  # WhatsApp holds broadcasts back until then

    @property
    def is_usable(self) -> bool:
        """Whether the template may be used."""
        return message_templates.is_usable(self.template)


def look(
    session: Session,
    audience: Audience,
    officer: Staff | None,
    text: str,
    now: datetime,
    due_at: datetime | None = None,
) -> Preview:
    """Whom it would reach if it went out at ``due_at``: nobody twice with the same words, nobody without a way."""
    seen = audiences.preview(session, audience, officer, now, goes_at(session, due_at or now, now))
    seen = seen.without(had_same_text(session, text, seen.contacts, now), "same_text")
    if not message_templates.is_usable(message_templates.find(session, template_name(audience.who))):
        seen = seen.without(seen.closed, "window_closed")
    return seen


def template_name(who: str) -> str:
    """The text, and the template, that carries the officer's words."""
    return "broadcast_notice_cadre" if who == "cadres" else "broadcast_notice"


def goes_at(session: Session, due_at: datetime, now: datetime) -> datetime:
    """The first moment at which it may go out, after the quiet hours."""
    return quiet.next_allowed(max(due_at, now), quiet_hours(session, now))


def had_same_text(
    session: Session, text: str, contacts: Collection[int], now: datetime, but: int | None = None
) -> set[int]:
    """Who of them got these words lately, or has them in the outbox, by another broadcast."""
    lately = select(Broadcast).where(
        Broadcast.status.in_(("running", "paused", "done", "stopped")),
        or_(Broadcast.finished_at.is_(None), Broadcast.finished_at > now - SAME_TEXT),
        Broadcast.id != (but or 0),
    )
    same = [row.id for row in session.scalars(lately) if plain(row.text) == plain(text)]
    if not same:
        return set()
    wanted, found = sorted(contacts), set()
    for start in range(0, len(wanted), PART):
        rows = (
            select(BroadcastRecipient.contact_id)
            .join(OutboxMessage, OutboxMessage.id == BroadcastRecipient.outbox_id)
            .where(BroadcastRecipient.broadcast_id.in_(same), BroadcastRecipient.handled_at > now - SAME_TEXT)
            .where(OutboxMessage.status.not_in(("cancelled", "dead")))
        )
        found |= set(session.scalars(rows.where(BroadcastRecipient.contact_id.in_(wanted[start : start + PART]))))
    return found


def plain(text: str) -> str:
    """What makes two texts the same: the words, not the spaces."""
    return " ".join(text.split()).casefold()


def room(session: Session, now: datetime) -> int:
    """To how many more people broadcasts may write first now: what waits in the outbox is counted as gone."""
    kept = senders.limit_outside_window(session) // KEPT_PART
    waiting = (
        select(func.count(func.distinct(OutboxMessage.contact_id)))
        .join(Contact, Contact.id == OutboxMessage.contact_id)
        .where(OutboxMessage.status.in_(UNSETTLED), OutboxMessage.kind == "broadcast", audiences.are_closed(now))
    )
    return max(0, senders.room_outside_window(session, now) - kept - (session.scalar(waiting) or 0))


def room_again_at(session: Session, after: datetime) -> datetime:
    """When room is free again: on the full hour after the oldest message that fills it is a day old."""
    oldest = session.scalar(
        select(func.min(OutboxMessage.sent_at)).where(
            OutboxMessage.used_template,
            OutboxMessage.channel == "whatsapp",
            OutboxMessage.sent_at > after - senders.DAY,
        )
    )
    if oldest is None:
        return after + timedelta(minutes=15)
    free = oldest + senders.DAY
    return free.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def plan(session: Session, audience: Audience, seen: Preview, due_at: datetime, now: datetime) -> Plan:
    """The template, the days and the costs."""
    name = template_name(audience.who)
    template = message_templates.find(session, name)
    begins = goes_at(session, due_at, now)
    free = room(session, now)
    count = len(seen.closed)
    sender = senders.find(session, "whatsapp")
    return Plan(
        name, template, count, len(seen.contacts) - count, free,
        _days(count, free, senders.limit_outside_window(session), clock.today(begins), clock.today(now)),
        _costs(session, count, template.category if template else "", clock.today(now)),
        sender.bulk_until if sender and sender.bulk_until and sender.bulk_until > now else None,
    )  # fmt: skip


def _days(count: int, free: int, limit: int, first: date, today: date) -> tuple[tuple[date, int], ...]:
    """How many on which day: today what is still free, then a day's limit each."""
    a_day, day = max(1, limit - limit // KEPT_PART), first
    found: list[tuple[date, int]] = []
    while count > 0 and len(found) < MOST_DAYS:
        now_free = min(count, free if day == today else a_day)
        if now_free:
            found.append((day, now_free))
        count, day = count - now_free, day + timedelta(days=1)
    return tuple(found)


def _costs(session: Session, count: int, category: str, today: date) -> Costs:
    if count == 0:
        return Costs(0, 0)
    kinds = ("MARKETING",) if category == "MARKETING" else ("UTILITY", "MARKETING")
    rows = [row for row in (_price(session, PRICES[kind], today) for kind in kinds) if row is not None]
    prices = [int(row.value) for row in rows]
    if not prices:
        return Costs(None, None)
    sources = tuple(dict.fromkeys((row.source, row.valid_from) for row in rows))
    return Costs(count * min(prices), count * max(prices), sources)


def _price(session: Session, name: str, today: date) -> ProgrammeSetting | None:
    """The price in force with its source; None when nobody has set one, or it was taken back with a 0."""
    rows = select(ProgrammeSetting).where(ProgrammeSetting.name == name, ProgrammeSetting.valid_from <= today)
    row = session.scalar(rows.order_by(ProgrammeSetting.valid_from.desc(), ProgrammeSetting.id.desc()).limit(1))
    return row if row is not None and row.value else None
