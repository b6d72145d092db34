"""Called by Alembic; online only."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine
from sqlalchemy.types import TypeDecorator

from registry import models


def plain_types(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our own column types are written as what they are in the file, so that a step never depends on today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if type(item).__name__ == "Moment" else "sa.LargeBinary()"
    return False


def run() -> None:
    """Connect and walk the steps."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=models.Person.metadata,
            render_item=plain_types,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
