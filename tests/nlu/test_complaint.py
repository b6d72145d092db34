"""Complaints: kind, amount, facility."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given

from nlu.language.complaint import (
    Category,
    Complaint,
    Numbered,
    read_complaint,
    read_numbered,
    refused_for_card,
    wants_no_name,
)
from tests.nlu.tables import messages, rows

COMPLAINTS = rows("complaints")


@pytest.mark.parametrize(
    ("text", "category", "amount", "facility"), COMPLAINTS, ids=[f"{row[1]} {row[0]}" for row in COMPLAINTS]
)
def test_complaint_is_read(text: str, category: str, amount: str, facility: str) -> None:
    complaint = read_complaint("" if text == "-" else text)
    assert (complaint.category, str(complaint.amount or "-"), complaint.facility or "-") == (category, amount, facility)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ditolak rs kanjuruhan", ("rsud-kanjuruhan",)),
        ("disuruh bayar di puskesmas sumbermanjing", ("pkm-sumbermanjing-kulon", "pkm-sumbermanjing-wetan")),
        ("disuruh bayar di puskesmas", ()),
        ("waktu di puskesmas dirujuk, lalu ditolak rssa", ("rssa",)),
    ],
)
def test_facility_carries_every_code_it_may_mean(text: str, codes: tuple[str, ...]) -> None:
    assert read_complaint(text).facility_codes == codes


@pytest.mark.parametrize("text", ["saya tidak ditolak kok", "bidannya gak galak", "gak disuruh bayar"])
def test_what_is_denied_is_no_complaint_of_a_kind(text: str) -> None:
    assert read_complaint(text).category == "other"


@given(text=messages("ditolak bayar 500 rb judes tutup gak puskesmas rs kanjuruhan , ? padahal "))
def test_any_message_is_read_without_harm(text: str) -> None:
    complaint = read_complaint(text)
    assert isinstance(complaint, Complaint)
    assert complaint.category in get_args(Category)
    assert complaint.facility is None or complaint.facility in text
    assert not complaint.facility_codes or complaint.facility is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jangan sebut nama saya", True), ("ojo ngomong2 jenengku yo", True), ("rahasiakan ya", True),
        ("tidak mau identitasnya ketahuan", True), ("puskesmas donomulyo", False), ("bidannya bernama Yuni", False),
    ],
)  # fmt: skip
def test_wish_to_stay_unnamed_is_no_name_of_a_place(text: str, expected: bool) -> None:
    assert wants_no_name(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jawab K-2026-000012: petugas ditegur", Numbered(2026, 12, "petugas ditegur")),
        ("keluhan K-7 sudah selesai", Numbered(None, 7, "sudah selesai")),
        ("K-2026-000003", Numbered(2026, 3, "")),
        ("ibu rina sudah K4", None), ("sudah kami tegur", None),
    ],
)  # fmt: skip
def test_officer_names_the_complaint_he_answers(text: str, expected: Numbered | None) -> None:
    assert read_numbered(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ditolak igd, kis nonaktif", True), ("ditolak mergo bpjs nunggak", True), ("ditolak, kamar penuh", False)],
)
def test_dead_card_is_the_reason_of_a_refusal(text: str, expected: bool) -> None:
    assert refused_for_card(text) is expected
