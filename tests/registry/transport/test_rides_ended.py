"""Rides called off, ended by a birth or loss, ordered by an alert or by somebody else, and drivers off duty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, Contact, OutboxMessage, Ride
from registry.rules.ride_values import Cancelled, CancelReason, Refusal
from registry.rules.ride_values import Party as Side
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.conftest import NOW
from tests.registry.transport.ride_tools import TOMORROW, Scene, scene


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize("who", ["mother", "cadre", "midwife"])
def test_ride_is_called_off_by_any_side_and_the_others_know(village: Scene, who: str) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    whom = village.who(who)
    village.press(whom, "ride_cancel", ride.id)

    assert (ride.status, ride.reason) == ("cancelled", "not_needed")
    assert "tidak perlu menjemput" in village.sent(village.drivers[0])[-1]
    if who != "mother":
        assert "sudah dibatalkan" in village.sent(village.mother)[-1]


def test_loss_ends_what_was_planned_and_writes_nothing_to_her(village: Scene) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    before = village.sent(village.mother)
    assert rides.cancel_all(village.session, village.mother, CancelReason.LOSS, NOW) == 1

    assert (ride.status, ride.reason) == ("cancelled", "loss")
    assert village.sent(village.mother) == before
    assert "dibatalkan" in village.sent(village.drivers[0])[-1]
    assert "keguguran" not in " ".join(village.sent(village.drivers[0]))


def test_loss_leaves_the_car_of_an_emergency(village: Scene) -> None:
    ride = village.order(NOW, urgent=True, purpose="emergency").ride

    assert rides.cancel_all(village.session, village.mother, CancelReason.LOSS, NOW) == 0
    assert ride.status == "requested"


def test_alert_orders_one_urgent_car_however_often_it_is_pressed(village: Scene) -> None:
    sender = village.contact(village.mother)
    alert = Alert(
        kind="labour", contact_id=sender.id, person_id=village.mother.id, phone=sender.phone, signs=[],
        village_code=factories.SUMBEROTO, at=NOW,
    )  # fmt: skip
    village.session.add(alert)
    village.session.flush()
    first = rides.order_for_alert(village.session, alert, NOW, None)
    again = rides.order_for_alert(village.session, alert, NOW, None, village.contact(village.midwife))

    assert (first.ride.urgent, first.ride.purpose, first.ride.alert_id) == (True, "birth", alert.id)
    assert again.refused is Refusal.REPEATED
    assert len(village.session.scalars(select(Ride)).all()) == 1


def test_duty_words_of_a_driver_take_him_off_the_roster_and_back(village: Scene) -> None:
    first, second, _ = village.drivers
    ride = village.order().ride
    answer = village.says(first, "saya libur dulu hari ini")
    assert answer is not None
    assert "libur" in answer[0].text
    assert (first.on_duty, village.asked(ride)) == (False, [second])
    village.says(first, "sudah siap narik lagi")
    assert first.on_duty


def test_cadre_who_asks_is_told_and_so_is_the_mother(village: Scene) -> None:
    wish = Wish(TOMORROW, False, "visit", factories.SUMBEROTO, village.mother.id)
    outcome = rides.order(village.session, village.contact(village.cadre), wish, NOW, None)

    assert "untuk Ibu Siti" in outcome.answers[0].text
    assert "belum pasti" in village.sent(village.mother)[0]
    village.accept(outcome.ride, village.drivers[0])
    assert "sudah pasti" in village.sent(village.mother)[-1]
    assert "sudah pasti" in village.sent(village.cadre)[-1]


def test_driver_gets_the_askers_number_when_she_does_not_share_hers(village: Scene) -> None:
    village.mother.agreed = ["chat"]
    wish = Wish(TOMORROW, False, "visit", factories.SUMBEROTO, village.mother.id)
    ride = rides.order(village.session, village.contact(village.cadre), wish, NOW, None).ride
    village.accept(ride, village.drivers[0])

    text = village.sent(village.drivers[0])[-1]
    assert village.cadre.phone in text
    assert str(village.mother.phone) not in text


def test_stranger_may_ask_for_an_urgent_car(village: Scene) -> None:
    stranger: Contact = factories.contact(village.session)
    wish = Wish(NOW, True, "birth", factories.SUMBEROTO)
    ride = rides.order(village.session, stranger, wish, NOW, None).ride
    village.accept(ride, village.drivers[1])

    assert str(stranger.phone) in village.sent(village.drivers[1])[-1]
    assert any("sudah pasti" in (row.text or "") for row in village.session.scalars(
        select(OutboxMessage).where(OutboxMessage.contact_id == stranger.id)
    ))  # fmt: skip


def test_cancelled_ride_says_who_and_why(village: Scene) -> None:
    ride = village.order().ride
    event = Cancelled(Side.MOTHER, CancelReason.OTHER_TRANSPORT)
    rides.happen(village.session, ride.id, event, NOW, sender=village.contact(village.mother))

    assert (ride.cancelled_by, ride.reason, ride.next_step_at) == ("mother", "other_transport", None)
    assert "sudah ada kendaraan lain" in village.sent(village.cadre)[-1]


def test_driver_who_says_yes_too_late_hears_that_another_one_goes(village: Scene) -> None:
    ride = village.order(NOW, urgent=True, purpose="emergency").ride
    village.accept(ride, village.drivers[1])
    said = village.says(village.drivers[0], "bisa bu")
    assert said
    assert "lain" in said[0].text
    assert ride.driver_id == village.drivers[1].id


@pytest.mark.parametrize(
    ("verb", "status", "heard"),
    [
        pytest.param("alert_at_facility", "arrived", "sudah sampai", id="she is there"),
        pytest.param("alert_not_needed", "cancelled", "dibatalkan", id="no car is needed"),
        pytest.param("alert_transport", "escalated", "", id="another car has still to come"),
    ],
)
def test_ride_follows_what_a_helper_says_of_its_alert(village: Scene, verb: str, status: str, heard: str) -> None:
    for driver in village.drivers:
        driver.on_duty = False
    ride = village.order(NOW + timedelta(minutes=30)).ride
    alert = village.session.scalars(select(Alert)).one()
    village.press(village.cadre, verb, alert.id)
    assert (alert.status, ride.status) == ("closed", status)
    assert heard in " ".join(village.sent(village.mother))
