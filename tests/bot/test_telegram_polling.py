"""Long polling against the double: nothing is lost, faults are waited out, two pollers are told apart."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel import Inbound, Rejected
from bot.telegram import ALLOWED_UPDATES, AnotherPoller, TelegramChannel
from tests.bot.conftest import Connect, telegram_payload
from tests.doubles.telegram_api import INTERNAL, UNAUTHORIZED, TelegramApi, throttled
from tests.doubles.wire import BAD_GATEWAY, DROPPED, Fault

pytestmark = pytest.mark.anyio


class Inbox:
    """Takes what is polled, stops the poll after ``enough`` messages, and may break down at a given one."""

    def __init__(self, enough: int, breaks_at: str = "") -> None:
        self.stop = asyncio.Event()
        self.external_ids: list[str] = []
        self._enough, self._breaks_at = enough, breaks_at

    async def take(self, inbounds: list[Inbound]) -> None:
        for inbound in inbounds:
            if inbound.external_id == self._breaks_at:
                raise OSError("disk full")
            self.external_ids.append(inbound.external_id)
        if len(self.external_ids) >= self._enough:
            self.stop.set()


async def poll(channel: TelegramChannel, inbox: Inbox, wait_s: int = 5) -> None:
    await asyncio.wait_for(channel.poll(inbox.take, inbox.stop, wait_s=wait_s, pause_s=0.01), 5)


async def test_poll_waits_for_what_comes_later(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    inbox = Inbox(enough=3)
    telegram_api.push({"message": telegram_payload("text")["message"]})
    polling = asyncio.create_task(poll(channel, inbox))
    await asyncio.sleep(0.1)
    ids = telegram_api.push(*({"message": telegram_payload(name)["message"]} for name in ("pinned", "voice", "start")))
    await polling
    assert inbox.external_ids == [f"u{ids[0] - 1}", f"u{ids[1]}", f"u{ids[2]}"]
    assert telegram_api.calls[0].params["allowed_updates"] == list(ALLOWED_UPDATES)


async def test_poll_loses_nothing_when_the_inbox_breaks_down(
    channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    text = {"message": telegram_payload("text")["message"]}
    (first,) = telegram_api.push(text)
    before = Inbox(enough=9, breaks_at=f"u{first + 2}")
    polling = asyncio.create_task(poll(channel, before))
    await asyncio.sleep(0.1)
    second, third = telegram_api.push(text, text)
    with pytest.raises(OSError, match="disk full"):
        await polling
    assert telegram_api.unconfirmed == [second, third]
    after = Inbox(enough=2)
    await poll(channel, after)
    assert after.external_ids == [f"u{second}", f"u{third}"]


async def test_poll_confirms_what_it_does_not_understand(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    inbox = Inbox(enough=1)
    telegram_api.push({"message": {"text": "tanpa pengirim"}})
    polling = asyncio.create_task(poll(channel, inbox))
    await asyncio.sleep(0.1)
    (understood,) = telegram_api.push({"message": telegram_payload("text")["message"]})
    await polling
    assert inbox.external_ids == [f"u{understood}"]
    assert telegram_api.unconfirmed == [understood]  # confirmed by the next poll only


async def test_poll_waits_out_faults(connect: Connect, telegram_api: TelegramApi) -> None:
    inbox = Inbox(enough=1)
    telegram_api.push({"message": telegram_payload("text")["message"]})
    telegram_api.fail("getUpdates", BAD_GATEWAY, DROPPED, INTERNAL, BAD_GATEWAY, Fault(200, b"<html>portal</html>"))
    await poll(connect(), inbox)
    assert len(telegram_api.called("getUpdates")) == 6


async def test_poll_waits_as_long_as_told(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    inbox = Inbox(enough=1)
    telegram_api.push({"message": telegram_payload("text")["message"]})
    telegram_api.fail("getUpdates", throttled(1))
    began = asyncio.get_running_loop().time()
    await poll(channel, inbox)
    assert asyncio.get_running_loop().time() - began >= 1


async def test_poll_does_not_press_a_server_that_never_waits(
    channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    inbox = Inbox(enough=1)
    telegram_api.fail("getUpdates", *[Fault(200, b'{"ok": true, "result": []}')] * 100)
    polling = asyncio.create_task(channel.poll(inbox.take, inbox.stop, wait_s=5, pause_s=0.1))
    await asyncio.sleep(0.35)
    inbox.stop.set()
    await asyncio.wait_for(polling, 1)
    assert 2 <= len(telegram_api.called("getUpdates")) <= 4


async def test_poll_stops_at_once(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    inbox = Inbox(enough=1)
    polling = asyncio.create_task(poll(channel, inbox, wait_s=50))
    await asyncio.sleep(0.1)
    inbox.stop.set()
    await asyncio.wait_for(polling, 1)
    assert len(telegram_api.calls) == 1


async def test_poll_stops_at_once_while_waiting_out_a_fault(
    channel: TelegramChannel, telegram_api: TelegramApi
) -> None:
    stop = asyncio.Event()
    telegram_api.fail("getUpdates", throttled(50))
    polling = asyncio.create_task(channel.poll(Inbox(1).take, stop))
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(polling, 1)


async def test_poll_ends_when_another_one_starts(connect: Connect, telegram_api: TelegramApi) -> None:
    inbox = Inbox(enough=1)
    older = asyncio.create_task(poll(connect(), Inbox(enough=1)))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(poll(connect(), inbox))
    with pytest.raises(AnotherPoller):
        await older
    telegram_api.push({"message": telegram_payload("text")["message"]})
    await newer
    assert len(inbox.external_ids) == 1


async def test_poll_ends_when_a_webhook_is_set(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    await channel.set_up("https://bunda.example/telegram", [])
    with pytest.raises(AnotherPoller):
        await poll(channel, Inbox(enough=1))


async def test_poll_ends_when_the_token_is_refused(channel: TelegramChannel, telegram_api: TelegramApi) -> None:
    telegram_api.fail("getUpdates", UNAUTHORIZED)
    with pytest.raises(Rejected):
        await poll(channel, Inbox(enough=1))
