"""The same calls made, the same posts read and the same signatures checked by Kapso's client of the Cloud API, whose
authors read it without us: our double must hear the same from both, and both must hear the same from Meta."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channel import Button, Inbound, InboundKind, Outbound, Row
from bot.whatsapp import WhatsAppChannel, make_client
from bot.whatsapp_updates import read
from command import templates
from registry.texts import Sentence
from tests.doubles import whatsapp_webhooks as webhooks
from tests.doubles.whatsapp_api import BUSINESS_ID, PHONE_ID, TOKEN, VERSION, Template, WhatsAppApi, serve_whatsapp_api
from tests.foreign.programs import ask_witness

PHONE, BSUID = "+6281200000101", "ID.70000000000000000101"
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(32)
PAYLOADS = Path(__file__).parents[1] / "payloads" / "whatsapp"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def running() -> Iterator[WhatsAppApi]:
    """One for all tests of this file."""
    with serve_whatsapp_api() as double:
        yield double


@pytest.fixture
def api(running: WhatsAppApi) -> WhatsAppApi:
    """Our own double with one approved template."""
    running.reset()
    running.templates["visit"] = Template("visit", values=1)
    return running


@pytest.fixture
async def channel(api: WhatsAppApi) -> AsyncIterator[WhatsAppChannel]:
    """Our adapter."""
    opened = WhatsAppChannel(make_client(TOKEN, PHONE_ID, api.base_url), "-", list_label="Pilih")
    yield opened
    await opened.close()


def job(api: WhatsAppApi, call: str, **given: Any) -> Json:
    """One call of the other client."""
    return {"client": "whatsapp", "url": api.base_url.removesuffix(f"/{VERSION}"), "call": call, "args": [given]}


def heard_back(*jobs: Json) -> list[Any]:
    """What the other client had back; it may complain of nothing."""
    answers = ask_witness(TOKEN, VERSION, jobs)
    assert [answer for answer in answers if "complaint" in answer] == []
    return [answer.get("result") for answer in answers]


BUTTONS = (Button("Jadi", "/affirm"), Button("Tidak", "/deny"))
REPLIES = [{"id": "/affirm", "title": "Jadi"}, {"id": "/deny", "title": "Tidak"}]
ROWS = [{"id": "p1", "title": "Polindes", "description": "buka pagi"}, {"id": "p2", "title": "RSUD"}]
SECTIONS = [{"title": "Pilih", "rows": ROWS}]
COMPONENTS = [
    {"type": "body", "parameters": [{"type": "text", "text": "Siti"}]},
    {
        "type": "button",
        "subType": "quick_reply",
        "index": "0",
        "parameters": [{"type": "payload", "payload": "/affirm"}],
    },
]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("outbound", "call", "given"),
    [
        pytest.param(
            Outbound(PHONE, "Halo", tracker="17"),
            "messages.sendText",
            {"to": PHONE, "body": "Halo", "previewUrl": False, "bizOpaqueCallbackData": "17"},
            id="text",
        ),
        pytest.param(
            Outbound(BSUID, "Halo"), "messages.sendText", {"recipient": BSUID, "body": "Halo", "previewUrl": False},
            id="text by the id she has towards us",
        ),
        pytest.param(
            Outbound(PHONE, "Jadi?", buttons=BUTTONS),
            "messages.sendInteractiveButtons",
            {"to": PHONE, "bodyText": "Jadi?", "buttons": REPLIES},
            id="buttons",
        ),
        pytest.param(
            Outbound(PHONE, "Ke mana?", rows=(Row("Polindes", "p1", "buka pagi"), Row("RSUD", "p2"))),
            "messages.sendInteractiveList",
            {"to": PHONE, "bodyText": "Ke mana?", "buttonText": "Pilih", "sections": SECTIONS},
            id="list",
        ),
        pytest.param(
            Outbound(PHONE, "-", template="visit", template_values=("Siti",), buttons=BUTTONS[:1]),
            "messages.sendTemplate",
            {"to": PHONE, "template": {"name": "visit", "language": {"code": "id"}, "components": COMPONENTS}},
            id="template with a button",
        ),
    ],
)  # fmt: skip
async def test_message_is_the_one_that_the_other_client_sends(
    channel: WhatsAppChannel, api: WhatsAppApi, outbound: Outbound, call: str, given: Json
) -> None:
    await channel.send(outbound)
    (mine,) = api.called("messages")
    heard_back(job(api, call, phoneNumberId=PHONE_ID, **given))
    assert mine == api.called("messages")[1]


@pytest.mark.anyio
async def test_picture_is_uploaded_and_named_as_the_other_client_does(
    channel: WhatsAppChannel, api: WhatsAppApi
) -> None:
    await channel.send(Outbound(PHONE, "Buku KIA", image=PIXEL))
    (sent,) = api.called("messages")
    photo = {"bytes": base64.b64encode(PIXEL).decode()}
    upload = {"phoneNumberId": PHONE_ID, "type": "image/png", "file": photo, "fileName": "kawal.png"}
    (uploaded,) = heard_back(job(api, "media.upload", **upload))
    image = {"id": uploaded["id"], "caption": "Buku KIA"}
    heard_back(job(api, "messages.sendImage", phoneNumberId=PHONE_ID, to=PHONE, image=image))
    ours, theirs = [call for call in api.calls if call.endpoint == "media"]
    assert (ours.body, ours.files) == (theirs.body, theirs.files)
    assert {**sent, "image": image} == api.called("messages")[1]


def test_template_is_submitted_as_the_other_client_does(api: WhatsAppApi) -> None:
    ours = Sentence("visit_soon", "Bu {name}, besok periksa ya.", (("Ya", "/affirm"),), True, "", pushed=True)
    with httpx.Client(trust_env=False) as client:
        templates.Templates(client, api.base_url, BUSINESS_ID, TOKEN).create(ours)
    api.templates.clear()
    parts = [
        {"type": "BODY", "text": "Bu {{1}}, besok periksa ya.", "example": {"bodyText": [["Siti"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Ya"}]},
    ]
    named = {"businessAccountId": BUSINESS_ID, "name": "visit_soon", "language": "id", "category": "UTILITY"}
    heard_back(job(api, "templates.create", **named, components=parts))
    mine, theirs = api.called("message_templates")
    assert {name: mine[name] for name in theirs} == theirs


@pytest.mark.parametrize(
    ("secret", "believed"), [(webhooks.APP_SECRET, True), ("lain", False)], ids=["our secret", "another secret"]
)
def test_signature_of_our_double_is_one_to_the_other_client(secret: str, believed: bool) -> None:
    body, headers = webhooks.signed(webhooks.post(webhooks.text("halo 🤰🏽")), secret)
    given = {
        "appSecret": webhooks.APP_SECRET,
        "rawBody": body.decode(),
        "signatureHeader": headers[webhooks.SIGNATURE],
    }
    assert heard_back({"client": "webhook", "call": "verifySignature", "args": [given]}) == [believed]


LEFT_OUT = {
    "reaction": "nothing to answer",
    "revoke": "nothing to answer",
    "request_welcome": "nothing was said",
    "customer_identity_changed": "a new device is the same person",
}
NOT_OURS = {
    "echo": "our own words from the app on a phone",
    "group_text": "we make no groups",
    "text_to_another_number": "the account has several numbers",
    "text_of_nobody": "nobody to answer to",
    "edited_without_words": "a new picture has no new words",
    "status_of_tomorrow": "a state that steps nowhere",
}
STATES = {"played": "read"}


@pytest.fixture(scope="module")
def normalised() -> dict[str, Json]:
    """Every post of our collection as the other client reads it, by name."""
    posted = {path.stem: json.loads(path.read_text()) for path in sorted(PAYLOADS.glob("*.json"))}
    jobs = [{"client": "webhook", "call": "normalizeWebhook", "args": [post]} for post in posted.values()]
    return dict(zip(posted, heard_back(*jobs), strict=True))


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_post_says_the_same_to_both(name: str, normalised: dict[str, Json]) -> None:
    posted = json.loads((PAYLOADS / f"{name}.json").read_text())
    mine = read(posted, PHONE_ID, datetime(2026, 11, 21, tzinfo=UTC))
    theirs = normalised[name]
    if name in NOT_OURS:
        assert mine == []
        assert theirs["messages"] or theirs["statuses"]
        return
    heard = [said(message) for message in theirs["messages"] if kind_of(message) not in LEFT_OUT]
    assert [told(inbound) for inbound in mine if inbound.has_content or inbound.kind is InboundKind.MOVED] == heard
    reported = [report(status) for status in theirs["statuses"]]
    assert [(r.status_of, r.status, r.tracker, r.error) for r in mine if r.kind is InboundKind.STATUS] == reported


def kind_of(message: Json) -> str:
    """Its kind; of a notice, which."""
    return str(message["system"]["type"] if message["type"] == "system" else message["type"])


def told(inbound: Inbound) -> Json:
    """What we read, in as many words as the two have in common."""
    media = inbound.media
    place = {"latitude": media.lat, "longitude": media.lon} if media and media.kind == "location" else None
    return {
        "id": inbound.external_id,
        "at": int(inbound.sent_at.timestamp()),
        "text": inbound.text,
        "button": inbound.button,
        "caption": media.caption if media else None,
        "place": place,
    }


def said(message: Json) -> Json:
    """What the other client read; of what was edited, the new words."""
    content = message["edit"]["message"] if message["type"] == "edit" else message
    item = {} if content["type"] == "contacts" else content.get(content["type"], {})
    interactive = content.get("interactive", {})
    pressed = interactive.get("buttonReply") or interactive.get("listReply") or {}
    button = pressed.get("id") or (item.get("payload") if content["type"] == "button" else None)
    named = content["type"] == "button" and item.get("payload") == item.get(
        "text"
    )  # a button without a payload of ours
    place = {key: item[key] for key in ("latitude", "longitude")} if content["type"] == "location" else None
    return {
        "id": message["id"],
        "at": int(message["timestamp"]),
        "text": item.get("text") if named else content.get("text", {}).get("body"),
        "button": None if named else button,
        "caption": item.get("caption") if content["type"] != "text" else None,
        "place": place,
    }


def report(status: Json) -> tuple[Any, ...]:
    """What the other client read of a status."""
    errors = status.get("errors") or [{}]
    code = errors[0].get("code")
    state = STATES.get(status["status"], status["status"])
    return status["id"], state, status.get("bizOpaqueCallbackData"), str(code) if code else None
