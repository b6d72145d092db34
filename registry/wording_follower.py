"""Keeps a process saying what offices have decided: looks at a version every few seconds, reads only what is new."""

from __future__ import annotations

import threading
from datetime import date

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock, texts, wordings
from registry.db import Database
from registry.models import Signature, Wording

EVERY_S = 20.0
_log = structlog.get_logger(__name__)
_Version = tuple[int, int, date]


def _version(session: Session) -> _Version:
    """Changes whenever something else is to be said: rows are only added, and a new day may be somebody's first."""
    last = select(
        select(func.coalesce(func.max(Wording.id), 0)).scalar_subquery(),
        select(func.coalesce(func.max(Signature.id), 0)).scalar_subquery(),
    )
    wording, signature = session.execute(last).one()
    return wording, signature, clock.today(clock.now(session))


class Follower:
    """Keeps this process saying what offices have decided; looks every few seconds in a thread of its own."""

    def __init__(self, database: Database, every_s: float = EVERY_S) -> None:
        self._database, self._every_s = database, every_s
        self._seen: _Version | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wordings", daemon=True)

    def look(self) -> bool:
        """Read what has changed; False when nothing has."""
        with self._database.read() as session:
            version = _version(session)
            if version == self._seen:
                return False
            texts.use(wordings.read(session, version[2]))
        self._seen = version
        return True

    def start(self) -> Follower:
        """Look now, and from now on."""
        self._look_safely()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Look no more."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._every_s):
            self._look_safely()

    def _look_safely(self) -> None:
        """The database may be away for a while: then what was said is said on."""
        try:
            self.look()
        except Exception:
            _log.exception("wordings_not_read")


def follow(database: Database) -> Follower:
    """Say in this process what offices decide, within half a minute."""
    return Follower(database).start()
