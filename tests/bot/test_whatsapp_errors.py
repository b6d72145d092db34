"""Every code of the error table, and what is no code at all, in the channel's five words."""

from __future__ import annotations

from typing import Any

import aiohttp
import httpx
import pytest
from pywa.errors import WhatsAppError

from bot import whatsapp_errors
from bot.channel import ChannelError, Pause, Rejected, Stopped, Throttled, Unreachable, WindowClosed
from bot.whatsapp_errors import error_for, translate, translated

CONVERSATION, BULK, CHANNEL = Pause.CONVERSATION, Pause.BULK, Pause.CHANNEL
CLASSES: dict[str, tuple[tuple[int, ...], type[ChannelError], Pause | None]] = {
    "slow down": ((4, 613, 80007, 130429, 133016), Throttled, None),
    "too many to one person": ((131056,), Throttled, CONVERSATION),
    "stop bulk": ((131048, 131049, 131064), Throttled, BULK),
    "ill": ((1, 2, 131000, 131016, 131053, 131057, 133004), Unreachable, None),
    "window closed": ((470, 131047), WindowClosed, None),
    "not reachable or opted out": ((131026, 131050), Stopped, None),
    "this message to this person": ((131021, 131030, 130472), Rejected, None),
    "account": (
        (0, 3, 10, 190, 200, 299, 368, 130497, 131005, 131031, 131037, 131042, 131044, 131045, 133010),
        Rejected,
        CHANNEL,
    ),
    "our mistake": ((100, 131008, 131009, 131051, 132000, 132001, 132015, 132016, 300, 999999), Rejected, None),
}
CODES = [
    pytest.param(code, error, pauses, id=f"{name} {code}")
    for name, (codes, error, pauses) in CLASSES.items()
    for code in codes
]


@pytest.mark.parametrize(("code", "error", "pauses"), CODES)
def test_error_for_a_code(code: int, error: type[ChannelError], pauses: Pause | None) -> None:
    found = error_for(code)
    assert (type(found), found.code, found.pauses) == (error, str(code), pauses)


def test_every_code_that_is_told_apart_has_its_case() -> None:
    told = set().union(*(value for value in vars(whatsapp_errors).values() if isinstance(value, frozenset)))
    told |= {whatsapp_errors.PAIR, whatsapp_errors.MARKETING_CAP, whatsapp_errors.PICTURE}
    assert told - set(range(201, 299)) <= {code for codes, *_ in CLASSES.values() for code in codes}


@pytest.mark.parametrize(
    ("code", "given", "seconds"),
    [
        pytest.param(130429, None, 1.0, id="throughput"),
        pytest.param(130429, 30.0, 30.0, id="throughput, told for how long"),
        pytest.param(131056, None, 6.0, id="pair rate"),
        pytest.param(131048, None, 60.0, id="suspected of spam"),
        pytest.param(131049, 5.0, 86400.0, id="marketing cap: never before a day"),
    ],
)
def test_throttled_waits(code: int, given: float | None, seconds: float) -> None:
    found = error_for(code, given)
    assert isinstance(found, Throttled)
    assert found.retry_after == seconds


def refused(status: int, code: int | None = None, body: str = "", retry_after: str = "", **more: Any) -> WhatsAppError:
    """What pywa raises for an answer; without a code the answer is none of the Graph API's."""
    response = httpx.Response(status, headers={"Retry-After": retry_after} if retry_after else {}, text=body)
    raw = {"code": status, "message": body} if code is None else {"code": code, "message": "x", "type": "O", **more}
    return WhatsAppError.from_dict(raw, response)


@pytest.mark.parametrize(
    ("error", "found"),
    [
        pytest.param(refused(400, 131047), WindowClosed("131047"), id="known code"),
        pytest.param(refused(429, 130429, retry_after="9"), Throttled("130429", retry_after=9), id="429 with a code"),
        pytest.param(refused(429, 777777), Throttled("777777"), id="429 with a strange code"),
        pytest.param(refused(429), Throttled("HTTP 429"), id="429 of a gateway"),
        pytest.param(refused(429, retry_after="2"), Throttled("HTTP 429", retry_after=2), id="429 with a time"),
        pytest.param(
            refused(429, retry_after="Sat, 21 Nov 2026 03:00:00 GMT"), Throttled("HTTP 429"), id="429 with a date"
        ),
        pytest.param(refused(500, 777777), Unreachable("777777"), id="500 with a strange code"),
        pytest.param(refused(400, 777777, is_transient=True), Unreachable("777777"), id="strange but transient"),
        pytest.param(refused(400, 777777), Rejected("777777"), id="400 with a strange code"),
        pytest.param(refused(500, 190), Rejected("190", pauses=CHANNEL), id="token expired, whatever the status"),
        pytest.param(refused(502, body="<html>"), Unreachable("HTTP 502", unknown_outcome=True), id="502 in html"),
        pytest.param(refused(504), Unreachable("HTTP 504", unknown_outcome=True), id="504 empty"),
        pytest.param(refused(403, body="<html>"), Unreachable("HTTP 403"), id="refused by a firewall on the way"),
    ],
)
def test_translate_an_answer(error: WhatsAppError, found: ChannelError) -> None:
    translated_error = translate(error)
    assert type(translated_error) is type(found)
    assert vars(translated_error) == vars(found)


def caused(error: Exception, cause: Exception) -> Exception:
    """As httpx-aiohttp raises it."""
    error.__cause__ = cause
    return error


KEY = aiohttp.client_reqrep.ConnectionKey("graph", 443, True, True, None, None, None)
REFUSED = aiohttp.ClientConnectorError(KEY, OSError(111, "refused"))


@pytest.mark.parametrize(
    ("raised", "error", "unknown"),
    [
        pytest.param(caused(httpx.ConnectError("x"), REFUSED), Unreachable, False, id="nobody listens"),
        pytest.param(
            caused(httpx.ConnectTimeout("x"), aiohttp.ConnectionTimeoutError()), Unreachable, False, id="no way there"
        ),
        pytest.param(httpx.PoolTimeout("x"), Unreachable, False, id="all connections busy"),
        pytest.param(
            caused(httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()), Unreachable, True, id="cut off"
        ),
        pytest.param(httpx.ReadTimeout("x"), Unreachable, True, id="no answer"),
        pytest.param(httpx.ReadError("x"), Unreachable, True, id="half an answer"),
        pytest.param(aiohttp.ClientPayloadError(), Unreachable, True, id="half an answer, raw"),
        pytest.param(TimeoutError(), Unreachable, True, id="time is up"),
        pytest.param(KeyError("messages"), Unreachable, True, id="an answer without the message"),
        pytest.param(ValueError("not JSON"), Unreachable, True, id="an answer that is not JSON"),
        pytest.param("\ud83d".encode, Rejected, None, id="half an emoji"),
    ],
)
@pytest.mark.parametrize("hands_over", [True, False], ids=["a message", "an upload"])
def test_translated_lets_out_only_channel_errors(
    raised: Any, error: type[ChannelError], unknown: bool | None, hands_over: bool
) -> None:
    with pytest.raises(ChannelError) as caught, translated(hands_over=hands_over):
        if callable(raised):
            raised()
        raise raised
    assert type(caught.value) is error
    expected = None if unknown is None else unknown and hands_over
    assert getattr(caught.value, "unknown_outcome", None) == expected


def test_translated_lets_a_bug_through() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError
