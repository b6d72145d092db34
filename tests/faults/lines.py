"""The whole way out to a provider: the real adapter over real HTTP to its double, with a deadline short for tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.channel import Channel
from bot.telegram import TelegramChannel, make_bot
from bot.whatsapp import WhatsAppChannel, make_client
from tests.bot.conftest import TELEGRAM_SECRET
from tests.doubles import telegram_api, whatsapp_api
from tests.doubles.telegram_api import TelegramApi, serve_telegram_api
from tests.doubles.whatsapp_api import PHONE_ID, WhatsAppApi, serve_whatsapp_api
from tests.doubles.whatsapp_webhooks import APP_SECRET
from tests.doubles.wire import BAD_GATEWAY, CUT, DROPPED, EMPTY, GATEWAY_TIMEOUT, LOGIN_PAGE, Fault

DEADLINE_S = 2.0  # less than SLOW by far, and more than a busy machine stands still
NO_ANSWER_OF_A_PROVIDER = (
    pytest.param(BAD_GATEWAY, id="502 in html"),
    pytest.param(GATEWAY_TIMEOUT, id="504 without a word"),
    pytest.param(EMPTY, id="an empty answer"),
    pytest.param(LOGIN_PAGE, id="html instead of JSON"),
    pytest.param(Fault(200, b"[]"), id="a list for an answer"),
    pytest.param(CUT, id="cut off in the middle of the answer"),
    pytest.param(DROPPED, id="connection dropped"),
)
"""After these nobody knows whether the message arrived, whoever the provider is."""


class Line(ABC):
    """A provider as a test sees it."""

    name: str
    doubt_s: tuple[float, float]
    """After how many seconds a message is sent again of which nobody knows whether it arrived."""
    channel: Channel

    @property
    @abstractmethod
    def delivered(self) -> list[tuple[str, str]]:
        """Address and words of every message the provider took, oldest first."""

    @abstractmethod
    def address(self, mother: int) -> str:
        """Where she is written to."""

    @abstractmethod
    def fail(self, *faults: Fault) -> None:
        """What the next messages meet."""

    @abstractmethod
    def calls(self, words: str) -> int:
        """How many requests brought these words."""

    @abstractmethod
    def lose_token(self) -> None:
        """The provider believes our token no longer."""

    @abstractmethod
    def find_token(self) -> None:
        """It does again."""

    @abstractmethod
    async def close(self) -> None:
        """Shut the connections."""

    def times(self, words: str) -> int:
        """How often she can read them."""
        return sum(said == words for _, said in self.delivered)


class WhatsAppLine(Line):
    """To the double of the Graph API."""

    name = "whatsapp"
    doubt_s = (60.0, 70.0)

    def __init__(self, api: WhatsAppApi) -> None:
        api.reset()
        self.api = api
        client = make_client(whatsapp_api.TOKEN, PHONE_ID, api.base_url, timeout_s=DEADLINE_S)
        self.channel = WhatsAppChannel(client, APP_SECRET, verify_token="kata-uji", list_label="Pilih")

    @property
    def delivered(self) -> list[tuple[str, str]]:
        return self.api.delivered

    def address(self, mother: int) -> str:
        return f"+62812000900{mother:02}"

    def fail(self, *faults: Fault) -> None:
        self.api.fail("messages", *faults)

    def calls(self, words: str) -> int:
        return sum(words in str(body) for body in self.api.called("messages"))

    def lose_token(self) -> None:
        self.api.token = "EAArenewed"

    def find_token(self) -> None:
        self.api.token = whatsapp_api.TOKEN

    async def close(self) -> None:
        await self.channel.close()

    channel: WhatsAppChannel


class TelegramLine(Line):
    """To the double of the Bot API."""

    name = "telegram"
    doubt_s = (3.75, 6.25)

    def __init__(self, api: TelegramApi) -> None:
        api.reset()
        self.api = api
        bot = make_bot(telegram_api.TOKEN, api.base_url, timeout_s=DEADLINE_S)
        self.channel = TelegramChannel(bot, TELEGRAM_SECRET, contact_title="Bagikan nomor saya")

    @property
    def delivered(self) -> list[tuple[str, str]]:
        return self.api.delivered

    def address(self, mother: int) -> str:
        return f"7000009{mother:02}"

    def fail(self, *faults: Fault) -> None:
        self.api.fail("sendMessage", *faults)

    def calls(self, words: str) -> int:
        return sum(call.params.get("text") == words for call in self.api.called("sendMessage"))

    def lose_token(self) -> None:
        self.api.token = "7000000001:renewed"

    def find_token(self) -> None:
        self.api.token = telegram_api.TOKEN

    async def close(self) -> None:
        await self.channel.close()

    channel: TelegramChannel


@contextmanager
def running_doubles() -> Iterator[dict[str, WhatsAppApi | TelegramApi]]:
    """Both servers, by channel."""
    with serve_whatsapp_api() as whatsapp, serve_telegram_api() as telegram:
        yield {"whatsapp": whatsapp, "telegram": telegram}


def make_line(api: WhatsAppApi | TelegramApi) -> Line:
    """The line to this double."""
    return WhatsAppLine(api) if isinstance(api, WhatsAppApi) else TelegramLine(api)
