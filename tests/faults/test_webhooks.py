"""What a post may be besides a good one: forged, broken, huge, sent again, out of order, in words we do not know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.app import LARGEST_BODY
from bot.inbox import Inbox
from registry import sealing
from registry.db import Database
from registry.messaging import messages
from registry.models import Contact
from tests.bot.fakes import FakeRasa, inbox_rows, outbox_rows
from tests.doubles import whatsapp_webhooks as webhooks
from tests.faults.lines import Line, WhatsAppLine
from tests.faults.office import Office
from tests.faults.posts_in import POSTERS, Posted, Poster, served

pytestmark = pytest.mark.anyio
ALARM = "bu saya keluar darah banyak sekarang"
STRANGE: dict[str, Any] = {"a_new_field": {"of": ["some", {"kind": None}]}, "another": 1}


@pytest.fixture
def poster(line: Line) -> Poster:
    """The provider at the other end of the line."""
    return POSTERS[line.name]


@pytest.fixture
def site(sqlite_database: Database, line: Line) -> Iterator[str]:
    """Where it posts."""
    with served(sqlite_database, line) as address:
        yield address


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Real connections."""
    async with httpx.AsyncClient(timeout=30) as opened:
        yield opened


@pytest.fixture
def post(client: httpx.AsyncClient, site: str, poster: Poster) -> Callable[..., Any]:
    """Send one; returns the status."""

    async def send(posted: Posted) -> int:
        answer = await client.post(f"{site}{poster.path}", content=posted.body, headers=posted.headers)
        return answer.status_code

    return send


def proof_of(poster: Poster, posted: Posted, value: str | None) -> Posted:
    """The same body with another proof, or none."""
    others = {name: given for name, given in posted.headers.items() if name != poster.proof}
    return Posted(posted.body, others if value is None else others | {poster.proof: value})


@pytest.mark.parametrize(
    ("given", "status"),
    [
        pytest.param(lambda good: good, 200, id="right"),
        pytest.param(lambda _: None, 403, id="missing"),
        pytest.param(lambda _: "", 403, id="empty"),
        pytest.param(lambda good: good[:-1], 403, id="cut short"),
        pytest.param(lambda good: good[:-1] + ("0" if good[-1] != "0" else "1"), 403, id="one character wrong"),
        pytest.param(lambda good: good.swapcase(), 403, id="in the other case"),
        pytest.param(lambda good: f"{good},{good}", 403, id="twice"),
    ],
)
async def test_proof(
    post: Callable[..., Any], poster: Poster, sqlite_database: Database, given: Callable[[str], str | None], status: int
) -> None:
    posted = poster.sealed(poster.text("halo"))
    assert await post(proof_of(poster, posted, given(posted.headers[poster.proof]))) == status
    assert len(inbox_rows(sqlite_database)) == (status == 200)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="empty"),
        pytest.param(b"{", 400, id="half a JSON"),
        pytest.param(b"<html>", 400, id="html"),
        pytest.param(b"\xff\xfe", 400, id="no text"),
        pytest.param(b'"halo"', 400, id="a word"),
        pytest.param(b"17", 400, id="a number"),
        pytest.param(b"{}", 400, id="empty object"),
        pytest.param(b'{"entry": 7, "update_id": "7"}', 400, id="fields of another kind"),
        pytest.param(b"[" * 200_000, 400, id="nested too deep"),
        pytest.param(b" " * LARGEST_BODY + b"{}", 413, id="too large"),
    ],
)
async def test_body_that_is_no_post(
    post: Callable[..., Any], poster: Poster, sqlite_database: Database, body: bytes, status: int
) -> None:
    assert await post(poster.sealed(body)) == status
    assert inbox_rows(sqlite_database) == []


async def test_unknown_fields_change_nothing(
    post: Callable[..., Any], poster: Poster, sqlite_database: Database
) -> None:
    assert await post(poster.sealed(poster.text("halo", **STRANGE))) == 200
    assert [row.content["text"] for row in inbox_rows(sqlite_database)] == ["halo"]


async def test_replay_is_taken_and_changes_nothing(
    post: Callable[..., Any], poster: Poster, sqlite_database: Database
) -> None:
    posted = poster.sealed(poster.text("halo"))
    assert [await post(posted) for _ in range(3)] == [200] * 3
    rasa = FakeRasa()
    await Inbox(sqlite_database, rasa, lambda: None).drain()
    assert await post(posted) == 200
    await Inbox(sqlite_database, rasa, lambda: None).drain()
    assert (rasa.texts, len(inbox_rows(sqlite_database))) == (["halo"], 1)
    assert outbox_rows(sqlite_database)[0].text == "jawaban: halo"


async def test_posts_out_of_order_are_all_answered(
    post: Callable[..., Any], poster: Poster, sqlite_database: Database
) -> None:
    for number in (3, 1, 2, 1, 3):
        assert await post(poster.sealed(poster.text(f"pesan {number}", number))) == 200
    rasa = FakeRasa()
    await Inbox(sqlite_database, rasa, lambda: None).drain()
    assert rasa.texts == ["pesan 3", "pesan 1", "pesan 2"]


async def test_many_posts_at_once_are_each_stored_once(
    client: httpx.AsyncClient, site: str, poster: Poster, sqlite_database: Database, post: Callable[..., Any]
) -> None:
    posted = [poster.sealed(poster.text(f"pesan {number}", number, number % 7)) for number in range(40)]
    assert set(await asyncio.gather(*(post(one) for one in posted * 2))) == {200}
    assert len(inbox_rows(sqlite_database)) == 40
    with sqlite_database.read() as session:
        assert len(session.scalars(select(Contact)).all()) == 7


# ---------------------------------------------------------------- what only one of them can do


@pytest.fixture
def meta(sqlite_database: Database, whatsapp: WhatsAppLine) -> Iterator[Callable[[dict[str, Any]], int]]:
    """Post to /whatsapp; returns the status."""
    with served(sqlite_database, whatsapp) as address, httpx.Client(timeout=60) as client:

        def send(posted: dict[str, Any]) -> int:
            body, headers = webhooks.signed(posted)
            return client.post(f"{address}/whatsapp", content=body, headers=headers).status_code

        yield send


def thousand(words: str) -> dict[str, Any]:
    """A thousand messages of fifty mothers in one post; the last one is an alarm."""
    people = [webhooks.person(f"62812{number:08}", f"ID.{number:020}") for number in range(50)]
    texts = [f"{at} {words}" for at in range(999)] + [ALARM]
    return webhooks.post(*(webhooks.text(text, people[at % 50]) for at, text in enumerate(texts)), entries=10)


async def test_three_megabytes_are_stored_before_they_are_read(
    meta: Callable[[dict[str, Any]], int], sqlite_database: Database
) -> None:
    """Reading them takes seconds, which Meta does not wait; and an alarm among them waits for no other message."""
    posted = thousand("mual " * 540)
    began = time.perf_counter()
    assert meta(posted) == 200
    assert time.perf_counter() - began < 2.0  # a third of a second on a calm machine; read, it was four
    rows = inbox_rows(sqlite_database)
    assert {row.priority for row in rows} == {messages.UNREAD}
    with sqlite_database.write() as session:
        assert messages.claim_inbox(session, rows[0].due_at, 10) == []
    assert meta(posted) == 200
    assert len(inbox_rows(sqlite_database)) == 1000


async def test_messages_of_a_re_batched_post_are_stored_once(
    meta: Callable[[dict[str, Any]], int], sqlite_database: Database
) -> None:
    values = [webhooks.text(f"pesan {number}") for number in range(30)]
    for part in (values[:20], values[10:], values[::-1], values[5:6]):
        assert meta(webhooks.post(*part)) == 200
    assert len(inbox_rows(sqlite_database)) == 30


async def test_one_bad_change_takes_no_good_one_with_it(
    meta: Callable[[dict[str, Any]], int], sqlite_database: Database
) -> None:
    bad: list[Any] = [{"messages": 7}, {"messages": [None, {"type": "text"}]}, {"statuses": [{"id": []}]}, {}]
    values = [webhooks.text("satu"), *bad, webhooks.text("dua")]
    assert meta(webhooks.post(*values)) == 200
    assert [row.content["text"] for row in inbox_rows(sqlite_database)] == ["satu", "dua"]


@pytest.mark.parametrize("order", [("read", "delivered", "sent"), ("delivered", "sent", "read", "delivered")])
async def test_reports_only_step_forward(
    meta: Callable[[dict[str, Any]], int], sqlite_database: Database, whatsapp: WhatsAppLine, order: tuple[str, ...]
) -> None:
    office = Office(sqlite_database, [whatsapp])
    office.queue("baik, bu")
    await office.settle()
    for state in order:
        assert meta(webhooks.post(webhooks.status("wamid.double1", state))) == 200  # without a tracker: by its name
    (row,) = office.rows
    assert (row.delivery, row.external_index) == ("read", sealing.index("message", "wamid.double1"))
    assert whatsapp.times("baik, bu") == 1
