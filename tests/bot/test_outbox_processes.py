"""Real processes on one outbox: two at once, and one that is killed between sending and writing it down."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channel import Inbound, InboundKind
from bot.intake import store
from registry import clock
from registry.db import Database
from registry.messaging import messages
from registry.messaging.messages import LEASE, Draft
from registry.persons import people as persons
from tests.bot.fakes import outbox_rows
from tests.bot.sending_process import send_all
from tests.conftest import NOW
from tests.doubles.telegram_api import TelegramApi, serve_telegram_api
from tests.doubles.whatsapp_api import WhatsAppApi, serve_whatsapp_api
from tests.doubles.wire import Fault

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


class Provider:
    """Either double, as this test needs it."""

    def __init__(self, double: WhatsAppApi | TelegramApi) -> None:
        self._double = double
        self.channel = "whatsapp" if isinstance(double, WhatsAppApi) else "telegram"
        self.base_url = double.base_url

    def answer_late(self, seconds: float) -> None:
        """To the next message, which has arrived all the same."""
        self._double.fail("messages" if self.channel == "whatsapp" else "sendMessage", Fault(delay_s=seconds))

    @property
    def said(self) -> list[tuple[str, str]]:
        """What arrived, to whom."""
        return self._double.delivered

    def address(self, person: int) -> str:
        """Where somebody is written to."""
        return f"+62812000920{person:02}" if self.channel == "whatsapp" else f"7000920{person:02}"


@pytest.fixture(params=[serve_whatsapp_api, serve_telegram_api], ids=["whatsapp", "telegram"])
def api(request: pytest.FixtureRequest) -> Iterator[Provider]:
    """Each provider in turn."""
    with request.param() as double:
        yield Provider(double)


@pytest.fixture
def whatsapp() -> Iterator[Provider]:
    """The one that reports."""
    with serve_whatsapp_api() as double:
        yield Provider(double)


def fill(database: Database, api: Provider, people: int, each: int) -> None:
    with database.write() as session:
        clock.stop_at(session, NOW)
        for person in range(people):
            mother = persons.keep_contact(session, api.channel, api.address(person), None, NOW)
            mother.last_wrote_at = NOW + 2 * LEASE
            for number in range(each):
                messages.queue(session, mother, Draft(f"{number}"), kind="reply", priority=1, now=NOW)


def start(url: str, api: Provider) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bot.sending_process", url, api.base_url, api.channel]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_two_processes_send_each_message_once_and_in_order(
    database: Database, database_url: str, api: Provider
) -> None:
    fill(database, api, people=12, each=5)
    for process in [start(database_url, api) for _ in range(2)]:
        assert process.wait(60) == 0
    texts = api.said
    assert Counter(texts).most_common(1)[0][1] == 1
    assert len(texts) == 60
    for address in {to for to, _ in texts}:
        assert [text for to, text in texts if to == address] == ["0", "1", "2", "3", "4"]
    assert {row.status for row in outbox_rows(database)} == {"sent"}


def kill_while_sending(url: str, api: Provider) -> None:
    """The double has the message, and its answer never arrives."""
    api.answer_late(30.0)
    process = start(url, api)
    end = time.monotonic() + 30
    while not api.said and time.monotonic() < end:
        time.sleep(0.02)
    process.kill()
    process.wait(10)


async def go_on(database: Database, api: Provider) -> None:
    """Another process, once the lease of the dead one has passed."""
    with database.write() as session:
        clock.stop_at(session, NOW + LEASE + timedelta(seconds=5))
    await send_all(database, api.base_url, api.channel)


async def test_message_is_sent_again_and_counted_when_its_process_was_killed(
    sqlite_database: Database, api: Provider
) -> None:
    fill(sqlite_database, api, people=1, each=2)
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(kill_while_sending, url, api)
    assert [row.status for row in outbox_rows(sqlite_database)] == ["leased", "queued"]
    await go_on(sqlite_database, api)
    assert [text for _, text in api.said] == ["0", "0", "1"]
    assert [(row.status, row.doubts) for row in outbox_rows(sqlite_database)] == [("sent", 1), ("sent", 0)]


async def test_message_is_not_sent_again_when_a_report_tells_of_it(
    sqlite_database: Database, whatsapp: Provider
) -> None:
    fill(sqlite_database, whatsapp, people=1, each=2)
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(kill_while_sending, url, whatsapp)
    row = outbox_rows(sqlite_database)[0]
    report = Inbound(
        "whatsapp", "w1:sent", "", NOW, InboundKind.STATUS, status="sent", status_of="w1", tracker=str(row.id)
    )
    store(sqlite_database, [report])
    await go_on(sqlite_database, whatsapp)
    assert [text for _, text in whatsapp.said] == ["0", "1"]
    assert [row.doubts for row in outbox_rows(sqlite_database)] == [0, 0]
