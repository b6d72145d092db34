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
from tests import factories
from tests.bot.fakes import outbox_rows
from tests.bot.sending_process import send_all
from tests.conftest import NOW
from tests.doubles.whatsapp_api import WhatsAppApi, serve_whatsapp_api

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@pytest.fixture
def api() -> Iterator[WhatsAppApi]:
    with serve_whatsapp_api() as double:
        yield double


def fill(database: Database, people: int, each: int) -> None:
    with database.write() as session:
        clock.stop_at(session, NOW)
        for person in range(people):
            mother = factories.contact(session, f"+62812000920{person:02}", last_wrote_at=NOW + 2 * LEASE)
            for number in range(each):
                messages.queue(session, mother, Draft(f"{number}"), kind="reply", priority=1, now=NOW)


def start(url: str, api: WhatsAppApi) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bot.sending_process", url, api.base_url]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def said(api: WhatsAppApi) -> list[tuple[str, str]]:
    return [(body["to"], body["text"]["body"]) for body in api.called("messages")]


def test_two_processes_send_each_message_once_and_in_order(
    database: Database, database_url: str, api: WhatsAppApi
) -> None:
    fill(database, people=12, each=5)
    for process in [start(database_url, api) for _ in range(2)]:
        assert process.wait(60) == 0
    texts = said(api)
    assert Counter(texts).most_common(1)[0][1] == 1
    assert len(texts) == 60
    for address in {to for to, _ in texts}:
        assert [text for to, text in texts if to == address] == ["0", "1", "2", "3", "4"]
    assert {row.status for row in outbox_rows(database)} == {"sent"}


def kill_while_sending(url: str, api: WhatsAppApi) -> None:
    """The double has the message, and its answer never arrives."""
    api.latency_s = 30.0
    process = start(url, api)
    end = time.monotonic() + 30
    while not api.called("messages") and time.monotonic() < end:
        time.sleep(0.02)
    process.kill()
    process.wait(10)
    api.latency_s = 0.0


async def go_on(database: Database, api: WhatsAppApi) -> None:
    """Another process, once the lease of the dead one has passed."""
    with database.write() as session:
        clock.stop_at(session, NOW + LEASE + timedelta(seconds=5))
    await send_all(database, api.base_url)


async def test_message_is_sent_again_and_counted_when_its_process_was_killed(
    sqlite_database: Database, api: WhatsAppApi
) -> None:
    fill(sqlite_database, people=1, each=2)
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(kill_while_sending, url, api)
    assert [row.status for row in outbox_rows(sqlite_database)] == ["leased", "queued"]
    await go_on(sqlite_database, api)
    assert [text for _, text in said(api)] == ["0", "0", "1"]
    assert [(row.status, row.doubts) for row in outbox_rows(sqlite_database)] == [("sent", 1), ("sent", 0)]


async def test_message_is_not_sent_again_when_a_report_tells_of_it(sqlite_database: Database, api: WhatsAppApi) -> None:
    fill(sqlite_database, people=1, each=2)
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    await asyncio.to_thread(kill_while_sending, url, api)
    row = outbox_rows(sqlite_database)[0]
    report = Inbound(
        "whatsapp", "w1:sent", "", NOW, InboundKind.STATUS, status="sent", status_of="w1", tracker=str(row.id)
    )
    store(sqlite_database, [report])
    await go_on(sqlite_database, api)
    assert [text for _, text in said(api)] == ["0", "1"]
    assert [row.doubts for row in outbox_rows(sqlite_database)] == [0, 0]
