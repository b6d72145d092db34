"""What the provider reports of messages that went out: in any order, late, twice, or instead of an answer.

A report finds its message by our own number in it (the tracker), else by the provider's name for any of its parts; of a
name only its keyed hash is kept. It settles what a broken connection left open, and takes a message back that failed
after it had been accepted.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry import sealing
from registry.messaging.leases import LEASE
from registry.models import OutboxMessage, OutboxPart

FORWARD = {"queued": 0, "sent": 1, "failed": 2, "delivered": 2, "read": 3}
_TRACKER = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,3}))?")


@dataclass(frozen=True)
class Report:
    """One report: of which message, and what became of it."""

    channel: str
    external_id: str
    state: str  # sent | delivered | read | failed
    tracker: str | None = None  # "17" or "17.0": the outbox id, and the part when it is not the last

    @property
    def index(self) -> str:
        """Under which the provider's name is kept."""
        return sealing.index("message", self.external_id)


@dataclass(frozen=True)
class _Found:
    row: OutboxMessage
    part: int | None  # None: the whole of it, or its last part


def tracker(row: OutboxMessage, number: int, parts: int) -> str:
    """What goes with part ``number`` (from 0) to the provider and comes back in its reports."""
    return str(row.id) if number == parts - 1 else f"{row.id}.{number}"


def apply(session: Session, reports: Sequence[Report], now: datetime) -> list[tuple[int, OutboxMessage]]:
    """Write down what was reported, in order.

    Returns those that failed after all, with the index of their report: leased to the caller, who says what follows.
    """
    find = _Finder(session, reports)
    failed: list[tuple[int, OutboxMessage]] = []
    for index, report in enumerate(reports):
        found = find(report)
        if found is None or report.state not in FORWARD:
            continue
        if report.state != "failed":
            _step_forward(session, found, report, now)
        elif _is_news(session, found.row, report):
            _take_back(found, report, now)
            failed.append((index, found.row))
    session.flush()
    return failed


def mark_delivery(session: Session, channel: str, external_id: str, state: str) -> None:
    """One report without a tracker; a state only steps forward."""
    failed = apply(session, [Report(channel, external_id, state)], datetime.now(UTC))
    for _, row in failed:
        row.status, row.delivery, row.lease_until, row.lease_token = "sent", "failed", None, None
    session.flush()


class _Finder:
    """Looks up all messages of many reports with three questions."""

    def __init__(self, session: Session, reports: Sequence[Report]) -> None:
        tracked = {int(given[1]) for report in reports if (given := _TRACKER.fullmatch(report.tracker or ""))}
        names = {report.index for report in reports if not _TRACKER.fullmatch(report.tracker or "")}
        parts = session.scalars(select(OutboxPart).where(OutboxPart.external_index.in_(names))) if names else ()
        self._parts = {part.external_index: part for part in parts}
        wanted = tracked | {part.outbox_id for part in self._parts.values()}
        self._by_id = {row.id: row for row in self._rows(session, OutboxMessage.id.in_(wanted))}
        self._by_name = {
            row.external_index: row for row in self._rows(session, OutboxMessage.external_index.in_(names))
        }

    @staticmethod
    def _rows(session: Session, which: ColumnElement[bool]) -> Iterable[OutboxMessage]:
        return session.scalars(select(OutboxMessage).where(which).order_by(OutboxMessage.id).with_for_update())

    def __call__(self, report: Report) -> _Found | None:
        given = _TRACKER.fullmatch(report.tracker or "")
        part = self._parts.get(report.index)
        if given:
            row, number = self._by_id.get(int(given[1])), int(given[2]) if given[2] else None
        elif part is not None:
            row, number = self._by_id.get(part.outbox_id), part.number
        else:
            row, number = self._by_name.get(report.index), None
        return _Found(row, number) if row is not None and row.channel == report.channel else None


def _step_forward(session: Session, found: _Found, report: Report, now: datetime) -> None:
    row = found.row
    if found.part is not None:
        _note_part(session, row, found.part, report.index, now)
    elif _settles(row, report):
        row.status, row.external_index, row.sent_at = "sent", report.index, row.sent_at or now
        row.lease_until = row.lease_token = row.last_error = None
        row.delivery = "sent"
    if row.status == "sent" and FORWARD[report.state] > FORWARD[row.delivery]:
        row.delivery = report.state


def _settles(row: OutboxMessage, report: Report) -> bool:
    """Whether this tells of a try whose end we have not seen; what is told of an earlier try is old news."""
    if row.status in ("unknown", "leased"):
        return report.index != row.external_index
    return report.state in ("delivered", "read") and (row.status == "dead" or (row.status == "queued" and _tried(row)))


def _tried(row: OutboxMessage) -> bool:
    return row.attempts > 0


def _note_part(session: Session, row: OutboxMessage, number: int, external_index: str, now: datetime) -> None:
    """A part is out although its answer was lost: the rest may follow at once."""
    if row.status != "unknown" or row.parts_sent > number:
        return
    session.merge(OutboxPart(outbox_id=row.id, number=number, external_index=external_index))
    row.parts_sent, row.status, row.due_at = number + 1, "queued", now


def _is_news(session: Session, row: OutboxMessage, report: Report) -> bool:
    """Whether this failure is of the try we think went well or whose end is unknown."""
    if row.delivery in ("delivered", "read"):
        return False
    if row.status in ("unknown", "leased"):
        return report.index != row.external_index
    if row.status != "sent" or row.delivery == "failed":
        return False
    return report.index == row.external_index or _is_part(session, row, report.index)


def _is_part(session: Session, row: OutboxMessage, external_index: str) -> bool:
    of_row = select(OutboxPart.number).where(
        OutboxPart.outbox_id == row.id, OutboxPart.external_index == external_index
    )
    return session.scalar(of_row) is not None


def _take_back(found: _Found, report: Report, now: datetime) -> None:
    row = found.row
    if found.part is not None and (row.status == "sent" or row.parts_sent > found.part + 1):
        row.doubts += 1  # the next try begins with this part, and she may read those after it twice
    row.status, row.delivery, row.sent_at = "leased", "queued", None
    row.lease_token, row.lease_until = secrets.token_hex(8), now + LEASE
    if found.part is None:
        row.external_index = report.index  # what is told of it from now on is old news
    else:
        row.parts_sent = min(row.parts_sent, found.part)
