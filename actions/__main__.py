"""The process that Rasa calls: loopback only."""

from __future__ import annotations

import uvicorn
from rasa_sdk.executor import ActionExecutor

import actions
from actions import turn
from actions.server import create_app
from logs import configure
from nlu.language.entities import gazetteer
from registry import texts, wording_follower
from registry.db import connect
from settings import Settings


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.from_env()
    configure(settings.log_level)
    texts.sentences()  # a broken file of words must stop the start, and the first mother must not wait for it
    gazetteer()
    database = connect(settings.database, settings.data_key_bytes())
    wording_follower.follow(database)
    turn.use(database, sends_unsigned=settings.sends_unsigned_answers)
    executor = ActionExecutor()
    executor.register_package(actions)
    app = create_app(executor, settings.secret, turn.call_staff)
    uvicorn.run(app, host="127.0.0.1", port=settings.actions_port, log_config=None, access_log=False)
    database.close()


if __name__ == "__main__":
    main()
