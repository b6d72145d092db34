"""Broadcasts asked for in a chat."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given

from nlu.language.broadcast_request import BroadcastRequest, read_broadcast
from nlu.language.due_range import DueRange
from tests.nlu.tables import messages, rows

BROADCASTS = rows("broadcasts")


NOW = datetime.fromisoformat("2026-11-21T10:00:00+07:00")


def area(request: BroadcastRequest) -> str:
    if request.places:
        return "&".join("+".join(place.code for place in match.candidates) for match in request.places)
    return "all" if request.everywhere else "-"


def due(read: DueRange | None) -> str:
    if read is None:
        return ""
    if read.unread:
        return "due:?"
    return f"due:{read.weeks}w" if read.weeks else f"due:{read.first or ''}..{read.last or ''}"


def chosen(request: BroadcastRequest) -> str:
    """Beside area and trimester: due dates, check-up, conditions, JKN, paths, moment and repetition."""
    at = f"at:{request.at:%dT%H:%M}" if request.at else "at:?" * request.at_unread
    jkn, paths = (f"jkn:{one}" for one in request.jkn), (f"path:{one}" for one in request.paths)
    parts = (due(request.due), request.unvisited, *request.only, *jkn, *paths, at, request.repeat)
    return " ".join(part for part in parts if part) or "-"


@pytest.mark.parametrize(
    ("text", "audience", "place", "trimester", "choice", "message"), BROADCASTS, ids=[row[0] for row in BROADCASTS]
)
def test_broadcast_is_read(text: str, audience: str, place: str, trimester: str, choice: str, message: str) -> None:
    request = read_broadcast("" if text == "-" else text, NOW)
    read = (
        request.audience or "-",
        area(request),
        str(request.trimester or "-"),
        chosen(request),
        request.text or "-",
    )
    assert read == (audience, place, trimester, choice, message)


def test_words_to_send_never_choose_who_gets_them() -> None:
    request = read_broadcast("kirim ke kader: ingatkan bumil resti desa sumberoto trimester 3", NOW)
    assert (request.audience, request.places, request.trimester, request.only) == ("cadres", (), None, ())


def test_lines_of_the_words_to_send_are_kept() -> None:
    assert read_broadcast("kirim ke bumil:\nbaris satu\n\nbaris dua ", NOW).text == "baris satu\n\nbaris dua"


@given(text=messages('kirim ke semua bumil kader desa sumberoto trimester 3 : " jam 08:30 resti , '))
def test_any_message_is_read_without_harm(text: str) -> None:
    request = read_broadcast(text, NOW)
    assert not (request.places and request.everywhere)
    assert request.text is None or request.text in text
    assert request.text is None or request.text.strip() == request.text != ""
