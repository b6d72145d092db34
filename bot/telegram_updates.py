"""What an update of Telegram says, in the words of ``bot.channel``; pure."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.channel import Inbound, InboundKind, Media

# The library's own switch: durations are timedeltas now, without a warning per message.
os.environ.setdefault("PTB_TIMEDELTA", "true")

CHANNEL = "telegram"
# What python-telegram-bot calls it, most telling first (an animation is also a document, a venue also a location).
_MEDIA_KINDS = {
    "voice": "voice",
    "audio": "voice",
    "photo": "photo",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "sticker",
    "document": "document",
    "location": "location",
    "contact": "contact",
}


def read(update: Update, now: Callable[[], datetime]) -> Inbound | None:
    """What the update says, if it says anything to us; ``now`` is asked for a press, which Telegram does not date."""
    external_id = f"u{update.update_id}"
    if update.callback_query:
        return _from_press(update.callback_query, external_id, now())
    if update.my_chat_member:
        return _from_membership(update.my_chat_member, external_id)
    if update.message:
        return _from_message(update.message, external_id)
    if update.edited_message:
        return _from_edit(update.edited_message, external_id)
    return None


def bare(raw: dict[str, Any]) -> dict[str, Any]:
    """The update with nothing but who wrote which words, or pressed which button, when: what she says must not be lost
    over, say, a new kind of quoted message that the library cannot read."""
    kept = ("message_id", "date", "edit_date", "chat", "from", "text")
    messages = {kind: raw[kind] for kind in ("message", "edited_message") if isinstance(raw.get(kind), dict)}
    words = {kind: {key: message[key] for key in kept if key in message} for kind, message in messages.items()}
    return {"update_id": raw["update_id"]} | words | _bare_press(raw.get("callback_query"))


def _bare_press(query: Any) -> dict[str, Any]:
    """The button under a message of which no more than the chat is known."""
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(message, dict):
        return {}
    kept = {key: query[key] for key in ("id", "from", "data") if key in query}
    under = {"message_id": 0, "date": 0, "chat": message.get("chat")}
    return {"callback_query": {"chat_instance": "", "message": under} | kept}


def _from_press(query: CallbackQuery, external_id: str, at: datetime) -> Inbound | None:
    chat = query.message.chat if query.message else None
    if chat is None or query.data is None:
        return None
    if chat.type != ChatType.PRIVATE:
        return Inbound(CHANNEL, external_id, str(chat.id), at, InboundKind.GROUP)
    return Inbound(CHANNEL, external_id, str(chat.id), at, button=query.data)


def _from_membership(change: ChatMemberUpdated, external_id: str) -> Inbound | None:
    """Read that she blocked the bot, or took it back."""
    kinds = {ChatMemberStatus.BANNED: InboundKind.BLOCKED, ChatMemberStatus.MEMBER: InboundKind.UNBLOCKED}
    kind = kinds.get(ChatMemberStatus(change.new_chat_member.status))
    if kind is None or change.chat.type != ChatType.PRIVATE:
        return None
    return Inbound(CHANNEL, external_id, str(change.chat.id), change.date, kind)


def _from_edit(message: Message, external_id: str) -> Inbound | None:
    """Only words are edited on purpose; a live location edits itself every few seconds."""
    inbound = _from_message(message, external_id) if message.text or message.caption else None
    if inbound is None or inbound.kind is InboundKind.GROUP:
        return None
    return replace(inbound, sent_at=message.edit_date or message.date, edited=True)


def _from_message(message: Message, external_id: str) -> Inbound | None:
    media = _media(message)
    inbound = Inbound(CHANNEL, external_id, str(message.chat.id), message.date)
    if not message.text and media is None:
        return None  # a service message: pinned, timer set, ...
    if message.chat.type != ChatType.PRIVATE:
        from_bot = message.from_user is not None and message.from_user.is_bot
        return None if from_bot else replace(inbound, kind=InboundKind.GROUP)
    if message.contact:
        phone = _proven_phone(message)
        kind = InboundKind.CONTACT if phone else InboundKind.REFUSED_CONTACT
        return replace(inbound, kind=kind, media=media, phone=phone)
    text = re.sub(r"^(/\w+)@\w+", r"\1", message.text) if message.text else None
    return replace(inbound, text=text, media=media)


def _proven_phone(message: Message) -> str | None:
    """The sender's number, if Telegram vouches for it: the server itself sets ``user_id`` on the card she shares.

    A card without ``user_id``, of somebody else, or passed on proves nothing (tdlib/td#2575).
    """
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id or message.forward_origin is not None:
        return None
    return _e164(contact.phone_number)


def _e164(number: str) -> str | None:
    """Write a number as +62…; Telegram's are international, with or without the plus, 0 at most before local ones."""
    digits = re.sub(r"[^0-9]", "", number)
    digits = re.sub(r"^(00|0)", lambda zeros: "" if zeros[0] == "00" else "62", digits)
    digits = re.sub(r"^620+", "62", digits)
    return f"+{digits}" if 8 <= len(digits) <= 15 else None


def _media(message: Message) -> Media | None:
    for attribute, kind in _MEDIA_KINDS.items():
        found = getattr(message, attribute)
        if found:
            item = found[-1] if kind == "photo" else found  # photos come in several sizes, the largest last
            return Media(
                kind,
                caption=message.caption,
                lat=getattr(item, "latitude", None),
                lon=getattr(item, "longitude", None),
                duration_s=seconds(getattr(item, "duration", None)),
                size_bytes=getattr(item, "file_size", None),
                filename=getattr(item, "file_name", None),
                mime=getattr(item, "mime_type", None),
                file=item.file_id if kind == "photo" else None,
            )
    return Media("other", caption=message.caption) if message.effective_attachment else None


def seconds(duration: timedelta | float | None) -> int | None:
    """Count whole seconds, whichever way the library gives a duration."""
    if duration is None:
        return None
    return int(duration.total_seconds() if isinstance(duration, timedelta) else duration)
