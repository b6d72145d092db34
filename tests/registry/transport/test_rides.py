"""Rides from the wish to the arrival: who is asked, who is told, what is never said too early."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import programme
from registry.models import Alert, OutboxMessage, RideOffer
from registry.rules.ride_values import Refusal, TimeChanged
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.registry.transport.ride_tools import TOMORROW, Party, Scene, scene


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


# ---------------------------------------------------------------- asked and offered


def test_wish_is_offered_to_the_first_driver_and_is_not_sure(village: Scene) -> None:
    outcome = village.order()

    assert village.asked(outcome.ride) == [village.drivers[0]]
    assert "belum pasti" in outcome.answers[0].text
    assert "Minggu, 22 November 2026 pukul 07.00" in outcome.answers[0].text
    assert "Puskesmas Donomulyo" in outcome.answers[0].text
    assert village.sent(village.mother) == []


def test_driver_reads_no_number_before_he_accepts(village: Scene) -> None:
    village.mother.address = "RT 3 dekat langgar"
    ride = village.order().ride
    offer = village.sent(village.drivers[0])[0]

    assert "Siti" in offer
    assert "Aminah" not in offer
    assert str(village.mother.phone) not in offer
    assert "langgar" not in offer
    village.accept(ride, village.drivers[0])
    assert str(village.mother.phone) in village.sent(village.drivers[0])[-1]
    assert "langgar" in village.sent(village.drivers[0])[-1]


def test_same_facts_reach_mother_driver_and_cadre_when_it_is_confirmed(village: Scene) -> None:
    ride = village.order().ride
    first = village.drivers[0]
    village.accept(ride, first)

    assert (ride.status, ride.driver_id) == ("confirmed", first.id)
    for who in ("mother", "cadre", "driver"):
        whom = village.who(who)
        text = village.sent(whom)[-1]
        for fact in ("Minggu, 22 November 2026 pukul 07.00", "Sumberoto", "Puskesmas Donomulyo", first.name, "N 1234"):
            assert fact in text, (whom, fact)
    assert first.phone in village.sent(village.mother)[-1]
    assert [row.kind for row in village.rows("✅")] == ["confirmation"] * 3


def test_same_wish_twice_is_one_ride(village: Scene) -> None:
    first, second = village.order(), village.order(TOMORROW + minutes(30))

    assert second.refused is Refusal.REPEATED
    assert second.ride.id == first.ride.id


def test_emergency_is_a_ride_of_its_own_beside_a_check_up(village: Scene) -> None:
    planned = village.order(NOW + minutes(60)).ride
    urgent = village.order(NOW, urgent=True, purpose="emergency").ride

    assert planned.id != urgent.id
    assert len(village.asked(urgent)) == 2


def test_urgent_ride_is_offered_at_night_at_once_and_a_planned_one_waits_for_morning(village: Scene) -> None:
    village.now = NIGHT
    urgent = village.order(NIGHT, urgent=True, purpose="birth").ride
    planned = village.order(NIGHT + timedelta(hours=10)).ride

    assert {row.due_at for row in village.rows("MENDESAK")} == {NIGHT}
    assert {row.due_at for row in village.rows("Bisa menjemput")} == {NIGHT.replace(hour=23, minute=0)}  # 06:00
    assert urgent.id != planned.id


def test_no_driver_in_the_village_is_told_to_people_and_to_her_at_once(session: Session) -> None:
    village = scene(session, drivers=0)
    outcome = village.order(NOW, urgent=True, purpose="emergency")

    assert outcome.ride.status == "escalated"
    assert "119" in outcome.answers[0].text
    assert "Belum ada sopir" in outcome.answers[0].text
    for helper in map(village.who, ("cadre", "midwife")):
        assert ["BELUM ADA SOPIR" in text for text in village.sent(helper)] == [True]
    alert = session.scalars(select(Alert)).one()
    assert (alert.kind, alert.about, alert.status) == ("no_driver", f"ride:{outcome.ride.id}", "open")
    assert {recipient.phone for recipient in alert.recipients} == {village.cadre.phone, village.midwife.phone}


def test_driver_whom_no_message_reaches_is_not_asked(session: Session) -> None:
    village = scene(session, drivers=1)
    session.delete(village.contact(village.drivers[0]))
    session.flush()

    assert village.order().ride.status == "escalated"


@pytest.mark.parametrize("reason", ["off duty", "former", "of another village"])
def test_driver_who_may_not_drive_is_not_asked(session: Session, reason: str) -> None:
    village = scene(session, drivers=2)
    first = village.drivers[0]
    first.on_duty = reason != "off duty"
    first.active = reason != "former"
    if reason == "of another village":
        first.areas[0].village_code = factories.KETAWANG
    session.flush()

    assert village.asked(village.order().ride) == [village.drivers[1]]


# ---------------------------------------------------------------- answers, silence, time


def test_silence_passes_the_ride_on_until_people_take_it(village: Scene) -> None:
    ride = village.order().ride
    for number, driver in enumerate(village.drivers):
        village.wait(NOW + minutes(10 * number))
        assert village.asked(ride) == [driver]
    village.wait(NOW + minutes(31))

    assert ride.status == "escalated"
    assert "Belum ada sopir" in village.sent(village.mother)[-1]
    assert [offer.status for offer in ride.offers] == ["silent"] * 3


def test_time_to_answer_is_a_setting(village: Scene) -> None:
    programme.decide(village.session, "driver_confirm_minutes", 4, NOW.date(), "test")
    ride = village.order().ride
    village.wait(NOW + minutes(4))

    assert village.asked(ride) == [village.drivers[1]]


def test_refusal_passes_it_on_at_once_and_late_yes_of_another_is_thanked(village: Scene) -> None:
    ride = village.order().ride
    first, second, _ = village.drivers
    old = village.offer(ride, first).id
    village.decline(ride, first)
    village.accept(ride, second)

    answer = village.press(first, "ride_accept", old)
    assert "sudah diambil sopir lain" in answer[0].text
    assert ride.driver_id == second.id


def test_first_of_two_who_are_asked_wins_and_the_other_is_stood_down(village: Scene) -> None:
    ride = village.order(NOW, urgent=True, purpose="birth").ride
    first, second, _ = village.drivers
    village.accept(ride, second)

    assert ride.driver_id == second.id
    assert "tidak perlu Anda jemput" in village.sent(first)[-1]


def test_silent_driver_may_still_accept_while_nobody_has_the_ride(village: Scene) -> None:
    ride = village.order().ride
    village.wait(NOW + minutes(31))
    assert ride.status == "escalated"
    village.says(village.drivers[0], "siap bu, bisa")

    assert (ride.status, ride.driver_id) == ("confirmed", village.drivers[0].id)
    assert village.session.scalars(select(Alert)).one().outcome == "transport_found"


def test_driver_with_a_ride_around_that_time_is_not_given_another(village: Scene) -> None:
    village.accept(village.order().ride, village.drivers[0])
    other = factories.person(village.session, name="Rini Wati")
    factories.reachable(village.session, other)
    wish = Wish(TOMORROW + minutes(60), False, "visit", factories.SUMBEROTO, other.id)
    second = rides.order(village.session, village.contact(other), wish, NOW, None).ride

    assert village.asked(second) == [village.drivers[1]]


def test_driver_who_falls_out_is_replaced_and_she_is_told_the_truth(village: Scene) -> None:
    ride = village.order().ride
    first, second, _ = village.drivers
    village.accept(ride, first)
    answer = village.press(first, "ride_cannot", ride.id)

    assert "Saya tanya sopir lain" in answer[0].text
    assert "belum pasti lagi" in village.sent(village.mother)[-1]
    assert (ride.status, village.asked(ride)) == ("requested", [second])


def test_changed_time_is_confirmed_again_and_the_old_button_counts_no_more(village: Scene) -> None:
    ride = village.order().ride
    first = village.drivers[0]
    old = village.offer(ride, first).id
    village.accept(ride, first)
    later = TOMORROW + timedelta(hours=2)
    outcome = rides.happen(village.session, ride.id, TimeChanged(later), NOW, sender=village.contact(village.mother))

    assert outcome is not None
    assert "pukul 09.00" in outcome.answers[0].text
    assert (ride.status, ride.driver_id, village.asked(ride)) == ("requested", None, [first])
    assert "sudah berubah" in village.press(first, "ride_accept", old)[0].text
    village.accept(ride, first)
    assert ride.status == "confirmed"
    assert village.session.scalar(select(RideOffer).where(RideOffer.id == old, RideOffer.past)) is not None


# ---------------------------------------------------------------- under way


def test_reminders_come_the_evening_before_and_two_hours_before_to_all_three(village: Scene) -> None:
    ride = village.order(TOMORROW + timedelta(hours=2)).ride
    village.accept(ride, village.drivers[0])
    village.wait(TOMORROW + timedelta(hours=2))

    rows = village.rows("engingat")
    assert sorted({row.due_at for row in rows}) == [NOW.replace(hour=11), TOMORROW]  # 18:00 and 07:00 in Malang
    assert len(rows) == 6


@pytest.mark.parametrize("who", ["mother", "cadre", "driver"])
def test_any_of_the_three_may_say_that_she_was_fetched_and_is_there(village: Scene, who: str) -> None:
    ride = village.order(NOW + minutes(30)).ride
    village.accept(ride, village.drivers[0])
    village.now = NOW + minutes(35)
    whom = village.who(who)
    answer = village.press(whom, "ride_picked_up", ride.id)
    assert "sudah dijemput" in answer[0].text
    assert ride.status == "on_the_way"
    village.press(whom, "ride_arrived", ride.id)

    assert ride.status == "arrived"
    village.wait(village.now + minutes(61))
    assert ride.status == "done"


@pytest.mark.parametrize(
    ("who", "words", "status"),
    [
        pytest.param("mother", "alhamdulillah sudah dijemput", "on_the_way", id="mother is in the car"),
        pytest.param("cadre", "bu siti sudah dijemput pak sopir", "on_the_way", id="cadre saw it"),
        pytest.param("driver", "sudah saya jemput bu", "on_the_way", id="driver has her"),
        pytest.param("driver", "pasien sudah sampai puskesmas", "arrived", id="driver has brought her"),
        pytest.param("driver", "maaf mobil saya mogok", "requested", id="driver cannot"),
        pytest.param("mother", "mobilnya belum datang", "confirmed", id="mother waits"),
        pytest.param("driver", "macet, 15 menit lagi", "confirmed", id="driver is late"),
    ],
)
def test_words_do_what_buttons_do(village: Scene, who: str, words: str, status: str) -> None:
    ride = village.order(NOW + minutes(30)).ride
    village.accept(ride, village.drivers[0])
    village.now = NOW + minutes(35)
    whom = village.who(who)

    assert village.says(whom, words)
    assert ride.status == status


def test_words_of_whoever_has_no_ride_mean_nothing_here(village: Scene) -> None:
    for whom in map(village.who, ("mother", "cadre")):
        for words in ("sudah sampai", "sudah dijemput", "bisa", "mobilnya belum datang"):
            assert village.says(whom, words) is None


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param("siap bu", "tidak ada jemputan yang menunggu Anda", id="yes"),
        pytest.param("ban bocor", "tidak ada jemputan yang menunggu Anda", id="puncture"),
        pytest.param("ibunya sudah naik", "tidak ada jemputan yang menunggu Anda", id="news"),
        pytest.param("istri saya hamil, belum bisa bayar bpjs sama sekali", None, id="a wish of his own"),
    ],
)
def test_driver_without_a_ride_is_not_taken_for_a_mother(village: Scene, words: str, answer: str | None) -> None:
    said = village.says(village.drivers[0], words)
    assert (said is None) if answer is None else (said is not None and answer in said[0].text)


def test_ok_to_the_news_of_a_car_is_not_the_news_that_she_sits_in_it(village: Scene) -> None:
    ride = village.order(NOW + minutes(30)).ride
    village.accept(ride, village.drivers[0])
    for row in village.session.scalars(select(OutboxMessage)):
        row.status, row.sent_at = "sent", NOW
    village.session.flush()
    village.now = NOW + minutes(20)

    assert "Anda menjemput Ibu" in (village.says(village.drivers[0], "ok") or [])[0].text
    assert village.says(village.mother, "iya") is None
    assert ride.status == "confirmed"


def test_late_car_is_asked_after_and_then_people_are_called(village: Scene) -> None:
    ride = village.order(NOW + minutes(30)).ride
    village.accept(ride, village.drivers[0])
    village.wait(NOW + minutes(46))
    assert "sudah dijemput?" in village.sent(village.mother)[-1]
    assert "Sudah dijemput?" in village.sent(village.drivers[0])[-1]
    village.wait(NOW + minutes(80))

    assert ride.status == "escalated"
    assert "TIDAK ADA KABAR" in village.sent(village.midwife)[-1]


def test_stranger_to_the_ride_cannot_move_it(village: Scene) -> None:
    ride = village.order().ride
    other = factories.person(village.session, name="Rini Wati")
    factories.reachable(village.session, other)
    elsewhere = factories.cadre(village.session, factories.KETAWANG)
    factories.reachable(village.session, elsewhere)
    second = village.drivers[1]
    strangers: list[Party] = [other, elsewhere, second]
    for whom in strangers:
        for verb in ("ride_picked_up", "ride_cancel", "ride_cannot", "ride_state", "ride_not_come"):
            village.press(whom, verb, ride.id)
    village.press(second, "ride_accept", village.offer(ride, village.drivers[0]).id)

    assert (ride.status, ride.driver_id) == ("requested", None)
