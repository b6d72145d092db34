"""A worker of its own: empties the outbox of a database through WhatsApp's double, until it is done or killed.

Run as ``python -m tests.bot.sending_process DATABASE_URL API_URL``.
"""

from __future__ import annotations

import asyncio
import sys

from bot.outbox import Outbox
from bot.whatsapp import WhatsAppChannel, make_client
from registry.db import Database, connect
from tests.conftest import KEY
from tests.doubles.whatsapp_api import PHONE_ID, TOKEN


async def send_all(database: Database, api_url: str) -> None:
    """Until nothing is due."""
    channel = WhatsAppChannel(make_client(TOKEN, PHONE_ID, api_url), "-", list_label="Pilih")
    await Outbox(database, lambda _row: channel).drain()
    await channel.close()


if __name__ == "__main__":
    opened = connect(sys.argv[1], KEY)
    asyncio.run(send_all(opened, sys.argv[2]))
    opened.close()
