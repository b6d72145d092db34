"""Single values of a world document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.outside.world_values import read_day, read_phone, read_setting


@pytest.mark.parametrize(
    ("value", "day"),
    [
        pytest.param(date(1998, 3, 5), date(1998, 3, 5), id="a YAML date"),
        pytest.param("1998-03-05", date(1998, 3, 5), id="an ISO date"),
        pytest.param("2026-11-12T09:30:00+07:00", date(2026, 11, 12), id="a moment in Malang"),
        pytest.param("2026-11-11T17:00:00Z", date(2026, 11, 12), id="a moment in UTC that is the next day in Malang"),
        pytest.param("2026-11-12 09:30:00", date(2026, 11, 12), id="a moment without a zone"),
        pytest.param(datetime(2026, 11, 11, 17, 0, tzinfo=UTC), date(2026, 11, 12), id="a YAML moment"),
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="an empty word"),
    ],
)
def test_a_day_is_read(value: Any, day: date | None) -> None:
    assert read_day(value) == day


@pytest.mark.parametrize(
    "value", ["kemarin", "05-03-1998", "2026-13-01", 20261112, True, 1.5, [], {"year": 1998}], ids=str
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a day like"):
        read_day(value)


@given(st.dates())
def test_every_day_is_read_from_its_iso_form(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        pytest.param("+6281200000001", "+6281200000001", id="with plus"),
        pytest.param(6281200000001, "+6281200000001", id="a YAML number"),
        pytest.param("6281200000001", "+6281200000001", id="without plus"),
        pytest.param("081200000001", "+6281200000001", id="as people write it"),
        pytest.param("+62 812-0000-0001", "+6281200000001", id="with spaces and dashes"),
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="an empty word"),
    ],
)
def test_a_phone_is_read(value: Any, phone: str | None) -> None:
    assert read_phone(value) == phone


@pytest.mark.parametrize("value", ["rumah", "+62", "0812", True, ["+6281200000001"]], ids=str)
def test_what_is_no_phone_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a phone number"):
        read_phone(value)


@pytest.mark.parametrize(
    ("value", "setting"),
    [
        pytest.param(["21:00", "06:00"], ["21:00", "06:00"], id="quoted times"),
        pytest.param([1260, "06:00"], ["21:00", "06:00"], id="a YAML time that became minutes"),
        pytest.param([10, 16, 22], [10, 16, 22], id="weeks"),
        pytest.param(True, True, id="a yes"),
        pytest.param(3, 3, id="a number"),
    ],
)
def test_a_setting_is_read(value: Any, setting: Any) -> None:
    assert read_setting(value) == setting
