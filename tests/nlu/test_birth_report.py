from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.birth_report import BirthReport, read_birth
from nlu.language.birth_weight import LEAST, MOST
from nlu.language.dates import JAKARTA, format_date
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
CASES = [(*row, "")[:2] for row in rows("birth_reports")]
WORDS = (
    "sudah lahir belum bayi lanang wedok perempuan kembar 3 2,9 2900 kg gr ons jam setengah 7 malam subuh semalam "
    "kemarin tgl 20 besok di rumah nang bidan dukun sc ibu sehat biru gak nangis , . ? hpl barusan"
)
WELL = {True: "well", False: "ill", None: ""}


def said(report: BirthReport) -> str:
    """A report as the table writes it."""
    parts = {
        "born": {True: "yes", False: "no", None: ""}[report.born],
        "on": str(report.on or ""),
        "at": report.at.strftime("%H:%M") if report.at else "",
        "sex": report.sex or "",
        "weight": str(report.weight_g or ""),
        "place": report.place or "",
        "kind": report.place_kind or "",
        "helper": report.helper or "",
        "mother": WELL[report.mother_well],
        "baby": WELL[report.baby_well],
        "twins": "yes" if report.twins else "",
        "babies": ",".join(f"{baby.sex or '?'}{baby.weight_g or ''}" for baby in report.babies),
        "problems": ",".join(f"{field}:{code}" for field, code in report.problems),
        "unclear": ",".join(report.unclear),
    }
    return "; ".join(f"{name}={value}" for name, value in parts.items() if value)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_birth_is_read_as_told(text: str, expected: str) -> None:
    assert said(read_birth(text, TUESDAY)) == expected


@given(st.integers(LEAST, MOST), st.sampled_from(["{} gram", "{}gr", "berat {} gr", "lahir lanang {} g", "bb {} grm"]))
def test_written_weight_is_read_back(grams: int, shape: str) -> None:
    assert read_birth(shape.format(grams), TUESDAY).weight_g == grams


@given(st.integers(5, 70), st.sampled_from([",", "."]), st.sampled_from(["kg", " kg", " kilo"]))
def test_written_kilograms_are_read_back(tenths: int, mark: str, unit: str) -> None:
    assert read_birth(f"bayi {tenths // 10}{mark}{tenths % 10}{unit}", TUESDAY).weight_g == tenths * 100


@given(st.integers(0, 60), st.integers(0, 23), st.integers(0, 59))
def test_written_day_and_hour_are_read_back(days: int, hour: int, minute: int) -> None:
    moment = (TUESDAY - timedelta(days=days)).replace(hour=hour, minute=minute)
    report = read_birth(f"lahir tanggal {format_date(moment.date())} jam {moment:%H.%M}", TUESDAY)
    if moment <= TUESDAY:
        assert (report.on, report.at) == (moment.date(), moment.time())
    else:
        assert (report.on, report.problems) == (None, (("on", "future"),))


def test_hour_that_is_still_to_come_was_yesterdays() -> None:
    assert str(read_birth("sudah lahir jam 11 malam", TUESDAY).on) == "2026-03-09"
    assert str(read_birth("sudah lahir jam 8 pagi", TUESDAY).on) == "2026-03-10"


@given(messages(WORDS), st.integers(0, 5000))
def test_no_birth_lies_ahead_and_no_weight_is_absurd(text: str, hours: int) -> None:
    now = TUESDAY + timedelta(hours=hours)
    report = read_birth(text, now)
    assert report.on is None or report.on <= now.date()
    assert report.weight_g is None or LEAST <= report.weight_g <= MOST
    assert report.born is not False or (report.on, report.weight_g) == (None, None)
