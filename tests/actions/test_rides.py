"""A ride asked for in a conversation: read whole, else one question after the other; called off, moved, asked about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, Pregnancy, Reminder, Ride
from registry.transport.rides import Wish, order
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import Said, TaskTalk
from tests.conftest import NIGHT, NOW
from tests.registry.transport.ride_tools import Scene, scene

ASK = "request_transport"


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def talk(village: Scene, who: str = "mother") -> TaskTalk:
    return TaskTalk(Talk(village.session, village.contact(village.who(who)), now=village.now))


def rides(village: Scene) -> list[Ride]:
    return list(village.session.scalars(select(Ride).order_by(Ride.id)))


def local(ride: Ride) -> str:
    return f"{ride.at + timedelta(hours=7):%Y-%m-%d %H:%M}"


# ---------------------------------------------------------------- asked


def test_everything_in_one_message_is_read_back_and_then_asked_for(village: Scene) -> None:
    chat = talk(village)
    said = chat.say("besok jam 7 minta diantar ke pkm", ASK)
    for fact in ("Minggu, 22 November 2026 pukul 07.00", "Sumberoto", "Puskesmas Donomulyo", "Benar?"):
        assert fact in said.text
    assert list(said.buttons) == ["Benar", "Ubah jam", "Batal"]
    assert rides(village) == []

    said = chat.press(said.buttons["Benar"])
    assert "belum pasti" in said.text
    assert not chat.is_open
    ride = rides(village)[0]
    assert (local(ride), ride.purpose, ride.person_id) == ("2026-11-22 07:00", "visit", village.mother.id)
    assert village.asked(ride) == [village.drivers[0]]


def test_day_then_hour_are_asked_with_buttons(village: Scene) -> None:
    chat = talk(village)
    said = chat.say("minta tolong diantar periksa", ASK)
    assert list(said.buttons) == ["Sekarang", "Besok", "Hari lain"]
    said = chat.press(said.buttons["Besok"])
    assert list(said.buttons) == ["Jam 07.00", "Jam 08.00", "Jam 09.00"]
    said = chat.press(said.buttons["Jam 08.00"])
    chat.press(said.buttons["Benar"])

    assert local(rides(village)[0]) == "2026-11-22 08:00"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param("jam 10", "2026-11-22 10:00", id="an hour of that day"),
        pytest.param("8", "2026-11-22 08:00", id="a bare number"),
        pytest.param("jam 3 sore", "2026-11-22 15:00", id="the afternoon"),
        pytest.param("senin jam 7 pagi saja", "2026-11-23 07:00", id="another day after all"),
        pytest.param("setengah 9", "2026-11-22 08:30", id="half past"),
    ],
)
def test_hour_is_understood_in_words(village: Scene, answer: str, expected: str) -> None:
    chat = talk(village)
    chat.say("besok minta diantar kontrol", ASK)
    said = chat.say(answer)
    chat.press(said.buttons["Benar"])

    assert local(rides(village)[0]) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("minta jemput hari ini jam 8 pagi", "sudah lewat", id="past"),
        pytest.param("jam 3 minta diantar", "pagi, sore, atau malam", id="morning or afternoon"),
        pytest.param("besok habis maghrib minta diantar", "belum saya mengerti", id="a prayer time"),
    ],
)
def test_unclear_time_is_asked_kindly(village: Scene, text: str, why: str) -> None:
    chat = talk(village)

    assert why in chat.say(text, ASK).text
    assert chat.is_open


def test_time_is_corrected_at_the_end(village: Scene) -> None:
    chat = talk(village)
    chat.say("besok jam 7 minta diantar ke pkm", ASK)
    said = chat.say("jam 9 saja bu")
    assert "pukul 09.00" in said.text
    said = chat.press(said.buttons["Ubah jam"])
    said = chat.say("jam 10 pagi")
    chat.say("iya benar", "affirm")

    assert local(rides(village)[0]) == "2026-11-22 10:00"


def test_place_and_pin_go_with_the_ride(village: Scene) -> None:
    chat = talk(village)
    said = chat.say("besok jam 8 jemput di depan balai desa mau kontrol", ASK)
    assert "depan balai desa" in said.text
    message = chat.talk.write(None, media={"kind": "location", "lat": -8.31, "lon": 112.42})
    said = Said(chat.talk.again(chat.form, message, "inform"))
    assert "Lokasi sudah saya catat" in said.text
    chat.press(said.buttons["Benar"])

    ride = rides(village)[0]
    assert "-8.31000,112.42000" in (ride.pickup or "")
    assert "112.42" not in village.sent(village.drivers[0])[0]
    village.accept(ride, village.drivers[0])
    assert "112.42" in village.sent(village.drivers[0])[-1]


def test_button_of_a_reminder_asks_only_for_the_hour(village: Scene) -> None:
    pregnancy = factories.pregnancy(village.session, factories.person(village.session, name="Rini Wati"))
    mine = village.session.scalars(select(Reminder)).first()
    assert mine is None
    own = village.session.execute(select(Ride)).first()
    assert own is None
    reminder = Reminder(
        pregnancy_id=pregnancy.id, kind="anc", visit="K4", about=NOW.date() + timedelta(days=3),
        last_on=NOW.date() + timedelta(days=3), text="x", recipient="mother", key="k", due_at=NOW,
    )  # fmt: skip
    village.session.add(reminder)
    village.session.flush()
    stranger = talk(village).press(f"/request_transport:{reminder.id}")
    assert "kapan" in stranger.text
    whose = factories.contact(village.session, village.session.get_one(type(village.mother), pregnancy.person_id).phone)
    said = TaskTalk(Talk(village.session, whose)).press(f"/request_transport:{reminder.id}")

    assert "Selasa, 24 November 2026 jam berapa" in said.text


def test_alert_button_orders_at_once_without_a_question(village: Scene) -> None:
    sender = village.contact(village.mother)
    alert = Alert(
        kind="danger_sign", contact_id=sender.id, person_id=village.mother.id, phone=sender.phone, signs=["bleeding"],
        village_code=factories.SUMBEROTO, at=NOW,
    )  # fmt: skip
    village.session.add(alert)
    village.session.flush()
    village.now = NIGHT
    chat = talk(village)
    assert "belum pasti" in chat.press(f"/request_transport:alert:{alert.id}").text

    ride = rides(village)[0]
    assert (ride.urgent, ride.purpose, len(village.asked(ride)), chat.is_open) == (True, "emergency", 2, False)
    again = talk(village, "midwife").press(f"/request_transport:alert:{alert.id}")
    assert "belum pasti" in again.text
    assert len(rides(village)) == 1
    elsewhere = factories.cadre(village.session, factories.KETAWANG)
    other = TaskTalk(Talk(village.session, factories.contact(village.session, elsewhere.phone)))
    assert "sudah selesai" in other.press(f"/request_transport:alert:{alert.id}").text


def test_wish_for_a_car_in_an_emergency_asks_nothing(village: Scene) -> None:
    """She has just said where she is and what has happened."""
    alert = Alert(
        kind="labour", contact_id=village.contact(village.mother).id, person_id=village.mother.id,
        signs=["contractions"], village_code=factories.SUMBEROTO, at=NOW - timedelta(minutes=5), pin="-8.25,112.4",
    )  # fmt: skip
    village.session.add(alert)
    village.session.flush()
    chat = talk(village)
    said = chat.say("minta mobil", ASK)

    (ride,) = rides(village)
    assert "belum pasti" in said.text
    assert not chat.is_open
    assert (ride.urgent, ride.purpose, ride.alert_id) == (True, "birth", alert.id)
    assert "112.4" in (ride.pickup or "")
    assert "besok" not in talk(village).say("besok jam 7 minta diantar kontrol", ASK).text
    assert len(rides(village)) == 1


def test_wish_that_is_taken_back_before_it_is_sure_is_dropped(village: Scene) -> None:
    chat = talk(village)
    chat.say("minta dijemput", ASK)
    assert "tidak saya lanjutkan" in chat.say("wes sido diterne tonggo, ora usah mobil", "cancel_transport").text
    assert not chat.is_open
    assert rides(village) == []


def test_old_reminder_of_a_day_that_is_over_asks_when(village: Scene) -> None:
    pregnancy = village.session.scalars(select(Pregnancy)).one()
    day = (NOW - timedelta(days=2)).date()
    reminder = Reminder(
        pregnancy_id=pregnancy.id, kind="anc", visit="K4", about=day, last_on=day, text="reminder_anc_before",
        recipient="mother", key="old", due_at=NOW, status="sent", sent_at=NOW,
    )  # fmt: skip
    village.session.add(reminder)
    village.session.flush()
    assert "kapan" in talk(village).press(f"/request_transport:{reminder.id}").text


def test_birth_that_begins_is_fetched_without_a_question(village: Scene) -> None:
    chat = talk(village)
    assert "belum pasti" in chat.say("mau lahiran, tolong jemput sekarang", ASK).text
    assert rides(village)[0].urgent


def test_stranger_is_asked_for_the_village_alone_when_it_is_urgent(village: Scene) -> None:
    stranger = factories.contact(village.session)
    chat = TaskTalk(Talk(village.session, stranger))
    assert "desa mana" in chat.say("tolong jemput sekarang mau lahiran", ASK).text
    assert "belum pasti" in chat.say("sumberoto donomulyo").text

    ride = rides(village)[0]
    assert (ride.village_code, ride.person_id, ride.urgent) == (factories.SUMBEROTO, None, True)


def test_village_of_two_places_is_chosen(village: Scene) -> None:
    stranger = factories.contact(village.session)
    chat = TaskTalk(Talk(village.session, stranger))
    said = chat.say("besok jam 7 jemput di desa banjarejo mau kontrol", ASK)
    assert "Kec. Donomulyo" in said.buttons
    said = chat.press(said.buttons["Kec. Donomulyo"])

    assert "Banjarejo, Kec. Donomulyo" in said.text


@pytest.mark.parametrize("who", ["cadre", "midwife"])
def test_helper_asks_for_a_mother_of_hers(village: Scene, who: str) -> None:
    chat = talk(village, who)
    said = chat.say("minta jemputan besok jam 7 untuk bu Siti Aminah", ASK)
    assert "untuk Ibu Siti" in said.text
    chat.press(said.buttons["Benar"])

    assert rides(village)[0].person_id == village.mother.id


def test_old_button_of_another_question_is_no_answer(village: Scene) -> None:
    chat = talk(village)
    chat.say("besok minta diantar kontrol", ASK)

    assert "jam berapa" in chat.press("/inform:sure:yes").text
    assert rides(village) == []


def test_same_wish_again_is_answered_with_how_it_stands(village: Scene) -> None:
    village.order(NOW + timedelta(hours=21))
    chat = talk(village)
    said = chat.say("besok jam 7 minta diantar ke pkm", ASK)

    assert "sudah ada" in chat.press(said.buttons["Benar"]).text
    assert len(rides(village)) == 1


# ---------------------------------------------------------------- asked about, moved, called off


def test_status_is_the_truth(village: Scene) -> None:
    ask = "ask_transport_status"
    assert "belum punya" in talk(village).say("jemputan saya gimana", ask).text
    ride = village.order().ride
    assert "Belum pasti" in talk(village).say("jemputan saya gimana", ask).text
    village.accept(ride, village.drivers[0])
    assert "sudah pasti" in talk(village).say("jemputan saya gimana", ask).text
    assert "Sopir1" in talk(village, "cadre").say("jemputan bu siti gimana", ask).text


@pytest.mark.parametrize(
    ("text", "reason"),
    [("batal jemput", "not_needed"), ("gak jadi, sudah diantar suami naik motor", "other_transport")],
)
def test_one_ride_is_called_off_at_once_with_its_reason(village: Scene, text: str, reason: str) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])

    assert "dibatalkan" in talk(village).say(text, "cancel_transport").text
    assert (ride.status, ride.reason, ride.cancelled_by) == ("cancelled", reason, "mother")


def test_of_several_rides_it_is_asked_which(village: Scene) -> None:
    first, second = village.order().ride, village.order(NOW + timedelta(days=3)).ride
    chat = talk(village)
    said = chat.say("batal jemput", "cancel_transport")
    assert len(said.buttons) == 2
    chat.press(list(said.buttons.values())[1])

    assert (first.status, second.status) == ("requested", "cancelled")


def test_nothing_to_call_off_is_said(village: Scene) -> None:
    assert "tidak punya jemputan" in talk(village).say("batal jemput", "cancel_transport").text


def test_driver_who_calls_off_takes_only_himself_back(village: Scene) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    talk(village, "driver").say("maaf batal, mobil rusak", "cancel_transport")

    assert (ride.status, village.asked(ride)) == ("requested", [village.drivers[1]])


@pytest.mark.parametrize("intent", [ASK, "cancel_transport"])
def test_moved_ride_is_the_same_ride_at_another_time(village: Scene, intent: str) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    said = talk(village).say("jemputannya diundur jam 9 ya", intent)

    assert "pukul 09.00" in said.text
    assert (local(ride), ride.status, len(rides(village))) == ("2026-11-22 09:00", "requested", 1)


def test_moved_without_an_hour_is_asked_for_it(village: Scene) -> None:
    ride = village.order().ride
    chat = talk(village)
    said = chat.say("jemputannya diundur ya", "cancel_transport")
    assert "jam berapa" in said.text
    chat.say("jam 10")

    assert local(ride) == "2026-11-22 10:00"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("jemputnya di balai desa aja ya bu", ASK, id="asked for"),
        pytest.param("eh ndak jadi di rumah, jemput di balai desa", "cancel_transport", id="not at home"),
    ],
)
def test_another_place_for_the_ride_that_waits_moves_it_there(village: Scene, text: str, intent: str) -> None:
    ride = village.order().ride
    village.accept(ride, village.drivers[0])
    chat = talk(village)
    assert "balai desa" in chat.say(text, intent).text

    assert (ride.status, ride.pickup, len(rides(village))) == ("confirmed", "balai desa", 1)
    for helper in (village.drivers[0], village.cadre):
        assert "balai desa" in village.sent(helper)[-1]
    assert not chat.is_open


def test_place_alone_without_a_ride_begins_a_new_wish(village: Scene) -> None:
    assert "kapan" in talk(village).say("jemputnya di balai desa aja ya bu", ASK).text


def two_mothers(village: Scene) -> tuple[Ride, Ride]:
    """A ride for her, and one for Rukmini of the same village."""
    other = factories.person(village.session, name="Rukmini Ayu", phone="+6281200009876")
    wish = Wish(NOW + timedelta(days=3), False, "visit", factories.SUMBEROTO, other.id)
    return village.order().ride, order(village.session, village.contact(village.cadre), wish, NOW, None).ride


def test_cadre_calls_off_the_ride_of_the_mother_she_names(village: Scene) -> None:
    hers, others = two_mothers(village)
    talk(village, "cadre").say("bu rukmini gak jadi, anaknya sakit", "cancel_transport")
    assert (hers.status, others.status) == ("requested", "cancelled")


def test_cadre_hears_of_the_ride_of_the_mother_she_names(village: Scene) -> None:
    two_mothers(village)
    said = talk(village, "cadre").say("jemputan bu rukmini gimana", "ask_transport_status")
    assert "Rukmini" in said.text
    assert "Siti" not in said.text


def test_way_home_begins_where_a_ride_takes_her(village: Scene) -> None:
    village.order()
    said = talk(village).say("pulangnya minta dijemput juga besok jam 11", ASK)
    assert "dari Puskesmas Donomulyo, ke Sumberoto" in said.text


def test_way_home_from_nowhere_known_is_asked_for(village: Scene) -> None:
    chat = talk(village)
    assert "Dijemput dari mana" in chat.say("minta dijemput pulang besok jam 11", ASK).text
    said = chat.say("rsud kanjuruhan")
    assert "dari rsud kanjuruhan, ke Sumberoto" in said.text
    chat.press(said.buttons["Benar"])
    assert (rides(village)[0].purpose, rides(village)[0].pickup) == ("home", "rsud kanjuruhan")


def test_nobody_reads_of_the_ride_of_another_village(village: Scene) -> None:
    village.order()
    elsewhere = factories.cadre(village.session, factories.KETAWANG)
    chat = TaskTalk(Talk(village.session, factories.contact(village.session, elsewhere.phone)))

    assert "tidak ada jemputan" in chat.say("jemputan bu siti gimana", "ask_transport_status").text
    wish = Wish(NOW + timedelta(days=1), False, "visit", factories.KETAWANG)
    order(village.session, chat.talk.contact, wish, NOW, None)
    assert "Siti" not in chat.say("jemputan gimana", "ask_transport_status").text
