"""What may happen on the way to either provider: nobody there, ill for hours, a token lost, a storm of everything."""

from __future__ import annotations

import random
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channel import Channel
from bot.retries import TRIES
from bot.telegram import TelegramChannel, make_bot
from bot.whatsapp import WhatsAppChannel, make_client
from registry import sealing
from registry.db import Database
from registry.messaging import messages, senders
from tests import factories
from tests.bot.conftest import TELEGRAM_SECRET
from tests.conftest import NOW
from tests.doubles import telegram_api, whatsapp_api
from tests.doubles.telegram_api import BLOCKED, CHAT_NOT_FOUND, INTERNAL, UNAUTHORIZED, throttled
from tests.doubles.wire import BAD_GATEWAY, CUT, DROPPED, EMPTY, FIREWALL, LOGIN_PAGE, TOO_MANY_FOR_A_GATEWAY, Fault
from tests.faults.lines import Line, TelegramLine, WhatsAppLine
from tests.faults.office import FIRST, Office

pytestmark = pytest.mark.anyio
ILL = {"whatsapp": whatsapp_api.refused(131016, 503), "telegram": INTERNAL}
MUTE = [BAD_GATEWAY, CUT, DROPPED, EMPTY, LOGIN_PAGE]
"""What any network on the way may do, and nobody can tell whether the message had arrived."""
STORM: dict[str, list[Fault]] = {
    "whatsapp": [
        *map(whatsapp_api.refused, (1, 131000, 131056, 130429, 131048, 190, 368, 131042, 100, 131009, 132015)),
        whatsapp_api.refused(80007, 429, {"Retry-After": "5"}), ILL["whatsapp"],
    ],
    "telegram": [throttled(3), UNAUTHORIZED, CHAT_NOT_FOUND, INTERNAL],
}  # fmt: skip


def nobody_listens(line: Line) -> TelegramChannel | WhatsAppChannel:
    """The same channel at an address where nothing runs."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    if line.name == "telegram":
        bot = make_bot(telegram_api.TOKEN, f"http://127.0.0.1:{port}/bot")
        return TelegramChannel(bot, TELEGRAM_SECRET, contact_title="-")
    client = make_client(whatsapp_api.TOKEN, whatsapp_api.PHONE_ID, f"http://127.0.0.1:{port}/v26.0")
    return WhatsAppChannel(client, "-", list_label="Pilih")


@pytest.fixture
async def unplugged(line: Line) -> AsyncIterator[Channel]:
    """The line leads nowhere, until it gets its own channel back, which this is."""
    good, lost = line.channel, nobody_listens(line)
    line.channel = lost
    yield good
    line.channel = good
    await lost.close()


async def test_message_waits_while_nobody_listens(office: Office, line: Line, unplugged: Channel) -> None:
    office.queue(FIRST)
    await office.outbox.drain()
    assert (office.rows[0].status, office.rows[0].doubts) == ("queued", 0)
    line.channel = unplugged
    await office.settle()
    assert (office.rows[0].status, line.times(FIRST), office.rows[0].doubts) == ("sent", 1, 0)
    assert 3.75 <= office.seconds(office.rows[0]) <= 6.25


async def test_message_is_dead_after_six_tries_and_can_be_sent_when_the_provider_is_well(
    office: Office, line: Line
) -> None:
    line.fail(*[ILL[line.name]] * TRIES)
    office.queue(FIRST)
    await office.settle()
    (row,) = office.rows
    assert (row.status, line.calls(FIRST), line.times(FIRST)) == ("dead", TRIES, 0)
    assert 900 <= (office.now - NOW).total_seconds() <= 1800
    assert await office.requeue() == 1
    assert (office.rows[0].status, line.times(FIRST)) == ("sent", 1)


async def test_lost_token_holds_the_sender_and_burns_no_tries(office: Office, line: Line) -> None:
    """Hours without a token: one message is tried every five minutes, none is used up, the operator knows at once."""
    line.lose_token()
    for mother in range(8):
        office.queue(f"untuk {mother}", mother)
    await office.outbox.drain()
    assert office.notices() == ("stopped",)
    for minutes in range(5, 180, 5):
        await office.drain_at(NOW + timedelta(minutes=minutes))
    assert {(row.status, row.attempts) for row in office.rows} == {("queued", 0)}
    line.find_token()
    await office.drain_at(NOW + timedelta(hours=3))
    await office.settle()
    assert sorted(words for _, words in line.delivered) == [f"untuk {mother}" for mother in range(8)]
    assert {(row.status, row.attempts, row.doubts) for row in office.rows} == {("sent", 1, 0)}
    assert office.notices() == ("resumed", "stopped")


async def test_operator_can_resume_a_stopped_sender_at_once(office: Office, line: Line) -> None:
    line.lose_token()
    office.queue(FIRST)
    await office.outbox.drain()
    line.find_token()
    await office.outbox.drain()
    assert line.times(FIRST) == 0
    with office.database.write() as session:
        assert senders.resume(session, line.name)
    await office.outbox.drain()
    assert line.times(FIRST) == 1


async def test_slow_provider_holds_up_nobody_else(office: Office, line: Line) -> None:
    line.fail(Fault(delay_s=0.25))
    for mother in range(6):
        office.queue(f"untuk {mother}", mother)
    await office.outbox.drain()
    assert sorted(words for _, words in line.delivered) == [f"untuk {mother}" for mother in range(6)]
    assert {(row.status, row.attempts) for row in office.rows} == {("sent", 1)}


async def test_long_message_goes_on_where_the_line_broke(office: Office, line: Line) -> None:
    paragraphs = [f"Bagian {number}. " + "kata " * 700 for number in range(3)]
    line.fail(Fault(), ILL[line.name])
    office.queue("\n\n".join(paragraphs))
    await office.settle()
    assert [words.split()[1] for _, words in line.delivered] == ["0.", "1.", "2."]
    assert " ".join(words for _, words in line.delivered).split() == " ".join(paragraphs).split()
    assert office.rows[0].doubts == 0


@pytest.mark.parametrize("seed", range(4))
async def test_storm_loses_nothing_and_counts_what_comes_twice(office: Office, line: Line, seed: int) -> None:
    """Thirty messages to ten mothers while every fault happens in any order; at the end all is well again."""
    chance = random.Random(seed)  # the same storm each time
    faults = [*MUTE, *(fault.taken() for fault in MUTE), FIREWALL, TOO_MANY_FOR_A_GATEWAY, *STORM[line.name]]
    line.fail(*chance.choices(faults, k=40))
    wanted = {mother: [f"{mother}: {number}" for number in "abc"] for mother in range(10)}
    for number in range(3):
        for mother, texts in wanted.items():
            office.queue(texts[number], mother)
    await office.settle()
    while any(row.status == "dead" for row in office.rows):
        await office.requeue()
    assert {row.status for row in office.rows} == {"sent"}
    for row in office.rows:
        assert 1 <= line.times(row.text) <= 1 + row.doubts


async def test_order_is_kept_when_the_provider_is_ill(office: Office, line: Line) -> None:
    line.fail(ILL[line.name], BAD_GATEWAY, ILL[line.name], throttled(2) if line.name == "telegram" else Fault())
    for number in "abcdef":
        office.queue(number)
    await office.settle()
    assert [words for _, words in line.delivered] == list("abcdef")


# ---------------------------------------------------------------- an emergency


@pytest.mark.parametrize(
    ("ill", "well", "fault"),
    [
        pytest.param("whatsapp", "telegram", whatsapp_api.refused(131026), id="not on WhatsApp"),
        pytest.param("whatsapp", "telegram", whatsapp_api.refused(130472), id="an experiment of Meta's"),
        pytest.param("whatsapp", "telegram", whatsapp_api.refused(190, 401), id="token of WhatsApp expired"),
        pytest.param("whatsapp", "telegram", whatsapp_api.refused(131042), id="payment"),
        pytest.param("whatsapp", "telegram", whatsapp_api.refused(132001), id="template unknown"),
        pytest.param("telegram", "whatsapp", BLOCKED, id="blocked on Telegram"),
        pytest.param("telegram", "whatsapp", CHAT_NOT_FOUND, id="chat not found"),
        pytest.param("telegram", "whatsapp", UNAUTHORIZED, id="token of Telegram revoked"),
    ],
)
async def test_emergency_is_said_on_the_other_channel(
    sqlite_database: Database, whatsapp: WhatsAppLine, telegram: TelegramLine, ill: str, well: str, fault: Fault
) -> None:
    lines: dict[str, Line] = {"whatsapp": whatsapp, "telegram": telegram}
    office = Office(sqlite_database, lines.values())
    join(office, lines)
    lines[ill].fail(fault)
    office.queue("tanda bahaya", line=lines[ill], kind="alert", priority=messages.DANGER)
    for _ in range(2):
        await office.outbox.drain()
    assert (lines[well].times("tanda bahaya"), lines[ill].times("tanda bahaya")) == (1, 0)


def join(office: Office, lines: dict[str, Line]) -> None:
    """Her phone is the same on both."""
    with office.database.write() as session:
        for line in lines.values():
            contact = factories.contact(session, line.address(0), channel=line.name)
            contact.phone = lines["whatsapp"].address(0)
            contact.phone_index = sealing.index("phone", contact.phone)
            contact.last_wrote_at = NOW
