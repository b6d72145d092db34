"""The database goes and comes back while everything runs: a real PostgreSQL whose connections are cut and refused.

The provider posts again what was not answered with 200; nothing else brings a message a second time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, update

from bot.inbox import Inbox
from bot.outbox import Outbox
from registry.db import Database, connect
from registry.messaging import messages
from registry.models import InboxMessage, OutboxMessage
from tests.bot.fakes import FakeRasa, inbox_rows, outbox_rows
from tests.conftest import KEY, PostgresBackend
from tests.doubles.wire import Fault
from tests.faults.lines import Line
from tests.faults.posts_in import POSTERS, served

pytestmark = pytest.mark.anyio
MOTHERS, MESSAGES = 4, 12
AN_HOUR = timedelta(hours=1)


class Server:
    """What an administrator or an accident does to a database."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self._name = address.database or ""
        others = address.set(drivername="postgresql", database="postgres")
        self._address = others.render_as_string(hide_password=False)

    def cut(self) -> None:
        """End every connection; new ones are let in."""
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        self._run(sql.SQL(ended).format(sql.Literal(self._name)))

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody is let in, and who was in is out."""
        self._allow(yes=False)
        self.cut()
        try:
            yield
        finally:
            self._allow(yes=True)

    def _allow(self, *, yes: bool) -> None:
        words = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
        self._run(words.format(sql.Identifier(self._name), sql.Literal(yes)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture
def database(postgres: PostgresBackend) -> Iterator[Database]:
    """One on the real server."""
    url = postgres.copy()
    opened = connect(url, KEY)
    yield opened
    opened.close()
    postgres.drop(url)


@pytest.fixture
def server(database: Database) -> Server:
    """Its administrator."""
    return Server(database.engine.url.render_as_string(hide_password=False))


class Shop:
    """Webhook, inbox and outbox at work, and a provider that posts until it is believed."""

    def __init__(self, database: Database, line: Line, address: str) -> None:
        self.database, self.line, self.rasa = database, line, FakeRasa()
        self.outbox = Outbox(database, lambda _: line.channel)
        self.inbox = Inbox(database, self.rasa, self.outbox.wake.set)
        alone = httpx.Limits(max_keepalive_connections=0)  # after a 500 the server hangs up
        self.client = httpx.AsyncClient(timeout=30, base_url=address, limits=alone)
        self.answers: Counter[int] = Counter()

    async def post(self, number: int) -> int:
        """One message, once."""
        poster = POSTERS[self.line.name]
        posted = poster.sealed(poster.text(f"pesan {number}", number, number % MOTHERS))
        answer = await self.client.post(poster.path, content=posted.body, headers=posted.headers)
        self.answers[answer.status_code] += 1
        return answer.status_code

    async def post_until_believed(self, number: int) -> None:
        """As every provider does."""
        while await self.post(number) != 200:
            await asyncio.sleep(0.1)

    async def finish(self) -> None:
        """Until everything is answered and sent, whatever leases the accident has left."""
        async with asyncio.timeout(60):
            while True:
                self._let_time_pass()
                await self.inbox.drain()
                await self.outbox.drain()
                done = [row.status == "done" for row in inbox_rows(self.database)]
                if len(done) == MESSAGES and all(done) and all(r.status == "sent" for r in outbox_rows(self.database)):
                    return

    def _let_time_pass(self) -> None:
        """Leases end and pauses are over."""
        past = datetime.now(UTC) - AN_HOUR
        with self.database.write() as session:
            for table in (InboxMessage, OutboxMessage):
                session.execute(update(table).where(table.status == "leased").values(lease_until=past))
                session.execute(update(table).where(table.status.in_(("queued", "unknown"))).values(due_at=past))
            messages.sweep_inbox(session, datetime.now(UTC))
            messages.sweep_outbox(session, datetime.now(UTC))

    def check(self) -> None:
        """Every message was understood and answered once; what she got twice is counted."""
        assert len(inbox_rows(self.database)) == MESSAGES
        answered = [row for row in outbox_rows(self.database) if row.text.startswith("jawaban: ")]
        assert sorted(row.text for row in answered) == sorted(f"jawaban: pesan {n}" for n in range(MESSAGES))
        for row in answered:
            assert 1 <= self.line.times(row.text) <= 1 + row.doubts
        asked = [f"jawaban: {row.content['text']}" for row in inbox_rows(self.database)]
        for mother in {to for to, _ in self.line.delivered}:  # each is answered in the order in which she was heard
            said = [words for to, words in self.line.delivered if to == mother and words in asked]
            assert list(dict.fromkeys(said)) == [words for words in asked if words in said]


@asynccontextmanager
async def at_work(shop: Shop) -> AsyncIterator[None]:
    """Its workers, as in the bot's process."""
    workers = [asyncio.ensure_future(work()) for work in (shop.inbox.run, shop.outbox.run)]
    try:
        yield
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


@pytest.fixture
async def shop(database: Database, line: Line) -> AsyncIterator[Shop]:
    """With a provider in turn."""
    with served(database, line) as address:
        opened = Shop(database, line, address)
        yield opened
        await opened.client.aclose()


async def test_post_that_cannot_be_stored_is_not_answered_with_200(shop: Shop, server: Server) -> None:
    with server.away():
        assert [await shop.post(number) for number in range(3)] == [500] * 3
    assert await shop.post(0) == 200
    assert len(inbox_rows(shop.database)) == 1


async def test_nothing_is_lost_when_connections_are_cut_again_and_again(shop: Shop, server: Server) -> None:
    async with at_work(shop):
        for number in range(MESSAGES):
            await shop.post_until_believed(number)
            if number % 5 == 4:
                await asyncio.to_thread(server.cut)
    await shop.finish()
    shop.check()


async def test_nothing_is_lost_when_the_database_is_away_for_a_while(shop: Shop, server: Server) -> None:
    async with at_work(shop):
        for number in range(4):
            await shop.post_until_believed(number)
        with server.away():
            others = asyncio.gather(*(shop.post_until_believed(number) for number in range(4, MESSAGES)))
            while shop.answers[500] < 8:
                await asyncio.sleep(0.05)
        await others
    await shop.finish()
    shop.check()


async def test_alarm_is_handled_as_soon_as_the_database_is_back(shop: Shop, server: Server) -> None:
    """Not only when the lease of whoever had it in hand is over, a minute later."""
    shop.rasa.hold = asyncio.Event()
    await shop.post_until_believed(0)
    async with at_work(shop):
        while not shop.rasa.asked:
            await asyncio.sleep(0.01)
        with server.away():
            shop.rasa.hold.set()
            await asyncio.sleep(1.5)
        async with asyncio.timeout(20):
            while [row.status for row in inbox_rows(shop.database)] != ["done"]:
                await asyncio.sleep(0.1)


async def test_what_went_out_while_the_database_was_away_is_written_down_and_not_sent_again(
    shop: Shop, server: Server
) -> None:
    await shop.post_until_believed(0)
    await shop.inbox.drain()
    queued = len(outbox_rows(shop.database))
    shop.line.fail(Fault(delay_s=0.2))
    async with at_work(shop):
        while not shop.line.delivered:
            await asyncio.sleep(0.005)
        with server.away():
            await asyncio.sleep(1.0)
        async with asyncio.timeout(20):
            while [row.status for row in outbox_rows(shop.database)] != ["sent"] * queued:
                await asyncio.sleep(0.1)
    assert set(Counter(shop.line.delivered).values()) == {1}
    assert {row.doubts for row in outbox_rows(shop.database)} == {0}
