"""What Rasa remembers of conversations, seen from here only to forget it.

The table lives in a database of its own with a key of its own, so that Rasa's process can open nothing else.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import create_engine, inspect, text


def key_from(data_key: bytes) -> bytes:
    """The key that Rasa's tracker store gets; it opens no other column."""
    return hashlib.sha256(b"kawal conversations" + data_key).digest()


_url: str | None = None


def use(url: str) -> None:
    """Tell this process where Rasa keeps its conversations; called once, by the process of the clock."""
    global _url
    _url = url


def forget_all_of(senders: list[str]) -> None:
    """Erase the conversations of these contacts (uids).

    Raises:
        RuntimeError: ``use`` was not called; nobody may be told that her data are gone while they are not.
    """
    if _url is None:
        raise RuntimeError("where the conversations are was not said")
    forget(_url, senders)


def forget(url: str, senders: list[str] | None = None) -> None:
    """Erase the conversations of these contacts (uids), or all of them; fails aloud when it cannot."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table("conversation"):
                return  # Rasa has not written its first conversation yet
            if senders is None:
                connection.execute(text("DELETE FROM conversation"))
            for sender in senders or []:
                connection.execute(text("DELETE FROM conversation WHERE sender = :sender"), {"sender": sender})
    finally:
        engine.dispose()
