"""Telegram: updates in, messages out, through python-telegram-bot's ``Bot`` and ``Update`` (no ``Application``)."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import aiohttp
import httpx
import structlog
from httpx_aiohttp import AiohttpTransport
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.channel import (
    Channel,
    ChannelError,
    Delivery,
    Inbound,
    Outbound,
    Pause,
    Rejected,
    Stopped,
    Throttled,
    Unreachable,
)
from bot.rendering import TELEGRAM, length, render
from bot.telegram_updates import CHANNEL, bare, read, seconds
from registry import emphasis

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
Result = TypeVar("Result")
Handle = Callable[[list[Inbound]], Awaitable[None]]
_REMEMBERED_PRESSES = 1000
_LONGEST_PAUSE_S = 60.0
# The library reads what Telegram posts without checking it: these are what a foreign shape makes it raise.
_FOREIGN_SHAPE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError)
_BETWEEN = re.compile(r".+ \(([0-9]{3})\)")  # the library's words for an answer in which Telegram says nothing
_PICTURE = re.compile(r"IMAGE_PROCESS_FAILED|PHOTO_[A-Z_]+", re.IGNORECASE)
_log = structlog.get_logger(__name__)


class AnotherPoller(Rejected):
    """Somebody else polls with this token, or a webhook is set: two receivers would share the messages between them."""


def make_bot(token: str, base_url: str | None = None, *, timeout_s: float = 10.0) -> Bot:
    """A bot over aiohttp's connections, at most 100 at once; ``TelegramChannel.close`` shuts them.

    ``base_url`` is what stands before the token, for a Bot API server of one's own.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs every address, and the token is part of it
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)  # it logs whole answers, and her words in them
    request = HTTPXRequest(
        read_timeout=timeout_s,
        write_timeout=timeout_s,
        connect_timeout=timeout_s,
        pool_timeout=timeout_s,
        httpx_kwargs={"transport": AiohttpTransport(limits=httpx.Limits(max_connections=100, keepalive_expiry=30))},
    )
    base = base_url or "https://api.telegram.org/bot"
    files = f"{base.removesuffix('/bot')}/file/bot"
    return Bot(token, base, base_file_url=files, request=request, get_updates_request=request)


class TelegramChannel(Channel):
    """Mothers who write to the bot on Telegram.

    Args:
        bot: made by ``make_bot``; its network is shut by ``close``.
        secret: what Telegram repeats with every webhook call; with an empty one nothing is believed.
        contact_title: the words on the button that shares her number.
        now: the clock for a pressed button, which Telegram sends without a time.
    """

    name = CHANNEL

    def __init__(
        self,
        bot: Bot,
        secret: str,
        *,
        contact_title: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot = bot
        self._secret = secret.encode()
        self._contact_title = contact_title
        self._now = now
        self._presses: OrderedDict[str, str] = OrderedDict()  # external id -> callback query id

    async def close(self) -> None:
        """Shut the connections; the bot cannot be used again."""
        await self._bot.request.shutdown()

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the secret of ``set_webhook`` came with the request; Telegram signs nothing, so the body is free."""
        given = headers.get("x-telegram-bot-api-secret-token", "").encode()
        return bool(self._secret) and hmac.compare_digest(given, self._secret)

    def receive(self, body: bytes) -> list[Inbound]:
        """Read one update (a webhook call) or a list of them (a poll)."""
        try:
            posted = json.loads(body)
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        return self._read(posted if isinstance(posted, list) else [posted])

    def parts(self, message: Outbound) -> tuple[Outbound, ...]:
        """One that is long becomes several."""
        return render(message, TELEGRAM)

    async def send(self, message: Outbound, *, remove_keyboard: bool = False) -> Delivery:
        """Hand over one message, as several when it is long.

        With ``ask_contact`` the buttons lose their payloads, for Telegram shows one keyboard at a time: a press then
        comes back as the title. ``remove_keyboard`` takes that keyboard away again.
        """
        parts = render(message, TELEGRAM)
        if not parts:
            raise Rejected("empty message")
        if not all(_is_payload(button.payload) for part in parts for button in part.buttons):
            raise Rejected("button payload must be 1 to 64 bytes")
        return Delivery(tuple([await self._send_part(part, remove_keyboard) for part in parts]))

    async def acknowledge(self, inbound: Inbound) -> None:
        """Stop the waiting sign on a pressed button; best effort, only for a button this process has received."""
        query_id = self._presses.pop(inbound.external_id, None)
        if query_id is None:
            return
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            _log.info("button not acknowledged", external_id=inbound.external_id, reason=type(error).__name__)

    async def set_up(
        self, webhook_url: str | None, commands: Sequence[tuple[str, str]], *, max_connections: int = 40
    ) -> None:
        """Tell Telegram the commands (name, description) and where to post; without an address it waits for ``poll``.

        Raises:
            ChannelError: one of its children, and nothing else.
        """
        with _translated():
            if webhook_url is None:
                await self._bot.delete_webhook()
            else:
                await self._bot.set_webhook(
                    webhook_url,
                    secret_token=self._secret.decode(),
                    max_connections=max_connections,
                    allowed_updates=ALLOWED_UPDATES,
                )
            await self._bot.set_my_commands(list(commands))  # last: without a menu we still hear

    async def poll(self, handle: Handle, stop: asyncio.Event, *, wait_s: int = 25, pause_s: float = 1.0) -> None:
        """Fetch updates until ``stop`` is set; they are confirmed only after ``handle`` returned.

        What ``handle`` raises ends the poll; the next one gets the same updates again. Network faults are waited out,
        from ``pause_s`` doubling up to a minute.

        Raises:
            AnotherPoller: the token is in use elsewhere.
            Rejected: Telegram refuses the token or the request.
        """
        offset, faults = 0, 0
        while not stop.is_set():
            asked_at = time.monotonic()
            try:
                updates = await _unless(stop, self._get_updates(offset, wait_s))
            except Throttled as error:
                await _unless(stop, asyncio.sleep(error.retry_after))
            except Unreachable as error:
                _log.warning("telegram unreachable", reason=error.code, faults=faults)
                await _unless(stop, asyncio.sleep(min(pause_s * 2**faults, _LONGEST_PAUSE_S)))
                faults = min(faults + 1, 10)
            else:
                faults = 0
                if updates:
                    await handle(self._read(updates))
                    offset = updates[-1]["update_id"] + 1
                elif time.monotonic() - asked_at < wait_s / 2:  # a server that does not hold the line as asked
                    await _unless(stop, asyncio.sleep(pause_s))

    async def _get_updates(self, offset: int, wait_s: int) -> list[dict[str, Any]]:
        """Fetch them raw: ``Bot.get_updates`` fails as a whole, and logs it all, over one update it cannot read.

        Method names are case-insensitive for Telegram; so written, the library lets its own method be passed by.
        """
        asked = {"offset": offset, "timeout": wait_s, "allowed_updates": ALLOWED_UPDATES}
        with _translated():
            updates: list[dict[str, Any]] = await self._bot.do_api_request(
                "getupdates", api_kwargs=asked, read_timeout=wait_s + 10
            )
        return updates

    def _read(self, updates: list[Any]) -> list[Inbound]:
        if not all(isinstance(update, dict) and isinstance(update.get("update_id"), int) for update in updates):
            raise ValueError("not an update of the Bot API")
        inbounds = [self._read_update(update) for update in updates]
        return [inbound for inbound in inbounds if inbound is not None]

    def _read_update(self, raw: dict[str, Any]) -> Inbound | None:
        try:
            inbound = read(Update.de_json(raw, self._bot), self._now)
        except _FOREIGN_SHAPE as error:
            _log.warning("update not understood", update_id=raw["update_id"], reason=type(error).__name__)
            inbound = self._read_bare(raw)
        if inbound is not None and inbound.button is not None:
            self._presses[inbound.external_id] = raw["callback_query"]["id"]
            if len(self._presses) > _REMEMBERED_PRESSES:
                self._presses.popitem(last=False)
        return inbound

    async def fetch(self, file: str, most: int) -> bytes:
        """A file somebody sent; Telegram keeps it for at least an hour after it was asked where it is."""
        with _translated():
            found = await self._bot.get_file(file)
            if (found.file_size or 0) > most:
                raise Rejected("file_large")
            content = bytes(await found.download_as_bytearray())
        if len(content) > most:
            raise Rejected("file_large")
        return content

    def _read_bare(self, raw: dict[str, Any]) -> Inbound | None:
        try:
            return read(Update.de_json(bare(raw), self._bot), self._now)
        except _FOREIGN_SHAPE:
            return None

    async def _send_part(self, part: Outbound, remove_keyboard: bool) -> str:
        """Of the answer only the message's number is read, past the library: it is sent, whatever else stands there,
        and an answer that ``Bot.send_message`` cannot read would send it again."""
        given: dict[str, Any] = {"chat_id": part.to, "reply_markup": self._keyboard(part, remove_keyboard)}
        words, stressed = _stressed(part.text)
        if part.image is None:
            method, given["text"], given["entities"] = "sendmessage", words, stressed
        else:
            method, given["caption"], given["caption_entities"] = "sendphoto", words or None, stressed
            given["photo"] = InputFile(part.image, "kawal.png")  # without a name it is of no known kind
        with _translated():
            sent = await self._bot.do_api_request(method, api_kwargs=given)
            return str(int(sent["message_id"]))

    def _keyboard(
        self, part: Outbound, remove: bool
    ) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
        """One button per line: side by side they are cut short on a small phone."""
        if part.ask_contact:
            share = KeyboardButton(self._contact_title, request_contact=True)
            lines = [[share], *([KeyboardButton(button.title)] for button in part.buttons)]
            return ReplyKeyboardMarkup(lines, one_time_keyboard=True, resize_keyboard=True)
        if part.buttons:
            return InlineKeyboardMarkup(
                [[InlineKeyboardButton(button.title, callback_data=button.payload)] for button in part.buttons]
            )
        return ReplyKeyboardRemove() if remove else None


def _stressed(text: str) -> tuple[str, list[MessageEntity] | None]:
    """The words, and where they are bold: told apart from them, for in a markup any word of hers could be one."""
    words, found = "", []
    for piece, is_stressed in emphasis.pieces(text):
        if is_stressed:
            found.append(MessageEntity(MessageEntity.BOLD, length(words), length(piece)))
        words += piece
    return words, found or None


def _is_payload(payload: str) -> bool:
    return 1 <= len(payload.encode(errors="surrogatepass")) <= TELEGRAM.payload


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result | None:
    """Do the work, or give it up as soon as ``stop`` is set."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def translate(error: TelegramError) -> ChannelError:
    """Say in the channel's five words what went wrong.

    The order matters: ``BadRequest`` and ``TimedOut`` are ``NetworkError``s too, and a 400 is not worth repeating.
    """
    causes = list(_causes(error))
    said = next((cause for cause in causes if isinstance(cause, InvalidToken)), error)  # do_api_request words it anew
    code = re.split(r"\. (?:Parsing|The server response|New chat id)", said.message)[0][:120]
    between = _BETWEEN.fullmatch(code)
    if between is not None:
        return _from_between(code, int(between[1]))
    match said:
        case RetryAfter():
            return Throttled(code, retry_after=seconds(said.retry_after) or 1)
        case Forbidden():
            return Stopped(code)
        case Conflict():
            return AnotherPoller(code)
        case BadRequest() if _PICTURE.search(code):
            return Unreachable(code, of_picture=True)
        case InvalidToken() | EndPointNotFound():
            return Rejected(code, pauses=Pause.CHANNEL)
        case ChatMigrated() | BadRequest():
            return Rejected(code)
        case NetworkError() if "too many requests" in code.lower():  # a 429 that names no time
            return Throttled(code)
        case NetworkError() if any(isinstance(cause, UnicodeError) for cause in causes):
            return Rejected("text is not valid Unicode")
        case NetworkError():
            # the library's words for what the network did may hold the address, and the token is part of it
            name = type(causes[-1]).__name__ if causes and not isinstance(said, TimedOut) else code
            return Unreachable(name, unknown_outcome=_may_have_arrived(causes))
        case _:
            return Unreachable(code, unknown_outcome=True)


def _from_between(code: str, status: int) -> ChannelError:
    """A gateway or firewall spoke in Telegram's place: it knows nothing of her or of our token, and what lay behind it
    may have taken the message all the same."""
    if status == 429:
        return Throttled(code)
    return Unreachable(code, unknown_outcome=status >= 500)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _may_have_arrived(causes: list[BaseException]) -> bool:
    """Whether the request was written before it failed.

    httpx-aiohttp calls every broken connection a connect timeout, so aiohttp's own error decides.
    """
    never_sent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, httpx.ConnectError, httpx.PoolTimeout)
    if any(isinstance(cause, never_sent) for cause in causes):
        return False
    return any(isinstance(cause, httpx.TransportError) for cause in causes)


@contextmanager
def _translated() -> Iterator[None]:
    """Let only ``ChannelError``s out."""
    try:
        yield
    except TelegramError as error:
        raise translate(error) from error
    except _FOREIGN_SHAPE as error:  # the call was made, its answer is none of Telegram's
        raise Unreachable("foreign answer", unknown_outcome=True) from error
