"""Referrals asked for in a message."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from nlu.language.referral import is_order, read_referral, tells_arrived, tells_left
from tests.nlu.tables import messages, rows

REFERRALS = rows("referrals")


@pytest.mark.parametrize(("text", "facility", "reason", "code", "names"), REFERRALS, ids=[row[0] for row in REFERRALS])
def test_referral_is_read(text: str, facility: str, reason: str, code: str, names: str) -> None:
    referral = read_referral("" if text == "-" else text)
    read = (referral.facility or "-", referral.reason or "-", referral.code or "-", "+".join(referral.names) or "-")
    assert read == (facility, reason, code, names)


def test_two_codes_are_no_code() -> None:
    referral = read_referral("rujuk M-4F7Q dan M-8K2P ke rssa")
    assert referral.code is None
    assert referral.codes == ("M-4F7Q", "M-8K2P")


def test_facility_carries_its_codes() -> None:
    assert read_referral("rujuk ke rsud lawang").facility_codes == ("rsud-lawang",)


@example(text="RS M2222 A")
@given(text=messages("rujuk M-4F7Q bu Siti ke rsud lawang karena tensi 170 sungsang dari puskesmas , . "))
def test_any_message_is_read_without_harm(text: str) -> None:
    referral = read_referral(text)
    assert referral.facility is None or referral.facility in text
    assert referral.reason is None or referral.reason == referral.reason.strip() != ""
    assert referral.code is None or referral.codes == (referral.code,)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("rujuk bu rini ke rsud kanjuruhan, tensi 160/110", True),
        ("mohon dirujuk M-4F7Q, kejang", True),
        ("surat rujukan bu rini sudah jadi", False),
        ("apa bu rini perlu dirujuk?", False),
        ("bu rini kejang", False),
    ],
    ids=["order", "asked politely", "the letter", "a question", "no word of it"],
)
def test_order_to_refer_is_told_from_talk_about_it(text: str, is_one: bool) -> None:
    assert is_order(text) is is_one


NEWS = [
    ("sudah berangkat bu", "left"),
    ("wis budhal", "left"),
    ("otw", "left"),
    ("pasien sudah datang", "arrived"),
    ("wis tekan IGD", "arrived"),
    ("sudah di igd", "arrived"),
    ("belum berangkat", None),
    ("sudah datang?", None),
    ("kalau sudah datang kabari ya", None),
    ("penuh bu", None),
]


@pytest.mark.parametrize(("text", "news"), NEWS, ids=[text for text, _ in NEWS])
def test_news_of_her_way_is_told(text: str, news: str | None) -> None:
    told = "arrived" if tells_arrived(text) else "left" if tells_left(text) else None
    assert told == news
