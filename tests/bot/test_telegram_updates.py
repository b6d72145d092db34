"""Payload files in, ``Inbound`` values out; the table names every file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Inbound, InboundKind, Media
from bot.telegram import TelegramChannel
from tests.bot.conftest import NOW, TELEGRAM_PAYLOADS, telegram_payload

SITI = "700000101"
GROUP_CHAT = "-1009000000001"
SENT_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def inbound(name: str, **changes: Any) -> Inbound:
    """What Siti's payload of that name should become."""
    usual: dict[str, Any] = {"sender": SITI, "sent_at": SENT_AT}
    return Inbound("telegram", f"u{telegram_payload(name)['update_id']}", **(usual | changes))


def media(name: str, kind: str, **known: Any) -> Inbound:
    return inbound(name, media=Media(kind, **known))


def group(name: str, **changes: Any) -> Inbound:
    return inbound(name, sender=GROUP_CHAT, kind=InboundKind.GROUP, **changes)


PLACE = {"lat": -8.1301, "lon": 112.5712}
REFUSED = InboundKind.REFUSED_CONTACT
RECEIVED: dict[str, Inbound | None] = {
    "text": inbound("text", text="Bu saya hamil 5 bulan, kapan periksa?"),
    "text_with_tomorrows_fields": inbound("text_with_tomorrows_fields", text="perut mules"),
    "text_quoting_the_unreadable": inbound("text_quoting_the_unreadable", text="perut saya sakit sekali"),
    "text_forwarded": inbound("text_forwarded", text="Imunisasi gratis minggu ini"),
    "start": inbound("start", text="/start"),
    "start_with_code": inbound("start_with_code", text="/start KDR-7Q2F"),
    "command_with_bot_name": inbound("command_with_bot_name", text="/bantuan"),
    "edited_text": inbound("edited_text", text="hamil 6 bulan", edited=True, sent_at=SENT_AT + timedelta(minutes=1)),
    "edited_live_location": None,
    "button": inbound("button", button="k4:hadir", sent_at=NOW),
    "button_under_old_message": inbound("button_under_old_message", button="k4:hadir", sent_at=NOW),
    "button_of_a_game": None,
    "button_in_group": group("button_in_group", sent_at=NOW),
    "contact_own": inbound("contact_own", kind=InboundKind.CONTACT, phone="+6281200000101", media=Media("contact")),
    "contact_other": inbound("contact_other", kind=REFUSED, media=Media("contact")),
    "contact_without_user": inbound("contact_without_user", kind=REFUSED, media=Media("contact")),
    "contact_forwarded": inbound("contact_forwarded", kind=REFUSED, media=Media("contact")),
    "voice": media("voice", "voice", duration_s=7, size_bytes=14321, mime="audio/ogg"),
    "audio": media("audio", "voice", duration_s=61, size_bytes=900000, mime="audio/mpeg", filename="rekaman.mp3"),
    "photo": media("photo", "photo", caption="surat rujukan", size_bytes=98765),
    "video": media("video", "video", duration_s=12, size_bytes=555000, mime="video/mp4"),
    "video_note": media("video_note", "video", duration_s=5, size_bytes=120000),
    "animation": media("animation", "video", duration_s=3, size_bytes=40000, mime="video/mp4", filename="halo.mp4"),
    "sticker": media("sticker", "sticker", size_bytes=20000),
    "document": media(
        "document", "document", caption="buku KIA", size_bytes=250000, mime="application/pdf", filename="kia.pdf"
    ),
    "location": media("location", "location", **PLACE),
    "venue": media("venue", "location", **PLACE),
    "poll": media("poll", "other"),
    "dice": media("dice", "other"),
    "blocked": inbound("blocked", kind=InboundKind.BLOCKED),
    "unblocked": inbound("unblocked", kind=InboundKind.UNBLOCKED),
    "removed_from_group": None,
    "group_text": group("group_text"),
    "group_contact": group("group_contact"),
    "group_joined": None,
    "group_bot": None,
    "edited_group_text": None,
    "pinned": None,
    "inline_query": None,
    "channel_post": None,
    "kind_of_tomorrow": None,
}


@pytest.mark.parametrize("name", RECEIVED)
def test_receive_reads_the_payload(name: str, offline: TelegramChannel) -> None:
    expected = RECEIVED[name]
    assert offline.receive((TELEGRAM_PAYLOADS / f"{name}.json").read_bytes()) == (
        [] if expected is None else [expected]
    )


def test_every_payload_file_has_its_expectation() -> None:
    assert {path.stem for path in TELEGRAM_PAYLOADS.glob("*.json")} == set(RECEIVED)


def test_receive_reads_a_list_in_order_and_leaves_out_what_it_cannot_read(offline: TelegramChannel) -> None:
    broken = {"update_id": 7, "message": {"text": "tanpa pengirim"}}
    body = json.dumps([telegram_payload("text"), broken, telegram_payload("voice")]).encode()
    assert offline.receive(body) == [RECEIVED["text"], RECEIVED["voice"]]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'"update"', b"17", b"null", b"{}", b'{"update_id": "x"}', b"[[]]", b'[{"message": {}}]'],
)
def test_receive_refuses_what_telegram_does_not_post(body: bytes, offline: TelegramChannel) -> None:
    with pytest.raises(ValueError):
        offline.receive(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "date"]), inner),
    max_leaves=4,
)


@given(name=st.sampled_from(sorted(RECEIVED)), spot=st.integers(0, 50), value=JSON)
def test_receive_survives_any_damage_to_an_update(
    name: str, spot: int, value: object, offline: TelegramChannel
) -> None:
    damaged = telegram_payload(name)
    places = [(inside, key) for inside in _dicts(damaged) for key in inside if key != "update_id"]
    inside, key = places[spot % len(places)]
    inside[key] = value
    assert len(offline.receive(json.dumps(damaged).encode())) <= 1


def _dicts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for item in value for found in _dicts(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(found for item in value.values() for found in _dicts(item))]


@pytest.mark.parametrize(
    ("number", "phone"),
    [
        pytest.param("6281200000101", "+6281200000101", id="as Telegram sends it"),
        pytest.param("+62 812-0000-0101", "+6281200000101", id="with plus, blanks and dashes"),
        pytest.param("081200000101", "+6281200000101", id="local"),
        pytest.param("+62081200000101", "+6281200000101", id="country code and trunk zero"),
        pytest.param("006281200000101", "+6281200000101", id="with the prefix for abroad"),
        pytest.param("60123456789", "+60123456789", id="a Malaysian number"),
        pytest.param("1234567", None, id="too short"),
        pytest.param("62" + "8" * 14, None, id="too long"),
        pytest.param("", None, id="empty"),
    ],
)
def test_shared_number_is_written_internationally(number: str, phone: str | None, offline: TelegramChannel) -> None:
    update = telegram_payload("contact_own")
    update["message"]["contact"]["phone_number"] = number
    (received,) = offline.receive(json.dumps(update).encode())
    assert received.phone == phone
    assert received.kind is (InboundKind.CONTACT if phone else InboundKind.REFUSED_CONTACT)
