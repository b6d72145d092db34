"""Keeps what a channel brought: one transaction a post, whatever it holds, a thousand messages as well as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import settling, turn
from bot.channel import Inbound, InboundKind, Rejected
from registry import clock
from registry.db import Database
from registry.messaging import deliveries, messages
from registry.messaging.messages import Received
from registry.models import Contact
from registry.persons import addresses

MANY = 20  # messages in a post


def store(database: Database, inbounds: Sequence[Inbound]) -> list[int]:
    """Keep everything that is new; returns the ids of the messages. What was delivered before changes nothing."""
    fresh = _unknown(database, inbounds)
    ranked = [turn.priority_of(content_of(inbound)) if inbound.has_content else 0 for inbound in fresh]
    with database.write() as session:
        post = _Post(session, clock.now(session), datetime.now(UTC))
        for inbound, priority in zip(fresh, ranked, strict=True):
            post.take(inbound, priority)
        return post.finish()


def _unknown(database: Database, inbounds: Sequence[Inbound]) -> list[Inbound]:
    """Without the messages that are stored already: a redelivery costs no reading of its words."""
    names = [inbound.external_id for inbound in inbounds if inbound.has_content]
    if len(names) < MANY:
        return list(inbounds)  # to store them in vain costs less than to ask
    with database.read() as session:
        known = messages.known(session, inbounds[0].channel, names)
    return [inbound for inbound in inbounds if not (inbound.has_content and inbound.external_id in known)]


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
    writers: dict[tuple[str, str | None, str | None], Contact] = field(default_factory=dict)

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
        if priority != messages.DANGER and contact.open_question is not None:
            priority = turn.priority_of(content, asked=True)
        self.rows.append(Received(contact, inbound.external_id, content, priority))

    def _writer(self, inbound: Inbound) -> Contact:
        name = (inbound.sender, inbound.other_address, inbound.phone)
        if name not in self.writers:
            self.writers[name] = addresses.keep(
                self.session, inbound.channel, inbound.sender, inbound.other_address, inbound.phone, self.now
            )
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
