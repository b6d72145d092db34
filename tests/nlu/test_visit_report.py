from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.dates import JAKARTA
from nlu.language.visit_report import LAST, VisitReport, read_visit
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
CASES = [(*row, "")[:2] for row in rows("visit_reports")]
WORDS = (
    "bu rina sudah belum K4 k 4 kf 2 kn1 M-4F7Q kemarin besok tgl 5 12/11 di pkm nang bidan kontrol ke tiga nifas ? ,"
)


def said(report: VisitReport) -> str:
    """A report as the table writes it."""
    done = {True: "yes", False: "no", None: ""}[report.done]
    parts = {
        "kinds": ",".join(report.kinds),
        "on": str(report.on or ""),
        "done": done,
        "place": report.place or "",
        "code": report.code or "",
        "names": ",".join(report.names),
        "unclear": report.unclear or "",
    }
    return "; ".join(f"{name}={value}" for name, value in parts.items() if value)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_report_is_read_as_told(text: str, expected: str) -> None:
    assert said(read_visit(text, TUESDAY)) == expected


@pytest.mark.parametrize(
    "kind", [f"{series}{number}" for series, last in LAST.items() for number in range(1, last + 1)]
)
@pytest.mark.parametrize("shape", ["sudah {} kemarin", "{}", "bu sri wis {} wingi", "M-4F7Q {}"])
def test_visit_is_known_by_its_code_when_it_is_written_with_or_without_a_gap(kind: str, shape: str) -> None:
    for written in (kind, kind.lower(), f"{kind[:-1]} {kind[-1]}", f"{kind[:-1]}-{kind[-1]}"):
        assert read_visit(shape.format(written), TUESDAY).kinds == (kind,)


@pytest.mark.parametrize("kind", ["K0", "K7", "KF5", "KN4", "K10"])
def test_visit_that_has_no_name_is_none(kind: str) -> None:
    assert read_visit(f"sudah {kind}", TUESDAY).kinds == ()


def test_day_and_month_ten_months_back_are_asked_when_no_year_stands_with_them() -> None:
    report = read_visit("M-4F7Q sudah K2 12/11", datetime(2026, 11, 10, 9, tzinfo=JAKARTA))
    assert (report.on, report.unclear) == (None, "far_back")


def test_day_is_that_of_jakarta_when_it_is_still_yesterday_elsewhere() -> None:
    late = datetime(2026, 3, 10, 0, 30, tzinfo=JAKARTA).astimezone(tz=None)
    assert str(read_visit("sudah K4 hari ini", late).on) == "2026-03-10"


@given(messages(WORDS), st.integers(0, 5000))
def test_any_text_gives_a_day_that_has_been(text: str, hours: int) -> None:
    now = TUESDAY + timedelta(hours=hours)
    report = read_visit(text, now)
    assert report.on is None or (report.on <= now.date() and report.done)
    assert report.place is None or report.place in text
