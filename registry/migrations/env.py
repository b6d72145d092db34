"""Called by Alembic; online only."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Integer, Table, create_engine, event
from sqlalchemy.types import TypeDecorator

from registry import models


def plain_types(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our own column types are written as what they are in the file, so that a step never depends on today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if type(item).__name__ == "Moment" else "sa.LargeBinary()"
    return False


@event.listens_for(Table, "before_create")
def never_reuse_numbers(table: Table, _connection: Any, **_values: Any) -> None:
    """SQLite gives the number of an erased row to the next one: an old button would then mean another mother."""
    keys = list(table.primary_key.columns)
    is_numbered = len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys
    table.dialect_options["sqlite"]["autoincrement"] = is_numbered


def run() -> None:
    """Connect and walk the steps."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=models.Person.metadata,
                render_item=plain_types,
                render_as_batch=connection.dialect.name == "sqlite",
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


run()
