"""What every channel is to the bot: one protocol, plain values in and out, and a closed list of errors.

An adapter translates and nothing else: no database, no wording, no retry loop. It takes its client as an argument,
turns what the provider posts into ``Inbound`` values and an ``Outbound`` value into one call to the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class InboundKind(StrEnum):
    """What came in."""

    MESSAGE = "message"  # text, a button or media of a person
    CONTACT = "contact"  # she shared her own number and the channel vouches for it (``phone`` is set)
    REFUSED_CONTACT = "refused_contact"  # a contact card that is not provably her own
    STATUS = "status"  # what became of a message of ours
    BLOCKED = "blocked"  # she blocked the bot
    UNBLOCKED = "unblocked"
    GROUP = "group"  # somebody wrote in a group: politely refused, never processed
    MOVED = "moved"  # she has a new number: ``sender`` is her old address, ``other_address`` the one to write to now


_WITHOUT_CONTENT = (InboundKind.STATUS, InboundKind.BLOCKED, InboundKind.UNBLOCKED, InboundKind.MOVED)


@dataclass(frozen=True)
class Media:
    """Something other than text; the bytes stay with the provider, only what is known about them comes in."""

    kind: str  # voice | photo | location | sticker | document | video | contact | other
    caption: str | None = None
    lat: float | None = None
    lon: float | None = None
    duration_s: int | None = None
    size_bytes: int | None = None
    filename: str | None = None
    mime: str | None = None
    file: str | None = field(default=None, compare=False, repr=False)  # the provider's name for it, of photos alone


@dataclass(frozen=True)
class Inbound:
    """One thing that happened on a channel, already free of the provider's format."""

    channel: str
    external_id: str  # unique within the channel; a second one is a redelivery
    sender: str  # the address to answer to: chat id, phone or business-scoped user id
    sent_at: datetime  # aware
    kind: InboundKind = InboundKind.MESSAGE
    text: str | None = None
    button: str | None = None  # the payload of a pressed button or chosen row
    media: Media | None = None
    phone: str | None = None  # E.164, only when the channel itself proves that it is the sender's
    edited: bool = False
    status: str | None = None  # sent | delivered | read | failed, for kind STATUS
    status_of: str | None = None  # the provider's id of our message, for kind STATUS
    tracker: str | None = None  # what we gave as ``Outbound.tracker``, for kind STATUS
    error: str | None = None  # the provider's code of why it failed, for kind STATUS
    failure: ChannelError | None = field(default=None, compare=False)  # what that code asks of us
    other_address: str | None = None  # a second name of the same person on this channel, should the first one vanish

    @property
    def has_content(self) -> bool:
        """Whether somebody said something, that is whether it belongs into the inbox."""
        return self.kind not in _WITHOUT_CONTENT


@dataclass(frozen=True)
class Button:
    """A quick reply under a message; ``payload`` comes back when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Row:
    """One line of a list message."""

    title: str
    payload: str
    description: str = ""


@dataclass(frozen=True)
class Outbound:
    """One message to one person, free of the provider's format.

    ``image`` is the finished PNG itself: a picture with her data lies on no disk, it is drawn when the message is sent.
    """

    to: str
    text: str
    buttons: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = ()
    image: bytes | None = field(default=None, repr=False)  # a PNG
    template: str | None = None  # name of the approved template when the 24-hour window is closed
    template_values: tuple[str, ...] = ()
    ask_contact: bool = False  # offer a button that shares her own number
    tracker: str = ""  # our own id of the message, echoed in status reports where the provider can


@dataclass(frozen=True)
class Delivery:
    """The provider took the message; ``external_ids`` are its names for it, one per part."""

    external_ids: tuple[str, ...] = field(default=())


class Channel(Protocol):
    """A way to people: verify and read what comes in, send what goes out."""

    name: str
    reports: bool = False  # tells in a status what became of a message, with its tracker

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the provider really sent this request; headers have lower-case names."""
        ...

    def receive(self, body: bytes) -> list[Inbound]:
        """Everything the body holds, in order; what is not understood is left out, never raised.

        Raises:
            ValueError: the body is not what this provider posts (not JSON, wrong shape).
        """
        ...

    def parts(self, message: Outbound) -> tuple[Outbound, ...]:
        """The messages it becomes here, each one call to the provider; none when it says nothing."""
        return (message,)

    async def send(self, message: Outbound) -> Delivery:
        """Hand one message to the provider.

        Raises:
            ChannelError: one of its children, and nothing else.
        """
        ...


@runtime_checkable
class Challenged(Protocol):
    """A channel whose provider asks, by GET, whether the webhook is ours before it posts there."""

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer; None when the asker does not know our word."""
        ...


@runtime_checkable
class Fetching(Protocol):
    """A channel from which a file that somebody sent can be had."""

    async def fetch(self, file: str, most: int) -> bytes:
        """The content behind ``Media.file``, of at most so many bytes.

        Raises:
            ChannelError: one of its children; ``Rejected`` when it is gone or larger.
        """
        ...


class Pause(StrEnum):
    """What else must wait when a message was refused."""

    CONVERSATION = "conversation"  # everything to this person
    BULK = "bulk"  # broadcasts of this sender; answers and alerts go on
    CHANNEL = "channel"  # everything of this sender, until a person has looked; the rows are kept


class ChannelError(Exception):
    """Why a message was not handed over; ``code`` is the provider's own word for it."""

    retry = False

    def __init__(self, code: str = "", *, pauses: Pause | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.pauses = pauses


class Unreachable(ChannelError):
    """The provider did not answer or is ill: try again later."""

    retry = True

    def __init__(self, code: str = "", *, unknown_outcome: bool = False, of_picture: bool = False) -> None:
        super().__init__(code)
        self.unknown_outcome = unknown_outcome  # the request was written: the message may have arrived
        self.of_picture = of_picture  # it is the picture that was not taken: the words would be


class Throttled(ChannelError):
    """Too fast: try again after ``retry_after`` seconds."""

    retry = True

    def __init__(self, code: str = "", *, retry_after: float = 1.0, pauses: Pause | None = None) -> None:
        super().__init__(code, pauses=pauses)
        self.retry_after = retry_after


class WindowClosed(ChannelError):
    """Free text is no longer allowed: send the approved template instead."""


class Stopped(ChannelError):
    """She blocked us or left the channel: do not write until she writes."""


class Rejected(ChannelError):
    """The message or our account is at fault: do not repeat."""
