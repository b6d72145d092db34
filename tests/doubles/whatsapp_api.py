"""A Graph API on a loopback port: it checks what the Cloud API checks, records every call and fails when told to.

Written from developers.facebook.com, WhatsApp Business Platform: messages, media, message templates, error codes.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.doubles import wire
from tests.doubles.wire import Fault, Json, Script, as_json, play, serve, with_transport

TOKEN = "EAAsynthetic-token-of-the-double"
PHONE_ID = "100000000000001"
BUSINESS_ID = "200000000000002"
VERSION = "v26.0"
FIRST_TEMPLATE = 700000001  # the id of the first one
BSUID = r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}"


@dataclass(frozen=True)
class Call:
    """One request as the API understood it."""

    endpoint: str  # messages | media | message_templates; empty: a template by its id
    method: str
    body: Json
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # kind and bytes by field


def refused(code: int, status: int = 400, headers: dict[str, str] | None = None, **more: Any) -> Fault:
    """The API's own error answer."""
    answer = {"message": f"(#{code}) refused", "type": "OAuthException", "code": code, "fbtrace_id": "A1", **more}
    return Fault(status, as_json({"error": answer}), headers or {})


class Refusal(wire.Refusal):
    """The call is wrong; Meta's code says how."""

    def __init__(self, code: int, details: str, status: int = 400) -> None:
        data = {"messaging_product": "whatsapp", "details": details}
        super().__init__(details, refused(code, status, error_data=data))


@dataclass
class Template:
    """A message template; only an approved one can be sent."""

    name: str
    values: int = 0  # how many {{n}} its body has
    status: str = "APPROVED"
    language: str = "id"
    body: Json = field(default_factory=dict)


class WhatsAppApi:
    """The double's state and its controls; safe to use from the test's thread."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.reset()

    def reset(self) -> None:
        """Forget everything, as if newly started."""
        self.calls: list[Call] = []
        self.latency_s = 0.0
        self.templates: dict[str, Template] = {}
        self.closed_windows: set[str] = set()  # addresses that may only get templates
        self.delivered: list[tuple[str, str]] = []  # address and words of every message that was taken
        self.trackers: list[str] = []  # what came with them
        self.token = TOKEN
        self._script = Script()
        self._media: set[str] = set()
        self._numbers = count(1)

    def fail(self, endpoint: str, *faults: Fault) -> None:
        """Let the next calls of ``endpoint`` end so, one fault each."""
        self._script.add(endpoint, *faults)

    def called(self, endpoint: str) -> list[Json]:
        """The bodies of all calls of ``endpoint`` so far, oldest first."""
        return [call.body for call in self.calls if call.endpoint == endpoint]

    async def answer(self, request: Request) -> Response:
        """Handle one request of a client."""
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return wire.respond(refused(190, 401))
        call = await _read(request)
        self.calls.append(call)
        fault = self._script.next(call.endpoint)
        owner = request.path_params["owner"]
        return await play(
            request, replace(fault, delay_s=fault.delay_s or self.latency_s), lambda: self._result(call, owner)
        )

    async def _result(self, call: Call, owner: str) -> Json:
        if owner in self._template_ids() and not call.endpoint:
            return self._edit_template(self._template_ids()[owner], call.body)
        if owner != (BUSINESS_ID if call.endpoint == "message_templates" else PHONE_ID):
            raise Refusal(100, "Unsupported request: object does not exist")
        if call.endpoint == "messages":
            return self._send(call.body)
        if call.endpoint == "media":
            return self._upload(call)
        if call.endpoint == "message_templates":
            return self._list_templates() if call.method == "GET" else self._create_template(call.body)
        raise Refusal(2500, "Unknown path components")

    def _send(self, body: Json) -> Json:
        address = _check_envelope(body)
        if body["type"] != "template" and address.removeprefix("+") in self.closed_windows:
            raise Refusal(131047, "More than 24 hours have passed since the customer last replied")
        content = body.get(body["type"])
        if not isinstance(content, dict):
            raise Refusal(131008, f"{body['type']} object is required")
        if body["type"] == "text":
            _check_length(content.get("body"), 4096, "text.body")
        elif body["type"] == "interactive":
            _check_interactive(content)
        elif body["type"] == "image":
            self._check_image(content)
        elif body["type"] == "template":
            self._check_template(content)
        else:
            raise Refusal(131051, "Unsupported message type")
        contact = {"user_id": address} if "recipient" in body else {"wa_id": address.removeprefix("+")}
        sent = {"id": f"wamid.double{next(self._numbers)}"}
        self.delivered.append((address, _words(body["type"], content)))
        self.trackers.append(body.get("biz_opaque_callback_data", ""))
        return {"messaging_product": "whatsapp", "contacts": [{"input": address, **contact}], "messages": [sent]}

    def _check_image(self, content: Json) -> None:
        if content.get("id") not in self._media:
            raise Refusal(131053, "media id does not exist")
        if "caption" in content:
            _check_length(content["caption"], 1024, "image.caption")

    def _check_template(self, content: Json) -> None:
        template = self.templates.get(content.get("name", ""))
        if template is None or template.language != content.get("language", {}).get("code"):
            raise Refusal(132001, "template name does not exist in the translation")
        if template.status != "APPROVED":
            raise Refusal(132015, f"template is {template.status}")
        parameters = [
            parameter
            for component in content.get("components", [])
            if component["type"].lower() == "body"
            for parameter in component["parameters"]
        ]
        if len(parameters) != template.values:
            raise Refusal(132000, "number of parameters does not match")
        if any(not p["text"] or re.search(r"[\n\t]| {5}", p["text"]) for p in parameters):
            raise Refusal(132018, "parameter is empty or has line breaks, tabs or more than four blanks")

    def _upload(self, call: Call) -> Json:
        kind, content = call.files.get("file", ("", b""))
        if call.body.get("messaging_product") != "whatsapp":
            raise Refusal(100, "(#100) The parameter messaging_product is required.")
        if kind != "image/png" or not content.startswith(b"\x89PNG\r\n\x1a\n"):
            raise Refusal(131053, "file is not of the kind it is said to be")
        media_id = str(300000000000000 + next(self._numbers))
        self._media.add(media_id)
        return {"id": media_id}

    def _list_templates(self) -> Json:
        listed = [
            {"name": t.name, "status": t.status, "language": t.language, "category": "UTILITY", "id": number}
            | ({"components": t.body["components"]} if "components" in t.body else {})
            for number, t in self._template_ids().items()
        ]
        return {"data": listed, "paging": {"cursors": {"before": "a", "after": "b"}}}

    def _create_template(self, body: Json) -> Json:
        name = body.get("name", "")
        if not re.fullmatch(r"[a-z0-9_]{1,512}", name):
            raise Refusal(100, "name may hold lower-case letters, digits and underscores only")
        if name in self.templates:
            raise Refusal(100, "content in this language already exists")
        self.templates[name] = Template(name, _values(body), "PENDING", body.get("language", ""), body)
        return {
            "id": str(FIRST_TEMPLATE + len(self.templates) - 1),
            "status": "PENDING",
            "category": body.get("category"),
        }

    def _edit_template(self, template: Template, body: Json) -> Json:
        if template.status not in {"APPROVED", "REJECTED", "PAUSED"}:
            raise Refusal(100, "only approved, rejected or paused templates can be edited")
        template.values, template.status, template.body = _values(body), "PENDING", template.body | body
        return {"success": True}

    def _template_ids(self) -> dict[str, Template]:
        return {str(number): template for number, template in enumerate(self.templates.values(), FIRST_TEMPLATE)}


def _values(body: Json) -> int:
    """How many holes its words have."""
    text = next((c.get("text", "") for c in body.get("components", []) if c["type"].lower() == "body"), "")
    if not text or re.match(r"\{\{", text) or text.endswith("}}"):
        raise Refusal(2388299, "variables cannot be at the start or end of the template")
    return len(set(re.findall(r"\{\{(\w+)\}\}", text)))


def _words(kind: str, content: Json) -> str:
    """What she reads; of a template its name."""
    found = {"text": content.get("body"), "interactive": content.get("body"), "image": content.get("caption", "")}
    words = found.get(kind, content.get("name"))
    return str(words["text"] if isinstance(words, dict) else words)


def _check_envelope(body: Json) -> str:
    """The one address the message goes to."""
    if body.get("messaging_product") != "whatsapp" or body.get("recipient_type") != "individual":
        raise Refusal(131008, "messaging_product and recipient_type are required")
    if ("to" in body) == ("recipient" in body):
        raise Refusal(131008, "either to or recipient")
    if "to" in body and not re.fullmatch(r"\+?[0-9]{8,15}", body["to"]):
        raise Refusal(131009, "to is not a phone number")
    if "recipient" in body and not re.fullmatch(BSUID, body["recipient"]):
        raise Refusal(131009, "recipient is not a user id")
    if len(body.get("biz_opaque_callback_data", "")) > 512:
        raise Refusal(131009, "biz_opaque_callback_data is too long")
    return str(body.get("to") or body["recipient"])


def _check_length(text: Any, limit: int, what: str) -> None:
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        raise Refusal(131009, f"{what} must have 1 to {limit} characters")


def _check_interactive(content: Json) -> None:
    _check_length(content.get("body", {}).get("text"), 1024, "body.text")
    action = content.get("action", {})
    if content.get("type") == "button":
        replies = [button["reply"] for button in action.get("buttons", [])]
        _check_choices(replies, 3, 20, 256)
    elif content.get("type") == "list":
        _check_length(action.get("button"), 20, "action.button")
        _check_length(action["sections"][0].get("title"), 24, "section.title")
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        _check_choices(rows, 10, 24, 200)
        if any(len(row.get("description", "x")) > 72 or not row.get("description", "x") for row in rows):
            raise Refusal(131009, "row description must have 1 to 72 characters")
    elif content.get("type") != "request_contact_info" or action.get("name") != "request_contact_info":
        raise Refusal(131009, "unknown interactive type")


def _check_choices(choices: list[Json], most: int, title: int, name: int) -> None:
    if not 1 <= len(choices) <= most:
        raise Refusal(131009, f"1 to {most} choices")
    for choice in choices:
        _check_length(choice.get("title"), title, "title")
        _check_length(choice.get("id"), name, "id")
    for key in ("title", "id"):
        if len({choice[key] for choice in choices}) != len(choices):
            raise Refusal(131009, f"duplicated {key}")


async def _read(request: Request) -> Call:
    endpoint, content_type = request.path_params.get("endpoint", ""), request.headers.get("content-type", "")
    if request.method == "GET":
        return Call(endpoint, "GET", dict(request.query_params))
    if not content_type.startswith("multipart/form-data"):
        return Call(endpoint, request.method, json.loads(await request.body()))
    async with request.form() as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        uploads = {name: value for name, value in form.items() if isinstance(value, UploadFile)}
        files = {name: (upload.content_type or "", await upload.read()) for name, upload in uploads.items()}
    return Call(endpoint, request.method, fields, files)


@contextmanager
def serve_whatsapp_api() -> Iterator[WhatsAppApi]:
    """Run the double on a free loopback port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = WhatsAppApi(f"http://127.0.0.1:{listener.getsockname()[1]}/{VERSION}")
        routes = [
            Route(f"/{VERSION}/{{owner}}{rest}", api.answer, methods=["GET", "POST"]) for rest in ("/{endpoint}", "")
        ]
        with serve(with_transport(Starlette(routes=routes)), listener):
            yield api
