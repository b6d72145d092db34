"""What drivers answer, and what mothers and cadres tell of a ride."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given

from nlu.language.driver_reply import DriverReply, RideNews, read_driver_reply, read_ride_news, sets_out
from tests.nlu.tables import messages, rows

REPLIES, NEWS = rows("driver_replies"), rows("ride_news")
WORDS = "sudah belum gak bisa siap jemput sampai rs libur telat mobil ? , kalau lagi ibu maaf pulang rumah "


@pytest.mark.parametrize(("text", "expected"), REPLIES, ids=[text for text, _ in REPLIES])
def test_driver_is_understood(text: str, expected: str) -> None:
    assert (read_driver_reply("" if text == "-" else text) or "none") == expected


@pytest.mark.parametrize(("text", "expected"), NEWS, ids=[text for text, _ in NEWS])
def test_news_of_a_ride_are_understood(text: str, expected: str) -> None:
    assert (read_ride_news(text) or "none") == expected


@pytest.mark.parametrize("text", [text for text, expected in REPLIES if expected == "accept" and "," not in text])
def test_acceptance_is_none_when_it_is_asked(text: str) -> None:
    assert read_driver_reply(f"{text}?") is None


@pytest.mark.parametrize("text", ["otw bu", "budal saiki", "meluncur pak", "on my way"])
def test_driver_who_leaves_now_is_known(text: str) -> None:
    assert sets_out(text)


@pytest.mark.parametrize("text", ["siap", "berangkat jam 6", "otw?", "kalau otw saya kabari", "sudah sampai"])
def test_driver_who_only_promises_has_not_left(text: str) -> None:
    assert not sets_out(text)


@given(text=messages(WORDS))
def test_any_message_is_read_without_harm(text: str) -> None:
    assert read_driver_reply(text) in {None, *get_args(DriverReply)}
    assert read_ride_news(text) in {None, *get_args(RideNews)}


@given(text=messages("bisa siap saya jemput otw oke ? mobil jam "))
def test_refusal_is_never_heard_as_acceptance(text: str) -> None:
    assert read_driver_reply(f"maaf tidak bisa. {text}") != "accept"
