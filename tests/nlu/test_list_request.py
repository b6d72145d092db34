"""Lists of mothers and recaps asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.dates import JAKARTA
from nlu.language.list_request import Recap, read_list, read_recap
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
LISTS, RECAPS = rows("lists"), rows("recaps")


@pytest.mark.parametrize(("text", "expected"), LISTS, ids=[text for text, _ in LISTS])
def test_list_is_read(text: str, expected: str) -> None:
    assert read_list("" if text == "-" else text) == expected


@pytest.mark.parametrize(("text", "month", "topic"), RECAPS, ids=[row[0] for row in RECAPS])
def test_recap_is_read(text: str, month: str, topic: str) -> None:
    recap = read_recap("" if text == "-" else text, TUESDAY)
    assert (f"{recap.month:%Y-%m}" if recap.month else "-", recap.topic) == (month, topic)


def test_last_month_of_january_is_december() -> None:
    assert read_recap("rekap bulan lalu", datetime(2026, 1, 3, 9, tzinfo=JAKARTA)) == Recap(date(2025, 12, 1))


def test_month_turns_by_the_clock_of_jakarta() -> None:
    late = datetime(2026, 3, 31, 23, 30, tzinfo=JAKARTA)
    assert read_recap("rekap bulan ini", late).month == date(2026, 3, 1)
    assert read_recap("rekap bulan ini", late + timedelta(hours=1)).month == date(2026, 4, 1)


@given(
    text=messages("rekap laporan bulan ini lalu maret 12 2025 k1 k4 bpjs lahir sopir keluhan / - "),
    days=st.integers(0, 3000),
)
def test_month_is_a_first_day_and_never_to_come(text: str, days: int) -> None:
    now = TUESDAY + timedelta(days=days)
    month = read_recap(text, now).month
    assert month is None or (month.day == 1 and month <= now.date())
