"""The WhatsApp adapter over real HTTP against a double of the Graph API."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from bot.channel import (
    Button,
    ChannelError,
    Delivery,
    Outbound,
    Pause,
    Rejected,
    Row,
    Stopped,
    Throttled,
    Unreachable,
    WindowClosed,
)
from bot.whatsapp import WhatsAppChannel, make_client
from tests.bot.test_whatsapp_updates import SITI, SITI_ID
from tests.doubles.whatsapp_api import (
    PHONE_ID,
    TOKEN,
    Template,
    WhatsAppApi,
    refused,
    serve_whatsapp_api,
)
from tests.doubles.whatsapp_webhooks import APP_SECRET
from tests.doubles.wire import BAD_GATEWAY, DROPPED, Fault

Connect = Callable[..., WhatsAppChannel]
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(32)
TO_SITI = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": SITI}

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def running_api() -> Iterator[WhatsAppApi]:
    """One server for all tests."""
    with serve_whatsapp_api() as api:
        yield api


@pytest.fixture
def api(running_api: WhatsAppApi) -> WhatsAppApi:
    """A Graph API that remembers nothing of the test before."""
    running_api.reset()
    return running_api


@pytest.fixture
async def connect(api: WhatsAppApi) -> AsyncIterator[Connect]:
    """Make channels that talk to the double, or wherever told; all are closed in the end."""
    opened: list[WhatsAppChannel] = []

    def open_channel(base_url: str = api.base_url, timeout_s: float = 3.0, token: str = TOKEN) -> WhatsAppChannel:
        client = make_client(token, PHONE_ID, base_url, timeout_s=timeout_s)
        opened.append(WhatsAppChannel(client, APP_SECRET, list_label="Pilih"))
        return opened[-1]

    yield open_channel
    for channel in opened:
        await channel.close()


@pytest.fixture
async def channel(connect: Connect) -> WhatsAppChannel:
    """A channel that talks to the double."""
    return connect()


def interactive(kind: str, text: str, **action: Any) -> dict[str, Any]:
    content = {"type": kind, "body": {"text": text}, "action": action}
    return {"type": "interactive", "interactive": content}


def reply(title: str, payload: str) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": payload, "title": title}}


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


MANY = tuple(Row(f"Pilihan {number}", f"/p{number}") for number in range(1, 5))
LISTED = {"rows": [{"id": row.payload, "title": row.title} for row in MANY], "title": "Pilih"}


@pytest.mark.parametrize(
    ("outbound", "sent"),
    [
        pytest.param(
            Outbound(SITI, "Halo Bu https://contoh.example"), words("Halo Bu https://contoh.example"), id="text"
        ),
        pytest.param(
            Outbound(SITI, "Jadi?", buttons=(Button("Jadi", "/affirm"), Button("Tidak", "/deny"))),
            interactive("button", "Jadi?", buttons=[reply("Jadi", "/affirm"), reply("Tidak", "/deny")]),
            id="buttons",
        ),
        pytest.param(
            Outbound(SITI, "Ke mana?", rows=(Row("Polindes", "p1", "buka pagi"), Row("RSUD", "p2"))),
            interactive(
                "list",
                "Ke mana?",
                button="Pilih",
                sections=[
                    {
                        "title": "Pilih",
                        "rows": [
                            {"id": "p1", "title": "Polindes", "description": "buka pagi"},
                            {"id": "p2", "title": "RSUD"},
                        ],
                    }
                ],
            ),
            id="rows",
        ),
        pytest.param(
            Outbound(SITI, "Yang mana?", buttons=tuple(Button(row.title, row.payload) for row in MANY)),
            interactive("list", "Yang mana?", button="Pilih", sections=[LISTED]),
            id="four buttons become a list",
        ),
        pytest.param(
            Outbound(SITI, "Halo", tracker="41"), words("Halo") | {"biz_opaque_callback_data": "41"}, id="tracker"
        ),
        pytest.param(Outbound(SITI, "Nomor Ibu?", ask_contact=True), words("Nomor Ibu?"), id="her number is known"),
    ],
)
async def test_send_makes_one_call(
    outbound: Outbound, sent: dict[str, Any], channel: WhatsAppChannel, api: WhatsAppApi
) -> None:
    assert await channel.send(outbound) == Delivery(("wamid.double1",))
    assert api.called("messages") == [TO_SITI | sent]


@pytest.mark.parametrize(
    "address", [SITI_ID, "ID.ENT.700001", "ID.7a0B1"], ids=["user id", "user id of the parent", "user id with letters"]
)
async def test_send_reaches_whoever_hides_her_number(address: str, channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    await channel.send(Outbound(address, "Halo"))
    (body,) = api.called("messages")
    assert (body["recipient"], body["recipient_type"], "to" in body) == (address, "individual", False)


async def test_send_asks_for_a_hidden_number(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    await channel.send(Outbound(SITI_ID, "Bagikan nomor Ibu?", ask_contact=True))
    (body,) = api.called("messages")
    assert body["interactive"] == {
        "type": "request_contact_info",
        "body": {"text": "Bagikan nomor Ibu?"},
        "action": {"name": "request_contact_info"},
    }


async def test_send_splits_a_long_text(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    delivery = await channel.send(Outbound(SITI, "kata 😀 " * 1000, buttons=(Button("Ya", "/affirm"),), tracker="7"))
    assert len(delivery.external_ids) == len(api.called("messages")) > 1
    assert [body["type"] for body in api.called("messages")] == ["text", "text", "interactive"]
    assert {body["biz_opaque_callback_data"] for body in api.called("messages")} == {"7"}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("Buku KIA", ["image"]), ("", ["image"]), ("x" * 1025, ["image", "text"])],
    ids=["caption", "image alone", "too long for a caption"],
)
async def test_send_uploads_the_image(text: str, kinds: list[str], channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    await channel.send(Outbound(SITI, text, image=PIXEL))
    uploaded, sent, *_ = api.calls
    assert uploaded.files == {"file": ("image/png", PIXEL)}
    assert sent.body["image"] == {"id": "300000000000001"} | ({"caption": text} if kinds == ["image"] and text else {})
    assert [body["type"] for body in api.called("messages")] == kinds


async def test_send_puts_buttons_below_the_image(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    await channel.send(Outbound(SITI, "Benar?", image=PIXEL, buttons=(Button("Ya", "/affirm"),)))
    picture, question = api.called("messages")
    assert picture["image"] == {"id": "300000000000001"}
    assert question["interactive"]["body"] == {"text": "Benar?"}


async def test_send_fills_in_the_template(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    api.templates["pengingat_periksa"] = Template("pengingat_periksa", values=2)
    await channel.send(
        Outbound(
            SITI,
            "not sent",
            buttons=(Button("Ya, datang", "/affirm"), Button("Tidak bisa", "/deny")),
            template="pengingat_periksa",
            template_values=("Selasa\n24  November", "Puskesmas Contoh "),
            tracker="41",
        )
    )
    (body,) = api.called("messages")
    assert body["template"] == {
        "name": "pengingat_periksa",
        "language": {"code": "id"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Selasa 24 November"},
                    {"type": "text", "text": "Puskesmas Contoh"},
                ],
            },
            _press(0, "/affirm"),
            _press(1, "/deny"),
        ],
    }


def _press(index: int, payload: str) -> dict[str, Any]:
    parameters = [{"type": "payload", "payload": payload}]
    return {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": parameters}


async def test_send_needs_no_components_for_a_plain_template(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    api.templates["sapaan"] = Template("sapaan")
    await channel.send(Outbound(SITI, "", template="sapaan"))
    assert api.called("messages")[0]["template"] == {"name": "sapaan", "language": {"code": "id"}}


@pytest.mark.parametrize(
    "outbound",
    [
        pytest.param(Outbound(SITI, " "), id="empty"),
        pytest.param(Outbound("6281200000101", "Halo"), id="a number without plus"),
        pytest.param(Outbound("+62812 0000", "Halo"), id="a number with blanks"),
        pytest.param(Outbound("700000101", "Halo"), id="a chat of another channel"),
        pytest.param(Outbound("", "Halo"), id="to nobody"),
        pytest.param(Outbound(SITI, "Jadi?", buttons=(Button("Ya", "x" * 201),)), id="payload too long"),
        pytest.param(Outbound(SITI, "Jadi?", rows=(Row("Ya", ""),)), id="payload empty"),
        pytest.param(Outbound(SITI, "Halo \ud83d"), id="half an emoji"),
        pytest.param(Outbound(SITI, "", template="sapaan", template_values=(" ",)), id="empty template value"),
    ],
)
async def test_send_rejects_what_cannot_be_sent(outbound: Outbound, channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    with pytest.raises(Rejected):
        await channel.send(outbound)
    assert api.calls == []


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        pytest.param(refused(130429, 429), Throttled, "130429", id="too fast"),
        pytest.param(refused(131056), Throttled, "131056", id="too many to one person"),
        pytest.param(refused(131047), WindowClosed, "131047", id="window closed"),
        pytest.param(refused(131026), Stopped, "131026", id="not on WhatsApp"),
        pytest.param(refused(190, 401), Rejected, "190", id="token expired"),
        pytest.param(refused(100), Rejected, "100", id="our mistake"),
        pytest.param(refused(131000, 500), Unreachable, "131000", id="500"),
        pytest.param(refused(1, 500), Unreachable, "1", id="unknown error of Meta's"),
        pytest.param(BAD_GATEWAY, Unreachable, "HTTP 502", id="502 in html"),
        pytest.param(Fault(200, b"<html>portal</html>"), Unreachable, "foreign answer", id="login page"),
        pytest.param(Fault(200, b'{"messages": []}'), Unreachable, "foreign answer", id="no message in the answer"),
        pytest.param(Fault(200, b"[]"), Unreachable, "foreign answer", id="a list for an answer"),
        pytest.param(Fault(400, b'{"error": "no"}'), Unreachable, "foreign answer", id="an error without a code"),
        pytest.param(Fault(400, b'{"error": {}}'), Unreachable, "foreign answer", id="an empty error"),
        pytest.param(DROPPED, Unreachable, "ServerDisconnectedError", id="connection dropped"),
        pytest.param(Fault(delay_s=4.0), Unreachable, "SocketTimeoutError", id="no answer in time"),
    ],
)
async def test_send_says_what_went_wrong(
    fault: Fault, error: type[ChannelError], code: str, connect: Connect, api: WhatsAppApi
) -> None:
    api.fail("messages", fault)
    with pytest.raises(ChannelError) as caught:
        await connect(timeout_s=1.5).send(Outbound(SITI, "Halo"))
    assert (type(caught.value), caught.value.code) == (error, code)
    assert len(api.calls) == 1


async def test_throttled_says_for_how_long(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    api.fail("messages", refused(80007, 429, {"Retry-After": "17"}))
    with pytest.raises(Throttled) as caught:
        await channel.send(Outbound(SITI, "Halo"))
    assert (caught.value.retry_after, caught.value.pauses) == (17, None)


async def test_closed_window_lets_only_the_template_through(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    api.closed_windows.add("6281200000101")
    api.templates["sapaan"] = Template("sapaan")
    with pytest.raises(WindowClosed):
        await channel.send(Outbound(SITI, "Halo"))
    await channel.send(Outbound(SITI, "Halo", template="sapaan"))


async def test_wrong_token_stops_the_channel(connect: Connect) -> None:
    with pytest.raises(Rejected) as caught:
        await connect(token="EAAexpired").send(Outbound(SITI, "Halo"))
    assert (caught.value.code, caught.value.pauses) == ("190", Pause.CHANNEL)


@pytest.mark.parametrize(
    ("endpoint", "fault", "unknown"),
    [
        pytest.param("messages", DROPPED, True, id="message dropped after reading"),
        pytest.param("messages", Fault(delay_s=4.0), True, id="message not answered in time"),
        pytest.param("messages", BAD_GATEWAY, True, id="message lost behind a gateway"),
        pytest.param("messages", refused(131016, 503), False, id="message refused in Meta's words"),
        pytest.param("media", DROPPED, False, id="picture dropped"),
        pytest.param("media", BAD_GATEWAY, False, id="picture lost behind a gateway"),
        pytest.param("media", Fault(200, b"{}"), False, id="picture without a name"),
    ],
)
async def test_outcome_is_unknown_only_when_a_message_went_out(
    endpoint: str, fault: Fault, unknown: bool, connect: Connect, api: WhatsAppApi
) -> None:
    api.fail(endpoint, fault)
    with pytest.raises(Unreachable) as caught:
        await connect(timeout_s=1.5).send(Outbound(SITI, "Halo", image=PIXEL))
    assert caught.value.unknown_outcome is unknown


async def test_outcome_is_known_when_nobody_listens(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v26.0"
    with pytest.raises(Unreachable) as caught:
        await connect(address).send(Outbound(SITI, "Halo"))
    assert caught.value.unknown_outcome is False


async def test_send_never_logs_the_token_the_words_or_the_number(
    connect: Connect, api: WhatsAppApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = connect(timeout_s=1.5)
    api.fail("messages", BAD_GATEWAY, Fault(delay_s=4.0))
    for _ in range(2):
        with pytest.raises(Unreachable):
            await channel.send(Outbound(SITI, "rahasia ibu"))
    await channel.send(Outbound(SITI, "rahasia ibu"))
    for secret in (TOKEN, "rahasia ibu", SITI.removeprefix("+")):
        assert secret not in caplog.text


async def test_hundred_messages_go_out_at_once(channel: WhatsAppChannel, api: WhatsAppApi) -> None:
    api.latency_s = 0.2
    began = asyncio.get_running_loop().time()
    people = [f"+62812{number:08}" for number in range(100)]
    deliveries = await asyncio.gather(*(channel.send(Outbound(person, "Halo")) for person in people))
    assert len({delivery.external_ids for delivery in deliveries}) == 100
    assert {json.dumps(body["to"]) for body in api.called("messages")} == {f'"{person}"' for person in people}
    assert asyncio.get_running_loop().time() - began < 10  # twenty, were they sent one by one
