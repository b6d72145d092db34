"""Announcements off, reminders on, in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.message_wishes import wants_only_reminders
from tests.nlu.tables import messages

WISHES = [
    ("gak usah kirim info lagi, pengingat periksa tetap mau", True),
    ("pengumuman stop bu, jadwal kontrol tetep dielingno yo", True),
    ("jangan kirim undangan, tapi jadwal periksa masih boleh", True),
    ("stop", False), ("berhenti semua", False), ("kirim info dan pengingat lagi", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WISHES, ids=[text for text, _ in WISHES])
def test_only_the_announcements_are_to_stop(text: str, expected: bool) -> None:
    assert wants_only_reminders(text) is expected


@given(text=messages("jangan kirim info pengingat tetap stop , boleh jadwal "))
def test_any_message_is_read_without_harm(text: str) -> None:
    assert wants_only_reminders(text) in {True, False}
