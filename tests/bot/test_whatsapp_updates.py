"""Payload files in, ``Inbound`` values out; the table names every file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Inbound, InboundKind, Media
from bot.whatsapp_updates import Notice, read, read_notices
from tests.bot.conftest import NOW
from tests.doubles import whatsapp_webhooks as webhooks
from tests.doubles.whatsapp_api import PHONE_ID

PAYLOADS = Path(__file__).parents[1] / "payloads" / "whatsapp"
SITI, SITI_ID = "+6281200000101", "ID.70000000000000000101"
SENT_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
STATUS = InboundKind.STATUS


def payload(name: str) -> dict[str, Any]:
    """One post as Meta would send it."""
    loaded: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return loaded


def inbound(name: str, **changes: Any) -> Inbound:
    """What Siti's payload of that name should become."""
    usual: dict[str, Any] = {"sender": SITI, "sent_at": SENT_AT, "phone": SITI, "other_address": SITI_ID}
    return Inbound("whatsapp", f"wamid.{name}", **(usual | changes))


def media(name: str, kind: str, **known: Any) -> Inbound:
    return inbound(name, media=Media(kind, **known))


def status(state: str, **changes: Any) -> Inbound:
    usual = {"status": state, "status_of": "wamid.ours", "tracker": "41", "phone": None, "other_address": None}
    return inbound(f"ours:{state}", kind=STATUS, **(usual | changes))


def by_id(name: str, **changes: Any) -> Inbound:
    """From somebody who shows her user name instead of her number."""
    return inbound(name, **({"sender": SITI_ID, "phone": None, "other_address": None} | changes))


OGG, PLACE = "audio/ogg; codecs=opus", {"lat": -8.1301, "lon": 112.5712}
RECEIVED: dict[str, list[Inbound]] = {
    "text": [inbound("text", text="Bu saya hamil 5 bulan, kapan periksa?")],
    "text_with_tomorrows_fields": [inbound("text_with_tomorrows_fields", text="perut mules")],
    "text_forwarded": [inbound("text_forwarded", text="Imunisasi gratis minggu ini")],
    "text_reply": [inbound("text_reply", text="yang kemarin sudah")],
    "text_empty": [media("text_empty", "other")],
    "text_without_user_id": [inbound("text_without_user_id", text="halo", other_address=None)],
    "text_without_phone": [by_id("text_without_phone", text="halo")],
    "text_named_by_contact_only": [by_id("text_named_by_contact_only", text="halo")],
    "text_without_contacts": [inbound("text_without_contacts", text="halo", other_address=None)],
    "text_of_nobody": [],
    "text_to_another_number": [],
    "button_reply": [inbound("button_reply", button="/affirm")],
    "list_reply": [inbound("list_reply", button="/ask_schedule")],
    "template_button": [inbound("template_button", button="/affirm")],
    "template_button_without_payload": [inbound("template_button_without_payload", text="Ya")],
    "flow_reply": [media("flow_reply", "other")],
    "location": [media("location", "location", **PLACE)],
    "location_of_a_place": [media("location_of_a_place", "location", **PLACE)],
    "contact_card": [media("contact_card", "contact")],
    "contact_requested": [
        by_id("contact_requested", kind=InboundKind.CONTACT, phone=SITI, media=Media("contact")),
    ],
    "image": [media("image", "photo", caption="surat rujukan", mime="image/jpeg")],
    "voice": [media("voice", "voice", mime=OGG)],
    "audio": [media("audio", "voice", mime="audio/mpeg")],
    "video": [media("video", "video", mime="video/mp4")],
    "document": [media("document", "document", caption="buku KIA", filename="kia.pdf", mime="application/pdf")],
    "sticker": [media("sticker", "sticker", mime="image/webp")],
    "reaction": [],
    "order": [media("order", "other")],
    "edited_text": [inbound("edited_text", text="hamil 6 bulan", edited=True)],
    "edited_caption": [
        inbound("edited_caption", media=Media("photo", caption="surat rujukan RSUD", mime="image/jpeg"), edited=True)
    ],
    "edited_without_words": [],
    "revoked": [],
    "unsupported": [media("unsupported", "other")],
    "kind_of_tomorrow": [media("kind_of_tomorrow", "other")],
    "welcome": [],
    "group_text": [],
    "number_changed": [
        inbound("number_changed", kind=InboundKind.MOVED, phone="+6281200000109", other_address="+6281200000109")
    ],
    "user_id_changed": [
        by_id("user_id_changed", kind=InboundKind.MOVED, other_address="MY.70000000000000000109"),
    ],
    "device_changed": [],
    "status_sent": [status("sent")],
    "status_delivered": [status("delivered")],
    "status_read": [status("read")],
    "status_played": [status("read")],
    "status_of_tomorrow": [],
    "status_failed": [status("failed", error="131047")],
    "status_without_phone": [status("delivered", sender=SITI_ID, tracker=None)],
    "status_of_nobody": [status("sent", sender="", tracker=None)],
    "batch": [
        inbound("batch1", text="satu"),
        inbound("batch2", text="dua"),
        inbound(
            "batch3",
            text="tiga",
            sender="+6281200000102",
            phone="+6281200000102",
            other_address="ID.70000000000000000102",
        ),
        inbound("batch4", text="empat"),
        status("read"),
    ],
    "notice_template_paused": [],
    "notice_number_flagged": [],
    "notice_errors": [],
    "preferences": [],
    "echo": [],
}


@pytest.mark.parametrize("name", RECEIVED)
def test_read_finds_in_the_payload(name: str) -> None:
    assert read(payload(name), PHONE_ID, NOW) == RECEIVED[name]


def test_every_payload_file_has_its_expectation() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(RECEIVED)


def test_read_finds_every_message_of_every_entry() -> None:
    said = [found.text for found in read(payload("batch"), PHONE_ID, NOW) if found.text]
    assert said == ["satu", "dua", "tiga", "empat"]


@pytest.mark.parametrize(
    ("name", "notice"),
    [
        pytest.param(
            "notice_template_paused",
            Notice("message_template_status_update", "PAUSED", "pengingat_periksa", "QUALITY_ISSUE"),
            id="template paused",
        ),
        pytest.param(
            "notice_number_flagged",
            Notice("phone_number_quality_update", "DOWNGRADE", "TIER_2K", "TIER_10K"),
            id="messaging limit lowered",
        ),
        pytest.param("notice_errors", Notice("errors", "130429"), id="error of the account"),
    ],
)
def test_read_notices_tells_what_concerns_the_account(name: str, notice: Notice) -> None:
    assert read_notices(payload(name)) == [notice]


def test_read_notices_says_nothing_about_people() -> None:
    told = {name for name in RECEIVED if read_notices(payload(name))}
    assert told == {"notice_template_paused", "notice_number_flagged", "notice_errors"}


@pytest.mark.parametrize(
    "posted",
    [None, 17, "post", [], {}, {"entry": {}}, {"entry": None}, {"object": "page", "entry": []}],
    ids=str,
)
def test_read_refuses_what_meta_does_not_post(posted: Any) -> None:
    with pytest.raises(ValueError):
        read(posted, PHONE_ID, NOW)


@pytest.mark.parametrize(
    "posted", [{"entry": []}, {"entry": [None, 7, {}]}, {"entry": [{"changes": [{}, "x"]}]}], ids=str
)
def test_read_finds_nothing_in_empty_entries(posted: Any) -> None:
    assert read(posted, PHONE_ID, NOW) == []


def test_read_keeps_what_stands_beside_a_broken_message() -> None:
    broken = payload("batch")
    broken["entry"][0]["changes"][0]["value"]["messages"][0] = "satu"
    broken["entry"].insert(1, {"changes": "none"})
    assert read(broken, PHONE_ID, NOW) == RECEIVED["batch"][1:]


def test_sender_is_never_taken_from_another_persons_contact() -> None:
    posted = payload("text_without_user_id")
    value = posted["entry"][0]["changes"][0]["value"]
    value["contacts"] = [webhooks.person("6281200000102", "ID.70000000000000000102")]
    (found,) = read(posted, PHONE_ID, NOW)
    assert (found.sender, found.other_address) == (SITI, None)


def test_sender_stays_unknown_among_several_contacts() -> None:
    posted = payload("text_named_by_contact_only")
    value = posted["entry"][0]["changes"][0]["value"]
    value["contacts"] = [webhooks.person(), webhooks.person("6281200000102", None)]
    assert read(posted, PHONE_ID, NOW) == []


def test_message_without_an_id_is_still_known_when_it_comes_again() -> None:
    posted = payload("text")
    del posted["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
    (first,), (again,) = read(posted, PHONE_ID, NOW), read(posted, PHONE_ID, NOW + timedelta(hours=1))
    assert first == again
    posted["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] = "lain"
    (other,) = read(posted, PHONE_ID, NOW)
    assert other.external_id != first.external_id


@pytest.mark.parametrize("stamp", [None, "", "kemarin", "9" * 30, [1], float("inf")], ids=str)
def test_message_without_a_sensible_time_was_sent_now(stamp: Any) -> None:
    posted = payload("text")
    posted["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = stamp
    assert read(posted, PHONE_ID, NOW)[0].sent_at == NOW


@pytest.mark.parametrize(
    ("body", "kept"),
    [("halo\0", "halo"), ("\ud83d sakit", "\ufffd sakit"), ("👩🏽‍🍼", "👩🏽‍🍼")],
    ids=["NUL", "half an emoji", "an emoji of several"],
)
def test_text_can_be_stored_in_any_database(body: str, kept: str) -> None:
    posted = payload("text")
    posted["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] = body
    assert read(posted, PHONE_ID, NOW)[0].text == kept


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "body"]), inner),
    max_leaves=4,
)


@given(name=st.sampled_from(sorted(RECEIVED)), spot=st.integers(0, 100), damage=JSON)
def test_read_survives_any_damage(name: str, spot: int, damage: object) -> None:
    posted = payload(name)
    places = [(inside, key) for inside in _dicts(posted) for key in inside if key not in ("object", "entry")]
    inside, key = places[spot % len(places)]
    inside[key] = damage
    read_notices(posted)
    for found in read(posted, PHONE_ID, NOW):
        assert found.channel == "whatsapp"
        assert found.sender or found.kind is STATUS
        assert found.external_id


@given(name=st.sampled_from(sorted(RECEIVED)), spot=st.integers(0, 100))
def test_read_survives_any_missing_field(name: str, spot: int) -> None:
    posted = payload(name)
    places = [(inside, key) for inside in _dicts(posted) for key in inside if key != "entry"]
    inside, key = places[spot % len(places)]
    del inside[key]
    read_notices(posted)
    assert len(read(posted, PHONE_ID, NOW)) <= max(len(RECEIVED[name]), 1)


def _dicts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for item in value for found in _dicts(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(found for item in value.values() for found in _dicts(item))]
