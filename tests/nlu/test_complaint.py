"""Complaints: kind, amount, facility."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given

from nlu.language.complaint import Category, Complaint, read_complaint
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
