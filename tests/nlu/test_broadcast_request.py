"""Broadcasts asked for in a chat."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.broadcast_request import BroadcastRequest, read_broadcast
from tests.nlu.tables import messages, rows

BROADCASTS = rows("broadcasts")


def area(request: BroadcastRequest) -> str:
    if request.place:
        return "+".join(place.code for place in request.place.candidates)
    return "all" if request.everywhere else "-"


@pytest.mark.parametrize(
    ("text", "audience", "place", "trimester", "only", "message"), BROADCASTS, ids=[row[0] for row in BROADCASTS]
)
def test_broadcast_is_read(text: str, audience: str, place: str, trimester: str, only: str, message: str) -> None:
    request = read_broadcast("" if text == "-" else text)
    read = (
        request.audience or "-",
        area(request),
        str(request.trimester or "-"),
        request.only or "-",
        request.text or "-",
    )
    assert read == (audience, place, trimester, only, message)


def test_words_to_send_never_choose_who_gets_them() -> None:
    request = read_broadcast("kirim ke kader: ingatkan bumil resti desa sumberoto trimester 3")
    assert (request.audience, request.place, request.trimester, request.only) == ("cadres", None, None, None)


def test_lines_of_the_words_to_send_are_kept() -> None:
    assert read_broadcast("kirim ke bumil:\nbaris satu\n\nbaris dua ").text == "baris satu\n\nbaris dua"


@given(text=messages('kirim ke semua bumil kader desa sumberoto trimester 3 : " jam 08:30 resti , '))
def test_any_message_is_read_without_harm(text: str) -> None:
    request = read_broadcast(text)
    assert not (request.place and request.everywhere)
    assert request.text is None or request.text in text
    assert request.text is None or request.text.strip() == request.text != ""
