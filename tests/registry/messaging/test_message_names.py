"""What the provider calls a message, which on WhatsApp can hold a phone number: found again, never readable."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, column, create_engine, insert, select, text
from sqlalchemy import table as sql_table
from sqlalchemy.orm import Session

from registry import sealing
from registry.messaging import deliveries, messages
from registry.messaging.deliveries import Report
from registry.migrations import downgrade, upgrade
from registry.sealing import Sealer, WrongKeyError
from tests import factories
from tests.conftest import KEY, NOW

PHONE = "+6281200000101"
WAMID = "wamid." + base64.b64encode(b"\x1d\x0d" + PHONE.encode() + b"\x15\x02\x00\x11\x18\x12A1B2").decode()
TABLES = ("inbox", "outbox", "outbox_part")
SEALED = Sealer(KEY)
BEFORE = {
    "contact": {
        "id": 1, "uid": "u1", "channel": "whatsapp", "address": SEALED.seal(PHONE), "address_index": "a",
        "open_question": None, "blocked": False, "created_at": "2026-11-21 03:00:00",
    },
    "inbox": {
        "id": 1, "channel": "whatsapp", "external_id": WAMID, "contact_id": 1, "content": SEALED.seal("{}"),
        "priority": 1, "received_at": "2026-11-21 03:00:00", "due_at": "2026-11-21 03:00:00", "status": "done",
        "attempts": 1, "told_to_wait": False,
    },
    "outbox": {
        "id": 1, "contact_id": 1, "channel": "whatsapp", "kind": "reply", "priority": 1, "text": SEALED.seal("baik"),
        "used_template": False, "due_at": "2026-11-21 03:00:00", "status": "sent", "delivery": "sent", "attempts": 1,
        "doubts": 0, "parts_sent": 1, "external_id": WAMID, "created_at": "2026-11-21 03:00:00",
    },
    "outbox_part": {"outbox_id": 1, "number": 0, "external_id": WAMID + "=part"},
}  # fmt: skip
"""A database of the step before, with one message each way."""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Where statements are written down as they stand."""
    engine = create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def fill(url: str, **changes: bytes) -> None:
    with connected(url) as connection:
        for table, row in BEFORE.items():
            values = row | (changes if table == "contact" else {})
            rows = sql_table(table, *(column(name) for name in values))
            connection.execute(insert(rows).values(values))


def names(url: str, told: str) -> list[str]:
    with connected(url) as connection:
        return [str(connection.scalar(select(column(told)).select_from(sql_table(name)))) for name in TABLES]


@pytest.fixture
def before(blank_url: str) -> str:
    """The address of a database of the step before."""
    upgrade(blank_url, "0002")
    return blank_url


def test_name_of_this_shape_tells_the_number() -> None:
    assert PHONE.encode() in base64.b64decode(WAMID.removeprefix("wamid."))


def test_names_of_old_messages_are_hashed_and_stay_so(before: str) -> None:
    fill(before)
    upgrade(before, "0003", key=KEY)
    hashed = [sealing.index("message", name) for name in (WAMID, WAMID, WAMID + "=part")]
    assert names(before, "external_index") == hashed
    downgrade(before, "0002")
    assert names(before, "external_id") == hashed


def test_step_down_makes_unread_messages_ordinary_ones(before: str) -> None:
    fill(before)
    upgrade(before, "0003", key=KEY)
    with connected(before) as connection:
        connection.execute(text("UPDATE inbox SET priority = -1"))
    downgrade(before, "0002")
    with connected(before) as connection:
        assert connection.scalar(text("SELECT priority FROM inbox")) == 1


def test_nothing_is_hashed_with_a_wrong_key(before: str) -> None:
    fill(before, address=Sealer(bytes(32)).seal(PHONE))
    with pytest.raises(WrongKeyError):
        upgrade(before, "0003", key=KEY)
    assert names(before, "external_id") == [WAMID, WAMID, WAMID + "=part"]


def test_empty_database_needs_no_key(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_current", None)
    upgrade(before, "0003")


def test_message_is_found_by_the_name_nobody_can_read(session: Session) -> None:
    mother = factories.contact(session, PHONE)
    factories.inbox_message(session, mother, external_id=WAMID)
    factories.outbox_message(session, mother)
    (row,) = messages.claim_outbox(session, NOW)
    messages.mark_sent(session, row, [WAMID + "=part", WAMID], NOW)
    shown = [
        str(value)
        for name in TABLES
        for line in session.execute(select(text("*")).select_from(sql_table(name)))
        for value in line
    ]
    assert not [value for value in shown if WAMID[:20] in value]
    assert messages.known(session, "whatsapp", [WAMID, "wamid.other"]) == {WAMID}
    for name, state in ((WAMID, "delivered"), (WAMID + "=part", "read")):
        deliveries.apply(session, [Report("whatsapp", name, state)], NOW)
        assert row.delivery == state
