"""The double refuses what the Cloud API refuses, and posts what Meta posts, or the adapter's tests prove nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.doubles import whatsapp_webhooks as webhooks
from tests.doubles.whatsapp_api import BUSINESS_ID, PHONE_ID, TOKEN, Template, WhatsAppApi, refused, serve_whatsapp_api

PAYLOADS = Path(__file__).parents[1] / "payloads" / "whatsapp"


@pytest.fixture(scope="module")
def running() -> Iterator[WhatsAppApi]:
    with serve_whatsapp_api() as api:
        yield api


@pytest.fixture
def api(running: WhatsAppApi) -> WhatsAppApi:
    running.reset()
    return running


def call(api: WhatsAppApi, endpoint: str, owner: str = PHONE_ID, token: str = TOKEN, **more: Any) -> httpx.Response:
    return httpx.post(f"{api.base_url}/{owner}/{endpoint}", headers={"Authorization": f"Bearer {token}"}, **more)


def send(api: WhatsAppApi, **body: Any) -> httpx.Response:
    usual = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+6281200000101", "type": "text"}
    return call(api, "messages", json={name: value for name, value in (usual | body).items() if value is not None})


def interactive(kind: str, body: str = "Jadi?", **action: Any) -> dict[str, Any]:
    content = {"type": kind, "body": {"text": body}, "action": action}
    return {"type": "interactive", "interactive": content}


def buttons(*titles: str, name: str = "/x") -> list[dict[str, Any]]:
    return [{"type": "reply", "reply": {"id": f"{name}{at}", "title": title}} for at, title in enumerate(titles)]


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"title": "Pilih", "rows": [{"id": f"r{at}", "title": f"Pilihan {at}", **more} for at in range(count)]}]


def template(name: str, *values: str) -> dict[str, Any]:
    body = {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}
    content = {"name": name, "language": {"code": "id"}, "components": [body]}
    return {"type": "template", "template": content}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"text": {"body": ""}}, 131009, id="empty text"),
        pytest.param({"text": {"body": "x" * 4097}}, 131009, id="long text"),
        pytest.param({"text": None}, 131008, id="no text"),
        pytest.param({"to": None, "text": {"body": "x"}}, 131008, id="nobody"),
        pytest.param({"recipient": "ID.1", "text": {"body": "x"}}, 131008, id="two addresses"),
        pytest.param({"to": "ibu", "text": {"body": "x"}}, 131009, id="no phone"),
        pytest.param({"to": None, "recipient": "siti", "text": {"body": "x"}}, 131009, id="no user id"),
        pytest.param({"messaging_product": "sms", "text": {"body": "x"}}, 131008, id="another product"),
        pytest.param({"type": "smoke", "smoke": {}}, 131051, id="unknown kind"),
        pytest.param(interactive("button", buttons=buttons("1", "2", "3", "4")), 131009, id="four buttons"),
        pytest.param(interactive("button", buttons=buttons("x" * 21)), 131009, id="long title"),
        pytest.param(interactive("button", buttons=buttons("Ya", "Ya")), 131009, id="same title twice"),
        pytest.param(interactive("button", buttons=buttons("Ya", name="x" * 256)), 131009, id="long payload"),
        pytest.param(interactive("button", "x" * 1025, buttons=buttons("Ya")), 131009, id="long text over buttons"),
        pytest.param(interactive("list", button="Pilih", sections=rows(11)), 131009, id="eleven rows"),
        pytest.param(interactive("list", button="x" * 21, sections=rows(1)), 131009, id="long label"),
        pytest.param(
            interactive("list", button="Pilih", sections=rows(1, description="x" * 73)), 131009, id="long description"
        ),
        pytest.param({"type": "image", "image": {"id": "17"}}, 131053, id="picture never uploaded"),
        pytest.param(template("tidak_ada"), 132001, id="no such template"),
        pytest.param(template("ditolak"), 132015, id="template paused"),
        pytest.param(template("sapaan"), 132000, id="value missing"),
        pytest.param(template("sapaan", "a\nb"), 132018, id="line break in a value"),
    ],
)
def test_double_refuses(body: dict[str, Any], code: int, api: WhatsAppApi) -> None:
    api.templates["sapaan"] = Template("sapaan", values=1)
    api.templates["ditolak"] = Template("ditolak", status="PAUSED")
    answer = send(api, **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_double_knows_one_token_and_one_number(api: WhatsAppApi) -> None:
    assert call(api, "messages", token="EAAother", json={}).json()["error"]["code"] == 190
    assert call(api, "messages", owner="100000000000009", json={}).json()["error"]["code"] == 100
    assert call(api, "smoke", json={}).json()["error"]["code"] == 2500


def test_double_answers_as_documented(api: WhatsAppApi) -> None:
    assert send(api, text={"body": "Halo"}).json() == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+6281200000101", "wa_id": "6281200000101"}],
        "messages": [{"id": "wamid.double1"}],
    }


def test_double_fails_as_told_and_then_no_more(api: WhatsAppApi) -> None:
    api.fail("messages", refused(130429, 429, {"Retry-After": "3"}))
    too_fast, sent = send(api, text={"body": "a"}), send(api, text={"body": "b"})
    assert (too_fast.status_code, too_fast.headers["retry-after"], sent.status_code) == (429, "3", 200)
    assert [body["text"]["body"] for body in api.called("messages")] == ["a", "b"]


@pytest.mark.parametrize(
    ("product", "kind", "content"),
    [("", "image/png", b"\x89PNG\r\n\x1a\n"), ("whatsapp", "image/png", b"GIF89a"), ("whatsapp", "image/gif", b"GIF")],
    ids=["no product", "not what it is said to be", "another kind"],
)
def test_double_takes_only_pictures(product: str, kind: str, content: bytes, api: WhatsAppApi) -> None:
    files = {"file": ("k.png", content, kind)}
    assert call(api, "media", data={"messaging_product": product}, files=files).status_code == 400


def test_double_creates_and_lists_templates(api: WhatsAppApi) -> None:
    body = {"type": "BODY", "text": "Ibu, periksa {{1}} di {{2}}, ya."}
    created = {"name": "pengingat", "language": "id", "category": "UTILITY", "components": [body]}
    assert call(api, "message_templates", BUSINESS_ID, json=created).json()["status"] == "PENDING"
    assert call(api, "message_templates", BUSINESS_ID, json=created).status_code == 400  # it exists
    url = f"{api.base_url}/{BUSINESS_ID}/message_templates"
    listed = httpx.get(url, headers={"Authorization": f"Bearer {TOKEN}"}).json()["data"]
    assert [(one["name"], one["status"], one["language"]) for one in listed] == [("pengingat", "PENDING", "id")]
    assert api.templates["pengingat"].values == 2


@pytest.mark.parametrize(
    "changes",
    [{"name": "Pengingat!"}, {"components": [{"type": "BODY", "text": "{{1}} periksa"}]}, {"components": []}],
    ids=["impossible name", "begins with a value", "no words"],
)
def test_double_refuses_a_template(changes: dict[str, Any], api: WhatsAppApi) -> None:
    body = {"type": "BODY", "text": "Ibu, periksa {{1}}, ya."}
    created = {"name": "pengingat", "language": "id", "category": "UTILITY", "components": [body]} | changes
    assert call(api, "message_templates", BUSINESS_ID, json=created).status_code == 400


def _shape(value: Any) -> Any:
    """Which fields there are, and of what kind."""
    if isinstance(value, dict):
        return {key: _shape(inside) for key, inside in value.items()}
    return [_shape(inside) for inside in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize(
    ("name", "built"),
    [
        pytest.param("text", webhooks.text("halo"), id="text"),
        pytest.param(
            "location", webhooks.message("location", location={"latitude": -8.1, "longitude": 112.5}), id="location"
        ),
        pytest.param("status_failed", webhooks.status("wamid.ours", "failed", "41", code=131047), id="failed"),
        pytest.param("status_delivered", webhooks.status("wamid.ours", "delivered", "41"), id="delivered"),
    ],
)
def test_webhooks_are_built_like_the_documented_payloads(name: str, built: dict[str, Any]) -> None:
    documented = json.loads((PAYLOADS / f"{name}.json").read_text())
    for status in documented["entry"][0]["changes"][0]["value"].get("statuses", ()):
        for optional in ("conversation", "pricing"):
            status.pop(optional, None)
        for error in status.get("errors", ()):
            error.pop("href")
    assert _shape(webhooks.post(built)) == _shape(documented)


def test_webhooks_spread_values_over_entries() -> None:
    posted = webhooks.post(*(webhooks.text(str(at)) for at in range(5)), entries=2)
    assert [len(entry["changes"]) for entry in posted["entry"]] == [3, 2]
