"""What a webhook post of the WhatsApp Cloud API says, in the words of ``bot.channel``; pure.

One post holds many entries, an entry many changes, a change many messages and statuses: all are read, in order. Any
field may be missing or of a strange kind; what cannot be made sense of is left out, and takes nothing else with it.
Source: developers.facebook.com, WhatsApp Business Platform, webhooks reference: messages, business-scoped user ids.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.channel import Inbound, InboundKind, Media

CHANNEL = "whatsapp"
BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_MEDIA_KINDS = {"image": "photo", "audio": "voice", "video": "video", "document": "document", "sticker": "sticker"}
# Nothing to answer: a reaction to our words, a message taken back, a chat opened without a word.
_LEFT_OUT = frozenset({"reaction", "revoke", "request_welcome"})
_STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
# What is said about our account: the field, and where in it stand what happened, to what, and why.
_NOTICES = {
    "message_template_status_update": ("event", "message_template_name", "reason"),
    "message_template_quality_update": ("new_quality_score", "message_template_name", "previous_quality_score"),
    "template_category_update": ("new_category", "message_template_name", "previous_category"),
    "phone_number_quality_update": ("event", "current_limit", "old_limit"),
    "business_capability_update": ("max_daily_conversations_per_business", "", ""),
    "account_review_update": ("decision", "", ""),
    "account_update": ("event", "", ""),
    "account_alerts": ("alert_type", "alert_severity", "alert_status"),
}
Json = dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """Something about our account, numbers or templates that an operator must know; never about a person."""

    field: str  # the kind of change, in Meta's words
    event: str  # APPROVED, REJECTED, PAUSED, FLAGGED, an error code …
    about: str = ""  # the template's name, or the new limit
    detail: str = ""


@dataclass(frozen=True)
class _Person:
    """Who: by phone, by the id that Meta gives her towards our business, or both."""

    phone: str | None = None  # E.164
    user_id: str | None = None

    @property
    def address(self) -> str | None:
        """The phone if it is known, for the registry knows her by it."""
        return self.phone or self.user_id

    @property
    def other_address(self) -> str | None:
        """Her id, should the phone one day be withheld."""
        return self.user_id if self.phone else None


def read(posted: Any, phone_id: str | None, now: datetime) -> list[Inbound]:
    """All messages and statuses to our number; ``now`` stands in for a time that is missing.

    Raises:
        ValueError: this is no post of the WhatsApp Business Platform.
    """
    if not isinstance(posted, dict) or not isinstance(posted.get("entry"), list):
        raise ValueError("not a webhook post")
    if posted.get("object", "whatsapp_business_account") != "whatsapp_business_account":
        raise ValueError("a post about another product")
    return [inbound for value in _values(posted, phone_id) for inbound in _read_value(value, now)]


def read_notices(posted: Any) -> list[Notice]:
    """What the post says about the account."""
    notices = []
    for change in _changes(posted):
        name, value = _text(change, "field") or "", _dict(change, "value")
        if name in _NOTICES:
            event, about, detail = (_text(value, key) or "" for key in _NOTICES[name])
            notices.append(Notice(name, event, about, detail))
        notices += [Notice("errors", code) for code in _codes(value)]
    return notices


def _changes(posted: Any) -> Iterator[Json]:
    for entry in _dicts(posted if isinstance(posted, dict) else {}, "entry"):
        yield from _dicts(entry, "changes")


def _values(posted: Json, phone_id: str | None) -> Iterator[Json]:
    """Only what our number received: an account with several numbers posts for all of them."""
    for change in _changes(posted):
        value = _dict(change, "value")
        number = _text(_dict(value, "metadata"), "phone_number_id")
        is_ours = number is None or phone_id is None or number == phone_id
        if is_ours and change.get("field", "messages") == "messages":
            yield value


def _read_value(value: Json, now: datetime) -> Iterator[Inbound]:
    contacts = _dicts(value, "contacts")
    for message in _dicts(value, "messages"):
        inbound = _from_message(message, contacts, now)
        if inbound is not None:
            yield inbound
    for status in _dicts(value, "statuses"):
        inbound = _from_status(status, contacts, now)
        if inbound is not None:
            yield inbound


def _from_message(message: Json, contacts: list[Json], now: datetime) -> Inbound | None:
    if _text(message, "type") == "system":
        return _from_system(message, now)
    sender = _sender(message, contacts)
    if sender.address is None or "group_id" in message:  # a group exists only when a business makes one: we make none
        return None
    changes = _content(message)
    if changes is None:
        return None
    inbound = Inbound(CHANNEL, _id(message), sender.address, _moment(message, now))
    return replace(inbound, **{"phone": sender.phone, "other_address": sender.other_address, **changes})


def _from_system(message: Json, now: datetime) -> Inbound | None:
    """She has a new number or id. That she uses a new device is left out: nothing follows from it for us."""
    system = _dict(message, "system")
    new_id = _user_id(system.get("user_id"))
    match _text(system, "type"):
        case "user_changed_number" | "customer_changed_number":
            old = _Person(_phone(message.get("from")) or _phone(system.get("customer")))
            new = _Person(_phone(system.get("wa_id")) or _phone(system.get("new_wa_id")), new_id)
        case "user_changed_user_id":
            old, new = _Person(user_id=_user_id(system.get("previous_user_id"))), _Person(user_id=new_id)
        case _:
            return None
    if old.address is None or new.address is None:
        return None
    return Inbound(
        CHANNEL,
        _id(message),
        old.address,
        _moment(message, now),
        InboundKind.MOVED,
        phone=new.phone,
        other_address=new.address,
    )


def _content(message: Json) -> Json | None:
    """What changes in an ``Inbound`` because of what was sent; None when it says nothing to us."""
    kind = _text(message, "type")
    if kind in _LEFT_OUT:
        return None
    if kind == "edit":
        edited = _said(_dict(_dict(message, "edit"), "message"))
        return {**edited, "edited": True} if _has_words(edited) else None
    return _said(message)


def _said(message: Json) -> Json:
    kind = _text(message, "type") or ""
    if kind == "text":
        text = _text(_dict(message, "text"), "body")
        return {"text": text} if text else {"media": Media("other")}
    if kind in ("interactive", "button"):
        return _pressed(message, kind)
    if kind in _MEDIA_KINDS:
        item = _dict(message, kind)
        return {
            "media": Media(
                _MEDIA_KINDS[kind],
                caption=_text(item, "caption"),
                filename=_text(item, "filename"),
                mime=_text(item, "mime_type"),
                file=_text(item, "id") if kind == "image" else None,
            )
        }
    if kind == "location":
        place = _dict(message, "location")
        return {"media": Media("location", lat=_number(place, "latitude"), lon=_number(place, "longitude"))}
    return _shared_contact(message) if kind == "contacts" else {"media": Media("other")}


def _pressed(message: Json, kind: str) -> Json:
    """A button or row of ours, or a button under a template; one without a payload of ours brings its title."""
    if kind == "button":
        pressed = _dict(message, "button")
        payload, title = _text(pressed, "payload"), _text(pressed, "text")
    else:
        interactive = _dict(message, "interactive")
        pressed = _dict(interactive, "button_reply") or _dict(interactive, "list_reply")
        payload, title = _text(pressed, "id"), _text(pressed, "title")
    if payload and payload != title:
        return {"button": payload}
    return {"text": title} if title else {"media": Media("other")}


def _shared_contact(message: Json) -> Json:
    """A card; her own number when she pressed the button that shares it: Meta itself then names that origin."""
    cards = _dicts(message, "contacts")
    origin = _text(message, "origin") or (_text(cards[0], "origin") if cards else None)
    media = Media("contact")
    if origin != "contact_request" or len(cards) != 1:
        return {"media": media}
    numbers = _dicts(cards[0], "phones")
    phone = next((phone for number in numbers if (phone := _shared_phone(number))), None)
    return {"media": media, "kind": InboundKind.CONTACT, "phone": phone} if phone else {"media": media}


def _shared_phone(number: Json) -> str | None:
    return _phone(number.get("wa_id")) or _phone(re.sub(r"[ ().-]", "", _text(number, "phone") or ""))


def _has_words(said: Json) -> bool:
    return bool(said.get("text")) or ("media" in said and bool(said["media"].caption))


def _from_status(status: Json, contacts: list[Json], now: datetime) -> Inbound | None:
    state, message_id = _STATES.get(_text(status, "status") or ""), _text(status, "id")
    if state is None or message_id is None:
        return None
    person = _who(_phone(status.get("recipient_id")), _user_id(status.get("recipient_user_id")), contacts)
    return Inbound(
        CHANNEL,
        f"{message_id}:{state}",
        person.address or "",
        _moment(status, now),
        InboundKind.STATUS,
        status=state,
        status_of=message_id,
        tracker=_text(status, "biz_opaque_callback_data"),
        error=next(iter(_codes(status)), None),
    )


def _sender(message: Json, contacts: list[Json]) -> _Person:
    given = message.get("from")
    return _who(_phone(given), _user_id(message.get("from_user_id")) or _user_id(given), contacts)


def _who(phone: str | None, user_id: str | None, contacts: list[Json]) -> _Person:
    """Complete one name by the other; with neither, the only contact of the change must be the one."""
    known = [_Person(_phone(contact.get("wa_id")), _user_id(contact.get("user_id"))) for contact in contacts]
    if phone is None and user_id is None:
        return known[0] if len(known) == 1 else _Person()
    for person in known:
        if (phone and person.phone == phone) or (user_id and person.user_id == user_id):
            return _Person(phone or person.phone, user_id or person.user_id)
    return _Person(phone, user_id)


def _id(message: Json) -> str:
    """Meta's id, else one made of the content, so that a redelivery is still known for one."""
    return _text(message, "id") or hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()


def _moment(item: Json, now: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(item.get("timestamp", "")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now


def _phone(value: object) -> str | None:
    """A number as +62…; WhatsApp's have the country code and no plus."""
    text = str(value) if isinstance(value, (str, int)) else ""
    return f"+{text.removeprefix('+')}" if _PHONE.fullmatch(text) else None


def _user_id(value: object) -> str | None:
    return value if isinstance(value, str) and BSUID.fullmatch(value) else None


def _codes(item: Json) -> list[str]:
    return [code for error in _dicts(item, "errors") if (code := _text(error, "code"))]


def _dict(item: Json, key: str) -> Json:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _dicts(item: Json, key: str) -> list[Json]:
    value = item.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(item: Json, key: str) -> str | None:
    """A text that a database can keep: PostgreSQL takes neither NUL nor half an emoji."""
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace") or None


def _number(item: Json, key: str) -> float | None:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
