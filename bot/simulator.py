"""The simulated phones: a channel like the others, and the loopback API that plays them and the clock.

Demonstrations, the training of cadres and evaluations go through here; inbox, understanding, actions and outbox are
the real ones. What the phones received is kept apart from the people's records.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.channel import Channel, Delivery, Inbound, InboundKind, Media, Outbound
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.rendering import TELEGRAM, WHATSAPP, render
from bot.sample_photo import SAMPLE, sample
from registry import clock, sealing
from registry.casework import talks
from registry.db import Database
from registry.messaging import messages, pictures
from registry.models import InboxMessage, OutboxMessage, SimulatedMessage
from registry.outside import world
from registry.persons import people

CHANNELS = ("whatsapp", "telegram")
LIMITS = {"whatsapp": WHATSAPP, "telegram": TELEGRAM}
PATIENCE_S = 60
PHONE = re.compile(r"\+[0-9]{6,15}")
MEDIA_KINDS = ("voice", "photo", "location", "sticker", "document", "video", "contact")
RunDue = Callable[[], Awaitable[datetime | None]]


class BadRequestError(ValueError):
    """The caller of the simulator asked for something that does not exist; the message says what."""


class SimulatorChannel(Channel):
    """Delivers to simulated phones by writing what they received."""

    def __init__(self, database: Database, name: str) -> None:
        self.name, self._database = name, database

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Nobody posts to a simulated phone's provider."""
        return False

    def receive(self, body: bytes) -> list[Inbound]:
        """Nobody posts to a simulated phone's provider."""
        return []

    def parts(self, message: Outbound) -> tuple[Outbound, ...]:
        """In the form this channel can show."""
        return render(message, LIMITS[self.name])

    async def fetch(self, file: str, most: int) -> bytes:
        """Simulated phones have one picture: a blank receipt."""
        return sample()

    async def send(self, message: Outbound) -> Delivery:
        """Put the message on the phone, in the form this channel can show."""
        return await asyncio.to_thread(self._deliver, message)

    def _deliver(self, message: Outbound) -> Delivery:
        with self._database.write() as session:
            row = session.get(OutboxMessage, int(message.tracker.partition(".")[0]))
            ids = []
            for part in render(message, LIMITS[self.name]):
                content = {
                    "text": part.text,
                    "buttons": [{"title": b.title, "payload": b.payload} for b in part.buttons],
                    "rows": [{"title": r.title, "description": r.description, "payload": r.payload} for r in part.rows],
                    "image": row.extras["image"] if part.image and row and row.extras else None,
                    "template": part.template,
                    "kind": row.kind if row else "reply",
                    "priority": row.priority if row else messages.ANSWER,
                }
                received = SimulatedMessage(
                    phone=message.to,
                    channel=self.name,
                    direction="out",
                    at=clock.now(session),
                    content=content,
                    outbox_id=row.id if row else None,
                )
                session.add(received)
                session.flush()
                ids.append(f"sim{received.id}")
            return Delivery(tuple(ids))


class Simulator:
    """Plays people, officers and the clock."""

    def __init__(
        self, database: Database, inbox: Inbox, outbox: Outbox, forget: Callable[[], None], demo: Mapping[str, Any],
        run_due: RunDue,
    ) -> None:  # fmt: skip
        self._database, self._inbox, self._outbox, self._forget = database, inbox, outbox, forget
        self._run_due = run_due  # the reminders' own work, done at the moment at which the clock stands
        self._demo = demo  # the world of a reset that brings none
        self._moving = asyncio.Lock()

    async def reset(self, now: datetime, channel: str, given: Mapping[str, Any] | None) -> datetime:
        """Empty the store, load the world, stop the clock.

        Raises:
            WorldError: the document does not hold together; the store is then as it was.
        """
        if channel not in CHANNELS:
            raise BadRequestError(f"channel must be one of {', '.join(CHANNELS)}")

        def load() -> None:
            with self._database.write() as session:
                world.empty(session)
                clock.stop_at(session, now)
                world.load(session, self._demo if given is None else given, now, channel)
            self._forget()

        async with self._moving:
            await asyncio.to_thread(load)
        return now

    async def advance(self, target: datetime) -> datetime:
        """Move the clock forward and do on the way what falls due, in time order."""
        async with self._moving:
            now = await asyncio.to_thread(self._now)
            if target < now:
                raise BadRequestError("the clock only moves forward")
            duty = await self._stand_at(now)
            while (due := await asyncio.to_thread(self._next_due, now, target, duty)) is not None:
                duty = await self._stand_at(due)
                now = due
            await self._stand_at(target)
        return target

    async def _stand_at(self, moment: datetime) -> datetime | None:
        """Do what is due then; returns when the next duty is."""

        def move() -> None:
            with self._database.write() as session:
                clock.stop_at(session, moment)

        await asyncio.to_thread(move)
        duty = await self._run_due()
        await self._outbox.drain()
        return duty

    def _now(self) -> datetime:
        with self._database.read() as session:
            return clock.now(session)

    def _next_due(self, after: datetime, until: datetime, duty: datetime | None) -> datetime | None:
        with self._database.read() as session:
            queued = messages.next_due(session, after, until)
        moments = [moment for moment in (queued, duty) if moment is not None and after < moment <= until]
        return min(moments, default=None)

    async def clock(self) -> datetime:
        """Where the clock stands, or real time."""
        return await asyncio.to_thread(self._now)

    async def write(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Somebody sends a message; answers when it has been handled and what it caused is out."""
        inbound = read_message(body, await self.clock())
        await asyncio.to_thread(self._show_own, inbound)
        await self._inbox.store([inbound])
        await self._settle(inbound)
        return await asyncio.to_thread(self._outcome, inbound)

    async def _settle(self, inbound: Inbound) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._inbox.drain()
            while await asyncio.to_thread(self._is_running, inbound):
                await asyncio.sleep(0.02)
                await self._inbox.drain()
        await self._outbox.drain()

    def _is_running(self, inbound: Inbound) -> bool:
        """Whether it is in somebody's hands, or next after one that is; what is postponed waits with all behind it."""
        with self._database.read() as session:
            row = _row_of(session, inbound)
            if row is None or row.status not in ("leased", "queued"):
                return False
            held = exists().where(InboxMessage.contact_id == row.contact_id, InboxMessage.status == "leased")
            return bool(session.scalar(select(held)))

    def _show_own(self, inbound: Inbound) -> None:
        """The sender's phone shows what she wrote; a redelivery shows nothing new."""
        with self._database.write() as session:
            if _row_of(session, inbound) is not None:
                return
            media = {"kind": inbound.media.kind, "caption": inbound.media.caption} if inbound.media else None
            text = inbound.text or _title_of(session, inbound)
            content = {"text": text, "button": inbound.button, "media": media}
            session.add(
                SimulatedMessage(
                    phone=inbound.sender,
                    channel=inbound.channel,
                    direction="in",
                    at=inbound.sent_at,
                    content=content,
                )
            )

    def _outcome(self, inbound: Inbound) -> dict[str, Any]:
        with self._database.read() as session:
            row = _row_of(session, inbound)
            caused = select(OutboxMessage.id).where(OutboxMessage.inbox_id == (row.id if row else -1))
            received = select(SimulatedMessage).where(SimulatedMessage.outbox_id.in_(caused))
            return {
                "message_id": inbound.external_id,
                "trace": row.trace if row else None,
                "messages": [as_received(session, m) for m in session.scalars(received.order_by(SimulatedMessage.id))],
            }

    async def received(self, to: str | None, since: int) -> list[dict[str, Any]]:
        """What the phones received after a message, oldest first."""

        def read() -> list[dict[str, Any]]:
            with self._database.read() as session:
                rows = select(SimulatedMessage).where(SimulatedMessage.direction == "out", SimulatedMessage.id > since)
                if to:
                    rows = rows.where(SimulatedMessage.phone == to)
                return [as_received(session, m) for m in session.scalars(rows.order_by(SimulatedMessage.id))]

        return await asyncio.to_thread(read)

    async def picture(self, message_id: int) -> bytes | None:
        """The picture in a message on a phone, as far as what it shows is still there."""

        def render() -> bytes | None:
            with self._database.read() as session:
                message = session.get(SimulatedMessage, message_id)
                name = message.content.get("image") if message else None
                return pictures.render(session, name) if name else None

        return await asyncio.to_thread(render)

    async def act_as_staff(self, body: Mapping[str, Any]) -> None:
        """An officer answers or closes a talk.

        Raises:
            BadRequestError: no such action, person or text.
        """

        action, by, text = body.get("action"), str(body.get("by") or ""), str(body.get("text") or "").strip()
        if action not in ("reply", "close"):
            raise BadRequestError("action must be reply or close")
        if action == "reply" and not (PHONE.fullmatch(by) and text):
            raise BadRequestError("a reply needs by (the officer's phone number) and text")

        def act() -> None:
            with self._database.write() as session:
                contact = people.contact_for_phone(session, str(body.get("to", "")))
                if contact is None:
                    raise BadRequestError("nobody has written from that number")
                now = clock.now(session)
                if action == "reply":
                    talks.reply(session, contact, by, text, now)
                else:
                    talks.close(session, contact, now)

        await asyncio.to_thread(act)
        await self._outbox.drain()


def _row_of(session: Session, inbound: Inbound) -> InboxMessage | None:
    return session.scalar(
        select(InboxMessage).where(
            InboxMessage.channel == inbound.channel,
            InboxMessage.external_index == sealing.index("message", inbound.external_id),
        )
    )


def as_received(session: Session, message: SimulatedMessage) -> dict[str, Any]:
    """A message on a phone as the API tells it."""
    row = session.get(OutboxMessage, message.outbox_id) if message.outbox_id else None
    state = "delivered" if row is None or row.delivery == "sent" else row.delivery
    return {
        "id": message.id,
        "to": message.phone,
        "at": message.at.astimezone(clock.JAKARTA).isoformat(),
        **{name: message.content.get(name) for name in ("kind", "text", "buttons", "rows", "template")},
        "image": f"/simulator/pictures/{message.id}" if message.content.get("image") else None,
        "priority": message.content.get("priority"),
        "status": state,
    }


def _title_of(session: Session, inbound: Inbound) -> str:
    """What stood on the button she pressed."""
    if inbound.button is None:
        return ""
    rows = select(SimulatedMessage).where(SimulatedMessage.phone == inbound.sender, SimulatedMessage.direction == "out")
    for message in session.scalars(rows.order_by(SimulatedMessage.id.desc()).limit(20)):
        for choice in (*(message.content.get("buttons") or ()), *(message.content.get("rows") or ())):
            if choice["payload"] == inbound.button:
                return str(choice["title"])
    return inbound.button


_counter = itertools.count(1)


def read_message(body: Mapping[str, Any], now: datetime) -> Inbound:
    """The body of POST /simulator/messages as something that came in.

    Raises:
        BadRequestError: no sender, an unknown channel, nothing said.
    """
    sender, channel = str(body.get("from") or ""), body.get("channel") or "whatsapp"
    if not PHONE.fullmatch(sender):
        raise BadRequestError("from must be a phone number like +6281200000001")
    if channel not in CHANNELS:
        raise BadRequestError(f"channel must be one of {', '.join(CHANNELS)}")
    text, button, media = body.get("text"), body.get("button"), body.get("media")
    if text is None and button is None and media is None:
        raise BadRequestError("one of text, button or media is needed")
    return Inbound(
        channel=channel,
        external_id=_words(body.get("message_id") or None) or f"sim-{secrets.token_hex(6)}-{next(_counter)}",
        sender=sender,
        sent_at=now.astimezone(UTC),
        kind=InboundKind.MESSAGE,
        text=_words(text),
        button=_words(button),
        media=None if media is None else _read_media(media),
        phone=sender,
    )


def _words(value: Any) -> str | None:
    """Whatever was posted as text that can be stored: JSON may hold halves of characters, which are none."""
    return None if value is None else str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _read_media(media: Any) -> Media:
    if not isinstance(media, Mapping):
        raise BadRequestError("media must be an object with a type")
    kind = str(media.get("kind") or media.get("type") or "other")
    if kind not in MEDIA_KINDS:
        raise BadRequestError(f"media type must be one of {', '.join(MEDIA_KINDS)}")
    return Media(
        kind=kind,
        caption=_words(media.get("caption")),
        lat=_number(media.get("lat")),
        lon=_number(media.get("lon")),
        duration_s=_number(media.get("duration_s")),
        size_bytes=_number(media.get("bytes")),
        filename=_words(media.get("filename")),
        mime=_words(media.get("mime")),
        file=SAMPLE if kind == "photo" else None,
    )
