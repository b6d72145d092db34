"""Inbox and outbox: one transaction writes, one claim takes, nothing is lost in between.

Order holds within a contact; a row that a dead worker left leased is swept back. The inbox counts in wall
time (it retries machines), the outbox in the time of the service, which the simulator may stop.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Table,
    Update,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from registry import clock, programme
from registry.models import Contact, InboxMessage, OutboxMessage
from registry.rules import quiet

Kind = Literal["reply", "alert", "reminder", "confirmation", "broadcast", "staff"]
LEASE = timedelta(seconds=60)  # longer than every HTTP timeout of a turn or a send
DANGER, ANSWER, REMINDER, BROADCAST = 0, 1, 3, 5  # priorities, smaller first


# The statements of the hot path are built once: to build one costs more than to run it. States stand in them as
# literals and every look at other rows says "open", or the databases could not use the partial indexes.
_IN, _OUT = cast(Table, InboxMessage.__table__), cast(Table, OutboxMessage.__table__)


def _is(table: FromClause, *states: str) -> ColumnElement[bool]:
    said: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return table.c.status.in_(said) if len(said) > 1 else table.c.status == said[0]  # as the indexes spell it


def _unwanted() -> ColumnElement[bool]:
    """A reminder or broadcast to someone who said STOP."""
    stopped = exists().where(Contact.id == _OUT.c.contact_id, Contact.stopped_at.is_not(None))
    return and_(_OUT.c.priority >= REMINDER, _OUT.c.kind != "alert", stopped)


def _claim(table: Table, before: FromClause, waits: ColumnElement[bool], *also: ColumnElement[bool]) -> Update:
    """Lease the first due row of each contact; ``waits`` says which queued rows of hers may stand before it."""
    earlier = tuple_(before.c.priority, before.c.id) < tuple_(table.c.priority, table.c.id)
    blocked = exists().where(
        before.c.contact_id == table.c.contact_id,
        before.c.id != table.c.id,
        _is(before, "queued", "leased"),
        or_(_is(before, "leased"), and_(_is(before, "queued"), waits, earlier)),
    )
    overtakes = table.c.priority == DANGER if table is _IN else false()
    head = (
        select(table.c.id)
        .where(_is(table, "queued"), table.c.due_at <= bindparam("at"), table.c.priority <= bindparam("least"))
        .where(or_(overtakes, ~blocked), *also)
        .order_by(table.c.priority, table.c.due_at, table.c.id)
        .limit(bindparam("size"))
        .with_for_update(skip_locked=True)
    )
    leased = {"status": "leased", "attempts": table.c.attempts + 1, "lease_until": bindparam("lease")}
    return update(table).where(table.c.id.in_(head)).values(leased)


def _claim_inbox() -> Executable:
    return _claim(_IN, _IN.alias("before"), true()).returning(_IN.c.id)


def _claim_outbox() -> Executable:
    before = _OUT.alias("before")
    # What was tried before and waits for its next try keeps its place; what is only planned for later does not block.
    waits = or_(before.c.due_at <= bindparam("at"), before.c.attempts > 0)
    claim = _claim(_OUT, before, waits, ~_unwanted())
    return claim.values(lease_token=bindparam("token")).returning(_OUT.c.id)


def _sweep(table: Table, **given_back: Any) -> Executable:
    overdue = update(table).where(
        _is(table, "queued", "leased"), _is(table, "leased"), table.c.lease_until < bindparam("at")
    )
    return overdue.values(status="queued", **given_back).returning(table.c.id)


@cache
def _settlement(names: tuple[str, ...]) -> Executable:
    owned = (_OUT.c.id == bindparam("row"), _OUT.c.lease_token == bindparam("mine"), _is(_OUT, "leased"))
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(_OUT).where(*owned).values(lease_until=None, lease_token=None, **new)


def _taken(model: type[InboxMessage | OutboxMessage], *order: Any) -> Any:
    rows = select(model).where(model.id.in_(bindparam("taken", expanding=True)))
    return rows.options(joinedload(model.contact)).order_by(*order).execution_options(populate_existing=True)


_CLAIM_INBOX, _CLAIM_OUTBOX = _claim_inbox(), _claim_outbox()
_TAKEN_INBOX = _taken(InboxMessage, InboxMessage.priority, InboxMessage.id)
_TAKEN_OUTBOX = _taken(OutboxMessage, OutboxMessage.priority, OutboxMessage.due_at, OutboxMessage.id)
_SWEEP_INBOX, _SWEEP_OUTBOX = _sweep(_IN), _sweep(_OUT, lease_token=None)
_DROP_OUTBOX = update(_OUT).where(_is(_OUT, "queued"), _unwanted()).values(status="cancelled").returning(_OUT.c.id)


@dataclass(frozen=True)
class Draft:
    """What is to be said, before it knows to whom: text, and what may stand under it."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()  # (title, payload)
    rows: tuple[tuple[str, str, str], ...] = ()  # (title, description, payload)
    image: str | None = None
    ask_contact: bool = False
    template: str | None = None  # name of the approved template, for the time outside the 24-hour window

    def extras(self) -> dict[str, Any] | None:
        """Everything but the text, as the outbox keeps it."""
        pairs = {"buttons": self.buttons, "rows": self.rows, "image": self.image, "ask_contact": self.ask_contact}
        return {name: value for name, value in pairs.items() if value} or None


def receive(
    session: Session, contact: Contact, *, external_id: str, content: dict[str, Any], priority: int,
    now: datetime, wall: datetime,
) -> InboxMessage | None:  # fmt: skip
    """Store what came in; None when this external id was stored before (a redelivery)."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(InboxMessage).values(
        channel=contact.channel,
        external_id=external_id,
        contact_id=contact.id,
        content=content,
        priority=priority,
        received_at=now,
        due_at=wall,
    )
    new_id = session.execute(row.on_conflict_do_nothing().returning(InboxMessage.id)).scalar()
    return None if new_id is None else session.get_one(InboxMessage, new_id)


def is_first(session: Session, message: InboxMessage) -> bool:
    """Whether this contact had never written before this message."""
    earlier = exists().where(InboxMessage.contact_id == message.contact_id, InboxMessage.id < message.id)
    return not session.scalar(select(earlier))


def claim_inbox(session: Session, wall: datetime, limit: int = 20) -> list[InboxMessage]:
    """Take due messages: per contact only the oldest, but a danger sign overtakes whatever waits or runs."""
    session.flush()
    given = {"at": wall, "least": BROADCAST, "size": limit, "lease": wall + LEASE}
    taken = session.scalars(_CLAIM_INBOX, given).all()
    return list(session.scalars(_TAKEN_INBOX, {"taken": taken})) if taken else []


def finish(session: Session, message_id: int, trace: dict[str, Any]) -> None:
    """The message has been answered."""
    _change(session, message_id, status="done", lease_until=None, trace=trace)


def postpone(session: Session, message_id: int, until: datetime, trace: dict[str, Any]) -> None:
    """The message cannot be understood now; it keeps its place and is tried again at ``until`` (wall time)."""
    _change(session, message_id, status="queued", lease_until=None, due_at=until, trace=trace)


def _change(session: Session, message_id: int, **values: Any) -> None:
    message = session.get(InboxMessage, message_id)
    if message is None:
        return  # erased meanwhile
    for name, value in values.items():
        setattr(message, name, value)
    session.flush()


def queue(
    session: Session, contact: Contact, draft: Draft, *, kind: Kind, priority: int, now: datetime,
    key: str | None = None, inbox_id: int | None = None, due_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Put a message to a contact into the outbox; False when the same ``key`` is there already."""
    due = due_at or now
    if priority >= REMINDER and kind != "alert" and contact.stopped_at is not None:
        return False  # she said STOP: answers, staff and emergencies only
    if priority >= REMINDER:
        due = quiet.next_allowed(due, _quiet_hours(session, now))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(OutboxMessage).values(
        contact_id=contact.id,
        channel=contact.channel,
        kind=kind,
        priority=priority,
        key=key,
        text=draft.text,
        extras=draft.extras(),
        template=draft.template,
        inbox_id=inbox_id,
        due_at=due,
        created_at=now,
    )
    return session.execute(row.on_conflict_do_nothing().returning(OutboxMessage.id)).scalar() is not None


def claim_outbox(session: Session, now: datetime, limit: int = 20) -> list[OutboxMessage]:
    """Take due messages by priority; per contact one at a time, so that they arrive in their order.

    In the quiet hours only what answers somebody or is an emergency is taken, whatever was planned; and nothing that
    its reader has stopped since it was queued.
    """
    least = REMINDER - 1 if quiet.is_quiet(now, _quiet_hours(session, now)) else BROADCAST
    session.flush()
    given = {"at": now, "least": least, "size": limit, "lease": now + LEASE, "token": secrets.token_hex(8)}
    taken = session.scalars(_CLAIM_OUTBOX, given).all()
    return list(session.scalars(_TAKEN_OUTBOX, {"taken": taken})) if taken else []


def _quiet_hours(session: Session, now: datetime) -> tuple[str, str]:
    start, end = programme.value(session, "quiet_hours", clock.today(now))
    return start, end


def mark_sent(session: Session, row: OutboxMessage, external_ids: Sequence[str], now: datetime) -> None:
    """The provider took it. Ignored when the lease has passed to another worker."""
    _settle(
        session,
        row,
        status="sent",
        delivery="sent",
        sent_at=now,
        external_id=",".join(external_ids) or None,
        used_template=row.used_template,
    )


def mark_retry(session: Session, row: OutboxMessage, error: str, due_at: datetime) -> None:
    """Try again at ``due_at``."""
    _settle(session, row, status="queued", last_error=error, due_at=due_at)


def mark_dead(session: Session, row: OutboxMessage, error: str) -> None:
    """No further try; the row stays to be looked at."""
    _settle(session, row, status="dead", delivery="failed", last_error=error)


def _settle(session: Session, row: OutboxMessage, **values: Any) -> None:
    session.flush()
    given = {"row": row.id, "mine": row.lease_token, **{f"new_{name}": value for name, value in values.items()}}
    session.execute(_settlement(tuple(values)), given)
    _reread(session, OutboxMessage, [row.id])


FORWARD = {"queued": 0, "sent": 1, "failed": 2, "delivered": 2, "read": 3}


def mark_delivery(session: Session, channel: str, external_id: str, state: str) -> None:
    """A status report of the provider; they come in any order, a state only steps forward."""
    row = session.scalar(
        select(OutboxMessage).where(OutboxMessage.channel == channel, OutboxMessage.external_id == external_id)
    )
    if row is not None and FORWARD.get(state, -1) > FORWARD[row.delivery]:
        row.delivery = state


def sweep_inbox(session: Session, wall: datetime) -> int:
    """Give back what a dead worker left half understood; returns how many rows."""
    session.flush()
    back = session.scalars(_SWEEP_INBOX, {"at": wall}).all()
    _reread(session, InboxMessage, back)
    return len(back)


def sweep_outbox(session: Session, now: datetime) -> int:
    """Give back what a dead worker left half sent, returns how many rows; and drop what its reader has stopped."""
    session.flush()
    dropped = session.scalars(_DROP_OUTBOX).all()
    back = session.scalars(_SWEEP_OUTBOX, {"at": now}).all()
    _reread(session, OutboxMessage, [*dropped, *back])
    return len(back)


def _reread(session: Session, model: type[InboxMessage | OutboxMessage], ids: Sequence[int]) -> None:
    """What this session holds of these rows is out of date."""
    for number in ids:
        held = session.identity_map.get(session.identity_key(model, number))
        if held is not None:
            session.refresh(held)


def next_due(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The next moment in (after, until] at which something queued falls due."""
    return session.scalar(
        select(OutboxMessage.due_at)
        .where(OutboxMessage.status == "queued", OutboxMessage.due_at > after, OutboxMessage.due_at <= until)
        .order_by(OutboxMessage.due_at)
        .limit(1)
    )
