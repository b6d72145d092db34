from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.data_changes import DataChanges, read_changes, replaces_companion
from nlu.language.dates import JAKARTA, format_date
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
CASES = [(*row, "")[:2] for row in rows("data_changes")]
WORDS = (
    "ganti nomor hp wa 081234567890 xhp1 xnik1 alamat pindah desa Ketawang hpht hpl salah bener 3 maret 8 des usg kata "
    "dokter nama Siti harusnya lahir tgl 20 minggu pendamping suami ktp , . bukan tapi"
)


def said(changes: DataChanges) -> str:
    """Changes as the table writes them."""
    parts = {
        "field": changes.field or "",
        "phone": changes.phone or "",
        "village": changes.village.name if changes.village else "",
        "hpht": str(changes.hpht or ""),
        "hpl": str(changes.hpl or ""),
        "weeks": str(changes.weeks or ""),
        "name": changes.name or "",
        "born": str(changes.born_on or ""),
        "nik": "yes" if changes.nik_told else "",
        "problems": ",".join(f"{field}:{code}" for field, code in changes.problems),
        "ultrasound": "yes" if changes.ultrasound else "",
    }
    return "; ".join(f"{name}={value}" for name, value in parts.items() if value)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_change_is_read_as_told(text: str, expected: str) -> None:
    assert said(read_changes(text, TUESDAY)) == expected


@given(
    st.from_regex(r"08[1-9][0-9]{8,9}", fullmatch=True), st.sampled_from(["ganti nomor {}", "hp baru {} ya bu", "{}"])
)
def test_written_number_is_read_back(phone: str, shape: str) -> None:
    changes = read_changes(shape.format(phone), TUESDAY)
    assert (changes.field, changes.phone) == ("phone", f"+62{phone[1:]}")


@given(st.integers(1, 300))
def test_written_hpht_is_read_back(days: int) -> None:
    day = (TUESDAY - timedelta(days=days)).date()
    assert read_changes(f"hpht saya salah, yang benar {format_date(day)}", TUESDAY).hpht == day


@given(messages(WORDS))
def test_value_belongs_to_the_field_that_is_meant(text: str) -> None:
    changes = read_changes(text, TUESDAY)
    assert changes.field in ("hpht", "hpl") or (changes.hpht, changes.hpl) == (None, None)
    assert changes.field == "name" or changes.name is None
    assert changes.field == "weeks" or changes.weeks is None
    assert changes.field == "birth_date" or changes.born_on is None
    assert changes.field is not None or changes.village is None


@pytest.mark.parametrize(
    ("text", "replaces"),
    [
        ("ganti pendamping bu, dadi adikku ae", True), ("sing ngancani ganti mbakku ae", True),
        ("minta pendamping ganti, suami saya kerja", False), ("ada yang bisa gantiin nemani saya?", False),
        ("bu minta ditemani kontrol besok", False), ("", False),
    ],
)  # fmt: skip
def test_another_companion_is_told_not_asked_for(text: str, replaces: bool) -> None:
    assert replaces_companion(text) is replaces
