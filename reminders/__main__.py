"""The process of the clock: APScheduler looks every few seconds; on PostgreSQL only one of several machines does."""

from __future__ import annotations

import asyncio
import sys

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from logs import configure
from registry import texts, wording_follower
from registry.db import Database, connect
from registry.messaging import conversations
from reminders.app import create_app, tick
from reminders.leader import Leader
from settings import Settings

EVERY_S = 5
_log = structlog.get_logger(__name__)


class Clock:
    """Looks at what is due, one look at a time."""

    def __init__(self, database: Database) -> None:
        self._database, self._leader = database, Leader(database)

    async def look(self) -> None:
        """Called by the scheduler; whatever goes wrong, it is called again."""
        try:
            if await asyncio.to_thread(self._leader.leads):
                await asyncio.to_thread(tick, self._database)
        except Exception:
            _log.exception("tick_failed")  # the database was away: what is due waits

    def close(self) -> None:
        """Let another machine lead."""
        self._leader.close()


async def serve(settings: Settings) -> None:
    """Until told to stop."""
    texts.sentences()  # a broken file of words must stop the start, not a reminder
    conversations.use(settings.conversations)
    database = connect(settings.database, settings.data_key_bytes())
    wording_follower.follow(database)
    clock = Clock(database)
    scheduler = AsyncIOScheduler(timezone="Asia/Jakarta")
    scheduler.add_job(clock.look, "interval", seconds=EVERY_S, max_instances=1, coalesce=True)
    app = create_app(database, settings.secret)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=settings.reminders_port, log_config=None, access_log=False)
    )
    scheduler.start()
    try:
        await server.serve()
    finally:
        scheduler.shutdown(wait=False)
        clock.close()
        database.close()


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.from_env()
    configure(settings.log_level)
    asyncio.run(serve(settings))
    sys.exit(0)


if __name__ == "__main__":
    main()
