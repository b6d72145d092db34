"""What Meta posts to a webhook, built and signed: the other half of the Graph API's double."""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import count
from typing import Any

from tests.doubles.whatsapp_api import BUSINESS_ID, PHONE_ID

APP_SECRET = "rahasia-aplikasi-uji"
SIGNATURE = "X-Hub-Signature-256"
_NUMBERS = count(1)
Json = dict[str, Any]


def person(phone: str | None = "6281200000101", user_id: str | None = "ID.70000000000000000101") -> Json:
    """A contact as a change lists it; either name may be missing."""
    contact: Json = {"profile": {"name": "Siti Contoh"}}
    contact |= {"wa_id": phone} if phone else {}
    return contact | ({"user_id": user_id} if user_id else {})


def message(kind: str = "text", contact: Json | None = None, at: int = 1795230000, **content: Any) -> Json:
    """A change's value that holds one message; ``content`` stands under the name of its kind."""
    contact = contact or person()
    names = {"from": contact.get("wa_id"), "from_user_id": contact.get("user_id")}
    sender = {name: value for name, value in names.items() if value}
    written = {**sender, "id": f"wamid.in{next(_NUMBERS)}", "timestamp": str(at), "type": kind, **content}
    return _value(contacts=[contact], messages=[written])


def text(words: str, contact: Json | None = None) -> Json:
    """A change's value that holds one text."""
    return message("text", contact, text={"body": words})


def status(sent: str, state: str, tracker: str | None = None, code: int | None = None, at: int = 1795230000) -> Json:
    """A change's value that holds one status of the message ``sent``."""
    contact = person()
    reported: Json = {"id": sent, "status": state, "timestamp": str(at)}
    reported |= {"recipient_id": contact["wa_id"], "recipient_user_id": contact["user_id"]}
    reported |= {"biz_opaque_callback_data": tracker} if tracker else {}
    if code is None:
        return _value(contacts=[contact], statuses=[reported])
    error = {"code": code, "title": "Refused", "message": "Refused", "error_data": {"details": "refused"}}
    return _value(statuses=[reported | {"errors": [error]}])


def post(*values: Json, entries: int = 1) -> Json:
    """One post with all these values, one change each, over so many entries."""
    changes = [{"value": value, "field": "messages"} for value in values]
    size = -(-len(changes) // entries) or 1
    parts = [changes[start : start + size] for start in range(0, len(changes), size)]
    return {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS_ID, "changes": part} for part in parts]}


def signed(posted: Json | bytes, secret: str = APP_SECRET) -> tuple[bytes, dict[str, str]]:
    """The body as it goes over the wire, and the headers that prove it."""
    body = posted if isinstance(posted, bytes) else json.dumps(posted).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {SIGNATURE: f"sha256={signature}", "Content-Type": "application/json"}


def _value(**content: Any) -> Json:
    metadata = {"display_phone_number": "628120000000", "phone_number_id": PHONE_ID}
    return {"messaging_product": "whatsapp", "metadata": metadata, **content}
