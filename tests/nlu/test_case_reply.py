"""What midwives, cadres and facilities answer."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given

from nlu.language.case_reply import CaseReply, read_case_reply
from tests.nlu.tables import messages, rows

REPLIES = rows("case_replies")
REPORTS = [
    (text, expected)
    for text, expected in REPLIES
    if expected in ("at_facility", "full", "visited", "arrived_home") and "," not in text
]


@pytest.mark.parametrize(("text", "expected"), REPLIES, ids=[text for text, _ in REPLIES])
def test_answer_is_understood(text: str, expected: str) -> None:
    assert (read_case_reply(text) or "none") == expected


@pytest.mark.parametrize(("text", "expected"), REPORTS, ids=[text for text, _ in REPORTS])
def test_answer_is_none_when_it_is_asked_or_supposed(text: str, expected: str) -> None:
    assert read_case_reply(f"{text}?") is None
    assert read_case_reply(f"kalau {text}") is None


def test_every_answer_has_its_row() -> None:
    assert {expected for _, expected in REPLIES} == {"none", *get_args(CaseReply)}


@given(text=messages("sudah belum di igd rumah tidak dihubungi penuh siap terima pindah ? , selesai saya tangani "))
def test_any_message_is_read_without_harm(text: str) -> None:
    assert read_case_reply(text) in {None, *get_args(CaseReply)}
