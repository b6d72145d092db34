"""A worker of its own: empties the outbox of a database through a provider's double, until it is done or killed.

Run as ``python -m tests.bot.sending_process DATABASE_URL API_URL CHANNEL``.
"""

from __future__ import annotations

import asyncio
import sys

from bot.outbox import Outbox
from bot.telegram import TelegramChannel, make_bot
from bot.whatsapp import WhatsAppChannel, make_client
from registry.db import Database, connect
from tests.conftest import KEY
from tests.doubles import telegram_api
from tests.doubles.whatsapp_api import PHONE_ID, TOKEN


def make_channel(name: str, api_url: str) -> WhatsAppChannel | TelegramChannel:
    """To the double at this address."""
    if name == "telegram":
        return TelegramChannel(make_bot(telegram_api.TOKEN, api_url), "-", contact_title="-")
    return WhatsAppChannel(make_client(TOKEN, PHONE_ID, api_url), "-", list_label="Pilih")


async def send_all(database: Database, api_url: str, name: str) -> None:
    """Until nothing is due."""
    channel = make_channel(name, api_url)
    await Outbox(database, lambda _row: channel).drain()
    await channel.close()


if __name__ == "__main__":
    opened = connect(sys.argv[1], KEY)
    asyncio.run(send_all(opened, *sys.argv[2:]))
    opened.close()
