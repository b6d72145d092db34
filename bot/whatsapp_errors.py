"""What a refusal of the WhatsApp Cloud API means to the outbox: Meta's codes and broken connections in five words.

The codes come in an answer to a request and, as often, in a ``failed`` status hours later: ``error_for`` serves both.
Source: developers.facebook.com, WhatsApp Business Platform, "Error codes" (15 May 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from pywa.errors import WhatsAppError

from bot.channel import ChannelError, Pause, Rejected, Stopped, Throttled, Unreachable, WindowClosed

THROTTLED = frozenset({4, 613, 80007, 130429, 133016})  # the app, the account or the number is too fast
PAIR = 131056  # too many to one person
BULK = frozenset({131048, 131064})  # people block us, or our templates are called advertising
MARKETING_CAP = 131049  # this person has had enough advertising for today
TRANSIENT = frozenset({1, 2, 131000, 131016, 131057, 133004})
PICTURE = 131053  # it could not be uploaded, or not be passed on
WINDOW_CLOSED = frozenset({470, 131047})
STOPPED = frozenset({131026, 131050})  # not reachable on WhatsApp; does not want our messages
ACCOUNT = frozenset(
    {0, 3, 10, 190, 368, 130497, 131005, 131031, 131037, 131042, 131044, 131045, 133010, *range(200, 300)}
)
_PAIR_S = 6.0  # one message in six seconds to one person, when the burst is used up
_SPAM_S = 60.0  # an alert that meets a number under suspicion is tried again soon; broadcasts wait for a person
_MARKETING_S = 24 * 3600.0  # Meta: not before 24 hours
# What reading a body of a foreign shape makes pywa and us raise.
_FOREIGN_SHAPE = (LookupError, TypeError, ValueError, AttributeError, OverflowError)
_BROKEN = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError)
_NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    httpx.ConnectError,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


def error_for(code: int, retry_after: float | None = None) -> ChannelError:
    """What Meta's code asks of us; a code that is not in the table is a mistake of ours, to be repeated in vain."""
    name = str(code)
    if code in THROTTLED:
        return Throttled(name, retry_after=retry_after or 1.0)
    if code == PAIR:
        return Throttled(name, retry_after=retry_after or _PAIR_S, pauses=Pause.CONVERSATION)
    if code in BULK:
        return Throttled(name, retry_after=retry_after or _SPAM_S, pauses=Pause.BULK)
    if code == MARKETING_CAP:
        return Throttled(name, retry_after=_MARKETING_S, pauses=Pause.BULK)
    if code in TRANSIENT or code == PICTURE:
        return Unreachable(name, of_picture=code == PICTURE)
    if code in WINDOW_CLOSED:
        return WindowClosed(name)
    if code in STOPPED:
        return Stopped(name)
    return Rejected(name, pauses=Pause.CHANNEL if code in ACCOUNT else None)


def translate(error: WhatsAppError) -> ChannelError:
    """Say in the channel's five words what was answered."""
    status = error.status_code or 0
    retry_after = _retry_after(error.raw_response)
    if _is_not_metas(error):
        return _from_between(status, retry_after)
    known = error_for(error.code, retry_after)
    if type(known) is not Rejected or known.pauses is not None:
        return known
    if status == 429:
        return Throttled(known.code, retry_after=retry_after or 1.0)
    if status >= 500 or error.is_transient:
        return Unreachable(known.code)
    return known


def _is_not_metas(error: WhatsAppError) -> bool:
    """Whether pywa made the code up from the HTTP status, because the answer was no error of the Graph API."""
    return error.code == error.status_code and error.raw.keys() == {"code", "message"}


def _from_between(status: int, retry_after: float | None) -> ChannelError:
    """A gateway spoke in Meta's place: what lay behind it may have taken the message all the same."""
    name = f"HTTP {status}"
    if status == 429:
        return Throttled(name, retry_after=retry_after or 1.0)
    return Unreachable(name, unknown_outcome=status >= 500)


def _retry_after(response: httpx.Response | None) -> float | None:
    """Seconds; Meta sends no dates there."""
    given = response.headers.get("retry-after", "") if response is not None else ""
    return float(given) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", given) else None


@contextmanager
def translated(*, hands_over: bool = True) -> Iterator[None]:
    """Let only ``ChannelError``s out; where no message is handed over, its outcome cannot be unknown."""
    try:
        yield
    except WhatsAppError as error:
        found = translate(error)
        raise _certain(found) if not hands_over else found from error
    except _BROKEN as error:
        *_, first = _with_causes(error)
        raise Unreachable(type(first).__name__, unknown_outcome=hands_over and _may_have_arrived(error)) from error
    except UnicodeError as error:
        raise Rejected("text is not valid Unicode") from error
    except _FOREIGN_SHAPE as error:  # the call was made, its answer is none of Meta's
        raise Unreachable("foreign answer", unknown_outcome=hands_over) from error


def _certain(error: ChannelError) -> ChannelError:
    return Unreachable(error.code, of_picture=error.of_picture) if isinstance(error, Unreachable) else error


def _may_have_arrived(error: BaseException) -> bool:
    """Whether the request was written before it failed.

    httpx-aiohttp calls every broken connection a connect timeout, so aiohttp's own error decides.
    """
    return not any(isinstance(cause, _NEVER_SENT) for cause in _with_causes(error))


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
