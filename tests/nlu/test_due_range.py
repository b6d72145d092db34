"""Due dates that a helper means by a range."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.due_range import MOST_WEEKS, DueRange, read_due
from tests.nlu.tables import messages

TODAY = date(2026, 11, 22)
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
READ: dict[str, DueRange | None] = {
    "yang HPL-nya bulan Desember": DueRange(*DECEMBER),
    "hpl des": DueRange(*DECEMBER),
    "hpl bulan depan": DueRange(*DECEMBER),
    "lairan wulan ngarep": DueRange(*DECEMBER),
    "yang bulan depan melahirkan": DueRange(*DECEMBER),
    "HPL 1/12/2026 s/d 31/12/2026": DueRange(*DECEMBER),
    "hpl bulan ini": DueRange(date(2026, 11, 1), date(2026, 11, 30)),
    "hpl oktober": DueRange(date(2026, 10, 1), date(2026, 10, 31)),
    "hpl september": DueRange(date(2027, 9, 1), date(2027, 9, 30)),
    "perkiraan lahir Januari 2027": DueRange(date(2027, 1, 1), date(2027, 1, 31)),
    "HPL antara 1 Des - 10 Januari": DueRange(date(2026, 12, 1), date(2027, 1, 10)),
    "hpl 1 sampai 15 desember 2026": DueRange(date(2026, 12, 1), date(2026, 12, 15)),
    "hplnya antara tgl 1 dan 15 Desember": DueRange(date(2026, 12, 1), date(2026, 12, 15)),
    "hpl tanggal 10-20 desember": DueRange(date(2026, 12, 10), date(2026, 12, 20)),
    "HPL desember sampai februari": DueRange(date(2026, 12, 1), date(2027, 2, 28)),
    "hpl desember 2026 - januari 2027": DueRange(date(2026, 12, 1), date(2027, 1, 31)),
    "hpl sebelum 10/12/2026": DueRange(last=date(2026, 12, 9)),
    "HPL s.d. 31 Des": DueRange(last=date(2026, 12, 31)),
    "hpl paling lambat 10 desember": DueRange(last=date(2026, 12, 10)),
    "hpl sampai akhir tahun": DueRange(last=date(2026, 12, 31)),
    "hpl mulai 1 desember": DueRange(first=date(2026, 12, 1)),
    "hpl setelah 1 desember": DueRange(first=date(2026, 12, 2)),
    "hpl tgl 24 desember": DueRange(date(2026, 12, 24), date(2026, 12, 24)),
    "hpl pertengahan desember": DueRange(date(2026, 12, 11), date(2026, 12, 20)),
    "hpl akhir bulan ini": DueRange(date(2026, 11, 21), date(2026, 11, 30)),
    "hpl akhir februari": DueRange(date(2027, 2, 21), date(2027, 2, 28)),
    "hpl minggu ini": DueRange(date(2026, 11, 16), date(2026, 11, 22)),
    "hpl minggu depan": DueRange(date(2026, 11, 23), date(2026, 11, 29)),
    "yang hpl 10 hari lagi": DueRange(TODAY, date(2026, 12, 2)),
    "lahiran dalam 2 minggu": DueRange(weeks=2),
    "melahirkan 4 minggu lagi": DueRange(weeks=4),
    "hpl 3 minggu ke depan": DueRange(weeks=3),
    "hpl kurang dari empat minggu": DueRange(weeks=4),
    "yang 2 minggu lagi lahiran": DueRange(weeks=2),
    "hpl 2 bulan lagi": DueRange(weeks=9),
    "hpl tgl 31 februari": DueRange(unread=True),
    "hpl 99 minggu": DueRange(unread=True),
    "hpl tanggal 5": DueRange(unread=True),
    "hpl dekat": None,
    "yang baru lahiran kemarin 2 minggu": None,
    "trimester 3 desa sumberoto": None,
    "besok tanggal 5 desember posyandu": None,
    "": None,
}


@pytest.mark.parametrize(("text", "read"), READ.items(), ids=READ)
def test_due_range_is_read(text: str, read: DueRange | None) -> None:
    assert read_due(text, TODAY) == read


@given(text=messages("hpl lahir desember januari 1 31 29 feb - sampai / . 2026 minggu bulan depan ini akhir sebelum "))
def test_any_message_is_read_without_harm(text: str) -> None:
    found = read_due(text, TODAY)
    assert found is None or found.unread or found != DueRange()


@given(today=st.dates(date(2024, 1, 1), date(2030, 12, 31)), month=st.integers(1, 12))
def test_month_is_one_in_which_somebody_can_be_due(today: date, month: int) -> None:
    found = read_due(f"hpl bulan {_NAMES[month - 1]}", today)
    assert found is not None
    assert found.first is not None
    assert found.last is not None
    assert -45 <= (found.last - today).days <= 366
    assert (found.first.month, found.last.month) == (month, month)


@given(weeks=st.integers(0, 120), today=st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_weeks_are_those_of_a_pregnancy(weeks: int, today: date) -> None:
    found = read_due(f"hpl {weeks} minggu lagi", today)
    assert found is not None
    assert found.unread is not (0 < weeks <= MOST_WEEKS)


_NAMES = (
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november",
    "desember",
)  # fmt: skip
