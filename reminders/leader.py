"""Which of several clocks looks: on PostgreSQL the one that holds an advisory lock, on SQLite the only one."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

from registry.db import Database

LOCK = 0x6B6177616C  # any number, the same on every machine


class Leader:
    """Holds one connection while it leads; when that breaks, another machine may lead."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: Connection | None = None

    def leads(self) -> bool:
        """Whether this process is to look now; asks again each time while it is not."""
        if self._engine.dialect.name != "postgresql":
            return True
        if self._connection is not None and self._still_holds(self._connection):
            return True
        self.close()
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar():
            self._connection = connection
            return True
        connection.close()
        return False

    @staticmethod
    def _still_holds(connection: Connection) -> bool:
        try:
            return connection.execute(text("SELECT 1")).scalar() == 1
        except Exception:
            return False  # the server went away and took the lock with it

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.invalidate()  # closes it for good: a pooled connection would keep the lock
            self._connection.close()
            self._connection = None
