"""WhatsApp against MockPost: what it keeps of our messages, and the posts that it makes for our webhook."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from bot.channel import Button, Delivery, Outbound, Row, Unreachable
from bot.whatsapp import WhatsAppChannel, make_client
from registry import texts
from registry.messaging.messages import Draft
from tests.foreign.conftest import StartService
from tests.foreign.mockpost import MockPost
from tests.foreign.service import BUTTONS, CHOICE, Service, eventually

TOKEN, PHONE_ID, APP_SECRET, VERIFY = "EAAsynthetic", "100000000000001", "rahasia-aplikasi-uji", "kata-kita"
SITI = "6281200000101"
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(32)
_PHONES = count(6281200100001)
Json = dict[str, Any]


@pytest.fixture
def meta(mockpost: MockPost) -> MockPost:
    """Knows our number, and that its messages are ours."""
    mockpost.register(whatsapp_phone_id=PHONE_ID)
    return mockpost


@pytest.fixture
async def channel(meta: MockPost) -> AsyncIterator[WhatsAppChannel]:
    """Our adapter alone."""
    opened = WhatsAppChannel(make_client(TOKEN, PHONE_ID, meta.whatsapp_url), APP_SECRET, list_label="Pilih")
    yield opened
    await opened.close()


def buttons(*pairs: tuple[str, str]) -> Json:
    """Reply buttons, as the Cloud API has them."""
    return {"buttons": [{"type": "reply", "reply": {"id": payload, "title": title}} for title, payload in pairs]}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("outbound", "kept"),
    [
        pytest.param(
            Outbound("+" + SITI, "Halo Bu", tracker="17"),
            {"type": "text", "text": {"body": "Halo Bu", "preview_url": False}},
            id="text",
        ),
        pytest.param(
            Outbound("+" + SITI, "Jadi?", buttons=(Button("Jadi", "/affirm"), Button("Tidak", "/deny"))),
            {
                "type": "interactive",
                "interactive": {
                    "type": "button",
                    "body": {"text": "Jadi?"},
                    "action": buttons(("Jadi", "/affirm"), ("Tidak", "/deny")),
                },
            },
            id="buttons",
        ),
        pytest.param(
            Outbound("+" + SITI, "Ke mana?", rows=(Row("Polindes", "p1", "buka pagi"), Row("RSUD", "p2"))),
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "Ke mana?"},
                    "action": {
                        "button": "Pilih",
                        "sections": [
                            {
                                "title": "Pilih",
                                "rows": [
                                    {"id": "p1", "title": "Polindes", "description": "buka pagi"},
                                    {"id": "p2", "title": "RSUD"},
                                ],
                            }
                        ],
                    },
                },
            },
            id="list",
        ),
        pytest.param(
            Outbound("+" + SITI, "-", template="visit_tomorrow", template_values=("Siti", "Senin\n23 November")),
            {
                "type": "template",
                "template": {
                    "name": "visit_tomorrow",
                    "language": {"code": "id"},
                    "components": [
                        {
                            "type": "body",
                            "parameters": [
                                {"type": "text", "text": "Siti"},
                                {"type": "text", "text": "Senin 23 November"},
                            ],
                        }
                    ],
                },
            },
            id="template",
        ),
    ],
)
async def test_message_is_kept_as_we_mean_it(
    channel: WhatsAppChannel, meta: MockPost, outbound: Outbound, kept: Json
) -> None:
    delivery = await channel.send(outbound)
    (row,) = meta.received("whatsapp")
    assert row["raw_payload"] == {"messaging_product": "whatsapp", "to": "+" + SITI, **kept}
    assert (row["sender"], row["status"]) == (f"whatsapp:{PHONE_ID}", "received")
    assert '"graph_version": "v26.0"' in row["meta"]
    assert delivery == Delivery((_name(row),))


def _name(row: Json) -> str:
    name: str = json.loads(row["meta"])["wamid"]
    return name


@pytest.mark.anyio
@pytest.mark.parametrize(
    "outbound",
    [
        pytest.param(Outbound("ID.70000000000000000101", "Halo"), id="by the id she has towards us"),
        pytest.param(Outbound("+" + SITI, "Buku KIA", image=PIXEL), id="a picture to be uploaded first"),
    ],
)
async def test_what_mockpost_does_not_know_is_refused_and_nothing_kept(
    channel: WhatsAppChannel, meta: MockPost, outbound: Outbound
) -> None:
    with pytest.raises(Unreachable) as caught:
        await channel.send(outbound)
    assert caught.value.unknown_outcome is False
    assert meta.received("whatsapp") == []


class Line:
    """Somebody who writes to our number, brought to our webhook as Meta would bring it."""

    def __init__(self, meta: MockPost, service: Service) -> None:
        self._meta, self._service, self.phone = meta, service, str(next(_PHONES))

    def says(self, text: str) -> int:
        """Write: the post is MockPost's, and so is the signature."""
        posted, _ = self._meta.hear_from_whatsapp(PHONE_ID, self.phone, text)
        return self._deliver(posted)

    def is_reported(self, message_id: str, status: str) -> int:
        """Something became of our message."""
        posted, _ = self._meta.report_from_whatsapp(PHONE_ID, message_id, status, self.phone)
        return self._deliver(posted)

    def _deliver(self, posted: Json) -> int:
        body, signature = self._meta.sign(posted)
        headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
        return httpx.post(f"{self._service.url}/whatsapp", content=body, headers=headers, trust_env=False).status_code

    def has(self, words: str) -> Json:
        """The first message with these words, in MockPost's own record."""

        def look() -> list[Json]:
            return [row for row in self._meta.received("whatsapp", f"+{self.phone}") if row["body"].startswith(words)]

        found = eventually(look)
        assert found, f"no {words!r}"
        return found[0]


@pytest.fixture
def service(meta: MockPost, start_service: StartService) -> Service:
    """Our bot with WhatsApp on, known to MockPost."""
    running = start_service(
        whatsapp_token=TOKEN,
        whatsapp_phone_id=PHONE_ID,
        whatsapp_app_secret=APP_SECRET,
        whatsapp_verify_token=VERIFY,
        whatsapp_api_url=meta.whatsapp_url,
    )
    meta.post_to("whatsapp", f"{running.url}/whatsapp")
    meta.post_to("facebook", f"{running.url}/whatsapp", APP_SECRET)
    return running


@pytest.fixture
def line(meta: MockPost, service: Service) -> Line:
    """Somebody new on WhatsApp."""
    return Line(meta, service)


def test_post_without_signature_is_refused(meta: MockPost, service: Service) -> None:
    posted, answered = meta.hear_from_whatsapp(PHONE_ID, SITI, "halo")
    assert posted["entry"][0]["changes"][0]["value"]["messages"][0]["text"] == {"body": "halo"}
    assert answered == 403


def test_signed_post_is_answered(line: Line) -> None:
    assert line.says("halo") == 200
    kept = line.has("jawaban: halo")["raw_payload"]
    assert kept["text"] == {"body": "jawaban: halo", "preview_url": False}


def test_choice_comes_as_reply_buttons(line: Line) -> None:
    line.says(CHOICE)
    kept = line.has(f"jawaban: {CHOICE}")["raw_payload"]
    assert kept["interactive"]["action"] == buttons(*BUTTONS.items())


def test_emoji_and_accents_survive_both_ways(line: Line) -> None:
    words = "matur nuwun 🤰🏽 café"
    assert line.says(words) == 200
    assert line.has("jawaban")["body"].startswith(f"jawaban: {words}")


@pytest.mark.parametrize(
    ("reports", "delivery"),
    [
        (["sent"], "sent"),
        (["delivered"], "delivered"),
        (["delivered", "read"], "read"),
        (["read", "delivered"], "read"),
    ],
    ids=["sent", "delivered", "read", "in the wrong order"],
)
def test_reports_step_forward_only(line: Line, service: Service, reports: list[str], delivery: str) -> None:
    line.says("halo")
    name = _name(line.has("jawaban: halo"))
    assert eventually(lambda: service.sent(f"+{line.phone}"))
    assert [line.is_reported(name, report) for report in reports] == [200] * len(reports)
    assert eventually(lambda: [row for row in service.sent(f"+{line.phone}") if row.delivery == delivery])


def test_closed_window_makes_it_a_template(line: Line, service: Service) -> None:
    now = datetime.now(UTC)
    draft = Draft("Besok periksa ya, Bu", template="visit_tomorrow", values=("Siti",))
    service.queue("whatsapp", f"+{line.phone}", draft, wrote_at=now - timedelta(hours=25), now=now)
    kept = line.has("template:visit_tomorrow")["raw_payload"]["template"]
    assert kept["components"] == [{"type": "body", "parameters": [{"type": "text", "text": "Siti"}]}]


def test_list_of_many_choices_goes_through_the_outbox(line: Line, service: Service) -> None:
    now = datetime.now(UTC)
    draft = Draft("Ke mana?", rows=tuple((f"Tempat {n}", "", f"/inform:place:{n}") for n in range(7)))
    service.queue("whatsapp", f"+{line.phone}", draft, wrote_at=now, now=now)
    kept = line.has("Ke mana?")["raw_payload"]["interactive"]
    (section,) = kept["action"]["sections"]
    assert [row["title"] for row in section["rows"]] == [f"Tempat {n}" for n in range(7)]
    assert kept["action"]["button"] == texts.phrase("phrase_open_list")
