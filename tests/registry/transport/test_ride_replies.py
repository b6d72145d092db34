"""Words of drivers: yes, no and what is neither, before and after one of them has the ride."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.models import Ride
from registry.transport import ride_replies
from tests.conftest import NOW
from tests.registry.transport.ride_tools import TOMORROW, Scene, scene


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def answered(village: Scene, words: str) -> str:
    """What the first driver reads in answer to his words."""
    return "\n".join(draft.text for draft in village.says(village.drivers[0], words) or [])


@pytest.mark.parametrize(
    ("words", "status", "answer"),
    [
        pytest.param("iso bu", "confirmed", "Terima kasih", id="yes"),
        pytest.param("siap jemput jam 7", "confirmed", "Terima kasih", id="yes to that very hour"),
        pytest.param("siap, saya berangkat jam 6", "confirmed", "Terima kasih", id="sets out earlier"),
        pytest.param("bisa, telat 10 menit ya bu", "confirmed", "saya teruskan", id="yes, a little late"),
        pytest.param("bisa jam 9 saja bu", "requested", "Belum saya catat", id="another hour is no yes"),
        pytest.param("bisanya setengah 9", "requested", "Belum saya catat", id="another half hour"),
        pytest.param("mungkin bisa", "requested", "Belum saya catat", id="perhaps"),
        pytest.param("ngko sek tak takon bojoku", "requested", "Belum saya catat", id="asks his wife first"),
        pytest.param("siapa ibunya?", "requested", "Belum saya catat", id="who is it"),
        pytest.param("rumahe ndi bu", "requested", "Belum saya catat", id="where is it"),
        pytest.param("bisa kalau jam 9", "requested", "Belum saya catat", id="only at another hour"),
        pytest.param("ban bocor bu", "requested", "Belum saya catat", id="puncture says neither"),
        pytest.param("assalamualaikum", "requested", "", id="a greeting is no answer"),
    ],
)
def test_offer_is_accepted_by_a_whole_yes_only(village: Scene, words: str, status: str, answer: str) -> None:
    ride = village.order().ride
    said = answered(village, words)

    assert answer in said
    assert bool(said) == bool(answer)
    assert ride.status == status
    assert ride.driver_id == (village.drivers[0].id if status == "confirmed" else None)


@pytest.mark.parametrize(
    "words", ["ra iso", "gak iso rek", "raiso bu", "maaf saya kecelakaan", "batal bu", "gak bisa kalau jam 7"]
)
def test_no_passes_the_ride_on(village: Scene, words: str) -> None:
    ride = village.order().ride
    assert "Saya tanya sopir lain" in answered(village, words)
    assert village.asked(ride) == [village.drivers[1]]


def test_urgent_yes_with_minutes_is_a_yes_and_she_knows_of_them(village: Scene) -> None:
    ride = village.order(NOW, urgent=True).ride
    answered(village, "otw bu 10 menit maneh tekan")

    assert ride.status == "confirmed"
    assert "agak terlambat" in village.sent(village.mother)[-1]


def confirmed(village: Scene, *, after: timedelta) -> Ride:
    ride = village.order(TOMORROW).ride
    village.accept(ride, village.drivers[0])
    village.now = TOMORROW + after
    return ride


@pytest.mark.parametrize(
    ("after", "words", "status", "answer"),
    [
        pytest.param(5, "wes tekan", "confirmed", "Sudah sampai di mana", id="where is he"),
        pytest.param(5, "wes tekan omahe", "confirmed", "Sudah sampai di mana", id="whose house"),
        pytest.param(5, "wes tekan puskesmas bu", "arrived", "sudah sampai", id="the goal is named"),
        pytest.param(50, "wes tekan", "arrived", "sudah sampai", id="long enough for the way"),
        pytest.param(5, "wis nang ngarep omahe", "confirmed", "saya kabari", id="at the door"),
        pytest.param(5, "ibunya gak ada di rumah", "confirmed", "saya kabari", id="nobody there"),
        pytest.param(-30, "otw bu", "confirmed", "Hati-hati di jalan", id="sets out"),
        pytest.param(-600, "otw bu", "confirmed", "Anda menjemput Ibu", id="sets out the day before"),
        pytest.param(5, "orangnya gak ada", "confirmed", "saya kabari", id="nobody there, in other words"),
        pytest.param(5, "ban bocor bu", "confirmed", "saya teruskan", id="late"),
        pytest.param(-600, "ban bocor bu", "confirmed", "Masih bisa", id="late long before"),
        pytest.param(-600, "mungkin bisa", "confirmed", "Masih bisa", id="not sure any more"),
        pytest.param(-600, "wis nang ngarep omahe", "confirmed", "belum waktunya", id="at the door the day before"),
        pytest.param(-600, "alamatnya mana bu", "confirmed", "Anda menjemput Ibu", id="the facts once more"),
    ],
)
def test_driver_with_the_ride_is_understood(
    village: Scene, after: int, words: str, status: str, answer: str
) -> None:  # fmt: skip
    ride = confirmed(village, after=timedelta(minutes=after))
    assert answer in answered(village, words)
    assert ride.status == status


def test_mother_and_cadre_know_that_he_waits_at_the_door(village: Scene) -> None:
    confirmed(village, after=timedelta(minutes=5))
    answered(village, "wis nang ngarep omahe")

    assert "sudah di tempat jemput" in village.sent(village.mother)[-1]
    assert "sudah di tempat jemput" in village.sent(village.cadre)[-1]


def test_mother_and_cadre_know_that_he_is_coming(village: Scene) -> None:
    confirmed(village, after=timedelta(minutes=-30))
    answered(village, "otw bu")

    assert "sudah berangkat" in village.sent(village.mother)[-1]
    assert "sudah berangkat" in village.sent(village.cadre)[-1]


def test_driver_of_whom_nobody_heard_may_still_tell(village: Scene) -> None:
    ride = village.order(TOMORROW).ride
    village.accept(ride, village.drivers[0])
    village.wait(TOMORROW + timedelta(minutes=60))
    assert ride.status == "escalated"
    assert "belum ada kabarnya" in village.press(village.mother, "ride_state", ride.id)[0].text
    assert "saya kabari" in answered(village, "nunggu di depan gang, ibunya belum keluar")
    assert "sudah di tempat jemput" in village.sent(village.mother)[-1]


@pytest.mark.parametrize(
    ("words", "off"),
    [
        pytest.param("siti gak jadi, anaknya panas", True, id="by her name"),
        pytest.param("gak jadi, anaknya panas", False, id="nobody named"),
        pytest.param("siti gak jadi periksa", False, id="the check-up"),
    ],
)
def test_helper_calls_off_a_ride_by_the_mothers_name(village: Scene, words: str, off: bool) -> None:
    village.order()
    speaker = village.speaker(village.cadre)
    assert ride_replies.is_called_off(village.session, speaker, words, village.now) is off


def test_delay_with_her_in_the_car_is_told_and_changes_nothing(village: Scene) -> None:
    ride = confirmed(village, after=timedelta(minutes=5))
    village.press(village.drivers[0], "ride_picked_up", ride.id)
    answered(village, "ban bocor bu")

    assert ride.status == "on_the_way"
    assert "perjalanan ke" in village.sent(village.mother)[-1]


def test_driver_who_went_without_a_word_has_the_ride(village: Scene) -> None:
    ride = village.order(NOW + timedelta(minutes=20)).ride
    village.now = NOW + timedelta(minutes=9)
    answered(village, "ibunya sudah naik")
    assert (ride.status, ride.driver_id) == ("on_the_way", village.drivers[0].id)


def test_another_driver_cannot_press_what_is_not_his(village: Scene) -> None:
    ride = confirmed(village, after=timedelta(minutes=5))
    for verb in ("ride_at_pickup", "ride_where", "ride_unsure", "ride_late"):
        assert "terlambat" not in village.press(village.drivers[1], verb, ride.id)[0].text
        assert village.drivers[0].phone not in village.press(village.drivers[1], verb, ride.id)[0].text
