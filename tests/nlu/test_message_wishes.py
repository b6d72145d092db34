"""Announcements off and reminders on in one sentence; and who refuses is never taken for one who wants more."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.message_wishes import refuses_messages, wants_only_reminders
from tests.nlu.tables import messages

WISHES = [
    ("gak usah kirim info lagi, pengingat periksa tetap mau", True),
    ("pengumuman stop bu, jadwal kontrol tetep dielingno yo", True),
    ("jangan kirim undangan, tapi jadwal periksa masih boleh", True),
    ("pengumumane gak usah dikirim, tapi ilingno kontrolku yo", True), ("broadcast stop ae, lek kontrol ilingno", True),
    ("gak usah kirim info, gak usah ilingno", False),
    ("stop", False), ("berhenti semua", False), ("kirim info dan pengingat lagi", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WISHES, ids=[text for text, _ in WISHES])
def test_only_the_announcements_are_to_stop(text: str, expected: bool) -> None:
    assert wants_only_reminders(text) is expected


@given(text=messages("jangan kirim info pengingat tetap stop , boleh jadwal "))
def test_any_message_is_read_without_harm(text: str) -> None:
    assert wants_only_reminders(text) in {True, False}


REFUSALS = [
    ("ga mau dapet pengingat lagi", True),
    ("aku gak pengen dikirimi pesan maneh", True),
    ("emoh dielingno", True),
    ("mboten purun dipun kintuni, mboten usah pesen malih", True),
    ("jangan kirim apa-apa lagi", True),
    ("gamau notif", True),
    ("jangan stop pengingatnya", False),
    ("jangan lupa kirimi aku lagi ya", False),
    ("kok ga mau kirim pengingat lagi?", False),
    ("ojok bengi2 lek ngirim, tapi kirimono maneh yo", False),
    ("mau dapet pengingat lagi", False),
    ("mulai", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "expected"), REFUSALS, ids=[text for text, _ in REFUSALS])
def test_refusal_of_messages(text: str, expected: bool) -> None:
    assert refuses_messages(text) is expected


@given(text=messages("ga mau jangan pengingat kirim pesan lagi stop ? "))
def test_any_message_is_refused_or_not_without_harm(text: str) -> None:
    assert refuses_messages(text) in {True, False}
