"""Rides asked for and called off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.dates import JAKARTA
from nlu.language.ride_request import RideRequest, calls_off, read_cancel_reason, read_fetch_place, read_ride, wants_car
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
RIDES, REASONS = rows("ride_requests"), rows("cancel_reasons")
WORDS = "jemput besok jam 7 setengah sekarang pkm rs dari ke rumah depan masjid kontrol lahiran pulang sumberoto , ? "


def told(text: str) -> str:
    return "" if text == "-" else text


def moment(ride: RideRequest) -> str:
    said = ride.at.strftime("%Y-%m-%dT%H:%M") if ride.at else str(ride.day or "")
    return f"{ride.when} {said}".strip()


@pytest.mark.parametrize(
    ("text", "when", "purpose", "destination", "pickup", "problem"), RIDES, ids=[row[0] for row in RIDES]
)
def test_ride_is_read_as_asked(text: str, when: str, purpose: str, destination: str, pickup: str, problem: str) -> None:
    ride = read_ride(told(text), TUESDAY)
    fetched = ride.pickup_landmark or (ride.pickup_place.name if ride.pickup_place else "-")
    read = (moment(ride), ride.purpose or "-", ride.destination or "-", fetched, ride.problem or "-")
    assert read == (when, purpose, destination, pickup, problem)


@pytest.mark.parametrize(("text", "expected"), REASONS, ids=[text for text, _ in REASONS])
def test_reason_of_a_cancelled_ride_is_read(text: str, expected: str) -> None:
    assert (read_cancel_reason(told(text)) or "none") == expected


@pytest.mark.parametrize(
    "text",
    [
        "tulung mobil saiki weteng mules banget",
        "minta ambulan darah banyak",
        "jemputen aku rek, ketubane pecah",
        "ngeluarin darah gak ada mobil",
        "anak saya kejang tolong antar ke rs",
    ],
)
def test_need_of_a_car_is_heard_beside_the_sign(text: str) -> None:
    assert wants_car(text)


@pytest.mark.parametrize(
    "text",
    [
        "darah banyak",
        "pendarahan, minta tolong bidan",
        "sudah di mobil ketuban pecah",
        "pecah ketuban gak usah dijemput",
    ],
)
def test_sign_alone_asks_for_no_car(text: str) -> None:
    assert not wants_car(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("jemputnya di balai desa sumberoto aja ya bu", "balai desa sumberoto"),
        ("eh ndak jadi di rumah, jemput di pasar sumberoto", "pasar sumberoto"),
        ("jemput nang ngarep masjid ae", "ngarep masjid"),
        ("titik jemputnya depan sd 2", "depan sd 2"),
        ("minta dijemput besok jam 7 di pasar", None),
        ("jemput di mana?", None),
        ("batal jemput, sudah diantar suami", None),
    ],
)
def test_place_alone_is_where_to_fetch_her(text: str, place: str | None) -> None:
    assert read_fetch_place(text, TUESDAY) == place


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("bu wahyuni gak jadi, ibunya sakit", True),
        ("batal bu", True),
        ("bu wahyuni gak jadi periksa", False),
        ("jadi gak?", False),
        ("kalau gak jadi kabari", False),
    ],
)
def test_calling_off_is_heard(text: str, off: bool) -> None:
    assert calls_off(text) is off


def test_facility_known_to_the_gazetteer_carries_its_code() -> None:
    assert read_ride("besok jam 8 ke rs kanjuruhan", TUESDAY).destination_codes == ("rsud-kanjuruhan",)
    assert read_ride("besok jam 8 ke rs", TUESDAY).destination_codes == ()


def test_two_villages_of_a_name_stay_two() -> None:
    place = read_ride("jemput di desa banjarejo sekarang", TUESDAY).pickup_place
    assert place is not None
    assert len(place.candidates) > 1


def test_urgent_ride_is_now_only_when_no_time_is_named() -> None:
    assert read_ride("mau lahiran, tolong jemput", TUESDAY).when == "now"
    assert read_ride("mau caesar besok jam 6 pagi, tolong jemput", TUESDAY).when == "at"


@given(text=messages(WORDS), minutes=st.integers(0, 7 * 24 * 60))
def test_ride_is_consistent_and_never_past_whatever_the_text(text: str, minutes: int) -> None:
    now = TUESDAY + timedelta(minutes=minutes)
    ride = read_ride(text, now)
    assert (ride.at is not None) == (ride.when in ("now", "at"))
    assert (ride.day is None) == (ride.when == "unknown")
    if ride.at is not None:
        assert ride.at.tzinfo is JAKARTA
        assert ride.at >= now
        assert ride.problem is None
    if ride.day is not None:
        assert ride.day >= now.date()
    assert ride.destination is None or ride.destination in text
    assert ride.pickup_landmark is None or ride.pickup_landmark in text
