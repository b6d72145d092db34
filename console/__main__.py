"""The process of the console: wires the database and the web server, on loopback; the bot stands in front."""

from __future__ import annotations

import sys

import uvicorn

from console.app import create_app, settle
from logs import configure
from registry import texts, wording_follower
from registry.db import connect
from settings import Settings


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.from_env()
    configure(settings.log_level)
    texts.sentences()  # a broken file of words must stop the start, not a page
    database = connect(settings.database, settings.data_key_bytes())
    wording_follower.follow(database)
    app = create_app(database, settings.telegram_name, settings.whatsapp_number)
    settle()
    uvicorn.run(
        app, host="127.0.0.1", port=settings.console_port, log_config=None, access_log=False,
        proxy_headers=False, server_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    database.close()
    sys.exit(0)


if __name__ == "__main__":
    main()
