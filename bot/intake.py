"""Keeps what a channel brought: one transaction a post, whatever it holds, a thousand messages as well as one.

How urgent a message is, its words tell, and reading a thousand long ones takes seconds: a large post is stored unread
and the provider has its answer; the inbox reads it before it takes anything of it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot import settling, turn
from bot.channel import Inbound, InboundKind, Rejected
from registry import clock
from registry.db import Database
from registry.messaging import deliveries, messages
from registry.messaging.messages import Received
from registry.models import Contact
from registry.persons import addresses
from registry.persons.addresses import Names

MANY = 20  # messages in a post
READ_AT_ONCE = 5000  # characters of a post that are read before the answer: a few milliseconds
PORTION = 20  # messages that are read before what is urgent among them may go
_log = structlog.get_logger(__name__)


def store(database: Database, inbounds: Sequence[Inbound]) -> list[int]:
    """Keep everything that is new; returns the ids of the messages. What was delivered before changes nothing."""
    fresh = _unknown(database, inbounds)
    ranked = _rank(fresh)
    with database.write() as session:
        post = _Post(session, clock.now(session), datetime.now(UTC))
        post.recall([inbound for inbound in fresh if inbound.has_content])
        for inbound, priority in zip(fresh, ranked, strict=True):
            post.take(inbound, priority)
        return post.finish()


def read_waiting(database: Database) -> bool:
    """Find out how urgent the oldest unread messages are; False when none is left."""
    with database.read() as session:
        rows = messages.unread(session, PORTION)
    if not rows:
        return False
    ranked = {row.id: _urgency(row.content, asked=row.contact.open_question is not None) for row in rows}
    with database.write() as session:
        messages.rank(session, ranked)
    return True


def _rank(inbounds: Sequence[Inbound]) -> list[int]:
    """How urgent each is; those with words are left unread when all their words together are too many."""
    is_large = sum(map(_size, inbounds)) > READ_AT_ONCE
    return [messages.UNREAD if is_large and _size(inbound) else _urgency(content_of(inbound)) for inbound in inbounds]


def _size(inbound: Inbound) -> int:
    """How many characters there are to read."""
    caption = inbound.media.caption if inbound.media else None
    return len(inbound.text or caption or "")


def _urgency(content: dict[str, Any], *, asked: bool = False) -> int:
    try:
        return turn.priority_of(content, asked=asked)
    except Exception:
        _log.exception("message_not_ranked")  # a fault of ours in it: rather too early than lost with its whole post
        return messages.DANGER


def _unknown(database: Database, inbounds: Sequence[Inbound]) -> list[Inbound]:
    """Without the messages that are stored already: a redelivery costs no reading of its words."""
    names = [inbound.external_id for inbound in inbounds if inbound.has_content]
    if len(names) < MANY:
        return list(inbounds)  # to store them in vain costs less than to ask
    with database.read() as session:
        known = messages.known(session, inbounds[0].channel, names)
    return [inbound for inbound in inbounds if not (inbound.has_content and inbound.external_id in known)]


def _names(inbound: Inbound) -> Names:
    return (inbound.sender, inbound.other_address, inbound.phone)


def content_of(inbound: Inbound) -> dict[str, Any]:
    """What the inbox keeps of a message."""
    content = {
        "kind": inbound.kind.value,
        "text": inbound.text,
        "button": inbound.button,
        "media": vars(inbound.media) if inbound.media else None,
        "edited": inbound.edited,
    }
    return {name: value for name, value in content.items() if value}


@dataclass
class _Post:
    """One post on its way into the database."""

    session: Session
    now: datetime
    wall: datetime
    rows: list[Received] = field(default_factory=list)
    reports: list[Inbound] = field(default_factory=list)
    writers: dict[Names, Contact] = field(default_factory=dict)

    def recall(self, inbounds: list[Inbound]) -> None:
        """Look up at once whom we know, when many have written."""
        names = {_names(inbound) for inbound in inbounds}
        if len(names) >= MANY:
            self.writers |= addresses.recall(self.session, inbounds[0].channel, names)

    def take(self, inbound: Inbound, priority: int) -> None:
        """Sort one thing that happened into what it changes."""
        match inbound.kind:
            case InboundKind.STATUS:
                self.reports.append(inbound)
            case InboundKind.MOVED:
                self.writers.clear()
                new = inbound.other_address or ""
                addresses.move(self.session, inbound.channel, inbound.sender, new, inbound.phone, self.now)
            case InboundKind.BLOCKED | InboundKind.UNBLOCKED:
                self._writer(inbound).blocked = inbound.kind is InboundKind.BLOCKED
            case _:
                self._take_message(inbound, priority)

    def _take_message(self, inbound: Inbound, priority: int) -> None:
        contact, content = self._writer(inbound), content_of(inbound)
        if priority not in (messages.DANGER, messages.UNREAD) and contact.open_question is not None:
            priority = _urgency(content, asked=True)
        self.rows.append(Received(contact, inbound.external_id, content, priority))

    def _writer(self, inbound: Inbound) -> Contact:
        name = _names(inbound)
        if name not in self.writers:
            self.writers[name] = addresses.keep(self.session, inbound.channel, *name, self.now)
        return self.writers[name]

    def finish(self) -> list[int]:
        """Write it down; the ids of the new messages."""
        new = messages.receive_all(self.session, self.rows, now=self.now, wall=self.wall)
        for row in self.rows:
            if row.external_id in new:
                row.contact.blocked, row.contact.last_wrote_at = False, self.now
        self._report()
        return sorted(new.values())

    def _report(self) -> None:
        if not self.reports:
            return
        told = [
            deliveries.Report(report.channel, report.status_of or "", report.status or "", report.tracker)
            for report in self.reports
        ]
        for index, row in deliveries.apply(self.session, told, self.now):
            failure = self.reports[index].failure or Rejected(self.reports[index].error or "no_code")
            settling.fail(self.session, row, failure, self.now, is_reported=True)
