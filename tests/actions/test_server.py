"""The action server in process: who may call it, and what every kind of failure becomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import actions
from actions import turn
from actions.server import create_app
from registry import clock
from registry.db import Database
from registry.models import Contact, Handoff
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.anyio
SECRET = "rahasia-uji"
WORDS = "saya Siti, NIK 3507014503989001"


@pytest.fixture
def contact(database: Database) -> Iterator[Contact]:
    """A contact on a database that the actions use."""
    turn.use(database, sends_unsigned=True)
    with database.write() as session:
        clock.stop_at(session, NOW)
        made = factories.contact(session)
    yield made


def executor(*functions: Any) -> ActionExecutor:
    made = ActionExecutor()
    made.register_package(actions)
    for function in functions:
        made.register_function(function.__name__, function)
    return made


async def call(
    made: ActionExecutor, action: str | None, sender: str = "uid", secret: str = SECRET, **slots: Any
) -> httpx.Response:
    parse = {"text": WORDS, "intent": {"name": "greet"}, "metadata": {}}
    tracker = {"sender_id": sender, "slots": slots, "latest_message": parse, "events": [], "paused": False,
               "followup_action": None, "active_loop": {}, "latest_action_name": "action_listen"}  # fmt: skip
    body = {"next_action": action, "sender_id": sender, "tracker": tracker, "domain": {}, "version": "3.6.21"}
    app = create_app(made, SECRET, turn.call_staff)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://actions") as client:
        return await client.post("/", json=body, headers=[(b"x-kawal-secret", secret.encode())])


async def action_crash(_dispatcher: Any, _tracker: Any, _domain: Any) -> None:
    raise RuntimeError(WORDS)


async def validate_crash_form(_dispatcher: Any, _tracker: Any, _domain: Any) -> None:
    raise RuntimeError(WORDS)


async def action_reject(_dispatcher: Any, _tracker: Any, _domain: Any) -> None:
    raise ActionExecutionRejection("action_reject", "not now")


async def action_lose_database(_dispatcher: Any, _tracker: Any, _domain: Any) -> None:
    raise OperationalError("SELECT 1", {}, OSError("no connection"))


async def test_action_is_run_and_committed(contact: Contact, database: Database) -> None:
    response = await call(executor(), "action_stop_messages", contact.uid)
    assert response.status_code == 200
    assert response.json()["responses"][0]["response"] == "utter_stopped"
    with database.read() as session:
        assert session.get_one(Contact, contact.id).stopped_at == NOW


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + " ", "rahasiå"])
async def test_call_is_refused_when_the_secret_is_wrong(contact: Contact, secret: str) -> None:
    response = await call(executor(), "action_stop_messages", contact.uid, secret)
    assert (response.status_code, response.json()) == (403, {"error": "forbidden"})


async def test_crash_becomes_a_sentence_and_a_call_to_staff_without_telling_anything(
    contact: Contact, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    response = await call(executor(action_crash), "action_crash", contact.uid)
    assert response.status_code == 200
    assert response.json() == {"events": [], "responses": [{"response": "utter_system_error"}]}
    with database.read() as session:
        assert [talk.reason for talk in session.scalars(select(Handoff))] == ["system"]


async def test_form_ends_when_its_own_action_crashes_or_rasa_would_ask_it_for_ever(contact: Contact) -> None:
    response = await call(executor(validate_crash_form), "validate_crash_form", contact.uid)
    assert [(event["name"], event["value"]) for event in response.json()["events"]] == [("requested_slot", None)]


async def test_crash_becomes_a_sentence_also_when_staff_cannot_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "call_staff", lambda _uid: 1 / 0)
    response = await call(executor(action_crash), "action_crash")
    assert response.json()["responses"] == [{"response": "utter_system_error"}]


async def test_sentence_when_the_speaker_was_erased_meanwhile(contact: Contact) -> None:
    response = await call(executor(), "action_stop_messages", "nobody")
    assert response.json()["responses"] == [{"response": "utter_system_error"}]


@pytest.mark.parametrize(
    ("function", "status", "name"),
    [
        pytest.param(action_reject, 400, "action_reject", id="rejection"),
        pytest.param(action_lose_database, 503, "action_lose_database", id="database away"),
        pytest.param(None, 404, "action_unknown", id="unknown action"),
    ],
)
async def test_failure_is_told_in_a_way_rasa_knows(function: Any, status: int, name: str) -> None:
    response = await call(executor(*([function] if function else [])), name)
    assert (response.status_code, response.json()["action_name"]) == (status, name)
    assert WORDS not in response.text


async def test_call_without_an_action_does_nothing() -> None:
    assert (await call(executor(), None)).json() == {}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 405), ("GET", "/health", 200), ("POST", "/webhook", 404)]
)
async def test_other_addresses(method: str, path: str, status: int) -> None:
    app = create_app(executor(), SECRET)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://actions") as client:
        assert (await client.request(method, path)).status_code == status
        broken = await client.post("/", content=b"{", headers={"x-kawal-secret": SECRET})
    assert broken.status_code == 400
