"""How rows of a queue are leased and given back: the statements that inbox and outbox share, and their few words.

The statements of the hot path are built once: to build one costs more than to run it. States stand in them as literals
and every look at other rows says which states it means, or the databases could not use the partial indexes.
"""

from __future__ import annotations

from datetime import timedelta
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
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, joinedload

from registry.models import Contact, InboxMessage, OutboxMessage

Kind = Literal["reply", "alert", "reminder", "confirmation", "broadcast", "staff"]
LEASE = timedelta(seconds=60)  # longer than every HTTP timeout of a turn or a send
DANGER, ANSWER, REMINDER, BROADCAST = 0, 1, 3, 5  # priorities, smaller first
UNREAD = -1  # came in a post too large to be read before the provider had its answer
IN, OUT = cast(Table, InboxMessage.__table__), cast(Table, OutboxMessage.__table__)


def is_in(table: FromClause, *states: str) -> ColumnElement[bool]:
    """Whether a row is in one of these states, spelt as the partial indexes spell it."""
    said: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return table.c.status.in_(said) if len(said) > 1 else table.c.status == said[0]


def is_unwanted() -> ColumnElement[bool]:
    """A reminder or broadcast to someone who said STOP or who has blocked us."""
    refuses = exists().where(Contact.id == OUT.c.contact_id, or_(Contact.stopped_at.is_not(None), Contact.blocked))
    return and_(OUT.c.priority >= REMINDER, OUT.c.kind != "alert", refuses)


def claim(table: Table, open_states: tuple[str, ...], stands_before: ColumnElement[bool], *also: Any) -> Update:
    """Lease the first due row of each contact, and every row that overtakes.

    ``stands_before`` says of an open row of the same contact (alias ``before``) that nothing may pass it.
    """
    before = earlier_rows(table)
    blocked = exists().where(
        before.c.contact_id == table.c.contact_id,
        before.c.id != table.c.id,
        is_in(before, *open_states),
        or_(is_in(before, "leased"), stands_before),
    )
    overtakes = [table.c.priority == DANGER] if table is IN else []
    head = (
        select(table.c.id)
        .where(is_in(table, "queued"), table.c.due_at <= bindparam("at"), table.c.priority <= bindparam("least"))
        .where(or_(*overtakes, ~blocked), *also)
        .order_by(table.c.priority, table.c.due_at, table.c.id)
        .limit(bindparam("size"))
        .with_for_update(skip_locked=True)
        # Looked for once: as a plain subquery PostgreSQL may run it again for each row, and lease more than ``size``.
        .cte("head")
        .prefix_with("MATERIALIZED")
    )
    leased = {"status": "leased", "attempts": table.c.attempts + 1, "lease_until": bindparam("lease")}
    return update(table).where(table.c.id.in_(select(head.c.id))).values(leased)


def earlier_rows(table: Table) -> FromClause:
    """The same table, looked at for other rows of a contact."""
    return _BEFORE[table.name]


_BEFORE: dict[str, FromClause] = {table.name: table.alias("before") for table in (IN, OUT)}


def is_earlier(table: Table) -> ColumnElement[bool]:
    """Whether a row ``before`` comes first by urgency, then by age."""
    before = earlier_rows(table)
    return tuple_(before.c.priority, before.c.id) < tuple_(table.c.priority, table.c.id)


def taken(model: type[InboxMessage | OutboxMessage], *order: Any) -> Any:
    """The claimed rows with their contacts."""
    rows = select(model).where(model.id.in_(bindparam("taken", expanding=True)))
    return rows.options(joinedload(model.contact)).order_by(*order).execution_options(populate_existing=True)


def sweep(table: Table, *which: ColumnElement[bool], **given_back: Any) -> Executable:
    """Give back what a dead worker left leased."""
    overdue = update(table).where(is_in(table, "leased"), table.c.lease_until < bindparam("at"), *which)
    return overdue.values(status="queued", lease_until=None, **given_back).returning(table.c.id)


def reread(session: Session, model: type[InboxMessage | OutboxMessage], ids: Any) -> None:
    """What this session holds of these rows is out of date."""
    held = [number for number in ids if session.identity_key(model, number) in session.identity_map]
    if held:
        rows = select(model).where(model.id.in_(held)).execution_options(populate_existing=True)
        session.scalars(rows).all()
